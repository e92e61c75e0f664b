// What the playground takes, in figures to read: nothing here fails by the clock. Run by name, on a quiet machine:
// `node tests/e2e/run.mjs speed`; docs/BENCHMARKS.md says what is measured and what the bars are.
import { newPage, openTemplate } from './harness.mjs';

const ROUNDS = 60;
/** How long a key is held: who types lets go of it after the frame in which it is shown, not in front of that. */
const HELD = { delay: 90 };

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

/**
 * Times from an input event (when the browser had it, not when the page heard of it) to the end of the frame in
 * which what was waited for is on screen. `isShown` is asked after every change of the page, `isThere` when the frame
 * is over: what is not there then is a mistake, not a time.
 */
const watch = (page, event, isShown, isThere = isShown) => page.evaluate(`(${inPage})(${JSON.stringify(event)}, ${isShown}, ${isThere})`);

function inPage(name, isShown, isThere) {
  let pressed = null;
  window.times = [];
  window.mistakes = 0;
  const look = () => {
    const from = pressed;
    if (from === null || !isShown(from.typed)) return;
    pressed = null;
    const over = () => {
      window.times.push(performance.now() - from.at);
      if (pressed === null && !isThere(from.typed)) window.mistakes++;
    };
    // Behind this frame, and in front of the next one, which a message would stand behind.
    requestAnimationFrame(() => scheduler.postTask(over, { priority: 'user-blocking' }));
  };
  addEventListener(name, (heard) => {
    pressed = { at: heard.timeStamp, typed: window.typed };
    window.drawn = 0;
  }, true);
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}

async function report(page, name, least) {
  const { times, mistakes } = await page.evaluate(() => ({ times: window.times, mistakes: window.mistakes }));
  if (times.length < least || mistakes) throw new Error(`${name}: ${times.length} answers of ${least}, ${mistakes} showed something else`);
  figures(name, times);
}

/** In the page: every view is settled and shows the limit that was typed last, with the finding that it brings or without. */
function isLimitShown({ shown, isFound }) {
  const [form, graph, text] = ['form', 'graph', 'text'].map((view) => document.querySelector(`[data-view=${view}]`));
  if ([form, graph, text].some((view) => view.dataset.settling !== 'false' || view.dataset.standing !== 'live')) return false;
  const line = (words) => [...text.querySelectorAll('.cm-line')].find((each) => each.textContent.trim().startsWith(words));
  const isLimit = [...form.querySelectorAll('[data-node=tight] input')].some((input) => input.value === shown)
    && graph.querySelector('.react-flow__node[data-id=tight]').textContent.includes(`> ${shown}`) && line('let tight').textContent.endsWith(`> ${shown}`);
  if (!isLimit) return false;
  const found = [line('stop loss').querySelector('.cm-lintRange-warning') !== null, form.querySelector('[data-node^=risk]').textContent.includes('tighter than the spread')];
  return found.every((each) => each === isFound);
}

/** In the page: every view has heard of the name and is settled again. */
function isNameShown({ shown }) {
  const views = [...document.querySelectorAll('[data-view]')];
  return views.every((view) => view.dataset.settling === 'false') && document.querySelector('h1').textContent === shown;
}

/** In the page: another result than that of before; and its curve was drawn since the edit. */
function isResultShown({ before }) {
  const sha = document.querySelector('[data-testid=result-sha]')?.textContent ?? '';
  return sha !== '' && sha !== before;
}
const isCurveDrawn = () => window.drawn > 0;

/** One edit at a time, with a moment for what follows of it. `typed` is what the page is to show. */
async function press(page, act, typed, pause) {
  const known = await page.evaluate((value) => {
    window.typed = value;
    return window.times.length;
  }, typed);
  await act();
  await page.waitForTimeout(pause);
  await page.waitForFunction((count) => window.times.length > count, known, { polling: 50 });
}

/** Before the character that is last in a line. */
async function beforeLast(page, words) {
  await page.locator('.cm-line', { hasText: words }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
}

async function typeName(page, rounds) {
  for (let name = await page.locator('h1').textContent(), round = 0; round < rounds; round++) {
    name += 'x';
    await press(page, () => page.keyboard.press('x', HELD), { shown: name }, 150);
  }
}

/** `5c` becomes `95c`, which brings a finding, and `5c` again. */
async function typeLimit(page, rounds) {
  for (let round = 0; round < rounds; round += 2) {
    await press(page, () => page.keyboard.press('9', HELD), { shown: '95c', isFound: true }, 150);
    await press(page, () => page.keyboard.press('Backspace', HELD), { shown: '5c', isFound: false }, 150);
  }
}

/** What a key costs the processor, by thread and kind of work: does not grow when the machine has other work. */
async function costs(browser, page, keys, act) {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8'] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const renderer = traceEvents.find(({ name, args }) => name === 'EventDispatch' && args.data?.type === 'keydown').pid;
  const threads = new Map(traceEvents.filter(({ name, pid }) => name === 'thread_name' && pid === renderer).map(({ tid, args }) => [tid, args.name]));
  /** Of events inside each other the outer ones. */
  const sum = (thread, kinds) => {
    const ends = new Map();
    return traceEvents.filter(({ ph, pid, tid, name }) => ph === 'X' && pid === renderer && threads.get(tid) === thread && kinds.includes(name)).sort((a, b) => a.ts - b.ts || b.dur - a.dur)
      .reduce((all, { ts, dur, tid, tdur = 0 }) => {
        if (ts < (ends.get(tid) ?? 0)) return all;
        ends.set(tid, ts + dur);
        return all + tdur;
      }, 0) / 1000 / keys;
  };
  const main = 'CrRendererMain', rows = {
    'the page, in all': sum(main, ['RunTask']), 'input events': sum(main, ['EventDispatch']), 'answers of the workers': sum(main, ['HandlePostMessage']),
    'style and layout': sum(main, ['UpdateLayoutTree', 'Layout']), 'painting': sum(main, ['PrePaint', 'Paint', 'Layerize', 'Commit']),
    'the workers (compiler, backtest)': sum('DedicatedWorker thread', ['RunTask']),
  };
  for (const [name, ms] of Object.entries(rows)) console.log(`     ${ms.toFixed(1).padStart(5)} ms of processor a key: ${name}`);
}

export const cases = {
  'keystroke to findings in three views': async ({ open, browser }) => {
    const page = await open();
    await sixtyLines(page);
    await beforeLast(page, 'let tight');
    for (const key of ['ArrowLeft', 'ArrowLeft', 'Backspace', '>', 'ArrowRight']) await page.keyboard.press(key);
    await allSettled(page);
    await watch(page, 'keydown', isLimitShown);
    await typeLimit(page, 20);
    await page.evaluate(() => { window.times = []; });
    await typeLimit(page, ROUNDS);
    await report(page, 'from a key in a number to all views, 60 lines', ROUNDS);
    await costs(browser, page, ROUNDS / 2, () => typeLimit(page, ROUNDS / 2));
  },
  'keystroke in a name to three views': async ({ open }) => {
    const page = await open();
    await sixtyLines(page);
    await beforeLast(page, 'strategy "');
    await watch(page, 'keydown', isNameShown);
    await typeName(page, 20);
    await page.evaluate(() => { window.times = []; });
    await typeName(page, ROUNDS);
    await report(page, 'from a key in the name to all views, 60 lines', ROUNDS);
  },
  'edit to equity': async ({ open }) => {
    const page = await open();
    await page.evaluate(() => {
      const { stroke } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.stroke = function (...path) {
        window.drawn++;
        return stroke.apply(this, path);
      };
    });
    await openTemplate(page, 'Late leader');
    await page.getByTestId('result-sha').waitFor();
    await beforeLast(page, 'let late = slot.left between');
    await watch(page, 'keydown', isResultShown, isCurveDrawn);
    const edit = async (rounds) => {
      for (let round = 0; round < rounds; round++) {
        const before = await page.getByTestId('result-sha').textContent();
        await press(page, () => (round % 2 ? page.keyboard.press('Backspace', HELD) : page.keyboard.press('0', HELD)), { before }, 400);
      }
    };
    await edit(12);
    await page.evaluate(() => { window.times = []; });
    await edit(ROUNDS);
    await report(page, 'from an edit to the new curve', ROUNDS);
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
