// Results over a part of the recording, beside the native program; and results that are kept: edit, open, reload, remove.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { overflow, violations } from './axe.mjs';
import { openTemplate, repository } from './harness.mjs';

const native = path.join(process.env.ODDEX_BUILD ?? path.join(repository, 'build'), 'odx');
const shaOf = async (page) => /[0-9a-f]{64}/.exec(await page.getByTestId('result-sha').innerText())[0];

async function openResults(page) {
  await openTemplate(page, 'Snap back');
  await page.getByRole('tab', { name: 'Results' }).click();
  await page.getByTestId('result-sha').waitFor();
}

/** What was asked of the results is still there behind another panel, a sweep as well. */
async function asked(page, assert) {
  const panel = page.getByRole('tabpanel', { name: 'Sweep' }), latency = page.getByLabel('Latency, ms'), dock = page.getByRole('tablist', { name: 'Panels' });
  await latency.fill('300');
  await latency.press('Enter');
  await page.getByRole('tab', { name: 'Sweep' }).click();
  await panel.getByRole('textbox', { name: /^Down/ }).fill('6c..10c step 2c');
  await panel.getByRole('button', { name: 'Run the sweep' }).click();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await dock.getByRole('tab', { name: 'Time' }).click();
  await page.getByTestId('cursor-time').waitFor();
  await dock.getByRole('tab', { name: 'Results' }).click();
  assert.equal(await latency.inputValue(), '300');
  await page.getByRole('tab', { name: 'Sweep' }).click();
  await panel.locator('tbody button').nth(2).waitFor();
  assert.equal(await panel.getByRole('textbox', { name: /^Down/ }).inputValue(), '6c..10c step 2c');
}

async function range({ open, assert }) {
  const page = await open(), folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oddex-')), json = path.join(folder, 'result.json');
  try {
    await openResults(page);
    const whole = await shaOf(page), from = page.getByLabel('From, UTC'), to = page.getByLabel('To, UTC');
    assert.deepEqual([await from.getAttribute('placeholder'), await to.getAttribute('placeholder')], ['2026-01-05 09:00:00', '2026-01-05 09:59:59']);
    execFileSync(native, ['backtest', path.join(repository, 'examples/snap_back.odx'), '--data', path.join(repository, 'examples/ticks/sample_5m.csv'), '--from', '2026-01-05T09:15:00Z', '--to', '2026-01-05T09:40:00Z', '--json', json, '--quiet', '--ledger', path.join(folder, 'trials')], { stdio: 'pipe' });
    const said = JSON.parse(fs.readFileSync(json, 'utf8'));
    await from.fill('2026-01-05 09:15');
    await from.press('Enter');
    await to.fill('2026-01-05 09:40');
    await to.press('Enter');
    await page.getByTestId('result-sha').filter({ hasText: said.result_sha256 }).waitFor();
    for (const [typed, says] of [['soon', /A date in UTC/], ['2026-01-05 09:15', /must be later/]]) {
      await to.fill(typed);
      await to.press('Enter');
      await page.getByRole('alert').filter({ hasText: says }).waitFor();
      assert.equal(await to.getAttribute('aria-invalid'), 'true');
    }
    assert.deepEqual(await violations(page), []);
    assert.equal(await shaOf(page), said.result_sha256);
    for (const field of [from, to]) {
      await field.fill('');
      await field.press('Enter');
    }
    await page.getByTestId('result-sha').filter({ hasText: whole }).waitFor();
    await asked(page, assert);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const keeping = (theme, width) => async ({ open, assert }) => {
  const page = await open({ theme, width, height: 800 }), found = {};
  const look = async (where) => {
    found[where] = await violations(page);
    assert.equal(await overflow(page), 0, `${where}: px too wide`);
  };
  const tab = (name) => page.getByRole('tablist', { name: 'Results' }).getByRole('tab', { name, exact: true });
  const kept = page.getByRole('table', { name: 'Kept results' }), line = page.getByTestId('kept-line');
  page.setDefaultTimeout(20_000);
  await openResults(page);
  await tab('Kept').click();
  await page.getByText('No result is kept yet').waitFor();
  await look('empty');
  await tab('Overview').click();
  const sha = await shaOf(page), figures = await page.locator('dl').first().innerText();
  await page.getByRole('button', { name: 'Keep this result' }).press('Enter');
  await page.getByText(/^Result of “.*” kept$/).waitFor();
  const value = page.getByRole('textbox', { name: 'drop: Value' });
  if (width < 768) await page.getByRole('group', { name: 'Views' }).filter({ visible: true }).getByRole('button', { name: 'Form', exact: true }).click();
  await value.fill('7c');
  await value.press('Enter');
  if (width < 768) await page.getByRole('tab', { name: 'Results' }).click();
  await page.waitForFunction((before) => !document.querySelector('[data-testid=result-sha]')?.textContent.includes(before), sha);
  const edited = await shaOf(page);
  await tab('Kept').click();
  await kept.locator('tbody tr').first().waitFor();
  await look('list');
  await kept.getByRole('button', { name: /^Open the result of/ }).press('Enter');
  await line.filter({ hasText: sha }).filter({ hasText: 'Fills queue · $1000 · 250 ms' }).waitFor();
  assert.deepEqual([await shaOf(page), await page.locator('dl').first().innerText()], [sha, figures]);
  await look('detail');
  for (const part of ['Trades', 'Slots', 'What was modelled']) {
    await page.getByRole('tablist', { name: 'Parts of the kept result' }).getByRole('tab', { name: part }).click();
    await look(part);
  }
  await page.getByRole('button', { name: 'To the live result' }).click();
  await page.getByTestId('result-sha').filter({ hasText: edited }).waitFor();
  await page.waitForTimeout(600);
  await page.reload();
  await page.locator('[data-view][data-settling="false"]').first().waitFor();
  await page.getByRole('tab', { name: 'Results' }).click();
  await page.getByTestId('result-sha').filter({ hasText: edited }).waitFor();
  await tab('Kept').click();
  await kept.getByRole('button', { name: /^Open the result of/ }).click();
  await line.filter({ hasText: sha }).waitFor();
  await page.getByRole('button', { name: 'Open this strategy', exact: true }).click();
  await page.getByRole('button', { name: 'To the live result' }).click();
  await page.getByTestId('result-sha').filter({ hasText: sha }).waitFor();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await page.getByTestId('result-sha').filter({ hasText: edited }).waitFor();
  await tab('Kept').click();
  await kept.getByRole('button', { name: /^Remove the result of/ }).press('Enter');
  await page.getByText('No result is kept yet').waitFor();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await kept.getByRole('button', { name: /^Remove the result of/ }).click();
  await page.getByText('No result is kept yet').waitFor();
  assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length)), {});
};

export const cases = { 'a part of the recording': range, 'kept, light 1440': keeping('light', 1440), 'kept, dark 360': keeping('dark', 360) };
