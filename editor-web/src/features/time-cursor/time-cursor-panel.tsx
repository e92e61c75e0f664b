// time-cursor-panel.tsx — the run on the recording, step by step: chart, scrubber, and each rule's why or why not.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { useCursor } from '@/shared/cursor/cursor';
import { filled, nameIn, useLanguage, useMessages, useNames } from '@/shared/i18n';
import { numberFormat } from '@/shared/lib/formats';
import { formatCents, formatUsd, micros } from '@/shared/lib/money';
import { formatInstant } from '@/shared/lib/time';
import { EmptyState, IconButton } from '@/shared/ui';
import { LineChart } from '@/shared/ui/line-chart';
import type { Line } from '@/shared/ui/line-chart';
import { CannotRun } from '@/shared/view';
import { runs } from '@/shared/wasm/runs';
import type { CursorStep, Effect } from '@/shared/wasm/odx.mjs';
import { signalWords, tokenWords } from '@/shared/words';

import { RuleNowCard } from './components/rule-now';
import { SettingSliders } from './components/setting-sliders';
import { messages } from './messages';
import { useWalk } from './model/use-walk';
import type { Walk } from './model/use-walk';
import { conditionChoices, cursorValues } from './model/values';

export function TimeCursorPanel() {
  const t = useMessages(messages);
  const { walk, ticks, problem, missing } = useWalk();
  if (!walk && missing === 'errors') return <CannotRun />;
  if (!walk) {
    const title = problem !== null ? t('failed', { problem }) : missing ? t(missing) : t('walking', { ticks: ticks ?? 0 });
    return <EmptyState icon={problem === null ? 'clock' : 'error'} title={title} />;
  }
  return (
    <div className="flex h-full min-h-0 flex-col gap-2 overflow-auto p-2">
      {problem !== null && <p role="alert" className="text-sm text-no">{t('failed', { problem })}</p>}
      {missing === 'errors' && <p className="text-sm text-warn">{t('errors')}</p>}
      <WalkView walk={walk} />
    </div>
  );
}

/** The step that is shown: follows the instant that other panels ask for, and keeps it over edits. */
function useStep(walk: Walk) {
  const { cursor, setCursor } = useCursor();
  const [step, setStep] = useState<CursorStep | null>(null);
  const [asked, setAsked] = useState<number | null>(null); // where the next move starts while its answer is on the way
  const [failed, setFailed] = useState('');
  const own = useRef<{ run: number; tsUs: number | null } | null>(null); // what this panel has set, for which run
  const go = useCallback((where: { step: number } | { us: number }) => {
    setAsked('step' in where ? where.step : null);
    runs.latest('cursor', 'cursorAt', walk.run, where).then((found) => {
      if (!found) return;
      own.current = { run: walk.run, tsUs: found.ts_us };
      setStep(found);
      setAsked((now) => (now === found.step ? null : now));
      setCursor({ tsUs: found.ts_us, market: found.market, values: cursorValues(walk.values, found) });
      setFailed('');
    }, (error: unknown) => {
      if (own.current?.run !== walk.run) return; // that run is gone, and its successor asks anew
      setAsked(null);
      setFailed(String(error));
    });
  }, [walk, setCursor]);
  const wanted = cursor.tsUs;
  useEffect(() => {
    if (own.current?.run === walk.run && own.current.tsUs === wanted) return;
    own.current = { run: walk.run, tsUs: wanted };
    go(wanted === null ? { step: 0 } : { us: wanted });
  }, [walk, wanted, go]);
  return { step, at: asked ?? step?.step ?? 0, go, failed };
}

function WalkView({ walk }: { walk: Walk }) {
  const t = useMessages(messages), language = useLanguage();
  const { step, at, go, failed } = useStep(walk);
  const [chosen, setChosen] = useState<number | null>(null);
  const choices = useMemo(() => conditionChoices(walk.conditions, walk.values, walk.counts), [walk]);
  const condition = choices.find(({ value }) => value === chosen) ?? choices[0] ?? null;
  const last = Math.max(0, walk.walked.steps - 1);
  const jump = useCallback((way: 'next' | 'previous') => {
    if (condition) void runs.call('cursorJump', walk.run, condition.value, at, way).then((found) => { if (found !== null) go({ step: found }); });
  }, [walk, condition, at, go]);
  const move = useCallback((by: number) => go({ step: Math.min(last, Math.max(0, at + by)) }), [go, at, last]);
  useCommands(useMemo(() => [
    { id: 'cursor.back', title: t('back'), group: t('title'), keys: 'Alt+ArrowLeft', run: () => move(-1) },
    { id: 'cursor.forward', title: t('forward'), group: t('title'), keys: 'Alt+ArrowRight', run: () => move(1) },
    { id: 'cursor.previous', title: t('previousTrue'), group: t('title'), keys: 'Alt+ArrowUp', run: () => jump('previous') },
    { id: 'cursor.next', title: t('nextTrue'), group: t('title'), keys: 'Alt+ArrowDown', run: () => jump('next') },
  ], [t, move, jump]));
  const { columns } = walk;
  const seconds = useMemo(() => Array.from(columns.ts_us, (us) => us / 1e6), [columns]);
  const lines = useMemo((): Line[] => [{ label: t('bid'), colour: 'yes', values: columns.bid, isThin: true }, { label: t('ask'), colour: 'no', values: columns.ask, isThin: true }], [columns, t]);
  const cents = useCallback((price: number) => formatCents(micros(Math.round(price * 1e6)), language), [language]);
  const time = step ? formatInstant(step.ts_us) : '';
  return (
    <>
      <div className="h-32 shrink-0"><LineChart title={t('chart')} summary={t('chartSummary', { time })} seconds={seconds} lines={lines} at={step ? step.ts_us / 1e6 : null} onPick={(picked) => go({ us: Math.round(picked * 1e6) })} format={cents} /></div>
      <div className="flex flex-wrap items-center gap-2">
        <IconButton icon="skipBack" label={t('ofCondition', { what: t('previousTrue'), condition: condition?.text ?? '' })} onClick={() => jump('previous')} />
        <IconButton icon="back" label={t('back')} onClick={() => move(-1)} />
        <input type="range" aria-label={t('scrub')} aria-valuetext={time} min={0} max={last} value={at} onChange={(event) => go({ step: Number(event.target.value) })} className="min-w-40 flex-1" />
        <IconButton icon="back" label={t('forward')} onClick={() => move(1)} className="rotate-180" />
        <IconButton icon="skipForward" label={t('ofCondition', { what: t('nextTrue'), condition: condition?.text ?? '' })} onClick={() => jump('next')} />
        <span className="w-64 text-right whitespace-nowrap max-md:w-full font-mono text-xs" data-testid="cursor-time" data-step={step?.step}>{time} {step && t('tick', { tick: step.tick })}</span>
      </div>
      <SettingSliders />
      {walk.walked.stopped !== undefined && <p className="text-sm text-warn">{t('stopped', { reason: walk.walked.stopped })}</p>}
      {failed !== '' && <p role="alert" className="text-sm text-no">{failed}</p>}
      {step && <StepRules walk={walk} step={step} choices={choices} chosen={condition?.value ?? null} onChoose={setChosen} />}
    </>
  );
}

function StepRules({ walk, step, choices, chosen, onChoose }: { walk: Walk; step: CursorStep; choices: ReturnType<typeof conditionChoices>; chosen: number | null; onChoose: (value: number) => void }) {
  const t = useMessages(messages), language = useLanguage(), side = useNames(signalWords), token = useNames(tokenWords);
  const size = (shares: number) => numberFormat(language, { maximumFractionDigits: 2 }).format(shares);
  const usd = (dollars: number) => formatUsd(micros(Math.round(dollars * 1e6)), language);
  const said = (effect: Effect) => filled(nameIn(messages, language, `effect.${effect.kind}`, ''), language, {
    ...('side' in effect ? { side: side(effect.side), size: size(effect.size), token: token(effect.token) } : {}), ...('reason' in effect ? { reason: effect.reason } : {}),
  });
  const sent = step.effects.map(said).filter(Boolean).join(', ');
  return (
    <div className="flex flex-col gap-2">
      <p className="text-xs text-ink-soft">{sent === '' ? t('nothingSent') : `${t('sent')}: ${sent}`} · {t('money', { cash: usd(step.cash), equity: usd(step.equity) })}</p>
      <div className="grid gap-2 lg:grid-cols-2">
        {step.rules.map((rule, i) => <RuleNowCard key={i} number={i + 1} label={walk.rules[i]?.label ?? ''} rule={rule} step={step} conditions={choices.filter((each) => each.rule === i + 1)} chosen={chosen} onChoose={onChoose} />)}
      </div>
    </div>
  );
}
