// run.mjs ODX WASM TWIN — examples on the sample ticks: the module's runs against `odx run`, order by order.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { loadOdx, OdxError } from '../../editor-web/src/shared/wasm/odx.mjs';
import {
  document, expect, expectEqual, expectTwins, files, finish, native, rawModule, requestBytes,
} from './harness.mjs';

const [odxPath, wasmPath, twinPath] = process.argv.slice(2);
const TICKS = 'examples/ticks/sample_5m.csv';
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-wasm-'));
const odx = await loadOdx(fs.readFileSync(wasmPath));
const csv = fs.readFileSync(TICKS, 'utf8');
let orders = 0, fills = 0, shows = 0;

// ---- the sample as numbers

const [head, ...lines] = csv.trim().split('\n').map((line) => line.split(','));
const columns = head.filter((name) => name !== 'symbol');
const table = lines.map((cells) => head.flatMap((name, i) => (name === 'symbol' ? [] :
  name === 'winner' ? [cells[i] === '' ? NaN : Number(cells[i] !== 'up')] : [cells[i] === '' ? NaN : Number(cells[i])])));

/** Rows [from, to) as one block, column behind column. */
function block(from, to) {
  const cells = new Float64Array(columns.length * (to - from));
  for (let row = from; row < to; row++)
    for (let i = 0; i < columns.length; i++) cells[i * (to - from) + row - from] = table[row][i];
  return cells;
}

// ---- what `odx run` says

function nativeRun(file, markets) {
  const out = path.join(scratch, 'shows.csv');
  const ticks = Array.from({ length: markets }, () => ['--ticks', TICKS]).flat();
  fs.rmSync(out, { force: true });
  const done = native(odxPath, ['run', file, ...ticks, '--shows', out]);
  const said = /(\d+) ticks, (\d+) slots, (\d+) orders, (\d+) skipped, cash \$(\S+), equity \$(\S+)/.exec(done.err);
  if (!said) throw new Error(`odx run ${file}: ${done.err}`);
  const rows = fs.readFileSync(out, 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));
  return {
    effects: done.text.trim() ? done.text.trim().split('\n').map(JSON.parse) : [],
    summary: said.slice(1).map(Number),
    shows: rows.map(([ts, , ...values]) => [Number(ts), ...values.map((v) => (v === '' ? null : Number(v)))]),
  };
}

/** All steps of a run together. */
function gather(steps, width) {
  const rows = steps.flatMap(({ shows: all }) => Array.from({ length: all.length / width },
    (_, i) => [...all.subarray(i * width, (i + 1) * width)]));
  const last = steps.at(-1);
  return {
    effects: steps.flatMap((step) => step.effects),
    summary: [last.ticks, last.slots, last.orders, last.skipped, last.cash, last.equity],
    shows: rows.map(([ts, , ...values]) => [ts, ...values.map((v) => (Number.isNaN(v) ? null : v))]),
    done: last.done,
  };
}

function open(request, how) {
  const opened = odx.openRun({ ...request, shows: true, ...how });
  if (!opened.run) throw new Error(`${request.name}: ${JSON.stringify(opened)}`);
  return opened.run;
}

function runCsv(request, how = {}) {
  const run = open(request, {});
  const steps = [];
  run.markets.forEach((_, market) => expectEqual(run.feedCsv(market, csv).ticks, table.length, 'rows of the file'));
  do steps.push(run.step(how)); while (!steps.at(-1).done);
  run.close();
  return gather(steps, run.shows.length + 2);
}

/** Blocks of uneven size, each stepped up to where the next one begins. */
function runBlocks(request, size) {
  const run = open(request, { columns });
  const steps = [];
  for (let from = 0; from < table.length;) {
    const to = Math.min(table.length, from + 1 + (from * 7919 + 13) % size);
    run.markets.forEach((_, market) => run.feed(market, block(from, to)));
    steps.push(run.step({ untilUs: to < table.length ? table[to][0] * 1000 : Infinity }));
    from = to;
  }
  run.close();
  return gather(steps, run.shows.length + 2);
}

function runAgrees(file) {
  const request = document(file);
  const whole = runCsv(request);
  const markets = odx.openRun(request);
  const want = nativeRun(file, markets.markets.length);
  markets.run.close();
  expectEqual(whole.effects.filter(({ kind }) => kind !== 'fill'), want.effects, `effects of ${file}`);
  expectEqual(whole.summary, want.summary, `summary of ${file}`);
  expectEqual(whole.shows, want.shows, `shows of ${file}`);
  expectEqual(runCsv(request, { ticks: 97 }), whole, `${file} in steps of 97 ticks`);
  expectEqual(runBlocks(request, 500), whole, `${file} in blocks`);
  expectEqual(runBlocks(request, 3), whole, `${file} in small blocks`);
  orders += want.summary[2];
  fills += whole.effects.filter(({ kind }) => kind === 'fill').length;
  shows += want.shows.length;
}

/** Examples that listen to a market; a leader's trades are in no tick file. */
const examples = files('examples', '.odx').filter((file) => !file.endsWith('shadow.odx'));
for (const file of examples) runAgrees(file);
expect(orders > 500 && fills > 300 && shows > 3000, `${orders} orders, ${fills} fills, ${shows} rows of shows`);
console.log(`${orders} orders, ${fills} fills, ${shows} rows of shows`);

// ---- the twin, byte by byte

for (const file of examples) {
  const open = { name: 'odx_run_open', bytes: requestBytes({ ...document(file), shows: true, trace: true }) };
  const { run, markets } = JSON.parse((await rawModule(wasmPath)).call(open).json); // of a fresh instance, as the twin is
  expectTwins(await rawModule(wasmPath), twinPath, [
    open,
    ...markets.map((_, market) => ({ name: 'odx_run_csv', numbers: [run, market], bytes: Buffer.from(csv) })),
    { name: 'odx_run_step', numbers: [run, 1e300] },
    { name: 'odx_run_why', numbers: [run, 1] },
    { name: 'odx_run_close', numbers: [run, 0] },
  ]);
}

// ---- why

let trees = 0;
for (const file of examples.slice(0, 8)) {
  for (const row of [0, 40, 333, 900]) {
    const at = table[row][0], run = open(document(file), { trace: true });
    run.markets.forEach((_, market) => run.feedCsv(market, csv));
    run.step({ untilUs: at * 1000 + 1 });
    const ticks = run.markets.flatMap(() => ['--data', TICKS]);
    const want = native(odxPath, ['why', file, ...ticks, '--at', String(at / 1000), '--json']);
    const got = run.rules.map((_, i) => run.why(i + 1));
    expectEqual(got, want.text.trim().split('\n').filter(Boolean).map(JSON.parse), `why in ${file} at ${at}: ${want.err}`);
    trees += got.filter(({ conditions }) => conditions.length).length;
    run.close();
  }
}
expect(trees > 30, `${trees} rules with conditions`);

// ---- what is refused

const grid = document('examples/grid.odx');
function refused(what, wanted, act) {
  try {
    act();
    expect(false, `${what}: not refused`);
  } catch (error) {
    expect(error instanceof OdxError && error.message.includes(wanted), `${what}: ${error.message}`);
  }
}
refused('a param that is not there', 'no param `nothing`', () => odx.openRun({ ...grid, params: { nothing: '1' } }));
refused('cash that is none', '`cash` is an amount', () => odx.openRun({ ...grid, cash: 'a lot' }));
refused('a column that is not there', '`bid_over` is not a column', () => odx.openRun({ ...grid, columns: ['ts_us', 'bid_over'] }));
refused('columns without a time', 'no column says when', () => odx.openRun({ ...grid, columns: ['bid_up'] }));
expect(odx.openRun({ name: 'x.odx', text: 'odx 1\n' }).run === null, 'a document with errors has no run');

const run = open(grid, { columns });
refused('half a row', 'whole number of rows', () => run.feed(0, new Float64Array(columns.length + 1)));
refused('a market that is not there', 'no such market', () => run.feed(7, block(0, 1)));
refused('time that is no number', 'not a number', () => run.step({ untilUs: NaN }));
refused('a step before there are ticks', 'no market has ticks', () => run.step());
run.feed(0, block(10, 20));
refused('time backwards', 'earlier than the one before', () => run.feed(0, block(5, 6)));
refused('a file behind blocks', 'ticks already', () => run.feedCsv(0, csv));
run.step();
refused('why without a trace', 'keeps no trace', () => run.why(1));
run.close();
const traced = open(grid, { columns, trace: true });
traced.feed(0, block(10, 20));
traced.step();
refused('a rule that is not there', 'no such rule', () => traced.why(0));
refused('a rule behind the last', 'no such rule', () => traced.why(traced.rules.length + 1));
traced.close();
const far = open({ text: 'odx 1\nstrategy "T"\nmarket m = polymarket "btc-updown-15m"\nshow a = ema(up.mid every 1s, 9)\n' },
  { columns: ['ts_us', 'bid_up'] });
far.feed(0, Float64Array.of(1e15, 1e15 + 8 * 86400e6, 0.5, 0.5));
const halted = far.step();
expect(halted.stopped?.includes('7 days') && halted.ticks === 1 && !halted.done, 'a gap of eight days is not crossed');
far.close();
refused('a closed run', 'no such handle', () => run.step());
fs.rmSync(scratch, { recursive: true });
finish();
