/* rows.c — see rows.h. */
#include "tests/unit/market/rows.h"

#include <string.h>

#include "vm/base/fixed.h"

enum { WORDS = sizeof(TickRow) / sizeof(int64_t) };

static void make_book(TickRow *row, Rng *rng, int64_t mid)
{
    for (int i = 0; i < BOOK_LEVELS; i++) {
        row->data.bid[0].price_micros[i] = (mid - 1 - i) * 10000;
        row->data.ask[0].price_micros[i] = (mid + i) * 10000;
        row->data.bid[0].size_micros[i] =
            rng_range(rng, 100, 2000000 >> rng_below(rng, 12)) * 10000;
        row->data.ask[0].size_micros[i] =
            rng_range(rng, 100, 2000000 >> rng_below(rng, 12)) * 10000;
    }
    if (rng_chance(rng, 0.02)) row->data.ask[0].price_micros[2] = MICROS_UNKNOWN;
    tick_mirror(&row->data);
}

static void make_market(TickRow *rows, uint32_t count, Rng *rng)
{
    int64_t ts = 1776081600000000, mid = 50, spot = 9700050;

    for (uint32_t i = 0; i < count; i++) {
        ts += rng_range(rng, 1, 2000) * 1000;
        mid += rng_range(rng, -1, 1);
        if (mid < 5 || mid > 95) mid = 50;
        spot += rng_range(rng, -300, 300);
        tick_clear(&rows[i].data);
        rows[i].ts_us = ts;
        rows[i].slot_us = 300 * FX_ONE;
        rows[i].slot_start_us = ts / rows[i].slot_us * rows[i].slot_us;
        make_book(&rows[i], rng, mid);
        rows[i].data.spot = (double)spot / 100;
        rows[i].data.volume_micros = ts / 1000 * 10000 % INT64_C(1000000000000);
    }
}

/* Two books that are polled one after the other, with holes. */
static void spoil_mirror(TickRow *rows, uint32_t count, Rng *rng)
{
    for (uint32_t i = 0; i < count; i++) {
        if (rng_chance(rng, 0.2)) rows[i].data.bid[1].price_micros[0] += 10000;
        if (rng_chance(rng, 0.1)) rows[i].data.ask[1].size_micros[0] = MICROS_UNKNOWN;
        if (rng_chance(rng, 0.1)) rows[i].data.bid[0].price_micros[0] = MICROS_UNKNOWN;
        if (rng_chance(rng, 0.3)) rows[i].data.mid[0] = 0.505;
        if (rng_chance(rng, 0.3)) rows[i].data.size_ratio[1] = rng_unit(rng);
        if (rng_chance(rng, 0.3)) rows[i].data.move = -(double)rng_below(rng, 1000) / 1e5;
    }
}

static void make_spot(TickRow *rows, uint32_t count, Rng *rng)
{
    for (uint32_t i = 0; i < count; i++) {
        tick_clear(&rows[i].data);
        rows[i].ts_us = 1776081600000000 + i * INT64_C(60000000);
        rows[i].slot_start_us = MICROS_UNKNOWN;
        rows[i].slot_us = 0;
        rows[i].data.spot = 60000 + rng_unit(rng);
        rows[i].data.mark = rng_chance(rng, 0.5) ? UNKNOWN : 1e300 * rng_unit(rng);
    }
}

static int64_t odd_number(Rng *rng)
{
    static const int64_t odd[] = {0,
                                  1,
                                  -1,
                                  INT64_MAX,
                                  INT64_MIN,
                                  INT64_MIN + 1,
                                  1000000,
                                  999999,
                                  INT64_C(1) << 51,
                                  -(INT64_C(1) << 52),
                                  4294967295,
                                  32767,
                                  32768};

    if (rng_chance(rng, 0.5)) return odd[rng_below(rng, sizeof odd / sizeof *odd)];
    return (int64_t)(rng_u64(rng) >> rng_below(rng, 64));
}

/* Words of any value where a row has a whole number; numbers are finite or unknown. */
static void make_odd(TickRow *rows, uint32_t count, Rng *rng, double chance)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t word = 1; word < WORDS; word++) {
            int64_t cell = odd_number(rng);
            double x = (double)odd_number(rng) * (rng_chance(rng, 0.5) ? 1e-3 : -1e-9);
            bool is_number = (word >= 27 && word < 36) || word == 38 || word == 39;

            if (!rng_chance(rng, chance)) continue;
            if (is_number) memcpy(&cell, &x, sizeof cell);
            memcpy((char *)&rows[i] + word * sizeof cell, &cell, sizeof cell);
        }
}

void rows_make(TickRow *rows, uint32_t count, int style, uint64_t seed)
{
    Rng rng;

    rng_init(&rng, seed);
    if (style == ROWS_SPOT) {
        make_spot(rows, count, &rng);
        return;
    }
    make_market(rows, count, &rng);
    if (style == ROWS_TWO_BOOKS) spoil_mirror(rows, count, &rng);
    if (style == ROWS_ODD) make_odd(rows, count, &rng, 0.01);
    if (style == ROWS_WILD) make_odd(rows, count, &rng, 1);
}
