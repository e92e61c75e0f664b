import { describe, expect, it } from 'vitest';

import { keptRows, saysSame } from '@/shared/lib/kept';
import { matchesKeys, shownKeys } from '@/shared/lib/keys';
import { formatWhen, numberFormat } from '@/shared/lib/formats';
import { formatCents, formatPercent, formatUsd } from '@/shared/lib/money';
import { addressOf, routeOf } from '@/shared/lib/router';
import { formatDuration, formatInstant } from '@/shared/lib/time';

describe('money', () => {
  it.each([
    [0n, '$0.00', '0,00\u00a0$'],
    [1_234_567_890n, '$1,234.57', '1\u202f234,57\u00a0$'],
    [-1_005_000n, '\u2212$1.01', '\u22121,01\u00a0$'],
    [-4_999n, '$0.00', '0,00\u00a0$'],
    [9_007_199_254_740_993_000_000n, '$9,007,199,254,740,993.00', '9\u202f007\u202f199\u202f254\u202f740\u202f993,00\u00a0$'],
  ])('%s', (micros, en, fr) => {
    expect(formatUsd(micros, 'en')).toBe(en);
    expect(formatUsd(micros, 'fr')).toBe(fr);
  });
  it('signs, cents, per cents', () => {
    expect(formatUsd(2_000_000n, 'en', { sign: true })).toBe('+$2.00');
    expect(formatUsd(0n, 'en', { sign: true })).toBe('$0.00');
    expect(formatCents(525_000n, 'en')).toBe('52.5¢');
    expect(formatCents(525_000n, 'fr')).toBe('52,5¢');
    expect(formatCents(520_000n, 'en')).toBe('52¢');
    expect(formatPercent(-0.1234, 'en')).toBe('\u221212.3%');
    expect(formatPercent(null, 'en')).toBe('\u2013');
  });
});

it('a formatter is made once for a language and its places', () => {
  const { NumberFormat, DateTimeFormat } = Intl;
  let made = 0;
  const counted = <T extends new (...given: never[]) => object>(Format: T) => new Proxy(Format, { construct: (target, given) => { made++; return new target(...given as never[]); } });
  Object.assign(Intl, { NumberFormat: counted(NumberFormat), DateTimeFormat: counted(DateTimeFormat) });
  const said = [0.1, 0.2, 0.3].map((value) => formatPercent(value, 'fr', 4)), days = [0, 1e9].map((ms) => formatWhen(ms, 'fr'));
  Object.assign(Intl, { NumberFormat, DateTimeFormat });
  expect(made).toBe(2);
  expect([said[2], formatPercent(0.3, 'en', 4), formatPercent(0.3, 'en')]).toEqual(['30,0000\u00a0%', '30.0000%', '30.0%']);
  expect([days[0] === days[1], numberFormat('en', { maximumFractionDigits: 1 }).format(0.25)]).toEqual([false, '0.3']);
});

it('time is UTC', () => {
  expect(formatInstant(1_767_603_600_250_000)).toBe('2026-01-05 09:00:00.250');
  expect([4_250_000, 750_000_000, 3_900_000_000].map(formatDuration)).toEqual(['4.25s', '12m 30s', '1h 05m']);
});

it('keys', () => {
  const press = (key: string, held: object = {}) => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });
  expect(matchesKeys(press('z', { ctrlKey: true }), 'Mod+Z', false)).toBe(true);
  expect(matchesKeys(press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Z', false)).toBe(false);
  expect(matchesKeys(press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+Z', false)).toBe(true);
  expect(matchesKeys(press('z', { metaKey: true }), 'Mod+Z', true)).toBe(true);
  expect(matchesKeys(press('z'), 'Mod+Z', false)).toBe(false);
  expect(shownKeys('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
});

it('rows that say the same stay the same objects', () => {
  const before = [{ id: 'a', n: 1 }, { id: 'b', n: 2 }, { id: 'c', n: 3 }];
  expect(keptRows(before, before.map((row) => ({ ...row })))).toBe(before);
  const after = keptRows(before, [{ id: 'a', n: 1 }, { id: 'b', n: 9 }, { id: 'c', n: 3 }]);
  expect(after.map((row, i) => row === before[i])).toEqual([true, false, true]);
  expect(after[1]?.n).toBe(9);
  expect(keptRows(before, [{ id: 'c', n: 3 }, { id: 'a', n: 1 }])).toEqual([before[2], before[0]]);
});

it.each([
  [1, 1, true], ['a', 'b', false], [null, {}, false], [[], {}, false], [{}, [], false], [undefined, null, false],
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true], [[1, 2], [1], false], [[1], [1, 2], false],
  [{ a: 1 }, { a: 1, b: 2 }, false], [{ a: 1, b: 2 }, { a: 1 }, false], [{ a: undefined }, { b: undefined }, false], [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
])('%j says the same as %j: %s', (a, b, same) => expect(saysSame(a, b)).toBe(same));

it('addresses come back', () => {
  for (const route of [{ page: 'gallery' }, { page: 'document', id: 'a b' }, { page: 'rules', code: 'ODX101' }, { page: 'rules', code: null }] as const)
    expect(routeOf(addressOf(route))).toEqual(route);
  expect(routeOf('#/nowhere')).toEqual({ page: 'gallery' });
  expect([routeOf('#/d/%'), routeOf('#/rules/%E0%A4%A')]).toEqual([{ page: 'document', id: '%' }, { page: 'rules', code: '%E0%A4%A' }]);
});
