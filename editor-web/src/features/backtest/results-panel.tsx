// results-panel.tsx — what the backtest of the document on the recording came to, kept up with every edit.
import { useMemo, useState } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { useCursor } from '@/shared/cursor/cursor';
import { useTape } from '@/shared/data/tapes';
import { exportedName } from '@/shared/document';
import { useSession } from '@/shared/hooks/use-document';
import { useNarrow } from '@/shared/hooks/use-narrow';
import { useWorkspace } from '@/shared/hooks/use-workspace';
import { useMessages } from '@/shared/i18n';
import { saveFile } from '@/shared/lib/save-file';
import { Button, EmptyState, Icon, Menu, tabPanelProps, Tabs } from '@/shared/ui';
import { CannotRun } from '@/shared/view';
import { runs } from '@/shared/wasm/runs';

import { Overview } from './components/overview';
import { SweepPanel } from './components/sweep-panel';
import { Receipt, SlotTable, TradeTable } from './components/trade-tables';
import { messages } from './messages';
import { OPTIONS, useBacktest } from './model/use-backtest';
import type { BacktestState, Options, Outcome } from './model/use-backtest';

const TABS = ['overview', 'trades', 'slots', 'sweep', 'receipt'] as const;
type TabId = (typeof TABS)[number];

export function ResultsPanel() {
  const t = useMessages(messages);
  const [options, setOptions] = useState<Options>(OPTIONS);
  const [tab, setTab] = useState<TabId>('overview');
  const backtest = useBacktest(options);
  const { setCursor, cursor } = useCursor();
  const { openDock } = useWorkspace();
  const pick = (us: number) => {
    setCursor({ ...cursor, tsUs: us });
    openDock('cursor');
  };
  const { outcome } = backtest;
  return (
    <div className="flex h-full min-h-0 flex-col max-md:h-auto">
      <div className="flex flex-wrap items-center gap-x-3 border-b border-line px-2">
        <Tabs label={t('title')} name="results" tabs={TABS.map((id) => ({ id, title: t(id) }))} active={tab} onChange={setTab} />
        <OptionFields options={options} onChange={setOptions} />
        <span className="ml-auto flex flex-wrap items-center gap-1"><Progress state={backtest} />{outcome && <Downloads outcome={outcome} />}</span>
      </div>
      <div {...tabPanelProps('results', tab)} className="min-h-0 flex-1 overflow-auto" tabIndex={0}>
        {tab === 'sweep' ? <SweepPanel runnable={backtest.runnable} options={options} />
          : !outcome ? <Waiting state={backtest} />
          : tab === 'overview' ? <Overview outcome={outcome} onPick={pick} />
          : tab === 'trades' ? <TradeTable document={outcome.document} onPick={pick} />
          : tab === 'slots' ? <SlotTable document={outcome.document} onPick={pick} />
          : <Receipt document={outcome.document} />}
      </div>
    </div>
  );
}

function Waiting({ state }: { state: BacktestState }) {
  const t = useMessages(messages);
  if (state.missing === 'errors') return <CannotRun />;
  const title = state.problem !== null ? t('failed', { problem: state.problem }) : state.missing ? t(state.missing) : t('running', { part: '' });
  return <EmptyState icon={state.problem === null ? 'clock' : 'error'} title={title} />;
}

/** What is the matter while an older result is still on screen. */
function Progress({ state }: { state: BacktestState }) {
  const t = useMessages(messages);
  if (!state.outcome) return null;
  if (state.problem !== null) return <span role="alert" className="text-xs text-no">{t('failed', { problem: state.problem })}</span>;
  if (state.missing === 'errors') return <span className="text-xs text-warn">{t('errors')}</span>;
  return state.part === null ? null : <span role="status" className="text-xs text-ink-soft">{t('running', { part: `${Math.round(state.part * 100)} %` })}</span>;
}

/** What the run assumes; on a narrow screen a line that opens. */
function OptionFields({ options, onChange }: { options: Options; onChange: (options: Options) => void }) {
  const t = useMessages(messages);
  const { tape, setTape } = useTape();
  const isNarrow = useNarrow();
  const [isOpen, setOpen] = useState(false);
  const field = 'h-7 rounded border border-line bg-surface px-1 text-sm text-ink';
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 py-1 text-xs text-ink-soft">
      {isNarrow && <Button look="quiet" className="h-7 px-1 text-xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t('assumes', { fill: t(options.fill), cash: options.cash, latency: options.latency })}<Icon name="chevron" className={isOpen ? 'rotate-180' : undefined} /></Button>}
      {(!isNarrow || isOpen) && (
        <>
          <label>{t('fills')} <select className={field} value={options.fill} onChange={(event) => onChange({ ...options, fill: event.target.value as Options['fill'] })}>{(['touch', 'queue', 'pessimistic'] as const).map((fill) => <option key={fill} value={fill}>{t(fill)}</option>)}</select></label>
          <label>{t('cash')} <input className={`${field} w-20`} inputMode="decimal" defaultValue={options.cash} onBlur={(event) => /^\d+(\.\d+)?$/.test(event.target.value) && onChange({ ...options, cash: event.target.value })} /></label>
          <label>{t('latency')} <input className={`${field} w-14`} inputMode="numeric" defaultValue={options.latency} onBlur={(event) => /^\d{1,5}$/.test(event.target.value) && onChange({ ...options, latency: Number(event.target.value) })} /></label>
        </>
      )}
      {tape && <span className="inline-flex min-w-0 items-center gap-1"><span className="truncate">{t('data', { name: tape.name })}</span><Button look="quiet" className="h-7" onClick={() => setTape(null)}>{t('sample')}</Button></span>}
    </span>
  );
}

function Downloads({ outcome }: { outcome: Outcome }) {
  const t = useMessages(messages);
  const { getState } = useSession();
  const { run, text } = outcome;
  const commands = useMemo(() => {
    const group = t('title'), stem = () => exportedName(getState().title, 'text').replace(/\.odx$/, '');
    return [
      { id: 'results.html', title: t('html'), group, run: () => void runs.call('backtestPage', run).then((html) => saveFile(`${stem()}.html`, html, 'text/html;charset=utf-8')) },
      { id: 'results.csv', title: t('csv'), group, run: () => void runs.call('backtestTable', run).then((csv) => saveFile(`${stem()}.trades.csv`, csv, 'text/csv;charset=utf-8')) },
      { id: 'results.json', title: t('json'), group, run: () => saveFile(`${stem()}.result.json`, text, 'application/json') },
    ];
  }, [t, getState, run, text]);
  useCommands(commands);
  return <Menu look="quiet" icon="download" label={t('download')} items={commands.map(({ id, title, run: download }) => ({ id, title, icon: 'download', run: download }))} className="h-7">{t('download')}</Menu>;
}
