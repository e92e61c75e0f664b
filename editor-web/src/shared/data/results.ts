// results.ts — results of backtests that were kept on purpose, in this browser (IndexedDB), or in memory when that is
// full or forbidden.
//
// In: a line of the list and what the page shows of the result. Out: the same. Promise: nothing here throws; what
// could not be written counts until the page is left, and `standing` says why.
import type { Notation } from '../document';
import { Cell } from '../lib/cell';
import { asked, CalmDatabase, Database } from '../lib/database';
import type { StoreStanding } from '../lib/database';
import type { BacktestCurves, DataSummary, FillModel } from '../wasm/odx.mjs';

/** What the list shows, without the result itself. */
export interface KeptRow {
  readonly id: string;
  readonly name: string;
  readonly keptMs: number;
  readonly recording: string;
  readonly fromUs: number | null;
  readonly toUs: number | null;
  readonly pnlMicros: number;
  readonly trades: number;
  readonly winRate: number | null;
  readonly maxDrawdown: number | null;
  readonly fill: FillModel;
  /** About what it takes in the store. */
  readonly bytes: number;
}

export interface KeptBody {
  /** JSON, as the backtest wrote it. */
  readonly text: string;
  readonly curves: BacktestCurves;
  readonly remarks: readonly string[];
  readonly data: DataSummary;
  /** What ran. */
  readonly notation: Notation;
  readonly source: string;
  readonly modules: Readonly<Record<string, string>>;
  /** What the run assumed. */
  readonly options: { readonly fill: FillModel; readonly cash: string; readonly latency: number; readonly fromUs: number | null; readonly toUs: number | null };
}

export interface KeptResult { readonly row: KeptRow; readonly body: KeptBody }

const ROWS = 'row', BODIES = 'body';

export class KeptResults {
  /** Newest first; null until `refresh` has answered. */
  readonly rows = new Cell<readonly KeptRow[] | null>(null);
  readonly standing = new Cell<StoreStanding>('ok');
  /** As they were read last: they stay on screen while the store cannot be read. */
  #stored: readonly KeptRow[] = [];
  readonly #database: CalmDatabase<KeptResult>;

  constructor(factory: () => IDBFactory) {
    const database = new Database(factory, 'oddex-results', (created) => {
      created.createObjectStore(ROWS, { keyPath: 'id' });
      created.createObjectStore(BODIES);
    });
    this.#database = new CalmDatabase(database, { onStanding: this.standing.set, again: () => this.#again() });
  }

  async refresh(): Promise<void> {
    const stored = await this.#database.read((db) => asked<KeptRow[]>(db.transaction(ROWS).objectStore(ROWS).getAll()));
    if (stored) this.#stored = stored;
    const held = [...this.#database.held.values()].map(({ row }) => row), ids = new Set(held.map(({ id }) => id));
    this.rows.set([...held, ...this.#stored.filter(({ id }) => !ids.has(id))].sort((a, b) => b.keptMs - a.keptMs));
  }

  async bodyOf(id: string): Promise<KeptBody | null> {
    const held = this.#database.held.get(id);
    if (held) return held.body;
    return (await this.#database.read((db) => asked<KeptBody | undefined>(db.transaction(BODIES).objectStore(BODIES).get(id)))) ?? null;
  }

  async keep(result: KeptResult): Promise<void> {
    await this.#put(result);
    await this.refresh();
  }

  /** What was removed, so that it can be kept again. */
  async remove(row: KeptRow): Promise<KeptResult | null | 'failed'> {
    const body = await this.bodyOf(row.id), wasHeld = this.#database.held.delete(row.id); // and so not in the store
    const isDone = await this.#database.write([ROWS, BODIES], (transaction) => {
      transaction.objectStore(ROWS).delete(row.id);
      transaction.objectStore(BODIES).delete(row.id);
    });
    await this.refresh();
    return isDone || wasHeld ? body && { row, body } : 'failed';
  }

  async #again(): Promise<void> {
    for (const result of this.#database.held.values()) await this.#put(result); // as they are then: one may be removed meanwhile
  }

  #put(result: KeptResult): Promise<boolean> {
    const { row, body } = result;
    return this.#database.keep(row.id, result, [ROWS, BODIES], (transaction) => {
      transaction.objectStore(ROWS).put(row);
      transaction.objectStore(BODIES).put(body, row.id);
    });
  }
}

export const keptResults = new KeptResults(() => indexedDB);
