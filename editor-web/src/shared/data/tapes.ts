// tapes.ts — the recorded ticks that backtests and the time cursor run on: the bundled sample, or a dropped file.
//
// In: files. Out: a Tape with its bytes, as they are. Promise: what is no CSV and no tape is refused here with a
// reason; what is damaged inside is for the backtest module to say, with its place.
import { createContext, useContext } from 'react';

import { Cell, useCell } from '../lib/cell';
import { assetUrl } from '../lib/assets';

export interface Tape {
  /** Changes with the content: a key for caches. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'csv' | 'tape';
  readonly origin: 'bundled' | 'dropped';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const LARGEST_TAPE = 512 * 1024 * 1024;
export const SAMPLE = 'sample_5m.csv';

export type TapeProblem = 'empty' | 'too-large' | 'not-a-tape';

/** First bytes of a tape file; docs/TAPE.md. */
const TAPE_MAGIC = 'ODXTAPE';

export function recognisedTape(name: string, bytes: Uint8Array<ArrayBuffer>): { tape: Tape } | { problem: TapeProblem } {
  if (bytes.byteLength === 0) return { problem: 'empty' };
  if (bytes.byteLength > LARGEST_TAPE) return { problem: 'too-large' };
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  const kind = head.startsWith(TAPE_MAGIC) ? 'tape' : /^\uFEFF?[\w"]+(,[\w"]+)+\r?\n/.test(head.replace(/^ï»¿/, '')) ? 'csv' : null;
  if (kind === null) return { problem: 'not-a-tape' };
  return { tape: { id: `${name}:${bytes.byteLength}:${fingerprint(bytes)}`, name, kind, origin: 'dropped', bytes } };
}

/** FNV-1a over up to 64 KiB from all over the file: tells files apart, proves nothing. */
function fingerprint(bytes: Uint8Array): string {
  const step = Math.max(1, Math.floor(bytes.byteLength / 65536));
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.byteLength; i += step) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return (hash >>> 0).toString(16);
}

let sample: Promise<Tape> | null = null;

/** The bundled sample; fetched once. */
export function sampleTape(): Promise<Tape> {
  sample ??= (async () => {
    const response = await fetch(assetUrl(SAMPLE));
    if (!response.ok) throw new Error(`${SAMPLE}: HTTP ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { id: 'sample', name: SAMPLE, kind: 'csv' as const, origin: 'bundled' as const, bytes };
  })();
  sample.catch(() => (sample = null));
  return sample;
}

/** Null: the bundled sample. */
export const tapeCell = new Cell<Tape | null>(null);
export const TapeContext = createContext(tapeCell);

export function useTape(): { tape: Tape | null; setTape: (tape: Tape | null) => void } {
  const cell = useContext(TapeContext);
  return { tape: useCell(cell), setTape: cell.set };
}
