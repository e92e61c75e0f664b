// face.ts — what a node shows on the canvas: a word for its kind, what it says, and its inputs.
import { choiceOf, expressionText, fieldChoices, inputOf, inputsOf, nodeOf, nodeType, spelled, textOf } from '@/shared/graph';
import type { Graph, GraphNode, Json } from '@/shared/graph';

/** What flows along a wire: a condition, a number, or "does". */
export type Flow = 'condition' | 'value' | 'rule' | 'none';

const CONDITIONS = new Set(['comparator', 'logic', 'cross', 'held', 'require']);

/** What comes out of a node; named values take it from what they name. */
export function flowOf(node: GraphNode): Flow {
  const cls = nodeType(node.type)?.class;
  if (CONDITIONS.has(node.type)) return node.type === 'require' ? 'none' : 'condition';
  if (node.type === 'trigger' || node.type === 'legs' || node.type === 'repeat') return 'rule';
  return cls === 'VALUE' || cls === 'NAMED' ? 'value' : 'none';
}

/** May `from` feed the input `handle` of `to`, as far as kinds go? Units are the compiler's to judge. */
export function mayFeed(from: GraphNode, to: GraphNode, handle: string): boolean {
  const flow = flowOf(from), isAct = nodeType(to.type)?.class === 'ACT';
  if (from.id === to.id || flow === 'none') return false;
  if (handle === 'rule') return flow === 'rule' && isAct;
  if (flow === 'rule') return false;
  return wantsCondition(to, handle) ? flow === 'condition' || mayBeEither(from) : flow !== 'condition' || TAKES_EITHER.has(to.type);
}

const wantsCondition = (to: GraphNode, handle: string) => to.type === 'logic' || to.type === 'require' || handle === 'if' || (to.type === 'held' && handle === 'a');

/** Types that hand on what they are given. */
const TAKES_EITHER = new Set(['let', 'select', 'fallback', 'prev', 'show', 'state', 'fn', 'sample']);
const mayBeEither = (node: GraphNode) => TAKES_EITHER.has(node.type) || node.type === 'input';

export interface Port {
  readonly handle: string;
  readonly literal: Json | undefined;
  /** The literal as it is shown. */
  readonly shown: string;
  readonly source: string | null;
  readonly optional: boolean;
}

export interface Face {
  readonly kind: string;
  readonly title: string;
  readonly ports: readonly Port[];
  readonly hasOutput: boolean;
  readonly isAct: boolean;
  readonly flow: Flow;
  readonly note: string | null;
}

function noteOf(node: GraphNode): string | null {
  const notes = node.json['x-notes'];
  const first = Array.isArray(notes) ? (notes as readonly Json[]).find((note): note is string => typeof note === 'string') : undefined;
  return first === undefined ? null : first.replace(/^#+\s?/, '');
}

/** The open input that a group of logic or a call has for one more. */
const GROWS = new Set(['logic', 'fn']);

export function portsOf(graph: Graph, node: GraphNode): Port[] {
  const taken = inputsOf(graph, node).map(({ handle, literal, edge, optional }): Port => ({ handle, literal, shown: literalOf(graph, node, literal), source: edge?.source ?? null, optional }));
  const isFull = taken.every(({ source }) => source !== null) && !(node.type === 'logic' && node.data.operator === 'NOT') && !Array.isArray(node.data.args);
  const next = node.type === 'fn' ? String(taken.length + 1) : String.fromCharCode(97 + taken.length);
  return GROWS.has(node.type) && isFull && taken.length < 26 ? [...taken, { handle: next, literal: undefined, shown: '', source: null, optional: true }] : taken;
}

const CHOICES = fieldChoices(['up', 'down', 'yes', 'no']);

/** A bare number of a comparison with the unit of the column that it is compared with. */
export function literalOf(graph: Graph, node: GraphNode, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value !== 'number' || node.type !== 'comparator') return String(value);
  const edge = inputOf(graph, node, 'a')?.edge;
  const field = textOf((edge ? nodeOf(graph, edge.source) : null)?.data.field), choice = field === null ? null : choiceOf(CHOICES, field);
  return choice ? spelled(value, choice.unit, choice.scale, choice.path) : String(value);
}

function titleOf(graph: Graph, node: GraphNode): string {
  const { data, type } = node;
  const name = textOf(data.name);
  const literal = (value: Json | undefined) => literalOf(graph, node, value);
  switch (type) {
    case 'logic': case 'math': return literal(data.operator);
    case 'comparator': return Array.isArray(data.value) ? `${literal(data.operator)} ${data.value.map(literal).join(' … ')}` : `${literal(data.operator)} ${literal(data.value)}`.trim();
    case 'cross': return `crosses ${literal(data.operator)}`;
    case 'param': return `${name ?? node.id} = ${literal(data.value)}`;
    case 'indicator': case 'fn': return `${literal(data.fn)} ${literal(data.period)} ${literal(data.field)}`.trim();
    case 'action': return [data.signal, data.outcome, data.order_type].map(literal).filter(Boolean).join(' ');
    case 'trigger': return [data.on, data.event].map(literal).filter(Boolean).join(' ');
    case 'code': return literal(data.text).split('\n')[0] ?? '';
    case 'let': case 'state': case 'show': return name ?? node.id;
    case 'held': return `for ${literal(data.for)}`;
    case 'sample': return data.across === true ? 'across slots' : `every ${literal(data.every)}`;
    case 'prev': return `prev ${literal(data.n)}`;
    case 'risk': return '';
    case 'require': return data.else === undefined ? '' : `else ${literal(data.else)}`;
    default: return expressionText(graph, { ...node, data: { ...node.data, name: node.data.name ?? null } as GraphNode['data'] }, true);
  }
}

export function faceOf(graph: Graph, node: GraphNode): Face {
  const cls = nodeType(node.type)?.class, flow = flowOf(node), name = textOf(node.data.name);
  const title = titleOf(graph, node), isNamedValue = cls === 'VALUE' && name !== null && node.type !== 'let';
  return {
    kind: node.type, title: isNamedValue ? `${name}: ${title}` : title, ports: portsOf(graph, node),
    hasOutput: flow !== 'none', isAct: cls === 'ACT', flow, note: noteOf(node),
  };
}
