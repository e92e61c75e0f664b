// trials.ts — the ledger of trials of this browser: every run and every cell of a sweep, by the sum of the tape.
//
// In: records of the backtest module (72 bytes each). Out: those of a tape. Promise: a trial is on its way to the
// store, whatever becomes of the page, before its result is shown; where nothing can be stored they count until the
// page is left.
const NAME = 'oddex-trials', STORE = 'trials';

const memory = new Map<string, Uint8Array>();

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

let database: Promise<IDBDatabase | null> | null = null;

function done<T>(request: IDBRequest<T>): Promise<T | null> {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}

export async function trialsOf(tape: string): Promise<Uint8Array> {
  const known = memory.get(tape);
  if (known) return known;
  const db = await (database ??= open());
  const stored = db ? await done(db.transaction(STORE).objectStore(STORE).get(tape) as IDBRequest<unknown>) : null;
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
  const db = await (database ??= open()), all = joined(await trialsOf(tape), more);
  memory.set(tape, all);
  try {
    const write = db?.transaction(STORE, 'readwrite');
    write?.objectStore(STORE).put(all, tape);
    write?.commit();
  } catch {
    // Nothing can be stored: they count until the page is left.
  }
}
