// database.ts — a database of the browser (IndexedDB), opened when it is first asked for.
//
// In: what it is called and holds. Out: promises of its answers. Promise: what failed to open, or was closed by the
// browser (its data was cleared, its disk is gone), is opened again; a page of tomorrow that holds more is not kept
// waiting. A CalmDatabase never throws: `standing` says what is wrong, what it did not take is held, and is tried again
// after the next write that goes through.

/**
 * full: the browser has no room left. newer: a newer page has made another store of it, which this one cannot open.
 * forbidden: no store here (private window, policy, damage).
 */
export type StoreStanding = 'ok' | 'full' | 'newer' | 'forbidden';

const STANDINGS: Readonly<Record<string, StoreStanding>> = { QuotaExceededError: 'full', VersionError: 'newer' };
const standingOf = (error: unknown): StoreStanding => STANDINGS[error instanceof Error ? error.name : ''] ?? 'forbidden';

/** What the request says. */
export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the store does not answer'));
  });
}

/** When all of it is written. A request that fails aborts all of it. */
export function written(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('not written'));
  });
}

export class Database {
  #opened: Promise<IDBDatabase> | null = null;
  readonly #open: () => Promise<IDBDatabase>;

  /** `factory` is a function because even naming `indexedDB` may throw where storage is forbidden. */
  constructor(factory: () => IDBFactory, name: string, create: (database: IDBDatabase) => void) {
    this.#open = async () => {
      const request = factory().open(name, 1);
      request.onupgradeneeded = () => create(request.result);
      const database = await asked(request);
      database.onclose = () => (this.#opened = null);
      database.onversionchange = () => {
        database.close();
        this.#opened = null;
      };
      return database;
    };
  }

  readonly open = async (): Promise<IDBDatabase> => {
    this.#opened ??= this.#open();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = null;
      throw error;
    }
  };
}

/** What a write had put before it failed is not to stay. */
function abandon(transaction: IDBTransaction | null): void {
  try {
    transaction?.abort();
  } catch {
    // It was over.
  }
}

export interface CalmTools {
  readonly onStanding: (standing: StoreStanding) => void;
  /** There may be room by now for what is held. */
  readonly again: () => Promise<unknown>;
}

export class CalmDatabase<Row> {
  standing: StoreStanding = 'ok';
  /** What is not in the store, by its key. */
  readonly held = new Map<string, Row>();
  #isAgain = false;
  readonly #database: Database;
  readonly #tools: CalmTools;

  constructor(database: Database, tools: CalmTools) {
    this.#database = database;
    this.#tools = tools;
  }

  /** Null: it does not answer. */
  async read<T>(act: (database: IDBDatabase) => Promise<T>): Promise<T | null> {
    try {
      const answer = await act(await this.#database.open());
      this.#works();
      return answer;
    } catch (error) {
      this.#stand(standingOf(error));
      return null;
    }
  }

  /** Holds `row` until it is written. False: it is not. */
  async keep(key: string, row: Row, stores: readonly string[], act: (transaction: IDBTransaction) => unknown): Promise<boolean> {
    this.held.set(key, row);
    return this.write(stores, act, () => { if (this.held.get(key) === row) this.held.delete(key); });
  }

  /** What is held there need not be written any more: the store was read, and has it. */
  release(key: string): void {
    this.held.delete(key);
    this.#works();
  }

  /** All or nothing. */
  async write(stores: readonly string[], act: (transaction: IDBTransaction) => unknown, done?: () => void): Promise<boolean> {
    let transaction: IDBTransaction | null = null;
    try {
      const open = transaction = (await this.#database.open()).transaction([...stores], 'readwrite');
      await Promise.all([(async () => act(open))(), written(open)]);
    } catch (error) {
      abandon(transaction);
      this.#stand(standingOf(error));
      return false;
    }
    done?.();
    this.#works();
    await this.#writeHeld();
    return true;
  }

  async #writeHeld(): Promise<void> {
    if (this.held.size === 0 || this.#isAgain) return;
    this.#isAgain = true;
    try {
      await this.#tools.again();
    } finally {
      this.#isAgain = false;
    }
  }

  #works(): void {
    if (this.held.size === 0) this.#stand('ok');
  }

  #stand(standing: StoreStanding): void {
    if (this.standing === standing) return;
    this.standing = standing;
    this.#tools.onStanding(standing);
  }
}
