// session.ts — one open document: takes edits at once, asks the compiler, keeps history and store up to date.
//
// In: edits of any view, undo, drafts, saves. Out: SessionState for whoever subscribes (use-document.ts).
// Promise: what was typed is on screen at once and in the store soon after; an answer of the compiler that
// belongs to an older state is not shown; nothing here waits for a view. What another tab wrote is taken over; if both
// wrote, the one that came to it later has the other's state as a step to undo.
import type { StoreStanding } from '../lib/database';
import { keptDerived } from './derive';
import { knows, newHistory, pushed, redone, rejoined, replaced, takenOver, undone } from './history';
import type { EditKind, History } from './history';
import { draftDropped, draftTaken, edited, sameSnapshot, settled } from './snapshot';
import type { DocumentStore } from './store';
import type { Derived, Leftover, Notation, Snapshot, Source, StoredDocument, Version } from './types';

export interface SessionState {
  readonly id: string;
  readonly snapshot: Snapshot;
  /** What the compiler last said. While `settling` it may belong to the state before. */
  readonly derived: Derived | null;
  readonly settling: boolean;
  /** Why the compiler has no answer for the present: what `derived` says is of the state before. */
  readonly problem: string | null;
  readonly title: string;
  readonly readOnly: boolean;
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
  readonly versions: readonly Version[];
  /** The present is not in any version. */
  readonly changed: boolean;
  readonly storage: StoreStanding;
}

export interface SessionTools {
  /** At once, where that is cheap; null: a newer question was asked of this document meanwhile. */
  readonly derive: (snapshot: Snapshot, id: string) => Derived | Promise<Derived | null>;
  readonly store: DocumentStore;
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** Called with work that can wait a moment; the last call wins. */
  readonly later: (work: () => void) => void;
  /** All of the document is in the store by now. */
  readonly onStored: (id: string) => void;
  /** This is what the store has: written by this page, or by another one. */
  readonly onSeen: (document: StoredDocument) => void;
  readonly otherTabs: OtherTabs;
}

/** Other pages that have the same store open. */
export interface OtherTabs {
  /** Something of this document was written. */
  readonly tell: (id: string) => void;
  readonly onTold: (listener: (id: string) => void) => void;
  /** This tab and another one changed the document at once: the user is told. Answers what the step of undo is called. */
  readonly onBoth: (title: string) => string;
}

export class DocumentSession {
  #history: History;
  #state: SessionState;
  #versions: readonly Version[];
  #revision = 0;
  #listeners = new Set<() => void>();
  #settled: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();
  /** The document was deleted: nothing of it is written again. */
  #isOver = false;
  /** What was to be done with the store threw: the document or what is stored of it is damaged. */
  #isStuck = false;
  /** Of what the store has. */
  #stamp: string | undefined;
  #edits = 0;
  #storedEdits = 0;
  readonly #createdMs: number;
  readonly #leave: () => void;
  readonly #tools: SessionTools;

  /** `unsaved`: it is not in the store yet, and over what it is to be written. */
  constructor(stored: StoredDocument, versions: readonly Version[], tools: SessionTools, unsaved: Pick<Leftover, 'over'> | null = null) {
    this.#tools = tools;
    this.#edits = unsaved ? 1 : 0;
    this.#createdMs = stored.createdMs;
    this.#versions = versions;
    this.#stamp = unsaved ? unsaved.over : stored.stamp;
    this.#history = newHistory(stored.snapshot, stored.past, stored.future);
    this.#state = this.#newState(stored.id, null, true, stored.title);
    this.#leave = tools.store.onStanding(() => this.#show({ storage: this.#storage() }));
    this.#ask();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly getState = (): SessionState => this.#state;

  /** Somebody wrote `source` in a view. What may only be read is not edited, but what undo and redo go to can be reached. */
  readonly edit = (notation: Notation, source: string, kind: EditKind): void => {
    const { master } = this.#history.present;
    if (master.notation === notation && master.source === source) return;
    this.#push(edited(this.#history.present, notation, source), kind);
  };

  /**
   * Changes what a view shows, as `change` of its source (null: nothing to do). A view that follows another one is
   * changed when it says what was typed there, so that no key is lost to an edit of the state before it. False: the
   * view cannot be changed, because what it follows does not compile, or the compiler does not answer.
   */
  readonly amend = async (notation: Notation, change: (source: string) => string | null, kind: EditKind): Promise<boolean> => {
    const isMaster = () => this.#history.present.master.notation === notation;
    while (!isMaster() && this.#state.settling) await this.whenSettled();
    const view = this.#state.derived?.views[notation];
    const source = isMaster() ? this.#history.present.master.source : view?.standing === 'live' && this.#state.problem === null ? view.source : null;
    if (source === null) return false;
    const changed = change(source);
    if (changed !== null) this.edit(notation, changed, kind);
    return true;
  };

  readonly takeDraft = (draft: Source, label: string): void => this.#push(draftTaken(this.#history.present, draft), { label });
  readonly dropDraft = (draft: Source, label: string): void => this.#push(draftDropped(this.#history.present, draft), { label });

  readonly undo = (): void => this.#move(undone(this.#history));
  readonly redo = (): void => this.#move(redone(this.#history));

  /** A new version of what there is now; not `isStored`: it is only in memory. */
  readonly save = async (note = ''): Promise<{ readonly number: number; readonly isStored: boolean }> => {
    const { nowMs, newId, store, otherTabs } = this.#tools, { present } = this.#history, { id, title } = this.#state;
    this.#learn(await store.listVersions(id));
    const version: Version = { id: newId(), documentId: id, number: (this.#versions[0]?.number ?? 0) + 1, savedMs: nowMs(), title, note, snapshot: present };
    this.#learn([version]);
    this.#show({ versions: this.#versions, changed: this.#isChanged() });
    const isStored = await store.putVersion(version);
    await this.flush();
    otherTabs.tell(id);
    return { number: version.number, isStored };
  };

  /** A version becomes the present, as an edit that can be undone. */
  readonly restore = (version: Pick<Version, 'snapshot'>, label: string): void => this.#push(version.snapshot, { label });

  /** Writes the present into the store now, if it is not there. */
  readonly flush = (): Promise<void> => this.#inTurn(() => this.#write());

  /** What is not in the store, and the stamp of what is there. */
  readonly unsaved = (): Leftover | null => (this.#edits === this.#storedEdits ? null : { document: this.stored(), over: this.#stamp });

  /** Looks at what the store has by now: another tab may have written. In turn with own writes, which are no news. */
  readonly look = (): Promise<void> => this.#inTurn(() => this.#meet());

  /** Deletes the document, in turn with its writes: none comes after it. False: it is still there. */
  readonly remove = async (): Promise<boolean> => {
    await this.#inTurn(async () => { this.#isOver = await this.#tools.store.deleteDocument(this.#state.id); });
    if (this.#isOver) this.#leave();
    return this.#isOver;
  };

  /** Undo, redo, or nothing at all, goes to this state. */
  readonly knows = (snapshot: Snapshot): boolean => knows(this.#history, snapshot);

  /** Asks the compiler once more, after a `problem`. */
  readonly retry = (): void => {
    this.#state = { ...this.#state, settling: true, problem: null };
    this.#ask();
    this.#tell();
  };

  /** When the compiler has said what it says of the present, or has failed to. */
  readonly whenSettled = async (): Promise<void> => {
    let seen: Promise<void>;
    do {
      seen = this.#settled;
      await seen;
    } while (seen !== this.#settled);
  };

  /** As it is written next. */
  stored(): StoredDocument {
    const { past, present, future } = this.#history;
    return {
      id: this.#state.id, title: this.#state.title, createdMs: this.#createdMs, changedMs: this.#tools.nowMs(),
      snapshot: present, past: past.slice(-STORED_STEPS), future: future.slice(0, STORED_STEPS), stamp: this.#tools.newId(),
    };
  }

  /** Work with the store, one after the other. What throws is said as a standing, and the next is done all the same. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const stuck = (isStuck: boolean) => {
      if (isStuck === this.#isStuck) return;
      this.#isStuck = isStuck;
      this.#show({ storage: this.#storage() });
    };
    return (this.#turn = this.#turn.then(work).then(() => stuck(false), () => stuck(true)));
  }

  #storage(): StoreStanding {
    return this.#isStuck ? 'forbidden' : this.#tools.store.standing;
  }

  async #write(): Promise<void> {
    const { store, otherTabs, onSeen, onStored } = this.#tools, { id } = this.#state;
    while (this.#edits !== this.#storedEdits && !this.#isOver) {
      const edits = this.#edits, document = this.stored(), put = await store.putDocument(document, this.#stamp);
      if (put === 'held') return; // the next edit tries again, or the library when there is room
      if (put === 'written') {
        this.#storedEdits = edits;
        this.#stamp = document.stamp;
        onSeen(document);
        otherTabs.tell(id);
      } else this.#rejoin(put.other);
    }
    onStored(id);
  }

  async #meet(): Promise<void> {
    const { store } = this.#tools, { id } = this.#state;
    const [stored, versions] = [await store.getDocument(id), await store.listVersions(id)];
    this.#learn(versions);
    if (stored && stored.stamp !== this.#stamp && !this.#isOver) this.#rejoin(stored);
    else this.#show({ versions: this.#versions, changed: this.#isChanged() });
  }

  /** Takes over what another tab wrote; what is not stored yet stays, in front of it. */
  #rejoin(other: StoredDocument): void {
    const theirs = newHistory(other.snapshot, other.past, other.future), isSame = sameSnapshot(other.snapshot, this.#history.present);
    if (this.#edits === this.#storedEdits) this.#history = takenOver(this.#history, theirs);
    else this.#history = rejoined(this.#history, theirs, () => this.#tools.otherTabs.onBoth(this.#state.title));
    if (isSame) {
      this.#storedEdits = this.#edits;
      this.#tools.store.releaseDocument(other.id);
    }
    this.#stamp = other.stamp;
    this.#tools.onSeen(other);
    this.#changed(other.title);
  }

  #learn(versions: readonly Version[]): void {
    const known = new Set(versions.map(({ id }) => id));
    this.#versions = [...this.#versions.filter(({ id }) => !known.has(id)), ...versions].sort((a, b) => b.number - a.number);
  }

  #push(next: Snapshot, kind: EditKind): void {
    if (this.#state.readOnly || sameSnapshot(next, this.#history.present)) return;
    this.#move(pushed(this.#history, next, kind, this.#tools.nowMs()));
  }

  #move(history: History): void {
    if (history === this.#history) return;
    this.#history = history;
    this.#changed();
    this.#writeLater();
  }

  #writeLater(): void {
    this.#edits++;
    this.#tools.later(() => void this.flush());
  }

  #changed(title = this.#state.title): void {
    this.#state = this.#newState(this.#state.id, this.#state.derived, true, title);
    this.#ask();
    this.#tell();
  }

  #isChanged(): boolean {
    const newest = this.#versions[0];
    return newest === undefined || !sameSnapshot(newest.snapshot, this.#history.present);
  }

  /** What is answered at once is shown by whoever tells of the edit: as one change, drawn once. */
  #ask(): void {
    const revision = ++this.#revision;
    const answer = this.#derived();
    if (!(answer instanceof Promise)) {
      this.#settled = Promise.resolve();
      this.#take(answer);
      return;
    }
    // A compiler that died is started anew by the next question: it is asked twice before that is a problem.
    this.#settled = answer.catch(() => (revision === this.#revision ? this.#derived() : null)).then((derived) => {
      if (derived === null || revision !== this.#revision) return;
      this.#take(derived);
      this.#tell();
    }, (error: unknown) => {
      if (revision === this.#revision) this.#show({ settling: false, problem: error instanceof Error ? error.message : String(error) });
    });
  }

  #derived(): Derived | Promise<Derived | null> {
    try {
      return this.#tools.derive(this.#history.present, this.#state.id);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #take(derived: Derived): void {
    if (derived.ok) this.#history = replaced(this.#history, settled(this.#history.present));
    const { id, title } = this.#state;
    this.#state = this.#newState(id, keptDerived(this.#state.derived, derived), false, derived.title || title);
    if (this.#state.title !== title) this.#writeLater();
  }

  #newState(id: string, derived: Derived | null, settling: boolean, title: string): SessionState {
    const { past, present, future } = this.#history;
    return {
      id, derived, settling, problem: null, title, snapshot: present, versions: this.#versions,
      readOnly: derived?.newer ?? false,
      undoLabel: past.at(-1)?.label ?? null,
      redoLabel: future[0]?.label ?? null,
      changed: this.#isChanged(),
      storage: this.#storage(),
    };
  }

  #show(part: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...part };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const STORED_STEPS = 100;
