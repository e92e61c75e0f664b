/* cmd_import.c — `odx import` and `odx synth`: recordings, or made-up slots, into a folder of tapes, with a word
 * about everything that was found. */
#include <string.h>

#include "runtime/cli/progress.h"
#include "runtime/cli/values.h"
#include "runtime/history/import.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { GAPS_SHOWN = 3 };

static void tell(void *ctx, const ImportProgress *now)
{
    Progress *p = ctx;
    Buf more;

    if (!progress_is_due(p)) return;
    more = cli_buf(p->cli);
    buf_fmt(&more, "%llu rows", (unsigned long long)now->rows);
    progress_tell(p, now->size ? (double)now->bytes / (double)now->size : -1, buf_span(&more));
}

/* ---- the summary ----------------------------------------------------------------------------------- */

static void put_seconds(Buf *out, int64_t us)
{
    fx_put_short(out, us / 1000 * 1000, FX_PLACES);
}

static void put_streams(const ImportReport *r, Buf *out)
{
    for (size_t i = 0; i < r->streams.count; i++) {
        const ImportStream *s = &r->streams.items[i];

        buf_fmt(out, "  %-20S %llu ticks", s->name, (unsigned long long)s->ticks);
        if (s->slots)
            buf_fmt(out, ", %llu slots, %llu with a winner", (unsigned long long)s->slots,
                    (unsigned long long)s->winners);
        buf_char(out, '\n');
        if (s->sha256.len) buf_fmt(out, "    tape_sha256 %S\n", s->sha256);
    }
    if (r->fills) buf_fmt(out, "  %llu fills\n", (unsigned long long)r->fills);
}

static void put_problems(const ImportReport *r, Buf *out)
{
    for (ImportProblem p = 0; p < PROBLEM_COUNT; p++) {
        if (!r->problems[p]) continue;
        buf_fmt(out, "  %s: %llu rows; each %s\n", import_problem_name(p),
                (unsigned long long)r->problems[p], import_problem_says(p));
        for (size_t i = 0; i < r->examples.count && p != PROBLEM_OUTSIDE; i++)
            if (r->examples.items[i].problem == p)
                buf_fmt(out, "    line %llu: %S\n", (unsigned long long)r->examples.items[i].line,
                        r->examples.items[i].text);
    }
}

static void put_gaps(const ImportReport *r, Buf *out)
{
    if (!r->gap_count) return;
    buf_fmt(out, "  %llu gaps of more than a minute, ", (unsigned long long)r->gap_count);
    put_seconds(out, (int64_t)r->gap_us);
    buf_str(out, " s in all; not filled\n");
    for (size_t i = 0; i < r->gaps.count && i < GAPS_SHOWN; i++) {
        const ImportGap *g = &r->gaps.items[i];

        buf_fmt(out, "    %S: ", g->stream);
        put_seconds(out, g->to_us - g->from_us);
        buf_str(out, " s from ");
        put_seconds(out, g->from_us);
        buf_char(out, '\n');
    }
}

static void put_names(const char *says, const Span *names, size_t count, Buf *out)
{
    if (!count) return;
    buf_str(out, says);
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, " %S", names[i]);
    buf_char(out, '\n');
}

static void put_text(const ImportReport *r, Buf *out)
{
    if (r->was_there) {
        buf_fmt(out, "%S: is in the folder already\n", r->file);
        return;
    }
    buf_fmt(out, "%S: %S, %llu rows\n", r->file, r->format, (unsigned long long)r->rows);
    put_streams(r, out);
    put_problems(r, out);
    put_gaps(r, out);
    put_names("  columns that are not kept:", r->unknown.items, r->unknown.count, out);
    for (size_t i = 0; i < r->leaks.count; i++)
        buf_fmt(
            out,
            "  warning: column %S tells the winners apart in the first tenth of their slots: it "
            "may know the future\n",
            r->leaks.items[i]);
}

/* ---- the verb -------------------------------------------------------------------------------------- */

static void show(Cli *cli, const ImportReport *r, OptionId as_json)
{
    Buf out = cli_buf(cli);

    if (args_has(&cli->args, as_json)) {
        import_report_put(r, &out);
        buf_char(&out, '\n');
        cli_put_bytes(cli, buf_span(&out));
    } else {
        put_text(r, &out);
        cli_put(cli, buf_span(&out));
    }
}

static int conclude(Cli *cli, Status st, const ImportReport *r, Err *err, OptionId as_json)
{
    if (st == ST_OK || st == ST_REFUSED) show(cli, r, as_json);
    if (st == ST_OK) return EXIT_CLEAN;
    if (st == ST_IO && r->rows)
        err_note(err, "stopped; what was done is kept, and the same command goes on with it");
    (void)cli_fail_err(cli, err);
    return st == ST_REFUSED ? EXIT_FINDINGS : EXIT_USE;
}

static int import_one(Cli *cli, const char *path, ImportOptions *how)
{
    Progress progress = progress_begin(cli, path);
    Err err = ERR_NONE;
    ImportReport r;
    Status st;

    how->progress = tell;
    how->ctx = &progress;
    st = import_run(path, how, &r, cli->arena, &err);
    progress_end(&progress);
    return conclude(cli, st, &r, &err, OPT_IMPORT_JSON);
}

int cmd_import(Cli *cli)
{
    const char *folder = args_get(&cli->args, OPT_IMPORT_OUTPUT, NULL);
    const char *format = args_get(&cli->args, OPT_IMPORT_FORMAT, "csv");
    ImportOptions how = {.folder = folder,
                         .stream = span_str(args_get(&cli->args, OPT_IMPORT_STREAM, "")),
                         .is_strict = args_has(&cli->args, OPT_IMPORT_STRICT),
                         .is_binary = strcmp(format, "rowbinary") == 0};
    int worst = EXIT_CLEAN;

    if (!folder) return cli_fail(cli, EXIT_USE, "say where the tapes go: -o FOLDER");
    if (!how.is_binary && strcmp(format, "csv") != 0)
        return cli_fail(cli, EXIT_USE, "`--format %s`: csv or rowbinary", format);
    for (size_t i = 0; i < cli->args.plain_count; i++) {
        int code = import_one(cli, cli->args.plain[i], &how);

        if (code > worst) worst = code;
    }
    return worst;
}

/* ---- made-up markets ------------------------------------------------------------------------------- */

int cmd_synth(Cli *cli)
{
    const char *folder = args_get(&cli->args, OPT_SYNTH_OUTPUT, NULL);
    const char *from = args_get(&cli->args, OPT_SYNTH_FROM, "2026-01-05T00:00:00");
    Span stream = span_str(args_get(&cli->args, OPT_SYNTH_STREAM, "polymarket:btc:15m"));
    Progress progress = progress_begin(cli, "made up");
    ImportOptions how = {.folder = folder, .stream = stream, .progress = tell, .ctx = &progress};
    int64_t seed = 1, slots = 96;
    SynthPlan plan;
    Err err = ERR_NONE;
    ImportReport r;
    Status st;

    if (!folder) return cli_fail(cli, EXIT_USE, "say where the tapes go: -o FOLDER");
    if (value_whole(cli, OPT_SYNTH_SEED, 0, INT64_MAX, &seed) != EXIT_CLEAN ||
        value_whole(cli, OPT_SYNTH_SLOTS, 1, 1000000, &slots) != EXIT_CLEAN)
        return EXIT_USE;
    if (!time_parse(span_str(from), &plan.start_us))
        return cli_fail(cli, EXIT_USE,
                        "`--from %s`: write 2026-04-13T12:00:00 or seconds since 1970", from);
    plan.seed = (uint64_t)seed;
    plan.slots = (uint32_t)slots;
    plan.is_martingale = args_has(&cli->args, OPT_SYNTH_MARTINGALE);
    st = import_synth(&plan, &how, &r, cli->arena, &err);
    progress_end(&progress);
    return conclude(cli, st, &r, &err, OPT_SYNTH_JSON);
}
