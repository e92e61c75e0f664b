// What a keyboard writes into the text: letters are changes of the editor's own (text-view/editor/typing.ts), all else is
// the browser's. Both say the same, with brackets that close themselves, completion, undo.
import { openTemplate } from './harness.mjs';

const lineOf = (page) => page.evaluate(() => document.querySelector('.cm-activeLine').textContent);
const settled = (page) => page.waitForFunction(() => [...document.querySelectorAll('[data-view]')].every((view) => view.dataset.settling === 'false'));

/** The text alone, on an empty line at its end. `window.written` counts what the browser wrote itself. */
async function openEnd(open) {
  const page = await open();
  await page.evaluate(() => localStorage.setItem('oddex.views', 'text'));
  await openTemplate(page, 'Late mover');
  await page.locator('.cm-line').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.evaluate(() => {
    window.written = 0;
    document.querySelector('.cm-content').addEventListener('input', () => window.written++, true);
  });
  return page;
}

const written = (page) => page.evaluate(() => window.written);

export const cases = {
  'letters and what replaces a selection are written by the editor': async ({ open, assert }) => {
    const page = await openEnd(open);
    await page.keyboard.type('# two wrds é', { delay: 5 });
    await page.keyboard.press('Control+ArrowLeft');
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('o');
    assert.equal(await lineOf(page), '# two words é');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('#x');
    assert.equal(await lineOf(page), '#x');
    assert.equal(await written(page), 1, 'the é, which no key of this keyboard has');
  },
  'a letter goes where the browser has the cursor, also if nobody has heard of that yet': async ({ open, assert }) => {
    const page = await openEnd(open);
    await page.keyboard.type('# abc');
    await page.evaluate(() => {
      const content = document.querySelector('.cm-content'), text = document.createTreeWalker(document.querySelector('.cm-activeLine'), NodeFilter.SHOW_TEXT).nextNode();
      content.addEventListener('keydown', () => getSelection().collapse(text, 0), { capture: true, once: true });
    });
    await page.keyboard.type('#');
    assert.equal(await lineOf(page), '## abc');
    await page.keyboard.type('-');
    assert.equal(await lineOf(page), '#-# abc');
  },
  'brackets close themselves, completion opens, one undo takes a word back': async ({ open, assert }) => {
    const page = await openEnd(open);
    await page.keyboard.type('(');
    assert.equal(await lineOf(page), '()');
    await page.keyboard.type('a)');
    assert.equal(await lineOf(page), '(a)');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(1000); // another step of undo
    await page.keyboard.type('ris');
    await page.locator('.cm-tooltip-autocomplete').getByText('risk', { exact: false }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    await settled(page);
    assert.equal(await page.locator('.cm-line', { hasText: /^ris/ }).count(), 1, 'the limits of the strategy alone');
    assert.equal(await written(page), 0);
  },
  'findings come with the letter, and go with it': async ({ open, assert }) => {
    const page = await openEnd(open), wrong = page.locator('.cm-lintRange-error');
    await page.keyboard.type('let wrong = 1c > ', { delay: 30 });
    await settled(page);
    for (let round = 0; round < 3; round++) {
      await page.keyboard.type('2s');
      await settled(page);
      assert.ok(await wrong.count() > 0);
      assert.equal(await lineOf(page), 'let wrong = 1c > 2s');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('c');
      await settled(page);
      assert.equal(await wrong.count(), 0);
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
    }
  },
  'a text that comes to be of a newer language while it is typed: it stays, and may only be read': async ({ open, assert }) => {
    const page = await openEnd(open);
    await page.keyboard.type('# the compiler answers at once by now', { delay: 30 });
    await settled(page);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.type('9', { delay: 30 });
    await settled(page);
    assert.equal(await lineOf(page), 'odx 19');
    await page.getByText('newer version').first().waitFor();
    await page.keyboard.type('8');
    assert.equal(await lineOf(page), 'odx 19');
  },
  'an input method writes its word, once': async ({ open, assert }) => {
    const page = await openEnd(open), session = await page.context().newCDPSession(page);
    await page.keyboard.type('# ');
    const before = await written(page);
    for (const text of ['n', 'ni', '你']) await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await page.keyboard.insertText('你好');
    await page.keyboard.type('!');
    assert.equal(await lineOf(page), '# 你好!');
    assert.ok(await written(page) > before, 'by the browser');
    await page.keyboard.press('Control+z');
    await settled(page);
    assert.doesNotMatch(await lineOf(page), /你/);
  },
};
