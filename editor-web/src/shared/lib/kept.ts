// kept.ts — what says the same stays the same object, so that nobody who shows it draws it again.
//
// In: values made of JSON, before and now. Out: now, with the objects of before where they say the same.

export function kept<T>(before: T, now: T): T {
  return before === now || JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

/** Each row by its id; the list of before if all rows are, in their order. */
export function keptRows<T extends { readonly id: string }>(before: readonly T[], now: readonly T[]): readonly T[] {
  const known = new Map(before.map((row) => [row.id, row]));
  const rows = now.map((row) => kept(known.get(row.id) ?? row, row));
  return rows.length === before.length && rows.every((row, i) => row === before[i]) ? before : rows;
}
