// cursor.ts — where the time cursor stands and what everything is worth there.
//
// Written by features/time-cursor; read by all views, which put the values beside wires, rows and lines.
// `values` is keyed by the ids of graph nodes (as `Selection.nodes`); `bytes` is the place in the text.
import { createContext, useContext } from 'react';

import { Cell, useCell } from '../lib/cell';

/** Of a condition: yes, no or unknown. A number is shown as `text` alone. */
export type Truth = 'yes' | 'no' | 'unknown';

export interface CursorValue {
  readonly truth: Truth | null;
  /** Short, as the language writes it: `52.5c`, `3.1%`, `yes`. */
  readonly text: string;
  readonly bytes: readonly [begin: number, end: number] | null;
  /** Was almost true here, and by how much: "0.4% below". */
  readonly near?: string;
}

export interface Cursor {
  /** Null: no run yet, or the strategy cannot run. */
  readonly tsUs: number | null;
  readonly market: number;
  readonly values: ReadonlyMap<string, CursorValue>;
}

const NOWHERE: Cursor = { tsUs: null, market: 0, values: new Map() };
export const newCursorCell = () => new Cell<Cursor>(NOWHERE);
export const CursorContext = createContext<Cell<Cursor>>(newCursorCell());

export function useCursor(): { cursor: Cursor; setCursor: (cursor: Cursor) => void } {
  const cell = useContext(CursorContext);
  return { cursor: useCell(cell), setCursor: cell.set };
}
