// tapes.ts — the recorded ticks that backtests and the time cursor run on: the bundled sample, or dropped files.
//
// In: files. Out: a Tape with their bytes, as they are. Promise: what is no CSV and no tape is refused here with a
// reason; what is damaged inside is for the backtest module to say, with its place.
import { createContext, useContext } from 'react';

import { Cell, useCell } from '../lib/cell';
import { assetUrl } from '../lib/assets';

export interface TapeFile {
  /** Below the folder that was dropped. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Tape {
  /** Changes with the content: a key for caches. */
  readonly id: string;
  readonly name: string;
  readonly files: readonly TapeFile[];
}

export const LARGEST_TAPE = 512 * 1024 * 1024;
export const SAMPLE = 'sample_5m.csv';

export type TapeProblem = 'empty' | 'too-large' | 'not-a-tape';

/** First bytes of a tape file; docs/TAPE.md. */
const TAPE_MAGIC = 'ODXTAPE';

/** Null: ticks, or results of slots. */
export function tapeProblem(bytes: Uint8Array): TapeProblem | null {
  if (bytes.byteLength === 0) return 'empty';
  if (bytes.byteLength > LARGEST_TAPE) return 'too-large';
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  return head.startsWith(TAPE_MAGIC) || /^\uFEFF?[\w"]+(,[\w"]+)+\r?\n/.test(head.replace(/^ï»¿/, '')) ? null : 'not-a-tape';
}

/** What was dropped together is one recording: a tape and the results of its slots, days of a stream, several streams. */
export function tapeOf(files: readonly TapeFile[]): Tape {
  const name = files.length === 1 ? (files[0]?.name ?? '') : `${files[0]?.name ?? ''} + ${files.length - 1}`;
  return { id: files.map((file) => `${file.name}:${file.bytes.byteLength}:${fingerprint(file.bytes)}`).join('\n'), name, files };
}

/** FNV-1a, four bytes at a time: a row that was mended makes it another one. Tells files apart, proves nothing. */
function fingerprint({ buffer, byteOffset, byteLength }: Uint8Array): string {
  const view = new DataView(buffer, byteOffset, byteLength), words = byteLength - (byteLength % 4);
  let hash = 0x811c9dc5;
  for (let i = 0; i < words; i += 4) hash = Math.imul(hash ^ view.getInt32(i), 0x01000193);
  for (let i = words; i < byteLength; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

let sample: Promise<Tape> | null = null;

/** The bundled sample; fetched once. */
export function sampleTape(): Promise<Tape> {
  sample ??= (async () => {
    const response = await fetch(assetUrl(SAMPLE));
    if (!response.ok) throw new Error(`${SAMPLE}: HTTP ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { id: 'sample', name: SAMPLE, files: [{ name: SAMPLE, bytes }] };
  })();
  sample.catch(() => (sample = null));
  return sample;
}

/** Null: the bundled sample. */
export const tapeCell = new Cell<Tape | null>(null);
export const TapeContext = createContext(tapeCell);

export function useTape(): { readonly tape: Tape | null; readonly setTape: (tape: Tape | null) => void } {
  const cell = useContext(TapeContext);
  return { tape: useCell(cell), setTape: cell.set };
}
