// derive.ts — the three views of a snapshot, made by the compiler.
//
// In: a snapshot and the compiler (odx.wasm, in its worker or in node). Out: what each view shows.
// Promise: a pure function; what does not compile is shown as it is and leaves the others at the last good one.
import type { Finding, Findings, Odx } from '../wasm/odx.mjs';
import { kept } from '../lib/kept';
import { titleIn } from './title';
import type { Derived, Notation, Snapshot, Source, View } from './types';
import { NOTATIONS } from './types';

export type ViewCompiler = Pick<Odx, 'check' | 'convert'>;

const NEWER = 'ODX003';

/** How findings call a source; the compiler knows JSON by the ending. */
export function fileName(notation: Notation): string {
  return notation === 'text' ? 'strategy.odx' : `strategy.${notation}.json`;
}

/** The request of the compiler for a source. */
export function request(source: Source, modules: Snapshot['modules']) {
  return { name: fileName(source.notation), text: source.source, modules };
}

function titleOf(views: Derived['views'], master: Source): string {
  const text = views.text.source;
  return (text === null ? null : titleIn({ notation: 'text', source: text })) ?? (master.notation === 'text' ? null : titleIn(master)) ?? '';
}

type Made = ReturnType<ViewCompiler['convert']>;

function made(odx: ViewCompiler, from: Source, to: Notation, modules: Snapshot['modules']): Made {
  return odx.convert({ ...request(from, modules), to });
}

/** The view of a notation that is not the one that was written. */
function convertedView(odx: ViewCompiler, { text, lost }: Made, to: Notation, modules: Snapshot['modules']): View {
  if (text === null) return { standing: 'none', source: null, findings: [], lost };
  return { standing: 'live', source: text, findings: odx.check(request({ notation: to, source: text }, modules)).findings, lost };
}

/** `known` is a conversion that was made already, of the notation that tells whether the source compiles. */
function allViews(odx: ViewCompiler, from: Source, findings: readonly Finding[], modules: Snapshot['modules'], known?: Made): Record<Notation, View> {
  const view = (notation: Notation): View => {
    if (notation === from.notation) return { standing: 'live', source: from.source, findings, lost: [] };
    const conversion = known && notation === telling(from) ? known : made(odx, from, notation, modules);
    return convertedView(odx, conversion, notation, modules);
  };
  return { form: view('form'), graph: view('graph'), text: view('text') };
}

/** What every strategy can be said in, other than the notation it is in. */
function telling(source: Source): Notation {
  return source.notation === 'text' ? 'graph' : 'text';
}

const NOTHING: View = { standing: 'stale', source: null, findings: [], lost: [] };

/** The last good views behind a master that does not compile. */
function brokenViews(odx: ViewCompiler, snapshot: Snapshot, findings: readonly Finding[]): Record<Notation, View> {
  const { master, good, modules } = snapshot;
  const last = good === null ? null : allViews(odx, good, [], modules);
  const views: Record<Notation, View> = { form: NOTHING, graph: NOTHING, text: NOTHING };
  for (const notation of NOTATIONS) {
    const was = last?.[notation];
    if (was) views[notation] = { ...was, standing: was.standing === 'none' ? 'none' : 'stale', findings: [] };
  }
  views[master.notation] = { standing: 'broken', source: master.source, findings, lost: [] };
  return views;
}

/** The conversion by which the compiler shows that it takes the source as a strategy; null if it does not. */
function proof(odx: ViewCompiler, source: Source, checked: Findings, modules: Snapshot['modules']): Made | null {
  if (checked.errors > 0 || checked.fault !== undefined) return null;
  const conversion = made(odx, source, telling(source), modules);
  return conversion.text === null ? null : conversion;
}

export function derive(odx: ViewCompiler, snapshot: Snapshot): Derived {
  const { master, modules } = snapshot;
  const checked = odx.check(request(master, modules));
  const known = proof(odx, master, checked, modules);
  const views = known ? allViews(odx, master, checked.findings, modules, known) : brokenViews(odx, snapshot, checked.findings);
  const { errors, warnings, notes } = checked;
  const newer = checked.findings.some((finding) => finding.code === NEWER);
  return { views, ok: known !== null, errors, warnings, notes, newer, title: titleOf(views, master) };
}

/** The answer, with the views of the one before where they say the same: those need not be drawn again. */
export function keptDerived(before: Derived | null, now: Derived): Derived {
  if (!before) return now;
  const view = (notation: Notation): View => {
    const was = before.views[notation], is = now.views[notation];
    return kept(was, { ...is, findings: kept(was.findings, is.findings), lost: kept(was.lost, is.lost) });
  };
  return { ...now, views: { form: view('form'), graph: view('graph'), text: view('text') } };
}
