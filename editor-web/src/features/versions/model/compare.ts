// compare.ts — two snapshots, compared by the compiler: their texts in the one style, and what they compile to.
import { request } from '@/shared/document';
import type { Snapshot } from '@/shared/document';
import type { CompilerCalls } from '@/shared/wasm/compiler-calls';
import type { Remote } from '@/shared/wasm/rpc';

import { differences } from './diff';
import type { Difference } from './diff';

export type CompareCalls = Pick<Remote<CompilerCalls>, 'derive' | 'format' | 'compile'>;

/** same: they compile to the same instructions. unknown: one of them does not compile. */
export interface Comparison {
  readonly meaning: 'same' | 'different' | 'unknown';
  readonly differences: readonly Difference[];
}

interface Known { readonly text: string; readonly sha256: string | null }

async function known(calls: CompareCalls, snapshot: Snapshot): Promise<Known> {
  const derived = await calls.derive(snapshot);
  const text = derived.views.text.source ?? snapshot.master.source;
  if (!derived.ok) return { text, sha256: null };
  const source = { notation: 'text', source: text } as const;
  const [formatted, compiled] = [await calls.format(request(source, snapshot.modules)), await calls.compile({ ...request(source, snapshot.modules), stripped: true })];
  return { text: formatted.text ?? text, sha256: compiled.sha256 ?? null };
}

export async function compare(calls: CompareCalls, before: Snapshot, after: Snapshot): Promise<Comparison> {
  const [then, now] = [await known(calls, before), await known(calls, after)];
  const unknown = then.sha256 === null || now.sha256 === null;
  return { meaning: unknown ? 'unknown' : then.sha256 === now.sha256 ? 'same' : 'different', differences: differences(then.text, now.text) };
}
