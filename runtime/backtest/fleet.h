/* fleet.h — any number of strategies, wallets and markets at once, over the same recorded rows.
 *
 * In: strategies (images with params), wallets, which strategy runs in which wallet, how orders are filled.  Out: a
 * Result of all together, with one of each assignment and totals of each wallet hanging on it.  Strategies of one
 * wallet share its cash; assignments have their own liquidity, or all meet one book (docs/decisions/0054).
 * Promise: alone in its wallet, and with liquidity of its own, an assignment does to the bit what it does in a
 * Backtest; on a shared book nothing shown is sold twice; the same input gives the same result. */
#pragma once

#include "runtime/backtest/backtest.h"

typedef struct Fleet Fleet;

typedef struct FleetStrategy {
    Span name; /* in this run */
    const Image *image;
    const double *params;       /* by param row; NULL: the defaults */
    const uint8_t *markets;     /* of the image, in its order: which of the fleet's they are */
    const uint8_t *tape_sha256; /* of their rows; NULL: not told */
} FleetStrategy;

typedef struct FleetWallet {
    Span name;
    int64_t cash_micros; /* of each account */
} FleetWallet;

typedef struct FleetPair { /* an assignment */
    uint32_t strategy, wallet;
} FleetPair;

enum { FLEET_MARKETS = 64, FLEET_STRATEGIES = 64, FLEET_PAIRS = 10000 };

typedef struct FleetConfig {
    /* How orders are filled, and the markets of all strategies, each once; image, params and cash are not read. */
    BacktestConfig how;
    const FleetStrategy *strategies;
    const FleetWallet *wallets;
    const FleetPair *pairs; /* in the order in which they see an event and send orders */
    uint32_t strategy_count, wallet_count, pair_count;
    bool has_shared_book;
} FleetConfig;

/* Borrows the config.  NULL with a sentence: as backtest_new. */
Fleet *fleet_new(const FleetConfig *config, Arena *arena, Err *err);
/* The instant of the next event, INT64_MAX at the end. */
int64_t fleet_next_us(const Fleet *f);
/* The next event of the data, all that is due before it in any wallet, and all answers.  False at the end, or when
 * memory has ended. */
bool fleet_step(Fleet *f);
const Engine *fleet_engine(const Fleet *f, uint32_t pair);
/* As after a crash: another engine goes on from a snapshot of this one, while the venue stands.  False when memory
 * ends. */
bool fleet_restart(Fleet *f, uint32_t pair, Arena *arena);
/* Totals, hashes, receipt; the assignments and wallets in it.  Stepping is over.  NULL with a sentence when memory
 * has ended. */
Result *fleet_end(Fleet *f, Err *err);
