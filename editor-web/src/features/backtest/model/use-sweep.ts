// use-sweep.ts — a sweep over one or two settings, in slices, stopped when asked; it goes on while other panels are looked at.
import { addTrials } from '@/shared/data/trials';
import type { DocumentSession } from '@/shared/document';
import { useSession } from '@/shared/hooks/use-document';
import type { Runnable } from '@/shared/hooks/use-runnable';
import { Cell, useCell } from '@/shared/lib/cell';
import { closeRun, overRecording, runs } from '@/shared/wasm/runs';

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

class SweepOfDocument {
  readonly state = new Cell(IDLE);
  #token = 0;

  readonly stop = (): void => {
    this.#token++;
    this.#show({ isRunning: false });
  };

  readonly start = async (runnable: Runnable, options: Options, param: readonly string[]): Promise<void> => {
    const mine = ++this.#token, isOver = () => mine !== this.#token;
    this.state.set({ ...IDLE, isRunning: true });
    let opened: number | null = null;
    try {
      const { run, findings, tape } = await overRecording(runnable.tape, () => runs.call('startSweep', { ...askOf(runnable, options), param, way: 'grid' }));
      opened = run;
      if (run === null) throw new Error(findings.findings.find(({ level }) => level === 'error')?.title ?? '');
      for (let step = await runs.call('stepSweep', run); !step.done; step = await runs.call('stepSweep', run)) {
        if (isOver()) return;
        this.#show({ cells: step.cells, planned: step.planned });
      }
      const result = await runs.call('sweepResult', run, await addTrials(tape, await runs.call('sweepTrials', run)));
      if (!isOver()) this.#show({ isRunning: false, document: result.document, text: result.text });
    } catch (error) {
      if (!isOver()) this.#show({ isRunning: false, problem: error instanceof Error ? error.message : String(error) });
    } finally {
      closeRun('closeSweep', opened);
    }
  };

  #show(change: Partial<SweepState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

const sweeps = new WeakMap<DocumentSession, SweepOfDocument>();

export function useSweep() {
  const session = useSession(), sweep = sweeps.get(session) ?? new SweepOfDocument();
  sweeps.set(session, sweep);
  return { state: useCell(sweep.state), start: sweep.start, stop: sweep.stop };
}
