// layout.ts — where nodes stand when nobody said so: inputs left, what reads them right (dagre).
//
// Promise: the same graph gets the same places; nodes that were placed by hand stay unless all are asked for.
import dagre from '@dagrejs/dagre';

import type { Graph, GraphNode } from '@/shared/graph';

import { portsOf } from './face';

export const NODE_WIDTH = 184;
export const nodeHeight = (graph: Graph, node: GraphNode): number => 52 + 20 * portsOf(graph, node).length;

type Place = { readonly x: number; readonly y: number };

function places(sizes: readonly (readonly [id: string, height: number])[], wires: readonly (readonly [source: string, target: string])[]): ReadonlyMap<string, Place> {
  const drawing = new dagre.graphlib.Graph();
  drawing.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 56, marginx: 8, marginy: 8 });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const [id, height] of sizes) drawing.setNode(id, { width: NODE_WIDTH, height });
  for (const [source, target] of wires) if (drawing.hasNode(source) && drawing.hasNode(target)) drawing.setEdge(source, target);
  dagre.layout(drawing);
  return new Map(sizes.map(([id]) => {
    const { x, y, height } = drawing.node(id);
    return [id, { x: Math.round((x - NODE_WIDTH / 2) / 8) * 8, y: Math.round((y - height / 2) / 8) * 8 }];
  }));
}

/** The last arrangement: typing seldom changes what dagre sees, and dagre costs more than all else of an edit. */
let last: { readonly key: string; readonly found: ReadonlyMap<string, Place> } | null = null;

export function arranged(graph: Graph): Graph {
  const sizes = graph.nodes.map((node) => [node.id, nodeHeight(graph, node)] as const);
  const wires = graph.edges.map(({ source, target }) => [source, target] as const);
  const key = JSON.stringify([sizes, wires]);
  if (last?.key !== key) last = { key, found: places(sizes, wires) };
  const { found } = last;
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, position: found.get(node.id) ?? node.position })) };
}

/** As it is drawn: arranged if it has to be. */
export const placed = (graph: Graph): Graph => (needsArranging(graph) ? arranged(graph) : graph);

/** Do nodes lie upon each other, or have none at all a place? Then the picture is arranged before it is shown. */
export function needsArranging(graph: Graph): boolean {
  const placed = graph.nodes.flatMap((node) => (node.position ? [{ ...node.position, bottom: node.position.y + nodeHeight(graph, node) }] : []));
  if (placed.length < graph.nodes.length) return true;
  return placed.some((a, i) => placed.some((b, j) => i < j && Math.abs(a.x - b.x) < NODE_WIDTH && a.y < b.bottom && b.y < a.bottom));
}
