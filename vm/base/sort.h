/* sort.h — stable merge sort with the same order everywhere.
 *
 * Scratch memory is n * size bytes of the arena, given back before the return.  Promise: equal items
 * keep their order, at most n log2 n comparisons. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "vm/base/arena.h"

/* Negative, zero or positive, like memcmp. */
typedef int (*SortCmp)(const void *a, const void *b, void *ctx);

/* Sorts in place. False, with the items untouched, when the arena has no scratch memory. */
bool sort_stable(void *base, size_t count, size_t size, SortCmp cmp, void *ctx, Arena *scratch);
