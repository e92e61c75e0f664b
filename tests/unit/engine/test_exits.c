/* test_exits.c — when an exit holds: thresholds on the grid, both sides of the market, time. */
#include "runtime/engine/exits.h"

#include "tests/harness/test.h"
#include "vm/base/num.h"

#define U MICROS_UNKNOWN
#define C(cents) ((cents)*INT64_C(10000))

static const struct {
    const char *name;
    int size;      /* shares; below 0: short */
    int64_t entry; /* micros a share */
    int64_t best, touch;
    uint8_t kind;
    double rate;
    bool holds;
} prices[] = {
    {"stop above", 10, C(50), U, C(36), LIM_STOP_LOSS, 0.3, false},
    {"stop at the grid", 10, C(50), U, C(35), LIM_STOP_LOSS, 0.3, true},
    {"35.7c is 51c less 30%", 10, C(51), U, 357000, LIM_STOP_LOSS, 0.3, true},
    {"a micro above", 10, C(51), U, 357001, LIM_STOP_LOSS, 0.3, false},
    {"nobody bids", 10, C(50), U, U, LIM_STOP_LOSS, 0.3, false},
    {"target below", 10, C(50), U, C(89), LIM_TAKE_PROFIT, 0.8, false},
    {"target", 10, C(50), U, C(90), LIM_TAKE_PROFIT, 0.8, true},
    {"trailing without a high", 10, C(50), U, C(10), LIM_TRAILING_STOP, 0.15, false},
    {"trailing from the high", 10, C(50), C(80), C(68), LIM_TRAILING_STOP, 0.15, true},
    {"trailing above", 10, C(50), C(80), 680001, LIM_TRAILING_STOP, 0.15, false},
    {"rate unknown", 10, C(50), U, C(1), LIM_STOP_LOSS, -1, false},
    {"short stop", -2, C(16000), U, C(17600), LIM_STOP_LOSS, 0.1, true},
    {"short below its stop", -2, C(16000), U, C(17599), LIM_STOP_LOSS, 0.1, false},
    {"short target", -2, C(16000), U, C(14400), LIM_TAKE_PROFIT, 0.1, true},
    {"short trailing", -2, C(16000), C(10000), C(11000), LIM_TRAILING_STOP, 0.1, true},
};

static void at_prices(void)
{
    for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++) {
        int64_t size = prices[i].size * INT64_C(1000000);
        Position p = {.size_micros = size,
                      .cost_micros = prices[i].size * prices[i].entry,
                      .best_micros = prices[i].best};
        ExitView v = {&p, prices[i].touch, 0};

        test_case(prices[i].name);
        CHECK_INT(
            exit_price_holds(&v, prices[i].kind, prices[i].rate < 0 ? UNKNOWN : prices[i].rate),
            prices[i].holds);
    }
}

static void in_time(void)
{
    Position p = {.size_micros = 1, .first_us = 5000000};
    ExitView v = {&p, U, 14999999};

    CHECK(!exit_time_holds(&v, 10));
    v.now_us = 15000000;
    CHECK(exit_time_holds(&v, 10));
    CHECK(!exit_time_holds(&v, UNKNOWN));
}

int main(void)
{
    TEST_RUN(at_prices);
    TEST_RUN(in_time);
    return test_end();
}
