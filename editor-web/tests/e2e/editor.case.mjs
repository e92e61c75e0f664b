// One document: typed mistakes and their fixes, undo over reloads, versions, files in and out, forbidden storage.
import fs from 'node:fs';
import path from 'node:path';

import { openTemplate, repository } from './harness.mjs';

const settled = (page) => page.waitForFunction(() => [...document.querySelectorAll('[data-view]')].every((view) => view.dataset.settling === 'false'));
const textOf = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));

/** Opens a strategy from bytes, as if it had been chosen from the disk. */
async function importFile(page, name, content) {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
}

/** What a command of the palette downloads. */
async function exported(page, words) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search commands' }).fill(words);
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  return { name: download.suggestedFilename(), text: fs.readFileSync(await download.path(), 'utf8') };
}

async function typeAfter(page, words, typed) {
  await page.locator('.cm-line', { hasText: words }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(typed);
  await page.keyboard.press('Escape');
  await settled(page);
}

export const cases = {
  'a mistake, its finding, a choice, undo': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await typeAfter(page, 'buy stake', '\nbuy 50 of down at market within 2c');
    assert.equal(await page.locator('[data-view=text]').getAttribute('data-standing'), 'broken');
    await page.getByRole('tab', { name: /Findings/ }).click();
    await page.getByRole('button', { name: '$50', exact: true }).click();
    await settled(page);
    assert.match(await textOf(page), /buy \$50 of down/);
    assert.equal(await page.locator('[data-view=text]').getAttribute('data-standing'), 'live');
    await page.keyboard.press('Control+z');
    await settled(page);
    assert.match(await textOf(page), /buy 50 of down/);
  },
  'another name, by keys': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await page.keyboard.press('F2');
    await page.getByRole('textbox', { name: 'Name of the strategy' }).fill('My "own" mover');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'My "own" mover' }).waitFor();
    assert.match(await textOf(page), /^strategy "My \\"own\\" mover"$/m);
    assert.equal(await page.title(), 'My "own" mover · Oddex');
    await page.keyboard.press('F2'); // left as it is, it is no edit
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+z');
    await page.getByRole('heading', { level: 1, name: 'Late mover' }).waitFor();
  },
  'reload keeps the work, its undo and its versions': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await page.keyboard.press('Control+s');
    await page.getByText('Version 1 saved').waitFor();
    await typeAfter(page, 'let tight', '\nlet mine = up.spread > 7c');
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator('.cm-line', { hasText: 'let mine' }).waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByText('let mine').last().waitFor();
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await settled(page);
    assert.doesNotMatch(await textOf(page), /let mine/);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await settled(page);
    assert.match(await textOf(page), /let mine/);
  },
  'the original documents come in, and go out as they came': async ({ open, assert }) => {
    for (const [name, words] of [['form_original.json', 'export form'], ['graph_original.json', 'export graph']]) {
      const source = fs.readFileSync(path.join(repository, 'tests/golden/views', name), 'utf8');
      const page = await open();
      await page.getByRole('button', { name: 'Import a file' }).waitFor();
      await importFile(page, name, source);
      await page.locator('[data-view=text][data-standing=live]').waitFor();
      assert.deepEqual(JSON.parse((await exported(page, words)).text), JSON.parse(source));
      await typeAfter(page, 'buy $50', '  # mine');
      await page.keyboard.press('Control+z');
      await settled(page);
      assert.equal((await exported(page, words)).text, source);
      const text = await exported(page, 'export text');
      assert.match(text.name, /^imported-(form|graph)\.odx$/);
      await page.goto(new URL('#/', page.url()).href);
      await importFile(page, text.name, text.text);
      await page.locator('[data-view=text][data-standing=live]').waitFor();
      assert.deepEqual(JSON.parse((await exported(page, words)).text).edges, JSON.parse(source).edges);
    }
  },
  'files that are no strategies get a sentence; a newer one is read-only': async ({ open, assert }) => {
    const page = await open();
    await page.getByRole('button', { name: 'Import a file' }).waitFor();
    for (const [name, content, says] of [
      ['a.png', [0x89, 0x50, 0x4e, 0xff], 'not text in UTF-8'], ['b.odx', '', 'is empty'], ['c.json', '[1]', 'neither a strategy'],
      ['d.csv.gz', [0x1f, 0x8b, 1, 2], 'damaged'], ['e.csv', 'captured_at_ms,symbol\n', 'Backtests now run on'],
    ]) {
      await importFile(page, name, content);
      await page.getByRole('status').filter({ hasText: says }).waitFor();
    }
    await importFile(page, 'f.odx', 'odx 7\nstrategy "From the future"\n');
    await page.getByText('Written by a newer version').first().waitFor();
    assert.equal(await page.locator('.cm-content').getAttribute('aria-readonly'), 'true');
  },
  'forbidden storage: the work stays on screen, and the page says so': async ({ open, assert }) => {
    const page = await open();
    await page.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('no', 'SecurityError'); } });
    });
    await page.waitForLoadState('networkidle');
    await page.reload();
    await openTemplate(page, 'Late mover');
    await page.getByText('does not let this page store anything').waitFor();
    await typeAfter(page, 'let tight', '\nlet mine = up.spread > 7c');
    assert.match((await exported(page, 'export text')).text, /let mine/);
  },
  'full storage: the work stays on screen, the page says so, and goes on once there is room': async ({ open, assert }) => {
    const page = await open();
    const devtools = await page.context().newCDPSession(page), origin = new URL(page.url()).origin;
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 }); // before the first write: room that was found is remembered
    await openTemplate(page, 'Late mover');
    await typeAfter(page, 'let tight', '\nlet mine = up.spread > 7c');
    const warning = page.getByRole('status').filter({ hasText: 'The browser has no room left' });
    await warning.waitFor();
    assert.match(await textOf(page), /let mine/);
    const [download] = await Promise.all([page.waitForEvent('download'), warning.getByRole('button', { name: 'Export text (.odx)' }).click()]);
    assert.match(fs.readFileSync(await download.path(), 'utf8'), /let mine/);
    await page.keyboard.press('Control+s');
    await page.getByText('Version 1 is on screen only').waitFor();
    await typeAfter(page, 'let mine', '\nlet more = up.spread > 8c');
    await warning.waitFor();
    assert.match(await textOf(page), /let mine[^]*let more/);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    await typeAfter(page, 'let more', '\nlet last = up.spread > 9c');
    await warning.waitFor({ state: 'detached' });
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator('.cm-line', { hasText: 'let last' }).waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('list', { name: 'Versions' }).getByText('Version 1', { exact: true }).waitFor();
  },
  'keystroke to findings': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Two-sided maker');
    await page.locator('.cm-line', { hasText: 'strategy "' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.evaluate(() => {
      window.times = [];
      let pressed = 0, name = document.querySelector('h1').textContent;
      addEventListener('keydown', () => {
        pressed = performance.now();
        name += 'x';
      }, true);
      new MutationObserver(() => {
        const views = [...document.querySelectorAll('[data-view]')];
        if (pressed && document.querySelector('h1').textContent === name && views.every((view) => view.dataset.settling === 'false')) {
          window.times.push(performance.now() - pressed);
          pressed = 0;
        }
      }).observe(document.body, { subtree: true, attributes: true, childList: true, characterData: true });
    });
    for (let press = 0; press < 60; press++) {
      await page.keyboard.type('x');
      await page.waitForTimeout(60);
      await page.waitForFunction((count) => window.times.length > count, press);
    }
    const times = (await page.evaluate(() => window.times)).sort((a, b) => a - b);
    assert.equal(times.length, 60);
    console.log(`     ${times.length} keystrokes: median ${times[times.length >> 1].toFixed(1)} ms, p95 ${times[Math.floor(times.length * 0.95)].toFixed(1)} ms`);
  },
};
