/* drive_live.h — many wallets on one stream: what they share is done once, most are not touched at all.
 *
 * Each wallet keeps its exact engine, which is brought up to date when something happens to it.  At a tick
 * of market 0 the pool works out what all strategies see, predicates say which of them open a rule, and
 * columns say whose exits the price reaches; the others are left out (quiet.h).  All other events, and
 * programs that cannot be taken apart (live.def says why), go through the engines one by one.
 * Promise: effects and snapshots of every wallet are those of an engine of its own, to the bit. */
#pragma once

#include "runtime/engine/engine.h"

typedef struct Live Live;

typedef enum LiveWhy { /* why a wallet is not run with others but by itself */
#define LIVE(name, sentence) LIVE_##name,
#include "runtime/engine/live.def"
#undef LIVE
                       LIVE_WHY_COUNT
} LiveWhy;
const char *live_sentence(LiveWhy why);

/* Receives the effects of all wallets; `ctx` is the caller's. */
typedef struct LiveSink {
    void (*take)(void *ctx, uint32_t wallet, const Effect *e);
    void *ctx;
} LiveSink;

enum { NO_WALLET = UINT32_MAX };

typedef struct LiveCounts { /* of ticks times wallets */
    uint64_t ticks, touched, spared, alone;
} LiveCounts;

/* For at most `most` wallets; everything is on `arena`.  NULL when memory ends. */
Live *live_new(uint32_t most, Arena *arena);
/* A wallet with an engine of its own (small, whatever `config` says): its number, in order; NO_WALLET when
 * params are outside their range or memory ends. */
uint32_t live_add(Live *l, const EngineConfig *config);
uint32_t live_count(const Live *l);
LiveWhy live_why(const Live *l, uint32_t wallet);

/* An event that concerns everybody: ticks, slots, feeds, leaders, commands. */
void live_apply(Live *l, const Event *event, LiveSink sink);
/* An event of one wallet: fills, states of its orders, commands to it. */
void live_tell(Live *l, uint32_t wallet, const Event *event, LiveSink sink);

/* The wallet's engine, brought up to the last event: for snapshots and views; never apply events to it. */
Engine *live_engine(Live *l, uint32_t wallet);
LiveCounts live_counts(const Live *l);
/* Distinct values worked out in common, and distinct conditions. */
uint32_t live_values(const Live *l);
uint32_t live_lanes(const Live *l);
