/* market.h — random event streams for a checked program.
 *
 * Calm, trending, jumping, one-sided and crossed books, gaps, equal stamps, prices at the edges, falling
 * volume, rollovers at awkward moments, staggered starts, resolutions, foreign fills, leaders, feeds.
 * Promise: equal seeds give equal events; events are ordered by (time, kind, source). */
#pragma once

#include "compiler/sema/program.h"
#include "runtime/engine/event.h"
#include "vm/base/arena.h"

typedef struct GenEvents {
    Event *events;
    size_t count;
    int64_t start_us;
} GenEvents;

/* About `count` events; the last is a clock event some time later. */
GenEvents generate_events(const Program *p, uint64_t seed, size_t count, Arena *arena);
