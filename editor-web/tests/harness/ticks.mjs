// ticks.mjs — a recording made up for tests: five-minute slots of one market, a quote a second.
//
// In: a seed and how many slots. Out: CSV as `odx backtest` takes it. Promise: the same seed, the same bytes; every
// forty seconds the price falls by ten cents within two and comes back, so "Snap back" has something to trade.
const START = 1767603600, SLOT = 300;

export function lcg(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const FALL = [0, -5, -10, -10, -10, -10, -8, -6, -4, -2];

export function madeUpTicks({ seed = 1, slots = 6 } = {}) {
  const random = lcg(seed);
  const rows = ['captured_at_ms,symbol,slot_ts,slot_duration,bid_up,ask_up,bid_down,ask_down,bid_size_up,ask_size_up,bid_size_down,ask_size_down,chainlink_price,market_volume_usd,winner'];
  for (let slot = 0; slot < slots; slot++) {
    const slotTs = START + slot * SLOT, winner = random(2) ? 'up' : 'down';
    let level = 50;
    for (let second = 0; second < SLOT; second++) {
      level = Math.min(65, Math.max(35, level + random(3) - 1));
      const bid = level + (FALL[second % 40] ?? 0), ask = bid + 1 + random(2);
      const size = 200 + random(400), other = 200 + random(400), late = random(900);
      const cents = (value) => (value / 100).toFixed(2);
      rows.push([(slotTs + second) * 1000 + late, 'BTC', slotTs, SLOT, cents(bid), cents(ask), cents(100 - ask), cents(100 - bid), size, other, other, size, (97000 + (level - 50) * 3).toFixed(2), 500 + second, winner].join(','));
    }
  }
  return `${rows.join('\n')}\n`;
}
