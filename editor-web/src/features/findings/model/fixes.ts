// fixes.ts — what can be pressed for a finding: its fixes, and readings to choose from where a machine must not.
import { applyByteEdits } from '@/shared/lib/offsets';
import type { Finding, Level } from '@/shared/wasm/odx.mjs';

export interface Press {
  readonly title: string;
  /** One reading only, and it means what was meant. The others are the author's decision. */
  readonly isSafe: boolean;
  readonly apply: (source: string) => string;
}

/** Code that a choice is about: "write `$50` to spend fifty dollars, or `50 shares` ..." gives both. */
export function readings(title: string): string[] {
  return [...title.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** Findings whose choices replace exactly the words they are about. */
const CHOSEN_BY_WORDS = new Set(['ODX103']);

export function pressesOf(finding: Finding): Press[] {
  return finding.fixes.flatMap((fix): Press[] => {
    if (fix.edits.length > 0) return [{ title: fix.title, isSafe: fix.class === 'safe', apply: (source) => applyByteEdits(source, fix.edits) }];
    if (fix.class !== 'choice' || !CHOSEN_BY_WORDS.has(finding.code) || finding.graph) return [];
    return readings(fix.title).map((text) => ({
      title: text, isSafe: false, apply: (source) => applyByteEdits(source, [{ bytes: finding.span.bytes, insert: text }]),
    }));
  });
}

/** Sentences about fixes that nobody can press. */
export function advice(finding: Finding): string[] {
  return finding.fixes.filter((fix) => fix.edits.length === 0).map((fix) => fix.title);
}

const order: Record<Level, number> = { error: 0, warning: 1, note: 2 };

/** Errors first, then by place. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => order[a.level] - order[b.level] || a.span.bytes[0] - b.span.bytes[0]);
}
