// line-values.ts — which values at the time cursor stand behind which line.
import type { CursorValue } from '@/shared/cursor/cursor';
import type { Offsets } from '@/shared/lib/offsets';

const PER_LINE = 3;

/** Behind each line the values whose place ends there, the widest places first. */
export function lineValues(text: string, offsets: Offsets, values: ReadonlyMap<string, CursorValue>): { at: number; value: CursorValue }[] {
  const byLine = new Map<number, { width: number; value: CursorValue }[]>();
  for (const value of values.values()) {
    if (!value.bytes) continue;
    const end = offsets.toUnits(value.bytes[1]);
    const newline = text.indexOf('\n', end);
    const at = newline < 0 ? text.length : newline;
    byLine.set(at, [...(byLine.get(at) ?? []), { width: value.bytes[1] - value.bytes[0], value }]);
  }
  return [...byLine.entries()].sort(([a], [b]) => a - b).flatMap(([at, found]) =>
    found.sort((a, b) => b.width - a.width).slice(0, PER_LINE).map(({ value }) => ({ at, value })));
}
