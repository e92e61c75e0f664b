// sweep-panel.tsx — one or two settings over a grid: what to try, how far it is, the heat map and the best.
import { useMemo } from 'react';

import { textOf as jsonText, withData } from '@/shared/graph';
import type { Graph, GraphNode } from '@/shared/graph';
import { useDocumentGraph, useGraphEdit } from '@/shared/hooks/use-graph';
import type { RunnableState } from '@/shared/hooks/use-runnable';
import { useLanguage, useMessages, useNames } from '@/shared/i18n';
import { formatUsd, micros } from '@/shared/lib/money';
import { Button, EmptyState } from '@/shared/ui';
import { useRefusal } from '@/shared/view';

import { messages } from '../messages';
import { usePanelState } from '../model/panel-state';
import type { Axis } from '../model/panel-state';
import { numberOf, textOf } from '../model/report';
import type { Row } from '../model/report';
import type { Options } from '../model/use-backtest';
import { useSweep } from '../model/use-sweep';
import { rankings, sweepVerdicts } from '../result-messages';
import { useFigure } from './figures';

const nameOf = (node: GraphNode) => jsonText(node.data.name) ?? node.id;

/** What `--param` takes: the range that the strategy gives its setting, or around its value. */
function rangeOf({ data }: GraphNode): string {
  const { low, high, step, value, choices } = data;
  if (Array.isArray(choices)) return choices.map(String).join(',');
  if (low !== undefined && high !== undefined) return `${String(low)}..${String(high)}${step === undefined ? '' : ` step ${String(step)}`}`;
  return String(value ?? '');
}

export function SweepPanel({ runnable, options }: { runnable: RunnableState; options: Options }) {
  const t = useMessages(messages);
  const graph = useDocumentGraph();
  const edit = useGraphEdit();
  const params = useMemo(() => graph?.nodes.filter(({ type }) => type === 'param') ?? [], [graph]);
  const { axes, set: setPanel } = usePanelState();
  const { state: sweep, start, stop } = useSweep();
  const refusal = useRefusal();
  const blocked = 'missing' in runnable ? (runnable.missing === 'errors' && refusal !== null ? t('failed', { problem: refusal }) : t(runnable.missing)) : null;
  if (params.length === 0) return <EmptyState icon="chart" title={t('noParams')} />;
  const chosen = [axes[0] ?? (params[0] ? { name: nameOf(params[0]), range: rangeOf(params[0]) } : null), axes[1] ?? null].filter((axis): axis is Axis => axis !== null);
  const set = (at: number, axis: Axis | null) => setPanel({ axes: [0, 1].map((i) => (i === at ? axis : (axes[i] ?? (i === 0 ? (chosen[0] ?? null) : null)))) });
  const use = (values: readonly string[]) => edit((graph) => chosen.reduce((next: Graph, { name }, i) => {
    const node = next.nodes.find((each) => each.type === 'param' && nameOf(each) === name), value = values[i];
    return node && value !== undefined ? withData(next, node.id, { value }) : next;
  }, graph), { label: t('undo.use') });
  return (
    <div className="flex flex-col gap-3 p-3">
      <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => {
        event.preventDefault();
        if ('runnable' in runnable) void start(runnable.runnable, options, chosen.map(({ name, range }) => `${name}=${range}`));
      }}>
        {[0, 1].map((at) => <AxisChoice key={at} label={t(at === 0 ? 'down' : 'across')} axis={chosen[at] ?? null} params={params} other={chosen[1 - at]?.name} isNeeded={at === 0} onChange={(axis) => set(at, axis)} />)}
        {sweep.isRunning ? <Button icon="stop" onClick={stop}>{t('stop')}</Button> : <Button type="submit" look="primary" icon="play" disabled={!('runnable' in runnable)} aria-describedby={blocked === null ? undefined : 'sweep-blocked'} title={blocked ?? undefined}>{t('run')}</Button>}
        {blocked !== null && <span id="sweep-blocked" className="text-sm text-warn">{blocked}</span>}
        {sweep.isRunning && <span role="status" className="text-sm text-ink-soft">{t('cells', { cells: sweep.cells, planned: sweep.planned })} <progress value={sweep.cells} max={Math.max(1, sweep.planned)} className="align-middle" /></span>}
      </form>
      {sweep.problem !== null && <p role="alert" className="text-sm text-no">{t('failed', { problem: sweep.problem })}</p>}
      {sweep.document && <SweepOutcome document={sweep.document} onUse={use} params={chosen.flatMap(({ name }) => params.filter((node) => nameOf(node) === name))} />}
    </div>
  );
}

function AxisChoice({ label, axis, params, other, isNeeded, onChange }: { label: string; axis: Axis | null; params: readonly GraphNode[]; other: string | undefined; isNeeded: boolean; onChange: (axis: Axis | null) => void }) {
  const t = useMessages(messages);
  const choose = (name: string) => {
    const node = params.find((each) => nameOf(each) === name);
    onChange(node ? { name, range: rangeOf(node) } : null);
  };
  return (
    <fieldset className="flex flex-wrap items-end gap-2 text-sm">
      <label className="flex flex-col text-xs text-ink-soft">{label}
        <select value={axis?.name ?? ''} onChange={(event) => choose(event.target.value)} className="h-8 rounded border border-line bg-surface px-2 text-sm text-ink">
          {!isNeeded && <option value="">{t('nothing')}</option>}
          {params.map(nameOf).filter((name) => name !== other).map((name) => <option key={name}>{name}</option>)}
        </select>
      </label>
      {axis && <input aria-label={`${label}: ${t('from')} … ${t('to')}`} value={axis.range} onChange={(event) => onChange({ ...axis, range: event.target.value })} className="field-sizing-content h-8 min-w-32 rounded border border-line bg-surface px-2 font-mono text-sm" />}
    </fieldset>
  );
}

/** A value of the grid as the setting's own unit spells it. */
function spelledLike(node: GraphNode | undefined, value: number): string {
  const model = String(node?.data.value ?? '');
  const plain = (number: number) => String(Number(number.toPrecision(10)));
  if (model.endsWith('%')) return `${plain(value * 100)}%`;
  if (model.endsWith('c')) return `${plain(value * 100)}c`;
  if (model.startsWith('$')) return `$${plain(value)}`;
  const unit = /[a-z ]+$/.exec(model)?.[0] ?? '', seconds = { s: 1, m: 60, h: 3600, d: 86400, ms: 0.001 }[unit];
  return seconds === undefined ? `${plain(value)}${unit}` : `${plain(value / seconds)}${unit}`;
}

function SweepOutcome({ document, params, onUse }: { document: Row; params: readonly GraphNode[]; onUse: (values: readonly string[]) => void }) {
  const t = useMessages(messages), verdict = useNames(sweepVerdicts), ranking = useNames(rankings), language = useLanguage();
  const figure = useFigure();
  const cells = (Array.isArray(document.cells) ? document.cells : []) as readonly (Row & { values: number[] })[];
  const axes = (Array.isArray(document.axes) ? document.axes : []) as readonly { param: string; values: number[] }[];
  const judgement = (document.judgement ?? {}) as Row;
  const [down, across] = axes, [best] = cells;
  const pnlOf = (row: number | undefined, column: number | undefined) => cells.find(({ values }) => values[0] === row && (column === undefined || values[1] === column)) ?? null;
  const most = Math.max(1, ...cells.map((cell) => Math.abs(numberOf(cell, 'pnl_micros') ?? 0)));
  const spelled = (values: readonly number[]) => values.map((value, i) => spelledLike(params[i], value));
  const columns: readonly (number | undefined)[] = across ? across.values : [undefined];
  const luck = numberOf(judgement, 'cells_by_luck');
  return (
    <div className="flex flex-col gap-3">
      <p className="font-medium">{verdict(textOf(judgement, 'verdict'), textOf(judgement, 'sentence'))}</p>
      {luck !== null && <p className="text-sm">{t('luck', { count: figure(luck, 'count'), of: figure(cells.length, 'count') })}</p>}
      {best && <p className="flex flex-wrap items-center gap-2 text-sm">{t('best', { by: ranking(textOf(document, 'by')), values: spelled(best.values).map((value, i) => `${axes[i]?.param ?? ''} = ${value}`).join(', ') })} <Button onClick={() => onUse(spelled(best.values))}>{t('use')}</Button></p>}
      {down && (
        <div className="overflow-x-auto">
          <table className="border-separate border-spacing-0.5 text-xs">
            <caption className="pb-1 text-left text-sm text-ink-soft">{across ? t('heat', { down: down.param, across: across.param }) : `${t('profit')}: ${down.param}`}</caption>
            <thead><tr><th scope="col"><span className="sr-only">{down.param}</span></th>{columns.map((value) => <th key={String(value)} scope="col" className="px-2 font-normal text-ink-soft">{value === undefined ? t('profit') : spelledLike(params[1], value)}</th>)}</tr></thead>
            <tbody>
              {down.values.map((row) => (
                <tr key={row}>
                  <th scope="row" className="pr-2 text-right font-normal text-ink-soft">{spelledLike(params[0], row)}</th>
                  {columns.map((column) => <HeatCell key={String(column)} cell={pnlOf(row, column)} most={most} onUse={() => onUse(spelled(column === undefined ? [row] : [row, column]))} format={(value) => formatUsd(micros(value), language, { sign: true })} />)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function HeatCell({ cell, most, onUse, format }: { cell: Row | null; most: number; onUse: () => void; format: (value: number) => string }) {
  const t = useMessages(messages);
  const pnl = cell ? numberOf(cell, 'pnl_micros') : null;
  if (pnl === null) return <td className="h-8 min-w-20 bg-sunken" />;
  const share = Math.round((Math.abs(pnl) / most) * 70);
  return (
    <td className="p-0">
      <button type="button" title={t('use')} onClick={onUse} className="h-8 w-full min-w-20 rounded-sm px-2 text-right tabular-nums text-ink" style={{ background: `color-mix(in srgb, var(--${pnl < 0 ? 'no' : 'yes'}) ${share}%, var(--surface))` }}>{format(pnl)}</button>
    </td>
  );
}
