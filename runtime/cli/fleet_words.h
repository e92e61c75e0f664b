/* fleet_words.h — strategies, wallets and markets of a backtest of several, from words.
 *
 * In: files, `--data`, `--param`, `--wallet`, `--wallets`.  Out: a FleetConfig that lacks how orders are filled.
 * Promise: every mistake names the word and what would be right, before anything runs. */
#pragma once

#include "runtime/backtest/fleet.h"
#include "runtime/cli/backtest_job.h"

typedef struct FleetPlan {
    FleetStrategy *strategies;
    FleetWallet *wallets;
    FleetPair *pairs;
    MarketRows *rows; /* of each market once */
    uint32_t strategy_count, wallet_count, pair_count, market_count;
    uint8_t tape[SHA256_SIZE]; /* the only one, or the sum of the different ones */
    uint64_t ticks;
} FleetPlan;

/* Compiles and loads job->files into job->sessions. */
int fleet_plan(Cli *cli, BacktestJob *job, FleetPlan *ret);
/* Is this the first strategy on its tape? */
bool fleet_is_first_on_tape(const FleetPlan *p, uint32_t strategy);
