// use-selection.ts — what is selected, in all views at once: a place in the text, nodes of the graph, or both.
//
// A view selects what it knows (the text a span, the graph nodes) and shows what it understands of the rest.
import { createContext, useContext, useSyncExternalStore } from 'react';

import { Cell, useCell } from '../lib/cell';
import type { Notation } from '../document';

export interface Selection {
  /** The view in which it was made; a view does not scroll to its own selection. */
  readonly from: Notation | 'findings' | 'cursor';
  /** Ids of nodes, as the graph notation calls them (`when1.cond.2`); a form's sentences are called the same. */
  readonly nodes: readonly string[];
  /** Bytes of the text (UTF-8), as findings have them. */
  readonly bytes: readonly [begin: number, end: number] | null;
}

const NOTHING: Selection = { from: 'text', nodes: [], bytes: null };

export const newSelectionCell = () => new Cell<Selection>(NOTHING);
export const SelectionContext = createContext<Cell<Selection>>(newSelectionCell());

/** For who shows one thing of many: drawn again when that one is chosen or left. */
export function useIsSelected(id: string): { isSelected: boolean; cell: Cell<Selection> } {
  const cell = useContext(SelectionContext);
  return { isSelected: useSyncExternalStore(cell.subscribe, () => cell.get().nodes.includes(id)), cell };
}

export function useSelection(): { selection: Selection; select: (selection: Selection) => void } {
  const cell = useContext(SelectionContext);
  return { selection: useCell(cell), select: cell.set };
}
