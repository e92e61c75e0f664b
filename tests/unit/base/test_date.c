/* test_date.c — days and dates turn into each other over 5,000 years, and instants are written as people do. */
#include "vm/base/date.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/bug.h"

static const struct {
    Date date;
    bool is_real;
    int64_t days;
} known[] = {
    {{1970, 1, 1}, true, 0},      {{1969, 12, 31}, true, -1}, {{2000, 2, 29}, true, 11016},
    {{2026, 4, 13}, true, 20556}, {{1, 1, 1}, true, -719162}, {{1600, 2, 29}, true, -135081},
    {{1900, 2, 29}, false, 0},    {{2025, 2, 29}, false, 0},  {{2026, 4, 31}, false, 0},
    {{2026, 13, 1}, false, 0},    {{2026, 0, 1}, false, 0},   {{2026, 1, 0}, false, 0},
};

static void test_known(void)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        CHECK(date_is_real(known[i].date) == known[i].is_real);
        if (known[i].is_real) CHECK_INT(date_days(known[i].date), known[i].days);
    }
}

/* Each day follows the one before, and each is its own date again. */
static void test_each_day(void)
{
    Date d = {-500, 1, 1};
    int64_t first = date_days(d), wrong = 0;

    for (int64_t days = first; days < first + 1826211; days++) {
        Date is = date_of(days);

        wrong += is.year != d.year || is.month != d.month || is.day != d.day;
        wrong += date_days(d) != days;
        d.day++;
        if (date_is_real(d)) continue;
        d = d.month < 12 ? (Date){d.year, d.month + 1, 1} : (Date){d.year + 1, 1, 1};
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(d.year, 4499); /* 5,000 years of 365.2425 days, less one day */
}

static const struct {
    int64_t ts_us;
    DateForm form;
    const char *text;
} written[] = {
    {0, DATE_INSTANT, "1970-01-01T00:00:00Z"},
    {-1, DATE_INSTANT, "1969-12-31T23:59:59.999999Z"},
    {INT64_C(1776081905250000), DATE_INSTANT, "2026-04-13T12:05:05.25Z"},
    {INT64_C(1776081905000050), DATE_INSTANT, "2026-04-13T12:05:05.00005Z"},
    {INT64_C(1776081905250000), DATE_MINUTE, "2026-04-13 12:05"},
    {INT64_C(1776081905250000), DATE_DAY, "2026-04-13"},
};

static void test_written(void)
{
    Arena *arena = test_arena(1 << 16);

    for (size_t i = 0; i < ARRAY_LEN(written); i++) {
        Buf out;

        buf_init(&out, arena, 100);
        date_put(&out, written[i].ts_us, written[i].form);
        CHECK_STR(buf_cstr(&out), written[i].text);
    }
}

int main(void)
{
    TEST_RUN(test_known);
    TEST_RUN(test_each_day);
    TEST_RUN(test_written);
    return test_end();
}
