/* test_synth.c — made-up slots: equal seeds, sound books, a fair game. */
#include "runtime/market/synth.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

enum { SLOTS = 40 };

static SynthOptions options(int64_t seconds, bool is_martingale)
{
    return (SynthOptions){3, INT64_C(1767571200) * FX_ONE, seconds * FX_ONE, 97000, is_martingale};
}

static void check_row(const TickRow *row, const SynthEnd *end, int64_t slot_us)
{
    const TickData *d = &row->data;
    TickData turned = *d;
    int64_t bid = d->bid[0].price_micros[0], ask = d->ask[0].price_micros[0];

    CHECK_INT(row->slot_start_us, end->start_us);
    CHECK(row->ts_us >= end->start_us && row->ts_us < end->start_us + slot_us);
    CHECK(bid != MICROS_UNKNOWN || ask != MICROS_UNKNOWN);
    if (bid != MICROS_UNKNOWN) CHECK(bid >= 10000 && bid <= 990000 && bid % 10000 == 0);
    if (ask != MICROS_UNKNOWN) CHECK(ask >= 10000 && ask <= 990000 && ask % 10000 == 0);
    if (bid != MICROS_UNKNOWN && ask != MICROS_UNKNOWN) CHECK(bid < ask);
    tick_mirror(&turned);
    CHECK(memcmp(&turned, d, sizeof turned) == 0);
    CHECK(d->spot > 0 && d->volume_micros >= 0);
}

static void test_books(void)
{
    static const int64_t seconds[] = {300, 900, 3600};

    for (size_t k = 0; k < sizeof seconds / sizeof *seconds; k++) {
        SynthOptions how = options(seconds[k], false);
        Arena *arena = test_arena((size_t)16 << 20);
        int64_t last_us = 0;
        TickRow *rows;
        Synth s;

        synth_init(&s, &how);
        rows = arena_array(arena, TickRow, synth_rows_max(&s));
        for (int i = 0; i < SLOTS; i++) {
            SynthEnd end;
            uint32_t count = synth_slot(&s, rows, &end);

            CHECK(count > seconds[k] * 8 / 10);
            CHECK_INT(end.start_us, how.start_us + i * how.slot_us);
            CHECK_INT(end.winner, end.price_end >= end.price_start ? 0 : 1);
            for (uint32_t r = 0; r < count; r++) {
                check_row(&rows[r], &end, how.slot_us);
                CHECK(rows[r].ts_us > last_us);
                last_us = rows[r].ts_us;
            }
        }
    }
}

static uint32_t sum_of(uint64_t seed)
{
    SynthOptions how = options(300, false);
    Arena *arena = test_arena((size_t)4 << 20);
    uint32_t sum = 0;
    TickRow *rows;
    SynthEnd end;
    Synth s;

    how.seed = seed;
    synth_init(&s, &how);
    rows = arena_array(arena, TickRow, synth_rows_max(&s));
    for (int i = 0; i < SLOTS; i++) {
        uint32_t count = synth_slot(&s, rows, &end);

        sum = crc32c(sum, rows, count * sizeof *rows);
    }
    return sum;
}

static void test_seeds(void)
{
    CHECK_INT(sum_of(1), sum_of(1));
    CHECK(sum_of(1) != sum_of(2));
}

/* Buying Up at the middle of a martingale's book earns nothing, early or late. */
static void test_fair_game(void)
{
    SynthOptions how = options(300, true);
    Arena *arena = test_arena((size_t)4 << 20);
    double sums[3] = {0}, squares[3] = {0};
    TickRow *rows;
    Synth s;

    synth_init(&s, &how);
    rows = arena_array(arena, TickRow, synth_rows_max(&s));
    for (int i = 0; i < 3000; i++) {
        SynthEnd end;
        uint32_t count = synth_slot(&s, rows, &end);

        for (uint32_t k = 0; k < 3; k++) {
            const TickData *d = &rows[count * (k + 1) / 4].data;
            int64_t bid = d->bid[0].price_micros[0], ask = d->ask[0].price_micros[0];
            double mid = bid == MICROS_UNKNOWN   ? fx_to_double(ask)
                         : ask == MICROS_UNKNOWN ? fx_to_double(bid)
                                                 : fx_to_double(bid + ask) / 2;
            double gain = (end.winner == 0) - mid;

            sums[k] += gain;
            squares[k] += gain * gain;
        }
    }
    for (int k = 0; k < 3; k++) {
        double mean = sums[k] / 3000, error = num_sqrt(squares[k] / 3000 / 3000);

        CHECK(num_abs(mean) < 3 * error);
    }
}

int main(void)
{
    TEST_RUN(test_books);
    TEST_RUN(test_seeds);
    TEST_RUN(test_fair_game);
    return test_end();
}
