/* sweep_words.c — sweep_command.h: options, and what they name. */
#include <string.h>

#include "runtime/cli/sweep_command.h"
#include "runtime/cli/values.h"
#include "runtime/core/cpu.h"
#include "runtime/jobs/trials.h"
#include "runtime/proof/axes.h"

enum { MS_US = 1000, TOP = 10, THREADS_MAX = 256 };

/* ---- options ------------------------------------------------------------------------------------- */

static const OptionId matcher_options[] = {OPT_SWEEP_LATENCY, OPT_SWEEP_JITTER};

static bool find_model(const char *name, FillModel *ret)
{
    for (int model = 0; model < MODELS; model++)
        if (!strcmp(name, fill_model_name((FillModel)model))) {
            *ret = (FillModel)model;
            return true;
        }
    return false;
}

static int read_fills(Cli *cli, SweepJob *job)
{
    int64_t latency = MATCHER_LATENCY_MS, jitter;
    const char *fill = args_get(&cli->args, OPT_SWEEP_FILL, NULL);
    int code;

    job->is_instant = fill && !strcmp(fill, "instant");
    for (size_t i = 0; i < ARRAY_LEN(matcher_options) && job->is_instant; i++)
        if (args_has(&cli->args, matcher_options[i]))
            return cli_fail(cli, EXIT_USE,
                            "%s speaks of the matcher: leave it out, or --fill instant",
                            option_info(matcher_options[i])->name);
    if (fill && !job->is_instant && !find_model(fill, &job->config.model))
        return cli_fail(cli, EXIT_USE, "`--fill %s`: write touch, queue, pessimistic or instant",
                        fill);
    code = value_whole(cli, OPT_SWEEP_LATENCY, 0, MATCHER_LATENCY_MAX_MS, &latency);
    jitter = latency / 5;
    if (code == EXIT_CLEAN)
        code = value_whole(cli, OPT_SWEEP_JITTER, 0, MATCHER_LATENCY_MAX_MS, &jitter);
    job->config.latency_us = latency * MS_US;
    job->config.jitter_us = jitter * MS_US;
    return code;
}

static int read_way(Cli *cli, SweepSearch *search)
{
    static const OptionId ways[] = {OPT_SWEEP_GRID, OPT_SWEEP_RANDOM, OPT_SWEEP_REFINE};
    int64_t cells = SWEEP_COARSE;
    size_t asked = 0;
    int code;

    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        if (!args_has(&cli->args, ways[i])) continue;
        search->way = (SweepWay)i;
        asked++;
    }
    if (asked > 1)
        return cli_fail(cli, EXIT_USE, "--grid, --random and --refine: choose one of them");
    code = value_whole(cli, OPT_SWEEP_RANDOM, 1, SWEEP_RANDOM_MAX, &cells);
    search->cells = (uint32_t)cells;
    return code;
}

static int read_by(Cli *cli, SweepBy *ret)
{
    const char *name = args_get(&cli->args, OPT_SWEEP_BY, NULL);
    Buf all = cli_buf(cli);

    if (!name || sweep_by_find(span_str(name), ret)) return EXIT_CLEAN;
    for (int i = 0; i < SWEEP_RANKS; i++)
        buf_fmt(&all, "%s%s",
                i == 0                ? ""
                : i + 1 < SWEEP_RANKS ? ", "
                                      : " or ",
                sweep_by_name((SweepBy)i));
    return cli_fail(cli, EXIT_USE, "`--by %s`: write %S", name, buf_span(&all));
}

static int sort_params(Cli *cli, SweepCommand *s)
{
    const Args *a = &cli->args;
    size_t count = a->counts[OPT_SWEEP_PARAM];
    const char **fixed = arena_array(cli->arena, const char *, count + 1);
    bool ok = !arena_is_full(cli->arena);

    s->words.params = fixed;
    for (size_t i = 0; i < count && ok; i++) {
        const char *word = a->values[OPT_SWEEP_PARAM][i];

        if (axes_is_tried(word))
            ok = vec_push(cli->arena, &s->tries, word);
        else
            fixed[s->words.param_count++] = word;
    }
    return ok ? EXIT_CLEAN : cli_fail(cli, EXIT_USE, "no memory for params");
}

static int read_options(Cli *cli, SweepCommand *s)
{
    const Args *a = &cli->args;
    int64_t seed = 1;
    int code;

    s->words = (SessionWords){.data = a->values[OPT_SWEEP_DATA],
                              .data_count = a->counts[OPT_SWEEP_DATA],
                              .cash = args_get(a, OPT_SWEEP_CASH, NULL),
                              .data_option = option_info(OPT_SWEEP_DATA)->name};
    s->file = a->plain[0];
    s->resume = args_get(a, OPT_SWEEP_RESUME, NULL);
    s->ledger = args_get(a, OPT_SWEEP_LEDGER, NULL);
    s->json = args_get(a, OPT_SWEEP_JSON, NULL);
    s->top = TOP;
    s->sweep.job.config = backtest_config_default();
    s->sweep.job.level = cpu_kernels();
    code = sort_params(cli, s);
    if (code == EXIT_CLEAN) code = read_fills(cli, &s->sweep.job);
    if (code == EXIT_CLEAN) code = read_way(cli, &s->sweep.job.search);
    if (code == EXIT_CLEAN) code = read_by(cli, &s->sweep.table.by);
    if (code == EXIT_CLEAN)
        code = value_range(cli, OPT_SWEEP_FROM, OPT_SWEEP_TO, &s->from_us, &s->to_us);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_SWEEP_SEED, 0, INT64_MAX, &seed);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_SWEEP_THREADS, 0, THREADS_MAX, &s->threads);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_SWEEP_TOP, 0, INT32_MAX, &s->top);
    s->sweep.job.config.seed = s->sweep.job.search.seed = s->sweep.table.seed = (uint64_t)seed;
    return code;
}

/* ---- the session --------------------------------------------------------------------------------- */

static int check_ticks(const SweepCommand *s)
{
    const Program *p = s->session.c.program;

    if (!p->markets_count)
        return cli_fail(s->cli, EXIT_FINDINGS, "%s names no market: there is nothing to trade on",
                        s->file);
    for (uint32_t i = 0; i < p->markets_count; i++)
        if (!s->session.tables[i].count)
            return cli_fail(s->cli, EXIT_FINDINGS,
                            "`%S` (%S %S) has no ticks%s; --data %S=SRC "
                            "names some",
                            p->markets[i].name, p->markets[i].venue, p->markets[i].selector,
                            s->from_us || s->to_us ? " in that range of time" : "",
                            p->markets[i].name);
    return EXIT_CLEAN;
}

static int open_session(Cli *cli, SweepCommand *s)
{
    static const OptionId outputs[] = {OPT_SWEEP_RESUME, OPT_SWEEP_JSON};
    ValueOutputs files = {
        .options = outputs,
        .count = ARRAY_LEN(outputs),
        .updated = 1,
        .sources = s->words.data,
        .source_count = s->words.data_count,
        .ledger = s->ledger ? s->ledger : trials_default_path(s->cli->arena),
    };
    SessionOptions how = {
        .is_backtest = true, .from_us = s->from_us, .to_us = s->to_us, .outputs = &files};
    int code = session_open_words(cli, &s->session, s->file, &s->words, &how);
    uint32_t n;
    MarketRows *rows;

    if (code != EXIT_CLEAN) return code;
    n = s->session.c.program->markets_count;
    rows = arena_array(cli->arena, MarketRows, n + 1);
    if (arena_is_full(cli->arena)) return cli_fail(cli, EXIT_USE, "no memory for rows");
    for (uint32_t i = 0; i < n; i++)
        rows[i] = session_rows(&s->session, i);
    s->sweep.job.config.image = s->session.image;
    s->sweep.job.config.params = s->session.params;
    s->sweep.job.config.cash_micros = s->session.cash_micros;
    s->sweep.job.config.rows = rows;
    s->sweep.job.config.market_count = n;
    s->sweep.job.config.tape_sha256 = s->session.tape;
    s->sweep.arena = cli->arena;
    s->sweep.title = s->session.c.program->title;
    return check_ticks(s);
}

static int find_axes(SweepCommand *s)
{
    SweepWords words = {s->file, s->words.params, s->words.param_count, s->tries.items,
                        s->tries.count};
    Err err = ERR_NONE;

    return axes_read(&s->sweep, &s->session.c, &words, &err) == ST_OK ? EXIT_CLEAN
                                                                      : sweep_fail(s, &err);
}

int sweep_read(Cli *cli, SweepCommand *s)
{
    int code;

    *s = (SweepCommand){.cli = cli};
    code = read_options(cli, s);
    if (code == EXIT_CLEAN) code = open_session(cli, s);
    return code == EXIT_CLEAN ? find_axes(s) : code;
}
