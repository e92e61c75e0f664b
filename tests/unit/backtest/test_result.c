/* test_result.c — the small questions readers ask a result: prices, middles, names. */
#include "runtime/backtest/result.h"

#include "tests/harness/test.h"

static void test_quotes(void)
{
    static const struct {
        ResultQuote q;
        int64_t mid, buy, sell;
    } rows[] = {
        {{480000, 520000, 0, 0}, 500000, 520000, 480000},
        {{480000, 485000, 0, 0}, 482500, 485000, 480000},
        {{MICROS_UNKNOWN, 520000, 0, 0}, MICROS_UNKNOWN, 520000, MICROS_UNKNOWN},
        {{480000, MICROS_UNKNOWN, 0, 0}, MICROS_UNKNOWN, MICROS_UNKNOWN, 480000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_INT(result_mid(&rows[i].q), rows[i].mid);
        CHECK_INT(result_touch(&rows[i].q, false), rows[i].buy);
        CHECK_INT(result_touch(&rows[i].q, true), rows[i].sell);
    }
}

static void test_price(void)
{
    CHECK_INT(result_price(10000000, 20000000), 500000);
    CHECK_INT(result_price(1, 3000000), 0);
    CHECK_INT(result_price(5, 0), MICROS_UNKNOWN);
}

static void test_names(void)
{
    CHECK_STR(result_exit_name(BECAUSE_STOP_LOSS), "stop loss");
    CHECK_STR(result_exit_name(RESULT_EXIT_RESOLVED), "resolved");
    CHECK_STR(result_exit_name(RESULT_EXIT_OPEN), "open");
    CHECK_STR(result_exit_name(RESULT_EXITS), "?");
    CHECK_STR(verdict_name(VERDICT_IDLE), "idle");
    for (int i = 0; i < VERDICTS; i++)
        CHECK(verdict_sentence((VerdictId)i)[0] != 0);
}

int main(void)
{
    TEST_RUN(test_quotes);
    TEST_RUN(test_price);
    TEST_RUN(test_names);
    return test_end();
}
