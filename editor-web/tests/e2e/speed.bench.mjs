// What the playground takes, in figures to read: nothing here fails by the clock. Run by name, on a quiet machine:
// `node tests/e2e/run.mjs speed`; docs/BENCHMARKS.md says what is measured and what the bars are.
import { newPage, openTemplate } from './harness.mjs';

const ROUNDS = 60;

function figures(name, times) {
  const sorted = [...times].sort((a, b) => a - b), at = (part) => (sorted[Math.floor((sorted.length - 1) * part)] ?? NaN).toFixed(1);
  console.log(`     ${name}: ${sorted.length} times, median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`);
}

const textOf = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));
const allSettled = (page) => page.waitForFunction(() => [...document.querySelectorAll('[data-view]')].every((view) => view.dataset.settling === 'false'));

/** All three views on screen, over a strategy of 60 lines. */
async function sixtyLines(page) {
  await page.evaluate(() => localStorage.setItem('oddex.views', 'form,graph,text'));
  await openTemplate(page, 'Late mover');
  const text = (await textOf(page)).trimEnd(), lines = text.split('\n').length;
  const more = Array.from({ length: 60 - lines }, (_, index) => `let line_${index} = up.spread > ${index + 1}c`);
  await page.locator('.cm-line').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(`\n${more.join('\n')}`);
  await allSettled(page);
}

/** Times from a key until the views had heard of it and were settled again. */
const watchViews = (page) => page.evaluate(() => {
  window.times = [];
  let pressed = 0, isAsked = false;
  addEventListener('keydown', () => { pressed = performance.now(); isAsked = false; }, true);
  new MutationObserver(() => {
    const isSettling = [...document.querySelectorAll('[data-view]')].some((view) => view.dataset.settling === 'true');
    if (isSettling) isAsked = true;
    else if (pressed && isAsked) {
      window.times.push(performance.now() - pressed);
      pressed = 0;
    }
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-settling'] });
});

/** Times from a change of the text until the result on screen is another one. */
const watchResult = (page) => page.evaluate(() => {
  window.times = [];
  let pressed = 0, before = '';
  const shown = () => document.querySelector('[data-testid=result-sha]')?.textContent ?? '';
  addEventListener('beforeinput', () => { pressed = performance.now(); before = shown(); }, true);
  new MutationObserver(() => {
    if (!pressed || shown() === before) return;
    window.times.push(performance.now() - pressed);
    pressed = 0;
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
});

async function typeAtName(page, rounds, pause) {
  await page.locator('.cm-line', { hasText: 'strategy "' }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  for (let press = 0; press < rounds; press++) {
    await page.keyboard.type('x');
    await page.waitForTimeout(pause);
  }
}

export const cases = {
  'keystroke to findings in three views': async ({ open }) => {
    const page = await open();
    await sixtyLines(page);
    await typeAtName(page, 20, 100);
    await watchViews(page);
    await typeAtName(page, ROUNDS, 100);
    figures('from a key to all views, 60 lines', await page.evaluate(() => window.times));
  },
  'edit to equity': async ({ open }) => {
    const page = await open();
    await openTemplate(page, 'Late leader');
    await page.getByTestId('result-sha').waitFor();
    await page.locator('.cm-line', { hasText: 'let late = slot.left between' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const edit = async (times) => {
      for (let round = 0; round < times; round++) {
        await page.keyboard.press('Backspace');
        await page.keyboard.insertText(String(round % 10));
        await page.waitForTimeout(400);
      }
    };
    await edit(8);
    await watchResult(page);
    await edit(ROUNDS / 2);
    figures('from an edit to the new result', await page.evaluate(() => window.times));
  },
  'opening to a result': async ({ browser, url }) => {
    const times = [];
    for (let round = 0; round < 7; round++) {
      const from = performance.now(), page = await newPage(browser, url);
      await openTemplate(page, 'Late leader');
      await page.getByTestId('result-sha').waitFor();
      times.push(performance.now() - from);
      await page.context().close();
    }
    figures('from an empty browser to the result, 2 clicks', times);
  },
  'dragging among 200 nodes': async ({ open }) => {
    const page = await open();
    await page.evaluate(() => localStorage.setItem('oddex.views', 'graph,text'));
    await openTemplate(page, 'Late mover');
    const more = Array.from({ length: 90 }, (_, index) => `let line_${index} = up.spread > ${index + 1}c`);
    await page.locator('.cm-line').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(`\n${more.join('\n')}`);
    await allSettled(page);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForTimeout(1000);
    const node = page.locator('.react-flow__node').nth(20), box = await node.boundingBox();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const script = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ScriptDuration').value * 1000;
    await page.evaluate(() => {
      window.long = [];
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.long.push(entry.duration))).observe({ type: 'longtask' });
    });
    await page.mouse.move(box.x + 20, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 30, box.y + 12);
    const times = [];
    for (let step = 0; step < 100; step++) {
      const before = await script();
      await page.mouse.move(box.x + 30 + step, box.y + 12 + step % 7);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
      times.push((await script()) - before);
    }
    const long = await page.evaluate(() => window.long);
    await page.mouse.up();
    figures("script of a pointer's move", times);
    console.log(`     ${await page.locator('.react-flow__node').count()} nodes on screen, ${long.length} tasks over 50 ms while dragging${long.length ? `, the longest ${Math.max(...long)} ms` : ''}`);
  },
};
