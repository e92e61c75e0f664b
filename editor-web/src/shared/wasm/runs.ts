// runs.ts — runs over recorded ticks, for everyone on the page. It starts with the first question.
import { assetUrl } from '../lib/assets';
import { Caller } from './rpc';
import type { RunsCalls } from './runs-calls';

export const runs = new Caller<RunsCalls>(
  () => new Worker(new URL('./runs-worker.ts', import.meta.url), { type: 'module', name: assetUrl('odx-backtest.wasm') }),
);
