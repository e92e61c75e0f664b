// In French no sentence of the interface is English: whatever text a page shows is looked up in the English tables.
//
// What is English by design is left out: the text of the strategy, findings, pages of rules, the file's own notes, and
// what `odx` explains. A text counts where it is long enough (two words) or is a word that French does not have.
import { openTemplate } from './harness.mjs';

/** Texts on screen and names for screen readers, outside of what is English by design. */
const shownTexts = (page) => page.evaluate(() => {
  const english = '.cm-editor, pre, code, [translate=no]';
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) if (!node.parentElement.closest(english)) found.add(node.textContent.trim());
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (element.closest(english)) continue;
    for (const name of ['aria-label', 'title', 'placeholder']) found.add((element.getAttribute(name) ?? '').trim());
  }
  return [...found].filter(Boolean);
});

/** Words that stand in English sentences and never in French ones. */
const ENGLISH = /(?<![\p{L}.])(the|of|and|is|are|was|were|it|this|that|with|from|to|for|by|not|no|yes|when|while|as|at|in a|nothing|price|rule|rules|order|orders|share|shares|trade|trades|trading|spread|market|slot|slots|cash|fees|profit|size|value|name|stop loss|take profit|buy|sell|close|field|number|run|save|undo|open|show|help|search|text|view|views|findings|results|time)(?![\p{L}\d])/iu;

/** Names that the strategy or the world gave: "Late leader", "Sharpe", "stake". */
const NAMES = /^(Late leader|Up leads\.|Down leads\.|React Flow|English|Sharpe.*|polymarket|(texte )?always up.*|(texte )?test ".*|Fois .* : late and .*)$/;

/** Titles of examples, as their files have them. */
const TITLES = new Set(['Trend of the slot', 'Fade with a brake', 'Trend with the tape', 'Opportunity scanner', 'Lead and lag', 'Shadow a whale', 'Long shot', 'Snap back', 'Spread keeper', 'Two-sided maker', 'Same event, two venues']);

const isEnglish = (text) => ENGLISH.test(text) && !NAMES.test(text);

export const cases = {
  'no English in French': async ({ open, assert }) => {
    const page = await open({ language: 'fr' });
    const found = {};
    const look = async (where) => {
      const shown = await shownTexts(page);
      assert.ok(shown.length > 5, `${where} shows something`);
      found[where] = shown.filter(isEnglish);
    };
    await page.getByRole('button', { name: 'Ouvrir cette stratégie' }).waitFor();
    found.gallery = (await shownTexts(page)).filter((text) => isEnglish(text) && !TITLES.has(text));
    await openTemplate(page, 'Late leader');
    await page.getByTestId('result-sha').waitFor();
    await look('editor');
    for (const panel of ['Transactions', 'Créneaux', 'Balayage', 'Ce qui est modélisé']) {
      await page.getByRole('tab', { name: panel, exact: true }).click();
      if (panel === 'Balayage') {
        await page.getByRole('button', { name: 'Lancer le balayage' }).click();
        await page.getByRole('tabpanel', { name: panel }).locator('tbody button').first().waitFor();
      }
      await look(panel);
    }
    await page.getByRole('tab', { name: 'Gardés', exact: true }).click();
    await page.getByText('Aucun résultat n’est encore gardé').waitFor();
    await look('nothing kept');
    await page.getByRole('tab', { name: 'Vue d’ensemble', exact: true }).click();
    await page.getByRole('button', { name: 'Garder ce résultat' }).click();
    await page.getByText(/^Résultat de « .* » gardé$/).waitFor();
    await page.getByRole('tab', { name: 'Gardés', exact: true }).click();
    const row = page.getByRole('table', { name: 'Résultats gardés' }).getByRole('button', { name: /^Ouvrir le résultat de/ });
    await row.waitFor();
    await look('kept');
    await row.click();
    await page.getByTestId('kept-line').waitFor();
    await look('a kept result');
    await page.getByRole('button', { name: 'Au résultat vivant' }).click();
    for (const panel of ['Temps', 'Constats', 'Versions']) {
      await page.getByRole('tab', { name: panel }).click();
      if (panel === 'Temps') await page.getByRole('slider', { name: 'Pas de la simulation' }).fill('1250');
      await page.getByRole('tabpanel', { name: panel }).waitFor();
      await page.waitForTimeout(300);
      await look(panel);
    }
    await page.getByRole('button', { name: 'Graphe', exact: true }).filter({ visible: true }).click();
    await page.locator('.react-flow__node').first().waitFor();
    await look('graph');
    for (const node of ['late', 'when1.1', 'risk1']) {
      await page.locator(`.react-flow__node[data-id="${node}"]`).click({ position: { x: 20, y: 8 }, force: true });
      await page.locator('[data-view=graph] aside').waitFor();
      await look(`inspector of ${node}`);
    }
    await page.keyboard.press('Control+i');
    await page.getByRole('listbox').waitFor();
    await look('insert');
    await page.keyboard.press('Escape');
    for (const key of ['Control+k', 'F1', 'F2']) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await look(key);
      await page.keyboard.press('Escape');
    }
    assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([, texts]) => texts.length)), {});
  },
};
