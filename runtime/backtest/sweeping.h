/* sweeping.h — a whole sweep: which cells, round by round, what each earned,
 * and how much of the best is luck.
 *
 * In: a backtest's configuration, axes (runtime/proof/axes.h), outcomes of cells from whoever works them out (sweep_step), how often
 * the tape was tried.  Out: a judged table, and all of it as JSON. Promise: who
 * works cells out, in which batches and order of rounds' cells, changes no byte
 * of the outcome. */
#pragma once

#include "runtime/backtest/sweep_run.h"
#include "runtime/backtest/trial.h"
#include "vm/base/buf.h"

enum { SWEEP_CELLS_MAX = 10000, SWEEP_RANDOM_MAX = 100000, SWEEP_COARSE = 256 };

typedef struct SweepRound {
    const uint64_t *spots;
    uint32_t cells, number; /* cells 0: it is over */
} SweepRound;

typedef struct Sweeping { /* job (with its tape_sha256), table.by and table.seed
                             by the caller */
    Arena *arena;
    Span title; /* of the strategy */
    SweepJob job;
    uint8_t plan[SHA256_SIZE]; /* of everything the outcome depends on but the spot */
    uint32_t rounds;
    /* cells in the order in which they were planned */
    VEC(uint64_t) spots;
    VEC(SweepTotals) totals;
    VEC(double) periods; /* of one cell behind those of the other */
    Span notes;          /* what the ledger has to say, a line each */
    SweepTable table;
    SweepJudgement judgement;
    uint8_t sum[SHA256_SIZE]; /* of all cells */
} Sweeping;

static inline size_t sweeping_cells(const Sweeping *s)
{
    return s->spots.count;
}

/* Do cells share the work of a tick?  Then many of them are to be worked out together. */
static inline bool sweeping_shares(const Sweeping *s)
{
    return s->job.route == SWEEP_ROUTE_SHARED || s->job.route == SWEEP_ROUTE_MATCHED;
}

/* ---- before --------------------------------------------------------------------------------------- */

/* Ready to run; refuses more than is kept in memory. */
Status sweeping_prepare(Sweeping *s, Err *err);

/* ---- rounds --------------------------------------------------------------------------------------- */

/* What tells this round of this sweep from any other. */
void sweeping_round_id(const Sweeping *s, const SweepRound *r, uint8_t ret[SHA256_SIZE]);
/* False when memory ends. */
bool sweeping_first(const Sweeping *s, SweepRound *ret);
/* Once all of `r` was taken; of a grid and by chance there is one round. */
bool sweeping_next(Sweeping *s, SweepRound *r);
/* Room for a round's cells, then each of them, in order. */
bool sweeping_reserve(Sweeping *s, const SweepRound *r);
void sweeping_take(Sweeping *s, uint64_t spot, const SweepTotals *totals, const double *periods);

/* ---- after ---------------------------------------------------------------------------------------- */

/* False when memory ends, as the others. */
bool sweeping_end(Sweeping *s);
/* Every cell is a trial. */
bool sweeping_trials(const Sweeping *s, int64_t from_us, int64_t to_us, Trial **ret_trials);
/* `trials` 0: not counted, then its cells are all; may be done again. */
bool sweeping_judge(Sweeping *s, uint64_t trials, double variance);

Span sweeping_name(const Sweeping *s, uint32_t axis);
double sweeping_value(const Sweeping *s, size_t cell, uint32_t axis);
/* "orders go through the matcher ...", and why. */
void sweeping_put_route(const Sweeping *s, Buf *out);

/* What cells earned in the mean, by the values of two axes; long ones are put
 * together. */
enum { SWEEP_MAP = 16 };
typedef struct SweepMap {
    uint32_t down, across, rows, columns; /* axes; places on the map */
    uint32_t row_span, column_span;       /* values a place */
    double mean[SWEEP_MAP][SWEEP_MAP];    /* dollars; UNKNOWN: no cell there */
} SweepMap;
/* False: fewer than two axes have more than one value. */
bool sweeping_map(const Sweeping *s, SweepMap *ret);

/* All of it, as `odx sweep --json` writes it. */
void sweeping_json(const Sweeping *s, Buf *out);
