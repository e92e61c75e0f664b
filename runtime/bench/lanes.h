/* lanes.h — 10,000 wallets on one stream: data, cold records and the hand-written twin of the kernel.
 *
 * Wallets follow strategies of one shape with constants of their own; each keeps a small record that
 * buys when its strategy comes true, and leaves at a stop, a target or the slot's end.  The twin knows
 * this one shape: it is what a programmer would write for it by hand.
 * Promise: same data, same record, same totals on both sides. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runtime/bench/anchor.h"
#include "vm/base/arena.h"

struct Bench;

enum { LANES_CHOICES = 4, LANES_PADDING = 1024 };

typedef struct
    LanesMarket { /* what the twin knows of a tick: worked out before, by the scalar machine */
    int64_t bid, ask;
    double move, progress, spread;
    double quick[LANES_CHOICES], calm[LANES_CHOICES]; /* whole micros: prices compare on the grid */
    double heat[LANES_CHOICES];
} LanesMarket;

typedef struct LanesStrategy {
    double far, early, late, tight, warm;
    uint32_t quick, calm, heat; /* which of the choices */
} LanesStrategy;

typedef struct LanesRecord {                  /* of one wallet, touched on a hit only */
    int64_t size, cost, stop, target, profit; /* micros */
    int64_t stake;                            /* shares a buy */
    int64_t stop_ppm, target_ppm;             /* of the entry price */
    uint32_t trades, most, strategy;
    uint32_t buys, stops, targets, payouts;
} LanesRecord;

typedef struct LanesTotals {
    uint64_t buys, stops, targets, payouts;
    int64_t profit;
} LanesTotals;

typedef struct LanesData {
    uint32_t ticks, wallets, strategies;
    const AnchorTicks *t;
    const LanesMarket *market;
    const LanesStrategy *rows;
    const LanesRecord *records; /* as they start; wallets of one strategy stand together */
    const uint32_t *first;      /* by strategy, and one more: its first wallet */
} LanesData;

extern const uint32_t lanes_quick[LANES_CHOICES], lanes_calm[LANES_CHOICES],
    lanes_heat[LANES_CHOICES];

/* ---- the record ----------------------------------------------------------------------------------- */

static inline bool lanes_can_buy(const LanesRecord *r)
{
    return r->trades < r->most && r->size < 2 * r->stake;
}

static inline void lanes_leave(LanesRecord *r, int64_t price)
{
    r->profit += price * r->size / 1000000 - r->cost;
    r->size = r->cost = 0;
}

/* A tick that hits the wallet: an exit, else a buy when its strategy says so. */
static inline void lanes_hit(LanesRecord *r, int64_t bid, int64_t ask, bool is_open)
{
    int64_t entry;

    if (r->size && bid <= r->stop) {
        r->stops++;
        lanes_leave(r, bid);
        return;
    }
    if (r->size && bid >= r->target) {
        r->targets++;
        lanes_leave(r, bid);
        return;
    }
    if (!is_open || !lanes_can_buy(r)) return;
    r->cost += ask * r->stake / 1000000;
    r->size += r->stake;
    entry = r->cost * 1000000 / r->size;
    r->stop = entry * r->stop_ppm / 1000000;
    r->target = entry * r->target_ppm / 1000000;
    r->trades++;
    r->buys++;
}

/* The slot ends. */
static inline void lanes_pay(LanesRecord *r, bool has_won)
{
    if (r->size) {
        r->payouts++;
        lanes_leave(r, has_won ? 1000000 : 0);
    }
    r->trades = 0;
}

/* One run of so many wallets: false, with b->trouble set, when the kernel and the twin end otherwise. */
bool lanes_prove(struct Bench *b, uint32_t wallets, uint32_t strategies);

/* ---- the twin -------------------------------------------------------------------------------------- */

typedef struct LanesTwin LanesTwin;
LanesTwin *lanes_twin_new(const LanesData *d, Arena *arena);
/* A slot opens: nobody holds anything, all may buy. */
void lanes_twin_open(LanesTwin *w);
/* Ticks first .. end - 1 of one slot. */
void lanes_twin_run(LanesTwin *w, uint32_t first, uint32_t end);
LanesRecord *lanes_twin_records(LanesTwin *w);
/* What the twin was compiled for: "AVX-512", or "plain C". */
const char *lanes_twin_way(void);
