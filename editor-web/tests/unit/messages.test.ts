// Every table of texts is complete in both languages, with the same holes.
import { describe, expect, it } from 'vitest';

import { filled } from '@/shared/i18n/messages';
import type { Messages } from '@/shared/i18n/messages';

const tables = import.meta.glob<{ messages: Messages<string> }>('../../src/**/messages.ts', { eager: true });
const holes = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();

describe.each(Object.entries(tables).filter(([, { messages }]) => messages))('%s', (_name, { messages: { en, fr } }) => {
  it('says the same in both languages', () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect(text.trim(), key).not.toBe('');
      expect(fr[key]?.trim(), key).not.toBe('');
      expect([...new Set(holes(fr[key] ?? ''))], key).toEqual([...new Set(holes(text))]);
    }
  });
});

it('fills holes and chooses by number', () => {
  const text = '{count} {count|trade|trades} of {who}';
  expect(filled(text, 'en', { count: 1, who: 'x' })).toBe('1 trade of x');
  expect(filled(text, 'en', { count: 0, who: 'x' })).toBe('0 trades of x');
  expect(filled(text, 'fr', { count: 0, who: 'x' })).toBe('0 trade of x');
  expect(filled(text, 'fr', { count: 2 })).toBe('2 trades of {who}');
});
