/* test_scale.c — where ticks stand and what is written beside them. */
#include "runtime/backtest/scale.h"

#include "tests/harness/test.h"
#include "vm/base/num.h"

static const char *labels(const Ticks *t, Buf *b)
{
    buf_clear(b);
    for (size_t i = 0; i < t->count; i++) {
        if (i) buf_char(b, ' ');
        scale_label(b, t, t->at[i]);
    }
    return buf_cstr(b);
}

static void test_labels(void)
{
    static const struct {
        const char *name;
        double low, high;
        ScaleUnit unit;
        size_t most;
        const char *want;
    } rows[] = {
        {"ones", 0, 4, SCALE_PLAIN, 5, "0 1 2 3 4"},
        {"twos", 0, 9, SCALE_PLAIN, 5, "0 2 4 6 8"},
        {"fives", 3, 21, SCALE_PLAIN, 4, "5 10 15 20"},
        {"thousands", 0, 2500, SCALE_PLAIN, 3, "0 1,000 2,000"},
        {"tenths", 0.05, 0.45, SCALE_PLAIN, 4, "0.1 0.2 0.3 0.4"},
        {"below", -0.2, 0.2, SCALE_PLAIN, 3,
         "\xe2\x88\x92"
         "0.2 0.0 0.2"},
        {"ratios", 0, 1, SCALE_PERCENT, 6, "0% 20% 40% 60% 80% 100%"},
        {"fine ratios", 0, 0.01, SCALE_PERCENT, 3, "0.0% 0.5% 1.0%"},
        {"shares", 0, 1, SCALE_CENTS, 3, "0\xc2\xa2 50\xc2\xa2 100\xc2\xa2"},
        {"dollars", -15, 25, SCALE_DOLLARS, 5, "\xe2\x88\x92$10 $0 $10 $20"},
        {"cents", 0, 1.2, SCALE_DOLLARS, 3, "$0.00 $0.50 $1.00"},
        {"many dollars", 0, 45000, SCALE_DOLLARS, 5, "$0 $10k $20k $30k $40k"},
        {"millions", 0, 4.5e6, SCALE_DOLLARS, 3, "$0 $2M $4M"},
        {"minutes", 1776081660e6, 1776082500e6, SCALE_TIME, 5, "12:05 12:10 12:15"},
        {"seconds", 1776081601e6, 1776081621e6, SCALE_TIME, 5,
         "12:00:05 12:00:10 12:00:15 12:00:20"},
        {"over midnight", 1776110400e6, 1776132000e6, SCALE_TIME, 4, "20:00 22:00 14 Apr 02:00"},
        {"days", 1776038400e6, 1776384000e6, SCALE_TIME, 5, "13 Apr 14 Apr 15 Apr 16 Apr 17 Apr"},
        {"months", 1767225600e6, 1776384000e6, SCALE_TIME, 5,
         "Jan 2026 Feb 2026 Mar 2026 Apr 2026"},
        {"before 1970", -172800e6, 0, SCALE_TIME, 3, "30 Dec 31 Dec 1 Jan"},
    };
    char mem[512];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Ticks t = scale_ticks(rows[i].low, rows[i].high, rows[i].unit, rows[i].most);

        test_case(rows[i].name);
        CHECK_STR(labels(&t, &b), rows[i].want);
    }
}

/* Whatever the range: in it, rising, not too many, and at least one where there is room for three. */
static void test_any_range(void)
{
    static const ScaleUnit units[] = {SCALE_PLAIN, SCALE_DOLLARS, SCALE_TIME};

    for (int exp = -4; exp < 15; exp++)
        for (size_t u = 0; u < sizeof units / sizeof units[0]; u++)
            for (int step = 1; step < 40; step++) {
                double size = 1;
                Ticks t;

                for (int i = 0; i < (exp < 0 ? -exp : exp); i++)
                    size *= 10;
                size = exp < 0 ? 1 / size : size;
                t = scale_ticks(-size * step / 7, size * (step + 3), units[u], 6);
                CHECK(t.count <= 6);
                CHECK(t.count >= 2 || units[u] == SCALE_TIME);
                for (size_t i = 0; i < t.count; i++)
                    CHECK(t.at[i] >= -size * step / 7 && t.at[i] <= size * (step + 3) &&
                          (i == 0 || t.at[i] > t.at[i - 1]) && num_bits(t.at[i]) != num_bits(-0.0));
            }
}

int main(void)
{
    TEST_RUN(test_labels);
    TEST_RUN(test_any_range);
    return test_end();
}
