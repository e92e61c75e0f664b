/* test_tape_block.c — blocks: what goes in comes out, sizes, damage at every place. */
#include "runtime/market/tape_block.h"

#include <string.h>

#include "runtime/market/tape_bits.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/market/rows.h"
#include "vm/base/num.h"

static const struct {
    const char *name;
    int style;
    size_t hot_max; /* bytes a tick */
} styles[] = {
    {"a market", ROWS_MARKET, 12},   {"two books", ROWS_TWO_BOOKS, 12},
    {"a spot price", ROWS_SPOT, 16}, {"odd numbers", ROWS_ODD, 32},
    {"wild numbers", ROWS_WILD, 32},
};

static void check_hot(const TapeHead *h, Span block, const TickRow *rows)
{
    int64_t room[3][TAPE_ROWS];
    double spot[TAPE_ROWS];
    TapeHotRows hot = {room[0], room[1], room[2], spot};

    tape_block_hot(h, block, hot);
    for (uint32_t i = 0; i < h->rows; i++) {
        CHECK_INT(hot.ts_us[i], rows[i].ts_us);
        CHECK_INT(hot.bid_micros[i], rows[i].data.bid[0].price_micros[0]);
        CHECK_INT(hot.ask_micros[i], rows[i].data.ask[0].price_micros[0]);
        CHECK_BITS(hot.spot[i], rows[i].data.spot);
    }
}

/* Any choice of columns says the same as all of them. */
static void check_columns(const TapeHead *h, Span block, const TickRow *rows, Rng *rng,
                          Arena *arena)
{
    TapeValues *v = arena_new(arena, TapeValues);
    uint64_t wanted = rng_u64(rng) & rng_u64(rng);

    CHECK(tape_block_columns(h, block, wanted, v));
    for (uint32_t id = 0; id < TAPE_COLUMNS; id++) {
        if (!(wanted >> id & 1)) continue;
        for (uint32_t i = 0; i < h->rows; i++) {
            int64_t want;

            memcpy(&want, (const char *)&rows[i] + tape_column_info(id)->word * 8, 8);
            if (v->known >> id & 1)
                CHECK_INT(v->cells[id][i], want);
            else
                CHECK(want == MICROS_UNKNOWN || (uint64_t)want == UNKNOWN_BITS);
        }
    }
}

static void check_ranges(const TapeHead *h, const TickRow *rows)
{
    for (uint32_t k = 0; k < h->column_count; k++) {
        const TapeColumn *c = &h->columns[k];
        const TapeColumnInfo *info = tape_column_info(c->id);
        bool is_number = info->kind == TAPE_NUMBER;

        for (uint32_t i = 0; i < h->rows; i++) {
            int64_t cell;
            double x;

            memcpy(&cell, (const char *)&rows[i] + info->word * 8, 8);
            memcpy(&x, &cell, 8);
            if (is_number ? !num_is_known(x) : cell == MICROS_UNKNOWN) continue;
            if (is_number)
                CHECK(x >= num_from_bits((uint64_t)c->min) && x <= num_from_bits((uint64_t)c->max));
            else
                CHECK(cell >= c->min && cell <= c->max);
        }
    }
}

static void check_block(const TickRow *rows, uint32_t count, size_t hot_max, Rng *rng)
{
    Arena *arena = test_arena((size_t)4 << 20);
    uint8_t *block = arena_array(arena, uint8_t, TAPE_BLOCK_MAX);
    TapeValues *scratch = arena_new(arena, TapeValues);
    TickRow *got = arena_array(arena, TickRow, TAPE_ROWS);
    size_t bytes = tape_block_write(rows, count, 7, 1792, block);
    Span span = span_of((const char *)block, bytes);
    TapeHead h;

    if (!CHECK(tape_head_read(span, &h))) return;
    CHECK(bytes <= TAPE_BLOCK_MAX && bytes % TAPE_ALIGN == 0 && h.bytes == bytes);
    CHECK(h.rows == count && h.number == 7 && h.first_row == 1792);
    CHECK_INT(tape_block_check(&h, span), TAPE_FINE);
    CHECK(tape_block_rows(&h, span, scratch, got));
    CHECK(memcmp(got, rows, count * sizeof *rows) == 0);
    if (count == TAPE_ROWS) CHECK(h.hot_bytes <= hot_max * count);
    check_hot(&h, span, rows);
    check_columns(&h, span, rows, rng, arena);
    check_ranges(&h, rows);
}

static void test_round_trip(void)
{
    static const uint32_t counts[] = {TAPE_ROWS, TAPE_ROWS, 1, 2, 7, 8, 9, 63, 200, 255};
    TickRow rows[TAPE_ROWS];
    Rng rng;

    rng_init(&rng, 5);
    for (size_t s = 0; s < sizeof styles / sizeof *styles; s++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            uint32_t count = counts[seed % (sizeof counts / sizeof *counts)];

            test_case(styles[s].name);
            rows_make(rows, count, styles[s].style, seed);
            check_block(rows, count, styles[s].hot_max, &rng);
        }
}

/* The bars of history: hot 12 bytes a tick, a full record in 24. */
static void test_sizes(void)
{
    Arena *arena = test_arena((size_t)4 << 20);
    uint8_t *block = arena_array(arena, uint8_t, TAPE_BLOCK_MAX);
    TickRow rows[TAPE_ROWS];
    TapeHead h;

    rows_make(rows, TAPE_ROWS, ROWS_MARKET, 1);
    tape_block_write(rows, TAPE_ROWS, 0, 0, block);
    if (!CHECK(tape_head_read(span_of((const char *)block, TAPE_BLOCK_MAX), &h))) return;
    CHECK_INT(h.hot_bytes, 12 * TAPE_ROWS);
    CHECK(h.is_mirrored);
    CHECK(h.head_bytes + h.cold_bytes <= 24 * TAPE_ROWS);
}

static void test_widths(void)
{
    uint64_t numbers[TAPE_ROWS];
    uint32_t low[TAPE_ROWS], high[TAPE_ROWS];
    uint8_t packed[TAPE_ROWS * 8];
    Rng rng;

    rng_init(&rng, 3);
    for (uint32_t width = 0; width <= 64; width++)
        for (uint32_t count = 1; count <= TAPE_ROWS; count += 1 + count / 3) {
            bool is_same = true;

            for (uint32_t i = 0; i < count; i++)
                numbers[i] = width ? rng_u64(&rng) >> (64 - width) : 0;
            CHECK(tape_bits_size(count, width) <= sizeof packed);
            tape_bits_pack(numbers, count, width, packed);
            tape_bits_unpack(packed, count, width, low, high);
            for (uint32_t i = 0; i < count; i++)
                is_same &= (low[i] | (width > 32 ? (uint64_t)high[i] << 32 : 0)) == numbers[i];
            CHECK(is_same);
        }
}

/* Whichever bit turns: the head is refused, or the part that has it is named. */
static void test_flips(void)
{
    Arena *arena = test_arena((size_t)4 << 20);
    uint8_t *block = arena_array(arena, uint8_t, TAPE_BLOCK_MAX);
    TickRow rows[TAPE_ROWS];
    size_t bytes;

    rows_make(rows, 100, ROWS_TWO_BOOKS, 4);
    bytes = tape_block_write(rows, 100, 0, 0, block);
    for (size_t at = 0; at < bytes; at++) {
        uint8_t bit = (uint8_t)(1u << (at % 8));
        Span span = span_of((const char *)block, bytes);
        TapeHead h;

        block[at] ^= bit;
        if (tape_head_read(span, &h)) {
            CHECK(at >= h.head_bytes);
            CHECK_INT(tape_block_check(&h, span), at < h.cold_at ? TAPE_BAD_HOT : TAPE_BAD_COLD);
        }
        block[at] ^= bit;
    }
}

static void test_cuts(void)
{
    Arena *arena = test_arena((size_t)4 << 20);
    uint8_t *block = arena_array(arena, uint8_t, TAPE_BLOCK_MAX);
    TapeValues *scratch = arena_new(arena, TapeValues);
    TickRow rows[TAPE_ROWS], got[TAPE_ROWS];
    size_t bytes;
    TapeHead h;

    rows_make(rows, 30, ROWS_MARKET, 4);
    bytes = tape_block_write(rows, 30, 0, 0, block);
    for (size_t len = 0; len < bytes; len++) {
        Span span = span_of((const char *)block, len);

        if (!tape_head_read(span, &h)) continue;
        CHECK_INT(tape_block_check(&h, span), TAPE_BAD_BOTH);
        CHECK(!tape_block_rows(&h, span, scratch, got));
    }
}

static void test_end_mark(void)
{
    static const uint8_t none[TAPE_SUM_SIZE];
    uint8_t end[TAPE_HEAD_MIN], sum[TAPE_SUM_SIZE] = {1, 2, 3}, got[TAPE_SUM_SIZE];
    TapeHead h;

    CHECK_INT(tape_end_write(12, 3072, sum, end), TAPE_HEAD_MIN);
    CHECK(tape_head_read(span_of((const char *)end, sizeof end), &h));
    CHECK(h.rows == 0 && h.number == 12 && h.first_row == 3072);
    CHECK(tape_end_sum(end, got) && memcmp(got, sum, sizeof sum) == 0);
    end[100] ^= 1;
    CHECK(!tape_head_read(span_of((const char *)end, sizeof end), &h));
    (void)tape_end_write(12, 3072, none, end);
    CHECK(tape_head_read(span_of((const char *)end, sizeof end), &h) && !tape_end_sum(end, got));
}

int main(void)
{
    TEST_RUN(test_widths);
    TEST_RUN(test_round_trip);
    TEST_RUN(test_sizes);
    TEST_RUN(test_flips);
    TEST_RUN(test_cuts);
    TEST_RUN(test_end_mark);
    return test_end();
}
