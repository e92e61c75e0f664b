/* test_tick_packed.c — columns that stay packed against the same ticks as they are: facts, words, single ticks. */
#include "runtime/market/tick_packed.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/market/rows.h"
#include "vm/base/num.h"

enum { ROWS_MOST = 2000, LOOKS = 200 };

static const uint32_t hot[] = {TICK_WORD(bid[0].price_micros[0]), TICK_WORD(ask[0].price_micros[0]),
                               TICK_WORD(spot)};
enum { HOT = sizeof hot / sizeof *hot };

/* Columns of a hot part, unpacked: a column for each, whatever is known. */
static bool lay_out(const TickRow *rows, uint32_t count, TickColumns *c, const Kernels *k,
                    Arena *arena)
{
    int64_t *ts = arena_array(arena, int64_t, count);

    *c = (TickColumns){.count = count, .ts_us = ts};
    for (uint32_t i = 0; i < count; i++)
        ts[i] = rows[i].ts_us;
    for (uint32_t w = 0; w < HOT; w++) {
        int64_t *column = arena_array(arena, int64_t, count);

        for (uint32_t i = 0; i < count; i++)
            memcpy(&column[i], (const char *)&rows[i].data + hot[w] * 8, 8);
        c->words[hot[w]] = column;
    }
    return CHECK(tick_columns_prepare(c, k, arena));
}

static bool pack(const TickRow *rows, uint32_t count, bool is_whole, TickColumns *c,
                 const Kernels *k, Rng *rng, Arena *arena)
{
    TapeHead *heads = arena_array(arena, TapeHead, count);
    Span *blocks = arena_array(arena, Span, count);
    uint32_t made = 0, n;

    for (uint32_t i = 0; i < count; i += n, made++) {
        uint8_t *bytes = arena_array(arena, uint8_t, TAPE_BLOCK_MAX);

        n = is_whole ? TAPE_ROWS : 1 + (uint32_t)rng_below(rng, TAPE_ROWS);
        if (n > count - i) n = count - i;
        blocks[made] = span_of((const char *)bytes, tape_block_write(rows + i, n, made, i, bytes));
        if (!CHECK(tape_head_read(blocks[made], &heads[made]))) return false;
    }
    return CHECK(tick_columns_from_tape(heads, blocks, made, k, arena, c));
}

static void check_facts(const TickColumns *a, const TickColumns *b)
{
    CHECK(a->count == b->count && a->is_ordered == b->is_ordered);
    for (uint32_t i = 0; i < a->count; i += FACT_TICKS) {
        uint32_t f = i / FACT_TICKS;

        CHECK(a->crossed[f] == b->crossed[f] && a->gaps[f] == b->gaps[f]);
        for (uint32_t w = 0; w < HOT; w++) {
            const PriceRange *p = a->prices[hot[w]], *q = b->prices[hot[w]];

            CHECK_INT(a->facts[hot[w]][f], b->facts[hot[w]][f]);
            if (p) CHECK(p[f].low == q[f].low && p[f].high == q[f].high);
            if (!p && a->facts[hot[w]][f] & FACT_FINE) {
                CHECK_BITS(a->numbers[hot[w]][f].low, b->numbers[hot[w]][f].low);
                CHECK_BITS(a->numbers[hot[w]][f].high, b->numbers[hot[w]][f].high);
            }
        }
    }
    for (uint32_t w = 0; w < HOT; w++)
        CHECK_INT(tick_columns_all_facts(a, hot[w]), tick_columns_all_facts(b, hot[w]));
}

static void check_at(const TickColumns *a, const TickColumns *b, uint32_t i)
{
    uint32_t left = a->count - i < FACT_TICKS ? a->count - i : FACT_TICKS;
    int64_t rooms[2][FACT_TICKS];
    TickData rows[2];

    CHECK_INT(tick_columns_ts(a, i), tick_columns_ts(b, i));
    CHECK(!memcmp(tick_columns_times(a, i, rooms[0]), tick_columns_times(b, i, rooms[1]),
                  left * sizeof(int64_t)));
    for (uint32_t w = 0; w < HOT; w++) {
        CHECK_INT(tick_columns_bits(a, hot[w], i), tick_columns_bits(b, hot[w], i));
        CHECK(!memcmp(tick_columns_word(a, hot[w], i, rooms[0]),
                      tick_columns_word(b, hot[w], i, rooms[1]), left * sizeof(int64_t)));
    }
    tick_clear(&rows[0]);
    tick_clear(&rows[1]);
    tick_columns_row(a, i, &rows[0]);
    tick_columns_row(b, i, &rows[1]);
    CHECK(!memcmp(&rows[0], &rows[1], sizeof rows[0]));
}

static void test_equal(void)
{
    const Kernels *k = kernels_of(KERNELS_BASE);
    Rng rng;

    rng_init(&rng, 9);
    for (uint64_t seed = 0; seed < 60; seed++) {
        Arena *arena = test_arena((size_t)512 << 20);
        uint32_t count = 1 + (uint32_t)rng_below(&rng, ROWS_MOST);
        TickRow *rows = arena_array(arena, TickRow, count);
        TickColumns wide, packed;

        rows_make(rows, count, (int)(seed % ROWS_STYLES), seed);
        if (!lay_out(rows, count, &wide, k, arena)) return;
        if (!pack(rows, count, seed / ROWS_STYLES % 2, &packed, k, &rng, arena)) return;
        check_facts(&wide, &packed);
        for (int i = 0; i < LOOKS; i++)
            check_at(&wide, &packed, (uint32_t)rng_below(&rng, count));
    }
}

/* Asked for block by block, to the end and not beyond. */
static void test_expect(void)
{
    const Kernels *k = kernels_of(KERNELS_BASE);
    Arena *arena = test_arena((size_t)64 << 20);
    TickRow *rows = arena_array(arena, TickRow, 600);
    TickColumns wide, packed;
    uint32_t asked = 0, none = 0;
    Rng rng;

    rng_init(&rng, 1);
    rows_make(rows, 600, ROWS_MARKET, 4);
    if (!lay_out(rows, 600, &wide, k, arena)) return;
    if (!pack(rows, 600, true, &packed, k, &rng, arena)) return;
    tick_columns_expect(&packed, &asked, 0, 600);
    CHECK_INT(asked, 256);
    tick_columns_expect(&packed, &asked, 511, 512);
    CHECK_INT(asked, 512);
    tick_columns_expect(&packed, &asked, 511, 512);
    CHECK_INT(asked, 512);
    tick_columns_expect(&packed, &asked, 512, 5000);
    CHECK_INT(asked, 600);
    tick_columns_expect(&packed, &asked, 600, 5000);
    CHECK_INT(asked, 600);
    tick_columns_expect(&wide, &none, 0, 600);
    CHECK_INT(none, 0);
}

int main(void)
{
    TEST_RUN(test_equal);
    TEST_RUN(test_expect);
    return test_end();
}
