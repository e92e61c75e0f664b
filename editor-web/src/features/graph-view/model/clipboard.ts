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

/**
 * For a paste without a key: nodes on the browser's clipboard, perhaps of another tab, else those that were copied here
 * last. Null: there are none here, and the clipboard may not be read.
 */
export async function clipAtHand(own: string, read = () => navigator.clipboard.readText()): Promise<string | null> {
  try {
    const text = await read();
    return isClip(text) ? text : own;
  } catch {
    return own === '' ? null : own;
  }
}

/** Whether what is copied or pasted is text: that of a field, or what is selected inside the view. */
export function isOfText(target: Element, view: Element): boolean {
  const selection = getSelection(), isSelected = selection !== null && selection.toString() !== '';
  return target.matches('input, textarea, select') || (isSelected && (view.contains(selection.anchorNode) || view.contains(selection.focusNode)));
}

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
