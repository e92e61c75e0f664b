// use-backtest.ts — the backtest of what is on screen: anew on each edit, in slices, the newest alone.
//
// Promise: a run that was overtaken is closed and shows nothing; its trial counts only if it came to an end.
import { useEffect, useState } from 'react';

import { addTrials, trialsOf } from '@/shared/data/trials';
import { useRunnable } from '@/shared/hooks/use-runnable';
import type { Runnable, RunnableState } from '@/shared/hooks/use-runnable';
import { overRecording, runs } from '@/shared/wasm/runs';
import type { BacktestAsk } from '@/shared/wasm/runs-calls';
import type { BacktestCurves, BacktestDocument, DataSummary, FillModel } from '@/shared/wasm/odx.mjs';

export interface Options { readonly fill: FillModel; readonly cash: string; readonly latency: number }
export const OPTIONS: Options = { fill: 'queue', cash: '1000', latency: 250 };

export interface Outcome {
  readonly document: BacktestDocument;
  readonly text: string;
  readonly curves: BacktestCurves;
  readonly remarks: readonly string[];
  readonly data: DataSummary;
  /** Of the worker, for the page and the table as files. */
  readonly run: number;
}

export interface BacktestState {
  readonly outcome: Outcome | null;
  /** 0 to 1 while a run is under way. */
  readonly part: number | null;
  readonly problem: string | null;
  readonly missing: 'compiling' | 'errors' | 'tape' | null;
}

export const askOf = ({ name, text, modules, tape }: Runnable, { fill, cash, latency }: Options): BacktestAsk => ({ recording: tape.id, name, text, modules, fill, cash, latency });

type Show = (change: Partial<BacktestState>) => void;

async function run(runnable: Runnable, options: Options, isOver: () => boolean, show: Show): Promise<number | null> {
  const started = await overRecording(runnable.tape, () => runs.latest('backtest', 'startBacktest', askOf(runnable, options)));
  if (started === null) return null; // a newer one was asked for
  if (started.run === null) {
    show({ part: null, problem: started.findings.findings.find(({ level }) => level === 'error')?.title ?? '' });
    return null;
  }
  const { run: number, tape, remarks } = started;
  for (let { step } = started; !step.done; step = await runs.call('stepBacktest', number)) {
    if (isOver()) return number;
    show({ part: step.part });
  }
  const [before, data] = await Promise.all([trialsOf(tape), runs.call('summary')]);
  const result = await runs.call('backtestResult', number, before);
  await addTrials(tape, result.trials);
  if (!isOver()) show({ outcome: { document: result.document, text: result.text, curves: result.curves, remarks, data, run: number }, part: null, problem: null });
  return number;
}

export function useBacktest(options: Options): BacktestState & { readonly runnable: RunnableState } {
  const runnable = useRunnable();
  const [state, setState] = useState<Omit<BacktestState, 'missing'>>({ outcome: null, part: null, problem: null });
  useEffect(() => {
    if (!('runnable' in runnable)) return;
    let over = false, opened: number | null = null;
    const show: Show = (change) => { if (!over) setState((now) => ({ ...now, ...change })); };
    void run(runnable.runnable, options, () => over, show).then((number) => {
      opened = number;
      if (over && opened !== null) void runs.call('closeBacktest', opened);
    }, (error: unknown) => show({ part: null, problem: error instanceof Error ? error.message : String(error) }));
    return () => {
      over = true;
      if (opened !== null) void runs.call('closeBacktest', opened).catch(() => undefined);
    };
  }, [runnable, options]);
  return { ...state, missing: 'missing' in runnable ? runnable.missing : null, runnable };
}
