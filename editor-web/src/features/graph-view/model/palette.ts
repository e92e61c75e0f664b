// palette.ts — what can be put on the canvas, found by words of either the language or the reader.
import { fields, functions } from '@/shared/generated/catalogue';
import type { Data, NodeType } from '@/shared/graph';
import type { Language } from '@/shared/i18n';

import { basicMessages, frenchFields, frenchFunctions, OWNERS } from '../insert-messages';
import { fieldTitle } from './face';

export interface Insertion {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly type: NodeType;
  readonly data: Data;
  /** What the language calls it, where the title is of people. */
  readonly code: string;
}

type BasicKey = Exclude<keyof typeof basicMessages.en, `${string}.more`>;

const BASICS: readonly { readonly key: BasicKey; readonly type: NodeType; readonly data: Data }[] = [
  { key: 'above', type: 'comparator', data: { operator: '>', value: '50c' } },
  { key: 'below', type: 'comparator', data: { operator: '<', value: '50c' } },
  { key: 'between', type: 'comparator', data: { operator: 'between', value: ['10c', '90c'] } },
  { key: 'crossesAbove', type: 'cross', data: { operator: 'above', b: '50c' } },
  { key: 'crossesBelow', type: 'cross', data: { operator: 'below', b: '50c' } },
  { key: 'and', type: 'logic', data: { operator: 'AND' } },
  { key: 'or', type: 'logic', data: { operator: 'OR' } },
  { key: 'not', type: 'logic', data: { operator: 'NOT' } },
  { key: 'held', type: 'held', data: { for: '5s' } },
  { key: 'number', type: 'const', data: { value: '50c' } },
  { key: 'plus', type: 'math', data: { operator: '+' } },
  { key: 'minus', type: 'math', data: { operator: '-' } },
  { key: 'times', type: 'math', data: { operator: '*' } },
  { key: 'over', type: 'math', data: { operator: '/' } },
  { key: 'prev', type: 'prev', data: { n: 1 } },
  { key: 'every', type: 'sample', data: { every: '1s' } },
  { key: 'select', type: 'select', data: {} },
  { key: 'otherwise', type: 'fallback', data: {} },
  { key: 'setting', type: 'param', data: { name: 'setting', value: '$50' } },
  { key: 'buy', type: 'action', data: { signal: 'buy', outcome: 'UP', size_mode: 'fixed', size_usdc: 10, order_type: 'market' } },
  { key: 'sell', type: 'action', data: { signal: 'sell', outcome: 'UP', size_mode: 'all', order_type: 'market' } },
  { key: 'close', type: 'action', data: { signal: 'close', outcome: 'UP' } },
  { key: 'when', type: 'trigger', data: { on: 'when' } },
  { key: 'show', type: 'show', data: { name: 'line' } },
];

const AVERAGES = new Set(['ema', 'sma', 'rsi', 'vwap']);
const TOKEN_OWNERS = new Set(['TOKEN', 'HELD']);
const READABLE: ReadonlySet<string> = new Set(OWNERS);

export function insertions(tokens: readonly string[], language: Language = 'en'): Insertion[] {
  const french = (table: Readonly<Record<string, string>>, name: string, english: string) => (language === 'fr' ? (table[name] ?? english) : english);
  const basics = BASICS.map(({ key, type, data }) => ({ id: `basic ${key}`, type, data, title: basicMessages[language][key], detail: basicMessages[language][`${key}.more`], code: '' }));
  const inputs = fields.flatMap(({ name, owner, column, meaning }): Insertion[] => {
    if (!READABLE.has(owner)) return [];
    const paths = TOKEN_OWNERS.has(owner) ? tokens.map((token) => (column === '' ? `${token}.${name}` : column.replace('%', token))) : [column === '' ? name : column];
    return paths.map((field) => ({ id: `field ${field}`, title: fieldTitle(field, language), detail: french(frenchFields, name, meaning), code: field, type: 'input', data: { field } }));
  });
  const calls = functions.flatMap((row): Insertion[] => {
    const [, fn = '', inputs = ''] = /^(\w+)\((.*)\)/.exec(row.function) ?? [];
    if (fn === 'prev') return [];
    const common = { id: `call ${fn}`, title: fn, detail: french(frenchFunctions, fn, row.value), code: '' };
    if (AVERAGES.has(fn)) return [{ ...common, type: 'indicator', data: { fn: fn.toUpperCase(), period: 20 } }];
    return [{ ...common, type: 'fn', data: { fn, args: inputs.split(', ').filter((each) => each !== '...').map(() => null) } }];
  });
  return [...basics, ...inputs, ...calls];
}

export function foundInsertions(all: readonly Insertion[], typed: string): Insertion[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = all.filter(({ title, detail, type, code }) => words.every((word) => `${title} ${detail} ${type} ${code}`.toLowerCase().includes(word)));
  const starts = (each: Insertion) => Number(![each.title, each.code].some((name) => name.toLowerCase().startsWith(words[0] ?? '')));
  return fits.toSorted((a, b) => starts(a) - starts(b));
}
