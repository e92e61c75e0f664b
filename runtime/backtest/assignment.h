/* assignment.h — one strategy in one wallet: its engine and what is written down of it.  Private to the room.
 *
 * In: an image, params, the wallet's money, a gate.  Out: a Result of its rows and totals.  A Backtest has one
 * of them, a Fleet many; both show it the events of its own markets in the same steps. */
#pragma once

#include "runtime/backtest/backtest.h"
#include "runtime/backtest/collect.h"
#include "runtime/backtest/venue.h"

typedef struct Assignment {
    BacktestConfig config;
    Engine *engine;
    Gate *gate;
    Purse *purse;  /* of the wallet; NULL: this is all that trades in it */
    bool is_small; /* one of many: tables grow as they are needed */
    Result result;
    Collector collector;
    Arena *arena;
} Assignment;

/* The instant of the first row; 0 without rows. */
int64_t assignment_first_us(const BacktestConfig *config);
/* Engine, matching and gate as its config asks. */
bool assignment_engine(Assignment *a, const Venues *venues, int64_t start_us);
MatcherConfig backtest_matching(const BacktestConfig *config, const Venues *venues);
Gate *assignment_gate(const BacktestConfig *config, const Venues *venues, Arena *arena);
/* Once there are engine and gate: what was asked, and the first figures.  False when memory ends. */
bool assignment_begin(Assignment *a);
/* Where its effects go, and who sees the answers it gets. */
EffectSink assignment_sink(Assignment *a);
InstantWatch assignment_watch(Assignment *a);
/* Totals and hashes; false when memory has ended. */
bool assignment_end(Assignment *a);
