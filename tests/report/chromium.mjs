// chromium.mjs CHROMIUM PAGE_OF: pages of results made by hand as a browser shows them.
//
// On a phone and on a desktop, light and dark: nothing but boxes of their own scrolls sideways, the console stays empty,
// letters stand out from what is behind them, tables sort and filter; and without the script nothing is missing.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { Browser } from './browser.mjs';

const [chromium, pageOf] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-pages-'));
const names = execFileSync(pageOf).toString().trim().split('\n');
const bad = [];
let checks = 0;

function expect(ok, what) {
  checks++;
  if (!ok) bad.push(what);
}

/** Runs in the page: what sticks out of it, and words too pale. */
function look() {
  const wide = document.documentElement.clientWidth, out = [], pale = [];
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = (colour) => numbers(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!colour.startsWith('color(') && (numbers(colour)[3] ?? 1) === 1) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const known = new Set(), kind = (element) => `${element.tagName}.${element.getAttribute('class')}`;
  for (const element of document.body.querySelectorAll('*')) {
    const key = [element, element.parentElement, element.parentElement.parentElement].map(kind).join();
    if (element.closest('tbody') && known.has(key)) continue;
    known.add(key);
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    const isOwn = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!box.width || element.closest('script, .skip, caption')) continue;
    if (!element.closest('.box, pre, svg') && (box.right > wide + 0.5 || box.left < -0.5)) out.push(element.outerHTML.slice(0, 80));
    if (!isOwn || element.closest('title, desc')) continue;
    const letters = light(element.closest('svg') ? style.fill : style.color), ground = light(behind(element));
    const ratio = (Math.max(letters, ground) + 0.05) / (Math.min(letters, ground) + 0.05);
    if (ratio < 4.5) pale.push(`${ratio.toFixed(1)} of ${element.outerHTML.slice(0, 80)}`);
  }
  return { sideways: document.documentElement.scrollWidth - wide, out, pale: [...new Set(pale)],
    rows: document.querySelectorAll('#trade-rows tbody tr').length, filter: document.querySelector('.filter')?.hidden };
}

/** Runs in the page: sorts trades by profit with the keyboard's click, shows those that lost. */
function use() {
  const table = document.getElementById('trade-rows');
  const heads = [...table.tHead.rows[0].cells], at = heads.findIndex((head) => head.textContent === 'Profit');
  const profits = () => [...table.tBodies[0].rows].map((row) => Number(row.cells[at].dataset.v));
  const isRising = (list) => list.every((x, i) => i === 0 || list[i - 1] <= x);
  const before = isRising(profits());
  heads[at].querySelector('button').click();
  const up = isRising(profits()), sort = heads[at].getAttribute('aria-sort');
  heads[at].querySelector('button').click();
  const down = isRising(profits().reverse());
  document.querySelector('.filter [data-shows=lost]').click();
  const shown = [...table.tBodies[0].rows].filter((row) => row.offsetParent);
  return { before, up, down, sort, lost: shown.length, isLost: shown.every((row) => row.className === 'lost') };
}

for (const name of names) fs.writeFileSync(path.join(folder, `${name}.html`), execFileSync(pageOf, [name], { maxBuffer: 1 << 25 }));
const browser = new Browser(chromium);
const patience = setTimeout(() => { console.log('chromium says nothing'); browser.process.kill('SIGKILL'); process.exit(1); }, 60000);

/** What must be noticed: a page that is changed so, without its policy. */
const broken = [
  ['narrow', ['{box-sizing:border-box}', '{box-sizing:border-box;min-width:400px}'], (seen) => seen.sideways > 0 && seen.out.length],
  ['pale', ['--soft:#59606d', '--soft:#a0a0a0'], (seen) => seen.pale.length],
  ['loud', ["'use strict';", "'use strict'; console.log('x');"], () => browser.said.length],
];
for (const [what, [from, to], isNoticed] of broken) {
  const file = path.join(folder, 'broken.html');
  const page = fs.readFileSync(path.join(folder, 'full.html'), 'utf8');
  fs.writeFileSync(file, page.replace(/<meta http-equiv[^>]*>/, '').replace(from, to));
  await browser.open(file, { width: 375 });
  expect(page.includes(from) && isNoticed(await browser.ask(`(${look})()`)), `self-test: ${what} is not noticed`);
}

for (const name of names)
  for (const width of [375, 1280]) {
    await browser.open(path.join(folder, `${name}.html`), { width });
    for (const dark of [false, true]) {
      const what = `${name}, ${width} px${dark ? ', dark' : ''}`;
      await browser.colours(dark);
      const seen = await browser.ask(`(${look})()`);
      expect(seen.sideways <= 0, `${what}: scrolls ${seen.sideways} px sideways`);
      expect(seen.out.length === 0, `${what}: sticks out: ${seen.out[0]}`);
      expect(seen.pale.length === 0, `${what}: too pale: ${seen.pale[0]}`);
      expect(browser.said.length === 0, `${what}: the console says ${browser.said[0]}`);
      expect(seen.filter !== true, `${what}: the filter sleeps`);
    }
  }
await browser.open(path.join(folder, 'full.html'), { width: 1280 });
const used = await browser.ask(`(${use})()`);
expect(!used.before && used.up && used.down && used.sort === 'ascending', `sorting: ${JSON.stringify(used)}`);
expect(used.lost > 0 && used.lost < 30 && used.isLost, `filtering: ${JSON.stringify(used)}`);
await browser.open(path.join(folder, 'full.html'), { width: 375, script: false });
const quiet = await browser.ask(`(${look})()`);
expect(quiet.rows === 30 && quiet.filter === true && quiet.sideways <= 0, `without the script: ${JSON.stringify(quiet)}`);

clearTimeout(patience);
await browser.end();
fs.rmSync(folder, { recursive: true });
for (const line of bad) console.log(line);
console.log(`${checks - bad.length} passed, ${bad.length} failed`);
process.exit(bad.length ? 1 : 0);
