/* sweep.h — one strategy, 1,024 variants, the anchor's ticks: the sweep driver and a twin by hand.
 *
 * The strategy is the anchor with its numbers as params (sweep.odx).  The twin knows it and nothing else:
 * indicators once, each comparison once as a bitmap, variants as conjunctions that share what they have in
 * common, then one wallet after the other from edge to edge.  Promise: equal trades for each variant. */
#pragma once

#include "runtime/bench/anchor.h"

struct Bench;

typedef struct SweepTwinGrid { /* the last list turns fastest */
    const double *moves, *spreads, *heats, *stops, *targets;
    uint32_t move_count, spread_count, heat_count, stop_count, target_count;
} SweepTwinGrid;

typedef struct SweepTwinResult {
    uint64_t buys, stops, targets, skips;
    int64_t gain_micros; /* what the cash has changed by */
    uint64_t trades;     /* sweep_trade of all of them */
} SweepTwinResult;

/* A trade joins the others: its tick, side and price. */
static inline uint64_t sweep_trade(uint64_t trades, uint32_t tick, uint32_t side, int64_t price)
{
    trades ^= (uint64_t)tick << 32 ^ (uint64_t)side << 28 ^ (uint64_t)price;
    return (trades ^ trades >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
}

/* All variants, in order; false when memory ends.  `trades`: wanted. */
bool sweep_twin(const AnchorTicks *t, const SweepTwinGrid *grid, int64_t cash_micros, bool trades,
                SweepTwinResult *results, Arena *arena);
const char *sweep_twin_way(void);

/* Both over so many ticks: false, with b->trouble set, when some variant ends otherwise. */
bool sweep_prove(struct Bench *b, uint32_t ticks);
