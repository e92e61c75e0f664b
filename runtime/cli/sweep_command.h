/* sweep_command.h — `odx sweep` from words to a judged table; what its files
 * share.
 *
 * In: a file, sources, params with the values to try, how to choose among them,
 * how orders are filled.  Out: a judged Sweeping (runtime/backtest/sweeping.h).
 * Promise: every mistake is one clear sentence before anything runs; threads,
 * interruptions and what was done before change no byte of the outcome. */
#pragma once

#include "runtime/backtest/sweeping.h"
#include "runtime/cli/session.h"

typedef struct SweepCommand {
    Cli *cli;
    /* what was asked */
    const char *file, *resume, *json, *ledger;
    SessionWords words;      /* params: those that are fixed */
    VEC(const char *) tries; /* `NAME=VALUES` of --param */
    int64_t from_us, to_us, threads, top;
    /* what it runs on */
    Session session;
    Sweeping sweep;
} SweepCommand;

/* Each returns EXIT_CLEAN, or the code to leave with after saying why. */
int sweep_read(Cli *cli, SweepCommand *s); /* options, session and axes */
int sweep_run(SweepCommand *s);            /* cells, ledger of trials, judgement */
int sweep_fail(const SweepCommand *s, const Err *err);

void sweep_put_page(const SweepCommand *command, Buf *out);
