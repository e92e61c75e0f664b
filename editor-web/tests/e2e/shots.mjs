// shots.mjs OUT [WORD...] — pictures of the pages at three widths, light and dark, in both languages, to look at.
// A word chooses the pictures whose names have it: `graph`, `390-dark`.  `shots.mjs ../docs readme` makes those of
// the README.
import path from 'node:path';

import { launch, newPage, openTemplate, serveBuilt } from './harness.mjs';

const [out, ...filters] = process.argv.slice(2);
const server = await serveBuilt();
const browser = await launch();
/** On a narrow screen there is one view at a time. */
async function showText(page) {
  if (page.viewportSize().width < 768) await page.getByRole('navigation', { name: /^(Views|Vues)$/ }).getByRole('button').nth(2).click();
}

/** Late mover, with three mistakes typed into the text. */
async function mistakes(page) {
  await openTemplate(page, 'Late mover');
  await showText(page);
  await page.locator('.cm-line', { hasText: 'let tight' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nlet odd = up.spread < 5s');
  await page.keyboard.press('Escape');
  await page.locator('.cm-line', { hasText: 'buy stake' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nbuy 50 of up at market');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: /Findings|Constats/ }).click();
  await page.getByRole('button', { name: /ODX101|ODX103/ }).first().click();
}

async function versions(page) {
  await openTemplate(page, 'Late mover');
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByRole('textbox', { name: /^Note/ }).fill('as it came');
  await page.keyboard.press('Enter');
  await showText(page);
  await page.locator('.cm-line', { hasText: 'let tight' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nlet wide = up.spread > 9c');
  await page.getByText(/The meaning changed|Same meaning|Même sens|Le sens a/).waitFor();
}

/** Which views are on screen, by their place in the header; a narrow screen shows the last of them. */
async function views(page, wanted) {
  const isNarrow = page.viewportSize().width < 768;
  const buttons = page.getByRole('group', { name: /^(Views|Vues)$/ }).filter({ visible: true }).getByRole('button');
  if (isNarrow) return buttons.nth(wanted.at(-1)).click();
  for (const on of [true, false])
    for (const at of [0, 1, 2])
      if (wanted.includes(at) === on && (await buttons.nth(at).getAttribute('aria-pressed')) !== String(on)) await buttons.nth(at).click();
}

const panel = (page, name) => page.getByRole('tab', { name }).first().click();
const hideDock = async (page) => {
  const button = page.getByRole('button', { name: /^(Hide the panel|Cacher le panneau)$/ });
  if (await button.isVisible()) await button.click();
};

/** Late leader, the named views, and a panel of the dock (none: hidden). */
const workspace = (wanted, dock, act = async () => undefined) => async (page) => {
  await openTemplate(page, 'Late leader');
  await views(page, wanted);
  if (dock) await panel(page, dock);
  else await hideDock(page);
  await act(page);
};

/** A phone begins with the outline of the graph, a desk with its canvas. */
const outline = (on) => async (page) => {
  const button = page.getByRole('button', { name: /^(Outline|Plan)$/ });
  if ((await button.getAttribute('aria-pressed')) !== String(on)) await button.click();
};

const chooseNode = async (page) => {
  await page.waitForTimeout(400);
  if (page.viewportSize().width < 768) return page.getByRole('tree').getByRole('button').nth(2).click();
  await page.locator('.react-flow__node-strategy').nth(3).click();
};

/** A panel of the results, once the run is through. */
const result = (tab) => workspace([0, 2], /^(Results|Résultats)$/, async (page) => {
  await page.getByRole('tab', { name: /^(Overview|Vue d’ensemble)$/ }).waitFor();
  await page.getByRole('tab', { name: tab }).click();
  await page.waitForTimeout(500);
});

async function heatMap(page) {
  await result(/^(Sweep|Balayage)$/)(page);
  await page.getByRole('combobox', { name: /^(Across|En colonnes)/ }).selectOption({ index: 1 });
  await page.getByRole('button', { name: /^(Run the sweep|Lancer le balayage)$/ }).click();
  await page.getByRole('table').waitFor();
  await page.getByRole('button', { name: /^(Run the sweep|Lancer le balayage)$/ }).waitFor();
}

async function scrubbed(page) {
  const range = page.getByRole('slider', { name: /^(Step of the run|Pas de la simulation)$/ });
  await range.waitFor();
  await range.fill(String(Math.round(Number(await range.getAttribute('max')) / 3)));
}

const time = /^(Time|Temps)$/;
const scenes = {
  gallery: async (page) => page.getByRole('button').nth(2).waitFor(),
  rules: async (page) => {
    await page.goto(new URL('#/rules/ODX101', page.url()).href);
    await page.locator('article').waitFor();
  },
  missing: async (page) => {
    await page.goto(new URL('#/d/nowhere', page.url()).href);
    await page.waitForTimeout(300);
  },
  editor: async (page) => {
    await openTemplate(page, 'Late leader');
    if (page.viewportSize().width >= 768) await page.getByTestId('result-sha').waitFor();
    await page.waitForTimeout(300);
  },
  form: workspace([0], null),
  text: workspace([2], null),
  graph: workspace([1], null, outline(false)),
  inspector: workspace([1], null, chooseNode),
  outline: workspace([1], null, outline(true)),
  insert: workspace([1], null, async (page) => page.getByRole('button', { name: /^(Insert|Insérer)$/ }).click()),
  three: workspace([0, 1, 2], time, async (page) => {
    await scrubbed(page);
    if (page.viewportSize().width >= 768) await chooseNode(page);
  }),
  findings: mistakes,
  quiet: workspace([0, 2], /^(Findings|Constats)/),
  trades: result(/^(Trades|Transactions)$/),
  slots: result(/^(Slots|Créneaux)$/),
  sweep: heatMap,
  receipt: result(/^(What was modelled|Ce qui est modélisé)$/),
  cursor: workspace([0, 2], time, scrubbed),
  versions,
  palette: workspace([0, 2], null, async (page) => page.keyboard.press('Control+k')),
  help: workspace([0, 2], null, async (page) => page.keyboard.press('F1')),
  menu: workspace([0, 2], null, async (page) => page.getByRole('button', { name: /^(Help, |Aide, )/ }).click()),
};
/** The pictures of the README. */
const pictures = {
  playground: workspace([0, 2], time, scrubbed),
  'playground-graph': workspace([1], time, async (page) => {
    await scrubbed(page);
    await page.waitForTimeout(500);
    await page.getByRole('button', { name: 'Show all' }).click();
  }),
};

async function shoot(file, act, options) {
  const page = await newPage(browser, server.url, options);
  await act(page);
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(out, `${file}.png`) });
  for (const complaint of page.complaints) console.log(file, complaint);
  await page.context().close();
}

if (filters.includes('readme')) for (const [name, act] of Object.entries(pictures)) await shoot(name, act, { width: 1280, height: 800 });
else
  for (const [name, act] of Object.entries(scenes))
    for (const width of [1440, 1024, 390])
      for (const theme of ['light', 'dark'])
        for (const language of ['en', 'fr']) {
          const file = `${name}-${width}-${theme}-${language}`;
          if (filters.length && !filters.some((word) => file.includes(word))) continue;
          await shoot(file, act, { width, height: width < 500 ? 844 : 900, theme, language });
        }
await browser.close();
server.close();
