/* axes.h — which values of which params a sweep tries, in the words of a command line.
 *
 * In: a compiled strategy, `NAME=VALUES` words, those that are held still.  Out: the axes of a search.  Promise: every
 * mistake is a sentence that names the word and what would be right. */
#pragma once

#include "compiler/compiler.h"
#include "runtime/backtest/sweeping.h"

typedef struct SweepWords {
    const char *file;         /* for sentences */
    const char *const *fixed; /* NAME=VALUE: held still */
    size_t fixed_count;
    const char *const
        *tries; /* NAME or NAME=VALUES; none: all that have a range and are not held */
    size_t try_count;
} SweepWords;

/* Is what stands behind `=` more than one value? */
bool axes_is_tried(const char *word);
/* The axes of the search, whose way is set; ST_BAD_INPUT with a sentence. */
Status axes_read(Sweeping *s, const Compilation *c, const SweepWords *words, Err *err);
