/* sweep_matched.h — cells whose orders go through a matcher each, many in one pass.  Private to the room.
 *
 * In: a prepared job.  Out: a cell's totals and periods.  The sweep driver walks the wallets; a matcher hears of an
 * order when it is sent and of books when one arrives.  Promise: totals and periods are those of a backtest of
 * that cell, to the bit; a cell that cannot be kept to that is named. */
#pragma once

#include "runtime/backtest/sweep_run.h"

/* Sets route and why, ticks, steps and scene; false with the reason. */
bool matched_prepare(SweepJob *job, Arena *arena, Err *err);
/* Spots first .. first + count of the grid.  `ret_left`: cells that must be run by a backtest. */
bool matched_range(const SweepJob *job, uint64_t first, uint32_t count, SweepTotals *ret_totals,
                   double *ret_periods, bool *ret_left, Arena *scratch);
