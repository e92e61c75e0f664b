// A finished sweep: how its values are spelled, and what is done with them.
import { expect, it } from 'vitest';

import { profits, refusalOf, spelledLike, withCell, writtenNow } from '@/features/backtest/model/sweep-values';
import type { Graph } from '@/shared/graph';

import { readRepository } from '../harness/wasm';

const param = (id: string, value: string) => ({ id, type: 'param', data: { name: id, value }, position: null, json: {} });
const graph = { root: {}, nodes: [param('drop', '8c'), param('hold', '2m'), param('part', '5%')], edges: [] } as unknown as Graph;
const valuesOf = ({ nodes }: Graph) => nodes.map(({ data }) => data.value);
const over = (...params: string[]) => params.map((each) => ({ param: each, values: [0.06, 0.1] }));

it.each([['8c', 0.065, '6.5c'], ['5%', 0.1, '10%'], ['$10', 2.5, '$2.5'], ['2m', 90, '1.5m'], ['40 shares', 20, '20 shares'], ['3', 4, '4'], [null, 0.06, '0.06']])('as in %s', (written, value, spelled) => {
  expect(spelledLike(written, value)).toBe(spelled);
});

it('a cell goes to the settings that were swept, in their units', () => {
  expect(writtenNow(graph, over('hold', 'drop'))).toEqual(['2m', '8c']);
  expect(valuesOf(withCell(graph, over('drop'), [0.06]))).toEqual(['6c', '2m', '5%']);
  expect(valuesOf(withCell(graph, over('hold', 'part'), [30, 0.1]))).toEqual(['8c', '0.5m', '10%']);
});

it('a cell is taken as a whole or not at all', () => {
  expect(withCell(graph, over('drop', 'gone'), [0.06, 1])).toBe(graph);
  expect(withCell(graph, over('drop', 'hold'), [0.06])).toBe(graph);
  expect(writtenNow(null, over('drop'))).toEqual([null]);
});

it('the profit of a cell is that of its values', () => {
  const pnl = profits([{ values: [0.1, 3], pnl_micros: 1 }, { values: [0.1, 30], pnl_micros: 2 }, { values: [0.2, 3], pnl_micros: null }]);
  expect([[0.1, 3], [0.1, 30], [0.2, 3], [0.2, 30]].map(pnl)).toEqual([1, 2, null, null]);
  expect(profits([{ values: [0.1], pnl_micros: 1 }])([0.1])).toBe(1);
});

it('a sweep that memory has no room for is refused in words that the page knows', () => {
  expect(readRepository('runtime/backtest/sweeping.c')).toContain('%llu cells of %zu %s each are more than is kept in memory: ');
  expect(refusalOf('9000 cells of 8640 slots each are more than is kept in memory: try fewer cells with --random N')).toEqual({ key: 'tooMuchMemory', words: { count: '9000' } });
  expect(refusalOf('there are no ticks to sweep over')).toBeNull();
});
