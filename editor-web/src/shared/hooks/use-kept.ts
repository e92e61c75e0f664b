import { useState } from 'react';

import { keptRows } from '../lib/kept';

/** The rows, with the objects that were drawn before where they say the same (lib/kept.ts). */
export function useKeptRows<T extends { readonly id: string }>(now: readonly T[]): readonly T[] {
  const [before, setBefore] = useState(now);
  const rows = keptRows(before, now);
  if (rows !== before) setBefore(rows);
  return rows;
}
