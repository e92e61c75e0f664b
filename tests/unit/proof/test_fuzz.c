/* test_fuzz.c — random markets: equal seeds, equal markets; what is found is small, fails again from its
 * text, and disappears with the mistake. */
#include "runtime/proof/fuzz.h"

#include "runtime/proof/markets.h"
#include "runtime/proof/testtext.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
#define RISK "risk {\n  stop loss 40%\n  max position $50\n  max trades 2 per slot\n}\n"
#define RULE "when up.mid > 60c {\n  buy $20 of up at market within 2c\n}\n"

static const struct {
    const char *name, *text;
    ViolationKind want;
} cases[] = {
    {"holds", HEAD RULE RISK "always up.position < 5_000 shares\n", VIOLATION_NONE},
    {"promise", HEAD RULE RISK "always up.position < 10 shares\n", VIOLATION_PROMISE},
    {"unknown is not broken", HEAD RULE RISK "always up.bid <= up.ask\n", VIOLATION_NONE},
    {"only after several rows", HEAD RULE RISK "always slot.trades < 2\n", VIOLATION_PROMISE},
    {"params anywhere in their ranges",
     HEAD "param top = $10 in $10 .. $60 step $10\n"
          "when up.mid > 60c {\n  buy top of up at market within 2c\n}\n" RISK
          "always up.position < 60 shares\n",
     VIOLATION_PROMISE},
};

enum { RUNS = 60 };

static bool compile_text(TestBed *bed, Span text, Compilation *c, Arena *arena)
{
    CompileOptions how = {.until = STAGE_EMIT, .has_tests = true};

    *c = compile(SPAN("t.odx"), text, &how, arena);
    return CHECK(!diags_has_errors(c->diags)) && CHECK(testbed_open(bed, c, arena));
}

static bool search(Fuzz *f, const TestBed *bed, Arena *keep)
{
    fuzz_init(f, bed, 1, keep);
    for (uint64_t run = 0; run < RUNS; run++)
        if (fuzz_run(f, run, keep, test_arena((size_t)256 << 20))) return true;
    return false;
}

/* The block that was printed, put behind the file, fails the same promise. */
static void check_text(const char *text, const Fuzz *f, Arena *arena)
{
    TestResult r;
    Compilation c;
    TestBed bed;
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_str(&b, text);
    fuzz_put(f, test_arena((size_t)256 << 20), &b);
    if (!compile_text(&bed, buf_span(&b), &c, arena)) return;
    r = testrun_play(&bed, &c.program->tests[0], NULL, NULL, arena);
    CHECK(!r.has_passed);
    CHECK_INT(diags_count(r.diags), 1);
    CHECK_INT(diags_get(r.diags, 0)->code, ODX804);
}

static void test_searches(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena((size_t)512 << 20);
        Compilation c;
        TestBed bed;
        Fuzz f;

        test_case(cases[i].name);
        if (!compile_text(&bed, span_str(cases[i].text), &c, arena)) continue;
        CHECK_INT(search(&f, &bed, arena), cases[i].want != VIOLATION_NONE);
        CHECK_INT(f.found.kind, cases[i].want);
        if (f.found.kind == VIOLATION_NONE) continue;
        CHECK(f.smallest->row_count <= 4);
        check_text(cases[i].text, &f, arena);
    }
}

static void print_market(const Program *p, uint64_t seed, Buf *out, Arena *arena)
{
    Rng rng;
    Test *t;

    rng_init(&rng, seed);
    t = markets_make(p, &rng, 40, arena);
    for (uint32_t i = 0; i < t->row_count; i++) {
        row_time_put(t->rows[i].at_us, out);
        for (uint32_t k = 0; k < t->rows[i].happening_count; k++) {
            buf_char(out, ' ');
            happening_put(p, &t->rows[i].happenings[k], out);
        }
        buf_char(out, '\n');
    }
}

static void test_seeds(void)
{
    Arena *arena = test_arena((size_t)512 << 20);
    Compilation c;
    TestBed bed;
    Buf a, b, other;

    if (!compile_text(&bed, SPAN(HEAD RULE RISK), &c, arena)) return;
    buf_init(&a, arena, 1 << 20);
    buf_init(&b, arena, 1 << 20);
    buf_init(&other, arena, 1 << 20);
    print_market(markets_program(c.program, arena), 7, &a, arena);
    print_market(markets_program(c.program, arena), 7, &b, arena);
    print_market(markets_program(c.program, arena), 8, &other, arena);
    CHECK(span_is(buf_span(&a), buf_span(&b)));
    CHECK(!span_is(buf_span(&a), buf_span(&other)));
}

int main(void)
{
    TEST_RUN(test_searches);
    TEST_RUN(test_seeds);
    return test_end();
}
