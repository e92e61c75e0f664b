// canvas.tsx — React Flow over the graph: a skin.  While something is dragged it moves here alone; when it is let
// go the document hears of it.
import '@xyflow/react/dist/style.css';
import '../graph-view.css';

import { Background, MiniMap, ReactFlow, applyNodeChanges, useReactFlow } from '@xyflow/react';
import type { Connection, Edge, EdgeChange, NodeChange } from '@xyflow/react';
import { memo, useCallback, useMemo, useState } from 'react';

import { nodeOf, withoutNodes, withPosition } from '@/shared/graph';
import type { Graph } from '@/shared/graph';
import { useGraphReader } from '@/shared/hooks/use-graph';
import { useKeptRows } from '@/shared/hooks/use-kept';
import { useLanguage, useMessages } from '@/shared/i18n';

import { messages } from '../messages';
import { disconnected } from '../model/connect';
import { flowEdges, flowGroups, flowNodes, redrawn } from '../model/flow';
import { mayFeed } from '../model/face';
import type { GraphHandle } from './graph-context';
import { GroupFrame } from './group-frame';
import { StrategyNode } from './strategy-node';
import type { AnyFlowNode, FlowEdge } from '../model/flow';

const nodeTypes = { strategy: StrategyNode, group: GroupFrame };
const FIT = { maxZoom: 1 };
const REMOVE = ['Backspace', 'Delete'], CHOOSE_MORE = ['Shift', 'Meta', 'Control'];

function moved(graph: Graph, changes: readonly NodeChange[]): Graph {
  return changes.reduce((next, change) => (change.type === 'position' && change.position && !change.dragging && nodeOf(next, change.id)
    ? withPosition(next, change.id, { x: Math.round(change.position.x), y: Math.round(change.position.y) }) : next), graph);
}

/** Drawn anew when its graph is another, not whenever the document says something. */
export const Canvas = memo(function Canvas({ handle }: { handle: GraphHandle }) {
  const { graph, findings, chosen, choose, change, connect, disabled } = handle;
  const read = useGraphReader();
  const t = useMessages(messages), language = useLanguage();
  const labels = useMemo(() => ({ 'node.a11yDescription.default': t('nodeKeys'), 'node.a11yDescription.keyboardDisabled': t('nodeKeys'), 'edge.a11yDescription.default': t('edgeKeys'), 'minimap.ariaLabel': t('minimap') }), [t]);
  const faces = useMemo(() => flowNodes(graph, findings, language), [graph, findings, language]), drawn = useMemo(() => [...flowGroups(graph), ...faces], [graph, faces]);
  const edges = useKeptRows(useMemo(() => flowEdges(graph, faces), [graph, faces])) as FlowEdge[];
  const [shown, setShown] = useState<{ drawn: readonly AnyFlowNode[]; chosen: ReadonlySet<string> } | null>(null);
  const [nodes, setNodes] = useState<AnyFlowNode[]>(drawn);
  const { fitView } = useReactFlow();
  if (shown?.drawn !== drawn || shown.chosen !== chosen) {
    setShown({ drawn, chosen });
    setNodes((now) => redrawn(now, drawn, chosen));
  }
  const onNodesChange = useCallback((changes: NodeChange<AnyFlowNode>[]) => {
    setNodes((now) => applyNodeChanges(changes, now));
    const selects = changes.filter((each) => each.type === 'select');
    if (selects.length) {
      const next = new Set(chosen);
      for (const { id, selected } of selects) if (selected) next.add(id); else next.delete(id);
      choose([...next]);
    }
    if (changes.some((each) => each.type === 'position' && each.dragging === false)) change('move', (now) => moved(now, changes), 'move');
  }, [chosen, choose, change]);
  const onEdgesChange = useCallback((changes: EdgeChange[]) => {
    const gone = new Set(changes.flatMap((each) => (each.type === 'remove' ? [each.id] : [])));
    if (gone.size) change('remove', (now) => flowEdges(now).filter(({ id }) => gone.has(id)).reduce((next, { data }) => disconnected(next, data.edge), now));
  }, [change]);
  const isValid = useCallback((connection: Connection | Edge) => {
    const now = read(), from = now && nodeOf(now, connection.source), to = now && nodeOf(now, connection.target);
    return from !== null && to !== null && mayFeed(from, to, connection.targetHandle ?? '');
  }, [read]);
  const onConnect = useCallback(({ source, target, targetHandle }: Connection) => connect(source, target, targetHandle ?? ''), [connect]);
  const onNodesDelete = useCallback((gone: AnyFlowNode[]) => change('remove', (now) => withoutNodes(now, new Set(gone.map(({ id }) => id)))), [change]);
  const onInit = useCallback(() => void fitView(FIT), [fitView]);
  return (
    <ReactFlow nodes={nodes} edges={edges} nodeTypes={nodeTypes} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} isValidConnection={isValid}
      onConnect={onConnect} onInit={onInit} onNodesDelete={onNodesDelete}
      nodesDraggable={!disabled} nodesConnectable={!disabled} deleteKeyCode={disabled ? null : REMOVE} multiSelectionKeyCode={CHOOSE_MORE}
      minZoom={0.1} maxZoom={2} fitView fitViewOptions={FIT} onlyRenderVisibleElements={graph.nodes.length > 120} aria-label={t('graph')} ariaLabelConfig={labels}>
      <Background gap={16} />
      <MiniMap pannable zoomable ariaLabel={null} className="@max-xl:hidden" />
    </ReactFlow>
  );
});
