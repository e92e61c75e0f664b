// trade-tables.tsx — a line a trade, a line a slot; a click takes the time cursor there. Each is that of one result:
// not drawn again while the next one is being made.
import { memo } from 'react';

import { useLanguage, useMessages, useNames } from '@/shared/i18n';
import { formatCents, micros } from '@/shared/lib/money';
import { formatInstant } from '@/shared/lib/time';
import { Badge, CodeText, EmptyState, Table } from '@/shared/ui';
import type { BacktestDocument } from '@/shared/wasm/odx.mjs';
import { tokenWords } from '@/shared/words';

import { messages } from '../messages';
import { numberOf, rowOf, rowsOf, textOf } from '../model/report';
import type { Row } from '../model/report';
import { endings, receiptMeanings, receiptNames } from '../result-messages';
import { useFigure } from './figures';

const SHOWN = 500;

interface Place { readonly document: BacktestDocument; readonly onPick: (us: number) => void }
interface Numbered { readonly row: Row; readonly i: number }

const numbered = (rows: readonly Row[]): Numbered[] => rows.slice(0, SHOWN).map((row, i) => ({ row, i }));

export const TradeTable = memo(function TradeTable({ document, onPick }: Place) {
  const t = useMessages(messages), ending = useNames(endings), share = useNames(tokenWords), language = useLanguage(), figure = useFigure();
  const rows = rowsOf(document, 'trades');
  if (rows.length === 0) return <EmptyState icon="chart" title={t('noTrades')} />;
  const each = (row: Row, value: string, size: string) => {
    const shares = numberOf(row, size) ?? 0, total = numberOf(row, value) ?? 0;
    return shares > 0 ? formatCents(micros(Math.round((total / shares) * 1e6)), language) : '\u2013';
  };
  const cents = (row: Row, key: string) => {
    const value = numberOf(row, key);
    return value === null ? '\u2013' : formatCents(micros(value), language);
  };
  const books = (row: Row) => `${cents(row, 'decision_bid_micros')}/${cents(row, 'decision_ask_micros')} → ${cents(row, 'arrival_bid_micros')}/${cents(row, 'arrival_ask_micros')}`;
  return (
    <Table caption={t('trades')} rows={numbered(rows)} rowKey={({ i }) => String(i)} onSelect={({ row }) => onPick(numberOf(row, 'decided_us') ?? 0)} columns={[
      { id: 'time', title: t('time'), cell: ({ row }) => formatInstant(numberOf(row, 'decided_us') ?? 0, false) },
      { id: 'share', title: t('share'), cell: ({ row }) => share(outcomeName(document, row)) },
      { id: 'size', title: t('size'), numeric: true, cell: ({ row }) => figure((numberOf(row, 'in_size_micros') ?? 0) / 1e6, 'shares') },
      { id: 'in', title: t('entry'), numeric: true, cell: ({ row }) => each(row, 'in_value_micros', 'in_size_micros') },
      { id: 'out', title: t('exit'), numeric: true, cell: ({ row }) => each(row, 'out_value_micros', 'out_size_micros') },
      { id: 'why', title: t('because'), cell: ({ row }) => ending(textOf(row, 'exit')) },
      { id: 'book', title: t('book'), numeric: true, cell: ({ row }) => <span className="whitespace-nowrap text-xs">{books(row)}</span> },
      { id: 'pnl', title: t('profit'), numeric: true, cell: ({ row }) => <span className={(numberOf(row, 'pnl_micros') ?? 0) < 0 ? 'text-no' : 'text-yes'}>{figure(numberOf(row, 'pnl_micros'), 'usd', true)}</span> },
    ]} />
  );
});

/** `up` or `down`, `yes` or `no`, by the market. */
function outcomeName(document: BacktestDocument, row: Row): string {
  const asked = rowOf(document, 'asked'), markets = Array.isArray(asked.markets) ? (asked.markets as Row[]) : [];
  const market = markets[numberOf(row, 'market') ?? 0], isSlot = textOf(market ?? {}, 'selector').includes('updown');
  const names = isSlot ? ['up', 'down'] : ['yes', 'no'];
  return names[numberOf(row, 'outcome') ?? 0] ?? '';
}

export const SlotTable = memo(function SlotTable({ document, onPick }: Place) {
  const t = useMessages(messages), share = useNames(tokenWords), figure = useFigure();
  return (
    <Table caption={t('slots')} rows={numbered(rowsOf(document, 'slot_rows'))} rowKey={({ i }) => String(i)} onSelect={({ row }) => onPick(numberOf(row, 'start_us') ?? 0)} columns={[
      { id: 'time', title: t('time'), cell: ({ row }) => formatInstant(numberOf(row, 'start_us') ?? 0, false) },
      { id: 'winner', title: t('winner'), cell: ({ row }) => (numberOf(row, 'winner') === null ? '\u2013' : share(outcomeName(document, { ...row, outcome: row.winner }))) },
      { id: 'ticks', title: t('ticks'), numeric: true, cell: ({ row }) => figure(numberOf(row, 'ticks'), 'count') },
      { id: 'orders', title: t('orders'), numeric: true, cell: ({ row }) => figure(numberOf(row, 'orders'), 'count') },
      { id: 'trades', title: t('trades'), numeric: true, cell: ({ row }) => figure(numberOf(row, 'trades'), 'count') },
      { id: 'pnl', title: t('profit'), numeric: true, cell: ({ row }) => figure(numberOf(row, 'pnl_micros'), 'usd', true) },
    ]} />
  );
});

/** What the model of the venue knows and does not, and how often each mattered here. */
export const Receipt = memo(function Receipt({ document }: { document: BacktestDocument }) {
  const t = useMessages(messages), name = useNames(receiptNames), meaning = useNames(receiptMeanings), figure = useFigure();
  return (
    <ul className="max-w-4xl p-3 text-sm">
      {rowsOf(document, 'receipt').map((row) => {
        const isModelled = row.modelled === true, key = textOf(row, 'name');
        return (
          <li key={key} className="flex gap-3 border-b border-line py-1.5 last:border-b-0">
            <span className="w-28 shrink-0"><Badge tone={isModelled ? 'yes' : 'warn'}>{t(isModelled ? 'modelled' : 'notModelled')}</Badge></span>
            <span className="w-12 shrink-0 text-right">{figure(numberOf(row, 'count') ?? 0, 'count')} ×</span>
            <span className="min-w-0"><b className="font-medium">{t('named', { name: name(key) })}</b> <CodeText text={meaning(key, textOf(row, 'means'))} /></span>
          </li>
        );
      })}
    </ul>
  );
});
