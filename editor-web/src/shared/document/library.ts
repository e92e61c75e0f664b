// library.ts — the documents of this browser and the sessions that are open on them.
//
// In: a store, the compiler. Out: sessions. Promise: one session for one document, however often it is opened;
// what could not be stored is still here.
import { DocumentSession } from './session';
import type { SessionTools } from './session';
import { newSnapshot } from './snapshot';
import type { DocumentStore } from './store';
import type { Snapshot, Source, StoredDocument } from './types';

export type LibraryTools = Omit<SessionTools, 'later'> & {
  /** A function that runs the last work it was given after a moment. One for each session. */
  readonly newLater: () => SessionTools['later'];
};

export class Library {
  #open = new Map<string, DocumentSession>();
  readonly #tools: LibraryTools;

  constructor(tools: LibraryTools) {
    this.#tools = tools;
  }

  get store(): DocumentStore {
    return this.#tools.store;
  }

  /** Makes and stores a document; answers its id. */
  readonly create = async (source: Source, title: string, modules: Snapshot['modules'] = {}): Promise<string> => {
    const nowMs = this.#tools.nowMs();
    const document: StoredDocument = {
      id: this.#tools.newId(), title, createdMs: nowMs, changedMs: nowMs, snapshot: newSnapshot(source, modules), past: [], future: [],
    };
    this.#open.set(document.id, this.#session(document, []));
    await this.store.putDocument(document);
    return document.id;
  };

  readonly open = async (id: string): Promise<DocumentSession | null> => {
    const open = this.#open.get(id);
    if (open) return open;
    const [document, versions] = [await this.store.getDocument(id), await this.store.listVersions(id)];
    const other = this.#open.get(id);
    if (other || !document) return other ?? null;
    const session = this.#session(document, versions);
    this.#open.set(id, session);
    return session;
  };

  readonly list = (): Promise<StoredDocument[]> => this.store.listDocuments();

  readonly remove = async (id: string): Promise<void> => {
    this.#open.delete(id);
    await this.store.deleteDocument(id);
  };

  /** Everything that waits is written now: the page may be going away. */
  readonly flush = (): Promise<unknown> => Promise.all([...this.#open.values()].map((session) => session.flush()));

  #session(document: StoredDocument, versions: Awaited<ReturnType<DocumentStore['listVersions']>>): DocumentSession {
    const { newLater, ...tools } = this.#tools;
    return new DocumentSession(document, versions, { ...tools, later: newLater() });
  }
}
