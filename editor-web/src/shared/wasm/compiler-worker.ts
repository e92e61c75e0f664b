// compiler-worker.ts — odx.wasm in a worker of its own. Gets the address of the module as the worker's name.
import { compilerCalls } from './compiler-calls';
import { loadOdx } from './odx.mjs';
import { serve } from './rpc';
import type { Port } from './rpc';

serve(self as unknown as Port, loadOdx(self.name).then(compilerCalls));
