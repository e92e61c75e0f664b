/* lsp_run.c — see lsp_run.h. */
#include "runtime/cli/lsp_run.h"

#include "runtime/cli/project.h"
#include "runtime/cli/why.h"
#include "runtime/core/memory.h"
#include "runtime/proof/excerpt.h"
#include "runtime/proof/testrun.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

typedef struct Run { /* of one request */
    const LspRun *asked;
    Arena *arena;
    JsonWriter w;
    Compilation c;
    Span why_not; /* empty: it went well */
} Run;

static bool refuse(Run *r, Span why)
{
    r->why_not = why;
    return false;
}

static bool compile_it(Run *r, Span name, Span text, bool has_tests)
{
    CompileOptions options = {
        .load = r->asked->load, .ctx = r->asked->ctx, .until = STAGE_EMIT, .has_tests = has_tests};

    r->c = compile(name, arena_span(r->arena, text), &options, r->arena);
    if (r->c.image.len) return true;
    return refuse(r, r->c.program && r->c.program->is_module
                         ? SPAN("a module does not run by itself")
                         : SPAN("a strategy with errors does not run"));
}

/* ---- odx/test: which blocks pass, and how often each rule fired --------------------------------- */

static void put_number(Run *r, const char *key, uint32_t v)
{
    json_write_key(&r->w, span_str(key));
    json_write_uint(&r->w, v);
}

static void put_texts(Run *r, const TestResult *t)
{
    json_write_key(&r->w, SPAN("messages"));
    json_write_array(&r->w);
    for (size_t i = 0; i < diags_count(t->diags); i++)
        json_write_string(&r->w, diags_get(t->diags, i)->title);
    json_write_array_end(&r->w);
}

static void put_test(Run *r, const Test *test, const TestResult *t)
{
    json_write_object(&r->w);
    json_write_key(&r->w, SPAN("test"));
    json_write_string(&r->w, test->name);
    json_write_key(&r->w, SPAN("passed"));
    json_write_bool(&r->w, t->has_passed);
    put_number(r, "orders", t->orders);
    put_number(r, "skips", t->skips);
    put_texts(r, t);
    json_write_object_end(&r->w);
}

static void put_coverage(Run *r, const TestCoverage *cov)
{
    json_write_key(&r->w, SPAN("fired"));
    json_write_array(&r->w);
    for (uint32_t i = 0; i < cov->rule_count; i++)
        json_write_uint(&r->w, cov->fired[i]);
    json_write_array_end(&r->w);
}

static void play_tests(Run *r, const TestBed *bed)
{
    const Program *p = r->c.program;
    TestCoverage cov = test_coverage_new(p, r->arena);

    json_write_object(&r->w);
    json_write_key(&r->w, SPAN("tests"));
    json_write_array(&r->w);
    for (uint32_t i = 0; i < p->tests_count; i++) {
        ArenaMark mark = arena_mark(r->arena);
        TestResult t;

        if (r->asked->only.len && !span_is(r->asked->only, p->tests[i].name)) continue;
        t = testrun_play(bed, &p->tests[i], NULL, &cov, r->arena);
        put_test(r, &p->tests[i], &t);
        arena_release(r->arena, mark);
    }
    json_write_array_end(&r->w);
    put_coverage(r, &cov);
    json_write_object_end(&r->w);
}

static bool run_tests(Run *r)
{
    TestBed bed;

    if (!compile_it(r, r->asked->name, r->asked->text, true)) return false;
    if (!testbed_open(&bed, &r->c, r->arena)) return refuse(r, SPAN("the image does not load"));
    play_tests(r, &bed);
    return true;
}

/* ---- odx/why: the truth of every condition at one moment -------------------------------------- */

static void ignore_effect(void *ctx, const Effect *e)
{
    (void)ctx;
    (void)e;
}

static Span sentence(Run *r, const char *before, Span word, const char *after)
{
    Buf b;

    buf_init(&b, r->arena, 1 << 16);
    buf_fmt(&b, "%s%S%s", before, word, after);
    return buf_span(&b);
}

/* The rule that is asked for; -1: all of them; -2 after a refusal. */
static int32_t wanted_rule(Run *r)
{
    const LspRun *q = r->asked;
    int32_t rule = q->rule_word.len ? why_find_rule(r->c.program, q->rule_word) : q->rule;

    if (q->rule_word.len && rule < 0)
        refuse(r,
               sentence(r, "there is no rule `", q->rule_word, "`; give its label, or its number"));
    else if (rule >= (int32_t)r->c.program->rules_count)
        refuse(r, SPAN("there is no such rule"));
    return r->why_not.len ? -2 : rule;
}

/* A session of the words; standard input is the editor's. */
static bool open_session(Run *r, Session *s)
{
    const LspRun *q = r->asked;
    SessionOptions how = {.sink = {ignore_effect, NULL}};
    SessionWords words = {.data = q->data,
                          .data_count = q->data_count,
                          .params = q->params,
                          .param_count = q->param_count,
                          .data_option = "`data`",
                          .folder = project_beside(arena_span(r->arena, q->name).ptr)};
    Err err = ERR_NONE;
    Buf notes;

    for (size_t i = 0; i < q->data_count; i++)
        if (span_ends(span_str(q->data[i]), SPAN("-")))
            return refuse(r, SPAN("ticks come from files here, not from standard input"));
    buf_init(&notes, r->arena, 1 << 16);
    *s = (Session){.c = r->c};
    if (session_start(s, &words, &how, r->arena, &notes, &err) == ST_OK) return true;
    return refuse(r, arena_span(r->arena, span_str(err.text)));
}

/* "test": the replay up to that moment as a test block; null when there is nothing to say. */
static void put_excerpt(Run *r, const Session *s, int64_t ts_us)
{
    uint32_t n = s->c.program->markets_count;
    MarketRows *rows = arena_array(r->arena, MarketRows, n + 1);
    TestBed bed;
    Buf text;

    buf_init(&text, r->arena, 1 << 20);
    for (uint32_t i = 0; i < n && !arena_is_full(r->arena); i++)
        rows[i] = (MarketRows){s->tables[i].rows, s->tables[i].count, NULL, 0};
    if (!arena_is_full(r->arena) && testbed_open(&bed, &s->c, r->arena))
        excerpt_put(&bed, rows, ts_us, sentence(r, "the replay at ", r->asked->at, ""), r->arena,
                    &text);

    json_write_key(&r->w, SPAN("test"));
    if (text.len)
        json_write_string(&r->w, buf_span(&text));
    else
        json_write_null(&r->w);
}

static bool tell_why(Run *r, const Session *s, int64_t at_us, int32_t rule)
{
    Err err = ERR_NONE;
    Cursor *c = why_open(s, r->arena, &err);
    int64_t ts_us;

    if (!c) return refuse(r, arena_span(r->arena, span_str(err.text)));
    ts_us = why_go(c, at_us) ? cursor_step(c, cursor_here(c)).ts_us : 0;
    json_write_object(&r->w);
    json_write_key(&r->w, SPAN("rules"));
    json_write_array(&r->w);
    for (uint32_t i = 0; i < s->c.program->rules_count; i++) {
        WhyRule w;

        if (rule >= 0 && (uint32_t)rule != i) continue;
        cursor_why(c, i, &w);
        why_put_json(&w, &s->c, cursor_values(c)->image, ts_us, &r->w);
    }
    json_write_array_end(&r->w);
    put_excerpt(r, s, ts_us);
    json_write_object_end(&r->w);
    return true;
}

static bool run_why(Run *r)
{
    Span name = r->asked->name, text = r->asked->text;
    int32_t rule;
    int64_t at_us;
    Session s;

    if (!compile_it(r, name, text, false)) return false;
    if (sources_get(r->c.sources, 0)->is_json) { /* conditions quote the text */
        text = compile_to_text(name, text, r->arena);
        if (!compile_it(r, sentence(r, "", name, ".odx"), text, false)) return false;
    }
    rule = wanted_rule(r);
    if (rule == -2 || !open_session(r, &s)) return false;
    if (!r->asked->at.len)
        return refuse(r, SPAN("say when with `at`: 2026-04-13T12:00:00, or +90s"));
    if (!why_moment(&s, r->asked->at, &at_us))
        return refuse(r, sentence(r, "`", r->asked->at, "` is not a time"));
    return tell_why(r, &s, at_us, rule);
}

/* ---- the door --------------------------------------------------------------------------------- */

bool lsp_run(void *ctx, const LspRun *asked, Buf *out)
{
    Run r = {.asked = asked};
    Arena arena;
    bool is_done;

    (void)ctx;
    if (!arena_init(&arena, memory_source(), (size_t)2048 << 20)) return false;
    r.arena = &arena;
    json_write_init(&r.w, out, false);
    is_done = span_eq_str(asked->method, "odx/why") ? run_why(&r) : run_tests(&r);
    if (arena_is_full(&arena)) is_done = refuse(&r, SPAN("not enough memory to run this"));
    is_done = is_done && json_write_is_whole(&r.w);
    if (!is_done) {
        buf_clear(out);
        buf_span_put(out, r.why_not);
    }
    arena_fini(&arena);
    return is_done;
}
