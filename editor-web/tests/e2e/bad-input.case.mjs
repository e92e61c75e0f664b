// Bad input: what each kind of it shows, that nothing is lost, and that axe-core has nothing against what is shown.
import { modes, overflow, violations } from './axe.mjs';
import { openTemplate } from './harness.mjs';
import { madeUpTicks } from '../harness/ticks.mjs';

const settled = (page) => page.waitForFunction(() => [...document.querySelectorAll('[data-view]')].every((view) => view.dataset.settling === 'false'));
const textOf = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));

/** Drops a file of that many copies of the text on the page. */
const drop = (page, name, text, copies = 1) => page.evaluate(([called, content, count]) => {
  const part = new Blob([content]), transfer = new DataTransfer();
  transfer.items.add(new File(Array.from({ length: count }, () => part), called));
  for (const type of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}, [name, text, copies]);

async function show(page, view) {
  const button = page.getByRole('group', { name: 'Views' }).filter({ visible: true }).getByRole('button', { name: view, exact: true });
  if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  await page.locator(`[data-view=${view.toLowerCase()}]`).waitFor();
}

/** Types a line behind another one of the text. */
async function type(page, behind, typed) {
  await show(page, 'Text');
  await page.locator('.cm-line', { hasText: behind }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(typed);
  await page.keyboard.press('Escape');
  await settled(page);
}

const refusals = async (open, assert, theme, width) => {
  const page = await open({ theme, width, height: 800 });
  const found = {};
  const look = async (where) => {
    found[where] = await violations(page);
    assert.equal(await overflow(page), 0, `${where}: px too wide`);
  };
  await page.getByRole('button', { name: 'Open this strategy' }).waitFor();
  await page.goto(new URL('#/d/nowhere', page.url()).href);
  await page.getByText('There is no such document').last().waitFor();
  await look('no such document');
  await page.goto(new URL('#/', page.url()).href);
  await drop(page, 'ticks.csv.gz', '\u001f');
  await drop(page, 'odd.png', '\u0000\u0001');
  await page.getByRole('status').filter({ hasText: 'odd.png' }).waitFor();
  await look('a file that is nothing');
  await openTemplate(page, 'Snap back');
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByText('No version yet').waitFor();
  await look('no version');
  await page.getByRole('tab', { name: 'Findings' }).click();
  await page.getByText('No findings.').waitFor();
  await look('no finding');
  await type(page, 'strategy "', '\nlet odd = up.spread < 5s');
  for (const view of ['Form', 'Graph', 'Text']) {
    await show(page, view);
    await page.locator(`[data-view=${view.toLowerCase()}]`).getByText(view === 'Text' ? 'This does not compile yet' : 'This is the last state that compiled').waitFor();
    await look(`broken text: ${view}`);
  }
  for (const panel of ['Time', 'Results', 'Findings']) {
    await page.getByRole('tab', { name: panel, exact: panel !== 'Findings' }).click();
    await page.waitForTimeout(200);
    await look(`broken text: ${panel}`);
  }
  assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length)), {});
};

export const cases = {
  ...Object.fromEntries(modes.map(([theme, width]) => [`axe-core, ${theme} ${width}`, ({ open, assert }) => refusals(open, assert, theme, width)])),

  'broken text: the others keep the last good state, greyed, and say so': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await show(page, 'Graph');
    const nodes = await page.locator('.react-flow__node').count();
    await type(page, 'let tight', '\nlet odd = (< up.spread'); // at no key of it does it compile
    for (const view of ['graph', 'form']) {
      assert.equal(await page.locator(`[data-view=${view}]`).getAttribute('data-standing'), 'stale');
      await page.locator(`[data-view=${view}]`).getByText('This is the last state that compiled').waitFor();
      assert.equal(await page.locator(`[data-view=${view}] > div.grayscale`).count(), 1);
    }
    assert.equal(await page.locator('.react-flow__node').count(), nodes);
    assert.match(await textOf(page), /let odd = \(< up\.spread/);
  },
  'a graph that does not compile is a draft, kept as it is': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await show(page, 'Graph');
    await page.keyboard.press('Control+i');
    await page.getByRole('combobox', { name: 'Search fields' }).fill('crosses above');
    await page.keyboard.press('Enter');
    await settled(page);
    await page.locator('[data-view=graph]').getByText('This does not compile yet').waitFor();
    await type(page, 'let tight', '\nlet mine = up.spread > 7c');
    const draft = page.getByRole('status').filter({ hasText: 'Unfinished work of this view was kept' });
    await draft.waitFor();
    await page.waitForTimeout(600);
    await page.reload();
    await draft.getByRole('button', { name: 'Go on with it' }).click();
    await settled(page);
    await page.locator('[data-view=graph]').getByText('This does not compile yet').waitFor();
    assert.ok(await page.locator('.react-flow__node', { hasText: 'crosses above' }).count() > 0);
  },
  'a strategy that is refused cannot run, and says why': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Snap back');
    await page.getByTestId('result-sha').waitFor();
    await type(page, 'strategy "', '\nlet never = slot.left > 20m');
    await page.locator('.cm-line', { hasText: /^when / }).first().click();
    await page.keyboard.press('Home');
    for (let step = 0; step < 'when '.length; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.type('never and ');
    await page.keyboard.press('Escape');
    await settled(page);
    await page.getByText('so it cannot run').first().waitFor();
    await page.getByRole('tab', { name: 'Sweep' }).click();
    const button = page.getByRole('button', { name: 'Run the sweep' });
    assert.equal(await button.isDisabled(), true);
    assert.match(await button.getAttribute('title'), /It could not be run: .*(never|always|false)/);
    await page.waitForTimeout(600);
    await page.reload();
    await page.getByText('This strategy cannot run').waitFor();
    await page.getByRole('button', { name: 'Show the findings' }).click();
    await page.getByRole('button', { name: /ODX30\d/ }).first().waitFor();
  },
  'money without a unit is asked about, never guessed': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await page.getByRole('listitem', { name: 'Rules 1' }).locator('> div').first().getByRole('button', { name: 'Change' }).first().click();
    await page.getByRole('menuitem', { name: 'Add an order' }).click();
    await settled(page);
    await page.locator('[data-view=form]').getByRole('combobox', { name: 'Order' }).last().selectOption('buy');
    await settled(page);
    const size = page.locator('[data-view=form]').getByRole('textbox', { name: 'Size' }).last();
    await size.fill('50');
    await size.press('Enter');
    const before = await textOf(page);
    await page.getByRole('alert').filter({ hasText: 'Is 50 dollars or shares?' }).waitFor();
    assert.match(before, /buy \$10 of up/);
    await page.getByRole('alert').getByRole('button', { name: 'shares' }).click();
    await settled(page);
    assert.match(await textOf(page), /buy 50 shares of up/);
  },
  'amounts that are none are not taken, and the field says what is': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Snap back');
    await page.getByTestId('result-sha').waitFor();
    const before = await page.getByTestId('result-sha').innerText();
    for (const [label, typed, says] of [['Cash, $', '0', /Dollars, above 0/], ['Cash, $', 'abc', /Dollars, above 0/], ['Latency, ms', '-5', /Whole milliseconds/]]) {
      const field = page.getByLabel(label), was = await field.inputValue();
      await field.fill(typed);
      await field.press('Enter');
      await page.getByRole('alert').filter({ hasText: says }).waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      await field.fill(was);
      await field.press('Enter');
      await page.getByRole('alert').filter({ hasText: says }).waitFor({ state: 'detached' });
    }
    assert.equal(await page.getByTestId('result-sha').innerText(), before);
  },
  'a recording that is damaged or too large: what and where': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Snap back');
    await page.getByTestId('result-sha').waitFor();
    const rows = madeUpTicks({ slots: 2 }).split('\n');
    rows[40] = rows[40].replace(/^\d+/, 'noon');
    await drop(page, 'damaged.csv', rows.join('\n'));
    const problem = page.getByText('1 of 600 rows of damaged.csv were not as they should be; the first is line 41: a cell is not what it should be.');
    await problem.waitFor();
    assert.deepEqual(await violations(page), []);
    await drop(page, 'other.csv', 'captured_at_ms,symbol\n1,2\n');
    await page.getByText(/It could not be run: .*other\.csv/).first().waitFor();
    await drop(page, 'huge.csv', rows.join('\n').padEnd(1 << 20, '\n'), 513);
    await page.getByRole('status').filter({ hasText: 'huge.csv is larger than this page can hold (512 MiB)' }).waitFor();
    await page.getByRole('button', { name: 'Use the sample' }).click();
    await problem.waitFor({ state: 'detached' });
  },
  'a compiler that traps on the page\'s thread: its worker answers, and nobody sees it': async ({ open, assert }) => {
    const page = await open();
    await page.waitForLoadState('networkidle');
    await page.addInitScript(() => {
      const { instantiate } = WebAssembly;
      window.traps = 0;
      WebAssembly.instantiate = async (...given) => {
        const { exports } = await instantiate(...given);
        return { exports: { ...exports, odx_check: () => {
          window.traps++;
          throw new WebAssembly.RuntimeError('unreachable');
        } } };
      };
    });
    await page.reload();
    await openTemplate(page, 'Late mover');
    let typed = '';
    // Where other work keeps the worker from answering soon, the page is not asked yet.
    for (let round = 0; round < 60 && (await page.evaluate(() => window.traps)) === 0; round++) {
      await type(page, 'let tight', ' ');
      typed += ' ';
    }
    assert.ok(await page.evaluate(() => window.traps) > 0, 'the page was asked');
    await type(page, 'strategy "', '\nlet mine = up.spread > 7c');
    await page.locator('[data-view=form]').getByText('mine').first().waitFor();
    assert.match(await textOf(page), /let mine = up\.spread > 7c/);
    assert.ok((await textOf(page)).includes(`< 5c${typed}`));
  },
};
