// indicators.mjs FOLDER: the series on standard input through TA-Lib; null where it has no value yet.
import { createRequire } from 'module';
import fs from 'fs';
import path from 'path';

const require = createRequire(path.resolve(process.argv[2], 'x.js'));
const talib = require('talib-web');
globalThis.fetch = undefined; // the module is read from disk
await talib.init(path.join(path.dirname(require.resolve('talib-web')), 'talib.wasm'));

const xs = JSON.parse(fs.readFileSync(0, 'utf8'));
const wanted = [
  ['ema12', 'EMA', { timePeriod: 12 }], ['ema50', 'EMA', { timePeriod: 50 }],
  ['sma26', 'SMA', { timePeriod: 26 }], ['rsi14', 'RSI', { timePeriod: 14 }],
  ['rsi2', 'RSI', { timePeriod: 2 }],
  ['high30', 'MAX', { timePeriod: 30 }], ['low30', 'MIN', { timePeriod: 30 }],
];
const out = {};
for (const [name, fn, options] of wanted) {
  const got = Array.from(talib[fn]({ inReal: xs, ...options }).output);
  // The wrapper gives the values first and leaves the rest of its buffer behind them.
  const before = options.timePeriod - (fn === 'RSI' ? 0 : 1);
  out[name] = new Array(before).fill(null).concat(got.slice(0, xs.length - before));
}
process.stdout.write(JSON.stringify(out));
