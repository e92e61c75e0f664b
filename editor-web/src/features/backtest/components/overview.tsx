// overview.tsx — the verdict in words, the figures, equity in three ways to fill, and where the profit comes from.
import { memo, useCallback, useMemo } from 'react';

import { useCursor } from '@/shared/cursor/cursor';
import { useLanguage, useMessages } from '@/shared/i18n';
import type { Language } from '@/shared/i18n';
import { formatPercent, formatUsd, micros } from '@/shared/lib/money';
import { LineChart } from '@/shared/ui/line-chart';
import type { Line } from '@/shared/ui/line-chart';
import { Table } from '@/shared/ui';
import { messages as verdicts } from '@/shared/verdict/messages';
import type { Verdict } from '@/shared/verdict/messages';
import type { BacktestCurves, FillModel } from '@/shared/wasm/odx.mjs';

import { messages } from '../messages';
import { FIGURES, JUDGED, numberOf, rowOf, rowsOf, textOf } from '../model/report';
import type { Row } from '../model/report';
import type { Shown } from '../model/use-backtest';
import { DataNotes } from './data-notes';
import { Figures, useFigure } from './figures';

const COLOURS: Record<FillModel, string> = { touch: 'yes', queue: 'accent', pessimistic: 'no' };

/** Three curves at instants of their own, on one line of time: each keeps its last value. */
export function merged(curves: BacktestCurves): { seconds: number[]; values: Record<FillModel, number[]> } {
  const models: FillModel[] = ['touch', 'queue', 'pessimistic'];
  const instants = [...new Set(models.flatMap((model) => [...curves[model].ts_us]))].sort((a, b) => a - b);
  const values = { touch: [], queue: [], pessimistic: [] } as Record<FillModel, number[]>;
  for (const model of models) {
    const { ts_us, equity } = curves[model];
    let at = 0;
    for (const instant of instants) {
      while (at + 1 < ts_us.length && (ts_us[at + 1] ?? Infinity) <= instant) at++;
      values[model].push((ts_us[at] ?? Infinity) <= instant ? (equity[at] ?? NaN) : NaN);
    }
  }
  return { seconds: instants.map((us) => us / 1e6), values };
}

/** Of one result, that is: not drawn again while the next one is being made. */
export const Overview = memo(function Overview({ outcome, onPick }: { outcome: Shown; onPick: (us: number) => void }) {
  const { document, curves, remarks, data } = outcome;
  const t = useMessages(messages), language = useLanguage();
  const { cursor } = useCursor();
  const drawn = useMemo(() => merged(curves), [curves]);
  const lines = useMemo((): Line[] => (['touch', 'pessimistic', 'queue'] as const).map((model) => ({ label: t(model), colour: COLOURS[model], values: drawn.values[model], isThin: model !== 'queue', isStepped: true })), [drawn, t]);
  const format = useCallback((dollars: number) => formatUsd(micros(Math.round(dollars * 1e6)), language), [language]);
  const judgement = rowOf(document, 'judgement'), start = numberOf(document, 'start_cash_micros') ?? 0, end = numberOf(document, 'end_equity_micros') ?? 0;
  const usd = (value: number) => formatUsd(micros(Math.round(value)), language);
  return (
    <div className="flex flex-col gap-2 pb-4">
      <DataNotes data={data} />
      <p className="px-3 pt-3 text-base font-medium" data-testid="verdict">{verdictIn(language, judgement)}</p>
      <div className="grid gap-x-4 lg:grid-cols-2">
        <Figures row={document} figures={FIGURES} />
        <div className="h-52"><LineChart title={t('equity')} summary={t('equitySummary', { from: usd(start), to: usd(end), count: document.total_trades })} seconds={drawn.seconds} lines={lines} at={cursor.tsUs === null ? null : cursor.tsUs / 1e6} onPick={(seconds) => onPick(seconds * 1e6)} format={format} /></div>
      </div>
      <Figures row={judgement} figures={JUDGED} />
      <ByPrice rows={rowsOf(document, 'prices')} />
      <ByTenth rows={rowsOf(document, 'tenths')} />
      {remarks.map((remark) => <p key={remark} className="px-3 text-sm text-ink-soft">{remark}</p>)}
      <p className="px-3 font-mono text-xs break-all text-ink-faint" data-testid="result-sha">{t('sha', { sha: document.result_sha256 })}</p>
    </div>
  );
});

/** The verdict in the language of the page; one that is not known yet, as the result says it. */
function verdictIn(language: Language, judgement: Row): string {
  const name = textOf(judgement, 'verdict');
  return Object.hasOwn(verdicts.en, name) ? verdicts[language][name as Verdict] : textOf(judgement, 'sentence');
}

function ByPrice({ rows }: { rows: readonly Row[] }) {
  const t = useMessages(messages), language = useLanguage(), figure = useFigure();
  const traded = rows.map((row, i) => ({ row, i })).filter(({ row }) => (numberOf(row, 'trades') ?? 0) > 0);
  if (traded.length === 0) return null;
  return (
    <section className="px-3">
      <h3 className="pb-1 text-sm font-medium">{t('prices')}</h3>
      <div className="overflow-x-auto" role="group" aria-label={t('prices')} tabIndex={0}>
        <Table caption={t('prices')} rows={traded} rowKey={({ i }) => String(i)} columns={[
          { id: 'price', title: t('price'), cell: ({ i }) => `${i * 10}–${i * 10 + 10}¢` },
          { id: 'trades', title: t('trades'), numeric: true, cell: ({ row }) => figure(numberOf(row, 'trades'), 'count') },
          { id: 'won', title: t('fig.win_rate'), numeric: true, cell: ({ row }) => formatPercent(numberOf(row, 'win_rate'), language) },
          { id: 'even', title: t('breakEven'), numeric: true, cell: ({ row }) => formatPercent(numberOf(row, 'break_even'), language) },
          { id: 'pnl', title: t('profit'), numeric: true, cell: ({ row }) => figure(numberOf(row, 'pnl_micros'), 'usd', true) },
        ]} />
      </div>
    </section>
  );
}

function ByTenth({ rows }: { rows: readonly Row[] }) {
  const t = useMessages(messages), figure = useFigure();
  const most = Math.max(1, ...rows.map((row) => Math.abs(numberOf(row, 'pnl_micros') ?? 0)));
  if (rows.every((row) => (numberOf(row, 'trades') ?? 0) === 0)) return null;
  return (
    <section className="px-3">
      <h3 className="pb-1 text-sm font-medium">{t('tenths')}</h3>
      <ol className="flex max-w-xl flex-col gap-0.5">
        {rows.map((row, i) => {
          const pnl = numberOf(row, 'pnl_micros') ?? 0;
          return (
            <li key={i} className="flex items-center gap-2 text-xs">
              <span className="w-16 text-right text-ink-faint">{i * 10}–{i * 10 + 10} %</span>
              <span className="h-3 flex-1 bg-sunken"><span className={`block h-3 ${pnl < 0 ? 'bg-no' : 'bg-yes'}`} style={{ width: `${(Math.abs(pnl) / most) * 100}%` }} /></span>
              <span className="w-20 text-right tabular-nums">{figure(pnl, 'usd', true)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
