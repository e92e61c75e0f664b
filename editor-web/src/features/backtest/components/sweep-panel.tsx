// sweep-panel.tsx — one or two settings over a grid: what to try, how far it is, the heat map and the best.
import { memo, useCallback, useMemo } from 'react';

import type { GraphNode } from '@/shared/graph';
import { useDocumentGraph, useGraphEdit } from '@/shared/hooks/use-graph';
import { useRunnable } from '@/shared/hooks/use-runnable';
import { useLanguage, useMessages, useNames } from '@/shared/i18n';
import { formatUsd, micros } from '@/shared/lib/money';
import { Button, EmptyState } from '@/shared/ui';
import { useRefusal } from '@/shared/view';

import { messages } from '../messages';
import { usePanelState } from '../model/panel-state';
import type { Axis } from '../model/panel-state';
import { numberOf, textOf } from '../model/report';
import type { Row } from '../model/report';
import { axesOf, cellsOf, nameOf, paramsOf, profits, rangeOf, refusalOf, spelledLike, withCell, writtenNow } from '../model/sweep-values';
import type { SweepAxis } from '../model/sweep-values';
import type { Options } from '../model/use-backtest';
import { useSweep } from '../model/use-sweep';
import { rankings, sweepVerdicts } from '../result-messages';
import { useFigure } from './figures';

export function SweepPanel({ options }: { options: Options }) {
  const t = useMessages(messages), runnable = useRunnable();
  const graph = useDocumentGraph(), params = useMemo(() => paramsOf(graph), [graph]);
  const { axes, set: setPanel } = usePanelState();
  const { state: sweep, start, stop } = useSweep();
  const refusal = useRefusal();
  const blocked = 'missing' in runnable ? (runnable.missing === 'errors' && refusal !== null ? t('failed', { problem: refusal }) : t(runnable.missing)) : null;
  if (params.length === 0) return <EmptyState icon="chart" title={t('noParams')} />;
  const chosen = [axes[0] ?? (params[0] ? { name: nameOf(params[0]), range: rangeOf(params[0]) } : null), axes[1] ?? null].filter((axis): axis is Axis => axis !== null);
  const set = (at: number, axis: Axis | null) => setPanel({ axes: [0, 1].map((i) => (i === at ? axis : (axes[i] ?? (i === 0 ? (chosen[0] ?? null) : null)))) });
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
      {sweep.problem !== null && <SweepProblem problem={sweep.problem} />}
      {sweep.document && <FinishedSweep document={sweep.document} />}
    </div>
  );
}

function SweepProblem({ problem }: { problem: string }) {
  const t = useMessages(messages), figure = useFigure(), refusal = refusalOf(problem);
  const written = (word: string) => (/^\d+$/.test(word) ? figure(Number(word), 'count') : word);
  const words = Object.fromEntries(Object.entries(refusal?.words ?? {}).map(([name, word]) => [name, written(word)]));
  return <p role="alert" className="text-sm text-no">{refusal ? t(refusal.key, words) : t('failed', { problem: problem.replaceAll('`--param ', '`') })}</p>;
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

function FinishedSweep({ document }: { document: Row }) {
  const t = useMessages(messages), graph = useDocumentGraph(), edit = useGraphEdit();
  const axes = useMemo(() => axesOf(document), [document]), [down = null, across = null] = writtenNow(graph, axes);
  const use = useCallback((values: readonly number[]) => edit((now) => withCell(now, axes, values), { label: t('undo.use') }), [edit, axes, t]);
  return <SweepOutcome document={document} axes={axes} downWritten={down} acrossWritten={across} onUse={use} />;
}

interface SweepOutcomeProps {
  readonly document: Row;
  readonly axes: readonly SweepAxis[];
  /** How the settings are written just now; null: there is none. */
  readonly downWritten: string | null;
  readonly acrossWritten: string | null;
  readonly onUse: (values: readonly number[]) => void;
}

/** Thousands of cells: drawn again when the sweep is another one, or a setting of it is written otherwise. */
const SweepOutcome = memo(function SweepOutcome({ document, axes, downWritten, acrossWritten, onUse }: SweepOutcomeProps) {
  const t = useMessages(messages), verdict = useNames(sweepVerdicts), ranking = useNames(rankings), language = useLanguage();
  const figure = useFigure();
  const cells = cellsOf(document), judgement = (document.judgement ?? {}) as Row, pnlOf = profits(cells);
  const [down, across] = axes, [best] = cells;
  const gone = downWritten === null ? down : acrossWritten === null ? across : undefined, canUse = gone === undefined;
  const most = cells.reduce((highest, cell) => Math.max(highest, Math.abs(numberOf(cell, 'pnl_micros') ?? 0)), 1);
  const inDown = (value: number) => spelledLike(downWritten, value), inAcross = (value: number) => spelledLike(acrossWritten, value);
  const columns: readonly (number | undefined)[] = across ? across.values : [undefined];
  const format = (value: number) => formatUsd(micros(value), language, { sign: true });
  const luck = numberOf(judgement, 'cells_by_luck');
  return (
    <div className="flex flex-col gap-3">
      <p className="font-medium">{verdict(textOf(judgement, 'verdict'), textOf(judgement, 'sentence'))}</p>
      {luck !== null && <p className="text-sm">{t('luck', { count: figure(luck, 'count'), of: figure(cells.length, 'count') })}</p>}
      {best && <p className="flex flex-wrap items-center gap-2 text-sm">{t('best', { by: ranking(textOf(document, 'by')), values: best.values.map((value, i) => `${axes[i]?.param ?? ''} = ${i === 0 ? inDown(value) : inAcross(value)}`).join(', ') })} <Button {...unlessGone(canUse)} onClick={() => canUse && onUse(best.values)}>{t('use')}</Button></p>}
      {gone && <p id={GONE} className="text-sm text-warn">{t('gone', { name: gone.param })}</p>}
      {down && (
        <div className="overflow-x-auto">
          <table className="border-separate border-spacing-0.5 text-xs">
            <caption className="pb-1 text-left text-sm text-ink-soft">{across ? t('heat', { down: down.param, across: across.param }) : `${t('profit')}: ${down.param}`}</caption>
            <thead><tr><th scope="col"><span className="sr-only">{down.param}</span></th>{columns.map((value) => <th key={String(value)} scope="col" className="px-2 font-normal text-ink-soft">{value === undefined ? t('profit') : inAcross(value)}</th>)}</tr></thead>
            <tbody>
              {down.values.map((row) => (
                <tr key={row}>
                  <th scope="row" className="pr-2 text-right font-normal text-ink-soft">{inDown(row)}</th>
                  {columns.map((column) => {
                    const values = column === undefined ? [row] : [row, column];
                    return <HeatCell key={String(column)} pnl={pnlOf(values)} most={most} format={format} onUse={canUse ? () => onUse(values) : null} />;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
});

const GONE = 'sweep-gone';
/** A button that stays where keys find it, and says why it does nothing. */
const unlessGone = (canUse: boolean) => (canUse ? {} : { 'aria-disabled': true, 'aria-describedby': GONE });

function HeatCell({ pnl, most, format, onUse }: { pnl: number | null; most: number; format: (value: number) => string; onUse: (() => void) | null }) {
  const t = useMessages(messages);
  if (pnl === null) return <td className="h-8 min-w-20 bg-sunken" />;
  const share = Math.round((Math.abs(pnl) / most) * 70);
  return (
    <td className="p-0">
      <button type="button" title={onUse ? t('use') : undefined} {...unlessGone(onUse !== null)} onClick={onUse ?? undefined} className="h-8 w-full min-w-20 rounded-sm px-2 text-right tabular-nums text-ink" style={{ background: `color-mix(in srgb, var(--${pnl < 0 ? 'no' : 'yes'}) ${share}%, var(--surface))` }}>{format(pnl)}</button>
    </td>
  );
}
