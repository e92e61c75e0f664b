// cursor.mjs ODX WASM TWIN [--count N] [--from S]: the time cursor in odx-backtest.wasm against `odx why`.
//
// All examples and N generated programs over made-up tapes: at 100 random ticks each, gone to in any order, every value,
// every rule's why, every effect and the money are what `odx why --values --json` says of that instant; what was noted
// on the way (truths, jumps, stretches, counts) is what is seen there; places lie in the documents that `convert` writes.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { loadOdx, OdxError } from '../../editor-web/src/shared/wasm/odx.mjs';
import { document, expect, expectEqual, files, finish, native } from './harness.mjs';

const [program, wasmPath, twinPath, ...options] = process.argv.slice(2), odxPath = path.resolve(program);
const option = (name, otherwise) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-cursor-'));
const odx = await loadOdx(fs.readFileSync(wasmPath));
const TICKS = 100;
/** Milliseconds of processor time: the suites run beside each other. */
const now = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };

let state = 88172645463325252n; // xorshift: the same ticks each time
function below(n) {
  state ^= (state << 13n) & 0xffffffffffffffffn;
  state ^= state >> 7n;
  state ^= (state << 17n) & 0xffffffffffffffffn;
  return Number(state % BigInt(n));
}

// ---- data

const folder = path.join(scratch, 'made');
const made = native(odxPath, ['synth', '--from', '2026-07-01', '--slots', '8', '-o', folder]);
if (made.code !== 0) throw new Error(made.err);

function filesOf(at = '') {
  return fs.readdirSync(path.join(folder, at), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(at, entry.name);
    return entry.isDirectory() ? filesOf(name) : [{ name, bytes: fs.readFileSync(path.join(folder, name)) }];
  });
}

function readData(all) {
  const data = odx.openData();
  for (const file of all) data.add(file);
  const { done, summary } = data.read();
  expect(done && summary.notes.length === 0, 'the data is read');
  return data;
}

const data = readData(filesOf());
const marketsOf = (text) => [...text.matchAll(/^market\s+(\w+)\s*=/gm)].map(([, market]) => market);

// ---- a strategy

const totals = { strategies: 0, refused: 0, ticks: 0, values: 0, unknown: 0, trees: 0, effects: 0, fired: 0, places: 0, jumps: 0 };
const spans = [], openings = [];

function open(doc, more = {}) {
  const got = odx.openCursor({ ...doc, data: marketsOf(doc.text).map((market) => ({ data, market })), ...more });
  return got.cursor;
}

/** The usual words, but one: `at` each of the instants. */
function ask(doc, cwd, instants) {
  const args = ['why', path.basename(doc.name), ...marketsOf(doc.text).flatMap((market) => ['--data', `${market}=${folder}`]),
    '--values', '--json', ...instants.flatMap((us) => ['--at', (us / 1e6).toFixed(6)])];
  const got = native(odxPath, args, { cwd });
  if (got.code !== 0) throw new Error(`odx ${args.slice(0, 5).join(' ')}: ${got.err}`);
  return got.text.trim().split('\n').map(JSON.parse).filter((line) => line.step).map(({ table, step }) => ({ table, step }));
}

/** Steps at which a condition was so, from what is seen at each of some steps. */
function checkNotes(name, cursor, seen) {
  const counts = cursor.counts(), steps = seen.map(({ step }) => step);
  for (const { value, yes, no, unknown } of counts.values) {
    const strip = cursor.stretches(value), truths = ['', 'no', 'unknown', 'yes'];
    expect(yes + no + unknown === cursor.walk().ticks, `${name}: every tick is counted`);
    for (const at of seen) {
      let last = -1;
      while (last + 1 < strip.steps.length && strip.steps[last + 1] <= at.step) last++;
      const { truth } = at.values[value];
      if (truths[strip.truths[last]] !== truth) expect(false, `${name}: the strip of value ${value} at step ${at.step}`);
      const next = cursor.next(value, at.step - 1, truth), before = cursor.previous(value, at.step + 1, truth);
      if (next !== at.step || before !== at.step) expect(false, `${name}: jumps of value ${value} to step ${at.step}: ${next}, ${before}`);
      totals.jumps += 2;
    }
  }
  expect(steps.length > 0, `${name}: something was seen`);
}

function checkPlaces(name, doc, cursor) {
  const graph = odx.convert({ ...doc, to: 'graph' }).text, form = odx.convert({ ...doc, to: 'form' }).text;
  const nodes = graph && new Map(JSON.parse(graph).nodes.map((node) => [node.id, node]));
  const outputs = new Map();
  cursor.values.forEach((value, i) => {
    if (value.file === doc.name) expectEqual(Buffer.from(doc.text).subarray(...value.bytes).toString(), value.source, `${name}: text of value ${i}`);
    if (value.form) expect(form !== null && value.form.pointer.split('/').slice(1).reduce((at, key) => at?.[key], JSON.parse(form)) !== undefined, `${name}: ${value.form.pointer}`);
    if (!value.graph?.node) return;
    totals.places++;
    expect(nodes?.has(value.graph.node), `${name}: node ${value.graph.node}`);
    if (value.graph.output) outputs.set(value.graph.node, i);
  });
  for (const node of nodes?.values() ?? [])
    if (['comparator', 'indicator', 'math', 'input', 'logic', 'cross', 'prev'].includes(node.type) && cursor.values.some(({ graph: at }) => at?.node === node.id))
      expect(outputs.has(node.id), `${name}: node ${node.id} has an output`);
}

function agrees(name, doc, cwd) {
  const began = now();
  let cursor;
  try {
    cursor = open(doc, { places: ['text', 'form', 'graph'] });
  } catch (error) {
    if (!(error instanceof OdxError)) throw error;
  }
  if (!cursor) {
    totals.refused++;
    return;
  }
  const whole = open(doc);
  whole.walk();
  whole.close();
  openings.push(now() - began);
  while (!cursor.walk({ steps: 1 + below(3000) }).done) cursor.at({ step: below(10) }); // looking does not disturb walking
  const { steps, ticks } = cursor.walk();
  const seen = Array.from({ length: TICKS }, () => {
    const tick = below(ticks), start = now(), at = cursor.at({ tick });
    spans.push(now() - start);
    return at;
  });
  expect(seen.every((at) => at.kind === 'tick'), `${name}: ticks`);
  expect(cursor.at({ step: steps }) === null && cursor.at({ tick: ticks }) === null && cursor.at({ us: 0 }) === null, `${name}: nothing is there`);
  const lines = ask(doc, cwd, seen.map(({ ts_us }) => ts_us));
  expect(lines.length === seen.length, `${name}: ${lines.length} of ${seen.length} instants`);
  lines.forEach(({ table, step }, i) => {
    const at = cursor.at({ us: seen[i].ts_us });
    if (i === 0) expectEqual(cursor.values.map(({ unit, bytes, source, read, fixed }) => ({ unit, bytes, source, read, fixed })),
      table.values.map(({ unit, bytes, source, read, fixed }) => ({ unit, bytes, source, read, fixed })), `${name}: the table`);
    expectEqual(at, step, `${name} at ${seen[i].ts_us}`);
    if (at.step === seen[i].step) expectEqual(seen[i], step, `${name} at ${seen[i].ts_us}, before`);
    totals.ticks++;
    totals.values += at.values?.length ?? 0;
    totals.unknown += at.values?.filter(({ lacks }) => lacks).length ?? 0;
    totals.trees += at.rules.reduce((sum, { why }) => sum + why.conditions.length, 0);
    totals.effects += at.effects.length;
    totals.fired += at.rules.filter(({ outcome }) => outcome === 'fired').length;
  });
  checkNotes(name, cursor, seen.slice(0, 10));
  checkPlaces(name, doc, cursor);
  cursor.close();
  totals.strategies++;
}

for (const file of files('examples', '.odx')) agrees(file, document(file), 'examples');
expect(totals.strategies >= 15, `${totals.strategies} examples`);

const lines = native(twinPath, ['programs', String(option('--from', 1)), String(option('--count', 40))]).text.trim().split('\n').map(JSON.parse);
for (const { seed, text, modules } of lines) {
  const cwd = path.join(scratch, 'programs'), name = `g${seed}.odx`;
  fs.mkdirSync(path.join(cwd, 'shared'), { recursive: true });
  for (const [module, content] of Object.entries(modules)) fs.writeFileSync(path.join(cwd, module), content);
  fs.writeFileSync(path.join(cwd, name), text);
  agrees(name, { name, text, modules }, cwd);
}
spans.sort((a, b) => a - b);
openings.sort((a, b) => a - b);
console.log(`opened with places, opened again and walked: p50 ${openings[openings.length >> 1].toFixed(1)} ms, p95 ${openings[Math.floor(openings.length * 0.95)].toFixed(1)} ms`);
console.log(JSON.stringify(totals));
console.log(`at() in processor time: p50 ${spans[spans.length >> 1].toFixed(2)} ms, p95 ${spans[Math.floor(spans.length * 0.95)].toFixed(2)} ms, most ${spans.at(-1).toFixed(2)} ms`);
expect(totals.values > 10000 && totals.unknown > 100 && totals.fired > 10, 'enough was compared');

// ---- as a backtest fills

{
  const doc = document('examples/late_leader.odx'), how = { fill: 'queue', latency: 250, seed: 3 };
  const cursor = open(doc, how), { backtest } = odx.openBacktest({ ...doc, ...how, data: [{ data }] });
  while (!backtest.step().done);
  const { document: result } = backtest.result();
  while (!cursor.walk({ steps: 500 }).done) cursor.at({ step: below(100) });
  const { steps } = cursor.walk(), equity = new Map(result.equity);
  expect(Math.round(cursor.at({ step: steps - 1 }).equity * 1e6) - 1e9 === result.pnl_micros, 'the equity of the backtest');
  let fills = 0;
  for (let step = 0; step < steps; step++) fills += cursor.at({ step }).effects.filter(({ kind }) => kind === 'fill').length;
  expect(fills > 0 && fills === result.order_rows.reduce((sum, { fills: n }) => sum + (Array.isArray(n) ? n.length : n ?? 0), 0) || fills >= result.total_trades, `${fills} fills, ${result.total_trades} trades, ${equity.size} points`);
  backtest.close();
  cursor.close();
}

// ---- forms and graphs

{
  const doc = document('tests/golden/views/graph_original.json');
  const cursor = open({ ...doc, text: doc.text }, { data: [{ data }], places: ['text', 'graph'] });
  cursor.walk();
  const { step, values } = cursor.at({ tick: 500 });
  const node = cursor.values.findIndex(({ graph }) => graph?.node === 'n6' && graph.output);
  expect(node >= 0 && ['yes', 'no', 'unknown'].includes(values[node].truth) && step > 500, 'a node of the original has its value');
  cursor.close();
}

// ---- what is refused

function refused(what, wanted, act) {
  try {
    act();
    expect(false, `${what}: not refused`);
  } catch (error) {
    expect(error instanceof OdxError && error.message.includes(wanted), `${what}: ${error.message}`);
  }
}

const leader = document('examples/late_leader.odx');
refused('a fill that is none', '`fill` is instant, touch', () => open(leader, { fill: 'quick' }));
refused('a place that is none', 'text, form or graph', () => open(leader, { places: ['picture'] }));
refused('places that are no list', 'is an array', () => open(leader, { places: 'text' }));
refused('no data', 'has no ticks', () => open(leader, { data: [] }));
refused('an unknown key', 'unknown key `step`', () => open(leader, { step: 1 }));
const closed = open(leader);
closed.walk({ steps: 10 });
expect(closed.next(1e6, 0) === null && closed.next(0, -1) === null && closed.next(0, 0, 'perhaps') === null, 'jumps from nowhere');
expect(closed.stretches(1e6).steps.length === 0, 'no such condition');
expect(closed.at({ us: NaN }) === null && closed.at({ step: -1 }) === null && closed.at({ tick: 1e300 }) === null, 'nowhere');
closed.close();
refused('a closed cursor', 'no such handle', () => closed.walk());
const sixteen = Array.from({ length: 16 }, () => open(leader));
refused('the 17th', 'too many cursors', () => open(leader));
sixteen.forEach((cursor) => cursor.close());
expect(open({ name: 'x.odx', text: 'odx 1\nwhen' }, { data: [{ data }] }) === null, 'findings, no cursor');

data.close();
fs.rmSync(scratch, { recursive: true });
finish();
