/* judge.h — how far a result can be believed: statistics over its slots, and a verdict.
 *
 * In: a Result that backtest_end made, its band as far as it was run, how many were tried.  Out:
 * Result.judgement.  Promise: equal seeds give equal judgements. */
#pragma once

#include "runtime/backtest/result.h"

/* What both verdicts, of a result and of a sweep, ask for. */
#define JUDGE_SURE 0.95
enum { JUDGE_TRADES = 30, JUDGE_ROUNDS = 1000 };

typedef struct JudgeConfig {
    uint64_t trials;       /* on this data so far, this one included; at least 1 */
    double trial_variance; /* of their Sharpe ratios; UNKNOWN: as wide as ours is uncertain */
    uint64_t seed;
    uint32_t rounds;
} JudgeConfig;

/* One trial, JUDGE_ROUNDS. */
JudgeConfig judge_config_default(void);
/* What each period earned, in dollars, in order (result.h); NULL when memory ends. */
double *judge_periods(const Result *r, Arena *arena, size_t *ret_count);
/* False when memory ends. */
bool judge(Result *r, const JudgeConfig *config, Arena *scratch);
/* A row of the band, from the result of that model's own run; false when memory ends. */
bool judge_band(const Result *of, Arena *scratch, ResultBandRow *ret);
