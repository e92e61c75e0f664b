// runs-worker.ts — odx-backtest.wasm in a worker of its own. Gets the address of the module as the worker's name.
import { loadOdx } from './odx.mjs';
import { serve } from './rpc';
import type { Port } from './rpc';
import { runsCalls } from './runs-calls';

serve(self as unknown as Port, loadOdx(self.name).then(runsCalls));
