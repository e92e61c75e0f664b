// store.ts — documents and versions in the browser (IndexedDB), or in memory when that is full or forbidden.
//
// In: StoredDocument, Version. Out: the same. Promise: a failure never throws into the editor: `standing` says
// what is wrong, the work stays in memory, and the next write tries again. What another tab wrote is not overwritten
// unseen.
import { asked, Database, written } from '../lib/database';
import type { StoredDocument, Version } from './types';

/** full: the browser has no room left. forbidden: no store here (private window, policy, damage). */
export type StoreStanding = 'ok' | 'full' | 'forbidden';

export interface DocumentStore {
  readonly standing: StoreStanding;
  onStanding(listener: () => void): () => void;
  listDocuments(): Promise<StoredDocument[]>;
  getDocument(id: string): Promise<StoredDocument | null>;
  /** Writes it over the one with the stamp `over`; nothing is written over another one, which is answered instead. */
  putDocument(document: StoredDocument, over: string | undefined): Promise<StoredDocument | null>;
  deleteDocument(id: string): Promise<void>;
  listVersions(documentId: string): Promise<Version[]>;
  putVersion(version: Version): Promise<void>;
}

/** What it is that keeps a write from being made. */
export function standingOf(error: unknown): StoreStanding {
  return error instanceof Error && error.name === 'QuotaExceededError' ? 'full' : 'forbidden';
}

export class BrowserStore implements DocumentStore {
  standing: StoreStanding = 'ok';
  #listeners = new Set<() => void>();
  #documents = new Map<string, StoredDocument>();
  #versions = new Map<string, Version>();
  readonly #database: Database;

  constructor(factory: () => IDBFactory) {
    this.#database = new Database(factory, 'oddex', (database) => {
      database.createObjectStore('document', { keyPath: 'id' });
      database.createObjectStore('version', { keyPath: 'id' }).createIndex('document', 'documentId');
    });
  }

  onStanding(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async listDocuments(): Promise<StoredDocument[]> {
    const kept = await this.#read((db) => asked<StoredDocument[]>(db.transaction('document').objectStore('document').getAll()));
    const all = new Map((kept ?? []).map((document) => [document.id, document]));
    for (const [id, document] of this.#documents) all.set(id, document);
    return [...all.values()].sort((a, b) => b.changedMs - a.changedMs);
  }

  async getDocument(id: string): Promise<StoredDocument | null> {
    const held = this.#documents.get(id);
    if (held) return held;
    return (await this.#read((db) => asked<StoredDocument | undefined>(db.transaction('document').objectStore('document').get(id)))) ?? null;
  }

  async putDocument(document: StoredDocument, over: string | undefined): Promise<StoredDocument | null> {
    this.#documents.set(document.id, document);
    let other: StoredDocument | null = null;
    const isWritten = await this.#write('document', async (store) => {
      const there = await asked<StoredDocument | undefined>(store.get(document.id));
      if (there && there.stamp !== over) other = there;
      else store.put(document);
    });
    if (isWritten) this.#forget(document);
    return other;
  }

  async deleteDocument(id: string): Promise<void> {
    this.#documents.delete(id);
    await this.#write('document', (store) => store.delete(id));
    for (const version of await this.listVersions(id)) {
      this.#versions.delete(version.id);
      await this.#write('version', (store) => store.delete(version.id));
    }
  }

  async listVersions(documentId: string): Promise<Version[]> {
    const kept = await this.#read((db) =>
      asked<Version[]>(db.transaction('version').objectStore('version').index('document').getAll(documentId)));
    const all = new Map((kept ?? []).map((version) => [version.id, version]));
    for (const [id, version] of this.#versions) if (version.documentId === documentId) all.set(id, version);
    return [...all.values()].sort((a, b) => b.number - a.number);
  }

  async putVersion(version: Version): Promise<void> {
    this.#versions.set(version.id, version);
    if (await this.#write('version', (store) => store.put(version))) this.#versions.delete(version.id);
  }

  /** Once it is in the store memory need not hold it, unless a newer one came in between. */
  #forget(document: StoredDocument): void {
    if (this.#documents.get(document.id) === document) this.#documents.delete(document.id);
  }

  async #read<T>(act: (db: IDBDatabase) => Promise<T>): Promise<T | null> {
    try {
      return await act(await this.#database.open());
    } catch {
      this.#stand('forbidden');
      return null;
    }
  }

  async #write(name: string, act: (store: IDBObjectStore) => unknown): Promise<boolean> {
    try {
      const transaction = (await this.#database.open()).transaction(name, 'readwrite'), end = written(transaction);
      await Promise.all([act(transaction.objectStore(name)), end]);
      this.#stand('ok');
      return true;
    } catch (error) {
      this.#stand(standingOf(error));
      return false;
    }
  }

  #stand(standing: StoreStanding): void {
    if (this.standing === standing) return;
    this.standing = standing;
    for (const listener of this.#listeners) listener();
  }
}
