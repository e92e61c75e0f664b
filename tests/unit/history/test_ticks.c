/* test_ticks.c — tick files: columns, times, damaged cells, rows that are left out. */
#include "runtime/history/ticks.h"

#include "runtime/history/gzip.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

static const struct {
    const char *text;
    bool ok;
    int64_t us;
} times[] = {
    {"1776081600", true, 1776081600000000},
    {"1776081600.25", true, 1776081600250000},
    {"2026-04-13T12:00:00Z", true, 1776081600000000},
    {"2026-04-13 12:00:00.5", true, 1776081600500000},
    {"2026-04-13", true, 1776038400000000},
    {"1970-01-01T00:00", true, 0},
    {"2024-02-29 00:00:01", true, 1709164801000000},
    {"yesterday", false, 0},
    {"2026-13-01", false, 0},
    {"2026-04-13T25:00", false, 0},
    {"", false, 0},
};

static void test_times(void)
{
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        int64_t us = 0;

        test_case(times[i].text);
        CHECK_INT(time_parse(span_str(times[i].text), &us), times[i].ok);
        if (times[i].ok) CHECK_INT(us, times[i].us);
    }
}

static const struct {
    const char *name, *csv, *message; /* "" when it can be read */
    size_t count, outside, back, other;
} files[] = {
    {"two rows", "captured_at_ms,bid_up\n1000,0.5\n2000,0.6\n", "", 2, 0, 0, 0},
    {"no line end", "captured_at_ms,bid_up\r\n1000,0.5\r\n2000,0.6", "", 2, 0, 0, 0},
    {"unknown columns", "x,captured_at_ms,y\nq,1000,r\n", "", 1, 0, 0, 0},
    {"empty cells", "captured_at_ms,bid_up,ask_up\n1000,,\n", "", 1, 0, 0, 0},
    {"sorted in", "captured_at_ms,bid_up\n2000,0.6\n1000,0.5\n", "", 2, 0, 1, 0},
    {"outside their slot", "captured_at_ms,slot_ts,slot_duration\n1000,10,300\n11000,10,300\n", "",
     1, 1, 0, 0},
    {"at the end of the slot", "captured_at_ms,slot_ts,slot_duration\n310000,10,300\n", "", 0, 1, 0,
     0},
    {"another symbol", "captured_at_ms,symbol\n1000,BTC\n2000,ETH\n3000,BTC\n", "", 2, 0, 0, 1},
    {"damaged cell", "captured_at_ms,bid_up\n1000,0.5\n2000,abc\n",
     "t.csv:3: column bid_up: `abc` is not what it should be", 0, 0, 0, 0},
    {"no time column", "bid_up\n0.5\n",
     "t.csv:1: no column says when: captured_at, captured_at_ms or ts_us", 0, 0, 0, 0},
    {"no time", "captured_at_ms,bid_up\n,0.5\n", "t.csv:2: the row has no time", 0, 0, 0, 0},
    {"too many cells", "captured_at_ms\n1000,5\n",
     "t.csv:2: more cells than the header has columns", 0, 0, 0, 0},
    {"long ago", "ts_us\n-1\n", "t.csv:2: a time that is not between 1970 and 2200", 0, 0, 0, 0},
    {"endless slot", "captured_at_ms,slot_ts,slot_duration\n1000,1,99999999999\n",
     "t.csv:2: a time that is not between 1970 and 2200", 0, 0, 0, 0},
    {"empty", "", "t.csv: the file is empty", 0, 0, 0, 0},
};

static void test_files(void)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        Arena *arena = test_arena((size_t)64 << 20);
        TickTable t;
        Err err = ERR_NONE;
        Status st;

        test_case(files[i].name);
        st = ticks_parse(&t, SPAN("t.csv"), span_str(files[i].csv), SPAN(""), arena, &err);
        CHECK_INT(st == ST_OK, files[i].message[0] == 0);
        if (st != ST_OK) {
            CHECK_STR(err.text, files[i].message);
            continue;
        }
        CHECK_INT(t.count, files[i].count);
        CHECK_INT(t.rows_outside, files[i].outside);
        CHECK_INT(t.rows_back, files[i].back);
        CHECK_INT(t.rows_other, files[i].other);
    }
}

/* Stored percentages are scaled in decimal; spot and volume are held, the book is not; labels stand apart. */
static void test_values(void)
{
    static const char csv[] = "captured_at_ms,slot_ts,slot_duration,bid_up,dir_move_pct,chainlink_"
                              "price,market_volume_usd,winner\n"
                              "1000,0,300,0.51,0.7,97000.5,100,down\n"
                              "2000,0,300,,,,,down\n";
    Arena *arena = test_arena((size_t)64 << 20);
    TickTable t;
    Err err = ERR_NONE;

    CHECK_INT(ticks_parse(&t, SPAN("t.csv"), span_str(csv), SPAN(""), arena, &err), ST_OK);
    if (!CHECK(t.count == 2)) return;
    CHECK_INT(t.rows[0].data.bid[0].price_micros[0], 510000);
    CHECK_BITS(t.rows[0].data.move, 0.007);
    CHECK_BITS(t.rows[1].data.spot, 97000.5);
    CHECK_INT(t.rows[1].data.volume_micros, 100000000);
    CHECK_INT(t.rows[1].data.bid[0].price_micros[0], MICROS_UNKNOWN);
    CHECK(!num_is_known(t.rows[1].data.move));
    CHECK_INT(t.label_count, 1);
    CHECK_INT(t.labels[0].winner, 1);
}

/* M16 of the language: a recording cut into files gives the rows of the whole. */
static const char recording[] = "captured_at_ms,slot_ts,slot_duration,symbol,bid_up,ask_up,"
                                "chainlink_price,market_volume_usd,winner\n"
                                "1000,0,300,BTC,0.51,0.53,97000.5,100,down\n"
                                "2000,0,300,BTC,0.52,,,,down\n"
                                "2000,0,300,BTC,,0.54,,,down\n"
                                "5000,0,300,ETH,0.10,0.12,1,1,up\n"
                                "4000,0,300,BTC,0.50,0.53,,120,down\n"
                                "3000,0,300,BTC,0.49,0.53,97010,,down\n"
                                "301000,300,300,BTC,0.40,0.42,,,up\n"
                                "299000,300,300,BTC,0.40,0.42,,,up\n"
                                "302000,300,300,BTC,0.41,0.42,,7,up\n"
                                "1500,0,300,BTC,0.48,,,,down\n";

static Span line_of(uint32_t at)
{
    Span rest = span_str(recording), line = {NULL, 0};

    for (uint32_t i = 0; i <= at; i++)
        if (!span_cut(&rest, '\n', &line)) return (Span){NULL, 0};
    return line;
}

/* Reads the lines from `from` to before `to` as a file of its own. */
static bool read_part(TickTable *t, uint32_t from, uint32_t to, Arena *arena)
{
    Err err = ERR_NONE;
    Buf text;

    buf_init(&text, arena, sizeof recording);
    buf_span_put(&text, line_of(0));
    for (uint32_t i = from; i < to; i++) {
        buf_char(&text, '\n');
        buf_span_put(&text, line_of(i));
    }
    if (from > 1) return ticks_more(t, SPAN("part.csv"), buf_span(&text), arena, &err) == ST_OK;
    return ticks_parse(t, SPAN("part.csv"), buf_span(&text), SPAN(""), arena, &err) == ST_OK;
}

static bool is_same_row(const TickRow *a, const TickRow *b)
{
    return a->ts_us == b->ts_us && a->slot_start_us == b->slot_start_us &&
           num_bits(a->data.spot) == num_bits(b->data.spot) &&
           a->data.volume_micros == b->data.volume_micros &&
           a->data.bid[0].price_micros[0] == b->data.bid[0].price_micros[0] &&
           a->data.ask[0].price_micros[0] == b->data.ask[0].price_micros[0];
}

static void check_same(const TickTable *whole, const TickTable *parts)
{
    CHECK_INT(parts->count, whole->count);
    CHECK_INT(parts->label_count, whole->label_count);
    CHECK_INT(parts->rows_outside, whole->rows_outside);
    CHECK_INT(parts->rows_other, whole->rows_other);
    for (size_t i = 0; i < whole->count && parts->count == whole->count; i++)
        CHECK(is_same_row(&whole->rows[i], &parts->rows[i]));
    for (size_t i = 0; i < whole->label_count && parts->label_count == whole->label_count; i++)
        CHECK_INT(parts->labels[i].winner, whole->labels[i].winner);
}

static void test_parts(void)
{
    enum { LINES = 11 };

    for (uint32_t a = 2; a <= LINES; a++)
        for (uint32_t b = a; b <= LINES; b++) {
            Arena *arena = test_arena((size_t)64 << 20);
            TickTable whole, parts;

            if (!CHECK(read_part(&whole, 1, LINES, arena))) return;
            CHECK_INT(whole.count, 8);
            CHECK(read_part(&parts, 1, a, arena) && read_part(&parts, a, b, arena) &&
                  read_part(&parts, b, LINES, arena));
            check_same(&whole, &parts);
        }
}

static void test_gzip(void)
{
    static const unsigned char packed[] = {0x1f, 0x8b, 8,    0,    0,    0, 0, 0,
                                           2,    3,    0x4b, 0x4c, 0x4a, 6, 0, 0xc2,
                                           0x41, 0x24, 0x35, 3,    0,    0, 0};
    Span bytes = span_of((const char *)packed, sizeof packed), text = {0};
    Arena *arena = test_arena((size_t)64 << 20);
    Err err = ERR_NONE;

    CHECK(gzip_is(bytes) && !gzip_is(SPAN("abc")));
    CHECK_INT(gzip_unpack(SPAN("f"), bytes, 1000, arena, &text, &err), ST_OK);
    CHECK(span_eq_str(text, "abc"));
    CHECK_INT(gzip_unpack(SPAN("f"), span_sub(bytes, 0, 12), 1000, arena, &text, &err),
              ST_BAD_DATA);
    CHECK_STR(err.text, "f: the packed data are damaged or cut off");
}

/* ---- ticks as numbers ------------------------------------------------------------------------------ */

static const char *const number_columns[] = {
    "captured_at_ms", "slot_ts",      "slot_duration", "bid_up",   "ask_size_up_l2", "mid_up",
    "dir_move_pct",   "abs_move_pct", "spot_price",    "funding",  "liquidity_usd",  "winner",
    "btc_price_end",  "mark",         "spread_down",   "ask_down", "bid2_size_down",
};
enum { COLUMNS = sizeof number_columns / sizeof number_columns[0], ROWS = 200 };

static double random_cell(Rng *rng, size_t column, size_t row)
{
    static const double scales[] = {1, 0.001, 1e-6, 100, 1e6};
    double x = (double)rng_below(rng, 1000000) / 1000, start = 1776081600;

    if (column == 0) return (start + 5 * (double)row) * 1000 + (double)rng_below(rng, 1000);
    if (column == 1) return start + 300 * (double)(row / 60);
    if (column == 2) return 300;
    if (rng_below(rng, 4) == 0) return UNKNOWN;
    if (column == 11) return (double)rng_below(rng, 2);
    return x * scales[rng_below(rng, 5)] * (column == 6 && rng_below(rng, 2) ? -1 : 1);
}

/* The same cells as text. */
static Span as_csv(const double *cells, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, 1 << 20);
    for (size_t i = 0; i < COLUMNS; i++)
        buf_fmt(&b, "%s%s", i ? "," : "", number_columns[i]);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < COLUMNS; i++) {
            double cell = cells[i * ROWS + row];

            buf_char(&b, i ? ',' : '\n');
            if (!num_is_known(cell)) continue;
            if (i == 11)
                buf_str(&b, cell == 0 ? "up" : "down");
            else
                buf_num(&b, cell);
        }
    return buf_span(&b);
}

static void feed_in_blocks(TickFeed *f, TickTable *t, const double *cells, size_t block,
                           Arena *arena)
{
    double *part = arena_array(arena, double, COLUMNS *block);
    Err err = ERR_NONE;

    for (size_t row = 0; row < ROWS; row += block) {
        size_t n = block < ROWS - row ? block : ROWS - row;

        for (size_t i = 0; i < COLUMNS; i++)
            for (size_t k = 0; k < n; k++)
                part[i * n + k] = cells[i * ROWS + row + k];
        CHECK_INT(ticks_feed(f, t, part, n, arena, &err), ST_OK);
    }
}

/* A number means what its shortest decimal would, however the rows are cut into blocks. */
static void test_numbers(void)
{
    Rng rng;

    rng_init(&rng, 11);

    for (int round = 0; round < 20; round++) {
        Arena *arena = test_arena((size_t)64 << 20);
        double *cells = arena_array(arena, double, COLUMNS *ROWS);
        TickTable want, got = {.symbol = {"", 0}};
        Err err = ERR_NONE;
        Span names[COLUMNS];
        TickFeed *f;

        for (size_t i = 0; i < COLUMNS * ROWS; i++)
            cells[i] = random_cell(&rng, i / ROWS, i % ROWS);
        for (size_t i = 0; i < COLUMNS; i++)
            names[i] = span_str(number_columns[i]);
        f = ticks_feed_new(SPAN("block"), names, COLUMNS, arena, &err);
        if (!CHECK(f != NULL)) return;
        CHECK_INT(ticks_feed_columns(f), COLUMNS);
        feed_in_blocks(f, &got, cells, (size_t)round * 13 + 1, arena);
        CHECK_INT(ticks_parse(&want, SPAN("t.csv"), as_csv(cells, arena), SPAN(""), arena, &err),
                  ST_OK);
        if (!CHECK(got.count == want.count && got.label_count == want.label_count)) return;
        CHECK(memcmp(got.rows, want.rows, got.count * sizeof *got.rows) == 0);
        for (size_t i = 0; i < got.label_count; i++) {
            CHECK_INT(got.labels[i].winner, want.labels[i].winner);
            CHECK_BITS(got.labels[i].spot_close, want.labels[i].spot_close);
        }
    }
}

static const struct {
    const char *name, *columns[3];
    double cells[6]; /* two rows */
    const char *message;
} bad_blocks[] = {
    {"unknown column", {"ts_us", "bid_over"}, {0}, "b: `bid_over` is not a column of numbers"},
    {"text", {"captured_at"}, {0}, "b: `captured_at` is not a column of numbers"},
    {"no time", {"bid_up"}, {0}, "b: no column says when: captured_at_ms or ts_us"},
    {"infinite",
     {"ts_us", "bid_up"},
     {1, 2, 0.5, __builtin_inf()},
     "b:2: column bid_up: ? is not what it should be"},
    {"too large",
     {"ts_us", "bid_up"},
     {1, 2, 0.5, 1e30},
     "b:2: column bid_up: 1e30 is not what it should be"},
    {"backwards", {"ts_us"}, {2, 1}, "b:2: the row is earlier than the one before"},
    {"a third winner",
     {"ts_us", "winner"},
     {1, 2, 1, 2},
     "b:2: column winner: 2 is not what it should be"},
    {"time unknown", {"ts_us"}, {1, __builtin_nan("")}, "b:2: the row has no time"},
    {"long ago", {"ts_us"}, {-1, 1}, "b:1: a time that is not between 1970 and 2200"},
};

static void test_bad_blocks(void)
{
    for (size_t i = 0; i < sizeof bad_blocks / sizeof bad_blocks[0]; i++) {
        Arena *arena = test_arena((size_t)1 << 20);
        TickTable t = {.symbol = {"", 0}};
        Err err = ERR_NONE;
        Span names[3];
        size_t n = 0;
        TickFeed *f;

        test_case(bad_blocks[i].name);
        for (; n < 3 && bad_blocks[i].columns[n]; n++)
            names[n] = span_str(bad_blocks[i].columns[n]);
        f = ticks_feed_new(SPAN("b"), names, n, arena, &err);
        if (f) CHECK(ticks_feed(f, &t, bad_blocks[i].cells, 2, arena, &err) != ST_OK);
        CHECK_STR(err.text, bad_blocks[i].message);
    }
}

int main(void)
{
    TEST_RUN(test_times);
    TEST_RUN(test_files);
    TEST_RUN(test_values);
    TEST_RUN(test_parts);
    TEST_RUN(test_gzip);
    TEST_RUN(test_numbers);
    TEST_RUN(test_bad_blocks);
    return test_end();
}
