/* overfit.h — is the best of many the best, or the luckiest?
 *
 * In goes a table: what each of `cells` strategies earned in each of `slots` slots, a row a slot.
 * Symmetric cross-validation (Bailey, Borwein, Lopez de Prado, Zhu): the slots are cut into 16 stretches;
 * for each of the 12,870 ways to choose eight of them, the cell with the best Sharpe ratio there is looked
 * up among all cells on the other eight.  Promise: no draw, one result for a table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/arena.h"

enum { OVERFIT_STRETCHES = 16 };

typedef struct Returns {
    const double *by_slot; /* [slot * cells + cell] */
    size_t slots, cells;
} Returns;

typedef struct Overfit {
    double probability; /* that the best of one half lies in the lower half of the other */
    double loss;        /* that it earns nothing there */
    double kept;        /* its ratio there over its ratio here, the middle one */
    uint32_t splits;
} Overfit;

/* False when there is too little: under two cells, under two slots a stretch, or no memory. */
bool overfit_measure(const Returns *r, Arena *scratch, Overfit *ret);

/* A stretch of slots to choose by, then one to judge by; `gap` slots between them are for nobody. */
typedef struct Walk {
    size_t train_from, train_to, test_from, test_to; /* [from, to) */
} Walk;

/* Cuts `slots` into `folds` + 1 stretches and writes one walk for each but the first: everything before it,
 * less the gap.  Returns how many were written; those without a slot to choose by are left out. */
size_t walk_forward(size_t slots, size_t folds, size_t gap, Walk *ret);
