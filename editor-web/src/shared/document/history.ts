// history.ts — undo and redo across views: a line of snapshots.
//
// In: snapshots with labels and times. Out: the next history. Promise: undo, then redo, is what was there;
// edits of one kind in quick succession are one step; of two histories that parted nothing is dropped.
import { sameSnapshot } from './snapshot';
import type { Snapshot, Step } from './types';

export interface History {
  readonly past: readonly Step[];
  readonly present: Snapshot;
  readonly future: readonly Step[];
  /** Kind and time of the last edit: what joins the next one to it. */
  readonly last: { readonly kind: string; readonly atMs: number } | null;
}

const LIMIT = 400;
const JOIN_MS = 900;

export function newHistory(present: Snapshot, past: readonly Step[] = [], future: readonly Step[] = []): History {
  return { past, present, future, last: null };
}

export interface EditKind {
  /** In the words of the interface: "Edit text", "Move node". */
  readonly label: string;
  /** Edits with the same key within a moment become one step (typing, dragging). */
  readonly join?: string | undefined;
}

export function pushed(history: History, next: Snapshot, kind: EditKind, atMs: number): History {
  const { last, past, present } = history;
  const joins = kind.join !== undefined && last?.kind === kind.join && atMs - last.atMs < JOIN_MS && past.length > 0;
  return {
    past: joins ? past : [...past, { snapshot: present, label: kind.label }].slice(-LIMIT),
    present: next,
    future: [],
    last: kind.join === undefined ? null : { kind: kind.join, atMs },
  };
}

/** The present becomes better known (it compiled), without being a step. */
export function replaced(history: History, present: Snapshot): History {
  return present === history.present ? history : { ...history, present };
}

export function undone(history: History): History {
  const step = history.past.at(-1);
  if (!step) return history;
  return {
    past: history.past.slice(0, -1),
    present: step.snapshot,
    future: [{ snapshot: history.present, label: step.label }, ...history.future],
    last: null,
  };
}

export function redone(history: History): History {
  const [step, ...future] = history.future;
  if (!step) return history;
  return { past: [...history.past, { snapshot: history.present, label: step.label }], present: step.snapshot, future, last: null };
}

/** Both wrote on: what the other did since they parted comes before the present, a step that undo goes back to. */
export function rejoined(history: History, other: History, label: string): History {
  const { past, present } = history;
  const parted = other.past.findIndex(({ snapshot }, at) => { const step = past[at]; return !step || !sameSnapshot(step.snapshot, snapshot); });
  const theirs = parted < 0 ? [] : other.past.slice(parted);
  return { ...history, past: [...past, ...theirs, { snapshot: other.present, label }].slice(-LIMIT), present, future: [], last: null };
}
