/* compile.c — how fast the compiler is, on texts and documents: warm in this process, and as a process of its own.
 *
 * The warm baselines are the same text, only read; the cold one is a process of this program that does nothing.
 * Warm figures are the best of many rounds, cold ones medians. */
#include "compiler/compiler.h"

#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "vm/base/fmt.h"

enum { WARM_ROUNDS = 200, COLD_ROUNDS = 31 };

Span bench_text(Arena *arena, uint32_t rules)
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
static double best_us(Bench *b, Span name, Span text, CompileStage until)
{
    CompileOptions how = {.until = until};
    int64_t best = INT64_MAX;

    for (int i = 0; i < WARM_ROUNDS; i++) {
        ArenaMark mark = arena_mark(b->arena);
        int64_t start = clock_work_ns(), took;
        Compilation c = compile(name, text, &how, b->arena);
        bool is_fine = !diags_has_errors(c.diags) && !c.is_broken;

        took = clock_work_ns() - start;
        if (took < best) best = took;
        arena_release(b->arena, mark);
        if (!is_fine) return -1;
    }
    return (double)best / 1000;
}

static bool warm(Bench *b, BenchRow row, Span name, Span text, CompileStage until)
{
    row.unit = "us";
    row.against = "the same, only read";
    row.n = WARM_ROUNDS;
    row.ours = best_us(b, name, text, until);
    row.baseline = best_us(b, name, text, STAGE_PARSE);
    if (row.ours < 0 || row.baseline < 0) return bench_fail(b, "the text of this bench has errors");
    b->row(b->ctx, &row);
    return true;
}

bool bench_check_warm(Bench *b)
{
    BenchRow row = {
        .name = "check-300-warm", .says = "odx check of 300 lines, in process", .bar = 1000};

    return warm(b, row, SPAN("bench.odx"), bench_text(b->arena, 60), STAGE_PROVE);
}

bool bench_compile(Bench *b)
{
    BenchRow row = {
        .name = "compile-one-rule", .says = "a strategy of one rule, to bytecode", .bar = 50};

    return warm(b, row, SPAN("bench.odx"), bench_text(b->arena, 1), STAGE_EMIT);
}

/* ---- documents -------------------------------------------------------------------------------- */

/* Groups of five rules below one another's level, every second one an OR. */
static Span make_form(Arena *arena, uint32_t groups)
{
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_str(&b,
            "{\"odx\":1,\"mode\":\"form\",\"name\":\"bench\",\"market\":{\"venue\":\"polymarket\","
            "\"selector\":\"btc-updown-15m\"},\"combine\":\"AND\",\"conditions\":[");
    for (uint32_t g = 0; g < groups; g++) {
        buf_fmt(&b, "%s{\"type\":\"%s\",\"rules\":[", g ? "," : "", g % 2 ? "OR" : "AND");
        for (uint32_t r = 0; r < 4; r++)
            buf_fmt(&b,
                    "{\"indicator\":\"SMA\",\"field\":\"mid_up\",\"period\":%u,\"operator\":\"<\","
                    "\"value\":{\"indicator\":\"EMA\",\"field\":\"mid_up\",\"period\":%u}},",
                    3 + g * 4 + r, 4 + g * 3 + r);
        buf_fmt(&b, "{\"indicator\":\"%s\",\"operator\":\">\",\"value\":0.%u}]}",
                g % 2 ? "ask_up" : "bid_down", 10 + g);
    }
    buf_str(&b,
            "],\"action\":{\"signal\":\"buy\",\"outcome\":\"UP\",\"size_usdc\":50,\"order_type\":"
            "\"limit\",\"price\":0.4},\"risk\":{\"stoploss_pct\":30,\"max_trades_per_slot\":1}}");
    return buf_span(&b);
}

enum { GRAPH_RULES = 5, GRAPH_TERMS = 11, GRAPH_CHAIN = 24 };

static void put_node(Buf *b, const char *id, uint32_t rule, uint32_t term, const char *type,
                     const char *data, uint32_t value)
{
    buf_fmt(
        b,
        "%s{\"id\":\"%s%u_%u\",\"type\":\"%s\",\"position\":{\"x\":%u,\"y\":%u},\"data\":{%s%u}}",
        buf_span(b).ptr[b->len - 1] == '[' ? "" : ",", id, rule, term, type, rule * 100, term * 40,
        data, value);
}

static void put_edge(Buf *b, const char *from, uint32_t rule, uint32_t term, const char *to,
                     uint32_t to_rule, uint32_t to_term)
{
    buf_fmt(b, "%s{\"source\":\"%s%u_%u\",\"target\":\"%s%u_%u\"}",
            buf_span(b).ptr[b->len - 1] == '[' ? "" : ",", from, rule, term, to, to_rule, to_term);
}

static void put_graph_nodes(Buf *b)
{
    for (uint32_t r = 0; r < GRAPH_RULES; r++) {
        for (uint32_t t = 0; t < GRAPH_TERMS; t++) {
            put_node(b, "i", r, t, "input", "\"field\":\"mid_up\",\"x-n\":", t);
            put_node(b, "m", r, t, "indicator", "\"fn\":\"SMA\",\"period\":", 2 + r * 20 + t);
            put_node(b, "c", r, t, "comparator", "\"operator\":\"<\",\"value\":0.",
                     30 + r * 12 + t);
        }
        put_node(b, "l", r, 0, "logic", "\"operator\":\"OR\",\"x-n\":", r);
        put_node(b, "a", r, 0, "action",
                 "\"signal\":\"buy\",\"outcome\":\"UP\",\"order_type\":\"limit\",\"price\":0.4,"
                 "\"size_usdc\":",
                 10 + r);
    }
    for (uint32_t i = 0; i < GRAPH_CHAIN; i++)
        put_node(b, "k", 9, i, i ? "math" : "input",
                 i ? "\"operator\":\"+\",\"x-n\":" : "\"field\":\"mid_up\",\"x-n\":", i);
    put_node(b, "s", 9, 0, "show", "\"name\":\"chain\",\"x-n\":", 0);
}

static void put_graph_edges(Buf *b)
{
    for (uint32_t r = 0; r < GRAPH_RULES; r++) {
        for (uint32_t t = 0; t < GRAPH_TERMS; t++) {
            put_edge(b, "i", r, t, "m", r, t);
            put_edge(b, "m", r, t, "c", r, t);
            put_edge(b, "c", r, t, "l", r, 0);
        }
        put_edge(b, "l", r, 0, "a", r, 0);
    }
    for (uint32_t i = 1; i < GRAPH_CHAIN; i++) {
        put_edge(b, "k", 9, i - 1, "k", 9, i);
        put_edge(b, "i", i % GRAPH_RULES, i % GRAPH_TERMS, "k", 9, i);
    }
    put_edge(b, "k", 9, GRAPH_CHAIN - 1, "s", 9, 0);
}

/* 200 nodes: five rules of eleven averages each, and a chain of sums that is shown. */
static Span make_graph(Arena *arena)
{
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_str(&b,
            "{\"odx\":1,\"mode\":\"node\",\"name\":\"bench\",\"market\":{\"venue\":\"polymarket\","
            "\"selector\":\"btc-updown-15m\"},\"nodes\":[");
    put_graph_nodes(&b);
    buf_str(&b, "],\"edges\":[");
    put_graph_edges(&b);
    buf_str(&b, "]}");
    return buf_span(&b);
}

bool bench_check_form(Bench *b)
{
    BenchRow row = {
        .name = "check-form", .says = "odx check of a form of 40 rules, in process", .bar = 4000};

    return warm(b, row, SPAN("bench.json"), make_form(b->arena, 8), STAGE_PROVE);
}

bool bench_check_graph(Bench *b)
{
    BenchRow row = {.name = "check-graph-200",
                    .says = "odx check of a graph of 200 nodes, in process",
                    .bar = 4000};

    return warm(b, row, SPAN("bench.json"), make_graph(b->arena), STAGE_PROVE);
}

/* ---- a process -------------------------------------------------------------------------------- */

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
    is_fine = bench_write(b, path, bench_text(b->arena, 60));
    is_fine =
        is_fine ? cold(b, path) : bench_fail(b, "the text of this bench could not be written");
    bench_folder_end(b, &folder, names, 1);
    return is_fine;
}
