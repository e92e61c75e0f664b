// values.ts — what the cursor says at a step, as the views read it: by the ids of graph nodes, with bytes of the text.
import type { CursorValue } from '@/shared/cursor/cursor';
import type { ConditionRow, CursorCounts, CursorStep, ValueNow, ValueRow } from '@/shared/wasm/odx.mjs';

export function shownValue(now: ValueNow): string {
  return 'truth' in now ? now.truth : now.text;
}

export const truthOf = (now: ValueNow | undefined): 'yes' | 'no' | 'unknown' | null => (now && 'truth' in now ? now.truth : null);

/** The output of each node; a node that no value belongs to has none. */
export function cursorValues(rows: readonly ValueRow[], step: CursorStep | null): ReadonlyMap<string, CursorValue> {
  const map = new Map<string, CursorValue>();
  if (!step?.values) return map;
  rows.forEach((row, place) => {
    const id = row.graph?.node, now = step.values?.[place];
    if (id === undefined || row.graph?.output !== true || !now) return;
    map.set(id, { truth: truthOf(now), text: shownValue(now), bytes: row.text?.bytes ?? null });
  });
  return map;
}

export interface ConditionChoice {
  /** Place in the cursor's values. */
  readonly value: number;
  readonly text: string;
  readonly rule: number;
  readonly depth: number;
  readonly yes: number;
  readonly no: number;
  readonly unknown: number;
  readonly nearMisses: number;
}

export function conditionChoices(conditions: readonly ConditionRow[], values: readonly ValueRow[], counts: CursorCounts): ConditionChoice[] {
  const byValue = new Map(counts.values.map((each) => [each.value, each]));
  return conditions.map(({ value, rule, depth }, i) => {
    const count = byValue.get(value);
    return {
      value, rule, depth, text: values[value]?.source ?? '', yes: count?.yes ?? 0, no: count?.no ?? 0, unknown: count?.unknown ?? 0,
      nearMisses: counts.conditions[i]?.near_misses ?? 0,
    };
  });
}
