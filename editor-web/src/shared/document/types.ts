// types.ts — what one strategy document is: the contract between the model and every view.
//
// A document is edited in one notation at a time (`master`); the other two are what the compiler makes of it.
// Promise: a Snapshot is small, immutable and says everything; all else is derived from it (derive.ts).
import type { Finding } from '../wasm/odx.mjs';

export const NOTATIONS = ['form', 'graph', 'text'] as const;
export type Notation = (typeof NOTATIONS)[number];

/** A strategy in one notation: odx text, or JSON of a form or a graph. */
export interface Source {
  readonly notation: Notation;
  readonly source: string;
}

/** One state of a document: what undo goes back to and what is stored. */
export interface Snapshot {
  /** What was edited last, exactly as it was left. It need not compile. */
  readonly master: Source;
  /** The last master that compiled; the same object as `master` as long as that does. */
  readonly good: Source | null;
  /** Unfinished work of a view that lost its place to an edit elsewhere: kept until taken up or thrown away. */
  readonly drafts: readonly Source[];
  /** Texts of modules that the strategy uses, by path. */
  readonly modules: Readonly<Record<string, string>>;
}

/**
 * live: says what the master says. stale: the last good one, because the master does not compile just now.
 * broken: this is the master and does not compile. none: this notation cannot say it; `lost` has the parts.
 */
export type Standing = 'live' | 'stale' | 'broken' | 'none';

export interface View {
  readonly standing: Standing;
  /** Null if there is nothing to show: standing `none`, or broken from the start. */
  readonly source: string | null;
  /** Findings at places of `source`; byte offsets, for a graph also node ids. Empty unless live or broken. */
  readonly findings: readonly Finding[];
  /** What this notation cannot say; spans are places in the text (or in the master, if that is no text). */
  readonly lost: readonly Finding[];
}

export interface Derived {
  readonly views: Readonly<Record<Notation, View>>;
  readonly title: string;
  /** The document compiles: it can run. */
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  /** Written by a newer version of the language: it may be read, not changed. */
  readonly newer: boolean;
}

/** What is kept of a document in the store of the browser. */
export interface StoredDocument {
  readonly id: string;
  readonly title: string;
  readonly createdMs: number;
  readonly changedMs: number;
  readonly snapshot: Snapshot;
  /** Older and newer states, so that undo works after a reload too. */
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** Another with every write: who read one stamp and finds another knows that somebody else wrote. */
  readonly stamp?: string;
}

/** What a list shows of it. */
export type DocumentRow = Pick<StoredDocument, 'id' | 'title' | 'changedMs'>;

/** What was not in the store when the page went away, and the stamp of what was. */
export interface Leftover { readonly document: StoredDocument; readonly over: string | undefined }

export interface Step {
  readonly snapshot: Snapshot;
  /** What the edit was that led away from this state, in the words of the interface. */
  readonly label: string;
}

export interface Version {
  readonly id: string;
  readonly documentId: string;
  readonly number: number;
  readonly savedMs: number;
  readonly title: string;
  readonly note: string;
  readonly snapshot: Snapshot;
}
