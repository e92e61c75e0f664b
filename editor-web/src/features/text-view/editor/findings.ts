// findings.ts — findings under the words they are about, with their fixes.
import { diagnosticCount, setDiagnostics } from '@codemirror/lint';
import type { Action, Diagnostic } from '@codemirror/lint';
import { StateEffect, StateField } from '@codemirror/state';
import type { EditorState, Text, TransactionSpec } from '@codemirror/state';

import { Offsets } from '@/shared/lib/offsets';
import type { Finding, Fix } from '@/shared/wasm/odx.mjs';

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

const told = StateEffect.define<readonly Finding[]>();

/** The findings that stand under the words of this very text; null once it is another. */
export const shownFindings = StateField.define<readonly Finding[] | null>({
  create: () => null,
  update(shown, { effects, docChanged }) {
    for (const effect of effects) if (effect.is(told)) return effect.value;
    return docChanged ? null : shown;
  },
});

/** What shows them; nothing if they are shown, or if there are none to show or to take away. */
export function showFindings(state: EditorState, findings: readonly Finding[]): readonly TransactionSpec[] {
  if (state.field(shownFindings) === findings || (findings.length === 0 && diagnosticCount(state) === 0)) return [];
  return [setDiagnostics(state, diagnosticsOf(findings, state.doc)), { effects: told.of(findings) }];
}
