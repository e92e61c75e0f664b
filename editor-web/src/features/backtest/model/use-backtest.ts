// use-backtest.ts — the backtest of what is on screen: anew on each edit, in slices, the newest alone, after the frame that shows the edit.
//
// Promise: a run that was overtaken is closed and shows nothing; its trial counts only if it came to an end.
import { useEffect, useState } from 'react';

import { addTrials } from '@/shared/data/trials';
import { useRunnable } from '@/shared/hooks/use-runnable';
import type { Runnable, RunnableState } from '@/shared/hooks/use-runnable';
import { afterFrame } from '@/shared/lib/after-frame';
import { overRecording, runs } from '@/shared/wasm/runs';
import type { BacktestAsk } from '@/shared/wasm/runs-calls';
import type { BacktestCurves, BacktestDocument, DataSummary, FillModel } from '@/shared/wasm/odx.mjs';

import type { TimeRange } from './time-range';

export interface Options extends TimeRange { readonly fill: FillModel; readonly cash: string; readonly latency: number }
export const OPTIONS: Options = { fill: 'queue', cash: '1000', latency: 250, fromUs: null, toUs: null };

/** What is shown of a result, be it the live one or one that was kept. */
export interface Shown {
  readonly document: BacktestDocument;
  readonly curves: BacktestCurves;
  readonly remarks: readonly string[];
  readonly data: DataSummary;
}

export interface Outcome extends Shown {
  readonly text: string;
  /** What ran, and what was assumed: the page may have gone on since. */
  readonly runnable: Runnable;
  readonly options: Options;
  /** Of the worker, for the page and the table as files. */
  readonly run: number;
}

export interface BacktestState {
  /** What the recording has. */
  readonly data: DataSummary | null;
  readonly outcome: Outcome | null;
  /** 0 to 1 while a run is under way. */
  readonly part: number | null;
  readonly problem: string | null;
  readonly missing: 'compiling' | 'errors' | 'tape' | null;
}

export const askOf = ({ name, text, modules, tape, markets }: Runnable, { fill, cash, latency, fromUs, toUs }: Options): BacktestAsk => ({
  recording: tape.id, markets, name, text, modules, fill, cash, latency, ...(fromUs !== null && { from_us: fromUs }), ...(toUs !== null && { to_us: toUs }),
});

type Show = (change: Partial<BacktestState>) => void;

async function run(runnable: Runnable, options: Options, isOver: () => boolean, show: Show): Promise<number | null> {
  const started = await overRecording(runnable.tape, () => runs.latest('backtest', 'startBacktest', askOf(runnable, options)));
  if (started === null) return null; // a newer one was asked for
  if (started.run === null) {
    show({ data: await runs.call('summary'), part: null, problem: started.findings.findings.find(({ level }) => level === 'error')?.title ?? '' });
    return null;
  }
  const { run: number, tape, remarks } = started;
  for (let { step } = started; !step.done; step = await runs.call('stepBacktest', number)) {
    if (isOver()) return number;
    show({ part: step.part });
  }
  const [trials, data] = await Promise.all([runs.call('backtestTrials', number).then((ours) => addTrials(tape, ours)), runs.call('summary')]);
  const result = await runs.call('backtestResult', number, trials);
  if (!isOver()) show({ data, outcome: { document: result.document, text: result.text, curves: result.curves, remarks, data, runnable, options, run: number }, part: null, problem: null });
  return number;
}

export function useBacktest(options: Options): BacktestState & { readonly runnable: RunnableState } {
  const runnable = useRunnable();
  const [state, setState] = useState<Omit<BacktestState, 'missing'>>({ data: null, outcome: null, part: null, problem: null });
  useEffect(() => {
    if (!('runnable' in runnable)) return;
    let over = false, opened: number | null = null;
    const show: Show = (change) => { if (!over) setState((now) => ({ ...now, ...change })); };
    const cancel = afterFrame(() => void run(runnable.runnable, options, () => over, show).then((number) => {
      opened = number;
      if (over && opened !== null) void runs.call('closeBacktest', opened);
    }, async (error: unknown) => {
      show({ part: null, problem: error instanceof Error ? error.message : String(error) });
      show({ data: await runs.call('summary').catch(() => null) }); // which markets there are to choose from
    }));
    return () => {
      over = true;
      cancel();
      if (opened !== null) void runs.call('closeBacktest', opened).catch(() => undefined);
    };
  }, [runnable, options]);
  return { ...state, missing: 'missing' in runnable ? runnable.missing : null, runnable };
}
