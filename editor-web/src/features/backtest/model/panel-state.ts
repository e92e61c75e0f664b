// panel-state.ts — what was asked of the results: kept while the document is open, whichever panels are looked at.
import { useCallback } from 'react';

import type { DocumentSession } from '@/shared/document';
import { useSession } from '@/shared/hooks/use-document';
import { Cell, useCell } from '@/shared/lib/cell';

import { OPTIONS } from './use-backtest';
import type { Options } from './use-backtest';

export const TABS = ['overview', 'trades', 'slots', 'sweep', 'receipt', 'kept'] as const;
export type TabId = (typeof TABS)[number];

/** A setting of the strategy, and what `--param` takes for it. */
export interface Axis { readonly name: string; readonly range: string }

export interface PanelState {
  readonly tab: TabId;
  readonly options: Options;
  /** Of the sweep: down and across. */
  readonly axes: readonly (Axis | null)[];
}

const states = new WeakMap<DocumentSession, Cell<PanelState>>();

function stateOf(session: DocumentSession): Cell<PanelState> {
  const cell = states.get(session) ?? new Cell<PanelState>({ tab: 'overview', options: OPTIONS, axes: [null, null] });
  states.set(session, cell);
  return cell;
}

export function usePanelState(): PanelState & { readonly set: (change: Partial<PanelState>) => void } {
  const cell = stateOf(useSession());
  const set = useCallback((change: Partial<PanelState>) => cell.set({ ...cell.get(), ...change }), [cell]);
  return { ...useCell(cell), set };
}
