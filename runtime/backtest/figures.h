/* figures.h — rows of figures: their mean, and in order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "vm/base/arena.h"

/* count > 0. */
double figures_mean(const double *x, size_t count);
/* Smallest first; false, untouched, when there is no memory. */
bool figures_sort(double *x, size_t count, Arena *scratch);
