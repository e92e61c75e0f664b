// face.ts — what a node shows on the canvas: a word for its kind, what it says, and its inputs, in a language of people.
import { choiceOf, expressionText, fieldChoices, inputOf, inputsOf, isData, listOf, nodeOf, nodeType, spelled, textOf } from '@/shared/graph';
import type { Graph, GraphNode, Input, Json } from '@/shared/graph';
import { filled, nameIn } from '@/shared/i18n';
import type { Holes, Language } from '@/shared/i18n';
import { fieldWords, limitWords, ofToken, perWords, signalWords, tokenWords } from '@/shared/words';

import { inputMessages, titleMessages } from '../node-messages';

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
  /** What people call the input. */
  readonly label: string;
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

export function portsOf(graph: Graph, node: GraphNode, language: Language = 'en'): Port[] {
  const taken = inputsOf(graph, node).filter((input) => !isIdle(node, input)).map(({ handle, literal, edge, optional }): Port => ({ handle, label: labelOf(node, handle, language), literal, shown: literalOf(graph, node, literal), source: edge?.source ?? null, optional }));
  const isFull = taken.every(({ source }) => source !== null) && !(node.type === 'logic' && node.data.operator === 'NOT') && !Array.isArray(node.data.args);
  const next = node.type === 'fn' ? String(taken.length + 1) : String.fromCharCode(97 + taken.length);
  return GROWS.has(node.type) && isFull && taken.length < 26 ? [...taken, { handle: next, label: next, literal: undefined, shown: '', source: null, optional: true }] : taken;
}

/** What only `set` takes is no input of an order; one that is there is shown. */
const ORDERS = new Set(['buy', 'sell', 'close', 'cancel']);
const isIdle = (node: GraphNode, { handle, edge, literal }: Input) => node.type === 'action' && handle === 'value' && edge === null && literal === undefined && ORDERS.has(String(node.data.signal).toLowerCase());

/** `size` is a size, `price2` the second price; of limits each is called by its name. */
function labelOf(node: GraphNode, handle: string, language: Language): string {
  const [, name = handle, number = ''] = /^([a-z]{2,})(\d*)$/.exec(handle) ?? [];
  const limit = node.type === 'risk' ? listOf(node.data.items)[Number(number) - 1] : undefined;
  if (isData(limit)) return [nameIn(limitWords, language, textOf(limit.limit) ?? handle), textOf(limit.per) === null ? '' : `(${nameIn(perWords, language, textOf(limit.per) ?? '')})`].join(' ').trim();
  return `${nameIn(inputMessages, language, name)} ${number}`.trim();
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

/** `mid_up` is the mid price of Up; a path that no list has is shown as it is. */
export function fieldTitle(path: string, language: Language): string {
  const choice = choiceOf(CHOICES, path);
  if (!choice || path.split('.').length > 2) return path;
  const field = nameIn(fieldWords, language, choice.name);
  return choice.token === null ? field : filled(ofToken[language].of, language, { token: nameIn(tokenWords, language, choice.token), field });
}

function titleOf(graph: Graph, node: GraphNode, language: Language): string {
  const { data, type } = node;
  const name = textOf(data.name);
  const literal = (value: Json | undefined) => literalOf(graph, node, value);
  const say = (key: keyof typeof titleMessages.en, holes?: Holes) => filled(titleMessages[language][key], language, holes);
  const known = (key: string) => nameIn(titleMessages, language, key);
  switch (type) {
    case 'input': return fieldTitle(literal(data.field), language);
    case 'logic': case 'math': return known(literal(data.operator));
    case 'comparator': return Array.isArray(data.value) ? filled(known(literal(data.operator)), language, { values: data.value.map(literal).join(' … ') }) : `${literal(data.operator)} ${literal(data.value)}`.trim();
    case 'cross': return known(`crosses ${literal(data.operator)}`);
    case 'param': return `${name ?? node.id} = ${literal(data.value)}`;
    case 'indicator': case 'fn': return `${literal(data.fn)} ${literal(data.period)} ${data.field === undefined ? '' : fieldTitle(literal(data.field), language)}`.trim();
    case 'action': return [nameIn(signalWords, language, literal(data.signal)), nameIn(tokenWords, language, literal(data.outcome).toLowerCase(), literal(data.outcome)), known(literal(data.order_type))].filter(Boolean).join(' ');
    case 'trigger': return data.event === undefined ? known(literal(data.on)) : say('on', { event: literal(data.event) });
    case 'code': return literal(data.text).split('\n')[0] ?? '';
    case 'let': case 'state': case 'show': return name ?? node.id;
    case 'held': return say('held', { span: literal(data.for) });
    case 'sample': return data.across === true ? say('across') : say('every', { span: literal(data.every) });
    case 'prev': return say('prev', { count: literal(data.n) || 1 });
    case 'risk': return say('limits', { count: Math.max(listOf(data.items).length, Object.keys(data).filter((key) => key !== 'items').length) });
    case 'require': return data.else === undefined ? '' : say('else', { what: literal(data.else) });
    default: return expressionText(graph, { ...node, data: { ...node.data, name: node.data.name ?? null } as GraphNode['data'] }, true);
  }
}

export function faceOf(graph: Graph, node: GraphNode, language: Language = 'en'): Face {
  const cls = nodeType(node.type)?.class, flow = flowOf(node), name = textOf(node.data.name);
  const title = titleOf(graph, node, language), isNamedValue = cls === 'VALUE' && name !== null && node.type !== 'let';
  return {
    kind: node.type, title: isNamedValue ? `${name}: ${title}` : title, ports: portsOf(graph, node, language),
    hasOutput: flow !== 'none', isAct: cls === 'ACT', flow, note: noteOf(node),
  };
}
