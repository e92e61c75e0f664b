// backtest.mjs ODX WASM: data in odx-backtest.wasm against `odx import` and `odx synth`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { loadOdx, OdxError } from '../../editor-web/src/shared/wasm/odx.mjs';
import { expect, expectEqual, finish, native } from './harness.mjs';

const [odxPath, wasmPath] = process.argv.slice(2);
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

/** Files of a folder, named from there. */
function filesOf(folder, at = '') {
  return fs.readdirSync(path.join(folder, at), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(at, entry.name);
    return entry.isDirectory() ? filesOf(folder, name) : [{ name, bytes: fs.readFileSync(path.join(folder, name)) }];
  });
}

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

const files = filesOf(made), tape = files.find(({ name }) => name.endsWith('.tape'));
const whole = read(files, 0);
for (const rows of [1, 300]) {
  const { data, summary } = read(files.map(({ name, bytes }) => ({ name, bytes: name.endsWith('.tape') ? bytes.subarray(0, 40000) : bytes })), rows);
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
const open = Array.from({ length: 16 }, () => odx.openData());
refused('the 17th', 'too much data', () => odx.openData());
open.forEach((data) => data.close());
refused('a key that is none of data', 'unknown key `file`', () => odx.openData({ file: 'x' }));

fs.rmSync(scratch, { recursive: true });
finish();
