/* cmd_run.c — replays ticks through a strategy: orders as JSON lines, shows as CSV, a rule explained. */
#include <string.h>

#include "compiler/diag/render.h"
#include "runtime/cli/session.h"
#include "runtime/cli/values.h"
#include "runtime/cli/why.h"
#include "runtime/core/cpu.h"
#include "runtime/core/file.h"
#include "runtime/proof/effect_json.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

typedef struct RunFile { /* of an option */
    FileNew file;
    Out *out; /* NULL: the option is not there */
} RunFile;

typedef struct Run {
    Cli *cli;
    Session session;
    Fills fills;
    RunFile orders_file, shows_file;
    Out *orders; /* standard output, or --orders */
    Out *shows;
    int64_t to_us, limit;
    Buf line;
    uint64_t order_count, skip_count;
    double *show_values; /* of the present tick */
    int64_t show_ts_us;
    bool has_show;
    bool is_columns; /* the driver */
} Run;

static void write_effect(Run *r, const Effect *e)
{
    buf_clear(&r->line);
    effect_json_put(&r->line, r->session.c.program, r->session.engine, e);
    buf_char(&r->line, '\n');
    out_put(r->orders, buf_span(&r->line));
}

static void take_effect(void *ctx, const Effect *e)
{
    Run *r = ctx;

    r->order_count += e->kind == EFFECT_ORDER;
    r->skip_count += e->kind == EFFECT_SKIP;
    if (e->kind == EFFECT_SHOW && r->show_values) {
        r->show_values[e->index] = e->value;
        r->show_ts_us = e->ts_us;
        r->has_show = true;
    } else if (e->kind != EFFECT_LEDGER && e->kind != EFFECT_SHOW) {
        write_effect(r, e);
    }
}

/* ---- shows ----------------------------------------------------------------------------------------- */

static void put_show_header(Run *r)
{
    const Program *p = r->session.c.program;

    buf_clear(&r->line);
    buf_str(&r->line, "ts_us,stream");
    for (uint32_t i = 0; i < p->shows_count; i++)
        buf_fmt(&r->line, ",%S", p->shows[i].name);
    buf_char(&r->line, '\n');
    out_put(r->shows, buf_span(&r->line));
}

static void put_show_row(Run *r)
{
    const Program *p = r->session.c.program;
    const Event *ev = replay_event(r->session.replay);

    if (!r->has_show || ev->kind != EV_TICK) return;
    r->has_show = false;
    buf_clear(&r->line);
    buf_fmt(&r->line, "%lld,%S", (long long)r->show_ts_us, p->markets[ev->market].selector);
    for (uint32_t i = 0; i < p->shows_count; i++) {
        buf_char(&r->line, ',');
        if (num_is_known(r->show_values[i])) buf_num(&r->line, r->show_values[i]);
    }
    buf_char(&r->line, '\n');
    out_put(r->shows, buf_span(&r->line));
}

/* ---- the run --------------------------------------------------------------------------------------- */

static Status open_file(Cli *cli, OptionId option, RunFile *f, Err *err)
{
    const char *path = args_get(&cli->args, option, NULL);
    Status st;

    if (!path) return ST_OK;
    st = file_new_open(&f->file, path, err);
    if (st != ST_OK) return st;
    f->out = arena_new(cli->arena, Out);
    out_init(f->out, f->file.fd, path);
    return ST_OK;
}

static int open_files(Run *r)
{
    Err err = ERR_NONE;
    Status st = open_file(r->cli, OPT_ORDERS, &r->orders_file, &err);

    if (st == ST_OK) st = open_file(r->cli, OPT_SHOWS, &r->shows_file, &err);
    r->orders = r->orders_file.out ? r->orders_file.out : &r->cli->out;
    r->shows = r->shows_file.out;
    if (st == ST_OK) return EXIT_CLEAN;
    if (r->orders_file.out) file_new_drop(&r->orders_file.file);
    return cli_fail_err(r->cli, &err);
}

/* Both under their names, when both are whole. */
static int close_files(Run *r)
{
    RunFile *files[] = {&r->orders_file, &r->shows_file};
    Err err = ERR_NONE;
    Status st = ST_OK;

    for (size_t i = 0; i < ARRAY_LEN(files) && st == ST_OK; i++)
        if (files[i]->out) st = out_flush(files[i]->out, &err);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (!files[i]->out) continue;
        if (st == ST_OK)
            st = file_new_keep(&files[i]->file, &err);
        else
            file_new_drop(&files[i]->file);
    }
    return st == ST_OK ? EXIT_CLEAN : cli_fail_err(r->cli, &err);
}

/* ODX203, before anything is replayed. */
static void show_history(Run *r)
{
    const Session *s = &r->session;
    int64_t first_us = INT64_MAX, last_us = INT64_MIN;
    Ready range = {0, 0};
    Buf text = cli_buf(r->cli);

    for (uint32_t i = 0; i < s->c.program->markets_count; i++) {
        const TickTable *t = &s->tables[i];

        if (!t->count) continue;
        if (t->count > range.ticks) range.ticks = t->count;
        if (t->rows[0].ts_us < first_us) first_us = t->rows[0].ts_us;
        if (t->rows[t->count - 1].ts_us > last_us) last_us = t->rows[t->count - 1].ts_us;
    }
    if (last_us > first_us) range.us = last_us - first_us;
    render_text(&text, compile_check_history(&s->c, range, NULL, r->cli->arena),
                r->cli->has_colour);
    if (text.len) buf_char(&text, '\n');
    out_put(&r->cli->err, buf_span(&text));
}

static int read_range(Run *r, int64_t *ret_from_us)
{
    int code;

    r->to_us = r->limit = INT64_MAX;
    code = value_range(r->cli, OPT_FROM, OPT_TO, ret_from_us, &r->to_us);
    return code == EXIT_CLEAN ? value_whole(r->cli, OPT_LIMIT_ROWS, 0, INT64_MAX, &r->limit) : code;
}

/* A range that was asked for has something in it. */
static int check_range(const Run *r)
{
    const Program *p = r->session.c.program;

    if (!args_has(&r->cli->args, OPT_FROM) && !args_has(&r->cli->args, OPT_TO)) return EXIT_CLEAN;
    for (uint32_t i = 0; i < p->markets_count; i++)
        if (r->session.tables[i].count && r->session.tables[i].rows[0].ts_us < r->to_us)
            return EXIT_CLEAN;
    return p->markets_count ? session_no_ticks(r->cli, &p->markets[0]) : EXIT_CLEAN;
}

static void replay_all(Run *r)
{
    while (replay_next_us(r->session.replay) < r->to_us &&
           (int64_t)replay_ticks(r->session.replay) < r->limit) {
        uint64_t left = (uint64_t)r->limit - replay_ticks(r->session.replay);

        if (!(r->is_columns ? replay_run(r->session.replay, r->to_us, left)
                            : replay_step(r->session.replay)))
            break;
        if (r->shows) put_show_row(r);
        why_step(r->cli, &r->session);
        if (out_has_failed(r->orders) || (r->shows && out_has_failed(r->shows))) break;
    }
}

/* Which driver runs the ticks. */
static int choose_driver(Run *r)
{
    Cli *cli = r->cli;
    const char *name = args_get(&cli->args, OPT_DRIVER, "scalar");
    ColumnsWhy why;
    uint32_t market;

    if (!strcmp(name, "scalar")) return EXIT_CLEAN;
    if (!strcmp(name, "live"))
        return cli_fail(cli, EXIT_USE,
                        "`--driver live`: it is for many wallets whose fills a venue reports; a "
                        "replay has one, filled at once: scalar or columns");
    if (strcmp(name, "columns") != 0)
        return cli_fail(cli, EXIT_USE, "`--driver %s`: there are scalar and columns", name);
    if (r->fills.has_matcher)
        return cli_fail(cli, EXIT_USE,
                        "`--driver columns`: it fills at once, and --fill does not: leave one of "
                        "them out");
    if (args_has(&cli->args, OPT_SHOWS) || args_has(&cli->args, OPT_RUN_WHY))
        return cli_fail(cli, EXIT_USE,
                        "`--driver columns`: --shows and --why look at each tick: leave the driver "
                        "out");
    r->is_columns = replay_columns(r->session.replay, cpu_kernels(), cli->arena, &market, &why);
    if (r->is_columns) return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "`--driver columns`: it does not take the ticks of %S: %s",
                    r->session.c.program->markets[market].selector,
                    why ? columns_sentence(why) : "there is not enough memory");
}

static void say_summary(Run *r)
{
    Buf line = cli_buf(r->cli);

    buf_fmt(&line, "odx: %llu ticks, %llu slots, %llu orders, %llu skipped, cash $",
            (unsigned long long)replay_ticks(r->session.replay),
            (unsigned long long)replay_slots(r->session.replay), (unsigned long long)r->order_count,
            (unsigned long long)r->skip_count);
    fx_put_short(&line, engine_cash(r->session.engine, 0), FX_PLACES);
    buf_str(&line, ", equity $");
    fx_put_short(&line, engine_equity(r->session.engine), FX_PLACES);
    if (r->fills.has_matcher) {
        buf_fmt(&line, ", %llu fills, fees $", (unsigned long long)r->fills.count);
        fx_put_short(&line, r->fills.fees_micros, FX_PLACES);
    }
    buf_char(&line, '\n');
    out_put(&r->cli->err, buf_span(&line));
}

/* Everything that may be refused; no file is touched. */
static int prepare(Run *r)
{
    static const OptionId outputs[] = {OPT_ORDERS, OPT_SHOWS, OPT_RECEIPT};
    Cli *cli = r->cli;
    ValueOutputs files = {.options = outputs,
                          .count = ARRAY_LEN(outputs),
                          .sources = cli->args.values[OPT_TICKS],
                          .source_count = cli->args.counts[OPT_TICKS]};
    SessionOptions how = {.data = OPT_TICKS,
                          .param = OPT_PARAM,
                          .cash = OPT_RUN_CASH,
                          .has_shows = args_has(&cli->args, OPT_SHOWS),
                          .fills = &r->fills,
                          .sink = {take_effect, r},
                          .from_us = INT64_MIN,
                          .outputs = &files};
    int code = read_range(r, &how.from_us);

    if (code == EXIT_CLEAN) code = fills_options(cli, &r->fills);
    if (code == EXIT_CLEAN) code = session_open(cli, &r->session, &how);
    if (code == EXIT_CLEAN) code = check_range(r);
    if (code == EXIT_CLEAN) code = why_begin(cli, &r->session, OPT_RUN_WHY);
    return code == EXIT_CLEAN ? choose_driver(r) : code;
}

int cmd_run(Cli *cli)
{
    Run r = {.cli = cli};
    int code = prepare(&r);

    if (code == EXIT_CLEAN) code = open_files(&r);
    if (code != EXIT_CLEAN) return code;
    buf_init(&r.line, cli->arena, 1 << 20);
    show_history(&r);
    r.show_values = arena_array(cli->arena, double, r.session.c.program->shows_count + 1);
    if (r.shows) put_show_header(&r);
    replay_all(&r);
    code = close_files(&r);
    if (code == EXIT_CLEAN) code = fills_receipt(cli, &r.fills);
    if (code == EXIT_CLEAN && out_flush(&cli->out, NULL) == ST_OK) say_summary(&r);
    return code;
}
