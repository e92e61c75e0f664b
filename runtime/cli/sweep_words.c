/* sweep_words.c — sweeping.h: options, and which values of which params are tried. */
#include <string.h>

#include "runtime/cli/sweeping.h"
#include "runtime/cli/values.h"
#include "runtime/core/cpu.h"

enum { MS_US = 1000, TOP = 10, THREADS_MAX = 256, VALUES_LISTED = 256 };

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
    code = value_whole(cli, OPT_SWEEP_LATENCY, MATCHER_LATENCY_MAX_MS, &latency);
    jitter = latency / 5;
    if (code == EXIT_CLEAN)
        code = value_whole(cli, OPT_SWEEP_JITTER, MATCHER_LATENCY_MAX_MS, &jitter);
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
    code = value_whole(cli, OPT_SWEEP_RANDOM, SWEEP_RANDOM_MAX, &cells);
    if (code == EXIT_CLEAN && !cells)
        code = cli_fail(cli, EXIT_USE, "--random 0: say how many cells to try");
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

static int read_times(Cli *cli, Sweeping *s)
{
    int code = value_time(cli, OPT_SWEEP_FROM, &s->from_us);

    if (code == EXIT_CLEAN) code = value_time(cli, OPT_SWEEP_TO, &s->to_us);
    if (code == EXIT_CLEAN && s->to_us && s->to_us <= s->from_us)
        code = cli_fail(cli, EXIT_FINDINGS, "--to is not later than --from: nothing lies between");
    return code;
}

/* What stands behind `=` is more than one value. */
static bool is_tried(const char *word)
{
    const char *eq = strchr(word, '=');

    return !eq || strchr(eq, ',') || strstr(eq, "..");
}

static int sort_params(Cli *cli, Sweeping *s)
{
    const Args *a = &cli->args;
    size_t count = a->counts[OPT_SWEEP_PARAM];
    const char **fixed = arena_array(cli->arena, const char *, count + 1);
    bool ok = !arena_is_full(cli->arena);

    s->words.params = fixed;
    for (size_t i = 0; i < count && ok; i++) {
        const char *word = a->values[OPT_SWEEP_PARAM][i];

        if (is_tried(word))
            ok = vec_push(cli->arena, &s->tries, word);
        else
            fixed[s->words.param_count++] = word;
    }
    return ok ? EXIT_CLEAN : cli_fail(cli, EXIT_USE, "no memory for params");
}

static int read_options(Cli *cli, Sweeping *s)
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
    s->job.config = backtest_config_default();
    s->job.level = cpu_kernels();
    code = sort_params(cli, s);
    if (code == EXIT_CLEAN) code = read_fills(cli, &s->job);
    if (code == EXIT_CLEAN) code = read_way(cli, &s->job.search);
    if (code == EXIT_CLEAN) code = read_by(cli, &s->table.by);
    if (code == EXIT_CLEAN) code = read_times(cli, s);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_SWEEP_SEED, INT64_MAX, &seed);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_SWEEP_THREADS, THREADS_MAX, &s->threads);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_SWEEP_TOP, INT32_MAX, &s->top);
    s->job.config.seed = s->job.search.seed = s->table.seed = (uint64_t)seed;
    return code;
}

/* ---- values -------------------------------------------------------------------------------------- */

typedef struct Trying { /* one `NAME=VALUES` */
    Sweeping *s;
    const char *word;
    const Param *param;
    uint16_t row;
    SweepAxis *axis;
} Trying;

static Span range_text(const Trying *t)
{
    const Param *p = t->param;

    return p->has_range || p->choice_count ? source_text(t->s->session.c.sources, p->range_place)
                                           : SPAN("it has no range");
}

static int bad_value(const Trying *t, Span text)
{
    return cli_fail(t->s->cli, EXIT_FINDINGS, "`--param %s`: `%S` is no value of %S (%S)", t->word,
                    text, t->param->name, range_text(t));
}

static int no_memory(const Sweeping *s)
{
    return cli_fail(s->cli, EXIT_USE, "there is not enough memory for so many values");
}

/* Sorted in, each once. */
static bool put_value(double *values, uint32_t *count, double v)
{
    uint32_t at = 0;

    while (at < *count && values[at] < v)
        at++;
    if (at < *count && values[at] == v) return true;
    if (*count == VALUES_LISTED) return false;
    for (uint32_t i = *count; i > at; i--)
        values[i] = values[i - 1];
    values[at] = v;
    (*count)++;
    return true;
}

static int list_values(const Trying *t, Span text)
{
    double *values = arena_array(t->s->cli->arena, double, VALUES_LISTED);
    uint32_t count = 0;

    if (arena_is_full(t->s->cli->arena)) return no_memory(t->s);
    while (text.len) {
        size_t comma = span_find_char(text, ',');
        Span one = span_trim(span_sub(text, 0, comma == SPAN_NONE_AT ? text.len : comma));
        double v;

        if (!param_parse(t->param, one, &v)) return bad_value(t, one);
        if (!put_value(values, &count, v))
            return cli_fail(t->s->cli, EXIT_FINDINGS,
                            "`--param %.40s...`: more than %d values; write LOW..HIGH step S",
                            t->word, VALUES_LISTED);
        text = comma == SPAN_NONE_AT ? (Span){NULL, 0} : span_from(text, comma + 1);
    }
    *t->axis = (SweepAxis){t->row, values, count};
    return EXIT_CLEAN;
}

static int make_axis(const Trying *t, const SweepRange *range)
{
    Sweeping *s = t->s;

    if (sweep_axis(t->row, range, s->job.search.way, s->cli->arena, t->axis)) return EXIT_CLEAN;
    if (arena_is_full(s->cli->arena)) return no_memory(s);
    return cli_fail(s->cli, EXIT_FINDINGS,
                    "`%S` would have more than %d values: write --param %S=LOW..HIGH step S with a "
                    "wider step",
                    t->param->name, SWEEP_VALUES, t->param->name);
}

/* "LOW..HIGH" or "LOW..HIGH step S". */
static int range_values(const Trying *t, Span text, size_t dots)
{
    SweepRange r = {.step = t->param->step, .is_whole = t->param->whole};
    size_t step = span_find(text, SPAN("step"));
    Span low = span_trim(span_sub(text, 0, dots)), high, by;
    Param free = *t->param; /* a step need not lie within the range */

    by = step == SPAN_NONE_AT ? (Span){NULL, 0} : span_trim(span_from(text, step + 4));
    high = span_trim(span_sub(text, dots + 2, (step == SPAN_NONE_AT ? text.len : step) - dots - 2));
    free.has_range = false;
    free.choice_count = 0;
    if (!param_parse(t->param, low, &r.low)) return bad_value(t, low);
    if (!param_parse(t->param, high, &r.high)) return bad_value(t, high);
    if (by.len && (!param_parse(&free, by, &r.step) || !(r.step > 0)))
        return cli_fail(t->s->cli, EXIT_FINDINGS, "`--param %s`: `%S` is no step", t->word, by);
    if (r.high < r.low)
        return cli_fail(t->s->cli, EXIT_FINDINGS, "`--param %s`: an empty range: %S is below %S",
                        t->word, high, low);
    return make_axis(t, &r);
}

/* All values the param itself allows. */
static int own_values(const Trying *t)
{
    const Param *p = t->param;
    SweepRange range = {p->low, p->high, p->step, p->whole};

    if (p->choice_count) {
        *t->axis = (SweepAxis){t->row, p->choices, p->choice_count};
        return EXIT_CLEAN;
    }
    if (!p->has_range)
        return cli_fail(t->s->cli, EXIT_FINDINGS,
                        "`%S` has no range: write --param %S=LOW..HIGH step S, or %S=A,B,C",
                        p->name, p->name, p->name);
    return make_axis(t, &range);
}

static int try_word(Trying *t)
{
    const Program *p = t->s->session.c.program;
    const char *eq = strchr(t->word, '=');
    Span name = eq ? span_of(t->word, (size_t)(eq - t->word)) : span_str(t->word);
    Span text = eq ? span_str(eq + 1) : (Span){NULL, 0};
    size_t dots = span_find(text, SPAN(".."));

    for (uint32_t i = 0; i < p->params_count; i++) {
        if (!span_is(p->params[i].name, name)) continue;
        t->param = &p->params[i];
        t->row = (uint16_t)i;
        if (!eq) return own_values(t);
        return dots == SPAN_NONE_AT ? list_values(t, text) : range_values(t, text, dots);
    }
    return cli_fail(t->s->cli, EXIT_FINDINGS, "`--param %s`: the file has no param `%S`", t->word,
                    name);
}

/* ---- axes ---------------------------------------------------------------------------------------- */

static bool is_fixed(const Sweeping *s, Span name)
{
    for (size_t i = 0; i < s->words.param_count; i++) {
        const char *word = s->words.params[i], *eq = strchr(word, '=');

        if (span_is(name, span_of(word, (size_t)(eq - word)))) return true;
    }
    return false;
}

/* Those that --param names with more than one value; if none is, all that have a range and are not fixed. */
static int find_axes(Sweeping *s)
{
    const Program *p = s->session.c.program;
    SweepAxis *axes = arena_array(s->cli->arena, SweepAxis, SWEEP_AXES);
    SweepSearch *search = &s->job.search;
    size_t named = s->tries.count, count = named ? named : p->params_count;
    int code = arena_is_full(s->cli->arena) ? no_memory(s) : EXIT_CLEAN;

    search->axes = axes;
    for (size_t i = 0; i < count && code == EXIT_CLEAN; i++) {
        Trying t = {.s = s, .axis = &axes[search->axis_count]};

        if (!named) {
            t.param = &p->params[i];
            t.row = (uint16_t)i;
            if (is_fixed(s, t.param->name) || (!t.param->has_range && !t.param->choice_count))
                continue;
        }
        if (search->axis_count == SWEEP_AXES)
            return cli_fail(s->cli, EXIT_FINDINGS,
                            "more than %d params: name those to try with --param NAME", SWEEP_AXES);
        if (named) t.word = s->tries.items[i];
        code = named ? try_word(&t) : own_values(&t);
        search->axis_count++;
    }
    if (code == EXIT_CLEAN && !search->axis_count)
        return cli_fail(s->cli, EXIT_FINDINGS,
                        "%s: there is nothing to try: %s; write --param NAME=LOW..HIGH step S",
                        s->file,
                        s->words.param_count ? "--param holds every param still that has a range"
                                             : "no param has a range");
    return code;
}

static int check_twice(const Sweeping *s)
{
    const SweepSearch *search = &s->job.search;

    for (uint32_t i = 0; i < search->axis_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (search->axes[k].param == search->axes[i].param)
                return cli_fail(s->cli, EXIT_FINDINGS, "`%S` is tried twice: one --param of it",
                                sweeping_name(s, i));
    return EXIT_CLEAN;
}

static void put_counts(const Sweeping *s, Buf *out)
{
    for (uint32_t i = 0; i < s->job.search.axis_count; i++)
        buf_fmt(out, "%s%S %u", i ? ", " : "", sweeping_name(s, i), s->job.search.axes[i].count);
}

static int check_size(const Sweeping *s)
{
    const SweepSearch *search = &s->job.search;
    uint64_t grid = sweep_grid(search->axes, search->axis_count);
    Buf counts = cli_buf(s->cli);

    put_counts(s, &counts);
    if (grid == UINT64_MAX)
        return cli_fail(s->cli, EXIT_FINDINGS,
                        "more cells than can be counted (values: %S): name fewer params",
                        buf_span(&counts));
    if (search->way != SWEEP_BY_GRID || grid <= SWEEP_CELLS_MAX) return EXIT_CLEAN;
    return cli_fail(s->cli, EXIT_FINDINGS,
                    "the grid has %llu cells, at most %d are tried (values: %S): use --random N or "
                    "--refine, or name fewer params or wider steps with --param",
                    (unsigned long long)grid, SWEEP_CELLS_MAX, buf_span(&counts));
}

/* ---- the session --------------------------------------------------------------------------------- */

static int check_ticks(const Sweeping *s)
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

static int open_session(Cli *cli, Sweeping *s)
{
    SessionOptions how = {.is_backtest = true, .from_us = s->from_us, .to_us = s->to_us};
    int code = session_open_words(cli, &s->session, s->file, &s->words, &how);
    uint32_t n;
    MarketRows *rows;

    if (code != EXIT_CLEAN) return code;
    n = s->session.c.program->markets_count;
    rows = arena_array(cli->arena, MarketRows, n + 1);
    if (arena_is_full(cli->arena)) return no_memory(s);
    for (uint32_t i = 0; i < n; i++)
        rows[i] = session_rows(&s->session, i);
    s->job.config.image = s->session.image;
    s->job.config.params = s->session.params;
    s->job.config.cash_micros = s->session.cash_micros;
    s->job.config.rows = rows;
    s->job.config.market_count = n;
    return check_ticks(s);
}

int sweeping_read(Cli *cli, Sweeping *s)
{
    int code;

    *s = (Sweeping){.cli = cli};
    code = read_options(cli, s);
    if (code == EXIT_CLEAN) code = open_session(cli, s);
    if (code == EXIT_CLEAN) code = find_axes(s);
    if (code == EXIT_CLEAN) code = check_twice(s);
    return code == EXIT_CLEAN ? check_size(s) : code;
}
