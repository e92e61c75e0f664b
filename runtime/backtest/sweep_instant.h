/* sweep_instant.h — cells whose orders fill at once: many in one pass, or one by one.  Private to the room.
 *
 * In: a prepared job.  Out: a cell's totals and periods, made of the engine's ledger rows alone, so that both ways
 * book alike.  Promise: profit belongs to the period whose position it closes, payouts to the slot they are for. */
#pragma once

#include "runtime/backtest/sweep_run.h"

/* The only market's rows in the order in which a replay shows them; false when memory ends. */
bool instant_steps(SweepJob *job, Arena *arena);
/* Sets route and why, ticks and steps; false when memory ends. */
bool instant_prepare(SweepJob *job, Arena *arena);
/* Spots first .. first + count of the grid, in one pass. */
bool instant_range(const SweepJob *job, uint64_t first, uint32_t count, SweepTotals *ret_totals,
                   double *ret_periods, Arena *scratch);
/* One cell, by itself. */
bool instant_alone(const SweepJob *job, const double *params, SweepTotals *ret_totals,
                   double *ret_periods, Arena *scratch);
