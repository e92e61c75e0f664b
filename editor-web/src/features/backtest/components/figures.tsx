// figures.tsx — figures with their names, written by kind.
import { useLanguage, useMessages } from '@/shared/i18n';
import { numberFormat } from '@/shared/lib/formats';
import { formatPercent, formatUsd, micros } from '@/shared/lib/money';

import { messages } from '../messages';
import { numberOf } from '../model/report';
import type { Figure, Row } from '../model/report';

export function useFigure() {
  const language = useLanguage();
  return (value: number | null, kind: Figure, sign = false): string => {
    if (value === null) return '\u2013';
    if (kind === 'usd') return formatUsd(micros(Math.round(value)), language, { sign });
    if (kind === 'percent') return formatPercent(value, language);
    const places = { count: 0, ratio: 3, shares: 2 }[kind];
    return numberFormat(language, { maximumFractionDigits: places, minimumFractionDigits: kind === 'shares' ? places : 0 }).format(value).replace('-', '\u2212');
  };
}

export function Figures({ row, figures }: { row: Row; figures: readonly { readonly key: string; readonly kind: Figure }[] }) {
  const t = useMessages(messages);
  const figure = useFigure();
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-x-4 gap-y-2 px-3 py-2">
      {figures.map(({ key, kind }) => {
        const value = numberOf(row, key);
        const tone = key === 'pnl_micros' && value !== null && value !== 0 ? (value > 0 ? 'text-yes' : 'text-no') : '';
        return (
          <div key={key}>
            <dt className="text-xs text-ink-faint">{t(`fig.${key}` as keyof typeof messages.en)}</dt>
            <dd className={`text-base font-semibold ${tone}`}>{figure(value, kind, key === 'pnl_micros')}</dd>
          </div>
        );
      })}
    </dl>
  );
}
