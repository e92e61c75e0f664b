// runs.ts — runs over recorded ticks, for everyone on the page. It starts with the first question.
//
// Promise: a recording that could not be opened is not read again at every edit, only once there may be room for it, or
// when it was dropped again.
import { assetUrl } from '../lib/assets';
import { Caller, WorkerDied } from './rpc';
import { NOT_OPEN } from './runs-calls';
import type { Recording, RunsCalls } from './runs-calls';

/** What could not be opened, as it was dropped, and why. Emptied when something was closed: there may be room by now. */
let refused = new WeakMap<Recording, Error>();
const forget = () => void (refused = new WeakMap());

export const runs = new Caller<RunsCalls>((worker) => {
  forget(); // a new worker has nothing open
  return new Worker(new URL('./runs-worker.ts', import.meta.url), { type: 'module', name: `${worker} ${assetUrl('odx-backtest.wasm')}` });
});

/** Starts what runs over a recording; its bytes go to the worker only if another one is open there. */
export async function overRecording<T>(recording: Recording, start: () => Promise<T | typeof NOT_OPEN>): Promise<T> {
  const { id, name, files } = recording, problem = refused.get(recording);
  if (problem) throw problem;
  let started = await start();
  if (started === NOT_OPEN) {
    try {
      await runs.call('open', { id, name, files });
    } catch (error) {
      if (error instanceof Error && !(error instanceof WorkerDied)) refused.set(recording, error);
      throw error;
    }
    forget(); // the one before was closed
    started = await start();
  }
  if (started === NOT_OPEN) throw new Error(`${name}: another recording was opened meanwhile`);
  return started;
}

/** Nobody waits for it: it fails only where the worker died, and the run with it. */
export function closeRun(name: 'closeBacktest' | 'closeSweep' | 'closeCursor', run: number | null): void {
  if (run === null) return;
  forget();
  void runs.call(name, run).catch(() => undefined);
}
