/* backtest.h — one strategy over recorded rows, through the matcher, with everything it did written down.
 *
 * In: an image, params, rows of each market, how orders are filled.  Out: a Result (result.h), complete but
 * for its judgement and band.  Rows may come in pieces (replay.h).  Promise: the same rows give the same
 * result, bit for bit, however they are cut; what happened before an instant does not depend on what comes
 * after it. */
#pragma once

#include "runtime/backtest/replay.h"
#include "runtime/backtest/result.h"
#include "vm/base/err.h"

typedef struct Backtest Backtest;

typedef struct BacktestConfig {
    const Image *image;   /* borrowed, as all that is pointed to */
    const double *params; /* by param row; NULL: the defaults */
    const MarketRows
        *rows; /* one a market of the image, in its order: all of them, or the first piece */
    uint32_t market_count;
    int64_t cash_micros; /* of each account */
    FillModel model;
    int64_t latency_us, jitter_us; /* orders and cancels */
    uint64_t seed;
    const uint8_t *tape_sha256; /* of the rows, from whoever read them; NULL: not told */
} BacktestConfig;

/* $1,000, 250 ms, 50 ms of jitter, the queue model, seed 1; the caller adds image and rows. */
BacktestConfig backtest_config_default(void);
/* NULL with a sentence in `err`: a venue that cannot be matched, params out of range, no memory. */
Backtest *backtest_new(const BacktestConfig *config, Arena *arena, Err *err);
/* As replay_feed and replay_left. */
void backtest_feed(Backtest *b, uint32_t market, MarketRows rows);
size_t backtest_left(const Backtest *b, uint32_t market);
/* The instant of the next event, INT64_MAX at the end. */
int64_t backtest_next_us(const Backtest *b);
/* The next event of the data, all that is due before it and all answers.  False at the end, or when memory
 * has ended (backtest_end says so). */
bool backtest_step(Backtest *b);
/* For tests and progress: what it is run with, and what there is so far (rows alone, no totals). */
const Engine *backtest_engine(const Backtest *b);
const Result *backtest_so_far(const Backtest *b);
/* Totals, hashes, receipt.  Stepping is over.  NULL with a sentence when memory has ended. */
Result *backtest_end(Backtest *b, Err *err);
