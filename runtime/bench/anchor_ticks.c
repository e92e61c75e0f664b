/* anchor_ticks.c — the anchor's ticks: a walk of the spot price, a share that follows it, a noisy book.
 *
 * Prices lie on the cent; every slot of 900 ticks starts at a spot price of its own.  Nothing here is
 * like a real market but its size: enough entries, stops, targets and payouts to hold twins to. */
#include "runtime/bench/anchor.h"
#include "vm/base/fixed.h"
#include "vm/base/rng.h"

typedef struct Walk {
    Rng rng;
    double spot, open, noise;
} Walk;

/* What the share is worth in cents: half a dollar, more as the spot price has risen. */
static int64_t worth_cents(Walk *w)
{
    double up = (w->spot / w->open - 1) * 12, size = up < 0 ? -up : up;

    w->noise = 0.9 * w->noise + 2.0 * (rng_unit(&w->rng) - 0.5);
    return (int64_t)num_rint(50 + 46 * (up / (1 + size)) + w->noise);
}

static int64_t in_range(int64_t cents)
{
    return cents < 1 ? 1 : cents > 99 ? 99 : cents;
}

AnchorTicks anchor_ticks(Arena *arena, uint32_t count)
{
    int64_t *ts = arena_array(arena, int64_t, count), *slot = arena_array(arena, int64_t, count);
    int64_t *bid = arena_array(arena, int64_t, count), *ask = arena_array(arena, int64_t, count);
    double *spot = arena_array(arena, double, count), *mid = arena_array(arena, double, count);
    double *spread = arena_array(arena, double, count), *move = arena_array(arena, double, count);
    Walk w = {.spot = 50000, .open = 50000};

    if (arena_is_full(arena)) return (AnchorTicks){0};
    rng_init(&w.rng, 20260101);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i % ANCHOR_SLOT_TICKS;
        int64_t cents, below, above;

        w.spot *= 1 + 0.0030 * (2 * rng_unit(&w.rng) - 1);
        if (at == 0) w.open = w.spot = w.spot < 20000 || w.spot > 120000 ? 50000 : w.spot;
        cents = worth_cents(&w);
        below = 1 + (int64_t)rng_below(&w.rng, 3);
        above = 1 + (int64_t)rng_below(&w.rng, 3);
        bid[i] = in_range(cents - below) * 10000;
        ask[i] = in_range(cents + above) * 10000;
        if (ask[i] == bid[i]) bid[i] == 10000 ? (ask[i] += 10000) : (bid[i] -= 10000);
        spot[i] = w.spot;
        ts[i] = (int64_t)i * ANCHOR_SECOND_US;
        slot[i] = (int64_t)(i - at) * ANCHOR_SECOND_US;
        mid[i] = money_grid((fx_to_double(bid[i]) + fx_to_double(ask[i])) / 2);
        spread[i] = money_grid(fx_to_double(ask[i]) - fx_to_double(bid[i]));
        move[i] = num_abs(w.spot / w.open - 1);
    }
    return (AnchorTicks){count, ts, slot, bid, ask, spot, mid, spread, move};
}
