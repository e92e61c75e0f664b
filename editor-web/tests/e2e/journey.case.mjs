// The whole way, by mouse and again by keyboard alone: template, form, graph and text, a mistake and its fix,
// backtest, cursor, why not, sweep, version, reload, export, import; on a recording that is made here.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { madeUpTicks } from '../harness/ticks.mjs';
import { repository } from './harness.mjs';

const native = path.join(process.env.ODDEX_BUILD ?? path.join(repository, 'build'), 'odx');
const MISTAKE = '\nbuy 50 of down at market within 2c';

const settled = (page) => page.waitForFunction(() => [...document.querySelectorAll('[data-view]')].every((view) => view.dataset.settling === 'false'));
const textOf = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));

/** A hand moves through the page: both hands can do the same. */
function mouse(page) {
  return {
    press: (locator) => locator.click(),
    async fill(locator, value) {
      await locator.click({ clickCount: 3 });
      await page.keyboard.type(value);
      await page.keyboard.press('Enter');
    },
    choose: (locator, value) => locator.selectOption(value),
    async typeAfter(words, typed) {
      await page.locator('.cm-line', { hasText: words }).first().click();
      await page.keyboard.press('End');
      await page.keyboard.type(typed);
      await page.keyboard.press('Escape');
    },
    async scrub(slider, share) {
      const box = await slider.boundingBox();
      await page.mouse.move(box.x + 8, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * share, box.y + box.height / 2, { steps: 8 });
      await page.mouse.up();
    },
    async give(button, file) {
      const data = await page.evaluateHandle(([name, text]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name));
        return transfer;
      }, [file.name, file.text]);
      for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: data });
    },
  };
}

/** Tab, Enter, Space, arrows and typing; wherever it stands, the focus can be seen. */
function keyboard(page, assert) {
  page.on('filechooser', () => undefined); // from now on, so that the first one is not missed
  const here = (locator) => locator.evaluate((element) => element === document.activeElement);
  async function to(locator) {
    await locator.waitFor({ state: 'attached' });
    const look = (element) => ({
      isHere: element === document.activeElement, isText: document.activeElement?.matches('.cm-content') ?? false,
      isBefore: (document.activeElement?.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0,
    });
    for (let presses = 0; ; presses++) {
      const { isHere, isText, isBefore } = await locator.evaluate(look);
      if (isHere) break;
      assert.ok(presses < 250, `no way by Tab to ${locator}`);
      if (isText) await page.keyboard.press('Escape');
      await page.keyboard.press(isBefore ? 'Shift+Tab' : 'Tab');
    }
    assert.ok(await locator.evaluate((element) => [element, element.closest('.cm-editor')].some((each) => {
      const style = each && getComputedStyle(each);
      return style && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
    })), `the focus is not seen on ${locator}`);
  }
  return {
    async press(locator) {
      if ((await locator.getAttribute('role')) !== 'tab') {
        await to(locator);
        return page.keyboard.press('Enter');
      }
      const list = locator.locator('xpath=ancestor::*[@role="tablist"]');
      await to(list.locator('[role=tab][tabindex="0"]').first());
      for (let presses = 0; !(await here(locator)); presses++) {
        assert.ok(presses < 10, `no way by arrows to ${locator}`);
        await page.keyboard.press('ArrowRight');
      }
      if ((await locator.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('Enter');
    },
    async fill(locator, value) {
      await to(locator);
      await page.keyboard.press('Control+a');
      await page.keyboard.type(value);
      await page.keyboard.press('Enter');
    },
    async choose(locator, value) {
      await to(locator);
      await page.keyboard.type(value);
    },
    async typeAfter(words, typed) {
      await to(page.locator('.cm-content'));
      const line = (await textOf(page)).split('\n').findIndex((each) => each.includes(words));
      await page.keyboard.press('Control+Home');
      for (let down = 0; down < line; down++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
      await page.keyboard.type(typed);
      await page.keyboard.press('Escape');
    },
    async scrub(slider, share) {
      await to(slider);
      await page.keyboard.press('Home');
      const steps = Math.round(share * 10);
      for (let press = 0; press < steps; press++) await page.keyboard.press('PageUp');
    },
    async give(button, file) {
      await to(button);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
      await chooser.setFiles({ name: file.name, mimeType: 'application/octet-stream', buffer: Buffer.from(file.text) });
    },
  };
}

/** What the native program says of the same file and recording. */
function nativeResult(folder, text) {
  const strategy = path.join(folder, 'strategy.odx'), json = path.join(folder, 'result.json');
  fs.writeFileSync(strategy, text);
  execFileSync(native, ['backtest', strategy, '--data', path.join(folder, 'made-up.csv'), '--json', json, '--quiet', '--ledger', path.join(folder, 'trials')], { stdio: 'pipe' });
  return JSON.parse(fs.readFileSync(json, 'utf8'));
}

async function exported(page, hand) {
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'Search commands' });
  await search.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), hand.fill(search, 'export text')]);
  return { name: download.suggestedFilename(), text: fs.readFileSync(await download.path(), 'utf8') };
}

async function editing(page, hand, assert) {
  const { press } = hand;
  await press(page.getByRole('button', { name: /Snap back/ }).first());
  await press(page.getByRole('button', { name: 'Open this strategy' }));
  await page.locator('[data-view=text][data-settling=false]').waitFor();
  await hand.fill(page.getByRole('textbox', { name: 'drop: Value' }), '7c');
  await settled(page);
  assert.match(await textOf(page), /param drop {2}= 7c/);
  const views = page.getByRole('group', { name: 'Views' }).filter({ visible: true });
  await press(views.getByRole('button', { name: 'Graph', exact: true }));
  await press(page.locator('[data-view=graph]').getByRole('button', { name: 'Outline', exact: true }));
  await press(page.getByRole('tree').getByRole('button', { name: /setting.*drop/ }).first());
  assert.equal(await page.getByRole('complementary', { name: 'Node' }).or(page.locator('[data-view=graph] aside')).first().getByLabel('value', { exact: true }).inputValue(), '7c');
  await press(views.getByRole('button', { name: 'Graph', exact: true }));
  await hand.typeAfter('buy stake', MISTAKE);
  await settled(page);
  assert.equal(await page.locator('[data-view=text]').getAttribute('data-standing'), 'broken');
  await press(page.getByRole('tab', { name: /Findings/ }));
  await press(page.getByRole('button', { name: '$50', exact: true }));
  await settled(page);
  assert.match(await textOf(page), /buy \$50 of down/);
  assert.equal(await page.locator('[data-view=text]').getAttribute('data-standing'), 'live');
}

async function results(page, hand, assert, folder) {
  await hand.press(page.getByRole('tab', { name: 'Results' }));
  const file = await exported(page, hand), said = nativeResult(folder, file.text);
  await page.getByTestId('result-sha').filter({ hasText: said.result_sha256 }).waitFor();
  assert.ok(said.total_trades > 0, 'it trades');
  const profit = page.locator('dl > div').filter({ has: page.locator('dt', { hasText: /^Profit$/ }) }).locator('dd').first();
  const shown = await profit.innerText(), cents = Number(shown.replace(/[^\d]/g, '')) * (/[-−]/.test(shown) ? -1 : 1);
  assert.equal(cents, Math.round(said.pnl_micros / 1e4), shown);
  return { file, said };
}

/** Where one other number would have been enough for the first rule, about a third into the recording. */
function nearMiss(folder) {
  const said = execFileSync(native, ['why', path.join(folder, 'strategy.odx'), '--data', path.join(folder, 'made-up.csv'), '--values', '--json', ...Array.from({ length: 80 }, (_, i) => ['--at', `+${530 + i}s`]).flat()], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const steps = said.split('\n').filter((line) => line.startsWith('{"table"')).map((line) => JSON.parse(line).step);
  const found = steps.find(({ kind, rules }) => kind === 'tick' && rules[0].changes.length > 0);
  return { tick: found.tick, says: found.rules[0].changes[0] };
}

async function scrubbing(page, hand, assert, folder) {
  await hand.press(page.getByRole('tab', { name: 'Time' }));
  const time = page.getByTestId('cursor-time'), slider = page.getByRole('slider', { name: 'Step of the run' });
  await time.filter({ hasText: 'tick' }).waitFor();
  const { tick, says } = nearMiss(folder);
  const arrived = () => page.waitForFunction(() => document.querySelector('[data-testid=cursor-time]').dataset.step === document.querySelector('input[aria-label="Step of the run"]').value);
  await hand.scrub(slider, 0.3);
  await arrived();
  for (let tries = 0; ; tries++) {
    const now = Number(/tick (\d+)/.exec(await time.innerText())[1]);
    if (now === tick) break;
    assert.ok(tries < 200, `at tick ${now}, not ${tick}`);
    await hand.press(page.getByRole('button', { name: now < tick ? 'One step forward' : 'One step back' }));
    await arrived();
  }
  const rule = page.getByRole('region', { name: 'Rule 1' });
  await rule.getByText('Why not').waitFor();
  await rule.getByText(`${says.to_text} instead of ${says.from_text} (${says.distance_text} away)`).waitFor();
  await hand.press(page.getByRole('button', { name: /^Next time it was true/ }));
  await rule.getByText(/^(fired|was true already|refused)$/).waitFor();
}

async function sweeping(page, hand, assert) {
  await hand.press(page.getByRole('tab', { name: 'Results' }));
  await hand.press(page.getByRole('tab', { name: 'Sweep' }));
  const panel = page.getByRole('tabpanel', { name: 'Sweep' });
  await hand.choose(panel.getByRole('combobox', { name: 'Down' }), 'drop');
  await hand.choose(panel.getByRole('combobox', { name: 'Across' }), 'stake');
  await hand.fill(panel.getByRole('textbox', { name: /^Down/ }), '6c..10c step 2c');
  await hand.fill(panel.getByRole('textbox', { name: /^Across/ }), '$10..$20 step $5');
  const run = panel.getByRole('button', { name: 'Run the sweep' });
  await run.waitFor();
  await hand.press(run);
  await panel.getByRole('rowheader').nth(2).waitFor();
  await panel.locator('tbody button').nth(8).waitFor();
  assert.equal(await panel.locator('tbody button').count(), 9);
}

async function keeping(page, hand, assert, folder, { said }) {
  await hand.press(page.getByRole('tab', { name: 'Versions' }));
  await hand.press(page.getByRole('button', { name: 'Save version 1', exact: true }));
  await page.getByText('Version 1 saved').waitFor();
  const kept = await exported(page, hand);
  await page.waitForTimeout(600);
  await page.reload();
  await page.locator('[data-view=text][data-settling=false]').waitFor();
  const file = await exported(page, hand);
  assert.equal(file.text, kept.text);
  await hand.press(page.getByRole('button', { name: 'Strategies', exact: true }));
  const button = page.getByRole('button', { name: 'Import a file' });
  await button.waitFor();
  await hand.give(button, file);
  await page.locator('[data-view=text][data-standing=live]').waitFor();
  assert.equal((await exported(page, hand)).text, file.text);
  assert.equal(nativeResult(folder, file.text).result_sha256, said.result_sha256);
}

const journey = (handOf) => async ({ open, assert }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oddex-')), csv = madeUpTicks();
  fs.writeFileSync(path.join(folder, 'made-up.csv'), csv);
  try {
    const page = await open();
    page.setDefaultTimeout(20_000);
    const hand = handOf(page, assert), button = page.getByRole('button', { name: 'Import a file' });
    await button.waitFor();
    await hand.give(button, { name: 'made-up.csv', text: csv });
    await page.getByRole('status').filter({ hasText: 'Backtests now run on' }).waitFor();
    await editing(page, hand, assert);
    const first = await results(page, hand, assert, folder);
    await scrubbing(page, hand, assert, folder);
    await sweeping(page, hand, assert);
    await keeping(page, hand, assert, folder, first);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

export const cases = { 'by mouse': journey(mouse), 'by keyboard alone': journey(keyboard) };
