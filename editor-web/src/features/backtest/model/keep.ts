// keep.ts — a result on screen as one that is kept, and back.
import { useCallback } from 'react';

import type { KeptBody, KeptResult } from '@/shared/data/results';
import { useLanguage } from '@/shared/i18n';
import { formatWhen } from '@/shared/lib/formats';
import type { BacktestCurves, BacktestDocument } from '@/shared/wasm/odx.mjs';

import { endsOf } from './time-range';
import type { TimeRange } from './time-range';
import type { Outcome, Shown } from './use-backtest';

const curveBytes = (curves: BacktestCurves): number => Object.values(curves).reduce((sum, { ts_us, equity, fall }) => sum + ts_us.byteLength + equity.byteLength + fall.byteLength, 0);

/** What was asked for, else where the recording begins and ends. */
function rangeOf({ data, options }: Outcome): TimeRange {
  const { fromUs, toUs } = endsOf(data);
  return { fromUs: options.fromUs ?? fromUs, toUs: options.toUs ?? toUs };
}

export function keptFrom(outcome: Outcome, name: string, id: string, keptMs: number): KeptResult {
  const { document, text, curves, remarks, data, options, runnable } = outcome;
  return {
    row: {
      id, name, keptMs, recording: [runnable.tape.name, ...runnable.markets.flatMap(({ stream }) => stream ?? [])].join(' · '), ...rangeOf(outcome),
      pnlMicros: document.pnl_micros, trades: document.total_trades, winRate: document.win_rate, maxDrawdown: document.max_drawdown, fill: options.fill,
      bytes: text.length + runnable.text.length + curveBytes(curves),
    },
    body: { text, curves, remarks, data, notation: runnable.notation, source: runnable.text, modules: runnable.modules, options },
  };
}

export const shownOf = ({ text, curves, remarks, data }: KeptBody): Shown => ({ document: JSON.parse(text) as BacktestDocument, curves, remarks, data });

export function useWhen(): (ms: number) => string {
  const language = useLanguage();
  return useCallback((ms) => formatWhen(ms, language), [language]);
}
