/* test_testrun.c — what a `test` block means (language 2.7, decisions 29 to 38): each case is a block that
 * passes or must fail. */
#include "runtime/proof/testrun.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"

#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
#define BUY HEAD "when up.mid > 60c {\n  buy $20 of up at market within 2c\n}\n"
#define REST HEAD "when up.mid > 60c {\n  buy 10 shares of up at up.bid good for 30s\n}\n"
#define EACH HEAD "on every 10s if up.mid > 60c {\n  buy 10 shares of up at up.bid\n}\n"
#define FILLS HEAD "on fill of up if fill.side is buy {\n  sell fill.shares of up at 90c\n}\n"
#define COUNT HEAD "state n = 0 per slot\non tick {\n  set n = n + 1\n}\n"
#define UP "given up.bid = 61c, up.ask = 63c, down.bid = 37c, down.ask = 39c\n"

static const struct {
    const char *name, *text, *block;
    bool passes;
} cases[] = {
    {"an order that is expected", BUY, UP "after 1s expect buy $20 of up", true},
    {"an order nobody expects", BUY, UP "after 1s", false},
    {"an expectation without an order", BUY,
     "given up.bid = 1c, up.ask = 2c after 1s expect buy $20 of up", false},
    {"another size", BUY, UP "after 1s expect buy $21 of up", false},
    {"another share", BUY, UP "after 1s expect buy $20 of down", false},
    {"another side", BUY, UP "after 1s expect sell 10 shares of up", false},
    {"at market when it is at market", BUY, UP "after 1s expect buy $20 of up at market", true},
    {"at a price when it is at market", BUY, UP "after 1s expect buy $20 of up at 63c", false},
    {"what is not mentioned is not compared", REST, UP "after 1s expect buy 10 shares of up", true},
    {"a price that is mentioned", REST, UP "after 1s expect buy 10 shares of up at 61c", true},
    {"a wrong price", REST, UP "after 1s expect buy 10 shares of up at 62c", false},
    {"a modifier that is mentioned", REST,
     UP "after 1s expect buy 10 shares of up at 61c good for 30s", true},
    {"a modifier that is not there", REST,
     UP "after 1s expect buy 10 shares of up at 61c post only", false},
    {"another time to live", REST, UP "after 1s expect buy 10 shares of up at 61c good for 31s",
     false},
    {"nothing", BUY, "given up.bid = 1c, up.ask = 2c after 1s expect nothing", true},
    {"nothing, wrongly", BUY, UP "after 1s expect nothing", false},
    {"given facts are no tick", BUY, UP "after 1s up.bid = 10c, up.ask = 11c expect nothing", true},
    {"facts hold until changed", BUY,
     "given up.bid = 50c, up.ask = 51c after 1s up.ask = 80c expect buy $20 of up", true},
    {"a fact becomes unknown", BUY, UP "after 1s up.bid = unknown expect nothing", true},
    {"a derived field can be given", BUY,
     "given up.mid = 70c after 1s expect skip NO_PRICE expect nothing", true},
    {"fills at the touched side", BUY,
     UP "after 1s expect buy $20 of up\nafter 2s expect up.entry is 63c", true},
    {"fills up to the touched size", BUY,
     "given up.bid = 61c, up.ask = 63c, up.ask_size = 5 shares\n"
     "after 1s expect buy $20 of up expect up.position is 5 shares",
     true},
    {"a resting order waits", REST,
     UP "after 1s expect buy 10 shares of up expect up.position is 0", true},
    {"... until it is touched", REST,
     UP "after 1s expect buy 10 shares of up\n"
        "after 2s up.bid = 60c, up.ask = 61c expect up.position is 10 shares",
     true},
    {"... or has lived long enough", REST,
     UP "after 1s expect buy 10 shares of up\n"
        "after 40s up.bid = 60c, up.ask = 61c expect up.position is 0",
     true},
    {"written fills alone, once there is one", BUY,
     UP "after 1s expect buy $20 of up expect up.position is 0\n"
        "after 2s fill 10 shares of up at 62c expect up.position is 10 shares expect nothing",
     true},
    {"handlers of fills run in the same row", FILLS,
     UP "after 1s fill 10 shares of up at 40c expect sell 10 shares of up at 90c", true},
    {"boundaries belong to the next row", EACH, UP "after 15s expect buy 10 shares of up", true},
    {"a row owns the boundary at its own instant", EACH,
     UP "after 10s expect buy 10 shares of up\nafter 11s expect nothing", true},
    {"every order of a long row", EACH, UP "after 25s expect buy 10 shares of up", false},
    {"... twice", EACH, UP "after 25s expect buy 10 shares of up expect buy 10 shares of up", true},
    {"a boundary sees the facts of its row", EACH,
     "given up.bid = 10c, up.ask = 11c\nafter 10s up.bid = 61c, up.ask = 63c expect buy 10 shares "
     "of up",
     true},
    {"conditions see committed states", COUNT, UP "after 1s expect n is 1\nafter 2s expect n is 2",
     true},
    {"a state can be given", COUNT,
     "given n = 5, up.bid = 10c, up.ask = 11c after 1s expect n is 6", true},
    {"slots roll over by themselves", COUNT, UP "after 1s expect n is 1\nafter 301s expect n is 1",
     true},
    {"facts of a slot are forgotten", BUY,
     UP "after 1s expect buy $20 of up\nafter 301s expect nothing", true},
    {"a slot may be opened", COUNT,
     UP "after 1s expect n is 1\nafter 2s slot open\nafter 3s expect n is 1", true},
    {"cash is a thousand", BUY, UP "after 1s expect buy $20 of up expect cash < $1_000", true},
    {"money can be given", BUY,
     "given up.bid = 61c, up.ask = 63c, cash = $10 after 1s expect skip NO_CASH expect nothing",
     true},
    {"a position can be given", BUY,
     "given up.bid = 10c, up.ask = 11c, up.position = 7 shares, up.entry = 20c\n"
     "after 1s expect up.position is 7 shares expect up.entry is 20c expect up.pnl < $0",
     true},
    {"an unknown condition is not true", BUY, "given up.bid = 10c after 1s expect up.ask > 0",
     false},
    {"a skip that is not there", BUY, UP "after 1s expect buy $20 of up expect skip NO_CASH",
     false},
    {"skips are free", BUY, "given up.bid = 61c, up.ask = 63c, cash = $10 after 1s expect nothing",
     true},
    {"a param can be given",
     HEAD "param stake = $10 in $5 .. $50\nwhen up.mid > 60c {\n  buy stake of up at market within "
          "2c\n}\n",
     "given up.bid = 61c, up.ask = 63c, stake = $30 after 1s expect buy $30 of up", true},
    {"a param outside its range",
     HEAD "param stake = $10 in $5 .. $50\nwhen up.mid > 60c {\n  buy stake of up at market within "
          "2c\n}\n",
     "given up.bid = 61c, up.ask = 63c, stake = $60 after 1s expect buy $60 of up", false},
    {"a promise that holds", BUY "always up.position < 100 shares\n",
     UP "after 1s expect buy $20 of up", true},
    {"a promise that breaks", BUY "always up.position < 10 shares\n",
     UP "after 1s expect buy $20 of up", false},
    {"who won", HEAD "state wins = 0\non resolve if winner is up {\n  set wins = wins + 1\n}\n",
     UP "after 1s resolve up expect wins is 1\nafter 2s resolve down expect wins is 1", true},
    {"why it was closed", BUY "risk {\n  stop loss 20%\n}\n",
     UP "after 1s expect buy $20 of up\nafter 2s up.bid = 40c, up.ask = 42c expect close up "
        "because stop loss",
     true},
    {"another why", BUY "risk {\n  stop loss 20%\n}\n",
     UP "after 1s expect buy $20 of up\nafter 2s up.bid = 40c, up.ask = 42c expect close up "
        "because time stop",
     false},
};

static void test_blocks(void)
{
    CompileOptions how = {.until = STAGE_EMIT, .has_tests = true};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena((size_t)256 << 20);
        TestResult r;
        Compilation c;
        TestBed bed;
        Buf b;

        test_case(cases[i].name);
        buf_init(&b, arena, 1 << 16);
        buf_fmt(&b, "%stest \"x\" {\n%s\n}\n", cases[i].text, cases[i].block);
        c = compile(SPAN("t.odx"), buf_span(&b), &how, arena);
        if (!CHECK(!diags_has_errors(c.diags)) || !CHECK(testbed_open(&bed, &c, arena))) continue;
        r = testrun_play(&bed, &c.program->tests[0], NULL, NULL, arena);
        CHECK_INT(r.has_passed, cases[i].passes);
        CHECK_INT(diags_count(r.diags) == 0, cases[i].passes);
    }
}

/* Rules that only `set` are counted by their condition. */
static void test_coverage(void)
{
    CompileOptions how = {.until = STAGE_EMIT, .has_tests = true};
    Arena *arena = test_arena((size_t)256 << 20);
    Compilation c = compile(SPAN("t.odx"),
                            SPAN(HEAD "state n = 0\nwhen up.mid > 60c {\n  set n = 1\n}\n"
                                      "when up.mid > 90c {\n  set n = 2\n}\n"
                                      "test \"x\" { " UP " after 1s expect n is 1 }\n"),
                            &how, arena);
    TestCoverage cov;
    TestBed bed;

    if (!CHECK(testbed_open(&bed, &c, arena))) return;
    cov = test_coverage_new(c.program, arena);
    CHECK(testrun_play(&bed, &c.program->tests[0], NULL, &cov, arena).has_passed);
    CHECK(cov.fired[0] > 0);
    CHECK_INT(cov.fired[1], 0);
}

int main(void)
{
    TEST_RUN(test_blocks);
    TEST_RUN(test_coverage);
    return test_end();
}
