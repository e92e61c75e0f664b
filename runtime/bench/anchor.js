// anchor.js — anchor.odx by part 3 of the language, for V8: typed arrays, one loop.
// usage: node anchor.js TICKS COUNT; prints nanoseconds a tick (median of seven runs), then one trade a line.
// TICKS: columns of 8 bytes a value: bid, ask (micros), mid, spread, move, spot.
"use strict";
const fs = require("fs");
const n = Number(process.argv[3]);
const bytes = fs.readFileSync(process.argv[2]);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const whole = (k) => Float64Array.from(new BigInt64Array(buffer, k * n * 8, n), Number);
const number = (k) => new Float64Array(buffer, k * n * 8, n);
const bid = whole(0), ask = whole(1), mid = number(2), spread = number(3), move = number(4), spot = number(5);
const SLOT = 900, RESOLVE = 120, HUGE = 6755399441055744; // 1.5 * 2^52: adding it rounds half to even

function run() {
  const trades = [], window = new Float64Array(26), alpha = 2 / 13;
  let cash = 1e12, closed = 0, payout = 0, size = 0, cost = 0, stop = 0, target = 0;
  for (let first = 0; first < n; first += SLOT) {
    const end = Math.min(first + SLOT, n);
    let quick = 0, calmSum = 0, up = 0, down = 0, last = 0, at = 0, armed = true, entries = 0;
    const sum = [0, 0, 0], comp = [0, 0, 0];
    const add = (k, x) => { // Neumaier
      const t = sum[k] + x;
      comp[k] += Math.abs(sum[k]) >= Math.abs(x) ? (sum[k] - t) + x : (x - t) + sum[k];
      sum[k] = t;
    };
    const seeded = Math.min(first + 26, end);
    for (let i = first; i < seeded; i++) {
      const k = i - first, x = mid[i], change = x - last;
      const rise = change > 0 ? change : 0, fall = change < 0 ? -change : 0;
      if (k < 12) {
        add(0, x);
        if (k === 11) quick = (sum[0] + comp[0]) / 12;
      } else quick += alpha * (x - quick);
      if (k >= 1 && k <= 14) {
        add(1, rise);
        add(2, fall);
        if (k === 14) { up = (sum[1] + comp[1]) / 14; down = (sum[2] + comp[2]) / 14; }
      } else if (k > 14) { up = (up * 13 + rise) / 14; down = (down * 13 + fall) / 14; }
      last = x;
      window[k] = x * 1e6 + HUGE - HUGE;
      calmSum += window[k];
    }
    for (let i = seeded; i < end; i++) {
      const k = i - first, x = mid[i], change = x - last, length = Math.abs(change);
      const micros = x * 1e6 + HUGE - HUGE;
      last = x;
      quick += alpha * (x - quick);
      up = (up * 13 + (length + change) / 2) / 14;
      down = (down * 13 + (length - change) / 2) / 14;
      calmSum += micros - window[at];
      window[at] = micros;
      at = at === 25 ? 0 : at + 1;
      if (k === RESOLVE && closed > 0) {
        trades.push([i, 3, payout, closed]);
        cash += closed * payout;
        closed = 0;
      }
      let left = false;
      if (size > 0 && (bid[i] <= stop || bid[i] >= target)) {
        cash += size * bid[i];
        trades.push([i, bid[i] <= stop ? 1 : 2, bid[i], size]);
        size = 0; cost = 0; left = true;
      }
      let isFalse = true;
      if (move[i] > 0.03) {
        const progress = k / SLOT;
        if (progress >= 0.1 && progress <= 0.4 && spread[i] * 1e6 + HUGE - HUGE < 50000 &&
            quick * 1e6 + HUGE - HUGE > calmSum / 26e6 * 1e6 + HUGE - HUGE) {
          const heat = 100 * up / (up + down);
          isFalse = heat >= 70;
          if (heat < 70 && armed) {
            armed = false;
            const a = ask[i], worst = Math.min(a + 20000, 990000) * 50;
            if (!left && cost + worst <= 100e6 && entries < 3 && worst <= cash) {
              entries++; size += 50; cost += 50 * a; cash -= 50 * a;
              trades.push([i, 0, a, 50]);
              const entry = cost / (size * 1e6);
              stop = entry * (1 - 0.3) * 1e6 + HUGE - HUGE;
              target = entry * (1 + 0.8) * 1e6 + HUGE - HUGE;
            }
          }
        }
      }
      if (isFalse) armed = true;
    }
    closed = size; payout = spot[end - 1] >= spot[first] ? 1000000 : 0;
    size = 0; cost = 0;
  }
  return trades;
}

const times = [];
let trades;
for (let k = 0; k < 7; k++) {
  const start = process.hrtime.bigint();
  trades = run();
  times.push(Number(process.hrtime.bigint() - start));
}
times.sort((a, b) => a - b);
process.stdout.write((times[3] / n).toFixed(3) + "\n" +
  trades.map((t) => `${t[0]} ${t[1]} ${t[2]} ${t[3] * 1000000}\n`).join(""));
