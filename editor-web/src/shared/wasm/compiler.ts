// compiler.ts — the compiler, for everyone on the page: `compiler.call('hover', {...})`, or
// `compiler.latest('derive', 'derive', snapshot)` where a newer question makes an older one pointless.
import type { CompilerCalls } from './compiler-calls';
import { assetUrl } from '../lib/assets';
import { Caller } from './rpc';

export const compiler = new Caller<CompilerCalls>(
  () => new Worker(new URL('./compiler-worker.ts', import.meta.url), { type: 'module', name: assetUrl('odx.wasm') }),
);
