/* sweep_seen_none.c — in place of sweep_seen.c where size counts more than speed: every cell looks for itself. */
#include "runtime/backtest/sweep_seen.h"

SweepSeen *sweep_seen_new(Arena *arena)
{
    (void)arena;
    return NULL;
}

PriceRange sweep_seen_marks(SweepSeen *all, const SweepScene *s, uint32_t outcome, uint32_t from,
                            uint32_t to)
{
    (void)all;
    return sweep_marks(s, outcome, from, to);
}
