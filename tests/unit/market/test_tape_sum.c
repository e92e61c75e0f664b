/* test_tape_sum.c — tape_sha256: against its definition written down slowly, and what it may depend on. */
#include "runtime/market/tape_sum.h"

#include <string.h>

#include "runtime/market/tape_block.h"
#include "tests/harness/test.h"
#include "tests/unit/market/rows.h"
#include "vm/base/rng.h"

enum { MANY = 1500 };
#define DAY_US INT64_C(86400000000)

static TickRow rows[MANY];
static const SlotLabel labels[] = {{300000000, 300000000, 0, 97000.25},
                                   {600000000, 300000000, 1, 97001}};

/* Rows of three days. */
static void make(int style, uint64_t seed)
{
    rows_make(rows, MANY, style, seed);
    for (uint32_t i = 0; i < MANY; i++)
        rows[i].ts_us = (int64_t)i * 3 * DAY_US / MANY + (int64_t)(seed * 5) * DAY_US - DAY_US;
}

/* ---- docs/TAPE.md, "The sum of a tape", word by word ----------------------------------------------- */

static void put64(Sha256 *h, uint64_t v)
{
    for (int i = 0; i < 8; i++, v >>= 8)
        sha256_update(h, (uint8_t[]){(uint8_t)v}, 1);
}

static uint64_t cell(const TickRow *row, uint32_t id)
{
    uint64_t v;

    memcpy(&v, (const char *)row + 8 * (size_t)tape_column_info(id)->word, 8);
    return v;
}

static void slow_row(Sha256 *h, const TickRow *row, const TickRow *before)
{
    uint64_t plus[TAPE_COLUMNS];
    uint8_t bits[6] = {0};

    for (uint32_t id = 0; id < TAPE_COLUMNS; id++) {
        uint64_t want = cell(before, id);

        if (id >= 15 && id < 27) want = cell(row, tape_column_info(id)->of);
        if (id >= 15 && id < 21 && want != (uint64_t)MICROS_UNKNOWN) want = 1000000 - want;
        plus[id] = cell(row, id) - want;
        if (plus[id]) bits[id / 8] = (uint8_t)(bits[id / 8] | 1 << id % 8);
    }
    sha256_update(h, bits, sizeof bits);
    for (uint32_t id = 0; id < TAPE_COLUMNS; id++) {
        uint64_t v = plus[id] >> 63 ? ~plus[id] * 2 + 1 : plus[id] * 2;

        if (!plus[id]) continue;
        for (; v >= 128; v /= 128)
            sha256_update(h, (uint8_t[]){(uint8_t)(v % 128 + 128)}, 1);
        sha256_update(h, (uint8_t[]){(uint8_t)v}, 1);
    }
}

static void slow_sum(uint8_t ret[SHA256_SIZE])
{
    static const TickRow zero;
    uint8_t sum[SHA256_SIZE];
    Sha256 whole, day;
    uint32_t end;

    sha256_init(&whole);
    sha256_update(&whole, "oddex tape 1\npolymarket:btc:5m\n", 31);
    for (uint32_t i = 0; i < MANY; i = end) {
        int64_t number = (rows[i].ts_us + 10 * DAY_US) / DAY_US - 10;

        sha256_init(&day);
        for (end = i; end < MANY && rows[end].ts_us < (number + 1) * DAY_US; end++)
            slow_row(&day, &rows[end], end > i ? &rows[end - 1] : &zero);
        sha256_final(&day, sum);
        put64(&whole, (uint64_t)number);
        put64(&whole, end - i);
        sha256_update(&whole, sum, sizeof sum);
    }
    sha256_update(&whole, "slots\n", 6);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        uint64_t bits;

        memcpy(&bits, &labels[i].spot_close, 8);
        put64(&whole, (uint64_t)labels[i].slot_start_us);
        put64(&whole, (uint64_t)labels[i].slot_us);
        put64(&whole, (uint64_t)labels[i].winner);
        put64(&whole, bits);
    }
    sha256_final(&whole, ret);
}

/* ---- the same, as the house makes it --------------------------------------------------------------- */

static const Span stream = SPAN_INIT("polymarket:btc:5m");

static void sum_of(size_t label_count, uint8_t ret[SHA256_SIZE])
{
    TapeSum s;

    tape_sum_init(&s, stream);
    tape_sum_rows(&s, rows, MANY);
    tape_sum_final(&s, labels, label_count, ret);
}

static void test_definition(void)
{
    uint8_t want[SHA256_SIZE], got[SHA256_SIZE];

    for (int style = 0; style < ROWS_STYLES; style++)
        for (uint64_t seed = 0; seed < 3; seed++) {
            make(style, seed);
            slow_sum(want);
            sum_of(2, got);
            CHECK(memcmp(want, got, sizeof want) == 0);
        }
}

static void test_pieces(void)
{
    uint8_t want[SHA256_SIZE], got[SHA256_SIZE];
    Rng rng;

    make(ROWS_MARKET, 1);
    sum_of(2, want);
    for (uint64_t seed = 0; seed < 50; seed++) {
        uint64_t most = seed < 10 ? 3 : 400;
        TapeSum s;

        rng_init(&rng, seed);
        tape_sum_init(&s, stream);
        for (size_t at = 0, n; at < MANY; at += n) {
            n = rng_below(&rng, most);
            if (n > MANY - at) n = MANY - at;
            tape_sum_rows(&s, rows + at, n);
        }
        tape_sum_final(&s, labels, 2, got);
        CHECK(memcmp(want, got, sizeof want) == 0);
    }
}

/* Days by their sums, in any mixture with rows. */
static void test_days(void)
{
    uint8_t want[SHA256_SIZE], got[SHA256_SIZE], day[SHA256_SIZE];

    make(ROWS_MARKET, 2);
    sum_of(0, want);
    for (uint32_t mixture = 0; mixture < 8; mixture++) {
        TapeSum s, one;

        tape_sum_init(&s, stream);
        for (uint32_t k = 0; k < 3; k++) {
            const TickRow *first = rows + (size_t)k * (MANY / 3);

            tape_sum_init(&one, SPAN("of no consequence"));
            CHECK(!tape_sum_only_day(&one, day));
            tape_sum_rows(&one, first, MANY / 3);
            CHECK(tape_sum_only_day(&one, day));
            if (mixture >> k & 1)
                tape_sum_day(&s, tape_day(first->ts_us), MANY / 3, day);
            else
                tape_sum_rows(&s, first, MANY / 3);
        }
        CHECK(!tape_sum_only_day(&s, day));
        tape_sum_final(&s, NULL, 0, got);
        CHECK(memcmp(want, got, sizeof want) == 0);
    }
    CHECK_INT(tape_day(-1), -1);
    CHECK_INT(tape_day(-DAY_US), -1);
    CHECK_INT(tape_day(0), 0);
    CHECK_INT(tape_day(DAY_US - 1), 0);
}

/* Any cell, any label, the stream, the order. */
static void test_changes(void)
{
    uint8_t want[SHA256_SIZE], got[SHA256_SIZE];
    SlotLabel other[2];
    TickRow was;
    TapeSum s;

    make(ROWS_MARKET, 3);
    sum_of(2, want);
    for (uint32_t id = 0; id < TAPE_COLUMNS; id++) {
        uint32_t i = 7 + 31 * id;
        uint64_t changed = cell(&rows[i], id) ^ 1;

        was = rows[i];
        memcpy((char *)&rows[i] + 8 * (size_t)tape_column_info(id)->word, &changed, 8);
        sum_of(2, got);
        CHECK(memcmp(want, got, sizeof want) != 0);
        rows[i] = was;
    }
    for (int part = 0; part < 4; part++) {
        memcpy(other, labels, sizeof other);
        if (part == 0) other[1].slot_start_us++;
        if (part == 1) other[1].slot_us++;
        if (part == 2) other[1].winner = 0;
        if (part == 3) other[1].spot_close = 97002;
        tape_sum_init(&s, stream);
        tape_sum_rows(&s, rows, MANY);
        tape_sum_final(&s, other, 2, got);
        CHECK(memcmp(want, got, sizeof want) != 0);
    }
    sum_of(1, got);
    CHECK(memcmp(want, got, sizeof want) != 0);
    tape_sum_init(&s, SPAN("polymarket:btc:15m"));
    tape_sum_rows(&s, rows, MANY);
    tape_sum_final(&s, labels, 2, got);
    CHECK(memcmp(want, got, sizeof want) != 0);
    was = rows[100];
    rows[100] = rows[101];
    rows[101] = was;
    sum_of(2, got);
    CHECK(memcmp(want, got, sizeof want) != 0);
}

int main(void)
{
    TEST_RUN(test_definition);
    TEST_RUN(test_pieces);
    TEST_RUN(test_days);
    TEST_RUN(test_changes);
    return test_end();
}
