/* test_excerpt.c — recorded ticks as a test block: it passes behind the file, says the slot up to the moment and
 * nothing else, and is short. */
#include "runtime/proof/excerpt.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/rng.h"

#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
#define RULES                                                                \
    "let quick = ema(up.mid every 1s, 5)\n"                                  \
    "when quick > 60c and slot.left > 10s {\n  buy $20 of up at market\n}\n" \
    "when m.abs_move > 1% {\n  buy $5 of down at market\n}\n"                \
    "risk {\n  stop loss 20%\n  max trades 3 per slot\n}\n"
#define SLOT_US INT64_C(300000000)
#define START_US (INT64_C(1776081600) * 1000000)

static const struct {
    const char *name;
    size_t ticks;  /* one each second, from the slot before on */
    int64_t at_us; /* since the start of the second slot */
    const char *has, *lacks;
} cases[] = {
    {"nothing recorded", 0, 5000000, "", "test"},
    {"before the first tick", 400, -SLOT_US - 1, "", "test"},
    {"the first tick", 400, -SLOT_US, "after 0ms", "after 1s"},
    {"only this slot", 400, 50500000, "after 50s", "after 51s"},
    {"many ticks", 600, 299000000, "after 299s", "after 1s"},
    {"a title with quotes", 400, 20000000, "test \"at  noon \" {", "\\"},
};

static bool compile_text(TestBed *bed, Span text, bool has_tests, Compilation *c, Arena *arena)
{
    CompileOptions how = {.until = STAGE_EMIT, .has_tests = has_tests};

    *c = compile(SPAN("t.odx"), text, &how, arena);
    return CHECK(!diags_has_errors(c->diags)) && CHECK(testbed_open(bed, c, arena));
}

/* A walk of prices, a side missing here and there, a spot now and then. */
static MarketRows make_rows(size_t count, uint64_t seed, Arena *arena)
{
    TickRow *rows = arena_array(arena, TickRow, count + 1);
    int64_t cents = 55;
    Rng rng;

    rng_init(&rng, seed);
    for (size_t i = 0; i < count; i++) {
        TickRow *r = &rows[i];
        int64_t step = rng_range(&rng, -2, 2);

        cents = cents + step < 10 ? 10 : cents + step > 90 ? 90 : cents + step;
        tick_clear(&r->data);
        r->ts_us = START_US - SLOT_US + (int64_t)i * 1000000;
        r->slot_start_us = i < 300 ? START_US - SLOT_US : START_US;
        r->slot_us = SLOT_US;
        r->data.bid[0].price_micros[0] = cents * 10000;
        if (i % 7) r->data.ask[0].price_micros[0] = (cents + 1) * 10000;
        r->data.spot = 60000.123456789 + (double)step * 100;
    }
    return (MarketRows){rows, count, NULL, 0};
}

static size_t count_of(Span text, Span part)
{
    size_t count = 0, at;

    while ((at = span_find(text, part)) != SPAN_NONE_AT) {
        text = span_from(text, at + part.len);
        count++;
    }
    return count;
}

/* The block behind the file: compiled and played, every row as it says. */
static void check_passes(Span block, Arena *arena)
{
    Compilation c;
    TestBed bed;
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_str(&b, HEAD RULES);
    buf_span_put(&b, block);
    if (!compile_text(&bed, buf_span(&b), true, &c, arena)) return;
    if (!CHECK(c.program->tests_count == 1)) return;
    CHECK(testrun_play(&bed, &c.program->tests[0], NULL, NULL, arena).has_passed);
}

static size_t orders; /* of all excerpts together */

static void check_case(size_t i, uint64_t seed)
{
    Arena *arena = test_arena((size_t)256 << 20);
    bool is_titled = cases[i].name[0] == 'a';
    MarketRows rows = make_rows(cases[i].ticks, seed, arena);
    Compilation c;
    TestBed bed;
    Buf out;

    test_case(cases[i].name);
    buf_init(&out, arena, 1 << 20);
    if (!compile_text(&bed, SPAN(HEAD RULES), false, &c, arena)) return;
    excerpt_put(&bed, &rows, START_US + cases[i].at_us, is_titled ? SPAN("at \"noon\"") : SPAN("t"),
                arena, &out);
    CHECK(span_find(buf_span(&out), span_str(cases[i].has)) != SPAN_NONE_AT);
    CHECK(span_find(buf_span(&out), span_str(cases[i].lacks)) == SPAN_NONE_AT);
    CHECK(count_of(buf_span(&out), SPAN("\n  after ")) <= 24);
    orders += count_of(buf_span(&out), SPAN("expect buy"));
    if (out.len) check_passes(buf_span(&out), arena);
}

static void test_excerpts(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (uint64_t seed = 1; seed <= 8; seed++)
            check_case(i, seed);
    CHECK(orders > 10);
}

int main(void)
{
    TEST_RUN(test_excerpts);
    return test_end();
}
