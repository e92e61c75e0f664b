// boundary.mjs ODX_WASM [--calls N] [--seed S]: numbers that nobody should pass, and then any numbers at all.
//
// A table of wrong pointers, lengths and handles with what each must return; then random calls of all exports on
// valid, broken and invented arguments.  Promise: every call returns, problems are those of problems.def, and
// afterwards the module still checks a strategy as if nothing had happened.
import fs from 'node:fs';

import { PROBLEMS, loadOdx } from '../../editor-web/src/shared/wasm/odx.mjs';
import { expect, expectEqual, finish, requestBytes } from './harness.mjs';

const [wasmPath, ...options] = process.argv.slice(2);
const option = (name, otherwise) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise);
const calls = option('--calls', 1_000_000);
const module = await WebAssembly.compile(fs.readFileSync(wasmPath));
const fresh = async () => (await WebAssembly.instantiate(module, {})).exports;

// ---- problems, once more: the table that the wrapper has is the one of problems.def

const rows = [...fs.readFileSync('runtime/embed/problems.def', 'utf8').matchAll(/^PROBLEM\(\w+, (-\d+), "(.*)"\)$/gm)];
expectEqual(PROBLEMS, Object.fromEntries(rows.map(([, value, text]) => [value, text])), 'PROBLEMS');
const [MEMORY, POINTER, HANDLE, LIMIT] = rows.map(([, value]) => Number(value));

// ---- the table

let x = await fresh();
const VERBS = Object.keys(x).filter((name) => /^odx_(check|format|fix|compile|convert|explain|hover|complete|signature|fixes|run_open)$/.test(name));
expect(VERBS.length === 11, `${VERBS.length} verbs`);
const put = (bytes) => {
  const ptr = x.odx_alloc(bytes.length) >>> 0;
  if (ptr) new Uint8Array(x.memory.buffer, ptr, bytes.length).set(bytes);
  return ptr;
};
const block = put(requestBytes({ text: 'odx 1\n' }));
const size = requestBytes({ text: 'odx 1\n' }).length;
const end = () => x.memory.buffer.byteLength;
const freed = x.odx_alloc(64);
x.odx_free(freed);

const RANGES = [
  ['nothing at 0', 0, 1], ['the data of the module', 2048, 16], ['the last byte and one more', end() - 1, 2],
  ['behind the memory', end(), 1], ['far behind', 0xfffffff0, 8], ['around the end of numbers', 0xffffffff, 0xffffffff],
  ['a length that wraps', block, 0xffffffff], ['one block and the next', block, 1 << 20], ['before the block', block - 1, 4],
  ['the head of the block', block - 16, 16], ['a block that was freed', freed, 4], ['a negative pointer', -1, 1],
  ['a negative length', block, -1],
];
for (const verb of VERBS)
  for (const [what, ptr, length] of RANGES) expect(x[verb](ptr, length) === POINTER, `${verb}: ${what}`);
for (const [what, ptr, length] of RANGES) {
  expect(x.odx_run_ticks(8, 0, ptr, length) === POINTER, `run_ticks: ${what}`);
  expect(x.odx_run_csv(8, 0, ptr, length) === POINTER, `run_csv: ${what}`);
}
for (const ptr of [0, 1, 16, block + 1, block + 16, block - 16, freed, end(), -1, 0x7fffffff])
  expect(x.odx_free(ptr) === POINTER, `odx_free(${ptr})`);
for (const handle of [0, 1, -1, 255, 256, 257, 0x7fffffff, -0x80000000]) {
  expect(x.odx_release(handle) === HANDLE, `odx_release(${handle})`);
  for (const name of ['odx_json', 'odx_json_length', 'odx_bytes', 'odx_bytes_length'])
    expect(x[name](handle) === 0, `${name}(${handle})`);
  expect(x.odx_run_step(handle, 1, 1) === HANDLE && x.odx_run_close(handle) === HANDLE &&
    x.odx_run_ticks(handle, 0, 0, 0) === HANDLE && x.odx_run_csv(handle, 0, 0, 0) === HANDLE, `run ${handle}`);
}
for (const much of [0x40000001, 0x7fffffff, 0xffffffff, -1]) expect(x.odx_alloc(much) === 0, `odx_alloc(${much})`);

const first = x.odx_check(block, size);
expect(first > 0 && x.odx_release(first) === 0 && x.odx_release(first) === HANDLE, 'an answer is released once');
expect(x.odx_json(first) === 0, 'a released answer has no JSON');
const second = x.odx_check(block, size);
expect(second > 0 && second !== first, 'a handle is not given out twice in a row');
x.odx_release(second);
const open = Array.from({ length: 256 }, () => x.odx_check(block, size));
expect(open.every((handle) => handle > 0) && x.odx_check(block, size) === LIMIT, 'the 257th answer');
expect(open.every((handle) => x.odx_release(handle) === 0), 'all are released');
expect(x.odx_free(block) === 0 && x.odx_free(block) === POINTER, 'a block is freed once');

x = await fresh();
const blocks = [];
for (let ptr = 1; ptr; blocks.push(ptr)) ptr = x.odx_alloc(1);
expect(blocks.length === 4097, `${blocks.length - 1} blocks at one time`);
x = await fresh();
const large = [];
for (let ptr = 1; ptr; large.push(ptr)) ptr = x.odx_alloc(100 << 20);
const rest = [];
for (let ptr = 1; ptr; rest.push(ptr)) ptr = x.odx_alloc(1 << 16);
expect(large.length > 5 && end() <= 1 << 30 && x.odx_check(0, 0) === MEMORY, 'without memory a call says so');
expect(x.odx_free(large[2]) === 0 && x.odx_check(0, 0) > 0, 'and works again when there is some');

// ---- requests that make no sense: an answer with an error

x = await fresh();
const said = (verb, bytes) => {
  const ptr = put(bytes), handle = x[verb](ptr, bytes.length);
  const text = Buffer.from(x.memory.buffer, x.odx_json(handle), x.odx_json_length(handle)).toString();
  x.odx_release(handle);
  x.odx_free(ptr);
  return handle > 0 ? JSON.parse(text) : { problem: handle };
};
const deep = '['.repeat(100);
const NONSENSE = [
  ['', 'not JSON'], ['{', 'not JSON'], ['[]', 'not an object'], ['"x"', 'not an object'], ['{} {}', 'not JSON'],
  ['{"text": 5}', '`text` is a string'], ['{"texts": ""}', 'unknown key `texts`'], ['{"text": "a", "text": "b"}', 'not JSON'],
  ['{"modules": []}', 'object of strings'], ['{"modules": {"a": 1}}', '`a` is a string'], [`{"text": ${deep}`, '`text` is a string'],
  ['{"levels": {"ODX999": "off"}}', 'no code `ODX999`'], ['{"levels": {"ODX401": "loud"}}', 'not a level'],
  ['{"levels": {"ODX001": "off"}}', 'stays an error'], ['{"plain": 1}', 'true or false'], ['{"begin": -1}', 'whole number'],
  ['{"begin": 1e99}', 'whole number'], ['{"units": "miles"}', '`units` are'], ['{"columns": "ts_us"}', 'array of strings'],
  ['{"columns": [1]}', 'array of strings'], ['{"text": "\\ud800"}', 'not JSON'],
  [`{"columns": [${Array(257).fill('"ts_us"')}]}`, 'too many items'],
  [`{"modules": {${Array.from({ length: 65 }, (_, i) => `"${i}": ""`)}}}`, 'too many modules'],
];
for (const verb of VERBS)
  for (const [text, wanted] of NONSENSE) {
    const got = said(verb, Buffer.from(text));
    expect(got.error?.includes(wanted), `${verb} ${text.slice(0, 40)}: ${JSON.stringify(got)}`);
  }
expect(said('odx_check', Buffer.from([0x22, 0xff, 0x22])).error?.includes('not JSON'), 'bytes that are not UTF-8');
expect(said('odx_check', Buffer.alloc(9 << 20, 0x20)).error?.includes('not JSON'), 'a request that is too large');
expect(said('odx_convert', requestBytes({ text: '', to: 'song' })).error?.includes('`to` is'), 'an unknown notation');

// ---- any numbers at all

/** xorshift: the same calls for the same seed. */
let state = BigInt(option('--seed', 1)) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn || 1n;
let low = Number(state & 0xffffffffn) | 1;
const random = (n) => {
  low ^= low << 13;
  low ^= low >>> 17;
  low ^= low << 5;
  return (low >>> 0) % n;
};
const pick = (list) => list[random(list.length)];

const strategies = ['grid', 'rebound', 'slot_trend', 'scanner', 'shadow'].map((name) => fs.readFileSync(`examples/${name}.odx`, 'utf8'));
const forms = ['form_original', 'graph_original'].map((name) => fs.readFileSync(`tests/golden/views/${name}.json`, 'utf8'));
const small = ['odx 1\nstrategy "T"\nmarket m = polymarket "btc-updown-15m"\nshow a = up.mid\n', 'odx 1\n', '', '{}', '{"mode": "form"}'];

/** Some text with a piece taken out, doubled or replaced. */
function mutate(text) {
  const at = random(text.length + 1), length = random(20);
  const piece = pick(['', text.slice(at, at + length), '\u0000', '"', '{', '}', '99999999999999999999', 'é€😀', '\n', ' of ', '%']);
  return text.slice(0, at) + piece + text.slice(at + random(2) * length);
}

const texts = () => (random(60) ? pick(small) : random(4) ? pick(strategies) : pick(forms));
function someRequest() {
  const request = { name: pick(['a.odx', 'b.json', '', 'x/y.odx']), text: random(3) ? mutate(texts()) : texts() };
  if (!random(3)) request.begin = random(300);
  if (!random(4)) request.to = pick(['text', 'form', 'graph', 'song']);
  if (!random(3)) request.columns = pick([['ts_us', 'bid_up'], ['ts_us'], ['captured_at_ms', 'ask_up', 'bid_up', 'spot_price'], ['bid_up'], []]);
  if (!random(8)) request.shows = true;
  if (!random(8)) request.cash = pick(['100', '-1', 'x', '999999999999999999999']);
  if (!random(9)) request.params = { a: pick(['1', '50%', 'x']) };
  const bytes = requestBytes(request);
  if (!random(6)) bytes[random(bytes.length)] = random(256);
  return bytes;
}

function someBlock() {
  if (!random(5)) return Buffer.from(pick(['ts_us,bid_up\n1,0.5\n2,0.6\n', 'ts_us\n1\n', 'x', mutate('ts_us,bid_up,ask_up\n1000,0.5,0.6\n')]));
  const rows = 1 + random(4), columns = 1 + random(4);
  const cells = Float64Array.from({ length: rows * columns }, (_, i) =>
    pick([i < rows ? 1e15 + i * 1e6 + random(5) * 1e5 : 0.5, 0.5, NaN, Infinity, -1, 1e300, 0, 0.47, 5e-324, 1e15]));
  return Buffer.from(cells.buffer);
}

const pointers = [], handles = [], runs = [];
/** Remembers a value; the oldest beyond so many is given back. */
const keep = (list, value, most, giveBack) => { list.push(value); if (list.length > most) giveBack(list.shift()); };
const keepPointer = (ptr, length) => keep(pointers, { ptr, length }, 64, (old) => x.odx_free(old.ptr));
const numbers = [0, 1, -1, 16, 255, 4096, 65536, 0x7fffffff, 0x80000000, 0xffffffff, 0x40000000];
const someNumber = () => (random(3) ? random(1 << 24) : pick(numbers));
const somePointer = () => (pointers.length && random(4) ? pick(pointers) : { ptr: someNumber(), length: someNumber() });
const someRun = () => (runs.length && random(5) ? pick(runs) : someNumber());
const known = new Set([MEMORY, POINTER, HANDLE, LIMIT]);
const seen = {};
let returned = 0;

function note(name, result) {
  returned++;
  const kind = result > 0 ? 'answer' : String(result);
  seen[`${name} ${kind}`] = (seen[`${name} ${kind}`] ?? 0) + 1;
  if (result < 0 && !known.has(result)) expect(false, `${name}: ${result}`);
  return result;
}

/** The answer is JSON; a run that it opened is remembered. */
function takeAnswer(name, handle) {
  if (note(name, handle) <= 0) return;
  const json = Buffer.from(x.memory.buffer, x.odx_json(handle), x.odx_json_length(handle)).toString();
  returned += 2;
  const answer = JSON.parse(json);
  if (answer.run !== undefined) keep(runs, answer.run, 12, (old) => x.odx_run_close(old));
  if (random(16)) note('odx_release', x.odx_release(handle));
  else keep(handles, handle, 300, (old) => x.odx_release(old));
}

function fill() {
  const bytes = random(4) ? someRequest() : someBlock();
  const ptr = x.odx_alloc(bytes.length) >>> 0;
  returned++;
  if (!ptr) return;
  new Uint8Array(x.memory.buffer, ptr, bytes.length).set(bytes);
  keepPointer(ptr, bytes.length);
}

const ACTS = [
  [12, fill],
  [8, () => { const { ptr } = random(8) ? pointers.shift() ?? somePointer() : somePointer(); note('odx_free', x.odx_free(ptr)); }],
  [2, () => { const ptr = x.odx_alloc(someNumber()); returned++; if (ptr && random(8)) x.odx_free(ptr); else if (ptr) keepPointer(ptr >>> 0, 16); }],
  [10, () => {
    const verb = pick(VERBS), { ptr, length } = somePointer();
    takeAnswer(verb, x[verb](ptr, random(12) ? length : someNumber()));
  }],
  [6, () => { const { ptr, length } = somePointer(); takeAnswer('odx_run_ticks', x.odx_run_ticks(someRun(), random(3), ptr, length)); }],
  [2, () => { const { ptr, length } = somePointer(); takeAnswer('odx_run_csv', x.odx_run_csv(someRun(), random(3), ptr, length)); }],
  [6, () => takeAnswer('odx_run_step', x.odx_run_step(someRun(), pick([Infinity, NaN, 0, -1, 1e15, 1e16, 1.1e15, -Infinity]), random(3) ? random(50) : someNumber()))],
  [2, () => note('odx_run_close', x.odx_run_close(someRun()))],
  [12, () => { const handle = handles.length && random(2) ? pick(handles) : someNumber(); for (const name of ['odx_json', 'odx_json_length', 'odx_bytes', 'odx_bytes_length']) { x[name](handle); returned++; } }],
  [6, () => { const handle = handles.length && random(6) ? handles.shift() : someNumber(); note('odx_release', x.odx_release(handle)); }],
];
/** A run that opens, so that rows and steps find one. */
function openRun() {
  const bytes = requestBytes({ text: random(4) ? small[0] : pick(strategies), shows: !random(2),
    columns: pick([['ts_us', 'bid_up'], ['ts_us'], ['ts_us', 'bid_up', 'ask_up']]) });
  const ptr = put(bytes);
  takeAnswer('odx_run_open', x.odx_run_open(ptr, bytes.length));
  x.odx_free(ptr);
  if (runs.length && !random(2)) {
    const rows = Float64Array.of(1e15, 1e15 + 1e6, 0.4, 0.5, 0.5, 0.6).subarray(0, 2 * (1 + random(3)));
    const at = put(Buffer.from(rows.buffer, 0, rows.byteLength));
    takeAnswer('odx_run_ticks', x.odx_run_ticks(runs.at(-1), 0, at, rows.byteLength));
    x.odx_free(at);
  }
}
ACTS.push([3, openRun]);
const bag = ACTS.flatMap(([weight, act]) => Array(weight).fill(act));

x = await fresh();
const started = performance.now(), every = Math.max(calls / 10, 50_000);
let told = every;
try {
  while (returned < calls) {
    const act = pick(bag);
    act();
    if (returned >= told) {
      console.log(`${returned} calls in ${((performance.now() - started) / 1000).toFixed(0)} s`);
      told += every;
    }
    if (end() > 900 << 20) { x = await fresh(); pointers.length = handles.length = runs.length = 0; }
  }
  expect(true, 'all calls returned');
} catch (error) {
  expect(false, `after ${returned} calls: ${error.stack}`);
}
for (const name of ['odx_check answer', 'odx_run_step answer', 'odx_run_ticks answer', `odx_check ${POINTER}`, `odx_release ${HANDLE}`, `odx_run_step ${HANDLE}`])
  expect(seen[name] > 0, `${name} occurred`);
for (const handle of handles) x.odx_release(handle);
for (const run of runs) x.odx_run_close(run);
for (const { ptr } of pointers) x.odx_free(ptr);

// Afterwards all is as before.
const odx = await loadOdx(module), used = said('odx_check', requestBytes({ text: strategies[0], name: 'grid.odx' }));
expectEqual(used, odx.check({ text: strategies[0], name: 'grid.odx' }), 'a check behind all that');
if (options.includes("--table")) console.log(seen);
console.log(`${returned} calls, memory ${end() >> 20} MB`);
finish();
