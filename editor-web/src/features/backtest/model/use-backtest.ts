// use-backtest.ts — the backtest of what is on screen: anew on each edit, in slices, the newest alone, after the frame that shows the edit.
//
// Promise: a run that was overtaken is closed and shows nothing; its trial counts only if it came to an end. The run on
// screen stays open until another takes its place: its files can be asked for.
import { useEffect, useRef } from 'react';

import { addTrials } from '@/shared/data/trials';
import { useRunnable } from '@/shared/hooks/use-runnable';
import type { Runnable } from '@/shared/hooks/use-runnable';
import { afterFrame } from '@/shared/lib/after-frame';
import type { Cell } from '@/shared/lib/cell';
import { closeRun, overRecording, runs } from '@/shared/wasm/runs';
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
  /** Of the worker, for the page and the table as files; open while this is on screen. */
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

export const NOTHING_YET: BacktestState = { data: null, outcome: null, part: null, problem: null, missing: 'compiling' };

type Show = (change: Partial<BacktestState>) => void;

const close = (run: number | null) => closeRun('closeBacktest', run);

/** Null: it was overtaken, or refused. What is answered is open, and whoever asked closes it. */
async function outcomeOf(runnable: Runnable, options: Options, isOver: () => boolean, show: Show): Promise<Outcome | null> {
  const started = await overRecording(runnable.tape, () => runs.latest('backtest', 'startBacktest', askOf(runnable, options)));
  if (started === null) return null; // a newer one was asked for
  if (started.run === null) {
    show({ data: started.data, part: null, problem: started.findings.findings.find(({ level }) => level === 'error')?.title ?? '' });
    return null;
  }
  const { run, tape, remarks, data } = started;
  let outcome: Outcome | null = null;
  try {
    for (let { step } = started; !step.done; step = await runs.call('stepBacktest', run)) {
      if (isOver()) return null;
      show({ part: step.part });
    }
    const trials = await addTrials(tape, await runs.call('backtestTrials', run));
    const { document, text, curves } = await runs.call('backtestResult', run, trials);
    if (!isOver()) outcome = { document, text, curves, remarks, data, runnable, options, run };
    return outcome;
  } finally {
    if (!outcome) close(run);
  }
}

/** Into the cell, so that only what shows it is drawn when it changes. */
export function useBacktest(options: Options, state: Cell<BacktestState>): void {
  const runnable = useRunnable();
  const shown = useRef<number | null>(null);
  useEffect(() => {
    let over = false;
    const show: Show = (change) => { if (!over) state.set({ ...state.get(), ...change }); };
    const missing = 'missing' in runnable ? runnable.missing : null;
    if (state.get().missing !== missing) show({ missing });
    if (!('runnable' in runnable)) return;
    const cancel = afterFrame(() => void outcomeOf(runnable.runnable, options, () => over, show).then((outcome) => {
      if (!outcome) return;
      if (over) return close(outcome.run);
      close(shown.current);
      shown.current = outcome.run;
      show({ data: outcome.data, outcome, part: null, problem: null });
    }, async (error: unknown) => {
      show({ part: null, problem: error instanceof Error ? error.message : String(error) });
      show({ data: await runs.call('summary', runnable.runnable.tape.id).catch(() => null) }); // which markets there are to choose from
    }));
    return () => {
      over = true;
      cancel();
    };
  }, [runnable, options, state]);
  useEffect(() => () => close(shown.current), []);
}
