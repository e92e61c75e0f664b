/* resample.h — what else could have happened: slots drawn again in blocks, trades in another order.
 *
 * The stationary bootstrap (Politis and Romano) keeps what neighbouring slots have in common: blocks of
 * random length, `block` slots in the mean.  The Reality Check (White) asks whether the best of many
 * cells earns more than the best of as many without skill would.  Promise: equal seeds, equal results. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/backtest/overfit.h"
#include "vm/base/arena.h"

typedef struct Draws {
    uint64_t seed;
    uint32_t rounds;
    double block; /* slots; at least 1 */
} Draws;

/* Slots a block for so many: their cube root. */
double resample_block(size_t count);

typedef struct Band {
    double low, middle, high; /* 5 %, 50 % and 95 % */
    double chance;            /* of what the function says */
} Band;

/* The mean by slot; chance: that a mean of nothing would come out as high as ours (a one-sided p-value). */
bool resample_mean(const double *x, size_t count, const Draws *d, Arena *scratch, Band *ret);
/* The deepest fall from a peak with the same trades in other orders; chance: of one at least as deep as
 * the one that happened. */
bool resample_fall(const double *x, size_t count, const Draws *d, Arena *scratch, Band *ret);
/* White's p-value of the best cell's mean; unknown without slots, cells or memory. */
double resample_best(const Returns *r, const Draws *d, Arena *scratch);

/* The deepest fall of a running sum from its peak, as a positive figure. */
double deepest_fall(const double *x, size_t count);
