// Several tabs, reloads and addresses: what is typed or counted in one place is there in the others, and stays.
import { openTemplate } from './harness.mjs';
import { madeUpTicks } from '../harness/ticks.mjs';

const settled = (page) => page.waitForFunction(() => { const views = [...document.querySelectorAll('[data-view]')]; return views.length > 0 && views.every((view) => view.dataset.settling === 'false'); });
const line = (page, words) => page.locator('.cm-line', { hasText: words }).first();

async function typeAfter(page, words, typed) {
  await line(page, words).click();
  await page.keyboard.press('End');
  await page.keyboard.type(typed);
  await page.keyboard.press('Escape');
}

/** The same document in another tab of the same browser. */
async function second(page) {
  const other = await page.context().newPage();
  for (const [event, say] of [['console', (message) => message.text()], ['pageerror', (error) => error.message]]) other.on(event, (what) => page.complaints.push(say(what)));
  await other.goto(page.url());
  await settled(other);
  return other;
}

const trials = async (page) => Number(await page.locator('dl > div').filter({ has: page.locator('dt', { hasText: /^Trials on this data$/ }) }).locator('dd').first().innerText());
const sha = (page) => page.getByTestId('result-sha').innerText();

async function setDrop(page, value) {
  const before = await sha(page), field = page.getByRole('textbox', { name: 'drop: Value' });
  await field.fill(value);
  await field.press('Enter');
  await page.waitForFunction((old) => document.querySelector('[data-testid=result-sha]')?.textContent !== old, before);
}

/** A recording of several files, dropped at once. */
const drop = (page, files) => page.evaluate((list) => {
  const transfer = new DataTransfer();
  for (const [name, text] of list) transfer.items.add(new File([text], name));
  for (const type of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}, files);

export const cases = {
  'two tabs on one document: each sees what the other wrote, with its undo': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await page.waitForTimeout(600);
    const other = await second(page);
    await typeAfter(page, 'let tight', '\nlet one = up.spread > 7c');
    await line(other, 'let one').waitFor();
    await typeAfter(other, 'let one', '\nlet two = up.spread > 8c');
    await line(page, 'let two').waitFor();
    await page.getByRole('button', { name: /^Undo/ }).click();
    await line(page, 'let two').waitFor({ state: 'detached' });
    await line(other, 'let two').waitFor({ state: 'detached' });
    assert.equal(await line(other, 'let one').count(), 1);
    await other.close();
  },
  'a reload at once, in the middle of typing, loses no key': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await typeAfter(page, 'let tight', '\nlet mine = up.spread > 7c');
    await page.reload();
    await line(page, 'let mine = up.spread > 7c').waitFor();
    await settled(page);
    assert.equal(await page.title(), 'Late mover · Oddex');
    await page.getByRole('button', { name: /^Undo/ }).click();
    await line(page, 'let mine').waitFor({ state: 'detached' });
  },
  'two tabs on one recording: the trials of both count, in both': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Snap back');
    await page.getByRole('tab', { name: 'Results' }).click();
    await page.getByTestId('result-sha').waitFor();
    await page.waitForTimeout(600);
    const other = await page.context().newPage();
    await other.goto(new URL('#/', page.url()).href);
    await openTemplate(other, 'Snap back'); // a document of its own, the same strategy: no new trial
    await other.getByTestId('result-sha').waitFor();
    assert.deepEqual([await trials(page), await trials(other)], [1, 1]);
    await Promise.all([setDrop(page, '7c'), setDrop(other, '9c')]);
    await setDrop(page, '10c');
    await setDrop(other, '11c');
    assert.equal(await trials(other), 5);
    await setDrop(page, '12c');
    assert.equal(await trials(page), 6);
    await other.close();
  },
  'of a recording with several markets the chosen one, for results, sweep and cursor': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Snap back');
    await page.getByRole('tab', { name: 'Results' }).click();
    await page.getByTestId('result-sha').waitFor();
    const choice = page.getByRole('combobox', { name: /^Market m/ });
    assert.equal(await choice.count(), 0);
    const before = await sha(page);
    await drop(page, [['btc.csv', madeUpTicks({ slots: 3 })], ['eth.csv', madeUpTicks({ seed: 2, slots: 3 }).replaceAll(',BTC,', ',ETH,')], ['nothing.csv', '']]);
    await page.getByRole('status').filter({ hasText: /nothing\.csv is empty.*Backtests now run on btc\.csv \+ 1/ }).waitFor();
    await choice.waitFor();
    await page.waitForFunction((old) => document.querySelector('[data-testid=result-sha]')?.textContent !== old, before);
    const own = await sha(page);
    assert.deepEqual(await choice.locator('option').allInnerTexts(), ['by its name', 'polymarket:btc:5m (900 ticks)', 'polymarket:eth:5m (900 ticks)']);
    await choice.selectOption('polymarket:eth:5m');
    await page.getByText(/no matching stream: the strategy trades polymarket:btc:5m, the data is polymarket:eth:5m/).first().waitFor();
    await choice.selectOption('polymarket:btc:5m');
    await page.getByTestId('result-sha').filter({ hasText: /[0-9a-f]{64}/.exec(own)[0] }).waitFor();
    await page.getByRole('tab', { name: 'Time' }).click();
    await page.getByTestId('cursor-time').filter({ hasText: 'tick' }).waitFor();
  },
  'nodes copied in one tab are pasted in another; what is no node is refused in words': async ({ open, assert }) => {
    const page = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openTemplate(page, 'Late mover');
    const graph = (of) => of.getByRole('group', { name: 'Views' }).filter({ visible: true }).getByRole('button', { name: 'Graph', exact: true });
    await graph(page).click();
    await page.waitForTimeout(600);
    const other = await page.context().newPage();
    await other.goto(new URL('#/', page.url()).href);
    await openTemplate(other, 'Heavy side');
    await other.locator('.react-flow__node').first().waitFor();
    await page.bringToFront();
    await page.locator('.react-flow__node', { hasText: 'tight' }).first().click();
    await page.keyboard.press('Control+c');
    await other.bringToFront();
    await other.waitForTimeout(500);
    await other.locator('.react-flow__node').first().click();
    const before = await other.locator('.react-flow__node').count();
    await other.keyboard.press('Control+v');
    await other.waitForFunction((count) => document.querySelectorAll('.react-flow__node').length === count + 1, before);
    await other.locator('.react-flow__node').first().focus();
    await other.evaluate(() => navigator.clipboard.writeText('{"x-odx-clip": [garbage'));
    await other.keyboard.press('Control+v');
    await other.getByRole('status').filter({ hasText: 'There are no copied nodes on the clipboard.' }).waitFor();
    assert.equal(await other.locator('.react-flow__node').count(), before + 1);
    await other.close();
  },
  'a server that is gone: what was fetched goes on, what fails can be tried again': async ({ open, assert }) => {
    const page = await open();
    await page.route(/time-cursor/, (route) => route.abort());
    await openTemplate(page, 'Late mover');
    await page.getByRole('tab', { name: 'Time' }).click();
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await again.waitFor({ state: 'detached' });
    await page.unroute(/time-cursor/);
    await page.getByRole('tab', { name: 'Time' }).click();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('cursor-time').filter({ hasText: 'tick' }).waitFor();
    const fetched = () => page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => /rules-page/.test(name)).length); // the last one
    for (let tries = 0; (await fetched()) === 0; tries++) {
      assert.ok(tries < 100, 'the rest is not fetched although the page is quiet');
      await page.waitForTimeout(100);
    }
    await page.context().setOffline(true);
    await page.getByRole('group', { name: 'Views' }).filter({ visible: true }).getByRole('button', { name: 'Graph', exact: true }).click();
    await page.locator('.react-flow__node').first().waitFor();
    const expected = /time-cursor|ERR_FAILED/;
    assert.deepEqual(page.complaints.filter((complaint) => !expected.test(complaint)), []);
    page.complaints.length = 0;
  },
  'addresses that mean nothing, and back and forward': async ({ open, assert }) => {
    const page = await open(), home = page.url();
    for (const [address, says] of [['#/d/%', 'There is no such document'], ['#/rules/%E0%A4%A', 'Search the rules'], ['#/rules/constructor', 'constructor'], ['#/nowhere', 'Strategies']]) {
      await page.goto(home + address);
      await page.getByText(says).or(page.getByPlaceholder(says)).first().waitFor();
    }
    await page.goto(`${home}#/`);
    await openTemplate(page, 'Late mover');
    const address = page.url();
    await page.goBack();
    await page.getByRole('button', { name: 'Open this strategy' }).waitFor();
    assert.equal(await page.title(), 'Strategies · Oddex');
    await page.goForward();
    await line(page, 'let tight').waitFor();
    assert.equal(page.url(), address);
  },
};
