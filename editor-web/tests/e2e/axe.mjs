// axe.mjs — what axe-core has against a page as it stands.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Light and dark, wide and narrow. */
export const modes = [['light', 1440], ['dark', 1440], ['light', 360], ['dark', 360]];

export async function violations(page) {
  await page.waitForTimeout(250);
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary.split('\n').slice(1, 2)}`));
}

/** How much too wide the page is: nobody should have to scroll sideways. */
export const overflow = (page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
