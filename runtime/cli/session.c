/* session.c — see session.h. */
#include "runtime/cli/session.h"

#include <string.h>

#include "runtime/cli/values.h"
#include "runtime/history/dataset.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

typedef struct Maker { /* of one session */
    Session *s;
    const SessionWords *words;
    Arena *arena;
    Buf *notes;
    Err *err;
    bool is_strict; /* data of another market is refused */
} Maker;

static Status set_param(Maker *m, const char *word)
{
    Session *s = m->s;
    const Program *p = s->c.program;
    const char *eq = strchr(word, '=');
    Span name = eq ? span_of(word, (size_t)(eq - word)) : span_str(word);

    if (!eq) return err_set(m->err, ST_BAD_INPUT, "`--param %s`: write NAME=VALUE", word);
    for (uint32_t i = 0; i < p->params_count; i++) {
        if (!span_is(p->params[i].name, name)) continue;
        if (param_parse(&p->params[i], span_str(eq + 1), &s->params[i])) return ST_OK;
        return err_set(m->err, ST_BAD_INPUT, "`--param %s`: not a value of %S (%S)", word, name,
                       p->params[i].has_range ? source_text(s->c.sources, p->params[i].range_place)
                                              : SPAN("it has no range"));
    }
    return err_set(m->err, ST_BAD_INPUT, "`--param %s`: the file has no param `%S`", word, name);
}

bool session_dollars(Span text, int64_t *ret_micros)
{
    if (span_starts(text, SPAN("$"))) text = span_from(text, 1);
    return fx_parse(text, FX_PLACES, FX_DOWN, ret_micros) && *ret_micros >= 0;
}

static Status set_cash(const Maker *m)
{
    int64_t *cash = &m->s->cash_micros;

    *cash = engine_config_default(m->s->image).cash_micros;
    if (!m->words->cash || session_dollars(span_str(m->words->cash), cash)) return ST_OK;
    return err_set(m->err, ST_BAD_INPUT, "`--cash %s`: write dollars, as in --cash 500",
                   m->words->cash);
}

static Status set_params(Maker *m)
{
    const Program *p = m->s->c.program;
    Status st = ST_OK;

    m->s->params = arena_array(m->arena, double, p->params_count + 1);
    for (uint32_t i = 0; i < p->params_count; i++)
        m->s->params[i] = p->params[i].value;
    for (size_t i = 0; i < m->words->param_count && st == ST_OK; i++)
        st = set_param(m, m->words->params[i]);
    return st;
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
static void say_left_out(Buf *out, const char *path, const TickTable *was, const TickTable *t)
{
    size_t outside = t->rows_outside - was->rows_outside, other = t->rows_other - was->rows_other;
    size_t back = t->rows_back - was->rows_back;

    if (!outside && !other && !back) return;
    buf_fmt(out, "odx: %s: ", path);
    if (outside) buf_fmt(out, "%zu rows outside their slot left out; ", outside);
    if (other) buf_fmt(out, "%zu rows of other symbols left out; ", other);
    if (back) buf_fmt(out, "%zu rows sorted into time order; ", back);
    buf_fmt(out, "%zu ticks\n", t->count - was->count);
}

/* Where a path of the words is. */
static const char *path_from(const Maker *m, const char *path)
{
    Buf b;

    if (!m->words->folder.len || path[0] == '/') return path;
    buf_init(&b, m->arena, 1 << 16);
    buf_fmt(&b, "%S%s", m->words->folder, path);
    return buf_cstr(&b);
}

/* Up to the second colon: venue and asset. */
static Span stream_asset(Span stream)
{
    size_t colon = span_find_char(stream, ':'), second;

    if (colon == SPAN_NONE_AT) return stream;
    second = span_find_char(span_from(stream, colon + 1), ':');
    return second == SPAN_NONE_AT ? stream : span_sub(stream, 0, colon + 1 + second);
}

/* Another asset or venue is somebody else's market; another duration is a remark. */
static Status match_stream(const Maker *m, const Dataset *d, const char *path, Span want)
{
    if (!want.len || span_is(want, d->stream)) return ST_OK;
    if (!span_is(stream_asset(want), stream_asset(d->stream)))
        return err_set(m->err, ST_BAD_INPUT,
                       "%s: no matching stream: the strategy trades %S, the data is %S", path, want,
                       d->stream.len ? d->stream : SPAN("of none whose name can be read"));
    buf_fmt(m->notes, "odx: %s: the strategy trades %S, the data is %S\n", path, want, d->stream);
    return ST_OK;
}

/* Each folder once; a stream's days lie in one. */
static void note_folders(Maker *m, const Dataset *d)
{
    for (size_t i = 0; i < d->files.count; i++) {
        const char *path = d->files.items[i].path, *slash = strrchr(path, '/');
        Span folder = slash ? span_of(path, (size_t)(slash - path)) : SPAN(".");
        bool is_known = false;

        for (size_t k = 0; k < m->s->folders.count; k++)
            is_known |= span_eq_str(folder, m->s->folders.items[k]);
        if (!is_known) (void)vec_push(m->arena, &m->s->folders, arena_span(m->arena, folder).ptr);
    }
}

static Status add_tapes(Maker *m, TickTable *t, const char *path, const Market *market)
{
    Dataset d;
    Span stream = dataset_stream(market->venue, market->selector, m->arena);
    Status st = dataset_open(&d, path, stream, m->arena, m->err);

    if (st == ST_OK && m->is_strict) st = match_stream(m, &d, path, stream);
    if (st == ST_OK) st = dataset_load(&d, t, m->err);
    if (st == ST_OK) note_folders(m, &d);
    for (size_t i = 0; i < d.notes.count; i++) {
        buf_fmt(m->notes, "odx: %S\n", d.notes.items[i]);
        (void)vec_push(m->arena, &m->s->notes, d.notes.items[i]);
    }
    return st;
}

/* The first file of a market, or one that goes on where another ended. */
static Status add_ticks(Maker *m, TickTable *t, const char *path, const Market *market)
{
    bool is_first = t->symbol.ptr == NULL;

    path = path_from(m, path);
    if (dataset_is(path)) return add_tapes(m, t, path, market);
    return is_first ? ticks_load(t, path, SPAN(""), m->arena, m->err)
                    : ticks_load_more(t, path, m->arena, m->err);
}

static Status load_ticks(Maker *m)
{
    Session *s = m->s;
    Status st = ST_OK;

    s->tables = arena_array(m->arena, TickTable, s->c.program->markets_count + 1);
    if (!s->c.program->markets_count && m->words->data_count)
        return err_set(m->err, ST_BAD_INPUT, "the strategy names no market that ticks could be of");
    if (!m->words->data_count)
        return err_set(m->err, ST_BAD_INPUT, "no ticks: say where they are with %s",
                       m->words->data_option);
    for (size_t i = 0; i < m->words->data_count && st == ST_OK; i++) {
        const char *path;
        TickTable was;
        int32_t market = market_for(s, m->words->data[i], &path);

        if (market < 0)
            return err_set(m->err, ST_BAD_INPUT,
                           "`%s`: every market of the file has its ticks already", path);
        was = s->tables[market];
        st = add_ticks(m, &s->tables[market], path, &s->c.program->markets[market]);
        if (st == ST_OK) say_left_out(m->notes, path, &was, &s->tables[market]);
    }
    return st;
}

int session_no_ticks(Cli *cli, const Market *m)
{
    return cli_fail(cli, EXIT_FINDINGS, "`%S` (%S %S) has no ticks in that range of time", m->name,
                    m->venue, m->selector);
}

void session_put_notes(const Session *s, Buf *out)
{
    for (size_t i = 0; i < s->notes.count; i++)
        buf_fmt(out, "%S\n", s->notes.items[i]);
}

MarketRows session_rows(const Session *s, uint32_t market)
{
    const TickTable *t = &s->tables[market];

    return (MarketRows){t->rows, t->count, t->labels, t->label_count};
}

/* Leaves rows from `from_us` to before `to_us`, and the slots that ended in between. */
static void cut(TickTable *t, int64_t from_us, int64_t to_us)
{
    size_t kept = 0;

    while (t->count && t->rows[0].ts_us < from_us) {
        t->rows++;
        t->count--;
    }
    while (t->count && t->rows[t->count - 1].ts_us >= to_us)
        t->count--;
    for (size_t i = 0; i < t->label_count; i++) {
        int64_t end = t->labels[i].slot_start_us + t->labels[i].slot_us;

        if (end > from_us && end <= to_us) t->labels[kept++] = t->labels[i];
    }
    t->label_count = kept;
}

/* Before anything is cut: who tries one range after the other has tried the tape that often (docs/TAPE.md). */
static void sum_data(Session *s, Arena *arena)
{
    const Program *p = s->c.program;
    Sha256 all;

    sha256_init(&all);
    for (uint32_t i = 0; i < p->markets_count; i++) {
        const Market *m = &p->markets[i];

        ticks_sha256(&s->tables[i], dataset_stream(m->venue, m->selector, arena), s->tape);
        sha256_update(&all, s->tape, SHA256_SIZE);
    }
    if (p->markets_count != 1) sha256_final(&all, s->tape);
}

static int64_t first_tick_us(const Session *s)
{
    int64_t start = INT64_MAX;

    for (uint32_t i = 0; i < s->c.program->markets_count; i++)
        if (s->tables[i].count && s->tables[i].rows[0].ts_us < start)
            start = s->tables[i].rows[0].ts_us;
    return start;
}

/* The rules of the day, where orders are matched. */
static Status set_rules(Maker *m, Fills *fills, EngineConfig *config)
{
    Status st = ST_OK;

    if (!fills || !fills->has_matcher) return ST_OK;
    st = fills_rules(fills, m->s->image, first_tick_us(m->s), m->arena, m->err);
    config->rules = fills->rules;
    config->has_fees = true;
    return st;
}

static Status make_engine(Maker *m, const SessionOptions *how)
{
    Session *s = m->s;
    EngineConfig config = engine_config_default(s->image);
    uint32_t n = s->c.program->markets_count;
    MarketRows *rows = arena_array(m->arena, MarketRows, n + 1);
    int64_t start = first_tick_us(s);
    Status st = set_rules(m, how->fills, &config);

    for (uint32_t i = 0; i < n; i++)
        rows[i] = session_rows(s, i);
    if (st != ST_OK) return st;
    config.params = s->params;
    config.cash_micros = s->cash_micros;
    config.start_us = start == INT64_MAX ? 0 : start;
    config.has_shows = how->has_shows;
    config.has_promises = true;
    s->engine = engine_new(&config, m->arena);
    if (s->engine) s->replay = replay_new(s->engine, rows, n, how->sink, m->arena);
    if (s->replay && (!how->fills || fills_begin(how->fills, s->image, s->replay, m->arena)))
        return ST_OK;
    return err_set(m->err, ST_BAD_INPUT, "the engine cannot start with these values");
}

Status session_start(Session *s, const SessionWords *words, const SessionOptions *how, Arena *arena,
                     Buf *notes, Err *err)
{
    Maker m = {s, words, arena, notes, err, how->is_backtest};
    Refusal why = {0};
    Status st;

    s->image = image_load(s->c.image, arena, &why);
    if (!s->image)
        return err_set(err, ST_BUG, "our mistake: ODX%d %s", (int)why.code, refusal_sentence(&why));
    st = set_params(&m);
    if (st == ST_OK) st = set_cash(&m);
    if (st == ST_OK && words->lender) {
        s->tables = words->lender->tables;
        memcpy(s->tape, words->lender->tape, sizeof s->tape);
        s->folders.items = words->lender->folders.items;
        s->folders.count = s->folders.cap = words->lender->folders.count;
        return ST_OK;
    }
    if (st == ST_OK) st = load_ticks(&m);
    if (st != ST_OK) return st;
    if (how->is_backtest) sum_data(s, arena);
    for (uint32_t i = 0; i < s->c.program->markets_count; i++)
        cut(&s->tables[i], how->from_us, how->to_us ? how->to_us : INT64_MAX);
    return how->is_backtest ? ST_OK : make_engine(&m, how);
}

int session_compile(Cli *cli, Session *s, const char *path)
{
    CliCompile how = {.until = STAGE_EMIT};
    CliFile file;

    *s = (Session){0};
    if (!cli_file(cli, path, &file)) return EXIT_USE;
    if (!cli_compile_readable(cli, &file, &how, &s->c)) return EXIT_FINDINGS;
    if (!s->c.program->is_module) return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "%S is a module; there is nothing to run", file.name);
}

int session_load(Cli *cli, Session *s, const SessionWords *words, const SessionOptions *how)
{
    Buf notes = cli_buf(cli);
    Err err = ERR_NONE;
    Status st;

    if (how->outputs && value_outputs(cli, how->outputs) != EXIT_CLEAN) return EXIT_USE;
    st = session_start(s, words, how, cli->arena, &notes, &err);

    cli_lines(&cli->err, "", buf_span(&notes));
    if (st == ST_OK) return EXIT_CLEAN;
    if (how->is_backtest && (st == ST_BAD_INPUT || st == ST_UNSUPPORTED))
        return cli_fail(cli, EXIT_FINDINGS, "%s", err.text);
    return cli_fail_err(cli, &err);
}

int session_open_words(Cli *cli, Session *s, const char *path, const SessionWords *words,
                       const SessionOptions *how)
{
    int code = session_compile(cli, s, path);

    return code == EXIT_CLEAN ? session_load(cli, s, words, how) : code;
}

int session_open(Cli *cli, Session *s, const SessionOptions *how)
{
    SessionWords words = {.data = cli->args.values[how->data],
                          .data_count = cli->args.counts[how->data],
                          .params = cli->args.values[how->param],
                          .param_count = cli->args.counts[how->param],
                          .cash = args_get(&cli->args, how->cash, NULL),
                          .data_option = option_info(how->data)->name};

    return session_open_words(cli, s, cli->args.plain[0], &words, how);
}
