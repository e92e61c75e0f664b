// graph.ts — a graph document as data: read, written, and changed by pure functions.
//
// In: JSON of the graph notation (docs/DOCUMENT.md). Out: a Graph, and JSON again. Promise: what is not
// touched stays as it is, foreign keys and the order of everything included; a Graph is never changed in place.
import { nodes as types } from '../generated/catalogue';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Data = { readonly [key: string]: Json };

export type NodeType = (typeof types)[number]['type'];
export type NodeClass = (typeof types)[number]['class'];
export type NodeTypeRow = (typeof types)[number];

const rowsByType = new Map<string, NodeTypeRow>(types.map((row) => [row.type, row]));

export interface GraphNode {
  readonly id: string;
  readonly type: NodeType;
  readonly data: Data;
  readonly position: { readonly x: number; readonly y: number } | null;
  /** The node as the document has it, for keys that are not ours. */
  readonly json: Data;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  /** Null: the edge takes the next input that is free. */
  readonly handle: string | null;
  readonly json: Data;
}

export interface Graph {
  readonly root: Data;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export function nodeType(type: string): NodeTypeRow | null {
  return rowsByType.get(type) ?? null;
}

/** Names of the markets, in their order: the first one stands beside the nodes, and is called `m` unless it says. */
export function marketNames({ root, nodes }: Graph): string[] {
  const first = isData(root.market) ? [root.market] : [];
  return [...first, ...nodes.filter(({ type }) => type === 'market').map(({ data }) => data)].map(({ name }) => (typeof name === 'string' ? name : 'm'));
}

export function isData(value: Json | undefined): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function readPosition(value: Json | undefined): GraphNode['position'] {
  if (!isData(value)) return null;
  const { x, y } = value;
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : null;
}

function readNode(json: Json): GraphNode | null {
  if (!isData(json)) return null;
  const id = textOf(json.id), row = nodeType(textOf(json.type) ?? '');
  if (id === null || row === null) return null;
  return { id, type: row.type, data: isData(json.data) ? json.data : {}, position: readPosition(json.position), json };
}

function readEdge(json: Json): GraphEdge | null {
  if (!isData(json)) return null;
  const source = textOf(json.source), target = textOf(json.target);
  return source === null || target === null ? null : { source, target, handle: textOf(json.targetHandle), json };
}

/** Null if it is no graph, or has nodes that no version of ours knows: it is shown as text then, not changed. */
export function readGraph(source: string): Graph | null {
  let root: Json;
  try {
    root = JSON.parse(source) as Json;
  } catch {
    return null;
  }
  if (!isData(root)) return null;
  const nodes = listOf(root.nodes).map(readNode), edges = listOf(root.edges).map(readEdge);
  const isNode = (node: GraphNode | null): node is GraphNode => node !== null;
  const isEdge = (edge: GraphEdge | null): edge is GraphEdge => edge !== null;
  return nodes.every(isNode) && edges.every(isEdge) ? { root, nodes, edges } : null;
}

function nodeJson({ id, type, data, position, json }: GraphNode): Data {
  const said: Record<string, Json> = { ...json, id, type };
  if (Object.keys(data).length > 0 || 'data' in json) said.data = data;
  if (position) said.position = isData(json.position) ? { ...json.position, ...position } : position;
  return said;
}

function edgeJson({ source, target, handle, json }: GraphEdge): Data {
  const said: Record<string, Json> = { ...json, source, target };
  if (handle !== null) said.targetHandle = handle;
  else Reflect.deleteProperty(said, 'targetHandle');
  return said;
}

export function writeGraph({ root, nodes, edges }: Graph): string {
  return JSON.stringify({ ...root, nodes: nodes.map(nodeJson), edges: edges.map(edgeJson) }, null, 2) + '\n';
}

export function nodeOf(graph: Graph, id: string): GraphNode | null {
  return graph.nodes.find((node) => node.id === id) ?? null;
}
