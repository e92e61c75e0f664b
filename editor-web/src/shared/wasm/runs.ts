// runs.ts — runs over recorded ticks, for everyone on the page. It starts with the first question.
import { assetUrl } from '../lib/assets';
import { Caller } from './rpc';
import { NOT_OPEN } from './runs-calls';
import type { Recording, RunsCalls } from './runs-calls';

export const runs = new Caller<RunsCalls>(
  () => new Worker(new URL('./runs-worker.ts', import.meta.url), { type: 'module', name: assetUrl('odx-backtest.wasm') }),
);

/** Starts what runs over a recording; its bytes go to the worker only if another one is open there. */
export async function overRecording<T>({ id, name, files }: Recording, start: () => Promise<T | typeof NOT_OPEN>): Promise<T> {
  let started = await start();
  if (started === NOT_OPEN) {
    await runs.call('open', { id, name, files });
    started = await start();
  }
  if (started === NOT_OPEN) throw new Error(`${name}: another recording was opened meanwhile`);
  return started;
}
