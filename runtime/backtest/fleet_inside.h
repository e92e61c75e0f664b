/* fleet_inside.h — what a Fleet consists of; private to fleet.c and fleet_sum.c.
 *
 * A Desk is an assignment at its gate; a Purser watches the money of one wallet, or of all. */
#pragma once

#include "runtime/backtest/assignment.h"
#include "runtime/backtest/fleet.h"

typedef struct Desk {
    Assignment is;
    const uint8_t *markets; /* the strategy's */
    uint32_t market_count, wallet;
    bool has_started;
} Desk;

typedef struct Purser {
    Purse *purse;         /* NULL: one engine trades in this wallet, or this is all wallets */
    int64_t start_micros; /* what its engines came with */
    Tally tally;
    ResultTotals totals; /* drawdown and exposure as they go */
} Purser;

struct Fleet {
    FleetConfig config;
    Arena *arena;
    Desk *desks;     /* by pair */
    Purser *pursers; /* by wallet, then all */
    Gate *shared;    /* NULL: each desk has its own */
    Venues *venues;  /* by strategy */
    Replay *replay;
    VEC(ResultPoint) curve; /* of all */
    int64_t hour_us;        /* the next one to note */
    bool has_started, has_failed, is_hourly;
};

/* The purser of all wallets. */
static inline Purser *fleet_all(const Fleet *f)
{
    return &f->pursers[f->config.wallet_count];
}

/* The desk's own number of one of the fleet's markets; -1: it does not trade there. */
static inline int32_t desk_market(const Desk *d, uint32_t market)
{
    for (uint32_t i = 0; i < d->market_count; i++)
        if (d->markets[i] == market) return (int32_t)i;
    return -1;
}

/* The rows of all desks in order of time, their totals, wallets and hashes; false when memory ends. */
bool fleet_sum(Fleet *f, Result *ret);
