/* twin.h — what the anchor's twins have in common: its numbers, and the averages of a slot's first ticks.
 *
 * Language, part 3, for anchor.odx and for nothing else.  All of it becomes part of the twin that includes
 * it, which is built for this very machine (see meson.build).  Promise: bits, not values. */
#pragma once

#include <stdint.h>

#define CENT INT64_C(10000)
#define ONE INT64_C(1000000)
#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum { QUICK = 12, CALM = 26, HEAT = 14, SHARES = 50, MAX_TRADES = 3 };

ALWAYS_INLINE double grid_micros(double x)
{
    return __builtin_rint(x * 1e6);
}

typedef struct Averages {
    double quick, up, down; /* of the price; of its rises and falls */
    double last;            /* price */
    int64_t calm_sum;       /* of the last CALM prices, in micros */
} Averages;

typedef struct Seed { /* Neumaier */
    double sum, comp;
} Seed;

typedef struct Seeds { /* until the averages have begun */
    Seed quick, up, down;
} Seeds;

ALWAYS_INLINE void seed_add(Seed *s, double x)
{
    double t = s->sum + x;

    if (__builtin_fabs(s->sum) >= __builtin_fabs(x))
        s->comp += (s->sum - t) + x;
    else
        s->comp += (x - t) + s->sum;
    s->sum = t;
}

/* Tick k of the first CALM ones. */
ALWAYS_INLINE void seed_tick(Averages *a, Seeds *s, uint32_t k, double x)
{
    double change = x - a->last;
    double rise = change > 0 ? change : 0, fall = change < 0 ? -change : 0;

    if (k < QUICK) seed_add(&s->quick, x);
    if (k == QUICK - 1) a->quick = (s->quick.sum + s->quick.comp) / QUICK;
    if (k >= QUICK) a->quick += 2.0 / (QUICK + 1) * (x - a->quick);
    if (k >= 1 && k <= HEAT) {
        seed_add(&s->up, rise);
        seed_add(&s->down, fall);
    }
    if (k == HEAT) {
        a->up = (s->up.sum + s->up.comp) / HEAT;
        a->down = (s->down.sum + s->down.comp) / HEAT;
    }
    if (k > HEAT) {
        a->up = (a->up * (HEAT - 1) + rise) / HEAT;
        a->down = (a->down * (HEAT - 1) + fall) / HEAT;
    }
    a->last = x;
    a->calm_sum += (int64_t)grid_micros(x);
}
