/* study.h — a backtest that can be believed: run with each fill model, a slice at a time, and judged.
 *
 * In: a backtest's configuration.  Out: its Result with the band of all models and, once the trials are known, its
 * judgement; the curves that the report draws beside.  Promise: the slices change no bit of it. */
#pragma once

#include "runtime/backtest/backtest.h"
#include "runtime/backtest/report_html.h"
#include "runtime/backtest/trial.h"

typedef struct Study {
    BacktestConfig config; /* its model is the headline's; what it points to is borrowed */
    int64_t until_us;      /* events from here on are left out */
    Arena *arena;          /* of what stays */
    Arena *scratch;        /* nobody else's while models run */
    Result *result;
    ReportCurve curves[MODELS]; /* of the models run beside it */
    uint32_t runs;              /* that are over, up to MODELS */
    uint64_t steps;             /* of the one that is under way */
    /* private: that one */
    Backtest *running;
    ArenaMark mark;
} Study;

void study_begin(Study *s, const BacktestConfig *config, int64_t until_us, Arena *arena,
                 Arena *scratch);
/* Up to `steps` more events.  False when all models are through, or with a failure in `err`. */
bool study_step(Study *s, uint64_t steps, Err *err);
/* How much of it is done, from 0 to 1, when there are so many ticks. */
double study_part(const Study *s, uint64_t ticks);
/* Which model runs. */
FillModel study_model(const Study *s);
/* What it is to be remembered by. */
Trial study_trial(const Study *s, int64_t from_us, int64_t to_us);
/* May be called again with other trials.  False when memory ends. */
bool study_judge(Study *s, uint64_t trials, double trial_variance);
/* A sentence when the books do not balance, which is our mistake; NULL: they do. */
const char *study_fault(const Result *r);
