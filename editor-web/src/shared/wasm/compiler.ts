// compiler.ts — the compiler, for everyone on the page: `compiler.call('hover', {...})`, or
// `compiler.latest('hover', 'hover', place)` where a newer question makes an older one pointless. What a document
// says is asked of `derived`, which answers at once where that is cheap (nearest.ts).
import type { WorkerCalls } from './compiler-calls';
import { assetUrl } from '../lib/assets';
import { NearestCompiler } from './nearest';
import { loadOdx } from './odx.mjs';
import { Caller } from './rpc';

export const compiler = new Caller<WorkerCalls>(
  () => new Worker(new URL('./compiler-worker.ts', import.meta.url), { type: 'module', name: assetUrl('odx.wasm') }),
);

const nearest = new NearestCompiler({
  far: (snapshot, id) => compiler.latest(`derive ${id}`, 'timedDerive', snapshot), // a lane for each document: none waits for another's keys
  load: async () => loadOdx(await compiler.call('module')),
  nowMs: () => performance.now(),
});

export const { derived } = nearest;
