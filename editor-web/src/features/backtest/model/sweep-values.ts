// sweep-values.ts — values of a sweep as the settings of the strategy spell them, and back into those settings.
//
// In: the graph, a finished sweep. Promise: a sweep is read by the settings that it was made over, whichever are
// chosen for the next one; a cell is taken as a whole or not at all.
import { textOf as jsonText, withData } from '@/shared/graph';
import type { Graph, GraphNode } from '@/shared/graph';

import { numberOf } from './report';
import type { Row } from './report';

export const paramsOf = (graph: Graph | null): readonly GraphNode[] => graph?.nodes.filter(({ type }) => type === 'param') ?? [];
export const nameOf = (node: GraphNode): string => jsonText(node.data.name) ?? node.id;

/** What `--param` takes: the range that the strategy gives its setting, or around its value. */
export function rangeOf({ data }: GraphNode): string {
  const { low, high, step, value, choices } = data;
  if (Array.isArray(choices)) return choices.map(String).join(',');
  if (low !== undefined && high !== undefined) return `${String(low)}..${String(high)}${step === undefined ? '' : ` step ${String(step)}`}`;
  return String(value ?? '');
}

export interface SweepAxis { readonly param: string; readonly values: readonly number[] }
export type SweepCell = Row & { readonly values: readonly number[] };

export const axesOf = ({ axes }: Row): readonly SweepAxis[] => (Array.isArray(axes) ? (axes as SweepAxis[]) : []);
export const cellsOf = ({ cells }: Row): readonly SweepCell[] => (Array.isArray(cells) ? (cells as SweepCell[]) : []);

/** The mean profit of each cell, by its values. */
export function profits(cells: readonly SweepCell[]): (values: readonly number[]) => number | null {
  const known = new Map(cells.map((cell) => [cell.values.join(), numberOf(cell, 'pnl_micros')]));
  return (values) => known.get(values.join()) ?? null;
}

/** How each setting of a sweep is written just now; null: the strategy has it no more. */
export function writtenNow(graph: Graph | null, axes: readonly SweepAxis[]): readonly (string | null)[] {
  const values = new Map(paramsOf(graph).map((node) => [nameOf(node), String(node.data.value ?? '')]));
  return axes.map(({ param }) => values.get(param) ?? null);
}

/** A value of the grid in the unit in which the setting is written. */
export function spelledLike(written: string | null, value: number): string {
  const model = written ?? '', plain = (number: number) => String(Number(number.toPrecision(10)));
  if (model.endsWith('%')) return `${plain(value * 100)}%`;
  if (model.endsWith('c')) return `${plain(value * 100)}c`;
  if (model.startsWith('$')) return `$${plain(value)}`;
  const unit = /[a-z ]+$/.exec(model)?.[0] ?? '', seconds = { s: 1, m: 60, h: 3600, d: 86400, ms: 0.001 }[unit];
  return seconds === undefined ? `${plain(value)}${unit}` : `${plain(value / seconds)}${unit}`;
}

/** Why a sweep is refused, as `odx sweep` says it, which names its flags there. */
const REFUSALS = [
  ['tooManyCells', /^the grid has (?<count>\d+) cells, at most (?<most>\d+) are tried/],
  ['tooMuchMemory', /^(?<count>\d+) cells of \d+ \w+ each are more than is kept in memory/],
  ['tooManyValues', /^`(?<name>[^`]+)` would have more than (?<most>\d+) values/],
] as const;

export interface Refusal { readonly key: (typeof REFUSALS)[number][0]; readonly words: Readonly<Record<string, string>> }

/** Null: it has no words of the page. */
export function refusalOf(problem: string): Refusal | null {
  for (const [key, pattern] of REFUSALS) {
    const said = pattern.exec(problem);
    if (said) return { key, words: said.groups ?? {} };
  }
  return null;
}

/** The values of a cell as those of the settings; the same graph where one of them is gone. */
export function withCell(graph: Graph, axes: readonly SweepAxis[], values: readonly number[]): Graph {
  const written = writtenNow(graph, axes);
  return written.includes(null) || values.length !== axes.length ? graph : axes.reduce((next, { param }, i) => {
    const node = paramsOf(next).find((each) => nameOf(each) === param);
    return node ? withData(next, node.id, { value: spelledLike(written[i] ?? null, values[i] ?? NaN) }) : next;
  }, graph);
}
