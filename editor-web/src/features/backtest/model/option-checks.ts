// option-checks.ts — which amounts of money and which latencies a backtest takes, before it is asked.

const MOST_CASH = 1e9, MOST_LATENCY_MS = 3_600_000; // the second is the matcher's (MATCHER_LATENCY_MAX_MS)

/** Dollars, to the cent or finer. */
export const isCash = (typed: string): boolean => /^\d{1,10}(\.\d{1,6})?$/.test(typed) && Number(typed) > 0 && Number(typed) <= MOST_CASH;

export const isLatency = (typed: string): boolean => /^\d{1,7}$/.test(typed) && Number(typed) <= MOST_LATENCY_MS;
