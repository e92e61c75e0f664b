/* trial.h — what counts as one trial of a tape, and how often a tape was tried.
 *
 * In: what was run; trials that were recorded.  Out: the trial's name, which is what was tried and with which
 * settings; how many different ones there are and how their ratios scatter (sharpe_of_luck wants both).
 * Promise: a run, and a cell of a sweep with the same settings, are the same trial; the order in which trials are
 * taken in changes no bit. */
#pragma once

#include "runtime/backtest/backtest.h"
#include "vm/base/map.h"

typedef struct Trial {
    uint8_t strategy[SHA256_SIZE]; /* its image */
    uint8_t settings[SHA256_SIZE]; /* all else that makes it another trial: params, range, fills */
    double sharpe;                 /* by slot; UNKNOWN where there is none */
    uint32_t slots;
    bool is_cell; /* of a sweep */
} Trial;

typedef struct TrialSettings { /* all but the params */
    const BacktestConfig *config;
    bool is_instant; /* without the matcher */
    int64_t from_us, to_us;
} TrialSettings;

/* Image, settings and params are filled in; the rest is the caller's. */
Trial trial_of(const TrialSettings *how, const double *params);

/* ---- many of them ---------------------------------------------------------------------------------- */

enum { TRIAL_KEY = 2 * SHA256_SIZE }; /* strategy, settings */

typedef struct TrialRow { /* a different trial of the tape */
    uint8_t key[TRIAL_KEY];
    double sharpe; /* as last recorded */
    uint64_t runs;
} TrialRow;

typedef struct TrialSet {
    Arena *arena;
    Map by_key; /* -> TrialRow */
    VEC(TrialRow *) rows;
} TrialSet;

void trialset_init(TrialSet *s, Arena *arena);
/* False when memory ends. */
bool trialset_take(TrialSet *s, const uint8_t key[TRIAL_KEY], double sharpe);
/* Different trials and their runs, of one strategy or (NULL) of all; the variance of their ratios is unknown below
 * two.  False when memory ends. */
bool trialset_count(const TrialSet *s, const uint8_t *strategy, uint64_t *ret_trials,
                    uint64_t *ret_runs, double *ret_variance);
