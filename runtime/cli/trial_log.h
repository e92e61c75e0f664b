/* trial_log.h — the ledger of trials (runtime/jobs/trials.h) as verbs use it: where it is, what a trial's settings
 * are.
 *
 * In: what was run on which tape, from which files.  Out: how much the tape was tried, and what is wrong with the
 * ledger, on standard error.  Promise: a run and a cell of a sweep with the same settings are the same trial. */
#pragma once

#include "runtime/backtest/backtest.h"
#include "runtime/cli/session.h"
#include "runtime/jobs/trials.h"

typedef struct TrialSettings { /* all but the params */
    const BacktestConfig *config;
    bool is_instant;
    int64_t from_us, to_us;
} TrialSettings;

void trial_settings(const TrialSettings *how, const double *params, uint8_t ret[SHA256_SIZE]);

/* Appends, then counts; marks go beside the files that `words` name.  EXIT_CLEAN, or the code to leave with.
 * Without a home there is no ledger: *ret_has_count is false, and it is said. */
int trial_log(Cli *cli, const uint8_t tape[SHA256_SIZE], const SessionWords *words,
              const Trial *trials, size_t count, TrialsCount *ret_count, bool *ret_has_count);
