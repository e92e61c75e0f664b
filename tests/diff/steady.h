/* steady.h — events of a market that ticks evenly: slot after slot with a whole book and a spot price.
 *
 * What recordings and generated events seldom are for long, and what averages that run slots abreast need.  Some
 * slots have a silence, a book with one side, or one that is crossed.  Promise: equal seeds give equal events. */
#pragma once

#include "tests/generate/market.h"

/* About `count` events of market 0; none when memory ends. */
GenEvents steady_events(uint64_t seed, size_t count, Arena *arena);
