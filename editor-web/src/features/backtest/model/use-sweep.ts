// use-sweep.ts — a sweep over one or two settings, in slices, stopped when asked.
import { useRef, useState } from 'react';

import { addTrials } from '@/shared/data/trials';
import type { Runnable } from '@/shared/hooks/use-runnable';
import { overRecording, runs } from '@/shared/wasm/runs';

import { askOf } from './use-backtest';
import type { Options } from './use-backtest';
import type { Row } from './report';

export interface SweepState {
  readonly cells: number;
  readonly planned: number;
  readonly isRunning: boolean;
  readonly document: Row | null;
  readonly text: string;
  readonly problem: string | null;
}

const IDLE: SweepState = { cells: 0, planned: 0, isRunning: false, document: null, text: '', problem: null };

export function useSweep() {
  const [state, setState] = useState(IDLE);
  const token = useRef(0);
  const stop = () => {
    token.current++;
    setState((now) => ({ ...now, isRunning: false }));
  };
  const start = async (runnable: Runnable, options: Options, param: readonly string[]) => {
    const mine = ++token.current;
    const isOver = () => mine !== token.current;
    setState({ ...IDLE, isRunning: true });
    let opened: number | null = null;
    try {
      const { run, findings, tape } = await overRecording(runnable.tape, () => runs.call('startSweep', { ...askOf(runnable, options), param, way: 'grid' }));
      opened = run;
      if (run === null) throw new Error(findings.findings.find(({ level }) => level === 'error')?.title ?? '');
      for (let step = await runs.call('stepSweep', run); !step.done; step = await runs.call('stepSweep', run)) {
        if (isOver()) return;
        setState((now) => ({ ...now, cells: step.cells, planned: step.planned }));
      }
      const result = await runs.call('sweepResult', run, await addTrials(tape, await runs.call('sweepTrials', run)));
      if (!isOver()) setState((now) => ({ ...now, isRunning: false, document: result.document, text: result.text }));
    } catch (error) {
      if (!isOver()) setState((now) => ({ ...now, isRunning: false, problem: error instanceof Error ? error.message : String(error) }));
    } finally {
      if (opened !== null) void runs.call('closeSweep', opened).catch(() => undefined);
    }
  };
  return { state, start, stop };
}
