/* live.h — what the live driver consists of; private to its files.
 *
 * live_wallet.c takes one engine over what it was spared, live_due.c runs what happens by itself,
 * live_join.c takes strategies in and places wallets, drive_live.c drives ticks and events. */
#pragma once

#include "runtime/engine/drive_live.h"
#include "runtime/engine/peaks.h"
#include "runtime/engine/predicates.h"
#include "runtime/engine/quiet.h"
#include "runtime/engine/wallets.h"

/* One image with one set of params, of one age. */
typedef struct Strategy {
    const Image *image;
    PoolAge age;
    PoolLink link;
    Wakes wakes;
    uint32_t *lanes;     /* by wake */
    uint32_t first, end; /* its wallets among the columns */
    uint32_t home;       /* the wallet whose memory stands for all */
    bool is_stale;       /* its market has gone stale before the event at hand */
    bool has_run;        /* its home has run what was due before that event */
    uint8_t why;         /* LiveWhy */
} Strategy;

typedef struct LiveWallet {
    Engine *engine;
    uint32_t strategy, place; /* place among the columns */
    uint64_t synced;          /* the last tick its engine knows of */
    uint64_t birth;
    int64_t due_us; /* later ticks find something due */
    EngineReach reach;
    bool is_ahead; /* events by itself have moved what its strategy shares */
    uint8_t why;   /* LiveWhy */
} LiveWallet;

struct Live {
    Arena *arena;
    LiveWallet *wallets;
    uint32_t count, most;
    uint32_t *order; /* wallets by place */
    uint32_t placed; /* how many stand in the columns */
    Strategy *strategies;
    uint32_t strategy_count;
    Map strategies_known;
    bool *moved;          /* by strategy: events beside ticks have moved what it shares */
    uint32_t *lane_first; /* by lane: its strategies in lane_users */
    uint32_t *lane_users;
    Pool pool;
    Predicates predicates;
    Wallets columns;
    Peaks bids[OUTCOMES], asks[OUTCOMES];
    TickData last; /* the last tick, its facts and its time */
    FeatureState feature;
    int64_t ts_us;
    int64_t due_us; /* the earliest of all wallets */
    int64_t stale_us,
        stale_at_us;            /* shortest patience with market 0; the earliest of all markets */
    int64_t others_stale_at_us; /* ... of all but market 0 */
    uint64_t events;
    bool has_pool, is_built, has_ahead;
    LiveSink sink;
    LiveCounts counts;
};

static inline bool live_is_alone(const LiveWallet *w)
{
    return w->why != LIVE_FINE;
}

/* ---- a tick (drive_live.c) ----------------------------------------------------------------------- */

/* All of a tick but its wallets: then the hits of the columns are those that must be looked at. */
void live_begin_tick(Live *l, const Event *tick);
/* They have been; the tick becomes the last one. */
void live_end_tick(Live *l, const Event *tick);

/* ---- one wallet (live_wallet.c) ------------------------------------------------------------------ */

typedef struct Relay { /* hands a wallet's effects on, with its number */
    LiveSink sink;
    uint32_t wallet;
} Relay;
EffectSink live_relay(const Live *l, uint32_t wallet, Relay *r);
/* It comes after the one at hand. */
void live_expect(const Live *l, uint32_t wallet);
/* Takes its engine over the ticks it was spared.  `next`: the tick it will be shown, or NULL. */
void live_catch_up(Live *l, LiveWallet *w, const Event *next);
/* The same, and all memory it shares. */
void live_bring(Live *l, LiveWallet *w);
/* What must happen next for the wallet to be touched: after every event that its engine was shown. */
void live_settle(Live *l, LiveWallet *w);

/* ---- what happens by itself (live_due.c) --------------------------------------------------------- */

/* Before an event of this time and kind. */
void live_run_due(Live *l, int64_t ts_us, EventKind kind);
/* The pool follows what moved without it. */
void live_adopt(Live *l);
void live_find_due(Live *l);
void live_find_stale(Live *l);

/* ---- joining (live_join.c) ----------------------------------------------------------------------- */

/* Everybody who can be run with others stands in his place; all their engines are up to date. */
void live_build(Live *l);
/* The stream's market is that of this engine. */
void live_follow_market(Live *l, const Engine *e);
