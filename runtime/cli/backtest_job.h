/* backtest_job.h — a backtest from words to a judged result; `odx backtest` and `odx verify-result` share it.
 *
 * In: a file, sources, params, how orders are filled.  Out: the result, with its band.  Promise: every mistake is
 * one clear sentence before anything runs; a run is in the ledger of trials before its result is shown. */
#pragma once

#include "runtime/backtest/report_html.h"
#include "runtime/cli/session.h"
#include "runtime/cli/values.h"

typedef struct BacktestJob {
    const char *file; /* the first one */
    SessionWords words;
    /* several at once (fleet_job.c) */
    const char *const *files, *const *wallets; /* `wallets`: NAME=USD[:FILE,...] */
    size_t file_count, wallet_count;
    int64_t copies; /* of each wallet; 0: nobody asked */
    bool has_shared_book;
    FillModel model;
    int64_t latency_us, jitter_us, seed;
    int64_t from_us, to_us; /* 0: all */
    uint64_t trials; /* on this data; counted in the ledger where one is named, else as given */
    double trial_variance;
    const char *ledger;
    bool is_counted;
    ValueOutputs outputs; /* to be written */
    /* results */
    Session session;   /* of the first file */
    Session *sessions; /* of several; else NULL */
    Result *result;
    Span notes;                 /* what its tapes and the ledger have to say, a line each */
    ReportCurve curves[MODELS]; /* of the models run beside it */
} BacktestJob;

/* Are there wallets and strategies to tell apart? */
bool backtest_job_is_fleet(const BacktestJob *job);
/* EXIT_CLEAN, or the code to leave with after saying why. */
int backtest_job_run(Cli *cli, BacktestJob *job);
/* The same for several; backtest_job_run calls it. */
int fleet_job_run(Cli *cli, BacktestJob *job);
/* What its tapes have to say, then the ledger. */
void backtest_job_note(Cli *cli, BacktestJob *job, Span ledger);
/* Which code a run ends with: it failed, its books do not balance, or all is well. */
int backtest_job_answer(Cli *cli, const Result *r, const Err *err);
/* The whole document: the result's JSON, which document_sha256 is of, and how it came about. */
Span backtest_job_json(Cli *cli, const BacktestJob *job);
