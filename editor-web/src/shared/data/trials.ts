// trials.ts — the ledger of trials of this browser: every run and every cell of a sweep, by the sum of the tape.
//
// In: records of the backtest module (72 bytes each). Out: all of a tape. Promise: a record is never taken out, and
// those of other tabs count too: a write adds to what it finds in the store, in one transaction. Where nothing can be
// stored they count until the page is left.
import { asked, Database } from '../lib/database';

const STORE = 'trials', RECORD_BYTES = 72;
const NONE: Uint8Array = new Uint8Array(0);

/** What is no whole word at the end is left out: no record ends there. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(buffer, byteOffset, length >> 2);
}

/** Records, each once, in the order in which they came. */
export class Records {
  bytes = NONE;
  readonly #known = new Set<string>();

  /** What is no whole record at the end of `more` is none. */
  add(more: Uint8Array): this {
    if (this.#beginsWith(more)) return this;
    const words = new TextDecoder('latin1'), added: Uint8Array[] = [this.bytes];
    for (let at = 0; at + RECORD_BYTES <= more.length; at += RECORD_BYTES) {
      const record = more.subarray(at, at + RECORD_BYTES), key = words.decode(record);
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      added.push(record);
    }
    if (added.length === 1) return this;
    const all = new Uint8Array(this.#known.size * RECORD_BYTES);
    let at = 0;
    for (const part of added) {
      all.set(part, at);
      at += part.length;
    }
    this.bytes = all;
    return this;
  }

  /** As a rule the store has what this page wrote last, and nothing else. */
  #beginsWith(more: Uint8Array): boolean {
    if (more.length > this.bytes.length) return false;
    const known = wordsOf(this.bytes), asked = wordsOf(more);
    for (let at = 0; at < asked.length; at++) if (asked[at] !== known[at]) return false; // no closure: 10,000 records are 180,000 words
    return true;
  }
}

export class Trials {
  /** What this page knows of: it stands in for a store that is full, forbidden, or was emptied meanwhile. */
  readonly #tapes = new Map<string, Records>();
  readonly #database: Database;

  constructor(factory: () => IDBFactory) {
    this.#database = new Database(factory, 'oddex-trials', (created) => created.createObjectStore(STORE));
  }

  /**
   * Counts these, and answers all there are of the tape by now. The write was given to the browser by then, whole, and
   * is made whatever becomes of the page; nobody waits for its end.
   */
  readonly add = async (tape: string, more: Uint8Array): Promise<Uint8Array> => {
    const records = (this.#tapes.get(tape) ?? new Records()).add(more);
    this.#tapes.set(tape, records);
    try {
      const write = (await this.#database.open()).transaction(STORE, 'readwrite'), store = write.objectStore(STORE);
      const stored = await asked<unknown>(store.get(tape));
      if (stored instanceof Uint8Array) records.add(stored);
      if (!(stored instanceof Uint8Array) || stored.length !== records.bytes.length) store.put(records.bytes, tape); // else it has all of them
      write.commit();
    } catch {
      // Nothing can be stored: they count until the page is left.
    }
    return records.bytes;
  };
}

export const { add: addTrials } = new Trials(() => indexedDB);
