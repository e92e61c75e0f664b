// kept.ts — what says the same stays the same object, so that nobody who shows it draws it again.
//
// In: values made of JSON, before and now. Out: now, with the objects of before where they say the same.

export function kept<T>(before: T, now: T): T {
  return saysSame(before, now) ? before : now;
}

/** Asked of everything on screen at every key, so nothing is made here. */
export function saysSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!saysSame(a[i], b[i])) return false;
    return true;
  }
  const was = a as Readonly<Record<string, unknown>>, is = b as Readonly<Record<string, unknown>>, keys = Object.keys(was);
  if (Array.isArray(b) || keys.length !== Object.keys(is).length) return false;
  for (const key of keys) if (!(key in is) || !saysSame(was[key], is[key])) return false;
  return true;
}

/** Each row by its id; the list of before if all rows are, in their order. */
export function keptRows<T extends { readonly id: string }>(before: readonly T[], now: readonly T[]): readonly T[] {
  const known = new Map(before.map((row) => [row.id, row]));
  const rows = now.map((row) => kept(known.get(row.id) ?? row, row));
  return rows.length === before.length && rows.every((row, i) => row === before[i]) ? before : rows;
}
