// results.ts — results of backtests that were kept on purpose, in this browser (IndexedDB), or in memory when that is
// full or forbidden.
//
// In: a line of the list and what the page shows of the result. Out: the same. Promise: nothing here throws; what
// could not be written counts until the page is left, and `standing` says why.
import { standingOf } from '../document';
import type { Notation, StoreStanding } from '../document';
import { Cell } from '../lib/cell';
import { asked, Database, written } from '../lib/database';
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

/** What a write had put before it failed is not to stay. */
function abandon(transaction: IDBTransaction | null): void {
  try {
    transaction?.abort();
  } catch {
    // It was over.
  }
}

export class KeptResults {
  /** Newest first; null until `refresh` has answered. */
  readonly rows = new Cell<readonly KeptRow[] | null>(null);
  readonly standing = new Cell<StoreStanding>('ok');
  /** What is not in the store. */
  #held = new Map<string, KeptResult>();
  readonly #database: Database;

  constructor(factory: () => IDBFactory) {
    this.#database = new Database(factory, 'oddex-results', (database) => {
      database.createObjectStore(ROWS, { keyPath: 'id' });
      database.createObjectStore(BODIES);
    });
  }

  async refresh(): Promise<void> {
    let stored: readonly KeptRow[] = [];
    try {
      stored = await asked<KeptRow[]>((await this.#database.open()).transaction(ROWS).objectStore(ROWS).getAll());
    } catch {
      this.standing.set('forbidden');
    }
    const held = [...this.#held.values()].map(({ row }) => row), ids = new Set(held.map(({ id }) => id));
    this.rows.set([...held, ...stored.filter(({ id }) => !ids.has(id))].sort((a, b) => b.keptMs - a.keptMs));
  }

  async bodyOf(id: string): Promise<KeptBody | null> {
    const held = this.#held.get(id);
    if (held) return held.body;
    try {
      return (await asked<KeptBody | undefined>((await this.#database.open()).transaction(BODIES).objectStore(BODIES).get(id))) ?? null;
    } catch {
      return null;
    }
  }

  async keep(result: KeptResult): Promise<void> {
    this.#held.set(result.row.id, result);
    await this.#writeHeld();
    await this.refresh();
  }

  /** What was removed, so that it can be kept again. */
  async remove(row: KeptRow): Promise<KeptResult | null> {
    const body = await this.bodyOf(row.id);
    this.#held.delete(row.id);
    await this.#write((rows, bodies) => { rows.delete(row.id); bodies.delete(row.id); });
    await this.#writeHeld();
    await this.refresh();
    return body && { row, body };
  }

  /** Perhaps there is room by now. */
  async #writeHeld(): Promise<void> {
    for (const { row, body } of [...this.#held.values()])
      if (await this.#write((rows, bodies) => { rows.put(row); bodies.put(body, row.id); })) this.#held.delete(row.id);
  }

  /** Both or neither; false: not written. */
  async #write(act: (rows: IDBObjectStore, bodies: IDBObjectStore) => void): Promise<boolean> {
    let transaction: IDBTransaction | null = null;
    try {
      const open = transaction = (await this.#database.open()).transaction([ROWS, BODIES], 'readwrite');
      act(open.objectStore(ROWS), open.objectStore(BODIES));
      await written(open);
      this.standing.set('ok');
      return true;
    } catch (error) {
      abandon(transaction);
      this.standing.set(standingOf(error));
      return false;
    }
  }
}

export const keptResults = new KeptResults(() => indexedDB);
