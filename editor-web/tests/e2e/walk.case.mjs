// A random walk in the browser: edits in the form and the text, views on and off, undo, redo, reload; after each
// step the document is what it has to be, and now and then its views are asked whether they mean the same.
// ODDEX_WALK says how many steps (1000 by hand), ODDEX_WALK_SEED which walk.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { openTemplate, repository } from './harness.mjs';

const native = path.join(process.env.ODDEX_BUILD ?? path.join(repository, 'build'), 'odx');
const STEPS = Number(process.env.ODDEX_WALK ?? 30), SEED = Number(process.env.ODDEX_WALK_SEED ?? 1);
const JOINED_MS = 1000; // edits of one kind within less are one step of undo

function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const settled = (page) => page.waitForFunction(() => [...document.querySelectorAll('[data-view]')].every((view) => view.dataset.settling === 'false'));

async function exported(page, what) {
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'Search commands' });
  await search.fill(`export ${what}`);
  const [download] = await Promise.all([page.waitForEvent('download'), search.press('Enter')]);
  return fs.readFileSync(await download.path(), 'utf8');
}

/** What the browser keeps of the document: its master as it was left, and how many steps of undo. */
const kept = (page) => page.evaluate(async () => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); // the page writes what waits
  Reflect.deleteProperty(document, 'visibilityState');
  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await answer(indexedDB.open('oddex'));
  const read = async () => (await answer(database.transaction('document').objectStore('document').getAll()))[0];
  let document_ = await read();
  for (let same = 0; same < 3;) { // a write that was under way when the page was told comes before the one it waits with
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = await read();
    same = now.stamp === document_.stamp ? same + 1 : 0;
    document_ = now;
  }
  database.close();
  return { master: JSON.stringify(document_.snapshot.master), steps: document_.past.length };
});

/** Undo, redo and the present, as masters. */
class Shadow {
  past = [];
  future = [];
  constructor(present) { this.present = present; }
  edited(master) {
    if (master === this.present) return;
    this.past.push(this.present);
    this.present = master;
    this.future = [];
  }
  /** Older steps than the browser keeps are gone after a reload. */
  reloaded(steps) { this.past = this.past.slice(this.past.length - Math.min(steps, this.past.length)); }
  undone() { this.future.unshift(this.present); this.present = this.past.pop(); }
  redone() { this.past.push(this.present); this.present = this.future.shift(); }
}

const view = (page, name) => page.locator(`[data-view=${name}]`);

async function shown(page, name) {
  if (await view(page, name).count()) return;
  const label = name[0].toUpperCase() + name.slice(1);
  await page.getByRole('group', { name: 'Views' }).filter({ visible: true }).getByRole('button', { name: label, exact: true }).click();
  await view(page, name).waitFor();
}

const actions = {
  async number(page, below) {
    await shown(page, 'form');
    const inputs = view(page, 'form').locator('input:enabled');
    const count = await inputs.count();
    if (count === 0) return;
    const input = inputs.nth(below(count)), value = await input.inputValue();
    await input.fill(value.replace(/\d+(\.\d+)?/, String(1 + below(40))));
    await input.press('Enter');
  },
  async operator(page, below) {
    await shown(page, 'form');
    const lists = view(page, 'form').locator('select[aria-label="How it is compared"]:enabled');
    const count = await lists.count();
    if (count > 0) await lists.nth(below(count)).selectOption(['>', '<', '>=', '<='][below(4)], { timeout: 2000 }).catch(() => undefined);
  },
  async typed(page, below) {
    await shown(page, 'text');
    await page.waitForTimeout(JOINED_MS);
    await page.locator('.cm-line').first().click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.type(below(3) === 0 ? '\nwhen' : `\n# note ${below(1000)}`);
    await page.keyboard.press('Escape');
    await page.waitForTimeout(JOINED_MS);
  },
  async views(page, below) {
    const buttons = page.getByRole('group', { name: 'Views' }).filter({ visible: true }).getByRole('button');
    await buttons.nth(below(await buttons.count())).click();
  },
  async reload(page) {
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator('[data-view]').first().waitFor();
  },
};
const KINDS = ['number', 'number', 'number', 'operator', 'typed', 'views', 'undo', 'undo', 'redo', 'reload'];

async function step(page, shadow, below) {
  const kind = KINDS[below(KINDS.length)];
  const isBack = kind === 'undo' || kind === 'redo';
  if (isBack && (kind === 'undo' ? shadow.past : shadow.future).length === 0) return { kind, master: shadow.present };
  if (isBack) await page.getByRole('button', { name: kind === 'undo' ? /^Undo/ : /^Redo/ }).first().click();
  else await actions[kind](page, below);
  await settled(page);
  const { master, steps } = await kept(page);
  if (kind === 'undo') shadow.undone();
  else if (kind === 'redo') shadow.redone();
  else if (kind === 'reload') shadow.reloaded(steps);
  else if (kind !== 'views') shadow.edited(master);
  return { kind, master };
}

async function agree(page, folder, assert) {
  if (await page.locator('[data-view][data-standing=broken], [data-view][data-standing=stale]').count()) return;
  const files = ['text', 'graph'].map((what) => path.join(folder, what === 'text' ? 'a.odx' : 'a.json'));
  fs.writeFileSync(files[0], await exported(page, 'text'));
  fs.writeFileSync(files[1], await exported(page, 'graph'));
  const said = spawnSync(native, ['diff', ...files], { encoding: 'utf8' });
  assert.match(said.stdout, /same meaning/, `${said.stdout}${said.stderr}\n${fs.readFileSync(files[0], 'utf8')}`);
}

export const cases = {
  'random steps': async ({ open, assert }) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oddex-walk-'));
    const page = await open(), below = chance(SEED), counts = {};
    await openTemplate(page, 'Snap back');
    await settled(page);
    const shadow = new Shadow((await kept(page)).master);
    try {
      for (let i = 0; i < STEPS; i++) {
        const { kind, master } = await step(page, shadow, below);
        counts[kind] = (counts[kind] ?? 0) + 1;
        assert.equal(master, shadow.present, `step ${i}, ${kind}`);
        if (i % 10 === 9) await agree(page, folder, assert);
      }
      console.log(`     ${STEPS} steps: ${JSON.stringify(counts)}`);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  },
};
