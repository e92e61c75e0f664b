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

Trace *why_run_to(Session *s, int64_t at_us, Arena *arena)
{
    Trace *trace = put_trace(s, arena);

    while (replay_next_us(s->replay) <= at_us) {
        trace_clear(trace);
        if (!replay_step(s->replay)) break;
    }
    return trace;
}

WhyRule why_of(const Session *s, const Trace *trace, uint32_t rule, Arena *arena)
{
    WhyRule w = {.nodes = arena_array(arena, WhyNode, s->image->conds_count + 1)};

    why_read(&w, s->image, engine_vm(s->engine), trace, replay_event(s->replay), rule);
    return w;
}

static void explain(Cli *cli, const Session *s, const Trace *trace, uint32_t rule)
{
    WhyRule w = why_of(s, trace, rule, cli->arena);
    Buf out = cli_buf(cli);
    JsonWriter j;

    if (args_has(&cli->args, OPT_WHY_JSON)) {
        json_write_init(&j, &out, false);
        why_put_json(&w, &s->c, s->image, replay_event(s->replay)->ts_us, &j);
        buf_char(&out, '\n');
    } else {
        why_put(&w, &s->c, s->image, &out);
    }
    cli_put(cli, buf_span(&out));
}

int cmd_why(Cli *cli)
{
    SessionOptions how = {.data = OPT_WHY_DATA,
                          .param = OPT_WHY_PARAM,
                          .cash = OPT_RUN_CASH,
                          .sink = {ignore_effect, NULL}};
    const char *at = args_get(&cli->args, OPT_WHY_AT, NULL);
    const char *rule_word = args_get(&cli->args, OPT_WHY_RULE, NULL);
    int32_t rule = -1;
    int64_t at_us;
    Session s;
    Trace *trace;
    int code = session_open(cli, &s, &how);

    if (code != EXIT_CLEAN) return code;
    if (!at) return cli_fail(cli, EXIT_USE, "say when: --at 2026-04-13T12:00:00, or --at +90s");
    if (!why_moment(&s, span_str(at), &at_us))
        return cli_fail(cli, EXIT_USE, "`--at %s` is not a time", at);
    if (rule_word && (rule = why_find_rule(s.c.program, span_str(rule_word))) < 0)
        return no_such_rule(cli, s.c.program, rule_word);
    trace = why_run_to(&s, at_us, cli->arena);
    for (uint32_t i = 0; i < s.c.program->rules_count; i++)
        if (rule < 0 || (uint32_t)rule == i) explain(cli, &s, trace, i);
    return EXIT_CLEAN;
}

/* ---- odx run --why ---------------------------------------------------------------------------------- */

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
    w = why_of(s, s->trace, (uint32_t)s->why_rule, cli->arena);
    if (w.has_run) {
        buf_fmt(&out, "%lld ", (long long)replay_event(s->replay)->ts_us);
        why_put(&w, &s->c, s->image, &out);
    }
    out_put(&cli->err, buf_span(&out));
    trace_clear(s->trace);
    arena_release(cli->arena, mark);
}
