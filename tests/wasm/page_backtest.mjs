// page_backtest.mjs — what chromium_backtest.mjs has a browser do: backtests of programs over tapes, in slices.
//
// Posts one JSON to /result: of each program its result_sha256, or null where it is refused.
import { OdxError, loadOdx } from './odx.mjs';

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

function readData(odx, files) {
  const data = odx.openData();
  for (const { name, base64 } of files) data.add({ name, bytes: bytesOf(base64) });
  while (!data.read({ rows: 5000 }).done);
  return data;
}

/** Its result_sha256, or null where it is refused, as `odx` refuses it. */
function shaOf(odx, document, data) {
  let backtest = null;
  try {
    ({ backtest } = odx.openBacktest({ ...document, data }));
    if (!backtest) return null;
    while (!backtest.step({ ticks: 4000 }).done);
    return backtest.result().document.result_sha256;
  } catch (error) {
    if (error instanceof OdxError) return null;
    throw error;
  } finally {
    backtest?.close();
  }
}

async function work() {
  const { streams, documents } = await (await fetch('/task')).json();
  const odx = await loadOdx(fetch('/odx-backtest.wasm'));
  const data = Object.fromEntries(Object.entries(streams).map(([stream, files]) => [stream, readData(odx, files)]));
  return { shas: documents.map(({ document, markets }) =>
    shaOf(odx, document, markets.map(({ market, stream }) => ({ market, data: data[stream] })))) };
}

const result = await work().catch((error) => ({ error: String(error?.stack ?? error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
