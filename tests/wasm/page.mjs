// page.mjs — what chromium.mjs has a browser do: check the examples, run seeds, take the time of a check.
//
// Posts one JSON to /result; whatever goes wrong is posted too.
import { loadOdx } from './odx.mjs';

async function work() {
  const { requests, timed, from, count } = await (await fetch('/task')).json();
  const odx = await loadOdx(fetch('/odx.wasm'));
  const answers = requests.map((request) => odx.check(request));
  const { instance } = await WebAssembly.instantiateStreaming(fetch('/seed.wasm'), {});
  const seeds = Array.from({ length: count }, (_, i) => {
    const hash = BigInt.asUintN(64, instance.exports.test_seed(BigInt(from + i)));
    return [from + i, hash.toString(16).padStart(16, '0'), instance.exports.test_seed_end(), instance.exports.test_seed_effects()];
  });
  // Short batches: on a busy machine a few of them are not interrupted.
  const batches = Array.from({ length: 100 }, () => {
    const start = performance.now();
    for (let i = 0; i < 4; i++) odx.check(timed);
    return (performance.now() - start) / 4;
  });
  return { answers, seeds, batches };
}

const result = await work().catch((error) => ({ error: String(error?.stack ?? error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
