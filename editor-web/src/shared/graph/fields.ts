// fields.ts — what can be compared: the columns of ticks and paths of the language, with unit and scale.
//
// In: rows of the catalogue. Out: choices for a list, and how a bare number of a column is written with its unit.
import { fields } from '../generated/catalogue';

export type Unit = (typeof fields)[number]['unit'];

export interface FieldChoice {
  /** As the document names it: `mid_up`, `up.position`, `slot.left`. */
  readonly path: string;
  /** Key of its words in messages.ts: `bid`, `slot.left`. */
  readonly name: string;
  readonly token: string | null;
  readonly group: FieldGroup;
  readonly unit: Unit;
  readonly scale: number;
}

export const FIELD_GROUPS = ['book', 'move', 'time', 'held', 'wallet'] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

const GROUP_BY_OWNER: Readonly<Record<string, FieldGroup>> = {
  TOKEN: 'book', MARKET: 'move', TIME: 'time', HELD: 'held', MSLOT: 'held', WALLET: 'wallet',
};
const OWNED_BY_TOKEN = new Set(['TOKEN', 'HELD']);

/** Choices for a market whose shares are called `tokens` (up and down, or yes and no). */
export function fieldChoices(tokens: readonly string[]): FieldChoice[] {
  return fields.flatMap(({ name, owner, unit, column, scale }): FieldChoice[] => {
    const group = GROUP_BY_OWNER[owner];
    if (!group) return [];
    const common = { name, group, unit, scale: column === '' ? 0 : Number(scale) };
    if (!OWNED_BY_TOKEN.has(owner)) return [{ ...common, token: null, path: column === '' ? name : column }];
    return tokens.map((token) => ({ ...common, token, path: column === '' ? `${token}.${name}` : column.replace('%', token) }));
  });
}

export function choiceOf(choices: readonly FieldChoice[], path: string): FieldChoice | null {
  const dotted = /^(?:\w+\.)?(up|down|yes|no)\.(\w+)$/.exec(path);
  return choices.find((each) => each.path === path) ??
    choices.find((each) => (dotted ? each.token === dotted[1] && each.name === dotted[2] : each.name === path)) ?? null;
}

const trimmed = (value: number) => String(Number(value.toPrecision(12)));

/** A number of a document as a reader sees it: `0.05` of a price is `5c`, `3` of a percentage `3%`. */
export function spelled(value: number, unit: Unit | null, scale: number, path = ''): string {
  const plain = value / 10 ** scale;
  switch (unit) {
    case 'PRICE': return `${trimmed(plain * 100)}c`;
    case 'RATIO': return `${trimmed(plain * 100)}%`;
    case 'USD': case 'PERCOIN': return `$${trimmed(plain)}`;
    case 'DURATION': return path === 'minutes_into_slot' ? `${trimmed(plain)}m` : `${trimmed(plain)}s`;
    default: return trimmed(plain);
  }
}

const SUFFIX: Partial<Record<Unit, string>> = { PRICE: 'c', RATIO: '%', DURATION: 's', SHARES: ' shares' };

/**
 * What somebody typed, as the document takes it: a bare number gets the unit that is shown beside the field, a
 * comma of French is a point. Null: nothing that could be a value.
 */
export function typedValue(typed: string, unit: Unit | null): string | number | null {
  const text = typed.trim().replace(/(\d),(\d)/g, '$1.$2').replace(/\s+([%c$])/g, '$1').replace(/^([\d._]+)\$$/, '$$$1').replace('¢', 'c').replace('\u2212', '-');
  if (text === '') return null;
  if (!/^-?[\d_]*\.?\d+$/.test(text)) return text;
  if (unit === 'USD' || unit === 'PERCOIN') return text.startsWith('-') ? `-$${text.slice(1)}` : `$${text}`;
  const suffix = unit ? SUFFIX[unit] : undefined;
  return suffix === undefined ? Number(text.replaceAll('_', '')) : `${text}${suffix}`;
}

const YES_NO: readonly string[] = ['yes', 'no'], UP_DOWN: readonly string[] = ['up', 'down'];

/** What the shares of a market are called: those that its orders and fields name. */
export function tokensOf(source: string): readonly string[] {
  return /"(YES|NO)"|\b(?:yes|no)\.|_(?:yes|no)\b/.test(source) ? YES_NO : UP_DOWN;
}
