// trials.ts — the ledger of trials of this browser: every run and every cell of a sweep, by the sum of the tape.
//
// In: records of the backtest module (72 bytes each). Out: those of a tape. Promise: a trial is on its way to the
// store, whatever becomes of the page, before its result is shown; where nothing can be stored they count until the
// page is left.
import { asked, Database } from '../lib/database';

const STORE = 'trials';
const database = new Database(() => indexedDB, 'oddex-trials', (created) => created.createObjectStore(STORE));
const memory = new Map<string, Uint8Array>();

export async function trialsOf(tape: string): Promise<Uint8Array> {
  const known = memory.get(tape);
  if (known) return known;
  const stored = await database.open().then((db) => asked<unknown>(db.transaction(STORE).objectStore(STORE).get(tape))).catch(() => null);
  const trials = stored instanceof Uint8Array ? stored : new Uint8Array(0);
  memory.set(tape, trials);
  return trials;
}

const RECORD_BYTES = 72;

/** The records of both, each once. */
export function joined(before: Uint8Array, more: Uint8Array): Uint8Array {
  const seen = new Set<string>(), kept: Uint8Array[] = [], words = new TextDecoder('latin1');
  for (const list of [before, more])
    for (let at = 0; at + RECORD_BYTES <= list.length; at += RECORD_BYTES) {
      const record = list.subarray(at, at + RECORD_BYTES), key = words.decode(record);
      if (seen.has(key)) continue;
      seen.add(key);
      kept.push(record);
    }
  const all = new Uint8Array(kept.length * RECORD_BYTES);
  kept.forEach((record, i) => all.set(record, i * RECORD_BYTES));
  return all;
}

/** Counted when this answers; the write was given to the browser by then, whole, and nobody waits for its end. */
export async function addTrials(tape: string, more: Uint8Array): Promise<void> {
  const all = joined(await trialsOf(tape), more);
  memory.set(tape, all);
  try {
    const write = (await database.open()).transaction(STORE, 'readwrite');
    write.objectStore(STORE).put(all, tape);
    write.commit();
  } catch {
    // Nothing can be stored: they count until the page is left.
  }
}
