// shots.mjs OUT [HASH...] — pictures of the pages at three widths, light and dark, in both languages, to look at.
import path from 'node:path';

import { launch, newPage, openTemplate, serveBuilt } from './harness.mjs';

const [out, ...filters] = process.argv.slice(2);
const server = await serveBuilt();
const browser = await launch();
/** On a narrow screen there is one view at a time. */
async function showText(page) {
  if (page.viewportSize().width < 768) await page.getByRole('navigation', { name: /^(Views|Vues)$/ }).getByRole('button').nth(2).click();
}

/** Late mover, with three mistakes typed into the text. */
async function mistakes(page) {
  await openTemplate(page, 'Late mover');
  await showText(page);
  await page.locator('.cm-line', { hasText: 'let tight' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nlet odd = up.spread < 5s');
  await page.keyboard.press('Escape');
  await page.locator('.cm-line', { hasText: 'buy stake' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nbuy 50 of up at market');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: /Findings|Constats/ }).click();
  await page.getByRole('button', { name: /ODX101|ODX103/ }).first().click();
}

async function versions(page) {
  await openTemplate(page, 'Late mover');
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByRole('textbox', { name: /What is it about|De quoi/ }).fill('as it came');
  await page.keyboard.press('Enter');
  await showText(page);
  await page.locator('.cm-line', { hasText: 'let tight' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nlet wide = up.spread > 9c');
  await page.getByText(/The meaning changed|Same meaning|Même sens|Le sens a/).waitFor();
}

const scenes = {
  gallery: async (page) => page.getByRole('button').nth(2).waitFor(),
  editor: async (page) => openTemplate(page, 'Late leader'),
  findings: mistakes,
  versions,
  rules: async (page) => {
    await page.goto(new URL('#/rules/ODX101', page.url()).href);
    await page.locator('article').waitFor();
  },
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
