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

enum { TRIAL_KEY = 2 * SHA256_SIZE, TRIAL_PRINT = 16 }; /* key: strategy, settings */

typedef struct TrialRow {       /* a different trial of the tape */
    uint8_t print[TRIAL_PRINT]; /* the beginnings of both halves of its key */
    double sharpe;              /* as last recorded */
    uint64_t runs;              /* 0: it stands among the new rows now */
} TrialRow;

typedef struct TrialSet {
    Arena *arena;
    Map by_print;         /* -> TrialRow */
    VEC(TrialRow *) rows; /* that were taken */
    TrialRow *base;       /* that it began with, in the order of ratios */
    size_t base_count, base_gone;
    size_t settled; /* of `rows`: for how many `base` was searched */
} TrialSet;

void trialset_init(TrialSet *s, Arena *arena);
/* Begins with what trialset_rows gave: borrowed, and written to.  Then trialset_settle has to stand between the
 * last one that is taken and every question. */
void trialset_begin(TrialSet *s, TrialRow *rows, size_t count);
/* False when memory ends. */
bool trialset_take(TrialSet *s, const uint8_t key[TRIAL_KEY], double sharpe);
void trialset_settle(TrialSet *s);
/* Different trials. */
size_t trialset_size(const TrialSet *s);
/* All of them, in the order of their ratios, those without one last.  False when memory ends. */
bool trialset_rows(const TrialSet *s, TrialRow *ret_rows);
/* Different trials and their runs, of one strategy or (NULL) of all; the variance of their ratios is unknown below
 * two.  False when memory ends. */
bool trialset_count(const TrialSet *s, const uint8_t *strategy, uint64_t *ret_trials,
                    uint64_t *ret_runs, double *ret_variance);
