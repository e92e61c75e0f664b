// bench.mjs WASM — what the module costs in node; docs/BENCHMARKS.md has the rows, `odx bench` the native ones.
//
// The time of a check, and ticks of the anchor strategy through engine and instant fill.  Best of several rounds:
// other work on the machine only adds.
import fs from 'node:fs';
import zlib from 'node:zlib';

import { loadOdx } from '../../editor-web/src/shared/wasm/odx.mjs';

const [wasmPath] = process.argv.slice(2);
const ROWS = 100000, ROUNDS = 5;
const bytes = fs.readFileSync(wasmPath), odx = await loadOdx(bytes);
const best = (rounds, act) => Math.min(...Array.from({ length: rounds }, () => {
  const start = performance.now();
  act();
  return performance.now() - start;
}));

console.log(`odx.wasm: ${bytes.length} bytes, ${zlib.gzipSync(bytes, { level: 9 }).length} gzipped`);
const grid = { name: 'grid.odx', text: fs.readFileSync('examples/grid.odx', 'utf8') };
best(100, () => odx.check(grid));
console.log(`check of ${grid.text.split('\n').length - 1} lines: ${best(300, () => odx.check(grid)).toFixed(2)} ms`);

/** Ticks of one market: a price that wanders, slots of five minutes. */
let state = 1;
const random = (n) => (state = (state * 48271) % 2147483647) % n;
const columns = ['ts_us', 'slot_ts', 'slot_duration', 'bid_up', 'ask_up', 'bid_down', 'ask_down', 'bid_size_up', 'ask_size_up', 'spot_price'];
const cells = new Float64Array(columns.length * ROWS);
let cents = 50, spot = 97000;
for (let row = 0; row < ROWS; row++) {
  const second = 1767603600 + Math.floor(row / 4);
  cents = Math.min(97, Math.max(2, cents + random(3) - 1));
  spot += random(21) - 10;
  const values = [second * 1e6 + (row % 4) * 250000, second - (second % 300), 300, cents / 100, (cents + 1) / 100,
    (99 - cents) / 100, (100 - cents) / 100, 10 + random(500), 10 + random(500), spot];
  values.forEach((value, i) => { cells[i * ROWS + row] = value; });
}

const anchor = { name: 'anchor.odx', text: fs.readFileSync('runtime/bench/anchor.odx', 'utf8') };
let orders = 0;
const steps = Array.from({ length: ROUNDS }, () => {
  const { run } = odx.openRun({ ...anchor, columns });
  run.feed(0, cells);
  run.step({ ticks: 1 });
  const start = performance.now();
  let step;
  do step = run.step(); while (!step.done);
  const took = performance.now() - start;
  orders = step.orders;
  run.close();
  return took;
});

console.log(`anchor, ${ROWS} ticks, ${orders} orders: ${Math.round((Math.min(...steps) / ROWS) * 1e6)} ns a tick`);
