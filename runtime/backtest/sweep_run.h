/* sweep_run.h — cells of a sweep, worked out: what the strategy earns with each of them, period by period.
 *
 * In: a backtest's configuration, the search, spots of its grid.  Out: totals and periods of each cell.  Orders go
 * through the matcher or are filled instantly; the sweep driver shares ticks between cells where it can, else
 * each cell is a run of its own.  SweepRoute says which and why.  A job is made once and only read afterwards: threads share it.
 * Promise: a cell's outcome is a function of the job and its spot, with whatever others it is worked out. */
#pragma once

#include "runtime/backtest/backtest.h"
#include "runtime/backtest/sweep.h"
#include "runtime/backtest/sweep_judge.h"

typedef enum SweepRoute {
    SWEEP_ROUTE_MATCHER, /* a backtest a cell: `why` */
    SWEEP_ROUTE_MATCHED, /* through the matcher, ticks shared */
    SWEEP_ROUTE_SHARED,  /* instantly, ticks shared */
    SWEEP_ROUTE_ALONE,   /* instantly, each cell by itself: `why` */
} SweepRoute;

typedef struct SweepEnds { /* of periods, in order */
    const int64_t *us;
    size_t count;
} SweepEnds;

/* The first that ends at that instant or later; the last one if none does. */
size_t sweep_end_at(const SweepEnds *ends, int64_t ts_us);

typedef struct SweepJob {
    /* params: those that are not swept; all of it is borrowed.  Without rows: `ticks` and `steps` are the
     * caller's, of one market with slots, through the matcher */
    BacktestConfig config;
    SweepSearch search;
    KernelLevel level;
    bool is_instant;
    /* by sweep_prepare */
    SweepRoute route;
    SweepWhy why;        /* MATCHER, ALONE */
    bool is_hourly;      /* periods are hours, not slots */
    SweepEnds ends, *of; /* of the periods; by market, of its own slots */
    TickColumns ticks;   /* of the only market */
    const SweepStep *steps;
    uint32_t step_count;
    const struct SweepScene *scene; /* MATCHED */
} SweepJob;

/* Fills in the rest.  A sentence in `err`: nothing to run on, a venue that cannot be matched, no memory. */
bool sweep_prepare(SweepJob *job, Arena *arena, Err *err);
/* Cells at these spots; `ret_periods`: dollars, the periods of one cell behind those of the other. */
bool sweep_step(const SweepJob *job, const uint64_t *spots, uint32_t count, SweepTotals *ret_totals,
                double *ret_periods, Arena *scratch, Err *err);
/* What cells whose ticks are shared have to do with orders. */
typedef struct SweepWork {
    uint64_t sent, refused, answered;
    uint32_t left; /* cells that a backtest has to run */
} SweepWork;
/* Cells first .. first + count of the grid of a job whose route is MATCHED; false when memory ends. */
bool sweep_work(const SweepJob *job, uint64_t first, uint32_t count, SweepWork *ret,
                Arena *scratch);
