// layout.ts — where nodes stand when nobody said so: inputs left, what reads them right (dagre).
//
// Promise: the same graph gets the same places; nodes that were placed by hand stay unless all are asked for.
import dagre from '@dagrejs/dagre';

import { withPosition } from '@/shared/graph';
import type { Graph, GraphNode } from '@/shared/graph';

import { portsOf } from './face';

export const NODE_WIDTH = 184;
export const nodeHeight = (graph: Graph, node: GraphNode): number => 52 + 20 * portsOf(graph, node).length;

export function arranged(graph: Graph): Graph {
  const drawing = new dagre.graphlib.Graph();
  drawing.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 56, marginx: 8, marginy: 8 });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) drawing.setNode(node.id, { width: NODE_WIDTH, height: nodeHeight(graph, node) });
  for (const { source, target } of graph.edges) if (drawing.hasNode(source) && drawing.hasNode(target)) drawing.setEdge(source, target);
  dagre.layout(drawing);
  return graph.nodes.reduce((next, { id }) => {
    const { x, y, height } = drawing.node(id);
    return withPosition(next, id, { x: Math.round((x - NODE_WIDTH / 2) / 8) * 8, y: Math.round((y - height / 2) / 8) * 8 });
  }, graph);
}

/** Do nodes lie upon each other, or have none at all a place? Then the picture is arranged before it is shown. */
export function needsArranging(graph: Graph): boolean {
  const placed = graph.nodes.flatMap((node) => (node.position ? [{ ...node.position, bottom: node.position.y + nodeHeight(graph, node) }] : []));
  if (placed.length < graph.nodes.length) return true;
  return placed.some((a, i) => placed.some((b, j) => i < j && Math.abs(a.x - b.x) < NODE_WIDTH && a.y < b.bottom && b.y < a.bottom));
}
