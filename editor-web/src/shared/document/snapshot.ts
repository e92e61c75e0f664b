// snapshot.ts — how one state of a document follows from another.
//
// In: a snapshot and what somebody did. Out: the next snapshot. Promise: no work is dropped: a master that
// does not compile becomes a draft when another view is edited.
import { saysSame } from '../lib/kept';
import type { Notation, Snapshot, Source } from './types';

export function newSnapshot(master: Source, modules: Snapshot['modules'] = {}): Snapshot {
  return { master, good: null, drafts: [], modules };
}

export function sameSource(a: Source | null, b: Source | null): boolean {
  return a === b || (a !== null && b !== null && a.notation === b.notation && a.source === b.source);
}

function isGood(snapshot: Snapshot): boolean {
  return sameSource(snapshot.good, snapshot.master);
}

function kept(drafts: readonly Source[], more: Source): readonly Source[] {
  return drafts.some((draft) => sameSource(draft, more)) ? drafts : [...drafts, more];
}

/** Somebody wrote `source` in one view. */
export function edited(snapshot: Snapshot, notation: Notation, source: string): Snapshot {
  const { master, drafts } = snapshot;
  const leaves = master.notation !== notation && !isGood(snapshot);
  return { ...snapshot, master: { notation, source }, drafts: leaves ? kept(drafts, master) : drafts };
}

/** The compiler took the master. */
export function settled(snapshot: Snapshot): Snapshot {
  return isGood(snapshot) ? snapshot : { ...snapshot, good: snapshot.master };
}

export function draftDropped(snapshot: Snapshot, draft: Source): Snapshot {
  return { ...snapshot, drafts: snapshot.drafts.filter((other) => !sameSource(other, draft)) };
}

/** Goes on with unfinished work; what it takes the place of becomes a draft if it is unfinished too. */
export function draftTaken(snapshot: Snapshot, draft: Source): Snapshot {
  const rest = draftDropped(snapshot, draft);
  return { ...rest, master: draft, drafts: isGood(snapshot) ? rest.drafts : kept(rest.drafts, snapshot.master) };
}

export function sameSnapshot(a: Snapshot, b: Snapshot): boolean {
  return (
    sameSource(a.master, b.master) &&
    a.drafts.length === b.drafts.length &&
    a.drafts.every((draft, index) => sameSource(draft, b.drafts[index] ?? null)) &&
    saysSame(a.modules, b.modules)
  );
}
