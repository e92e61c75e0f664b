// store.ts — documents and versions in the browser (IndexedDB), or in memory when that is full or forbidden.
//
// In: StoredDocument, Version. Out: the same. Promise: a failure never throws into the editor: `standing` says
// what is wrong, as long as there is work that is only in memory; after the next write that goes through it is tried
// again, versions here, documents by whoever has them open (`onRoom`). What another tab wrote is not overwritten unseen.
import { asked, CalmDatabase, Database } from '../lib/database';
import type { StoreStanding } from '../lib/database';
import type { DocumentRow, StoredDocument, Version } from './types';

export interface DocumentStore {
  readonly standing: StoreStanding;
  onStanding(listener: () => void): () => void;
  /** Something was written while other work is still held: there may be room for that too. */
  onRoom(listener: () => void): void;
  /** Something is only in memory. */
  isHolding(): boolean;
  /** The last changed first. Where the store cannot be read it is as it was read last. */
  listDocuments(): Promise<DocumentRow[]>;
  /** As it is in the store: what that did not take its session has. */
  getDocument(id: string): Promise<StoredDocument | null>;
  /** Writes it over the one with the stamp `over`; nothing is written over another one, which is answered instead. */
  putDocument(document: StoredDocument, over: string | undefined): Promise<PutDocument>;
  /** The store has what is held of the document. */
  releaseDocument(id: string): void;
  /** With its versions. False: it is all still there. */
  deleteDocument(id: string): Promise<boolean>;
  listVersions(documentId: string): Promise<Version[]>;
  /** False: it is only in memory. */
  putVersion(version: Version): Promise<boolean>;
}

export type PutDocument = 'written' | 'held' | { readonly other: StoredDocument };

const rowOf = ({ id, title, changedMs }: StoredDocument): DocumentRow => ({ id, title, changedMs });

export class BrowserStore implements DocumentStore {
  #listeners = new Set<() => void>();
  #roomListeners = new Set<() => void>();
  #listed: readonly DocumentRow[] = [];
  readonly #database: CalmDatabase<StoredDocument | Version>;

  constructor(factory: () => IDBFactory) {
    const database = new Database(factory, 'oddex', (created) => {
      created.createObjectStore('document', { keyPath: 'id' });
      created.createObjectStore('version', { keyPath: 'id' }).createIndex('document', 'documentId');
    });
    this.#database = new CalmDatabase(database, {
      onStanding: () => { for (const listener of this.#listeners) listener(); },
      again: () => this.#again(),
    });
  }

  get standing(): StoreStanding {
    return this.#database.standing;
  }

  onStanding(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onRoom(listener: () => void): void {
    this.#roomListeners.add(listener);
  }

  isHolding(): boolean {
    return this.#database.held.size > 0;
  }

  async listDocuments(): Promise<DocumentRow[]> {
    const stored = await this.#database.read((db) => asked<StoredDocument[]>(db.transaction('document').objectStore('document').getAll()));
    if (stored) this.#listed = stored.map(rowOf);
    const all = new Map([...this.#listed, ...this.#heldDocuments().map(rowOf)].map((row) => [row.id, row]));
    return [...all.values()].sort((a, b) => b.changedMs - a.changedMs);
  }

  async getDocument(id: string): Promise<StoredDocument | null> {
    return (await this.#database.read((db) => asked<StoredDocument | undefined>(db.transaction('document').objectStore('document').get(id)))) ?? null;
  }

  async putDocument(document: StoredDocument, over: string | undefined): Promise<PutDocument> {
    let other: StoredDocument | undefined;
    const isWritten = await this.#database.keep(document.id, document, ['document'], async (transaction) => {
      const store = transaction.objectStore('document'), there = await asked<StoredDocument | undefined>(store.get(document.id));
      if (there && there.stamp !== over) other = there;
      else store.put(document);
    });
    return other ? { other } : isWritten ? 'written' : 'held';
  }

  releaseDocument(id: string): void {
    this.#database.release(id);
  }

  async deleteDocument(id: string): Promise<boolean> {
    const { held } = this.#database, taken = [...held].filter(([key, row]) => key === id || ('documentId' in row && row.documentId === id));
    for (const [key] of taken) held.delete(key); // at once: what catches up is not to write them behind it
    const isDeleted = await this.#database.write(['document', 'version'], async (transaction) => {
      const versions = transaction.objectStore('version');
      transaction.objectStore('document').delete(id);
      for (const key of await asked(versions.index('document').getAllKeys(id))) versions.delete(key);
    });
    if (!isDeleted) for (const [key, row] of taken) if (!held.has(key)) held.set(key, row);
    return isDeleted;
  }

  async listVersions(documentId: string): Promise<Version[]> {
    const stored = await this.#database.read((db) =>
      asked<Version[]>(db.transaction('version').objectStore('version').index('document').getAll(documentId)));
    const held = this.#heldVersions().filter((version) => version.documentId === documentId);
    const all = new Map([...(stored ?? []), ...held].map((version) => [version.id, version]));
    return [...all.values()].sort((a, b) => b.number - a.number);
  }

  putVersion(version: Version): Promise<boolean> {
    return this.#database.keep(version.id, version, ['version'], (transaction) => transaction.objectStore('version').put(version));
  }

  #heldVersions(): Version[] {
    return [...this.#database.held.values()].filter((row) => 'documentId' in row);
  }

  #heldDocuments(): StoredDocument[] {
    return [...this.#database.held.values()].filter((row) => 'past' in row);
  }

  async #again(): Promise<void> {
    for (const row of this.#database.held.values()) if ('documentId' in row) await this.putVersion(row); // as it is then: one may be deleted meanwhile
    for (const listener of this.#roomListeners) listener();
  }
}
