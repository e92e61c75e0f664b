// option-fields.tsx — what a run assumes; on a narrow screen a line that opens.
import { useId, useState } from 'react';

import { useTape } from '@/shared/data/tapes';
import { useNarrow } from '@/shared/hooks/use-narrow';
import { useLanguage, useMessages } from '@/shared/i18n';
import { Button, Icon } from '@/shared/ui';
import { useMarketNames } from '@/shared/hooks/use-runnable';
import { useStreams } from '@/shared/hooks/use-streams';
import type { DataSummary } from '@/shared/wasm/odx.mjs';

import { messages } from '../messages';
import { isCash, isLatency } from '../model/option-checks';
import { endsOf, rangeWords, typedRange, written } from '../model/time-range';
import type { RangeProblem, TimeRange } from '../model/time-range';
import type { Options } from '../model/use-backtest';

interface OptionFieldsProps {
  readonly options: Options;
  readonly data: DataSummary | null;
  readonly onChange: (options: Options) => void;
}

const FIELD = 'h-7 rounded border border-line bg-surface px-1 text-sm text-ink';

export function OptionFields({ options, data, onChange }: OptionFieldsProps) {
  const t = useMessages(messages);
  const { tape, setTape } = useTape();
  const isNarrow = useNarrow();
  const [isOpen, setOpen] = useState(false);
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 py-1 text-xs text-ink-soft">
      {isNarrow && <Button look="quiet" className="min-h-7 max-w-full px-1 text-xs max-md:h-auto max-md:whitespace-normal max-md:text-left" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t('assumes', { fill: t(options.fill), cash: options.cash, latency: options.latency })}{rangeWords(options)}<Icon name="chevron" className={isOpen ? 'rotate-180' : undefined} /></Button>}
      {(!isNarrow || isOpen) && (
        <>
          <label>{t('fills')} <select className={FIELD} value={options.fill} onChange={(event) => onChange({ ...options, fill: event.target.value as Options['fill'] })}>{(['touch', 'queue', 'pessimistic'] as const).map((fill) => <option key={fill} value={fill}>{t(fill)}</option>)}</select></label>
          <NumberField label={t('cash')} value={options.cash} isFine={isCash} wrong={t('cashWrong')} className="w-20" onTake={(cash) => onChange({ ...options, cash })} />
          <NumberField label={t('latency')} value={String(options.latency)} isFine={isLatency} wrong={t('latencyWrong')} className="w-14" onTake={(latency) => onChange({ ...options, latency: Number(latency) })} />
          <StreamFields data={data} />
          <RangeFields range={options} data={data} onChange={(range) => onChange({ ...options, ...range })} />
        </>
      )}
      {tape && <span className="inline-flex min-w-0 items-center gap-1"><span className="truncate">{t('data', { name: tape.name })}</span><Button look="quiet" className="h-7" onClick={() => setTape(null)}>{t('sample')}</Button></span>}
    </span>
  );
}

/** Taken when it is left or by Enter; what is wrong stays, with what is expected. */
function NumberField({ label, value, isFine, wrong, className, onTake }: { label: string; value: string; isFine: (typed: string) => boolean; wrong: string; className: string; onTake: (typed: string) => void }) {
  const id = useId();
  const [typed, setTyped] = useState(value), [isWrong, setWrong] = useState(false);
  const take = () => {
    const now = typed.trim();
    setWrong(!isFine(now));
    if (isFine(now) && now !== value) onTake(now);
  };
  return (
    <>
      <label>{label} <input className={`${FIELD} ${className} ${isWrong ? 'border-no' : ''}`} inputMode="decimal" value={typed} aria-invalid={isWrong} aria-describedby={isWrong ? id : undefined}
        onChange={(event) => setTyped(event.target.value)} onBlur={take} onKeyDown={(event) => event.key === 'Enter' && take()} /></label>
      {isWrong && <span id={id} role="alert" className="text-no">{wrong}</span>}
    </>
  );
}

/** Which of the recorded markets each market of the strategy runs on, where there is a choice. */
function StreamFields({ data }: { data: DataSummary | null }) {
  const t = useMessages(messages), language = useLanguage();
  const { streams: chosen, setStream } = useStreams(), markets = useMarketNames();
  const streams = data?.streams ?? [];
  if (streams.length < 2 || markets === '') return null;
  return markets.split('\n').map((market) => (
    <label key={market}>{t('market')} <span translate="no" className="font-mono">{market}</span>{' '}
      <select className={FIELD} value={chosen[market] ?? ''} onChange={(event) => setStream(market, event.target.value || null)}>
        <option value="">{t('ownStream')}</option>
        {streams.map(({ name, ticks }) => <option key={name} value={name}>{t('stream', { name, ticks: ticks.toLocaleString(language) })}</option>)}
      </select>
    </label>
  ));
}

/** Taken when it is left or by Enter; what is wrong stays in its field, with what is expected. */
function RangeFields({ range, data, onChange }: { range: TimeRange; data: DataSummary | null; onChange: (range: TimeRange) => void }) {
  const t = useMessages(messages), id = useId();
  const [typed, setTyped] = useState({ from: written(range.fromUs), to: written(range.toUs) });
  const [problem, setProblem] = useState<RangeProblem | null>(null);
  const take = () => {
    const read = typedRange(typed.from, typed.to);
    setProblem('problem' in read ? read.problem : null);
    if ('range' in read && (read.range.fromUs !== range.fromUs || read.range.toUs !== range.toUs)) onChange(read.range);
  };
  const ends = data ? endsOf(data) : { fromUs: null, toUs: null };
  const field = (end: 'from' | 'to', label: string, placeholder: string) => {
    const isWrong = problem === end || problem === 'order';
    return <label>{label} <input className={`${FIELD} w-40 placeholder:text-ink-faint ${isWrong ? 'border-no' : ''}`} value={typed[end]} placeholder={placeholder} aria-invalid={isWrong} aria-describedby={isWrong ? id : undefined}
      onChange={(event) => setTyped({ ...typed, [end]: event.target.value })} onBlur={take} onKeyDown={(event) => event.key === 'Enter' && take()} /></label>;
  };
  return (
    <>
      {field('from', t('rangeFrom'), written(ends.fromUs).slice(0, 19))}
      {field('to', t('rangeTo'), written(ends.toUs).slice(0, 19))}
      {problem !== null && <span id={id} role="alert" className="text-no">{t(problem === 'order' ? 'rangeOrder' : 'rangeWrong')}</span>}
    </>
  );
}
