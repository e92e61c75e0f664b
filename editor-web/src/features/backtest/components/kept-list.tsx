// kept-list.tsx — a line a kept result, the newest first.
import type { KeptRow } from '@/shared/data/results';
import { useLanguage, useMessages } from '@/shared/i18n';
import { numberFormat } from '@/shared/lib/formats';
import { formatPercent } from '@/shared/lib/money';
import { formatInstant } from '@/shared/lib/time';
import { EmptyState, IconButton, Table } from '@/shared/ui';

import { keptMessages } from '../kept-messages';
import { messages } from '../messages';
import { useWhen } from '../model/keep';
import { useFigure } from './figures';

interface KeptListProps {
  readonly rows: readonly KeptRow[];
  readonly onOpen: (row: KeptRow) => void;
  readonly onRemove: (row: KeptRow) => void;
}

export function KeptList({ rows, onOpen, onRemove }: KeptListProps) {
  const t = useMessages(keptMessages), r = useMessages(messages), language = useLanguage(), figure = useFigure(), when = useWhen();
  if (rows.length === 0) return <EmptyState icon="save" title={t('none')}>{t('noneMore')}</EmptyState>;
  const said = ({ name, keptMs }: KeptRow) => ({ name: name || t('untitled'), when: when(keptMs) });
  const instant = (us: number | null) => (us === null ? '\u2013' : formatInstant(us, false));
  return (
    <>
      <Table caption={t('list')} rows={rows} rowKey={({ id }) => id} columns={[
        { id: 'name', title: t('name'), cell: (row) => <button type="button" className="rounded text-left font-medium text-accent hover:underline" aria-label={t('open', said(row))} onClick={() => onOpen(row)} translate="no">{row.name || t('untitled')}</button> },
        { id: 'when', title: t('when'), cell: ({ keptMs }) => when(keptMs) },
        { id: 'recording', title: t('recording'), cell: ({ recording, fromUs, toUs }) => <><span className="block" translate="no">{recording}</span><span className="block text-xs text-ink-soft">{instant(fromUs)} → {instant(toUs)}</span></> },
        { id: 'pnl', title: r('profit'), numeric: true, cell: ({ pnlMicros }) => <span className={pnlMicros < 0 ? 'text-no' : 'text-yes'}>{figure(pnlMicros, 'usd', true)}</span> },
        { id: 'trades', title: r('trades'), numeric: true, cell: ({ trades }) => figure(trades, 'count') },
        { id: 'won', title: r('fig.win_rate'), numeric: true, cell: ({ winRate }) => formatPercent(winRate, language) },
        { id: 'fall', title: r('fig.max_drawdown'), numeric: true, cell: ({ maxDrawdown }) => formatPercent(maxDrawdown, language) },
        { id: 'fill', title: r('fills'), cell: ({ fill }) => r(fill) },
        { id: 'remove', title: <span className="sr-only">{t('remove')}</span>, cell: (row) => <IconButton icon="close" label={t('removeOne', said(row))} onClick={() => onRemove(row)} /> },
      ]} />
      <p className="px-2 py-2 text-xs text-ink-soft">{t('footer', { count: rows.length, size: sizeIn(language, rows.reduce((sum, { bytes }) => sum + bytes, 0)) })}</p>
    </>
  );
}

const sizeIn = (language: string, bytes: number) => numberFormat(language, { style: 'unit', maximumFractionDigits: 1, ...(bytes < 1e6 ? { unit: 'kilobyte' } : { unit: 'megabyte' }) }).format(bytes / (bytes < 1e6 ? 1e3 : 1e6));
