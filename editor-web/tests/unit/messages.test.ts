// Every table of texts is complete in both languages, with the same holes, and French where French says something else.
import { describe, expect, it } from 'vitest';

import { filled, nameIn } from '@/shared/i18n';
import type { Messages } from '@/shared/i18n';

const isTable = (value: unknown): value is Messages<string> => typeof value === 'object' && value !== null && 'en' in value && 'fr' in value;
const modules = import.meta.glob<Record<string, unknown>>('../../src/**/*messages.ts', { eager: true });
const tables = Object.entries(modules).flatMap(([file, exported]) => Object.entries(exported).flatMap(([name, value]) => (isTable(value) ? [[`${file} ${name}`, value] as const] : [])));
const holes = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();

describe.each(tables)('%s', (_name, { en, fr }) => {
  it('says the same in both languages', () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect(text.trim(), key).not.toBe('');
      expect(fr[key]?.trim(), key).not.toBe('');
      expect([...new Set(holes(fr[key] ?? ''))], key).toEqual([...new Set(holes(text))]);
    }
  });
});

it('every file of texts is looked at', () => {
  expect(tables.length).toBeGreaterThan(25);
});

/** Words and signs that French says the same way. */
const SAME = new Set(['Up', 'Down', 'Document', 'Page', 'English', 'Français', 'Condition', 'Versions', 'Version {number}', 'volume', 'impact', 'arguments', 'message', 'module', 'ticks', 'Note', 'note', 'crossing', 'dollars',
  'Actions', 'id', '+', '-', '*', '/', 'a > b', 'a < b', 'a + b', 'a - b', 'a * b', 'a / b', '{side} {size} {token}', 'tick {tick}', 'Ticks']);

it('no text is the same in French, but for words that are', () => {
  const same = tables.flatMap(([name, { en, fr }]) => Object.keys(en).filter((key) => en[key] === fr[key] && !SAME.has(en[key] ?? '')).map((key) => `${name} ${key}: ${en[key]}`));
  expect(same).toEqual([]);
});

it('French has a blank before a colon, a semicolon, a question or an exclamation', () => {
  const tight = tables.flatMap(([name, { fr }]) => Object.entries(fr).filter(([, text]) => /[\p{L})}»][:;?!](?=\s|$)/u.test(text)).map(([key, text]) => `${name} ${key}: ${text}`));
  expect(tight).toEqual([]);
});

it('fills holes and chooses by number', () => {
  const text = '{count} {count|trade|trades} of {who}';
  expect(filled(text, 'en', { count: 1, who: 'x' })).toBe('1 trade of x');
  expect(filled(text, 'en', { count: 0, who: 'x' })).toBe('0 trades of x');
  expect(filled(text, 'fr', { count: 0, who: 'x' })).toBe('0 trade of x');
  expect(filled(text, 'fr', { count: 2 })).toBe('2 trades of {who}');
});

it('names without a row are shown as they are', () => {
  const table = { en: { buy: 'buy' }, fr: { buy: 'acheter' } };
  expect([nameIn(table, 'fr', 'buy'), nameIn(table, 'fr', 'fly'), nameIn(table, 'fr', 'fly', 'x'), nameIn(table, 'fr', 'toString')]).toEqual(['acheter', 'fly', 'x', 'toString']);
});
