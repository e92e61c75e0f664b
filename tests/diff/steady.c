/* steady.c — see steady.h. */
#include "tests/diff/steady.h"

#include "vm/base/num.h"
#include "vm/base/rng.h"

#define SECOND INT64_C(1000000)
#define SLOT (900 * SECOND)
#define MIDNIGHT (INT64_C(1790726400) * SECOND) /* 2026-09-30 00:00 UTC */

enum { SLOT_EVENTS = 3, AWKWARD_IN = 5, SILENCE = 40 };

typedef struct Steady {
    Rng rng;
    Arena *arena;
    GenEvents *to;
    int64_t now_us, apart_us;
    int64_t cents;
    double spot;
} Steady;

static int64_t below(Steady *s, int64_t n)
{
    return (int64_t)rng_below(&s->rng, (uint64_t)n);
}

/* There is room for all of a slot. */
static Event *add(Steady *s, EventKind kind)
{
    Event *e = &s->to->events[s->to->count++];

    *e = (Event){.ts_us = s->now_us, .kind = (uint8_t)kind};
    return e;
}

static void put_side(BookSide *side, int64_t cents)
{
    side->price_micros[0] = cents * 10000;
    side->size_micros[0] = 200 * SECOND;
}

static void put_tick(Steady *s, bool is_awkward)
{
    TickData *t = arena_new(s->arena, TickData);
    int64_t ask = s->cents + 1 + below(s, 3);

    tick_clear(t);
    put_side(&t->bid[0], s->cents);
    put_side(&t->ask[0], is_awkward && below(s, 2) ? s->cents - 1 : ask);
    put_side(&t->bid[1], 100 - ask);
    put_side(&t->ask[1], 100 - s->cents);
    if (is_awkward && below(s, 2)) t->bid[0].price_micros[0] = MICROS_UNKNOWN;
    t->spot = s->spot;
    add(s, EV_TICK)->tick = t;
}

static void walk_on(Steady *s)
{
    s->cents += below(s, 3) - 1;
    if (s->cents < 5) s->cents = 5;
    if (s->cents > 90) s->cents = 90;
    s->spot += (double)(below(s, 61) - 30) / 10;
}

static void put_slot(Steady *s)
{
    int64_t start = s->now_us, awkward_at = -1;
    Event *e = add(s, EV_SLOT_OPEN);

    e->slot.slot_start_us = start;
    e->slot.slot_us = SLOT;
    if (!below(s, AWKWARD_IN)) awkward_at = below(s, SLOT / s->apart_us);
    for (int64_t i = 0; s->now_us < start + SLOT; i++) {
        walk_on(s);
        put_tick(s, i == awkward_at);
        s->now_us += i == awkward_at && below(s, 2) ? SILENCE * SECOND : s->apart_us;
    }
    s->now_us = start + SLOT;
    e = add(s, EV_SLOT_CLOSE);
    e->slot.slot_start_us = start;
    e->slot.slot_us = SLOT;
    e = add(s, EV_RESOLVE);
    e->resolve.slot_start_us = start;
    e->resolve.spot_close = s->spot;
    e->resolve.winner = (int8_t)below(s, 2);
}

GenEvents steady_events(uint64_t seed, size_t count, Arena *arena)
{
    GenEvents events = {.start_us = MIDNIGHT - 8 * SLOT}; /* over midnight */
    Steady s = {
        .arena = arena, .to = &events, .now_us = events.start_us, .cents = 50, .spot = 60000};

    rng_init(&s.rng, seed);
    s.apart_us = below(&s, 5) * SECOND;
    if (!s.apart_us) s.apart_us = SECOND / 2;
    events.events = arena_array(arena, Event, count + (size_t)(SLOT / s.apart_us) + SLOT_EVENTS);
    while (!arena_is_full(arena) && events.count < count)
        put_slot(&s);
    if (arena_is_full(arena)) events.count = 0;
    return events;
}
