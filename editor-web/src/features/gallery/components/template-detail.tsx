import { useLanguage, useMessages, useNames } from '@/shared/i18n';
import { formatUsd, micros } from '@/shared/lib/money';
import { Button, CodeText, Icon } from '@/shared/ui';
import { messages as verdicts } from '@/shared/verdict/messages';

import { headingMessages, messages } from '../messages';
import { reasonOf, sectionsOf } from '../model';
import { sentenceOf } from '../template';
import type { SampleResult, Template } from '../template';
import { Sparkline } from './sparkline';

/** One template: its sentences, its honest result, its tests and warnings. */
export function TemplateDetail({ template, onUse }: { template: Template; onUse: () => void }) {
  const t = useMessages(messages);
  const language = useLanguage(), heading = useNames(headingMessages);
  const { title, explain, tests, warnings, result } = template;
  return (
    <article className="space-y-4">
      <header className="flex flex-col items-start justify-between gap-3 lg:flex-row">
        <div className="min-w-0">
          <h2 className="text-xl font-semibold">{title}</h2>
          <p className="text-ink-soft">{sentenceOf(template, language)}</p>
        </div>
        <Button look="primary" icon="play" onClick={onUse}>{t('use')}</Button>
      </header>
      <Result result={result} />
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-ink-soft">
        <li className="flex items-center gap-1"><Icon name="check" className="text-yes" />{t('tests', { count: tests.length })}</li>
        {warnings.length === 0 && <li className="flex items-center gap-1"><Icon name="check" className="text-yes" />{t('noWarnings')}</li>}
        {warnings.map(({ code, title: what }) => <li key={code + what} className="flex items-center gap-1"><Icon name="warning" className="text-warn" /><CodeText text={what} /> <span className="text-xs text-ink-faint">{code}</span></li>)}
      </ul>
      <div className="space-y-4">
        {sectionsOf(explain).map(({ heading: name, lines }) => (
          <section key={name}>
            <h3 className="mb-1 text-sm font-semibold">{heading(name)}</h3>
            <pre tabIndex={0} className="overflow-x-auto whitespace-pre-wrap font-mono text-xs leading-5 text-ink-soft">{lines.join('\n')}</pre>
          </section>
        ))}
      </div>
    </article>
  );
}

function Result({ result }: { result: SampleResult }) {
  const t = useMessages(messages), v = useMessages(verdicts);
  const language = useLanguage();
  const known = 'reason' in result ? reasonOf(result.reason) : null;
  if ('reason' in result)
    return <section className="rounded-md bg-sunken p-3 text-sm"><p className="font-medium">{t('noResult')}</p><p className="text-ink-soft"><CodeText text={known ? t(known.key, { market: known.market }) : result.reason} /></p></section>;
  const usd = (value: number, sign = false) => formatUsd(micros(value), language, { sign });
  const { equity, pnl_micros: pnl, trades, orders, slots, verdict } = result;
  const figures = [[usd(pnl, true), t('profit')], [String(trades), t('trades', { count: trades })], [String(orders), t('orders', { count: orders })], [String(slots), t('slots', { count: slots })]] as const;
  return (
    <section className="border-y border-line py-3">
      <h3 className="text-sm font-medium text-ink-soft">{t('result')}</h3>
      <div className="mt-1 flex flex-wrap items-center gap-x-8 gap-y-2">
        <dl className="flex flex-wrap gap-x-6">
          {figures.map(([value, name], index) => (
            <div key={name} className="flex flex-col-reverse"><dt className="text-xs text-ink-faint">{name}</dt><dd className={`text-lg font-semibold ${index === 0 && pnl !== 0 ? (pnl > 0 ? 'text-yes' : 'text-no') : ''}`}>{value}</dd></div>
          ))}
        </dl>
        {trades > 0 && <div className="min-w-40 flex-1"><Sparkline points={equity} label={t('equity', { from: usd(equity[0] ?? 0), to: usd(equity.at(-1) ?? 0) })} /></div>}
      </div>
      <p className="mt-2 font-medium">{v(verdict)}</p>
      <p className="text-sm text-ink-soft">{t('resultHonest')}</p>
    </section>
  );
}
