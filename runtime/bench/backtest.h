/* backtest.h — the anchor as a backtest: a tape in memory, a venue with fees, what the account comes to.
 *
 * The twin reads the hot parts of the same blocks and fills by hand; it includes no header of the machine, the
 * engine or the matcher.  Promise: pnl, fees and trades of each slot are the backtest's. */
#pragma once

#include "runtime/bench/anchor.h"

typedef struct HotBlock { /* as docs/TAPE.md has it; prices are cents */
    const uint32_t *times, *spots;
    const int16_t *bids, *asks;
    int64_t base_us, unit_us, spot_base;
    double spot_divisor;
    uint32_t rows;
} HotBlock;

typedef struct HotColumns { /* room for all ticks */
    int64_t *ts_us, *slot_us, *bid_micros, *ask_micros;
    double *spot;
} HotColumns;

typedef struct BacktestTotals {
    int64_t pnl_micros, fees_micros;
    uint64_t orders, trades, wins;
} BacktestTotals;

/* All of it: blocks to columns, the strategy, fills with fees, the account.  `pnl` has a place for each slot. */
BacktestTotals backtest_twin(const HotBlock *blocks, uint32_t count, HotColumns *room, bool across,
                             AnchorResult *result, int64_t *pnl);
