/* session.c — see session.h. */
#include "runtime/cli/session.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/fixed.h"

static int set_param(Cli *cli, Session *s, const char *word)
{
    const Program *p = s->c.program;
    const char *eq = strchr(word, '=');
    Span name = eq ? span_of(word, (size_t)(eq - word)) : span_str(word);

    if (!eq) return cli_fail(cli, EXIT_USE, "`--param %s`: write NAME=VALUE", word);
    for (uint32_t i = 0; i < p->params_count; i++) {
        if (!span_is(p->params[i].name, name)) continue;
        if (param_parse(&p->params[i], span_str(eq + 1), &s->params[i])) return EXIT_CLEAN;
        return cli_fail(cli, EXIT_USE, "`--param %s`: not a value of %S (%S)", word, name,
                        p->params[i].has_range ? source_text(s->c.sources, p->params[i].range_place)
                                               : SPAN("it has no range"));
    }
    return cli_fail(cli, EXIT_USE, "`--param %s`: the file has no param `%S`", word, name);
}

static int set_params(Cli *cli, Session *s, OptionId option)
{
    int code = EXIT_CLEAN;

    s->params = arena_array(cli->arena, double, s->c.program->params_count + 1);
    for (uint32_t i = 0; i < s->c.program->params_count; i++)
        s->params[i] = s->c.program->params[i].value;
    for (size_t i = 0; i < cli->args.counts[option] && code == EXIT_CLEAN; i++)
        code = set_param(cli, s, cli->args.values[option][i]);
    return code;
}

/* The market a source is for: its prefix, else the first one without ticks; the only market takes all. */
static int32_t market_for(const Session *s, const char *word, const char **ret_path)
{
    const Program *p = s->c.program;
    const char *eq = strchr(word, '=');

    *ret_path = word;
    for (uint32_t i = 0; eq && i < p->markets_count; i++) {
        if (!span_is(p->markets[i].name, span_of(word, (size_t)(eq - word)))) continue;
        *ret_path = eq + 1;
        return (int32_t)i;
    }
    for (uint32_t i = 0; i < p->markets_count; i++)
        if (!s->tables[i].count) return (int32_t)i;
    return p->markets_count == 1 ? 0 : -1;
}

/* Of one file: `was` is the table before it. */
static void say_left_out(Cli *cli, const char *path, const TickTable *was, const TickTable *t)
{
    size_t outside = t->rows_outside - was->rows_outside, other = t->rows_other - was->rows_other;
    size_t back = t->rows_back - was->rows_back;
    Buf line = cli_buf(cli);

    if (!outside && !other && !back) return;
    buf_fmt(&line, "odx: %s: ", path);
    if (outside) buf_fmt(&line, "%zu rows outside their slot left out; ", outside);
    if (other) buf_fmt(&line, "%zu rows of other symbols left out; ", other);
    if (back) buf_fmt(&line, "%zu rows sorted into time order; ", back);
    buf_fmt(&line, "%zu ticks\n", t->count - was->count);
    out_put(&cli->err, buf_span(&line));
}

/* The first file of a market, or one that goes on where another ended. */
static Status add_ticks(Cli *cli, TickTable *t, const char *path, Err *err)
{
    bool is_first = t->symbol.ptr == NULL;

    return is_first ? ticks_load(t, path, SPAN(""), cli->arena, err)
                    : ticks_load_more(t, path, cli->arena, err);
}

static int load_ticks(Cli *cli, Session *s, OptionId option)
{
    Err err = ERR_NONE;

    s->tables = arena_array(cli->arena, TickTable, s->c.program->markets_count + 1);
    if (!cli->args.counts[option])
        return cli_fail(cli, EXIT_USE, "no ticks: say where they are with %s",
                        option_info(option)->name);
    for (size_t i = 0; i < cli->args.counts[option]; i++) {
        const char *path;
        TickTable was;
        int32_t market = market_for(s, cli->args.values[option][i], &path);

        if (market < 0)
            return cli_fail(cli, EXIT_USE, "`%s`: every market of the file has its ticks already",
                            path);
        was = s->tables[market];
        if (add_ticks(cli, &s->tables[market], path, &err) != ST_OK) return cli_fail_err(cli, &err);
        say_left_out(cli, path, &was, &s->tables[market]);
    }
    return EXIT_CLEAN;
}

static MarketRows rows_of(const TickTable *t)
{
    return (MarketRows){t->rows, t->count, t->labels, t->label_count};
}

static bool make_engine(Cli *cli, Session *s, const SessionOptions *how)
{
    EngineConfig config = engine_config_default(s->image);
    uint32_t n = s->c.program->markets_count;
    MarketRows *rows = arena_array(cli->arena, MarketRows, n + 1);
    const char *cash = args_get(&cli->args, OPT_RUN_CASH, NULL);
    int64_t start = INT64_MAX;

    for (uint32_t i = 0; i < n; i++) {
        rows[i] = rows_of(&s->tables[i]);
        if (rows[i].count && rows[i].rows[0].ts_us < start) start = rows[i].rows[0].ts_us;
    }
    if (cash && !fx_parse(span_str(cash), FX_PLACES, FX_DOWN, &config.cash_micros)) return false;
    config.params = s->params;
    config.start_us = start == INT64_MAX ? 0 : start;
    config.has_shows = how->has_shows;
    config.has_promises = true;
    s->engine = engine_new(&config, cli->arena);
    if (s->engine) s->replay = replay_new(s->engine, rows, n, how->sink, cli->arena);
    return s->replay != NULL;
}

int session_open(Cli *cli, Session *s, const SessionOptions *how)
{
    CliCompile compile_how = {.until = STAGE_EMIT};
    Refusal why = {0};
    CliFile file;
    int code;

    *s = (Session){0};
    if (!cli_file(cli, cli->args.plain[0], &file)) return EXIT_USE;
    if (!cli_compile_readable(cli, &file, &compile_how, &s->c)) return EXIT_FINDINGS;
    if (s->c.program->is_module)
        return cli_fail(cli, EXIT_USE, "%S is a module; there is nothing to run", file.name);
    s->image = image_load(s->c.image, cli->arena, &why);
    if (!s->image)
        return cli_fail(cli, EXIT_FAULT, "our mistake: ODX%d %s", (int)why.code, why.text);
    code = set_params(cli, s, how->param);
    if (code == EXIT_CLEAN) code = load_ticks(cli, s, how->data);
    if (code == EXIT_CLEAN && how->prepare) how->prepare(s, how->from_us);
    if (code == EXIT_CLEAN && !make_engine(cli, s, how))
        code = cli_fail(cli, EXIT_USE, "the engine cannot start with these values");
    return code;
}
