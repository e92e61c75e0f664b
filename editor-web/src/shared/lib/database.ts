// database.ts — a database of the browser (IndexedDB), opened when it is first asked for.
//
// In: what it is called and holds. Out: promises of its answers. Promise: what failed to open, or was closed by the
// browser (its data was cleared, its disk is gone), is opened again.

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
