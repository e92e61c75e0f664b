// library.ts — the documents of this browser and the sessions that are open on them.
//
// In: a store, the compiler. Out: sessions. Promise: one session for one document, however often it is opened;
// what could not be stored is still here; what other tabs write is seen.
import type { Leftovers } from './leftovers';
import { DocumentSession } from './session';
import type { SessionTools } from './session';
import { newSnapshot, sameSnapshot } from './snapshot';
import type { DocumentStore } from './store';
import type { Leftover, Snapshot, Source, StoredDocument, Version } from './types';

export type LibraryTools = Omit<SessionTools, 'later'> & {
  /** A function that runs the last work it was given after a moment. One for each session. */
  readonly newLater: () => SessionTools['later'];
  readonly leftovers: Leftovers;
};

export class Library {
  #open = new Map<string, DocumentSession>();
  readonly #tools: LibraryTools;

  #listeners = new Set<() => void>();

  constructor(tools: LibraryTools) {
    this.#tools = tools;
    tools.otherTabs.onTold((id) => {
      void this.#look(id);
      for (const listener of this.#listeners) listener();
    });
  }

  /** Another tab changed something. */
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get store(): DocumentStore {
    return this.#tools.store;
  }

  /** Makes and stores a document; answers its id. */
  readonly create = async (source: Source, title: string, modules: Snapshot['modules'] = {}): Promise<string> => {
    const nowMs = this.#tools.nowMs();
    const document: StoredDocument = {
      id: this.#tools.newId(), title, createdMs: nowMs, changedMs: nowMs, snapshot: newSnapshot(source, modules), past: [], future: [],
    };
    const session = this.#session(document, [], { over: undefined });
    this.#open.set(document.id, session);
    await session.flush();
    return document.id;
  };

  readonly open = async (id: string): Promise<DocumentSession | null> => {
    const open = this.#open.get(id);
    if (open) return open;
    const [document, versions] = [await this.store.getDocument(id), await this.store.listVersions(id)];
    const other = this.#open.get(id), left = this.#tools.leftovers.of(id);
    if (other) return other;
    const goesOn = left !== null && (document?.stamp ?? left.over) === left.over; // nobody wrote since
    const stored = goesOn ? left.document : document;
    if (!stored) return null;
    const session = this.#session(stored, versions, goesOn ? left : null);
    this.#open.set(id, session);
    if (left) void this.#takeUp(session, left);
    return session;
  };

  readonly list = (): Promise<StoredDocument[]> => this.store.listDocuments();

  readonly remove = async (id: string): Promise<void> => {
    this.#open.delete(id);
    this.#tools.leftovers.drop(id);
    await this.store.deleteDocument(id);
    this.#tools.otherTabs.tell(id);
  };

  /** Everything that waits is written now: the page is out of sight. */
  readonly flush = (): Promise<unknown> => Promise.all([...this.#open.values()].map((session) => session.flush()));

  /** The page goes away at once: what the store has not got yet is left for the next one. */
  readonly leave = (): void => {
    for (const session of this.#open.values()) {
      const left = session.unsaved();
      if (left) this.#tools.leftovers.keep(left);
      else this.#tools.leftovers.drop(session.getState().id);
    }
  };

  /** The store does not take what was typed: who leaves now may lose it. */
  readonly isAtRisk = (): boolean => this.store.standing !== 'ok' && [...this.#open.values()].some((session) => session.unsaved() !== null);

  /** The page is looked at again: news may have been missed. */
  readonly look = (): Promise<unknown> => Promise.all([...this.#open.keys()].map((id) => this.#look(id)));

  async #look(id: string): Promise<void> {
    if (this.store.standing === 'ok') await this.#open.get(id)?.look();
  }

  /**
   * Somebody else wrote since: what was left comes in front of it, as a step that can be undone. Once the store has had
   * it, it is no longer left, whatever was typed meanwhile: it would come back in front of that at the next opening.
   */
  async #takeUp(session: DocumentSession, left: Leftover): Promise<void> {
    const { id, snapshot } = left.document;
    if (!session.unsaved() && !sameSnapshot(snapshot, session.getState().snapshot)) session.restore({ snapshot }, this.#tools.otherTabs.onBoth());
    await session.flush();
    if (this.store.standing === 'ok') this.#tools.leftovers.drop(id);
  }

  #session(document: StoredDocument, versions: readonly Version[], unsaved: Pick<Leftover, 'over'> | null): DocumentSession {
    const { newLater, ...tools } = this.#tools;
    return new DocumentSession(document, versions, { ...tools, later: newLater() }, unsaved);
  }
}
