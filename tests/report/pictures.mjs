// pictures.mjs CHROMIUM PAGE FOLDER: the page at desktop and phone width, light and dark, for docs/REVIEW.md.
import path from 'node:path';

import { Browser } from './browser.mjs';

const [chromium, page, folder] = process.argv.slice(2);
const browser = new Browser(chromium);

for (const width of [1280, 375])
  for (const dark of [false, true]) {
    await browser.open(page, { width, dark });
    const height = await browser.ask('document.documentElement.scrollHeight');
    for (let y = 0, i = 1; y < height; y += 1600, i++)
      await browser.picture(path.join(folder, `${width}-${dark ? 'dark' : 'light'}-${i}.png`), { y, height: 1600 });
  }
await browser.end();
