/* backtest_job.h — a backtest from words to a judged result; `odx backtest` and `odx verify-result` share it.
 *
 * In: a file, sources, params, how orders are filled.  Out: the result, with its band.  Promise: every mistake is
 * one clear sentence before anything runs; a run is in the ledger of trials before its result is shown. */
#pragma once

#include "runtime/backtest/report_html.h"
#include "runtime/cli/session.h"

typedef struct BacktestJob {
    const char *file;
    SessionWords words;
    FillModel model;
    int64_t latency_us, jitter_us, seed;
    int64_t from_us, to_us; /* 0: all */
    uint64_t trials; /* on this data; counted in the ledger where one is named, else as given */
    double trial_variance;
    const char *ledger;
    bool is_counted;
    /* results */
    Session session;
    Result *result;
    Span notes;                 /* what the ledger has to say, a line each */
    ReportCurve curves[MODELS]; /* of the models run beside it */
} BacktestJob;

/* EXIT_CLEAN, or the code to leave with after saying why. */
int backtest_job_run(Cli *cli, BacktestJob *job);
/* The whole document: the result's JSON, which document_sha256 is of, and how it came about. */
Span backtest_job_json(Cli *cli, const BacktestJob *job);
