/* test_html.c — escaping, and figures as people read them. */
#include "runtime/backtest/html.h"

#include "runtime/matcher/matcher.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"

#define MINUS "\xe2\x88\x92"
#define DASH "\xe2\x80\x93"
#define BAD "\xef\xbf\xbd"

static void test_text(void)
{
    static const struct {
        Span in;
        const char *want;
    } rows[] = {
        {SPAN_INIT("plain \xc3\xa4 text"), "plain \xc3\xa4 text"},
        {SPAN_INIT("<script>"), "&lt;script&gt;"},
        {SPAN_INIT("a\"b'c&d"), "a&quot;b&#39;c&amp;d"},
        {SPAN_INIT("two\n\tlines\r\n"), "two\n\tlines\n"},
        {SPAN_INIT("nul\0bell\x07 del\x7f"), "nul" BAD "bell" BAD " del" BAD},
        {SPAN_INIT("\xff\xc3"), BAD BAD},
        {SPAN_INIT("\xe2\x80\xae"
                   "evil"),
         BAD "evil"},
    };
    char mem[256];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf_clear(&b);
        html_text(&b, rows[i].in);
        CHECK_STR(buf_cstr(&b), rows[i].want);
    }
}

static void test_whole(void)
{
    static const struct {
        FigureKind kind;
        int64_t value;
        const char *want;
    } rows[] = {
        {FIGURE_MONEY, 1234500000, "$1,234.50"},
        {FIGURE_MONEY, -1234567890123, MINUS "$1,234,567.89"},
        {FIGURE_MONEY, 0, "$0.00"},
        {FIGURE_MONEY, -3500, MINUS "$0.0035"},
        {FIGURE_MONEY, 995000, "$1.00"},
        {FIGURE_MONEY, MICROS_UNKNOWN, DASH},
        {FIGURE_GAIN, 12340000, "+$12.34"},
        {FIGURE_GAIN, 0, "$0.00"},
        {FIGURE_CENTS, 485000, "48.5\xc2\xa2"},
        {FIGURE_CENTS, 1000000, "100\xc2\xa2"},
        {FIGURE_CENTS, 333333, "33.3\xc2\xa2"},
        {FIGURE_PRICE, 64210500000, "64,210.5"},
        {FIGURE_SIZE, 120000000, "120"},
        {FIGURE_COUNT, 1234567, "1,234,567"},
        {FIGURE_COUNT, 123, "123"},
        {FIGURE_ID, 1234, "1234"},
        {FIGURE_INSTANT, 1776081603000000, "2026-04-13 12:00:03"},
        {FIGURE_INSTANT, -1, "1969-12-31 23:59:59"},
        {FIGURE_INSTANT, MICROS_UNKNOWN, DASH},
        {FIGURE_SPAN, 250000, "250 ms"},
        {FIGURE_SPAN, 4200000, "4.2 s"},
        {FIGURE_SPAN, 270000000, "4.5 min"},
        {FIGURE_SPAN, INT64_C(18000000000), "5.0 h"},
        {FIGURE_SPAN, INT64_C(216000000000), "2.5 days"},
    };
    char mem[64];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Figure f = figure_whole(rows[i].kind, rows[i].value);

        buf_clear(&b);
        html_figure(&b, &f);
        CHECK_STR(buf_cstr(&b), rows[i].want);
    }
}

static void test_real(void)
{
    static const struct {
        FigureKind kind;
        double value;
        const char *want;
    } rows[] = {
        {FIGURE_PERCENT, 0.1234, "12.3\xc2\xa0%"},
        {FIGURE_PERCENT, -0.0004, "0.0\xc2\xa0%"},
        {FIGURE_PERCENT, UNKNOWN, DASH},
        {FIGURE_RATIO, 1234.567, "1,234.57"},
        {FIGURE_RATIO, -0.001, "0.00"},
        {FIGURE_SCORE, 0.21376, "0.2138"},
        {FIGURE_CHANGE, 0.31, "+$0.31"},
        {FIGURE_CHANGE, -0.0226, MINUS "$0.0226"},
        {FIGURE_DOLLARS, 8.52, "$8.52"},
        {FIGURE_DOLLARS, __builtin_inf(), DASH},
    };
    char mem[64];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Figure f = figure_real(rows[i].kind, rows[i].value);

        buf_clear(&b);
        html_figure(&b, &f);
        CHECK_STR(buf_cstr(&b), rows[i].want);
    }
}

/* A text that says {} is text: it takes no figure. */
static void test_say(void)
{
    char mem[128];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    html_say(&b, "{} of {}; {}",
             (Figure[]){figure_text(SPAN("<{}>")),
                        figure_whole(FIGURE_COUNT, 1200),
                        {.kind = FIGURE_NONE}});
    CHECK_STR(buf_cstr(&b), "&lt;{}&gt; of 1,200; {}");
}

static void test_sort_key(void)
{
    Figure figures[] = {figure_whole(FIGURE_MONEY, -5), figure_real(FIGURE_RATIO, 0.5),
                        figure_whole(FIGURE_SPAN, MICROS_UNKNOWN), figure_text(SPAN("x"))};
    char mem[128];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        html_sort_key(&b, &figures[i]);
    CHECK_STR(buf_cstr(&b), " data-v=\"-5\" data-v=\"0.5\"");
}

int main(void)
{
    TEST_RUN(test_text);
    TEST_RUN(test_whole);
    TEST_RUN(test_real);
    TEST_RUN(test_say);
    TEST_RUN(test_sort_key);
    return test_end();
}
