// @vitest-environment happy-dom
// Nodes are copied and pasted by command where the browser gives the page no clipboard (plain http).
import { act } from 'react';
import { afterEach, it, vi } from 'vitest';

import { GraphView } from '@/features/graph-view';
import { commandCell, runCommand } from '@/shared/commands/commands';
import type { DocumentSession } from '@/shared/document';
import { SessionContext } from '@/shared/hooks/use-document';
import { newSelectionCell, SelectionContext } from '@/shared/hooks/use-selection';
import { newWorkspaceCell, WorkspaceContext } from '@/shared/hooks/use-workspace';

import { drawn, until } from '../harness/drawn';

afterEach(() => vi.unstubAllGlobals());

it('without a clipboard of the browser the nodes that were copied are pasted', async () => {
  vi.stubGlobal('navigator', { ...navigator, clipboard: undefined });
  let source = JSON.stringify({ mode: 'node', nodes: [{ id: 'stake', type: 'param', data: { name: 'stake', value: '$50' }, position: { x: 0, y: 0 } }], edges: [] });
  const view = { standing: 'live', source, findings: [], lost: [] };
  const state = { snapshot: { master: { notation: 'graph', source }, drafts: [], modules: {} }, derived: { views: { graph: view } }, readOnly: false, settling: false };
  const session = {
    getState: () => state, subscribe: () => () => undefined,
    amend: async (_view: string, change: (source: string) => string | null) => { source = change(source) ?? source; return true; },
  } as unknown as DocumentSession;
  const selection = newSelectionCell();
  const { remove } = await drawn(
    <SessionContext value={session}><SelectionContext value={selection}><WorkspaceContext value={newWorkspaceCell()}><GraphView /></WorkspaceContext></SelectionContext></SessionContext>,
  );
  await act(async () => selection.set({ from: 'graph', nodes: ['stake'], bytes: null }));
  await until(() => commandCell.get().some(({ id, disabled }) => id === 'graph.copy' && !disabled));
  await act(async () => runCommand('graph.copy'));
  await act(async () => runCommand('graph.paste'));
  await until(() => (JSON.parse(source) as { nodes: object[] }).nodes.length === 2);
  await remove();
});
