// findings.ts — findings under the words they are about, with their fixes.
import { setDiagnostics } from '@codemirror/lint';
import type { Action, Diagnostic } from '@codemirror/lint';
import type { Text, TransactionSpec } from '@codemirror/state';
import type { EditorState } from '@codemirror/state';

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

export function showFindings(state: EditorState, findings: readonly Finding[]): TransactionSpec {
  return setDiagnostics(state, diagnosticsOf(findings, state.doc));
}
