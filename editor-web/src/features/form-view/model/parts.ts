// parts.ts — a strategy as the parts of a form, read out of its graph.
//
// In: a graph document. Out: settings, named values, rules, limits, and locked parts in the order of the
// document. Promise: every node belongs to a part; what a sentence cannot say is locked, never dropped.
import { expressionText, inputOf, inputsOf, isData, listOf, membersOf, nodeOf, nodeType, textOf } from '@/shared/graph';
import type { Graph, GraphNode, Json } from '@/shared/graph';

export type Operand =
  | { readonly kind: 'field'; readonly id: string; readonly field: string }
  | { readonly kind: 'average'; readonly id: string; readonly fn: string; readonly field: string; readonly period: Json }
  | { readonly kind: 'named'; readonly id: string; readonly name: string }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'other'; readonly id: string; readonly text: string };

export type Condition =
  | { readonly kind: 'group'; readonly id: string; readonly operator: 'AND' | 'OR'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly id: string; readonly item: Condition }
  | { readonly kind: 'compare'; readonly id: string; readonly operator: string; readonly left: Operand; readonly right: readonly Operand[] }
  | { readonly kind: 'held'; readonly id: string; readonly item: Condition; readonly span: Operand }
  | { readonly kind: 'named'; readonly id: string; readonly name: string }
  | { readonly kind: 'other'; readonly id: string; readonly text: string };

/** An order of a rule, or what is required before it. */
export interface Action {
  readonly id: string;
  readonly node: GraphNode;
  /** What a `require` asks for, where one sentence says it. */
  readonly required: Condition | null;
  /** In the words of the language. */
  readonly text: string;
  /** What feeds the size and the price, where another node does. */
  readonly size: string | null;
  readonly price: string | null;
}

export interface Limit { readonly limit: string; readonly value: Operand; readonly per: string | null }

/** What a setting may be: from a value to a value, or one of a few. */
export type Range = { readonly from: string; readonly to: string; readonly step?: string } | { readonly choices: string };

export type Part =
  | { readonly kind: 'setting'; readonly id: string; readonly name: string; readonly value: string; readonly range: Range | null }
  | { readonly kind: 'value'; readonly id: string; readonly name: string; readonly condition: Condition }
  | { readonly kind: 'rule'; readonly id: string; readonly on: string; readonly event: string | null; readonly condition: Condition | null; readonly actions: readonly Action[]; readonly notes: readonly string[] }
  | { readonly kind: 'risk'; readonly id: string; readonly limits: readonly Limit[] }
  | { readonly kind: 'locked'; readonly id: string; readonly title: string; readonly text: string };

/** The keys of the original's risk, and which limits they are. */
export const RISK_KEYS = [
  { key: 'stoploss_pct', limit: 'stop loss', unit: '%', per: null },
  { key: 'take_profit_pct', limit: 'take profit', unit: '%', per: null },
  { key: 'max_position_usdc', limit: 'max position', unit: '$', per: null },
  { key: 'max_trades_per_slot', limit: 'max trades', unit: '', per: 'per slot' },
] as const;

export const isNamed = (node: GraphNode): boolean => node.type === 'param' || node.type === 'state' || node.type === 'let' || typeof node.data.name === 'string';
const nameOf = (node: GraphNode): string => textOf(node.data.name) ?? node.id;

const CONDITION_TYPES = new Set(['comparator', 'cross', 'held', 'logic']);

function operandOf(graph: Graph, node: GraphNode): Operand {
  const { id, type, data } = node;
  if (isNamed(node)) return { kind: 'named', id, name: nameOf(node) };
  if (type === 'input') return { kind: 'field', id, field: textOf(data.field) ?? '' };
  if (type === 'const') return { kind: 'literal', value: data.value ?? null };
  const hasSource = type === 'indicator' && typeof data.field === 'string' && !graph.edges.some(({ target }) => target === id);
  if (hasSource) return { kind: 'average', id, fn: textOf(data.fn) ?? '', field: textOf(data.field) ?? '', period: data.period ?? null };
  return { kind: 'other', id, text: expressionText(graph, node) };
}

/** What stands at an input: another node, or a literal. */
export function operandAt(graph: Graph, node: GraphNode, handle: string): Operand {
  const input = inputOf(graph, node, handle);
  const source = input?.edge ? nodeOf(graph, input.edge.source) : null;
  return source ? operandOf(graph, source) : { kind: 'literal', value: input?.literal ?? null };
}

function comparison(graph: Graph, node: GraphNode): Condition {
  const { id, data } = node;
  const operator = node.type === 'cross' ? `crosses ${textOf(data.operator) ?? ''}` : (textOf(data.operator) ?? '');
  const values = listOf(data.value);
  const right = values.length
    ? values.map((value, i): Operand => (value === null ? operandAt(graph, node, String(i + 1)) : { kind: 'literal', value }))
    : [operandAt(graph, node, 'b')];
  return { kind: 'compare', id, operator, left: operandAt(graph, node, 'a'), right };
}

/** `isTop`: the node's own definition is wanted, not its name. */
export function conditionOf(graph: Graph, node: GraphNode, isTop = false): Condition {
  const { id, type, data } = node;
  if (!isTop && isNamed(node)) return { kind: 'named', id, name: nameOf(node) };
  if (type === 'comparator' || type === 'cross') return comparison(graph, node);
  const items = () => inputsOf(graph, node).flatMap(({ edge }) => {
    const source = edge ? nodeOf(graph, edge.source) : null;
    return source ? [conditionOf(graph, source)] : [];
  });
  if (type === 'logic') {
    const list = items(), [first] = list;
    if (data.operator === 'NOT') return first ? { kind: 'not', id, item: first } : { kind: 'other', id, text: expressionText(graph, node) };
    return { kind: 'group', id, operator: data.operator === 'OR' ? 'OR' : 'AND', items: list };
  }
  const [item] = type === 'held' ? items() : [];
  if (item) return { kind: 'held', id, item, span: operandAt(graph, node, 'for') };
  return { kind: 'other', id, text: expressionText(graph, node) };
}

function rangeOf({ low, high, step, choices }: GraphNode['data']): Range | null {
  if (Array.isArray(choices)) return { choices: choices.map(String).join(' · ') };
  if (low === undefined) return null;
  return { from: String(low), to: String(high ?? ''), ...(step === undefined ? {} : { step: String(step) }) };
}

const notesOf = (node: GraphNode): string[] =>
  listOf(node.json['x-notes']).flatMap((note) => (typeof note === 'string' && note.startsWith('##') ? [note.replace(/^##\s?/, '')] : []));

function sourceAt(graph: Graph, node: GraphNode, handle: string): GraphNode | null {
  const edge = inputOf(graph, node, handle)?.edge;
  return edge ? nodeOf(graph, edge.source) : null;
}

/** A size that stands elsewhere: its name, and what it is now where that is one value. */
function sizeText(graph: Graph, node: GraphNode): string {
  const name = textOf(node.data.name), value = expressionText(graph, node, true);
  return name === null ? value || node.id : node.type === 'param' ? `${name} (${value})` : name;
}

function actionOf(graph: Graph, node: GraphNode): Action {
  const required = node.type === 'require' ? sourceAt(graph, node, 'a') : null, condition = required && conditionOf(graph, required);
  const size = sourceAt(graph, node, 'size'), price = sourceAt(graph, node, 'price');
  return {
    id: node.id, node, text: expressionText(graph, node),
    required: condition?.kind === 'compare' || condition?.kind === 'named' ? condition : null,
    size: size && sizeText(graph, size),
    price: price && expressionText(graph, price),
  };
}

function ruleOf(graph: Graph, node: GraphNode): Part {
  const source = inputOf(graph, node, 'if')?.edge?.source;
  const condition = source === undefined ? null : nodeOf(graph, source);
  const actions = node.type === 'trigger' ? membersOf(graph, node) : [node];
  return {
    kind: 'rule', id: node.id, on: textOf(node.data.on) ?? 'when', event: textOf(node.data.event), actions: actions.map((each) => actionOf(graph, each)),
    condition: condition ? conditionOf(graph, condition) : null, notes: notesOf(node),
  };
}

function limitsOf(graph: Graph, node: GraphNode): Limit[] {
  const { data } = node;
  const simple = RISK_KEYS.flatMap(({ key, limit, unit, per }): Limit[] => {
    const value = data[key];
    if (value === undefined) return [];
    const text = unit === '$' ? `$${String(value)}` : `${String(value)}${unit}`;
    return [{ limit, per, value: { kind: 'literal', value: text } }];
  });
  const items = listOf(data.items).flatMap((item, i): Limit[] => {
    if (!isData(item)) return [];
    const value: Operand = item.value === undefined ? operandAt(graph, node, `value${i + 1}`) : { kind: 'literal', value: item.value };
    return [{ limit: textOf(item.limit) ?? '', per: textOf(item.per), value }];
  });
  return [...simple, ...items];
}

function lockedOf(graph: Graph, node: GraphNode): Part {
  const text = node.type === 'code' ? (textOf(node.data.text) ?? '') : expressionText(graph, node);
  const title = node.type === 'code' ? (/^\s*(\w+)/.exec(text)?.[1] ?? 'code') : node.type;
  return { kind: 'locked', id: node.id, title, text };
}

const isRead = (graph: Graph, id: string) => graph.edges.some(({ source }) => source === id);

function partOf(graph: Graph, node: GraphNode, members: ReadonlySet<string>): Part[] {
  const { id, type, data } = node;
  if (members.has(id)) return [];
  if (type === 'param') return [{ kind: 'setting', id, name: nameOf(node), value: String(data.value ?? ''), range: rangeOf(data) }];
  if (type === 'trigger' || type === 'action') return [ruleOf(graph, node)];
  if (type === 'risk') return [{ kind: 'risk', id, limits: limitsOf(graph, node) }];
  if (nodeType(type)?.class !== 'VALUE') return [lockedOf(graph, node)];
  if (isNamed(node) || !isRead(graph, id)) {
    const condition = CONDITION_TYPES.has(type) ? conditionOf(graph, node, true) : { kind: 'other' as const, id, text: expressionText(graph, node, true) };
    return [{ kind: 'value', id, name: nameOf(node), condition }];
  }
  return [];
}

export function partsOf(graph: Graph): Part[] {
  const owners = graph.nodes.filter(({ type }) => type === 'trigger' || type === 'legs' || type === 'repeat');
  const members = new Set(owners.flatMap((owner) => membersOf(graph, owner).map(({ id }) => id)));
  return graph.nodes.flatMap((node) => partOf(graph, node, members));
}
