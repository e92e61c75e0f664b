// use-workspace.ts — how the screen is laid out: which views, which panel of the dock; any feature may ask for
// another ("open this block in the text").
import { createContext, useContext, useMemo } from 'react';

import { Cell, useCell } from '../lib/cell';
import { NOTATIONS } from '../document';
import type { Notation } from '../document';
import { isNarrow } from './use-narrow';
import { readSetting, writeSetting } from '../lib/settings';

export const DOCK_PANELS = ['cursor', 'results', 'findings', 'versions'] as const;
export type DockPanel = (typeof DOCK_PANELS)[number];

export interface Workspace {
  /** Views on screen, in the order of NOTATIONS. A narrow screen shows the `focused` one alone. */
  readonly views: readonly Notation[];
  readonly focused: Notation;
  readonly dock: DockPanel | null;
}

export function newWorkspaceCell(): Cell<Workspace> {
  const kept = (readSetting('views') ?? 'form,text').split(',');
  const views = NOTATIONS.filter((notation) => kept.includes(notation));
  const dock = readSetting('dock') ?? (isNarrow() ? 'none' : 'results');
  return new Cell<Workspace>({
    views: views.length ? views : ['text'],
    focused: views[0] ?? 'text',
    dock: DOCK_PANELS.includes(dock as DockPanel) ? (dock as DockPanel) : null,
  });
}

export const WorkspaceContext = createContext<Cell<Workspace>>(newWorkspaceCell());

/** How it is changed. */
function actsOn(cell: Cell<Workspace>) {
  const put = (next: Workspace) => {
    cell.set(next);
    writeSetting('views', next.views.join(','));
    writeSetting('dock', next.dock ?? 'none');
  };
  return {
    /** Brings a view on screen, beside the others, and focuses it. */
    openView: (notation: Notation) => {
      const now = cell.get();
      put({ ...now, views: NOTATIONS.filter((each) => each === notation || now.views.includes(each)), focused: notation });
    },
    /** Shows or hides a view; the last one stays. */
    toggleView: (notation: Notation) => {
      const now = cell.get();
      const views = NOTATIONS.filter((each) => (each === notation) !== now.views.includes(each));
      if (views.length) put({ ...now, views, focused: views.includes(notation) ? notation : (views[0] ?? 'text') });
    },
    focusView: (notation: Notation) => put({ ...cell.get(), focused: notation }),
    openDock: (dock: DockPanel | null) => put({ ...cell.get(), dock }),
  };
}

export function useWorkspace() {
  const cell = useContext(WorkspaceContext);
  const acts = useMemo(() => actsOn(cell), [cell]);
  return { workspace: useCell(cell), ...acts };
}
