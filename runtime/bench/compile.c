/* compile.c — how fast the compiler is: warm in this process, and as a process of its own.
 *
 * The warm baselines are the same text, only read; the cold one is a process of this program that does nothing.
 * Warm figures are the best of many rounds, cold ones medians. */
#include "compiler/compiler.h"

#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "vm/base/fmt.h"

enum { WARM_ROUNDS = 200, COLD_ROUNDS = 31 };

/* A strategy of so many rules, each with a name and an order of its own: five lines a rule. */
static Span make_text(Arena *arena, uint32_t rules)
{
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_str(&b, "odx 1\n\nstrategy \"bench\"\n\nmarket m = polymarket \"btc-updown-15m\"\n\n");
    for (uint32_t i = 0; i < rules; i++)
        buf_fmt(&b,
                "let calm%u = sma(up.mid every 1s, %u)\n\n"
                "when up.ask < %uc and calm%u > up.mid {\n  buy $%u of up at up.ask\n}\n",
                i, 5 + i, 20 + i, i, 10 + i);
    buf_str(&b, "\nrisk {\n  stop loss 30%\n  max position $500\n}\n");
    return buf_span(&b);
}

/* Microseconds of the fastest round; below 0 when the text has errors. */
static double best_us(Bench *b, Span text, CompileStage until)
{
    CompileOptions how = {.until = until};
    int64_t best = INT64_MAX;

    for (int i = 0; i < WARM_ROUNDS; i++) {
        ArenaMark mark = arena_mark(b->arena);
        int64_t start = clock_work_ns(), took;
        Compilation c = compile(SPAN("bench.odx"), text, &how, b->arena);
        bool is_fine = !diags_has_errors(c.diags) && !c.is_broken;

        took = clock_work_ns() - start;
        if (took < best) best = took;
        arena_release(b->arena, mark);
        if (!is_fine) return -1;
    }
    return (double)best / 1000;
}

static bool warm(Bench *b, BenchRow row, uint32_t rules, CompileStage until)
{
    Span text = make_text(b->arena, rules);

    row.unit = "us";
    row.against = "the same text, only read";
    row.n = WARM_ROUNDS;
    row.ours = best_us(b, text, until);
    row.baseline = best_us(b, text, STAGE_PARSE);
    if (row.ours < 0 || row.baseline < 0) return bench_fail(b, "the text of this bench has errors");
    b->row(b->ctx, &row);
    return true;
}

bool bench_check_warm(Bench *b)
{
    BenchRow row = {
        .name = "check-300-warm", .says = "odx check of 300 lines, in process", .bar = 1000};

    return warm(b, row, 60, STAGE_PROVE);
}

bool bench_compile(Bench *b)
{
    BenchRow row = {
        .name = "compile-one-rule", .says = "a strategy of one rule, to bytecode", .bar = 50};

    return warm(b, row, 1, STAGE_EMIT);
}

static bool time_process(const char *const *argv, double *ret_us)
{
    int64_t start = clock_mono_ns();
    bool is_fine = bench_spawn(argv, NULL);

    *ret_us = (double)(clock_mono_ns() - start) / 1000;
    return is_fine;
}

static bool cold(Bench *b, const char *path)
{
    const char *const check[] = {b->program, "check", path, NULL};
    const char *const nothing[] = {b->program, "help", NULL};
    double ours[COLD_ROUNDS], none[COLD_ROUNDS];
    BenchRow row = {.name = "check-300-cold",
                    .unit = "us",
                    .says = "odx check of 300 lines, a process",
                    .against = "a process that prints its help",
                    .n = COLD_ROUNDS,
                    .bar = 5000};

    for (int i = 0; i < COLD_ROUNDS; i++)
        if (!time_process(check, &ours[i]) || !time_process(nothing, &none[i]))
            return bench_fail(b, "this program could not be started");
    row.ours = bench_median(ours, COLD_ROUNDS);
    row.baseline = bench_median(none, COLD_ROUNDS);
    b->row(b->ctx, &row);
    return true;
}

bool bench_check_cold(Bench *b)
{
    static const char *const names[] = {"bench.odx"};
    BenchFolder folder;
    const char *path;
    bool is_fine;

    if (!bench_folder(&folder)) return bench_fail(b, "no folder for files could be made");
    path = bench_path(b, &folder, names[0]);
    is_fine = bench_write(b, path, make_text(b->arena, 60));
    is_fine =
        is_fine ? cold(b, path) : bench_fail(b, "the text of this bench could not be written");
    bench_folder_end(b, &folder, names, 1);
    return is_fine;
}
