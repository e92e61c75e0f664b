/* cmd_why.c — `odx why`, and the tick-by-tick explanation of `odx run --why`. */
#include "runtime/cli/why.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

static void ignore_effect(void *ctx, const Effect *e)
{
    (void)ctx;
    (void)e;
}

static int no_such_rule(Cli *cli, const Program *p, const char *word)
{
    return cli_fail(cli, EXIT_USE,
                    "there is no rule `%s`; give its label, or a number from 1 to %u", word,
                    p->rules_count);
}

bool why_moment(const Session *s, Span text, int64_t *ret_us)
{
    static const Param duration = {.low = 0, .high = 1e12, .has_range = true};
    double seconds;

    if (!text.len || text.ptr[0] != '+') return time_parse(text, ret_us);
    if (!param_parse(&duration, span_from(text, 1), &seconds)) return false;
    *ret_us = replay_next_us(s->replay) + (int64_t)num_rint(seconds * 1e6);
    return true;
}

static Trace *put_trace(Session *s, Arena *arena)
{
    Trace *t = trace_new(s->image, arena);

    vm_set_trace(engine_vm(s->engine), t);
    return t;
}

Cursor *why_open(const Session *s, Arena *arena, Err *err)
{
    uint32_t n = s->c.program->markets_count;
    MarketRows *rows = arena_array(arena, MarketRows, n + 1);
    CursorSetup setup = {
        .c = &s->c, .params = s->params, .cash_micros = s->cash_micros, .rows = rows};

    for (uint32_t i = 0; i < n && !arena_is_full(arena); i++)
        rows[i] = session_rows(s, i);
    return cursor_new(&setup, arena, err);
}

bool why_go(Cursor *c, int64_t at_us)
{
    int64_t step;

    while (cursor_next_us(c) <= at_us)
        if (cursor_walk(c, 1) != CURSOR_MORE) break;
    step = cursor_find(c, at_us);
    return step >= 0 && cursor_at(c, (uint64_t)step);
}

static void explain(const Cli *cli, Cursor *c, int64_t ts_us, uint32_t rule, Buf *out)
{
    const Compilation *compiled = cursor_compilation(c);
    JsonWriter j;
    WhyRule w;

    cursor_why(c, rule, &w);
    if (args_has(&cli->args, OPT_WHY_JSON)) {
        json_write_init(&j, out, false);
        why_put_json(&w, compiled, cursor_values(c)->image, ts_us, &j);
        buf_char(out, '\n');
    } else {
        why_put(&w, compiled, cursor_values(c)->image, out);
    }
}

/* All that a page would see there: "table" says what the values are, "step" what they were. */
static void put_values(const Cli *cli, Cursor *c, Buf *out)
{
    const CursorPlaces places = {{NULL}};
    JsonWriter j;

    if (!args_has(&cli->args, OPT_WHY_JSON)) {
        cursor_put_values_text(c, out);
        return;
    }
    json_write_init(&j, out, false);
    json_write_object(&j);
    json_write_key(&j, SPAN("table"));
    json_write_object(&j);
    cursor_put_table(c, &places, &j);
    json_write_object_end(&j);
    json_write_key(&j, SPAN("step"));
    json_write_object(&j);
    cursor_put_step(c, &j);
    json_write_object_end(&j);
    json_write_object_end(&j);
    buf_char(out, '\n');
}

/* Of one rule (below 0: of all) at one moment. */
static void tell(Cli *cli, Cursor *c, int64_t at_us, int32_t rule)
{
    Buf out = cli_buf(cli);
    bool has_step = why_go(c, at_us);
    int64_t ts_us = has_step ? cursor_step(c, cursor_here(c)).ts_us : 0;

    for (uint32_t i = 0; i < cursor_values(c)->program->rules_count; i++)
        if (rule < 0 || (uint32_t)rule == i) explain(cli, c, ts_us, i, &out);
    if (has_step && args_has(&cli->args, OPT_WHY_VALUES)) put_values(cli, c, &out);
    (args_has(&cli->args, OPT_WHY_JSON) ? cli_put_bytes : cli_put)(cli, buf_span(&out));
}

static int tell_all(Cli *cli, const Session *s, int32_t rule)
{
    Err err = ERR_NONE;
    Cursor *c = why_open(s, cli->arena, &err);

    if (!c) return cli_fail_err(cli, &err);
    for (size_t i = 0; i < cli->args.counts[OPT_WHY_AT]; i++) {
        const char *at = cli->args.values[OPT_WHY_AT][i];
        int64_t at_us;

        if (!why_moment(s, span_str(at), &at_us))
            return cli_fail(cli, EXIT_USE, "`--at %s` is not a time", at);
        tell(cli, c, at_us, rule);
    }
    return EXIT_CLEAN;
}

int cmd_why(Cli *cli)
{
    SessionOptions how = {.data = OPT_WHY_DATA,
                          .param = OPT_WHY_PARAM,
                          .cash = OPT_RUN_CASH,
                          .sink = {ignore_effect, NULL}};
    const char *rule_word = args_get(&cli->args, OPT_WHY_RULE, NULL);
    int32_t rule = -1;
    Session s;
    int code = session_open(cli, &s, &how);

    if (code != EXIT_CLEAN) return code;
    if (!args_has(&cli->args, OPT_WHY_AT))
        return cli_fail(cli, EXIT_USE, "say when: --at 2026-04-13T12:00:00, or --at +90s");
    if (rule_word && (rule = why_find_rule(s.c.program, span_str(rule_word))) < 0)
        return no_such_rule(cli, s.c.program, rule_word);
    return tell_all(cli, &s, rule);
}

/* ---- odx run --why ---------------------------------------------------------------------------------- */

static WhyRule why_of(const Session *s, uint32_t rule, Arena *arena)
{
    WhyRule w = {.nodes = arena_array(arena, WhyNode, s->image->conds_count + 1)};

    why_read(&w, s->image, engine_vm(s->engine), s->trace, replay_event(s->replay), rule);
    return w;
}

int why_begin(Cli *cli, Session *s, OptionId option)
{
    const char *word = args_get(&cli->args, option, NULL);

    s->why_rule = -1;
    if (!word) return EXIT_CLEAN;
    s->why_rule = why_find_rule(s->c.program, span_str(word));
    if (s->why_rule < 0) return no_such_rule(cli, s->c.program, word);
    s->trace = put_trace(s, cli->arena);
    return EXIT_CLEAN;
}

void why_step(Cli *cli, Session *s)
{
    ArenaMark mark = arena_mark(cli->arena);
    WhyRule w;
    Buf out;

    if (!s->trace) return;
    out = cli_buf(cli);
    w = why_of(s, (uint32_t)s->why_rule, cli->arena);
    if (w.has_run) {
        buf_fmt(&out, "%lld ", (long long)replay_event(s->replay)->ts_us);
        why_put(&w, &s->c, s->image, &out);
    }
    cli_lines(&cli->err, "", buf_span(&out));
    trace_clear(s->trace);
    arena_release(cli->arena, mark);
}
