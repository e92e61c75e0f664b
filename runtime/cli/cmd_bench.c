/* cmd_bench.c — how fast the compiler is, each figure against a baseline of the same run.
 *
 * A bench is a row: what is compiled, how far, and what the same text costs when it is only read.  Figures
 * are the best of many rounds; docs/BENCHMARKS.md has the method. */
#include <string.h>

#include "runtime/cli/cli.h"
#include "runtime/core/clock.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

typedef struct Bench {
    const char *name, *says;
    uint32_t rules;     /* of the text that is made for it */
    CompileStage until; /* the baseline is the same text up to STAGE_PARSE */
    double bar_us;      /* what it must not exceed */
} Bench;

static const Bench benches[] = {
    {"check", "odx check of a file of 300 lines, warm", 60, STAGE_PROVE, 1000},
    {"compile", "a strategy of one rule, to bytecode", 1, STAGE_EMIT, 50},
};

enum { ROUNDS = 200 };

/* A strategy of so many rules, each with a name, a require and an order of its own. */
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

/* Microseconds of the fastest round. */
static double best_us(Cli *cli, Span text, CompileStage until, bool *ret_ok)
{
    CompileOptions how = {.until = until};
    int64_t best = INT64_MAX;

    for (int i = 0; i < ROUNDS; i++) {
        ArenaMark mark = arena_mark(cli->scratch);
        int64_t start = clock_mono_ns(), took;
        Compilation c = compile(SPAN("bench.odx"), text, &how, cli->scratch);

        took = clock_mono_ns() - start;
        if (took < best) best = took;
        *ret_ok = !diags_has_errors(c.diags) && !c.is_broken;
        arena_release(cli->scratch, mark);
    }
    return (double)best / 1000;
}

static void put_json(Cli *cli, const Bench *b, double ours, double baseline)
{
    Buf out = cli_buf(cli);
    JsonWriter w;

    json_write_init(&w, &out, false);
    json_write_object(&w);
    json_write_key(&w, SPAN("name"));
    json_write_string(&w, span_str(b->name));
    json_write_key(&w, SPAN("n"));
    json_write_uint(&w, ROUNDS);
    json_write_key(&w, SPAN("unit"));
    json_write_string(&w, SPAN("us"));
    json_write_key(&w, SPAN("ours"));
    json_write_number(&w, ours);
    json_write_key(&w, SPAN("baseline"));
    json_write_number(&w, baseline);
    json_write_key(&w, SPAN("ratio"));
    json_write_number(&w, baseline > 0 ? ours / baseline : 0);
    json_write_key(&w, SPAN("bar"));
    json_write_number(&w, b->bar_us);
    json_write_key(&w, SPAN("says"));
    json_write_string(&w, span_str(b->says));
    json_write_object_end(&w);
    buf_char(&out, '\n');
    cli_put(cli, buf_span(&out));
}

static int run_bench(Cli *cli, const Bench *b)
{
    Span text = make_text(cli->arena, b->rules);
    Buf out = cli_buf(cli);
    bool ok = false;
    double ours = best_us(cli, text, b->until, &ok), baseline;

    if (!ok)
        return cli_fail(cli, EXIT_FAULT, "our mistake: the text of bench `%s` has errors", b->name);
    baseline = best_us(cli, text, STAGE_PARSE, &ok);
    if (args_has(&cli->args, OPT_BENCH_JSON)) {
        put_json(cli, b, ours, baseline);
        return EXIT_CLEAN;
    }
    buf_fmt(&out, "%-10s %s\n           %.1f us, bar %.0f us; reading alone %.1f us (%.2f x)\n",
            b->name, b->says, ours, b->bar_us, baseline, ours / baseline);
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}

static int list(Cli *cli)
{
    Buf out = cli_buf(cli);

    for (size_t i = 0; i < ARRAY_LEN(benches); i++)
        buf_fmt(&out, "%-10s %s\n", benches[i].name, benches[i].says);
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}

static const Bench *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(benches); i++)
        if (strcmp(benches[i].name, name) == 0) return &benches[i];
    return NULL;
}

int cmd_bench(Cli *cli)
{
    int worst = EXIT_CLEAN, code;

    if (!args_has(&cli->args, OPT_BENCH_ALL) && !cli->args.plain_count) return list(cli);
    for (size_t i = 0; args_has(&cli->args, OPT_BENCH_ALL) && i < ARRAY_LEN(benches); i++)
        if ((code = run_bench(cli, &benches[i])) > worst) worst = code;
    for (size_t i = 0; i < cli->args.plain_count; i++) {
        const Bench *b = find(cli->args.plain[i]);

        if (!b)
            return cli_fail(cli, EXIT_USE, "there is no bench `%s`; `odx bench` lists them",
                            cli->args.plain[i]);
        if ((code = run_bench(cli, b)) > worst) worst = code;
    }
    return worst;
}
