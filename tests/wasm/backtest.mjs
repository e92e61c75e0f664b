// backtest.mjs ODX WASM TWIN [--count N] [--from S]: data and backtests in odx-backtest.wasm against `odx`, byte by byte.
//
// All examples and N generated programs: the document, the page and the table have the bytes of `odx backtest`, or both
// refuse in the same words.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';

import { loadOdx, OdxError } from '../../editor-web/src/shared/wasm/odx.mjs';
import { document, expect, expectEqual, files, finish, native, skip } from './harness.mjs';
import { filesOf, makeStreams, marketsOf, programs } from './streams.mjs';

const [program, wasmPath, twinPath, ...options] = process.argv.slice(2), odxPath = path.resolve(program);
const option = (name, otherwise) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-wasm-'));
const odx = await loadOdx(fs.readFileSync(wasmPath));

function done(args) {
  const got = native(odxPath, args);
  if (got.code !== 0) throw new Error(`odx ${args.join(' ')}: ${got.err}`);
  return got;
}

function refused(what, wanted, act) {
  try {
    act();
    expect(false, `${what}: not refused`);
  } catch (error) {
    expect(error instanceof OdxError && error.message.includes(wanted), `${what}: ${error.message}`);
  }
}

// ---- data

function read(files, rows = 7000) {
  const data = odx.openData();
  for (const file of files) data.add(file);
  for (;;) {
    const got = data.read({ rows });
    if (got.done) return { data, ...got };
  }
}

const made = path.join(scratch, 'made'), both = path.join(scratch, 'both');
done(['synth', '--from', '2026-07-01', '--slots', '24', '-o', made]);
done(['synth', '--from', '2026-07-01', '--slots', '24', '-o', both]);
done(['synth', '--from', '2026-07-03', '--slots', '30', '--stream', 'polymarket:eth:5m', '--seed', '2', '-o', both]);
for (const folder of [made, both]) {
  const reports = fs.readFileSync(path.join(folder, 'imports.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  const wanted = reports.flatMap(({ streams }) => streams).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { data, summary, rows } = read(filesOf(folder));
  expectEqual(summary.streams.sort((a, b) => (a.name < b.name ? -1 : 1)), wanted, `streams of ${folder}`);
  expectEqual(summary.notes, [], 'nothing is wrong with them');
  expect(rows === wanted.reduce((sum, { ticks }) => sum + ticks, 0), `${rows} rows`);
  data.close();
}

const parts = filesOf(made), tape = parts.find(({ name }) => name.endsWith('.tape'));
const whole = read(parts, 0);
for (const rows of [1, 300]) {
  const { data, summary } = read(parts.map(({ name, bytes }) => ({ name, bytes: name.endsWith('.tape') ? bytes.subarray(0, 40000) : bytes })), rows);
  expect(summary.streams[0].ticks > 100 && summary.streams[0].ticks < 3000, `${summary.streams[0].ticks} ticks of a tape that was cut`);
  expect(summary.notes.length === 1 && summary.notes[0].includes('not closed'), `said of it: ${summary.notes}`);
  data.close();
}
const bent = Buffer.from(tape.bytes);
bent[bent.length >> 1] ^= 4;
const damaged = read([{ name: tape.name, bytes: bent }]);
expect(damaged.summary.notes.length === 1 && /block \d+ \(rows \d+ to \d+\)/.test(damaged.summary.notes[0]), `damage is named: ${damaged.summary.notes}`);
expect(damaged.summary.streams[0].ticks >= whole.summary.streams[0].ticks - 256, 'the rest of a damaged tape is read');
expect(damaged.summary.streams[0].tape_sha256 !== whole.summary.streams[0].tape_sha256, 'and has another sum');
damaged.data.close();
const headless = Buffer.from(tape.bytes);
headless[30] ^= 4;
for (const [files, ticks, words] of [[[...parts, { name: 'torn.tape', bytes: headless }], whole.rows, 'torn.tape: its head is damaged'], [[{ name: 'torn.tape', bytes: headless }], whole.rows, "the file's head is damaged"]]) {
  const { data, summary, rows } = read(files);
  expect(summary.streams.length === 1 && rows === ticks, `${rows} rows of ${summary.streams.length} streams`);
  expect(summary.notes.length === 1 && summary.notes[0].includes(words), `a tape without its head is named: ${summary.notes}`);
  data.close();
}

const all = whole.data.columns(), few = whole.data.columns({ points: 50, from_us: all.ts_us[100], to_us: all.ts_us[1100] });
expect(all.rows === whole.rows && all.ts_us.every((ts, i) => !i || ts >= all.ts_us[i - 1]), 'a row a tick');
expect(few.rows === 50 && few.ts_us[49] === all.ts_us[1099] && few.ts_us[0] === all.ts_us[119], 'fifty points of a thousand rows');
expect([0, 7, 49].every((i) => few.low[i] === Math.min(...all.bid.subarray(100 + i * 20, 120 + i * 20).filter((x) => !Number.isNaN(x)))), 'the lowest bid');
expect([0, 7, 49].every((i) => few.high[i] === Math.max(...all.ask.subarray(100 + i * 20, 120 + i * 20).filter((x) => !Number.isNaN(x)))), 'the highest ask');
refused('a stream that is not there', 'no such stream', () => whole.data.columns({ stream: 1 }));
refused('an unknown key', 'unknown key `point`', () => whole.data.columns({ point: 1 }));
refused('a file after reading', 'being read', () => whole.data.add(tape));
whole.data.close();
refused('closed data', 'no such handle', () => whole.data.read());
const seventeen = Array.from({ length: 16 }, () => odx.openData());
refused('the 17th', 'too much data', () => odx.openData());
seventeen.forEach((data) => data.close());
refused('a key that is none of data', 'unknown key `file`', () => odx.openData({ file: 'x' }));

// ---- recordings

/** `odx import` into a folder, and the module on the same text. */
function importAgrees(name, text, stream) {
  const folder = path.join(scratch, 'imported'), file = path.join(scratch, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.writeFileSync(file, text);
  const got = native(odxPath, ['import', file, '-o', folder, '--json', ...(stream ? ['--stream', stream] : [])]);
  const data = odx.openData(stream ? { stream } : {});
  data.add({ name, bytes: text });
  let step;
  do step = data.read({ rows: 900 }); while (!step.done);
  data.close();
  const { streams, imports, notes } = step.summary;
  if (got.code !== 0) {
    expect(streams.length === 0 && (notes.some((note) => got.err.includes(note)) || got.err.includes('no tick, no result')), `${name}: ${notes}, odx: ${got.err}`);
    return null;
  }
  const want = JSON.parse(got.text), sums = Object.fromEntries(want.streams.map((one) => [one.name, one.tape_sha256]));
  for (const one of want.streams) delete one.tape_sha256;
  expectEqual(imports, [want], `the report of ${name}`);
  for (const one of streams.filter(({ ticks }) => ticks)) expectEqual(one.tape_sha256, sums[one.name] ?? null, `the sum of ${one.name} in ${name}`);
  const held = want.streams.filter(({ ticks, winners }) => ticks || winners).length;
  expect(streams.length === held, `${streams.length} streams of ${held} in ${name}`);
  return want;
}

const sample = fs.readFileSync('examples/ticks/sample_5m.csv', 'utf8'), rowsOf = sample.trimEnd().split('\n');
importAgrees('sample.csv', sample);
const messy = rowsOf.flatMap((line, i) => (i % 97 === 96 ? [line, line] : i % 89 === 88 ? [line.replace(/,[^,]*$/, '')] : i % 83 === 82 ? [line.replace(/0\.\d+/, 'NaN')]
  : i % 79 === 78 ? [line.replace(/0\.\d+/, 'x')] : i % 71 === 70 ? ['', line] : [line]));
[messy[200], messy[900], messy[901]] = [messy[900], messy[200], messy[100]];
const report = importAgrees('messy.csv', `\ufeff${messy.join('\r\n')}`);
const { problems } = report;
expect(['wrong_columns', 'bad_cells', 'not_numbers', 'back_in_time', 'duplicates'].every((name) => problems[name] > 0), `problems: ${JSON.stringify(problems)}`);
importAgrees('none.csv', 'a,b\n1,2\n');
importAgrees('empty.csv', '');
importAgrees('other.csv', sample.replaceAll(/^BTC|,BTC,/gm, (word) => word.replace('BTC', 'sol')), 'kalshi:eth:5m');
const REAL = '../shared/data/real', most = option('--real', 60000);
if (fs.existsSync(REAL)) {
  const kinds = new Set();
  for (const packed of files(REAL, '.csv.gz').filter((file) => fs.statSync(file).size < most))
    kinds.add(importAgrees(path.basename(packed, '.gz'), zlib.gunzipSync(fs.readFileSync(packed)))?.format);
  expect(kinds.size >= 3, `kinds of recordings: ${[...kinds]}`);
} else {
  skip('real recordings: no ../shared here');
}
{ // ticks in one file, how its slots ended in another
  const labels = odx.openData({ stream: 'polymarket:btc:5m' });
  labels.add({ name: 'ticks.csv', bytes: rowsOf.map((line) => line.split(',').filter((_, i) => rowsOf[0].split(',')[i] !== 'winner').join(',')).join('\n') });
  labels.add({ name: 'results.csv', bytes: `slot_ts,symbol,winner\n${[...new Set(rowsOf.slice(1).map((line) => line.split(',')[rowsOf[0].split(',').indexOf('slot_ts')]))].map((ts) => `${ts},BTC,up`).join('\n')}\n` });
  const { summary } = labels.read();
  expect(summary.streams.length === 1 && summary.streams[0].winners === 12 && summary.streams[0].ticks === 3600, `results beside ticks: ${JSON.stringify(summary.streams)}`);
  labels.close();
  const twice = odx.openData();
  for (const name of ['a.csv', 'b.csv']) twice.add({ name, bytes: sample });
  refused('the same recording twice', 'recordings of the same time', () => twice.read());
  twice.close();
}
const packed = read([{ name: 'x.csv.gz', bytes: zlib.gzipSync(sample) }]);
expect(packed.summary.notes[0]?.includes('unpack it first'), `of a packed file: ${packed.summary.notes}`);
packed.data.close();

// ---- backtests

/** Folders by stream, and their data. */
const streams = Object.fromEntries(Object.entries(makeStreams(odxPath, scratch)).map(([stream, folder]) =>
  [stream, { folder, data: read(filesOf(folder), 0).data }]));
const ledger = path.join(scratch, 'ledger'), tried = {};

const markets = (text) => marketsOf(text).map(({ market, stream }) => ({ market, ...streams[stream] }));

const how = { json: path.join(scratch, 'r.json'), html: path.join(scratch, 'r.html'), trades: path.join(scratch, 'r.csv') };
let traded = 0, same = 0, refusals = 0;

/** Words of a command line for a request's options. */
function words({ params = {}, cash, fill, latency, jitter, seed, from_us, to_us }) {
  const time = (us) => (us === undefined ? [] : [String(us / 1e6)]);
  const pairs = { '--param': Object.entries(params).map(([name, value]) => `${name}=${value}`), '--from': time(from_us), '--to': time(to_us),
    '--cash': [cash], '--latency': [latency], '--jitter': [jitter], '--seed': [seed], '--fill': [fill] };
  return Object.entries(pairs).flatMap(([name, values]) => values.filter((value) => value !== undefined).flatMap((value) => [name, String(value)]));
}

function run(request, ticks) {
  const opened = odx.openBacktest(request);
  if (!opened.backtest) return { errors: opened.findings.filter(({ level }) => level === 'error').map(({ code }) => code) };
  const b = opened.backtest;
  let step, steps = 0;
  do {
    const before = step?.part ?? 0;
    step = b.step({ ticks });
    steps++;
    if (step.part < before) expect(false, `${request.name}: from ${before} back to ${step.part}`);
  } while (!step.done);
  const trials = tried[b.tape_sha256] ?? new Uint8Array(0);
  tried[b.tape_sha256] = new Uint8Array([...trials, ...b.trials()]);
  try {
    return { ...b.result({ trials }), html: b.html(), csv: b.csv(), curves: b.curves(), steps };
  } finally {
    b.close();
  }
}

/** The same by both. */
function agrees(file, asked = {}, { ticks = 0, cwd } = {}) {
  const doc = asked.text === undefined ? document(file) : {}, text = asked.text ?? doc.text;
  const given = markets(text), named = given.length > 1;
  const shell = ['backtest', file, ...given.flatMap(({ market, folder }) => ['--data', named ? `${market}=${folder}` : folder]), ...words(asked)];
  const done = native(odxPath, [...shell, '--quiet', '--ledger', ledger, ...Object.entries(how).flatMap(([name, to]) => [`--${name}`, to])], { cwd });
  let got;
  try {
    got = run({ ...doc, ...asked, name: file, data: given.map(({ market, folder, data }) => ({ data, as: folder, ...(named ? { market } : {}) })),
      command: `odx ${shell.map((word) => (/^[\w\-=./:,+@%]+$/.test(word) ? word : `'${word}'`)).join(' ')}` }, ticks);
  } catch (error) {
    if (!(error instanceof OdxError)) throw error;
    got = { refused: error.message };
  }
  if (done.code !== 0) {
    const sentence = done.err.split('\n').find((line) => line.startsWith('odx: '))?.slice(5) ?? '';
    const is = (part) => sentence.includes(part) && got.refused?.includes(part);
    expect(got.errors ? done.code === 1 : got.refused !== undefined && (sentence.endsWith(got.refused) || is('has no ticks') || got.refused.includes('names no market')),
      `${file}: ${JSON.stringify(got).slice(0, 200)}, odx: ${done.err}`);
    refusals++;
    return null;
  }
  const want = fs.readFileSync(how.json, 'utf8');
  expectEqual(got.document?.result_sha256, JSON.parse(want).result_sha256, `result_sha256 of ${file}: ${got.refused ?? got.errors ?? ''}`);
  expectEqual(got.text, want, `the document of ${file}`);
  if (asked.text === undefined) {
    expectEqual(got.html, fs.readFileSync(how.html, 'utf8'), `the page of ${file}`);
    expectEqual(got.csv, fs.readFileSync(how.trades, 'utf8'), `the trades of ${file}`);
  }
  same++;
  traded += got.document?.total_trades ?? 0;
  return got;
}

for (const file of files('examples', '.odx')) agrees(file, {}, { ticks: 3000 });
console.log(`${same} examples with the same bytes, ${traded} trades; ${refusals} refused by both`);
expect(same >= 11 && traded > 100, `${same} examples, ${traded} trades`);

const file = 'examples/spread_keeper.odx', from_us = Date.UTC(2026, 6, 1, 0, 30) * 1000;
const first = agrees(file, {}, { ticks: 1 });
expect(first.steps > 3000, `${first.steps} steps of one tick`);
for (const asked of [{ fill: 'touch' }, { fill: 'pessimistic', seed: 7 }, { latency: 0 }, { latency: 900, jitter: 0, cash: '$250' }, { cash: '37.5' },
  { from_us }, { from_us, to_us: from_us + 3600e6 }]) agrees(file, asked);
for (const [model, curve] of Object.entries(first.curves)) {
  const band = first.document.band[model];
  expect(curve.ts_us.length === curve.equity.length && Math.round(curve.equity.at(-1) * 1e6 - curve.equity[0] * 1e6) === band.pnl_micros, `curve of ${model}`);
  expect(curve.fall.every((fall) => fall >= 0), `falls of ${model}`);
}
expectEqual([...first.curves.queue.ts_us].map((ts, i) => [ts, Math.round(first.curves.queue.equity[i] * 1e6)]), first.document.equity, 'the curve is the equity of the document');
const leader = document('examples/late_leader.odx');
agrees('examples/late_leader.odx', { params: { lead: '60c' } });

// ---- generated programs

{
  const before = { same, refusals, traded }, folder = path.join(scratch, 'programs');
  const lines = programs(twinPath, option('--from', 1), option('--count', 1000));
  fs.mkdirSync(path.join(folder, 'shared'), { recursive: true });
  for (const { seed, text, modules } of lines) {
    for (const [name, content] of Object.entries(modules)) fs.writeFileSync(path.join(folder, name), content);
    fs.writeFileSync(path.join(folder, `g${seed}.odx`), text);
    agrees(`g${seed}.odx`, { text, modules }, { cwd: folder, ticks: 2000 });
  }
  const ran = same - before.same;
  console.log(`${lines.length} generated programs: ${ran} with the same bytes, ${traded - before.traded} trades; ${refusals - before.refusals} refused by both`);
  expect(ran > lines.length / 4, `${ran} generated programs ran`);
}

// ---- sweeps

let cells = 0;
function sweepAgrees(file, asked, steps = 1) {
  const doc = document(file), given = markets(doc.text), sums = {};
  const flags = { grid: ['--grid'], random: ['--random', String(asked.cells)], refine: ['--refine'] }[asked.way] ?? [];
  const json = path.join(scratch, 's.json');
  const shell = ['sweep', file, ...given.flatMap(({ market, folder }) => ['--data', given.length > 1 ? `${market}=${folder}` : folder]),
    ...words(asked), ...(asked.param ?? []).flatMap((word) => ['--param', word]), ...flags, ...(asked.by ? ['--by', asked.by] : [])];
  const shown = native(odxPath, [...shell, '--json', json, '--ledger', ledger, '--quiet', '--threads', '1']);
  const request = { ...doc, ...asked, name: file, data: given.map(({ market, folder, data }) => ({ data, as: folder, ...(given.length > 1 ? { market } : {}) })) };
  let opened;
  try {
    opened = odx.openSweep(request);
  } catch (error) {
    expect(error instanceof OdxError && shown.code === 1 && shown.err.includes(error.message), `${file} ${JSON.stringify(asked)}: ${error.message}, odx: ${shown.err}`);
    return null;
  }
  const s = opened.sweep;
  let step, before = 0;
  do {
    step = s.step({ cells: steps });
    expect(step.cells >= before && step.planned >= step.cells && (!steps || step.cells - before <= steps), `cells of ${file}: ${JSON.stringify(step)}`);
    before = step.cells;
  } while (!step.done);
  const trials = tried[s.tape_sha256] ?? new Uint8Array(0), first = s.result({ trials }), result = s.result({ trials });
  tried[s.tape_sha256] = new Uint8Array([...trials, ...result.trials]);
  s.close();
  expect(shown.code === 0, `odx ${shell.join(' ')}: ${shown.err}`);
  expectEqual(result.text, fs.readFileSync(json, 'utf8'), `the sweep of ${file} ${JSON.stringify(asked)}`);
  expect(first.text === result.text && result.trials.length === 72 * step.cells, 'asked twice, and its trials');
  cells += step.cells;
  return result.document;
}
const late = 'examples/late_leader.odx';
expectEqual(sweepAgrees(late, { param: ['lead=55c,60c,70c', 'stake=$10'] }).fills.route, 'matcher', 'the route');
sweepAgrees(late, { param: ['lead=55c..75c step 5c', 'stake=$10..$20 step $10'], fill: 'instant', by: 'sharpe' }, 0);
sweepAgrees(late, { way: 'random', cells: 7, fill: 'instant', seed: 3 }, 3);
sweepAgrees(late, { way: 'refine', fill: 'instant', by: 'pnl', from_us }, 100);
sweepAgrees('examples/spread_keeper.odx', { way: 'random', cells: 3, fill: 'touch', latency: 100, cash: '$500' });
sweepAgrees(late, { param: ['lead=70c..60c'] });
sweepAgrees(late, { param: ['nothing=1,2'] });
sweepAgrees(late, { param: ['lead', 'lead=60c,61c'] });
sweepAgrees('examples/long_shot.odx', { param: ['cheap=4c..20c step 4c'] }, 0);
expect(cells > 40, `${cells} cells`);
console.log(`${cells} cells of sweeps with the same bytes`);

// ---- what is refused

const btc = streams['polymarket:btc:5m'].data, open = (more) => () => odx.openBacktest({ ...leader, data: [{ data: btc }], ...more });
refused('a fill that is none', '`fill` is touch, queue', open({ fill: 'quick' }));
refused('a latency of years', '`latency` is too large', open({ latency: 1e9 }));
refused('a seed that is no whole number', '`seed` is a whole number', open({ seed: 1.5 }));
refused('no data', 'has no ticks', open({ data: [] }));
refused('a market that is not there', 'no market `x`', open({ data: [{ data: btc, market: 'x' }] }));
refused('a stream that is not there', 'no stream `y`', open({ data: [{ data: btc, stream: 'y' }] }));
refused('a market twice', 'its ticks already', open({ data: [{ data: btc }, { data: btc }] }));
refused('time that is turned around', 'nothing lies between', open({ from_us: 2e15, to_us: 1e15 }));
refused('an unknown key', 'unknown key `threads`', open({ threads: 2 }));
const unread = odx.openData();
refused('data that is not read', 'open and read', open({ data: [{ data: unread }] }));
unread.close();
const openSweep = (more) => () => odx.openSweep({ ...leader, data: [{ data: btc }], ...more });
refused('a way that is none', '`way` is grid', openSweep({ way: 'up' }));
refused('cells of a grid', 'tried at random', openSweep({ cells: 3 }));
refused('a rank that is none', 'no rank `luck`', openSweep({ by: 'luck' }));
refused('a latency of instant fills', 'speak of the matcher', openSweep({ fill: 'instant', latency: 3 }));
const begun = odx.openSweep({ ...leader, data: [{ data: btc }], param: ['lead=60c,65c'] }).sweep;
refused('a sweep before its end', 'not done yet', () => begun.result());
begun.close();
refused('a closed sweep', 'no such handle', () => begun.step());
const half = odx.openBacktest({ ...leader, data: [{ data: btc }] }).backtest;
half.step({ ticks: 10 });
refused('a result before the end', 'not done yet', () => half.result());
refused('a page before the end', 'not done yet', () => half.html());
btc.close(); // it runs on: what it runs over is kept
expect(half.step().done, 'a backtest over data that was closed');
refused('half a record of a trial', 'whole number of records', () => half.result({ trials: new Uint8Array(71) }));
expect(half.html().includes('<html'), 'the page, without asking for the result before');
half.close();
refused('a closed backtest', 'no such handle', () => half.step());

fs.rmSync(scratch, { recursive: true });
finish();
