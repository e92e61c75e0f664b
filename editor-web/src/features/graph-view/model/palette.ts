// palette.ts — what can be put on the canvas, found by words.
import { fields, functions } from '@/shared/generated/catalogue';
import type { Data, NodeType } from '@/shared/graph';

export interface Insertion { readonly id: string; readonly title: string; readonly detail: string; readonly type: NodeType; readonly data: Data }

const BASICS: readonly Omit<Insertion, 'id'>[] = [
  { title: 'compare >', detail: 'a > b', type: 'comparator', data: { operator: '>', value: '50c' } },
  { title: 'compare <', detail: 'a < b', type: 'comparator', data: { operator: '<', value: '50c' } },
  { title: 'between', detail: 'a between b and c', type: 'comparator', data: { operator: 'between', value: ['10c', '90c'] } },
  { title: 'crosses above', detail: 'a crosses above b', type: 'cross', data: { operator: 'above', b: '50c' } },
  { title: 'crosses below', detail: 'a crosses below b', type: 'cross', data: { operator: 'below', b: '50c' } },
  { title: 'and', detail: 'all of them', type: 'logic', data: { operator: 'AND' } },
  { title: 'or', detail: 'any of them', type: 'logic', data: { operator: 'OR' } },
  { title: 'not', detail: 'the opposite', type: 'logic', data: { operator: 'NOT' } },
  { title: 'held for', detail: 'true for a while', type: 'held', data: { for: '5s' } },
  { title: 'number', detail: 'a literal', type: 'const', data: { value: '50c' } },
  { title: '+', detail: 'a + b', type: 'math', data: { operator: '+' } },
  { title: '-', detail: 'a - b', type: 'math', data: { operator: '-' } },
  { title: '*', detail: 'a * b', type: 'math', data: { operator: '*' } },
  { title: '/', detail: 'a / b', type: 'math', data: { operator: '/' } },
  { title: 'prev', detail: 'as it was some steps ago', type: 'prev', data: { n: 1 } },
  { title: 'every', detail: 'sampled in time', type: 'sample', data: { every: '1s' } },
  { title: 'if then else', detail: 'one of two values', type: 'select', data: {} },
  { title: 'otherwise', detail: 'another value where one is unknown', type: 'fallback', data: {} },
  { title: 'setting', detail: 'param', type: 'param', data: { name: 'setting', value: '$50' } },
  { title: 'buy', detail: 'order', type: 'action', data: { signal: 'buy', outcome: 'UP', size_mode: 'fixed', size_usdc: 10, order_type: 'market' } },
  { title: 'sell', detail: 'order', type: 'action', data: { signal: 'sell', outcome: 'UP', size_mode: 'all', order_type: 'market' } },
  { title: 'close', detail: 'order', type: 'action', data: { signal: 'close', outcome: 'UP' } },
  { title: 'when', detail: 'a rule with several orders', type: 'trigger', data: { on: 'when' } },
  { title: 'show', detail: 'a line of its own on the chart', type: 'show', data: { name: 'line' } },
];

const AVERAGES = new Set(['ema', 'sma', 'rsi', 'vwap']);
const TOKEN_OWNERS = new Set(['TOKEN', 'HELD']);

export function insertions(tokens: readonly string[]): Insertion[] {
  const basics = BASICS.map((each) => ({ ...each, id: `basic ${each.title}` }));
  const inputs = fields.flatMap(({ name, owner, column, meaning }): Insertion[] => {
    if (!['TOKEN', 'HELD', 'MARKET', 'TIME', 'MSLOT', 'WALLET'].includes(owner)) return [];
    const paths = TOKEN_OWNERS.has(owner) ? tokens.map((token) => (column === '' ? `${token}.${name}` : column.replace('%', token))) : [column === '' ? name : column];
    return paths.map((field) => ({ id: `field ${field}`, title: field, detail: meaning, type: 'input', data: { field } }));
  });
  const calls = functions.flatMap((row): Insertion[] => {
    const [, fn = '', inputs = ''] = /^(\w+)\((.*)\)/.exec(row.function) ?? [];
    if (fn === 'prev') return [];
    const common = { id: `call ${fn}`, title: fn, detail: row.value };
    if (AVERAGES.has(fn)) return [{ ...common, type: 'indicator', data: { fn: fn.toUpperCase(), period: 20 } }];
    return [{ ...common, type: 'fn', data: { fn, args: inputs.split(', ').filter((each) => each !== '...').map(() => null) } }];
  });
  return [...basics, ...inputs, ...calls];
}

export function foundInsertions(all: readonly Insertion[], typed: string): Insertion[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = all.filter(({ title, detail, type }) => words.every((word) => `${title} ${detail} ${type}`.toLowerCase().includes(word)));
  const starts = (each: Insertion) => Number(!each.title.toLowerCase().startsWith(words[0] ?? ''));
  return fits.toSorted((a, b) => starts(a) - starts(b));
}
