// compiler-worker.ts — odx.wasm in a worker of its own. Gets the address of the module as the worker's name.
import { workerCalls } from './compiler-calls';
import { compileOdx, loadOdx } from './odx.mjs';
import { serve } from './rpc';
import type { Port } from './rpc';

serve(self as unknown as Port, compileOdx(self.name).then(async (module) => workerCalls(await loadOdx(module), module)));
