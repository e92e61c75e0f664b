/* sweep_seen.h — ranges of marks that cells asked for, kept for the others, which as a rule hold shares as long.  Private
 * to the room. */
#pragma once

#include "runtime/backtest/sweep_equity.h"

/* NULL when memory ends. */
SweepSeen *sweep_seen_new(Arena *arena);
/* As sweep_marks. */
PriceRange sweep_seen_marks(SweepSeen *all, const SweepScene *s, uint32_t outcome, uint32_t from,
                            uint32_t to);
