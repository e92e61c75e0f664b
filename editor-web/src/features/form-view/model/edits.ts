// edits.ts — what the form does to the graph: each gesture a pure function from a graph to the next.
//
// Promise: after each the document is one that the compiler reads (it may have findings, never a loose end).
import { freeId, inputOf, inputsOf, listOf, membersOf, nodeOf, ownedBy, redirected, textOf, withData, withEdge, withLiteral, withNode, withoutEdge, withoutNodes, withoutUnused, withoutValue, withType } from '@/shared/graph';
import type { Data, Graph, GraphEdge, GraphNode, Json } from '@/shared/graph';

import { RISK_KEYS } from './parts';

const RANGE_OPERATORS = new Set(['between', 'in_range', 'not_in_range', 'in', 'not_in']);
export const isRange = (operator: string): boolean => RANGE_OPERATORS.has(operator);

const readersOf = (graph: Graph, id: string): GraphEdge[] => graph.edges.filter(({ source }) => source === id);

/** What `reader` read from `id` it reads from `by` now; with no reader, everything that read it does. */
function replaced(graph: Graph, id: string, by: string, reader: string | null): Graph {
  const edges = readersOf(graph, id).filter(({ target }) => reader === null || target === reader);
  return edges.reduce((next, edge) => ({ ...next, edges: next.edges.map((each) => (each.source === edge.source && each.target === edge.target && each.handle === edge.handle ? { ...each, source: by } : each)) }), graph);
}

function newComparison(graph: Graph, field: string, before: string): { graph: Graph; id: string } {
  const input = freeId(graph, 'value');
  const first = withNode(graph, { id: input, type: 'input', data: { field } }, before);
  const id = freeId(first, 'condition');
  const second = withNode(first, { id, type: 'comparator', data: { operator: '>', value: '50c' } }, before);
  return { graph: withEdge(second, input, id, null), id };
}

export const NEW_FIELD = 'mid_up';

/** A new comparison as the last item of a group. */
export function withCondition(graph: Graph, groupId: string): Graph {
  const made = newComparison(graph, NEW_FIELD, groupId);
  return withEdge(made.graph, made.id, groupId, null);
}

/** What a named node says moves into one below it, so that the name can mean more. */
function movedBelow(graph: Graph, id: string, type: 'logic', operator: string): Graph {
  const node = nodeOf(graph, id);
  if (!node) return graph;
  const { name, ...rest } = node.data;
  const inner = freeId(graph, 'condition');
  const made = withNode(graph, { id: inner, type: node.type, data: rest }, id);
  const moved = { ...made, edges: made.edges.map((edge) => (edge.target === id ? { ...edge, target: inner } : edge)) };
  return withEdge(withType(moved, id, type, { ...(name === undefined ? {} : { name }), operator }), inner, id, null);
}

/** A new node of logic where `id` stood for `reader`, over `id`. */
function above(graph: Graph, id: string, operator: string, reader: string): { graph: Graph; id: string } {
  const over = freeId(graph, operator === 'NOT' ? 'not' : 'group');
  const made = withNode(graph, { id: over, type: 'logic', data: { operator } }, reader);
  return { graph: withEdge(replaced(made, id, over, reader), id, over, null), id: over };
}

/** `id` and a new comparison, joined, for `reader`; without one the node keeps its name and becomes the group. */
export function withJoined(graph: Graph, id: string, operator: 'AND' | 'OR', reader: string | null): Graph {
  const group = reader === null ? { graph: movedBelow(graph, id, 'logic', operator), id } : above(graph, id, operator, reader);
  return withCondition(group.graph, group.id);
}

/** NOT in front of a condition. */
export function negated(graph: Graph, id: string, reader: string | null): Graph {
  return reader === null ? movedBelow(graph, id, 'logic', 'NOT') : above(graph, id, 'NOT', reader).graph;
}

/** NOT away again: `reader` reads what stood behind it. */
export function affirmed(graph: Graph, not: string, id: string, reader: string): Graph {
  const moved = replaced(graph, not, id, reader);
  return readersOf(moved, not).length === 0 && nodeOf(moved, not)?.data.name === undefined ? withoutNodes(moved, new Set([not])) : moved;
}

/** A condition out of its group; a group of one becomes that one. Named conditions are only no longer read here. */
export function withoutCondition(graph: Graph, id: string, groupId: string): Graph {
  const edge = graph.edges.find(({ source, target }) => source === id && target === groupId);
  const cut = edge ? withoutUnused(withoutEdge(graph, edge), id) : graph;
  const rest = cut.edges.filter(({ target }) => target === groupId);
  const [only] = rest;
  if (rest.length !== 1 || !only || nodeOf(cut, groupId)?.data.name !== undefined) return cut;
  return withoutNodes(replaced(withoutEdge(cut, only), groupId, only.source, null), new Set([groupId]));
}

/** Which of the group's conditions must hold. */
export const withOperator = (graph: Graph, id: string, operator: 'AND' | 'OR'): Graph => withData(graph, id, { operator });

/** Another field where a field or an average stands at `handle`; a literal there goes. */
export function withField(graph: Graph, id: string, handle: string, field: string): Graph {
  const node = nodeOf(graph, id), input = node ? inputOf(graph, node, handle) : null;
  const source = input?.edge ? nodeOf(graph, input.edge.source) : null;
  const isOwn = source !== null && source.data.name === undefined && readersOf(graph, source.id).length === 1;
  if (source && isOwn && (source.type === 'input' || source.type === 'indicator')) return withData(graph, source.id, { field });
  return withSource(graph, id, handle, { type: 'input', data: { field } });
}

/** A new value at an input, in place of what was there. */
export function withSource(graph: Graph, id: string, handle: string, made: { type: 'input' | 'indicator'; data: Data }): Graph {
  const node = nodeOf(graph, id), edge = node ? inputOf(graph, node, handle)?.edge : null;
  const key = handle === 'b' && node?.type === 'comparator' ? 'value' : handle;
  const bare = withData(graph, id, { [key]: undefined });
  const source = freeId(bare, made.type === 'input' ? 'value' : 'average');
  const next = withNode(bare, { id: source, ...made }, id);
  return edge ? withoutUnused(redirected(next, edge, source), edge.source) : withEdge(next, source, id, handle);
}

/** A value that has a name, at an input. */
export function withNamed(graph: Graph, id: string, handle: string, source: string): Graph {
  const node = nodeOf(graph, id), edge = node ? inputOf(graph, node, handle)?.edge : null;
  const key = handle === 'b' && node?.type === 'comparator' ? 'value' : handle;
  const bare = withData(graph, id, { [key]: undefined });
  return edge ? withoutUnused(redirected(bare, edge, source), edge.source) : withEdge(bare, source, id, handle);
}

/** A number at the right of a comparison; `at` counts from 0 in a range. */
export function withValue(graph: Graph, id: string, at: number, value: Json): Graph {
  const node = nodeOf(graph, id);
  if (!node) return graph;
  if (Array.isArray(node.data.value)) return withData(graph, id, { value: listOf(node.data.value).map((each, i) => (i === at ? value : each)) });
  return withLiteral(graph, id, 'b', node.type === 'cross' ? 'b' : 'value', value);
}

/** Another operator; a range has two values, a crossing is a node of its own. */
export function withComparator(graph: Graph, id: string, operator: string): Graph {
  const node = nodeOf(graph, id);
  if (!node) return graph;
  const crossing = /^crosses (above|below)$/.exec(operator)?.[1];
  if (isRange(operator)) {
    if (Array.isArray(node.data.value)) return withData(graph, id, { operator });
    const one = textOf(node.data.value) ?? textOf(node.data.b) ?? node.data.value ?? '50c';
    const literal = withLiteral(graph, id, 'b', 'value', one);
    return withType(literal, id, 'comparator', { ...named(node), operator, value: [one, one] });
  }
  const single = Array.isArray(node.data.value) ? (listOf(node.data.value)[0] ?? '50c') : (node.data.value ?? node.data.b);
  const right = single === undefined ? {} : { [crossing ? 'b' : 'value']: single };
  const plain = Array.isArray(node.data.value) ? withoutRangeEdges(graph, node) : graph;
  return withType(withHandles(plain, id), id, crossing ? 'cross' : 'comparator', { ...named(node), operator: crossing ?? operator, ...right });
}

const named = (node: GraphNode): Data => (node.data.name === undefined ? {} : { name: node.data.name });

function withoutRangeEdges(graph: Graph, node: GraphNode): Graph {
  return inputsOf(graph, node).filter(({ handle, edge }) => handle !== 'a' && edge !== null)
    .reduce((next, { edge }) => (edge ? withoutUnused(withoutEdge(next, edge), edge.source) : next), graph);
}

/** Inputs named by their handles, so that another type of node takes the same ones. */
function withHandles(graph: Graph, id: string): Graph {
  const node = nodeOf(graph, id);
  if (!node) return graph;
  const handles = new Map(inputsOf(graph, node).flatMap(({ edge, handle }) => (edge ? [[edge, handle] as const] : [])));
  return { ...graph, edges: graph.edges.map((edge) => ({ ...edge, handle: handles.get(edge) ?? edge.handle })) };
}

/** A new rule behind the others: when the price is above 50 cents, buy for ten dollars. */
export function withRule(graph: Graph): Graph {
  const risk = graph.nodes.find(({ type }) => type === 'risk')?.id;
  const id = freeId(graph, 'order');
  const order: Data = { signal: 'buy', outcome: 'UP', size_mode: 'fixed', size_usdc: 10, order_type: 'market' };
  const acted = withNode(graph, { id, type: 'action', data: order }, risk);
  const made = newComparison(acted, NEW_FIELD, id);
  return withEdge(made.graph, made.id, id, 'if');
}

/** A rule with its actions and conditions; names that others read stay. */
export function withoutRule(graph: Graph, id: string): Graph {
  const node = nodeOf(graph, id);
  if (!node) return graph;
  const actions = node.type === 'trigger' ? membersOf(graph, node) : [];
  const owned = new Set([id, ...actions.map((each) => each.id)].flatMap((each) => [...ownedBy(graph, each)]));
  return withoutNodes(graph, owned);
}

/** One more order in a rule; an action that was alone gets a trigger. */
export function withAction(graph: Graph, ruleId: string): Graph {
  const node = nodeOf(graph, ruleId);
  if (!node) return graph;
  const triggered = node.type === 'trigger' ? { graph, id: ruleId } : withTrigger(graph, node);
  const id = freeId(triggered.graph, 'order');
  const after = triggered.graph.nodes.findLastIndex((each) => each.id === triggered.id || membersOf(triggered.graph, nodeOf(triggered.graph, triggered.id) ?? node).includes(each));
  const added = withNode(triggered.graph, { id, type: 'action', data: { signal: 'close', outcome: 'UP' } }, triggered.graph.nodes[after + 1]?.id);
  return withEdge(added, triggered.id, id, null);
}

function withTrigger(graph: Graph, action: GraphNode): { graph: Graph; id: string } {
  const id = freeId(graph, 'rule');
  const made = withNode(graph, { id, type: 'trigger', data: { on: 'when' } }, action.id);
  const cond = inputOf(made, action, 'if')?.edge;
  const moved = cond ? { ...made, edges: made.edges.map((edge) => (edge === cond ? { ...edge, target: id, handle: 'if' } : edge)) } : made;
  return { graph: withEdge(moved, id, action.id, null), id };
}

export const withoutAction = withoutValue;

/** Limits as a list, so that each kind of limit can stand in it. */
function limitItems(node: GraphNode): Json[] {
  const simple = RISK_KEYS.flatMap(({ key, limit, unit, per }): Json[] => {
    const value = node.data[key];
    if (value === undefined) return [];
    return [{ limit, value: unit === '' ? value : unit === '$' ? `$${String(value)}` : `${String(value)}${unit}`, ...(per === null ? {} : { per }) }];
  });
  return [...simple, ...listOf(node.data.items)];
}

function withItems(graph: Graph, id: string, items: readonly Json[]): Graph {
  const gone = Object.fromEntries(RISK_KEYS.map(({ key }) => [key, undefined]));
  return withData(graph, id, { ...gone, items });
}

export function withLimit(graph: Graph, limit: string, value: string | number, per: string | null): Graph {
  const risk = graph.nodes.find(({ type }) => type === 'risk');
  const item: Json = { limit, value, ...(per === null ? {} : { per }) };
  if (risk) return withItems(graph, risk.id, [...limitItems(risk), item]);
  return withNode(graph, { id: freeId(graph, 'risk1'), type: 'risk', data: { items: [item] } });
}

export function withoutLimit(graph: Graph, id: string, at: number): Graph {
  const node = nodeOf(graph, id);
  if (!node) return graph;
  const items = limitItems(node).filter((_, i) => i !== at);
  const edges = inputsOf(graph, node).filter(({ edge }) => edge !== null);
  if (items.length === 0) return withoutNodes(graph, ownedBy(graph, id));
  const cut = edges.find(({ handle }) => handle === `value${at + 1}`)?.edge;
  const bare = cut ? withoutUnused(withoutEdge(graph, cut), cut.source) : graph;
  const moved = bare.edges.map((edge) => {
    const number = edge.target === id ? Number(/^value(\d+)$/.exec(edge.handle ?? '')?.[1] ?? 0) : 0;
    return number > at + 1 ? { ...edge, handle: `value${number - 1}` } : edge;
  });
  return withItems({ ...bare, edges: moved }, id, items);
}

export function withLimitValue(graph: Graph, id: string, at: number, value: string | number): Graph {
  const node = nodeOf(graph, id);
  if (!node) return graph;
  const keys = RISK_KEYS.filter(({ key }) => node.data[key] !== undefined);
  const simple = keys[at];
  const number = typeof value === 'number' ? value : Number(value.replace(/[$%_]/g, ''));
  const fits = simple && (simple.unit === '' || String(value).includes(simple.unit)) && Number.isFinite(number);
  if (simple && fits) return withData(graph, id, { [simple.key]: number });
  const items = limitItems(node).map((item, i) => (i === at && typeof item === 'object' && item !== null && !Array.isArray(item) ? { ...item, value } : item));
  return withItems(graph, id, items);
}
