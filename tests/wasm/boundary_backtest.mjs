// boundary_backtest.mjs ODX ODX_BACKTEST_WASM [--calls N] [--seed S]: what nobody should pass to data, backtests, sweeps.
//
// A table of wrong pointers, lengths and handles with what each must return; then random calls on damaged tapes,
// recordings, requests, trials and handles.  Promise: every call returns, problems are those of problems.def, and once
// everything is given back a backtest has the result it had before.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { loadOdx } from '../../editor-web/src/shared/wasm/odx.mjs';
import { expect, expectEqual, finish, native, requestBytes } from './harness.mjs';

const [odxPath, wasmPath, ...options] = process.argv.slice(2);
const option = (name, otherwise) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise);
const calls = option('--calls', 100_000);
const module = await WebAssembly.compile(fs.readFileSync(wasmPath));
const [, POINTER, HANDLE, LIMIT] = [-1, -2, -3, -4];
let x = (await WebAssembly.instantiate(module, {})).exports;

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-wasm-'));
if (native(odxPath, ['synth', '--slots', '3', '--stream', 'polymarket:btc:5m', '-o', scratch]).code !== 0) throw new Error('no tape');
const found = fs.readdirSync(scratch, { recursive: true }).filter((name) => /\.(tape|csv)$/.test(name));
const tapes = found.map((name) => ({ name, bytes: fs.readFileSync(path.join(scratch, name)) }));
const csv = fs.readFileSync('examples/ticks/sample_5m.csv').subarray(0, 20000);
fs.rmSync(scratch, { recursive: true });

const put = (bytes) => {
  const ptr = x.odx_alloc(bytes.length) >>> 0;
  if (ptr) new Uint8Array(x.memory.buffer, ptr, bytes.length).set(bytes);
  return ptr;
};

// ---- the table

const OPEN = ['odx_data_open', 'odx_backtest_open', 'odx_sweep_open'];
const block = put(requestBytes({})), end = () => x.memory.buffer.byteLength;
const RANGES = [['nothing at 0', 0, 1], ['the data of the module', 2048, 16], ['the last byte and one more', end() - 1, 2],
  ['around the end of numbers', 0xffffffff, 0xffffffff], ['a length that wraps', block, 0xffffffff], ['before the block', block - 1, 4],
  ['a negative length', block, -1], ['more than the block', block, 4096]];
for (const [what, ptr, length] of RANGES) {
  for (const verb of OPEN) expect(x[verb](ptr, length) === POINTER, `${verb}: ${what}`);
  expect(x.odx_data_file(16, 1, ptr, length) === POINTER, `data_file: ${what}`);
  for (const verb of ['odx_data_columns', 'odx_backtest_result', 'odx_sweep_result']) expect(x[verb](16, ptr, length) === POINTER, `${verb}: ${what}`);
}
for (const handle of [0, 1, -1, 15, 16, 17, 255, 0x7fffffff, -0x80000000]) {
  const results = [x.odx_data_file(handle, 0, block, 2), x.odx_data_read(handle, 1), x.odx_data_columns(handle, block, 2), x.odx_data_close(handle),
    x.odx_backtest_step(handle, 1), x.odx_backtest_result(handle, 0, 0), x.odx_backtest_part(handle, 0), x.odx_backtest_close(handle),
    x.odx_sweep_step(handle, 1), x.odx_sweep_result(handle, 0, 0), x.odx_sweep_trials(handle), x.odx_sweep_close(handle)];
  expect(results.every((result) => result === HANDLE), `handle ${handle}: ${results}`);
}

// ---- any calls at all

let low = (option('--seed', 1) * 0x9e3779b9) | 1;
const random = (n) => {
  low ^= low << 13;
  low ^= low >>> 17;
  low ^= low << 5;
  return (low >>> 0) % n;
};
const pick = (list) => list[random(list.length)];
const known = new Set([-1, POINTER, HANDLE, LIMIT]), seen = {};
const open = { data: [], backtest: [], sweep: [] };
const numbers = [0, 1, -1, 16, 255, 4096, 0x7fffffff, 0x80000000, 0xffffffff];
const some = (kind) => (open[kind].length && random(6) ? pick(open[kind]) : pick(numbers));
let returned = 0;

/** Bytes with a few bits turned, a piece left out, or the end cut off. */
function damage(bytes) {
  const copy = Buffer.from(bytes);
  for (let i = random(4); i > 0; i--) copy[random(copy.length)] ^= 1 << random(8);
  if (!random(3)) return copy.subarray(0, random(copy.length));
  const at = random(copy.length);
  return random(3) ? copy : Buffer.concat([copy.subarray(0, at), copy.subarray(at + random(2000))]);
}

/** A call with a block; the answer is JSON, and what it opened is remembered. */
function call(name, bytes, ...first) {
  const ptr = put(bytes), length = random(40) ? bytes.length : pick(numbers);
  take(name, x[name](...first, random(60) ? ptr : pick(numbers), length));
  if (ptr) x.odx_free(ptr);
}
function take(name, result) {
  returned++;
  const what = result > 0 ? 'answer' : String(result);
  seen[`${name} ${what}`] = (seen[`${name} ${what}`] ?? 0) + 1;
  if (result <= 0) return expect(result === 0 ? name.endsWith('close') : known.has(result), `${name}: ${result}`);
  const answer = JSON.parse(Buffer.from(x.memory.buffer, x.odx_json(result), x.odx_json_length(result)).toString());
  if (answer.error === undefined) seen[`${name} fine`] = (seen[`${name} fine`] ?? 0) + 1;
  x.odx_release(result);
  for (const kind of Object.keys(open))
    if (typeof answer[kind] === 'number') {
      open[kind].push(answer[kind]);
      if (open[kind].length > 6) take(`odx_${kind}_close`, x[`odx_${kind}_close`](open[kind].shift()));
    }
  return undefined;
}

const texts = ['late_leader', 'spread_keeper', 'slot_trend'].map((name) => fs.readFileSync(`examples/${name}.odx`, 'utf8'));
function request(kind) {
  const asked = { name: 'a.odx', text: random(9) ? pick(texts) : 'odx 1\n', data: Array.from({ length: random(9) ? 1 : random(3) }, () => ({ data: some('data') })) };
  if (!random(4)) asked.fill = pick(['touch', 'queue', 'pessimistic', 'instant', 'none']);
  if (!random(4)) asked.latency = pick([0, 1, 900, 3600000, 3600001, -1, 1.5]);
  if (!random(6)) asked.seed = pick([0, 7, 2 ** 53, 1e300]);
  if (!random(5)) asked.from_us = pick([0, 1767571500e6, 1e18, -5]);
  if (!random(5)) asked.to_us = pick([1, 1767571700e6, 4e18]);
  if (!random(6)) asked.cash = pick(['$5', '0', '-1', '1e9', '99999999999']);
  if (kind === 'sweep') Object.assign(asked, pick([{ way: 'random', cells: 2 }, { way: 'random', cells: 1e6 }, { param: ['lead=60c,65c'] }, { param: ['clip=10 shares..30 shares step 10 shares'] },
    { param: ['lead=60c', '', '=', 'x=..', 'lead=1..2 step 0'] }, { way: 'refine', fill: 'instant' }, { by: 'x' }, { param: ['lead=60c,70c'], fill: 'instant' }]));
  const bytes = requestBytes(asked);
  if (!random(12)) bytes[random(bytes.length)] = random(256);
  return bytes;
}

function addFile() {
  const { name, bytes } = pick(tapes), which = random(3);
  const body = which ? (which === 1 ? bytes : damage(bytes)) : damage(csv), title = Buffer.from(which ? name : 'r.csv');
  call('odx_data_file', Buffer.concat([title, body]), some('data'), random(30) ? title.length : pick(numbers));
}

/** Data that is whole, so that the rest finds some. */
function wholeData() {
  call('odx_data_open', requestBytes({}));
  const data = open.data.at(-1);
  if (data === undefined) return;
  for (const { name, bytes } of tapes) call('odx_data_file', Buffer.concat([Buffer.from(name), random(5) ? bytes : damage(bytes)]), data, name.length);
  take('odx_data_read', x.odx_data_read(data, 0));
}

const ACTS = [[3, wholeData], [4, addFile], [1, () => call('odx_data_open', pick([requestBytes({}), requestBytes({ stream: pick(['a:b:5m', 'x', 'kalshi:btc:15m']) }), Buffer.from('x')]))],
  [4, () => take('odx_data_read', x.odx_data_read(some('data'), pick([1, 100, 2000, 0])))],
  [3, () => call('odx_data_columns', requestBytes(pick([{}, { points: 10 }, { stream: random(3) }, { points: 2 ** 40 }, { from_us: 9e15 }, { to_us: 5 }, { points: -1 }])), some('data'))],
  [1, () => take('odx_data_close', x.odx_data_close(some('data')))],
  [4, () => call('odx_backtest_open', request('backtest'))], [5, () => call('odx_sweep_open', request('sweep'))],
  [8, () => take('odx_backtest_step', x.odx_backtest_step(some('backtest'), pick([1, 50, 700, 5000, 0])))],
  [4, () => take('odx_sweep_step', x.odx_sweep_step(some('sweep'), pick([1, 2, 50, 0])))],
  [3, () => call('odx_backtest_result', Buffer.alloc(pick([0, 72, 144, 71, 7200]), random(256)), some('backtest'))],
  [3, () => call('odx_sweep_result', Buffer.alloc(pick([0, 72, 71]), random(256)), some('sweep'))],
  [3, () => take('odx_backtest_part', x.odx_backtest_part(some('backtest'), random(6)))], [3, () => take('odx_sweep_trials', x.odx_sweep_trials(some('sweep')))],
  [1, () => take('odx_backtest_close', x.odx_backtest_close(some('backtest')))], [1, () => take('odx_sweep_close', x.odx_sweep_close(some('sweep')))]];
const bag = ACTS.flatMap(([weight, act]) => Array(weight).fill(act));
try {
  while (returned < calls) pick(bag)();
  expect(true, 'all calls returned');
} catch (error) {
  expect(false, `after ${returned} calls: ${error.stack}`);
}
for (const name of ['data_open', 'data_file', 'data_read', 'data_columns', 'backtest_open', 'backtest_step', 'backtest_result', 'backtest_part', 'sweep_open', 'sweep_step', 'sweep_result', 'sweep_trials'])
  expect(seen[`odx_${name} fine`] > 0, `odx_${name} did its work at least once`);
if (options.includes('--table')) console.log(Object.entries(seen).sort().map(([name, count]) => `${name}: ${count}`).join('\n'));

// ---- afterwards all is as before, and all memory is there again

for (const kind of ['backtest', 'sweep', 'data']) for (const handle of open[kind].splice(0)) take(`odx_${kind}_close`, x[`odx_${kind}_close`](handle));
const before = end(), rest = before - 6 * 65536 - block;
const whole = x.odx_alloc(rest - (1 << 21));
expect(whole !== 0 && end() === before, `what was taken is given back: ${rest} of ${before} bytes`);
x.odx_free(whole);

function shaOf(odx) {
  const data = odx.openData();
  for (const file of tapes) data.add(file);
  data.read();
  const { backtest } = odx.openBacktest({ name: 'a.odx', text: texts[1], data: [{ data }] });
  backtest.step();
  const { document } = backtest.result();
  backtest.close();
  data.close();
  return document.result_sha256;
}
const fresh = await loadOdx(module), { Odx } = await import('../../editor-web/src/shared/wasm/odx.mjs');
expectEqual(shaOf(new Odx(x)), shaOf(fresh), 'a backtest behind all that');
finish();
