/* cmd_fuzz.c — random markets against promises and limits; prints the smallest one that breaks one. */
#include "runtime/cli/values.h"
#include "runtime/core/clock.h"
#include "runtime/proof/fuzz.h"
#include "vm/base/fmt.h"

enum { DEFAULT_SECONDS = 10 };

typedef struct Effort { /* when to stop */
    int64_t runs, seconds, seed;
    int64_t until_ns;
} Effort;

static bool read_effort(Cli *cli, Effort *e)
{
    bool has_runs = args_has(&cli->args, OPT_FUZZ_RUNS);

    e->seed = 1;
    e->runs = INT64_MAX;
    e->seconds = has_runs ? INT32_MAX : DEFAULT_SECONDS;
    if (value_whole(cli, OPT_FUZZ_SEED, 0, INT64_MAX, &e->seed) != EXIT_CLEAN ||
        value_whole(cli, OPT_FUZZ_RUNS, 0, INT64_MAX, &e->runs) != EXIT_CLEAN ||
        value_whole(cli, OPT_FUZZ_SECONDS, 0, INT32_MAX, &e->seconds) != EXIT_CLEAN)
        return false;
    e->until_ns = clock_mono_ns() + e->seconds * INT64_C(1000000000);
    return true;
}

static bool is_worth_it(Cli *cli, const Program *p)
{
    if (p->is_module) {
        cli_fail(cli, EXIT_USE, "this is a module; there is nothing to run");
        return false;
    }
    if (!p->promises_count && !p->limits_count)
        cli_fail(cli, EXIT_CLEAN, "no `always` and no limit: only the books are checked");
    return true;
}

static const char *const whats[] = {
    [VIOLATION_PROMISE] = "an `always` was broken",
    [VIOLATION_POSITION] = "`max position` was broken",
    [VIOLATION_EXPOSURE] = "`max exposure` was broken",
    [VIOLATION_TRADES] = "`max trades` was broken",
    [VIOLATION_BOOKS] = "our mistake: the books do not balance",
};

static void say_found(Cli *cli, const Fuzz *f, const Compilation *c)
{
    const Program *p = c->program;
    Place place = f->found.kind == VIOLATION_PROMISE ? p->promises[f->found.index].place
                  : f->found.kind == VIOLATION_BOOKS ? p->title_place
                                                     : p->limits[f->found.index].place;
    const Source *s = sources_get(c->sources, place.file);
    Buf out = cli_buf(cli);

    cli_fail(cli, EXIT_FINDINGS, "%s:%u: %s; run %llu, %u rows left of it", s ? s->name.ptr : "",
             s ? source_position(s, place.begin).line : 0, whats[f->found.kind],
             (unsigned long long)f->run, f->smallest->row_count);
    fuzz_put(f, cli->arena, &out);
    cli_put(cli, buf_span(&out));
}

int cmd_fuzz(Cli *cli)
{
    CliCompile how = {.until = STAGE_EMIT, .has_tests = true};
    Effort effort = {0};
    Compilation c;
    TestBed bed;
    CliFile file;
    Fuzz f;
    int64_t run;

    if (!read_effort(cli, &effort) || !cli_file(cli, cli->args.plain[0], &file)) return EXIT_USE;
    if (!cli_compile_sound(cli, &file, &how, &c)) return c.is_broken ? EXIT_FAULT : EXIT_FINDINGS;
    if (!is_worth_it(cli, c.program)) return EXIT_USE;
    if (!testbed_open(&bed, &c, cli->arena))
        return cli_fail(cli, EXIT_FAULT, "our mistake: the image does not load");
    fuzz_init(&f, &bed, (uint64_t)effort.seed, cli->arena);
    for (run = 0; run < effort.runs && clock_mono_ns() < effort.until_ns; run++) {
        if (!fuzz_run(&f, (uint64_t)run, cli->arena, cli->scratch)) continue;
        say_found(cli, &f, &c);
        return f.found.kind == VIOLATION_BOOKS ? EXIT_FAULT : EXIT_FINDINGS;
    }
    cli_fail(cli, EXIT_CLEAN, "%lld markets, %llu rows, %llu orders: nothing was broken",
             (long long)run, (unsigned long long)f.rows, (unsigned long long)f.orders);
    return EXIT_CLEAN;
}
