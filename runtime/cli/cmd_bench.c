/* cmd_bench.c — `odx bench`: which measurements there are, and how their rows are shown.
 *
 * The measuring is runtime/bench; a row goes out as soon as it is there.  docs/BENCHMARKS.md has the
 * method. */
#include <string.h>

#include "runtime/bench/bench.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/embedded.h"
#include "runtime/core/memory.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

static const struct {
    const char *name, *says;
    bool (*run)(Bench *b);
} benches[] = {
    {"anchor", "one strategy, 2,000,000 ticks: engine, machine and columns against C, Lua and V8",
     bench_anchor},
    {"backtest-anchor", "the anchor from a tape in memory through the matcher", bench_backtest},
    {"backtest-curves", "what a backtest costs by ticks, rules, indicators and cells",
     bench_backtest_curves},
    {"columns-share", "which part of the examples' ticks columns take", bench_share},
    {"check-300-cold", "odx check of a file of 300 lines, a process", bench_check_cold},
    {"check-300-warm", "odx check of a file of 300 lines, in process", bench_check_warm},
    {"check-form", "odx check of a form of 40 rules, in process", bench_check_form},
    {"check-graph-200", "odx check of a graph of 200 nodes, in process", bench_check_graph},
    {"compile-one-rule", "a strategy of one rule, to bytecode", bench_compile},
    {"examples-columns", "a tick of each example on slots, by the chosen driver", bench_examples},
    {"import", "recordings as CSV and as .gz, into tapes", bench_import},
    {"json", "order books as JSON, to events", bench_json},
    {"lsp-diagnostics-300", "a keystroke in 300 lines, to its findings", bench_lsp},
    {"lanes-1", "10,000 wallets of one strategy on one stream", bench_lanes_1},
    {"lanes-100", "10,000 wallets of 100 strategies", bench_lanes_100},
    {"lanes-10000", "10,000 wallets, each of its own strategy", bench_lanes_10000},
    {"lanes-curves", "what wallets, strategies and indicators cost", bench_lanes_curves},
    {"live-firing", "a tick at which one wallet in a hundred sends an order", bench_live_firing},
    {"numbers", "numbers of up to 17 digits, read and printed", bench_numbers},
    {"sweep-1024", "1,024 variants of one strategy, 2,000,000 ticks", bench_sweep},
    {"sweep-periods", "1,024 variants whose averages differ", bench_sweep_periods},
    {"sweep-curves", "what variants cost by their number", bench_sweep_curves},
    {"sweep-matched", "1,024 variants through the matcher, by how much they trade",
     bench_sweep_matched},
    {"tape-cold", "full records of tapes, unpacked", bench_tape_cold},
    {"tape-hot", "the hot parts of tapes, read where they lie", bench_tape_hot},
};

enum { EXAMPLES_MAX = 64 };

static double ratio_of(const BenchRow *r)
{
    return r->baseline > 0 ? r->ours / r->baseline : 0;
}

static bool is_met(const BenchRow *r)
{
    return !(r->bar > 0) || (r->is_ratio ? ratio_of(r) : r->ours) <= r->bar;
}

static void put_number(JsonWriter *w, Span key, double value)
{
    json_write_key(w, key);
    json_write_number(w, value);
}

static void put_string(JsonWriter *w, Span key, const char *value)
{
    json_write_key(w, key);
    json_write_string(w, span_str(value));
}

static void put_json(Cli *cli, const BenchRow *r)
{
    Buf out = cli_buf(cli);
    JsonWriter w;

    json_write_init(&w, &out, false);
    json_write_object(&w);
    put_string(&w, SPAN("name"), r->name);
    json_write_key(&w, SPAN("n"));
    json_write_uint(&w, r->n);
    put_string(&w, SPAN("unit"), r->unit);
    put_number(&w, SPAN("ours"), r->ours);
    put_number(&w, SPAN("baseline"), r->baseline);
    put_number(&w, SPAN("ratio"), ratio_of(r));
    if (r->bar > 0) {
        put_number(&w, SPAN("bar"), r->bar);
        put_string(&w, SPAN("bar_on"), r->is_ratio ? "ratio" : "ours");
        json_write_key(&w, SPAN("met"));
        json_write_bool(&w, is_met(r));
    }
    put_string(&w, SPAN("says"), r->says);
    put_string(&w, SPAN("against"), r->against);
    json_write_object_end(&w);
    buf_char(&out, '\n');
    cli_put_bytes(cli, buf_span(&out));
}

static void put_text(Cli *cli, const BenchRow *r)
{
    Buf out = cli_buf(cli);

    buf_fmt(&out, "%-17s %s: %.2f %s\n", r->name, r->says, r->ours, r->unit);
    buf_fmt(&out, "%-17s %s: %.2f %s, ratio %.2f", "", r->against, r->baseline, r->unit,
            ratio_of(r));
    if (r->bar > 0)
        buf_fmt(&out, "; bar %.2f %s: %s", r->bar, r->is_ratio ? "x" : r->unit,
                is_met(r) ? "met" : "missed");
    buf_char(&out, '\n');
    cli_put(cli, buf_span(&out));
}

static void put_row(void *ctx, const BenchRow *r)
{
    Cli *cli = ctx;

    if (args_has(&cli->args, OPT_BENCH_JSON))
        put_json(cli, r);
    else
        put_text(cli, r);
    (void)out_flush(&cli->out, &(Err){0});
}

static void put_skip(void *ctx, const char *name, const char *why)
{
    Buf out = cli_buf(ctx);

    buf_fmt(&out, "odx: %s skipped (%s)\n", name, why);
    out_put(&((Cli *)ctx)->err, buf_span(&out));
}

static int run_bench(Cli *cli, size_t at)
{
    Arena arena;
    Bench b = {
        .arena = &arena, .program = "/proc/self/exe", .row = put_row, .skip = put_skip, .ctx = cli};
    BenchExample examples[EXAMPLES_MAX];
    int code = EXIT_CLEAN;

    for (size_t i = 0; i < bench_files_count; i++) {
        Span text = span_of(bench_files[i].text, bench_files[i].len);

        if (strcmp(bench_files[i].name, "anchor") == 0) b.anchor_odx = text;
        if (strcmp(bench_files[i].name, "anchor_lua") == 0) b.anchor_lua = text;
        if (strcmp(bench_files[i].name, "anchor_js") == 0) b.anchor_js = text;
        if (strcmp(bench_files[i].name, "lanes") == 0) b.lanes_odx = text;
        if (strcmp(bench_files[i].name, "sweep") == 0) b.sweep_odx = text;
    }
    for (size_t i = 0; i < example_files_count && i < EXAMPLES_MAX; i++)
        examples[i] = (BenchExample){example_files[i].name,
                                     span_of(example_files[i].text, example_files[i].len)};
    b.examples = examples;
    b.example_count =
        (uint32_t)(example_files_count < EXAMPLES_MAX ? example_files_count : EXAMPLES_MAX);
    if (!arena_init(&arena, memory_source(), (size_t)2 << 30))
        return cli_fail(cli, EXIT_USE, "not enough memory");
    if (!benches[at].run(&b))
        code = cli_fail(cli, EXIT_FAULT, "bench `%s`: %s", benches[at].name, b.trouble);
    arena_fini(&arena);
    return code;
}

static void list_json(Buf *out, size_t at)
{
    JsonWriter w;

    json_write_init(&w, out, false);
    json_write_object(&w);
    put_string(&w, SPAN("name"), benches[at].name);
    put_string(&w, SPAN("says"), benches[at].says);
    json_write_object_end(&w);
    buf_char(out, '\n');
}

static int list(Cli *cli)
{
    Buf out = cli_buf(cli);

    for (size_t i = 0; i < ARRAY_LEN(benches); i++)
        if (args_has(&cli->args, OPT_BENCH_JSON))
            list_json(&out, i);
        else
            buf_fmt(&out, "%-17s %s\n", benches[i].name, benches[i].says);
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}

static size_t find(const char *name)
{
    size_t at = 0;

    while (at < ARRAY_LEN(benches) && strcmp(benches[at].name, name) != 0)
        at++;
    return at;
}

int cmd_bench(Cli *cli)
{
    bool all = args_has(&cli->args, OPT_BENCH_ALL);
    int worst = EXIT_CLEAN, code;

    if (!all && !cli->args.plain_count) return list(cli);
    if (all && cli->args.plain_count)
        return cli_fail(cli, EXIT_USE, "`odx bench --all` runs all of them: leave `%s` out",
                        cli->args.plain[0]);
    for (size_t i = 0; i < cli->args.plain_count; i++) /* before minutes of others are spent */
        if (find(cli->args.plain[i]) == ARRAY_LEN(benches))
            return cli_fail(cli, EXIT_USE, "there is no bench `%s`; `odx bench` lists them",
                            cli->args.plain[i]);
    for (size_t i = 0; all && i < ARRAY_LEN(benches); i++)
        if ((code = run_bench(cli, i)) > worst) worst = code;
    for (size_t i = 0; i < cli->args.plain_count; i++)
        if ((code = run_bench(cli, find(cli->args.plain[i]))) > worst) worst = code;
    return worst;
}
