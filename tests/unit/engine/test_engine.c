/* test_engine.c — compiled strategies on a stage: what goes out, in which order, and why not. */
#include "tests/unit/engine/stage.h"

#include "tests/harness/test.h"

#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-15m\"\n"

static const struct {
    const char *name;
    uint64_t flags;
    const char *text, *script, *want;
} cases[] = {
    {"a rule buys at market and fills at the touch", 0,
     HEAD "when up.ask < 55c { buy $50 of up at market within 2c }\n",
     "open 0 0; tick 0 1 48 60; tick 0 2 48 50; tick 0 3 48 50; show 0",
     "2 #1 buy 96.15 of 0 within 0.52\n"
     "held 96.15 for 48.075 cash 951.925 equity 998.077\n"},
};

static void stories(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case(cases[i].name);
        stage_check(cases[i].text, cases[i].flags, cases[i].script, cases[i].want);
    }
}

int main(void)
{
    TEST_RUN(stories);
    return test_end();
}
