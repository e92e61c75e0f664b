// Words of results: the English ones are those of the tables in runtime/, all of them, so that no row stays English in French.
import { expect, it } from 'vitest';

import { endings, rankings, receiptMeanings, receiptNames, sweepVerdicts } from '@/features/backtest/result-messages';

import { readRepository } from '../harness/wasm';

const rows = (file: string, pattern: RegExp) => [...readRepository(file).matchAll(pattern)].map(([, ...groups]) => groups.map(String));

it('sweep_verdict.def', () => {
  const table = rows('runtime/backtest/sweep_verdict.def', /^SWEEP_VERDICT\(\w+, "(\w+)", "(.*)"\)$/gm);
  expect(table.length).toBeGreaterThan(5);
  expect(sweepVerdicts.en).toEqual(Object.fromEntries(table));
});

it('sweep_by.def', () => {
  const names = rows('runtime/backtest/sweep_by.def', /^SWEEP_BY\(\w+, "(\w+)"/gm).flat();
  expect(names.length).toBeGreaterThan(4);
  expect(Object.keys(rankings.en).sort()).toEqual(names.sort());
});

it('receipt.def', () => {
  const table = rows('runtime/matcher/receipt.def', /^RECEIPT\(\w+, "([^"]+)", \w+, "(.*)"\)$/gm);
  expect(table.length).toBeGreaterThan(10);
  expect(receiptMeanings.en).toEqual(Object.fromEntries(table));
  expect(Object.keys(receiptNames.en)).toEqual(table.map(([name]) => name));
});

it('how a trade ends', () => {
  const because = /names\[BECAUSE_COUNT\] = \{([^}]*)\}/.exec(readRepository('runtime/engine/effect.c'))?.[1] ?? '';
  const result = /result_exit_name[^]*?names\[\] = \{([^}]*)\}/.exec(readRepository('runtime/backtest/result.c'))?.[1] ?? '';
  const names = [...`${because} ${result}`.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(8);
  expect(Object.keys(endings.en)).toEqual(names);
});
