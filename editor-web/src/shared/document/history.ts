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

/** All states up to the present, as steps. */
const lineOf = ({ past, present }: History, label: string): readonly Step[] => [...past, { snapshot: present, label }];

/**
 * Where the line `theirs` lies on `ours`: either may lack its oldest steps, since not all are stored. `shift` is our
 * place of their first step, `parted` their first one that is not ours. Of several places it is the longest.
 */
function overlap(ours: readonly Step[], theirs: readonly Step[]): { shift: number; parted: number } {
  let best = { shift: ours.length, parted: 0 }, longest = 0;
  const isSameAt = (shift: number, at: number): boolean => {
    const own = ours[at + shift], other = theirs[at];
    return own !== undefined && other !== undefined && sameSnapshot(own.snapshot, other.snapshot);
  };
  for (let shift = ours.length - 1; shift >= 0 || (longest === 0 && shift > -theirs.length); shift--) {
    const from = Math.max(0, -shift);
    let parted = from;
    while (isSameAt(shift, parted)) parted++;
    if (parted - from > longest) [best, longest] = [{ shift, parted }, parted - from];
  }
  return best;
}

/**
 * Both wrote on: what the other did since they parted comes before the present, steps that undo goes back to: what it
 * had undone, then where it stood; and before all of it what is older. `label` is asked for if it stood elsewhere.
 */
export function rejoined(history: History, other: History, label: () => string): History {
  const theirs = lineOf(other, ''), { shift, parted } = overlap(lineOf(history, ''), theirs);
  const isElsewhere = parted < theirs.length && !sameSnapshot(other.present, history.present); // nobody goes back to where they are
  const undone = other.future.filter(({ snapshot }) => !knows(history, snapshot)).reverse();
  return {
    ...history, last: null,
    past: [
      ...theirs.slice(0, Math.max(0, -shift)), ...history.past, ...theirs.slice(parted, -1), ...undone,
      ...(isElsewhere ? [{ snapshot: other.present, label: label() }] : []),
    ].slice(-LIMIT),
  };
}

/** Only the other wrote on: its line, and before it what is older of this one. */
export function takenOver(history: History, other: History): History {
  const ours = lineOf(history, other.past[0]?.label ?? ''), { shift } = overlap(ours, lineOf(other, ''));
  return { ...other, past: [...ours.slice(0, Math.max(0, shift)), ...other.past].slice(-LIMIT) };
}

/** It is the present, or undo or redo goes to it. */
export function knows({ past, present, future }: History, snapshot: Snapshot): boolean {
  return sameSnapshot(present, snapshot) || [...past, ...future].some((step) => sameSnapshot(step.snapshot, snapshot));
}
