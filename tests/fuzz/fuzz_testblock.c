/* fuzz_testblock.c — any bytes as a strategy with tests: compiled, and its tests run on the engine.
 *
 * The first byte chooses: bit 0 plain code, bit 1 a random market against its promises as well (the rest of
 * the byte is its number).  Promise checked: every image that the compiler hands out loads, tests end, the
 * books balance after every row, and what happened can be written down as a test. */
#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "runtime/proof/fuzz.h"
#include "runtime/proof/testtext.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"

#define LIMIT ((size_t)16 << 20)
enum { TEXT_MAX = 20000, TESTS_MAX = 6, OUT_MAX = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Watcher {
    const Program *program;
    Arena *arena;
} Watcher;

static bool look(void *ctx, uint32_t row, const RowEffects *effects, const Engine *engine)
{
    Watcher *w = ctx;
    Buf out;

    (void)row;
    BUG_IF(engine_ledger_sum(engine) != engine_balance_sum(engine));
    buf_init(&out, w->arena, OUT_MAX);
    expectations_put(w->program, effects, &out);
    return true;
}

/* What venues ask of orders, at any time. */
static void look_up(const Program *p, uint8_t when)
{
    for (uint32_t i = 0; i < p->markets_count; i++) {
        const Market *m = &p->markets[i];
        const VenueRule *r =
            rules_at(m->venue, when & 4 ? SPAN("crypto") : SPAN(""), (int64_t)when << 43);

        BUG_IF(r && rules_max_fee(&r->rules, (int64_t)when * 3900, 1000000) < 0);
    }
}

/* The tests as they could be written again. */
static void write_tests(const Program *p, Arena *arena)
{
    Buf out;

    buf_init(&out, arena, OUT_MAX);
    for (uint32_t i = 0; i < p->tests_count && i < TESTS_MAX; i++) {
        const Test *t = &p->tests[i];

        for (uint32_t g = 0; g < t->given_count; g++)
            fact_put(p, &t->given[g], &out);
        for (uint32_t r = 0; r < t->row_count; r++) {
            row_time_put(t->rows[r].at_us, &out);
            for (uint32_t h = 0; h < t->rows[r].happening_count; h++)
                happening_put(p, &t->rows[r].happenings[h], &out);
        }
    }
}

static void run_tests(const TestBed *bed, Arena *arena)
{
    TestCoverage coverage = test_coverage_new(bed->program, arena);
    Watcher w = {bed->program, arena};
    TestWatch watch = {.row = look, .ctx = &w};

    for (uint32_t i = 0; i < bed->program->tests_count && i < TESTS_MAX; i++) {
        TestResult r = testrun_play(bed, &bed->program->tests[i], &watch, &coverage, arena);

        if (arena_is_full(arena)) return;
        BUG_IF(r.has_passed == diags_has_errors(r.diags));
    }
}

static void run_market(const TestBed *bed, uint64_t run, Arena *arena)
{
    Arena scratch = pool_arena(LIMIT);
    Buf out;
    Fuzz f;

    fuzz_init(&f, bed, 1, arena);
    if (!arena_is_full(arena) && fuzz_run(&f, run, arena, &scratch) && !arena_is_full(arena)) {
        BUG_IF(f.found.kind == VIOLATION_BOOKS);
        buf_init(&out, arena, OUT_MAX);
        fuzz_put(&f, &scratch, &out);
    }
    arena_fini(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CompileOptions options = {.until = STAGE_EMIT, .has_tests = true};
    Compilation c;
    Arena arena;
    TestBed bed;

    if (size < 1 || size > TEXT_MAX) return 0;
    options.is_plain = data[0] & 1;
    arena = pool_arena(LIMIT);
    c = compile(SPAN("fuzz.odx"), span_of((const char *)data + 1, size - 1), &options, &arena);
    BUG_IF(c.is_broken && !arena_is_full(&arena));
    if (c.image.len && !arena_is_full(&arena)) {
        bool is_open = testbed_open(&bed, &c, &arena);

        BUG_IF(!is_open && !arena_is_full(&arena));
        if (is_open) look_up(bed.program, data[0]);
        if (is_open) write_tests(bed.program, &arena);
        if (is_open) run_tests(&bed, &arena);
        if (is_open && (data[0] & 2)) run_market(&bed, data[0] >> 2, &arena);
    }
    arena_fini(&arena);
    return 0;
}
