/* sweeping.h — a sweep from words to a judged table; what the files of `odx sweep` share.
 *
 * In: a file, sources, params with the values to try, how to choose among them, how orders are filled.  Out: what
 * each cell earned, its place, how much of the best is luck.  Promise: every mistake is one clear sentence before
 * anything runs; threads, interruptions and what was done before change no byte of the outcome. */
#pragma once

#include "runtime/backtest/sweep_run.h"
#include "runtime/cli/session.h"
#include "runtime/jobs/trials.h"

enum { SWEEP_CELLS_MAX = 10000, SWEEP_RANDOM_MAX = 100000, SWEEP_COARSE = 256 };

typedef struct Sweeping {
    Cli *cli;
    /* what was asked */
    const char *file, *resume, *json, *ledger;
    SessionWords words;      /* params: those that are fixed */
    VEC(const char *) tries; /* `NAME=VALUES` of --param */
    int64_t from_us, to_us, threads, top;
    /* what it runs on */
    Session session;
    SweepJob job;
    uint8_t plan[SHA256_SIZE]; /* of everything the outcome depends on but the spot */
    uint32_t rounds;
    /* cells in the order in which they were planned */
    VEC(uint64_t) spots;
    VEC(SweepTotals) totals;
    VEC(double) periods; /* of one cell behind those of the other */
    TrialsCount trials;
    bool has_trials;
    Span notes; /* what the ledger has to say, a line each */
    SweepTable table;
    SweepJudgement judgement;
    uint8_t sum[SHA256_SIZE]; /* of all cells */
} Sweeping;

static inline size_t sweeping_cells(const Sweeping *s)
{
    return s->spots.count;
}

/* Each returns EXIT_CLEAN, or the code to leave with after saying why. */
int sweeping_read(Cli *cli, Sweeping *s); /* options, session and axes */
int sweeping_run(Sweeping *s);            /* cells, ledger of trials, judgement */

Span sweeping_name(const Sweeping *s, uint32_t axis);
double sweeping_value(const Sweeping *s, size_t cell, uint32_t axis);
/* "orders go through the matcher ...", and why. */
void sweeping_put_route(const Sweeping *s, Buf *out);

/* What cells earned in the mean, by the values of two axes; long ones are put together. */
enum { SWEEP_MAP = 16 };
typedef struct SweepMap {
    uint32_t down, across, rows, columns; /* axes; places on the map */
    uint32_t row_span, column_span;       /* values a place */
    double mean[SWEEP_MAP][SWEEP_MAP];    /* dollars; UNKNOWN: no cell there */
} SweepMap;
/* False: fewer than two axes have more than one value. */
bool sweeping_map(const Sweeping *s, SweepMap *ret);

void sweeping_put_page(const Sweeping *s, Buf *out);
Span sweeping_json(const Sweeping *s);
