// results-panel.tsx — what the backtest of the document on the recording came to, kept up with every edit.
import { memo, useCallback, useState } from 'react';

import { useCursor } from '@/shared/cursor/cursor';
import { useWorkspace } from '@/shared/hooks/use-workspace';
import { useMessages } from '@/shared/i18n';
import { Cell, useCell } from '@/shared/lib/cell';
import { EmptyState, tabPanelProps, Tabs } from '@/shared/ui';
import { CannotRun } from '@/shared/view';

import { Downloads } from './components/downloads';
import { KeepButton } from './components/keep-button';
import { KeptPanel } from './components/kept-panel';
import { OptionFields } from './components/option-fields';
import { Overview } from './components/overview';
import { SweepPanel } from './components/sweep-panel';
import { Receipt, SlotTable, TradeTable } from './components/trade-tables';
import { messages } from './messages';
import { TABS, usePanelState } from './model/panel-state';
import type { TabId } from './model/panel-state';
import { NOTHING_YET, useBacktest } from './model/use-backtest';
import type { BacktestState } from './model/use-backtest';

export function ResultsPanel() {
  const [backtest] = useState(() => new Cell(NOTHING_YET));
  return <><LiveBacktest state={backtest} /><Results state={backtest} /></>;
}

/** Draws nothing: at a key the results stay as they are, until there are others. */
function LiveBacktest({ state }: { state: Cell<BacktestState> }) {
  useBacktest(usePanelState().options, state);
  return null;
}

const Results = memo(function Results({ state }: { state: Cell<BacktestState> }) {
  const t = useMessages(messages);
  const backtest = useCell(state), { tab, options, set } = usePanelState();
  const setTab = useCallback((next: TabId) => set({ tab: next }), [set]);
  const { setCursor, cursor } = useCursor();
  const { openDock } = useWorkspace();
  const pick = useCallback((us: number) => {
    setCursor({ ...cursor, tsUs: us });
    openDock('cursor');
  }, [cursor, setCursor, openDock]);
  const showKept = useCallback(() => setTab('kept'), [setTab]), showLive = useCallback(() => setTab('overview'), [setTab]);
  const { outcome } = backtest;
  return (
    <div className="flex h-full min-h-0 flex-col max-md:h-auto">
      <div className="flex flex-wrap items-center gap-x-3 border-b border-line px-2">
        <Tabs label={t('title')} name="results" tabs={TABS.map((id) => ({ id, title: t(id) }))} active={tab} onChange={setTab} />
        {tab !== 'kept' && <OptionFields options={options} data={backtest.data} onChange={(next) => set({ options: next })} />}
        <span className="ml-auto flex flex-wrap items-center gap-1"><Progress state={backtest} />{outcome && tab !== 'kept' && <><KeepButton outcome={outcome} onShow={showKept} /><Downloads outcome={outcome} /></>}</span>
      </div>
      <div {...tabPanelProps('results', tab)} className="min-h-0 flex-1 overflow-auto" tabIndex={0}>
        {tab === 'sweep' ? <SweepPanel options={options} />
          : tab === 'kept' ? <KeptPanel onPick={pick} onLive={showLive} />
          : !outcome ? <Waiting state={backtest} />
          : tab === 'overview' ? <Overview outcome={outcome} onPick={pick} />
          : tab === 'trades' ? <TradeTable document={outcome.document} onPick={pick} />
          : tab === 'slots' ? <SlotTable document={outcome.document} onPick={pick} />
          : <Receipt document={outcome.document} />}
      </div>
    </div>
  );
});

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
