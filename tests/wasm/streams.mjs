// streams.mjs — made-up markets for backtests: which streams there are, and which of them a strategy's markets get.
import fs from 'node:fs';
import path from 'node:path';

import { native } from './harness.mjs';

const STREAMS = [['polymarket:btc:5m', 30], ['polymarket:btc:15m', 20], ['polymarket:eth:15m', 20], ['polymarket:sol:1h', 6], ['polymarket:btc:1h', 6]];

/** Folders of tapes by stream. */
export function makeStreams(odx, scratch) {
  return Object.fromEntries(STREAMS.map(([stream, slots]) => {
    const folder = path.join(scratch, stream.replaceAll(':', '-'));
    const done = native(odx, ['synth', '--from', '2026-07-01', '--slots', String(slots), '--stream', stream, '-o', folder]);
    if (done.code !== 0) throw new Error(`odx synth: ${done.err}`);
    return [stream, folder];
  }));
}

/** Files of a folder, named from there. */
export function filesOf(folder, at = '') {
  return fs.readdirSync(path.join(folder, at), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(at, entry.name);
    return entry.isDirectory() ? filesOf(folder, name) : [{ name, bytes: fs.readFileSync(path.join(folder, name)) }];
  });
}

/** The stream of each market of a strategy: its own, or one that is there. */
export function marketsOf(text) {
  return [...text.matchAll(/^market\s+(\w+)\s*=\s*(\w+)\s+(?:any\s+)?"([^"]+)"/gm)].map(([, market, venue, selector]) => {
    const [, asset, length] = /^([^-]*)-(?:.*-)?(\d[^-]*)$/.exec(selector) ?? [], own = `${venue}:${asset}:${length}`;
    return { market, stream: STREAMS.some(([stream]) => stream === own) ? own : 'polymarket:btc:5m' };
  });
}

/** Generated programs as documents. */
export function programs(twin, from, count) {
  return native(twin, ['programs', String(from), String(count)]).text.trim().split('\n').map(JSON.parse);
}
