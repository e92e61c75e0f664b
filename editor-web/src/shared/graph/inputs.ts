// inputs.ts — what comes into a node: which edge or literal stands at which input.
//
// The rules are those of the compiler (compiler/views/graph_check.c): edges without a handle take, in order of
// the file, the inputs that neither an edge nor the data name; of optional ones only `if` and single letters.
import { isData, listOf, nodeType } from './graph';
import type { Graph, GraphEdge, GraphNode, Json } from './graph';

export interface Input {
  readonly handle: string;
  readonly optional: boolean;
  readonly edge: GraphEdge | null;
  /** What the data say in its place; undefined if they say nothing. */
  readonly literal: Json | undefined;
}

interface Slot { readonly handle: string; readonly optional: boolean; readonly literal: Json | undefined }

const slot = (handle: string, optional = false, literal?: Json): Slot => ({ handle, optional, literal });
const lists = new Set(['between', 'in', 'not_in', 'in_range', 'not_in_range']);

function comparatorSlots({ data }: GraphNode): Slot[] {
  const { operator, value } = data;
  if (!lists.has(String(operator))) return [slot('a', false, data.a), slot('b', false, value ?? data.b)];
  const holes = listOf(value).flatMap((item, i) => (item === null ? [slot(String(i + 1))] : []));
  return [slot('a', false, data.a), ...holes];
}

/** Inputs of the parts of a list in the data: `price1`, `size1`, `value2`. */
function listedSlots(items: readonly Json[], keysOf: (item: Json) => readonly string[]): Slot[] {
  return items.flatMap((item, i) => keysOf(item).map((key) => slot(`${key}${i + 1}`, true, isData(item) ? item[key] : undefined)));
}

function fixedSlots(node: GraphNode): Slot[] {
  const row = nodeType(node.type);
  return (row?.handles ?? '').split(' ').filter(Boolean).map((name) => {
    const handle = name.replace(/\?$/, '');
    return slot(handle, name.endsWith('?'), node.data[handle]);
  });
}

function slotsOf(node: GraphNode, unnamed: number): Slot[] {
  const { data } = node;
  switch (node.type) {
    case 'logic':
      return Array.from({ length: Math.max(unnamed, 1) }, (_, i) => slot(String.fromCharCode(97 + i), i > 0));
    case 'fn':
      if (Array.isArray(data.args)) return listOf(data.args).flatMap((item, i) => (item === null ? [slot(String(i + 1))] : []));
      return Array.from({ length: unnamed }, (_, i) => slot(String(i + 1)));
    case 'comparator':
      return comparatorSlots(node);
    case 'quote':
      return listedSlots(listOf(data.sides), (side) => (isData(side) && side.side === 'refresh' ? ['by'] : ['price', 'size']));
    case 'risk':
      return listedSlots(listOf(data.items), () => ['value']);
    case 'indicator':
      return [...(data.field === undefined ? [slot('a')] : []), slot('period', true, data.period)];
    default:
      return fixedSlots(node);
  }
}

const isOpen = (input: Input) =>
  input.edge === null && input.literal === undefined && (!input.optional || input.handle === 'if' || input.handle.length === 1);

/** Does an edge say membership (a rule to its action) and not a value? */
export function isMember(graph: Graph, edge: GraphEdge): boolean {
  const type = graph.nodes.find((node) => node.id === edge.source)?.type;
  return type === 'trigger' || type === 'legs' || type === 'repeat';
}

/** Of each graph, which is never changed in place: every view asks for the same ones, several times a key. */
const known = new WeakMap<Graph, Map<GraphNode, readonly Input[]>>();

export function inputsOf(graph: Graph, node: GraphNode): readonly Input[] {
  let ofNodes = known.get(graph);
  if (!ofNodes) known.set(graph, ofNodes = new Map<GraphNode, readonly Input[]>());
  let inputs = ofNodes.get(node);
  if (!inputs) ofNodes.set(node, inputs = foundInputs(graph, node));
  return inputs;
}

function foundInputs(graph: Graph, node: GraphNode): Input[] {
  const edges = graph.edges.filter((edge) => edge.target === node.id && !isMember(graph, edge));
  const inputs: Input[] = slotsOf(node, edges.length).map((each) => ({ ...each, edge: null }));
  const take = (at: number, edge: GraphEdge) => {
    const input = inputs[at];
    if (input) inputs[at] = { ...input, edge };
  };
  const named = (edge: GraphEdge) => inputs.findIndex((input) => input.handle === edge.handle);
  for (const edge of edges) take(named(edge), edge);
  for (const edge of edges) if (named(edge) < 0) take(inputs.findIndex(isOpen), edge);
  return inputs;
}

export function inputOf(graph: Graph, node: GraphNode, handle: string): Input | null {
  return inputsOf(graph, node).find((input) => input.handle === handle) ?? null;
}

/** The actions of a rule, in the order of the document. */
export function membersOf(graph: Graph, node: GraphNode): GraphNode[] {
  const ids = new Set(graph.edges.filter((edge) => edge.source === node.id && isMember(graph, edge)).map((edge) => edge.target));
  return graph.nodes.filter(({ id }) => ids.has(id));
}
