/* test_chart.c — what thinning keeps, where marks stand, and what is left out. */
#include "runtime/backtest/chart.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { MANY = 5000, PIECES = 50 };

static size_t count_of(Span s, const char *what)
{
    size_t n = 0, at;

    while ((at = span_find(s, span_str(what))) != SPAN_NONE_AT) {
        n++;
        s = span_from(s, at + strlen(what));
    }
    return n;
}

static void test_thin(void)
{
    static double y[MANY];
    static size_t idx[2 * PIECES + 2];
    Rng rng;
    size_t n, high = 0, low = 0;

    rng_init(&rng, 1);
    for (size_t i = 0; i < MANY; i++) {
        y[i] = rng_unit(&rng);
        if (i % 97 == 0) y[i] = UNKNOWN;
        if (y[i] > y[high] || !num_is_known(y[high])) high = i;
        if (y[i] < y[low] || !num_is_known(y[low])) low = i;
    }
    n = chart_thin(y, MANY, PIECES, idx);
    CHECK(n <= 2 * PIECES + 2 && n >= 2 * PIECES);
    CHECK_INT(idx[0], 1);
    CHECK_INT(idx[n - 1], MANY - 1);
    for (size_t i = 0; i < n; i++) {
        CHECK(num_is_known(y[idx[i]]) && (i == 0 || idx[i] > idx[i - 1]));
        high = idx[i] == high ? MANY : high;
        low = idx[i] == low ? MANY : low;
    }
    CHECK_INT(high, MANY); /* both were met */
    CHECK_INT(low, MANY);
}

static void test_thin_few(void)
{
    static const double y[] = {UNKNOWN, 1, UNKNOWN, 2, UNKNOWN}, none[] = {UNKNOWN, UNKNOWN};
    size_t idx[8];

    CHECK_INT(chart_thin(y, 5, 3, idx), 2);
    CHECK_INT(idx[0], 1);
    CHECK_INT(idx[1], 3);
    CHECK_INT(chart_thin(none, 2, 3, idx), 0);
    CHECK_INT(chart_thin(y, 0, 3, idx), 0);
}

static Chart chart_of(const ChartSeries *s)
{
    return (Chart){.id = "c",
                   .title = "T",
                   .said = SPAN("S"),
                   .x = {.low = UNKNOWN, .high = UNKNOWN},
                   .y = {.low = UNKNOWN, .high = UNKNOWN},
                   .series = s,
                   .count = 1,
                   .width = 400,
                   .height = 240};
}

static Span drawn(const ChartSeries *s, Buf *b, bool *ret_is_drawn)
{
    Arena *arena = test_arena(1 << 20);
    Chart c = chart_of(s);

    buf_init(b, arena, 1 << 18);
    *ret_is_drawn = chart_put(b, &c, arena);
    return buf_span(b);
}

static void test_marks(void)
{
    static const double x[] = {0, 1, 2}, y[] = {0, 10, 5}, low[] = {-1, 8, 4};
    static const struct {
        ChartMark mark;
        const char *css, *want; /* where all of it is drawn: no margins in these figures */
        size_t moves;
    } rows[] = {
        {CHART_LINE, "class=\"line k\"", "d=\"M", 1}, {CHART_STEPS, "class=\"steps k\"", "H", 1},
        {CHART_AREA, "class=\"area k\"", "Z\"", 1},   {CHART_BARS, "class=\"bars k\"", "Z\"", 3},
        {CHART_RANGES, "class=\"ranges k\"", "V", 3}, {CHART_DOTS, "class=\"dots k\"", "h0", 3},
        {CHART_DASHES, "class=\"dashes k\"", "H", 3},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ChartSeries s = {rows[i].mark, "k", NULL, x, y, low, 3, 0.5};
        bool is_drawn;
        Buf b;
        Span svg = drawn(&s, &b, &is_drawn), path;

        test_case(rows[i].css);
        CHECK(is_drawn);
        path = span_from(svg, span_find(svg, span_str(rows[i].css)));
        path = span_sub(path, 0, span_find(path, SPAN("/>")));
        CHECK(path.len > 0 && span_find(path, span_str(rows[i].want)) != SPAN_NONE_AT);
        CHECK_INT(count_of(path, "M"), rows[i].moves);
        CHECK(span_find(svg, SPAN("role=\"img\" aria-labelledby=\"c-t c-d\"")) != SPAN_NONE_AT);
        CHECK(span_find(svg, SPAN("<title id=\"c-t\">T</title><desc id=\"c-d\">S</desc>")) !=
              SPAN_NONE_AT);
    }
}

/* 0..2 by 0..10: lowest left and highest middle are where the axes say. */
static void test_places(void)
{
    static const double x[] = {0, 1, 2}, y[] = {0, 10, 5};
    ChartSeries s = {CHART_LINE, "k", NULL, x, y, NULL, 3, 0};
    Arena *arena = test_arena(1 << 20);
    Chart c = chart_of(&s);
    Buf b;

    c.y = (ChartAxis){.low = 0, .high = 10};
    buf_init(&b, arena, 1 << 16);
    CHECK(chart_put(&b, &c, arena));
    /* labels of two letters: 14.8 + 7 on the left; 388 on the right; 214 below, 10 above */
    CHECK(span_find(buf_span(&b), SPAN("d=\"M21.8 214L204.9 10L388 112\"")) != SPAN_NONE_AT);
}

static void test_nothing(void)
{
    static const double one[] = {3}, unknown[] = {UNKNOWN}, endless[] = {__builtin_inf()};
    static const struct {
        const char *name;
        const double *y;
        size_t count;
        bool is_drawn;
    } rows[] = {{"no points", one, 0, false},
                {"unknown", unknown, 1, false},
                {"endless", endless, 1, false},
                {"one point", one, 1, true}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ChartSeries s = {CHART_LINE, "k", NULL, one, rows[i].y, NULL, rows[i].count, 0};
        bool is_drawn;
        Buf b;
        Span svg = drawn(&s, &b, &is_drawn);

        test_case(rows[i].name);
        CHECK(is_drawn == rows[i].is_drawn && (svg.len > 0) == is_drawn);
        CHECK(span_find(svg, SPAN("nan")) == SPAN_NONE_AT);
    }
}

static void test_points_at_most(void)
{
    static double x[MANY], y[MANY];
    ChartSeries s = {CHART_LINE, "k", NULL, x, y, NULL, MANY, 0};
    bool is_drawn;
    Buf b;

    for (size_t i = 0; i < MANY; i++) {
        x[i] = (double)i;
        y[i] = (double)(i * 7919 % 1000);
    }
    CHECK(count_of(drawn(&s, &b, &is_drawn), "L") <= CHART_POINTS);
    CHECK(is_drawn);
}

int main(void)
{
    TEST_RUN(test_thin);
    TEST_RUN(test_thin_few);
    TEST_RUN(test_marks);
    TEST_RUN(test_places);
    TEST_RUN(test_nothing);
    TEST_RUN(test_points_at_most);
    return test_end();
}
