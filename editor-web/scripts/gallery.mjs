// gallery.mjs — what the gallery says of each example: its sentences, its tests, what it found, and what a
// backtest of it on the bundled sample came to. All of it is what `odx` answers; nothing is written by hand.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The first backtest that README.md shows. */
const FIRST = 'late_leader';

const read = (file) => fs.readFileSync(file, 'utf8');

/** Modules of the examples, called as their `use` lines call them. */
function modulesOf(examples) {
  const folder = path.join(examples, 'shared');
  return Object.fromEntries(fs.readdirSync(folder).sort().map((name) => [`shared/${name}`, read(path.join(folder, name))]));
}

/** Titles of the tests that passed; one that fails ends the build. */
function testsOf(odx, file) {
  const lines = execFileSync(odx, ['test', file], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.startsWith('ok ')).map((line) => line.slice(line.indexOf('.odx: ') + 6));
}

/** Points of the curve, thinned to what a small picture shows. */
function curve(points) {
  const every = Math.max(1, Math.ceil(points.length / 60));
  return points.filter((_, index) => index % every === 0 || index === points.length - 1).map(([, micros]) => micros);
}

function resultOf(odx, file, sample, folder) {
  const json = path.join(folder, 'result.json'), ledger = path.join(folder, 'ledger');
  fs.rmSync(ledger, { recursive: true, force: true });
  const done = spawnSync(odx, ['backtest', file, '--data', sample, '--ledger', ledger, '--json', json, '--quiet'], { encoding: 'utf8' });
  if (done.status !== 0) return { reason: done.stderr.trim().split('\n')[0].replace(/^odx: /, '') };
  const result = JSON.parse(read(json));
  return {
    verdict: result.judgement.verdict, pnl_micros: result.pnl_micros, trades: result.total_trades, orders: result.orders_sent,
    slots: result.slots, result_sha256: result.result_sha256, equity: curve(result.equity),
  };
}

/** Those that trade on the sample come first, and of those the one to begin with. */
function order(a, b) {
  const rank = ({ name, result }) => (name === FIRST ? 0 : result.trades ? 1 : 2);
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

export function gallery({ compiler, odx, examples, sample }) {
  const shared = modulesOf(examples);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oddex-gallery-'));
  try {
    return fs.readdirSync(examples).filter((name) => name.endsWith('.odx')).map((name) => {
      const file = path.join(examples, name), text = read(file);
      const modules = Object.fromEntries(Object.entries(shared).filter(([each]) => text.includes(each.replace(/\.odx$/, ''))));
      const document = { name, text, modules };
      const explained = compiler.explain(document).text;
      if (explained === null) throw new Error(`${name} does not compile`);
      const [title, sentence] = explained.split('\n');
      const warnings = compiler.check(document).findings.filter(({ level }) => level === 'warning').map(({ code, title: what }) => ({ code, title: what }));
      return { name: name.replace(/\.odx$/, ''), title, sentence, text, modules, explain: explained, tests: testsOf(odx, file), warnings, result: resultOf(odx, file, sample, folder) };
    }).sort(order);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
