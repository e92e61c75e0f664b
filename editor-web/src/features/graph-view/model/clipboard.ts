// clipboard.ts — nodes copied and pasted, within a document and between documents.
//
// In: a graph and ids. Out: JSON text for the clipboard; a graph with the nodes again under free ids. Promise:
// wires between copied nodes come along, wires to others are kept where those exist in the target.
import { freeId, readGraph, withData, writeGraph } from '@/shared/graph';
import type { Graph, GraphEdge, GraphNode } from '@/shared/graph';

const OFFSET = 40;

export function copied(graph: Graph, ids: ReadonlySet<string>): string {
  return writeGraph({ root: { mode: 'node', 'x-odx-clip': true }, nodes: graph.nodes.filter(({ id }) => ids.has(id)), edges: graph.edges.filter(({ target }) => ids.has(target)) });
}

export interface Pasted { readonly graph: Graph; readonly ids: readonly string[] }

/** Nodes that `copied` wrote. */
export const isClip = (text: string): boolean => text.includes('"x-odx-clip"') && (readGraph(text)?.nodes.length ?? 0) > 0;

/** Null if the text is no clip of ours. */
export function pasted(graph: Graph, clip: string): Pasted | null {
  const from = isClip(clip) ? readGraph(clip) : null;
  if (!from) return null;
  const names = new Map<string, string>();
  let next = graph;
  for (const node of from.nodes) {
    const id = freeId(next, node.id.replace(/[^A-Za-z0-9_]+/g, '_'));
    names.set(node.id, id);
    const moved: GraphNode = { ...node, id, position: node.position && { x: node.position.x + OFFSET, y: node.position.y + OFFSET } };
    next = { ...next, nodes: [...next.nodes, moved] };
    if (typeof node.data.name === 'string') next = withData(next, id, { name: id });
  }
  const has = new Set(next.nodes.map(({ id }) => id));
  const edges = from.edges.flatMap((edge): GraphEdge[] => {
    const source = names.get(edge.source) ?? edge.source, target = names.get(edge.target);
    return target !== undefined && has.has(source) ? [{ ...edge, source, target }] : [];
  });
  return { graph: { ...next, edges: [...next.edges, ...edges] }, ids: [...names.values()] };
}
