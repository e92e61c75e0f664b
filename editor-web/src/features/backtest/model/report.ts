// report.ts — the parts of a backtest's document that the page shows, with their types.
import type { BacktestDocument } from '@/shared/wasm/odx.mjs';

export type Row = Readonly<Record<string, unknown>>;

export const numberOf = (row: Row, key: string): number | null => (typeof row[key] === 'number' ? row[key] : null);
export const textOf = (row: Row, key: string): string => (typeof row[key] === 'string' ? row[key] : '');
export const rowsOf = (document: BacktestDocument, key: string): readonly Row[] => {
  const rows = document[key];
  return Array.isArray(rows) ? (rows as Row[]) : [];
};
export const rowOf = (document: BacktestDocument, key: string): Row => {
  const row = document[key];
  return typeof row === 'object' && row !== null && !Array.isArray(row) ? (row as Row) : {};
};

export type Figure = 'usd' | 'percent' | 'count' | 'ratio' | 'shares';

/** What stands on top, and how it is written. Null in the document is "no answer". */
export const FIGURES: readonly { readonly key: string; readonly kind: Figure }[] = [
  { key: 'pnl_micros', kind: 'usd' }, { key: 'return', kind: 'percent' }, { key: 'total_trades', kind: 'count' },
  { key: 'win_rate', kind: 'percent' }, { key: 'max_drawdown', kind: 'percent' }, { key: 'sharpe', kind: 'ratio' },
  { key: 'fees_micros', kind: 'usd' }, { key: 'fill_rate', kind: 'percent' }, { key: 'partial_rate', kind: 'percent' },
  { key: 'slippage_mid_micros', kind: 'usd' }, { key: 'slippage_touch_micros', kind: 'usd' }, { key: 'turnover', kind: 'ratio' },
  { key: 'exposure_mean_micros', kind: 'usd' }, { key: 'exposure_max_micros', kind: 'usd' }, { key: 'held', kind: 'percent' },
  { key: 'profit_factor', kind: 'ratio' }, { key: 'slots', kind: 'count' }, { key: 'slots_traded', kind: 'count' },
];

export const JUDGED: readonly { readonly key: string; readonly kind: Figure }[] = [
  { key: 'trials', kind: 'count' }, { key: 'probabilistic', kind: 'percent' }, { key: 'deflated', kind: 'percent' }, { key: 'track_needed', kind: 'count' },
];
