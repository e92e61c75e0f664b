// shots.mjs OUT [HASH...] — pictures of the pages at three widths, light and dark, in both languages, to look at.
import path from 'node:path';

import { launch, newPage, openTemplate, serveBuilt } from './harness.mjs';

const [out, ...filters] = process.argv.slice(2);
const server = await serveBuilt();
const browser = await launch();
const scenes = {
  gallery: async (page) => page.getByRole('button').nth(2).waitFor(),
  editor: async (page) => openTemplate(page, 'Late mover'),
};
for (const [name, act] of Object.entries(scenes))
  for (const width of [1440, 1024, 390])
    for (const theme of ['light', 'dark'])
      for (const language of ['en', 'fr']) {
        const file = `${name}-${width}-${theme}-${language}`;
        if (filters.length && !filters.some((word) => file.includes(word))) continue;
        const page = await newPage(browser, server.url, { width, height: width < 500 ? 844 : 900, theme, language });
        await act(page);
        await page.waitForTimeout(300);
        await page.screenshot({ path: path.join(out, `${file}.png`) });
        for (const complaint of page.complaints) console.log(file, complaint);
        await page.context().close();
      }
await browser.close();
server.close();
