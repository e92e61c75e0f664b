// library.ts — the documents of this browser and the sessions that are open on them.
//
// In: a store, the compiler. Out: sessions. Promise: one session for one document, however often it is opened;
// what could not be stored is still here; what other tabs write is seen.
import { knows, newHistory, pushed } from './history';
import type { KeptLeftover, Leftovers } from './leftovers';
import { DocumentSession } from './session';
import type { SessionTools } from './session';
import { newSnapshot, sameSnapshot } from './snapshot';
import type { DocumentStore } from './store';
import type { DocumentRow, Leftover, Snapshot, Source, StoredDocument, Version } from './types';

export type LibraryTools = Omit<SessionTools, 'later' | 'onStored' | 'onSeen'> & {
  /** A function that runs the last work it was given after a moment. One for each session. */
  readonly newLater: () => SessionTools['later'];
  readonly leftovers: Leftovers;
};

/** What is stored, as what was left goes on from it; that which had no room for its undo has the one of the store. */
function goneOn(stored: StoredDocument, left: StoredDocument): StoredDocument {
  if (left.past.length > 0 || left.future.length > 0) return left;
  const { past, present, future } = sameSnapshot(stored.snapshot, left.snapshot) ? newHistory(left.snapshot, stored.past, stored.future)
    : pushed(newHistory(stored.snapshot, stored.past), left.snapshot, { label: '' }, left.changedMs);
  return { ...left, snapshot: present, past, future };
}

export class Library {
  #open = new Map<string, DocumentSession>();
  /** Keys of what was left of a document, by this page or before it, and is in its session. */
  #left = new Map<string, Set<string>>();
  readonly #tools: LibraryTools;

  #listeners = new Set<() => void>();

  constructor(tools: LibraryTools) {
    this.#tools = tools;
    tools.store.onRoom(() => void this.flush());
    tools.otherTabs.onTold((id) => {
      void this.#open.get(id)?.look();
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
    const goesOn = left.find(({ over }) => (document?.stamp ?? over) === over) ?? null; // nobody wrote since
    const stored = goesOn && document ? goneOn(document, goesOn.document) : (goesOn?.document ?? document);
    if (!stored) return null;
    const session = this.#session(stored, versions, goesOn);
    this.#open.set(id, session);
    if (left.length > 0) await session.whenSettled(); // whether it may only be read is known by then
    for (const each of left) this.#takeUp(session, each);
    if (left.length > 0) void session.flush();
    return session;
  };

  readonly list = (): Promise<DocumentRow[]> => this.store.listDocuments();

  /** False: it could not be deleted, and is as it was. */
  readonly remove = async (id: string): Promise<boolean> => {
    const isGone = await (this.#open.get(id)?.remove() ?? this.store.deleteDocument(id));
    if (!isGone) return false;
    this.#open.delete(id);
    this.#left.delete(id);
    for (const { key } of this.#tools.leftovers.of(id)) this.#tools.leftovers.drop(key);
    this.#tools.otherTabs.tell(id);
    return true;
  };

  /** Everything that waits is written now: the page is out of sight. */
  readonly flush = (): Promise<unknown> => Promise.all([...this.#open.values()].map((session) => session.flush()));

  /** The page goes away at once: what the store has not got yet is left for the next one, or for this one if it comes back. */
  readonly leave = (): void => {
    for (const session of this.#open.values()) {
      const left = session.unsaved();
      if (left) this.#dropOnceStored(left.document.id, this.#tools.leftovers.keep(left));
    }
  };

  /** The store does not take what was typed or saved: who leaves now may lose it. */
  readonly isAtRisk = (): boolean =>
    (this.store.standing !== 'ok' && this.store.isHolding()) || [...this.#open.values()].some((session) => session.getState().storage !== 'ok' && session.unsaved() !== null);

  /** The page is looked at again: news may have been missed. */
  readonly look = (): Promise<unknown> => Promise.all([...this.#open.values()].map((session) => session.look()));

  /**
   * Somebody else wrote since: what was left comes in front of it, as a step that can be undone. What cannot come in
   * (a document that may only be read) stays where it was left.
   */
  #takeUp(session: DocumentSession, { key, document: { id, snapshot } }: KeptLeftover): void {
    const { readOnly, title } = session.getState();
    if (!session.knows(snapshot) && !readOnly) session.restore({ snapshot }, this.#tools.otherTabs.onBoth(title));
    if (session.knows(snapshot)) this.#dropOnceStored(id, key);
  }

  #dropOnceStored(id: string, key: string): void {
    this.#left.set(id, (this.#left.get(id) ?? new Set()).add(key));
  }

  #stored(id: string): void {
    for (const key of this.#left.get(id) ?? []) this.#tools.leftovers.drop(key);
    this.#left.delete(id);
  }

  /** What a page left that is a step of what the store has was stored after all, as it went away; unless it is to go on from that. */
  #seen({ id, stamp, snapshot, past, future }: StoredDocument): void {
    const history = newHistory(snapshot, past, future);
    for (const { key, over, document } of this.#tools.leftovers.of(id)) if (over !== stamp && knows(history, document.snapshot)) this.#tools.leftovers.drop(key);
  }

  #session(document: StoredDocument, versions: readonly Version[], unsaved: Pick<Leftover, 'over'> | null): DocumentSession {
    const { newLater, ...tools } = this.#tools;
    return new DocumentSession(document, versions, { ...tools, later: newLater(), onStored: (id) => this.#stored(id), onSeen: (seen) => this.#seen(seen) }, unsaved);
  }
}
