/* test_limits.c — calendar windows, and each limit from the last entry that passes to the first refused. */
#include "runtime/engine/limits.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/engine/stage.h"

#define H (INT64_C(3600) * 1000000)

static const struct {
    uint8_t per;
    int64_t next; /* the first instant of a window */
} windows[] = {
    {PER_HOUR, H},           {PER_DAY, 24 * H},
    {PER_WEEK, 4 * 24 * H}, /* 1970-01-05 was the first Monday */
    {PER_WEEK, 11 * 24 * H}, {PER_WEEK, INT64_C(1793577600) * 1000000}, /* 2026-11-02 */
};

static void calendar(void)
{
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        int64_t next = calendar_window(windows[i].per, windows[i].next);

        CHECK_INT(calendar_window(windows[i].per, windows[i].next - 1), next - 1);
        CHECK_INT(calendar_window(windows[i].per, windows[i].next + 1), next);
    }
    CHECK_INT(calendar_window(PER_NONE, 99 * H), calendar_window(PER_NONE, 0));
}

/* Three ticks, each asking for 10 shares at 50c, which cost $5 and are then worth $4.80; what refuses
 * each of them, "" nothing. */
static const struct {
    const char *risk, *reasons[3];
} cases[] = {
    {"max position $10", {"", "", "MAX_POSITION"}},
    {"max position $9.99", {"", "MAX_POSITION", "MAX_POSITION"}},
    {"max exposure $10", {"", "", "MAX_EXPOSURE"}},
    {"max exposure $9.99 per market", {"", "MAX_EXPOSURE", "MAX_EXPOSURE"}},
    {"max exposure 1% of equity", {"", "MAX_EXPOSURE", "MAX_EXPOSURE"}},
    {"max trades 2 per slot", {"", "", "MAX_TRADES"}},
    {"max trades 2 per day", {"", "", "MAX_TRADES"}},
    {"max trades 1 per market", {"", "MAX_TRADES", "MAX_TRADES"}},
    {"max loss $0.2", {"", "MAX_LOSS", "MAX_LOSS"}},
    {"max loss $0.21 per slot", {"", "", "MAX_LOSS"}},
    {"max drawdown 0.02%", {"", "MAX_DRAWDOWN", "MAX_DRAWDOWN"}},
    {"max drawdown 0.03%", {"", "", "MAX_DRAWDOWN"}},
    {"max leverage 0.0101", {"", "", "MAX_LEVERAGE"}},
    {"max leverage 0.01", {"", "MAX_LEVERAGE", "MAX_LEVERAGE"}},
    {"max open 1", {"", "", ""}},
    {"no entry when up.bid < 48c", {"", "", ""}},
    {"no entry when up.bid < 48.1c", {"NO_ENTRY", "NO_ENTRY", "NO_ENTRY"}},
    {"no entry when down.bid < 48c", {"NO_ENTRY?", "NO_ENTRY?", "NO_ENTRY?"}},
    {"max position down.bid * 100 shares", {"MAX_POSITION?", "MAX_POSITION?", "MAX_POSITION?"}},
    {"max trades 1 per slot max position $5", {"", "MAX_TRADES", "MAX_TRADES"}},
    {"max position $5 max trades 1 per slot", {"", "MAX_POSITION", "MAX_POSITION"}},
};

static void each_limit_at_its_edge(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena(1 << 20);
        Buf text, want;
        uint64_t order = 0;

        buf_init(&text, arena, 4096);
        buf_init(&want, arena, 4096);
        buf_fmt(&text,
                "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-15m\"\n"
                "on tick { buy 10 shares of up at 50c }\nrisk { %s }\n",
                cases[i].risk);
        for (int k = 0; k < 3; k++)
            if (cases[i].reasons[k][0])
                buf_fmt(&want, "%d skip %s\n", k + 1, cases[i].reasons[k]);
            else
                buf_fmt(&want, "%d #%lu buy 10 of 0 at 0.5\n", k + 1, ++order);
        test_case(cases[i].risk);
        stage_check(buf_cstr(&text), 0, "open 0 0; tick 0 1 48 50; tick 0 2 48 50; tick 0 3 48 50",
                    buf_cstr(&want));
    }
}

int main(void)
{
    TEST_RUN(calendar);
    TEST_RUN(each_limit_at_its_edge);
    return test_end();
}
