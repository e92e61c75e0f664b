// edits.ts — changes of a graph, each a pure function from a graph to the next.
//
// Promise: an edit touches the nodes and edges it names and nothing else; ids stay unique.
import { nodeOf } from './graph';
import type { Data, Graph, GraphEdge, GraphNode, Json, NodeType } from './graph';
import { inputsOf } from './inputs';

/** `stem`, or `stem_2`, ...: an id that no node has. */
export function freeId(graph: Graph, stem: string): string {
  const taken = new Set(graph.nodes.map(({ id }) => id));
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number++;
  return `${stem}_${number}`;
}

export interface NewNode {
  readonly id: string;
  readonly type: NodeType;
  readonly data?: Data;
  readonly position?: GraphNode['position'];
}

/** A node at the end, or in front of the node `before`: lines of the text stand in the order of their nodes. */
export function withNode(graph: Graph, { id, type, data = {}, position = null }: NewNode, before?: string): Graph {
  const node: GraphNode = { id, type, data, position, json: {} };
  const at = before === undefined ? -1 : graph.nodes.findIndex((each) => each.id === before);
  return { ...graph, nodes: at < 0 ? [...graph.nodes, node] : graph.nodes.toSpliced(at, 0, node) };
}

function mapNode(graph: Graph, id: string, change: (node: GraphNode) => GraphNode): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** Sets keys of `data`; undefined takes a key away. */
export function withData(graph: Graph, id: string, changes: Readonly<Record<string, Json | undefined>>): Graph {
  return mapNode(graph, id, (node) => {
    const data: Record<string, Json> = { ...node.data };
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) Reflect.deleteProperty(data, key);
      else data[key] = value;
    }
    return { ...node, data };
  });
}

export function withType(graph: Graph, id: string, type: NodeType, data: Data): Graph {
  return mapNode(graph, id, (node) => ({ ...node, type, data }));
}

export function withPosition(graph: Graph, id: string, position: { x: number; y: number }): Graph {
  return mapNode(graph, id, (node) => ({ ...node, position }));
}

export function withEdge(graph: Graph, source: string, target: string, handle: string | null): Graph {
  return { ...graph, edges: [...graph.edges, { source, target, handle, json: {} }] };
}

export function withoutEdge(graph: Graph, edge: GraphEdge): Graph {
  return { ...graph, edges: graph.edges.filter((each) => each !== edge) };
}

/** Another source for what an edge brings; it keeps its place among the edges, which says which input it takes. */
export function redirected(graph: Graph, edge: GraphEdge, source: string): Graph {
  return { ...graph, edges: graph.edges.map((each) => (each === edge ? { ...edge, source } : each)) };
}

/** Nodes and every edge at them. */
export function withoutNodes(graph: Graph, ids: ReadonlySet<string>): Graph {
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !ids.has(id)),
    edges: graph.edges.filter(({ source, target }) => !ids.has(source) && !ids.has(target)),
  };
}

const KEPT_ALONE = new Set<NodeType>(['param', 'state', 'market', 'leader', 'account', 'feed', 'use', 'code', 'risk', 'show']);

/** The nodes that exist only for `id`: what feeds it and nothing else, itself included. Named values stay. */
export function ownedBy(graph: Graph, id: string): Set<string> {
  const owned = new Set([id]);
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { source, target } of graph.edges) {
      if (target !== at || owned.has(source)) continue;
      const node = nodeOf(graph, source);
      const isShared = graph.edges.some((edge) => edge.source === source && !owned.has(edge.target));
      if (!node || isShared || KEPT_ALONE.has(node.type) || node.data.name !== undefined) continue;
      owned.add(source);
      open.push(source);
    }
  }
  return owned;
}

/** Takes a value away, with what fed only it. */
export function withoutValue(graph: Graph, id: string): Graph {
  return withoutNodes(graph, ownedBy(graph, id));
}

/** Puts a literal where an input is: an edge there goes, and what fed only it. */
export function withLiteral(graph: Graph, id: string, handle: string, key: string, value: Json): Graph {
  const node = nodeOf(graph, id);
  const edge = node ? inputsOf(graph, node).find((input) => input.handle === handle)?.edge : null;
  const bare = edge ? withoutUnused(withoutEdge(graph, edge), edge.source) : graph;
  return withData(bare, id, { [key]: value });
}

/** Takes `id` away if nothing reads it any more and it has no name of its own. */
export function withoutUnused(graph: Graph, id: string): Graph {
  const node = nodeOf(graph, id);
  const isKept = !node || KEPT_ALONE.has(node.type) || node.data.name !== undefined || graph.edges.some(({ source }) => source === id);
  return isKept ? graph : withoutValue(graph, id);
}
