// findings.ts — findings under the words they are about, with their fixes.
import { diagnosticCount, setDiagnostics } from '@codemirror/lint';
import type { Action, Diagnostic } from '@codemirror/lint';
import { StateEffect, StateField } from '@codemirror/state';
import type { EditorState, Text, TransactionSpec } from '@codemirror/state';

import { Offsets } from '@/shared/lib/offsets';
import type { Finding, Fix } from '@/shared/wasm/odx.mjs';

import { fromDocument } from './context';

const severities = { error: 'error', warning: 'warning', note: 'info' } as const;

function actionOf(fix: Fix, offsets: Offsets): Action {
  return {
    name: fix.title,
    apply: (view) => view.dispatch({
      changes: fix.edits.map(({ bytes: [begin, end], insert }) => ({ from: offsets.toUnits(begin), to: offsets.toUnits(end), insert })),
      userEvent: 'input.fix',
    }),
  };
}

function messageOf(finding: Finding): string {
  const choices = finding.fixes.filter((fix) => fix.edits.length === 0).map((fix) => fix.title);
  return [`${finding.title}${finding.label ? `: ${finding.label}` : ''}`, ...finding.facts, ...choices].join('\n');
}

export function diagnosticsOf(findings: readonly Finding[], doc: Text): Diagnostic[] {
  const text = doc.toString(), offsets = new Offsets(text);
  return findings.filter((finding) => !finding.file || finding.file === 'strategy.odx').map((finding) => {
    const [begin, end] = finding.span.bytes;
    const from = offsets.toUnits(begin), to = Math.max(from, offsets.toUnits(end));
    return {
      from, to, severity: severities[finding.level], source: finding.code, message: messageOf(finding),
      actions: finding.fixes.filter((fix) => fix.edits.length > 0).map((fix) => actionOf(fix, offsets)),
    };
  });
}

const setShown = StateEffect.define<readonly Finding[]>();

/** What was shown last, and in which text: its marks move with what is typed since. */
export const shownFindings = StateField.define<{ readonly doc: Text; readonly findings: readonly Finding[] } | null>({
  create: () => null,
  update: (shown, { effects, newDoc }) => effects.reduce((last, effect) => (effect.is(setShown) ? { doc: newDoc, findings: effect.value } : last), shown),
});

/** Null: they are shown already. */
export function findingsChange(state: EditorState, findings: readonly Finding[]): TransactionSpec | null {
  const shown = state.field(shownFindings);
  if (shown?.doc === state.doc && shown.findings === findings) return null;
  if (findings.length === 0 && diagnosticCount(state) === 0) return null;
  return { effects: [setShown.of(findings)].concat(setDiagnostics(state, diagnosticsOf(findings, state.doc)).effects ?? []), annotations: fromDocument.of(true) };
}
