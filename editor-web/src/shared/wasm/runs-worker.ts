// runs-worker.ts — odx-backtest.wasm in a worker of its own. Gets, as the worker's name, which one of the page it
// is and the address of the module.
import { loadOdx } from './odx.mjs';
import { serve } from './rpc';
import type { Port } from './rpc';
import { runsCalls } from './runs-calls';

const [worker, address = ''] = self.name.split(' ');

serve(self as unknown as Port, loadOdx(address).then((odx) => runsCalls(odx, Number(worker))));
