/* sweep_seen.c — see sweep_seen.h. */
#include "runtime/backtest/sweep_seen.h"

enum { SEEN = 512 };

struct SweepSeen { /* ticks from .. to; nothing yet: none */
    uint32_t from, to, outcome;
    PriceRange range;
};

SweepSeen *sweep_seen_new(Arena *arena)
{
    return arena_array(arena, SweepSeen, SEEN);
}

PriceRange sweep_seen_marks(SweepSeen *all, const SweepScene *s, uint32_t outcome, uint32_t from,
                            uint32_t to)
{
    SweepSeen *seen = &all[(from * 37 + to) % SEEN];

    if (seen->from != from || seen->to != to || seen->outcome != outcome)
        *seen = (SweepSeen){from, to, outcome, sweep_marks(s, outcome, from, to)};
    return seen->range;
}
