/* stories.h — what happens to the matcher in one trial, out of a seed.
 *
 * Two markets that wander, their books told as snapshots, deltas and trades, with gaps, new grids, unknown sizes and
 * crossed quotes; orders of every kind and cancels of some.  Promise: equal seeds tell the same, in order of time. */
#pragma once

#include "tests/reference/matching.h"

enum { STORIES = 260 };

typedef struct Stories {
    Story items[STORIES];
    size_t count;
} Stories;

void stories_make(Stories *s, uint64_t seed, MatchingSetup *ret_setup);
/* The first reply in which the two part; both counts when they are the same. */
size_t replies_differ_at(const Reply *a, size_t a_count, const Reply *b, size_t b_count);
