// No violation of axe-core on any page and panel, light and dark, wide and narrow.
import { modes, overflow, violations } from './axe.mjs';
import { openTemplate } from './harness.mjs';

export const cases = Object.fromEntries(modes.map(([theme, width]) => [`${theme} ${width}`, async ({ open, assert }) => {
  const page = await open({ theme, width, height: 800 });
  await page.getByRole('button', { name: 'Open this strategy' }).waitFor();
  const found = { gallery: await violations(page) };
  await page.goto(new URL('#/rules/ODX101', page.url()).href);
  await page.locator('article').waitFor();
  found.rules = await violations(page);
  await page.goto(new URL('#/', page.url()).href);
  await openTemplate(page, 'Late leader');
  for (const panel of ['Time', 'Results', 'Findings', 'Versions']) {
    await page.getByRole('tab', { name: panel }).click();
    found[panel] = await violations(page);
    if (panel !== 'Results') continue;
    await page.getByTestId('result-sha').waitFor();
    for (const tab of ['Overview', 'Trades', 'Slots', 'Sweep', 'What was modelled']) {
      await page.getByRole('tab', { name: tab, exact: true }).click();
      if (tab === 'Sweep') {
        await page.getByRole('button', { name: 'Run the sweep' }).click();
        await page.getByRole('tabpanel', { name: tab }).locator('tbody button').first().waitFor();
      }
      found[`Results, ${tab}`] = await violations(page);
    }
  }
  for (const view of ['Form', 'Graph', 'Text']) {
    const button = page.getByRole('group', { name: 'Views' }).filter({ visible: true }).getByRole('button', { name: view, exact: true });
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
    await page.locator(`[data-view=${view.toLowerCase()}]`).waitFor();
    found[view] = await violations(page);
    if (view !== 'Graph') continue;
    const outline = page.locator('[data-view=graph]').getByRole('button', { name: 'Outline', exact: true }); // where a narrow screen begins
    if (width < 768) await outline.click();
    await page.locator('.react-flow__node').first().waitFor();
    found['Graph, canvas'] = await violations(page);
    await outline.click();
    await page.getByRole('tree').getByRole('button').first().click();
    await page.locator('[data-view=graph] aside').waitFor();
    found['Graph, outline and inspector'] = await violations(page);
    await page.locator('[data-view=graph] aside').getByRole('button', { name: 'Close' }).click();
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  found.palette = await violations(page);
  await page.keyboard.press('Escape');
  assert.equal(await overflow(page), 0, 'px too wide');
  assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length)), {});
}]));
