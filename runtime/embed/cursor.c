/* cursor.c — see cursor.h. */
#include "runtime/embed/cursor.h"

#include "runtime/embed/handles.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/supplies.h"
#include "runtime/proof/cursor_json.h"
#include "vm/base/num.h"

enum { NOTATIONS = 3 };
#define GAP_MAX_US (7 * INT64_C(86400000000))

typedef struct Open {
    Arena arena;
    EmbedProgram program;
    Supplies supplies;
    bool has_places[NOTATIONS]; /* by Notation */
    CursorSetup setup;
    Cursor *cursor;
} Open;

static Handles handles; /* of this instance of the module */

static void open_free(Open *o)
{
    Arena arena = o->arena;

    supplies_close(&o->supplies);
    arena_fini(&arena);
}

int32_t cursor_close(int32_t handle)
{
    Open *o = handles_find(&handles, handle);

    if (!o) return EMBED_HANDLE;
    handles_drop(&handles, handle);
    open_free(o);
    return 0;
}

/* ---- opening ---------------------------------------------------------------------------------------- */

static bool read_places(Open *o, RequestReader *r)
{
    static const Span names[NOTATIONS] = {[NOTATION_TEXT] = SPAN_INIT("text"),
                                          [NOTATION_FORM] = SPAN_INIT("form"),
                                          [NOTATION_GRAPH] = SPAN_INIT("graph")};
    JsonEvent e;

    if (!request_event(r, &e)) return false;
    if (e.kind != JSON_ARRAY) return request_fail(r, "`%S` is an array", SPAN("places"));
    for (;;) {
        bool is_known = false;

        if (!request_event(r, &e)) return false;
        if (e.kind == JSON_ARRAY_END) return true;
        for (int i = 0; e.kind == JSON_STRING && i < NOTATIONS; i++) {
            if (!json_is(&e, names[i])) continue;
            o->has_places[i] = is_known = true;
        }
        if (!is_known)
            return request_fail(r, "an item of `%S` is text, form or graph", SPAN("places"));
    }
}

static bool read_key(void *ctx, RequestReader *r, Span key)
{
    Open *o = ctx;
    bool is_known;

    if (span_is(key, SPAN("places"))) return read_places(o, r);
    if (!supplies_key(&o->supplies, r, key, &is_known)) return false;
    return is_known || request_unknown(r, key);
}

/* How orders are filled: at once, or as a backtest with the same words does. */
static bool find_fill(Open *o, Work *w)
{
    const Supplies *s = &o->supplies;

    o->setup.backtest = backtest_config_default();
    o->setup.backtest.latency_us = supplies_latency_us(s);
    o->setup.backtest.jitter_us = supplies_jitter_us(s);
    o->setup.backtest.seed = (uint64_t)s->seed;
    o->setup.is_matched = s->fill.len && !span_is(s->fill, SPAN("instant"));
    if (!o->setup.is_matched) return true;
    for (int model = 0; model < MODELS; model++) {
        o->setup.backtest.model = (FillModel)model;
        if (span_eq_str(s->fill, fill_model_name((FillModel)model))) return true;
    }
    program_error(w, "`fill` is instant, touch, queue or pessimistic, not `%S`", s->fill);
    return false;
}

static bool make_cursor(Open *o, Work *w)
{
    Err err = ERR_NONE;

    if (!find_fill(o, w)) return false;
    o->setup.c = &o->program.c;
    o->setup.params = o->program.params;
    o->setup.cash_micros = o->program.cash_micros;
    o->setup.rows = o->supplies.rows;
    o->setup.gap_us = GAP_MAX_US;
    o->cursor = cursor_new(&o->setup, &o->arena, &err);
    if (!o->cursor) work_error(w, span_str(err.text));
    return o->cursor != NULL;
}

static void put_table(Open *o, Work *w)
{
    CompileOptions how = request_options(&o->program.request, STAGE_CHECK);
    CursorPlaces places = {{NULL}};

    for (int i = 0; i < NOTATIONS; i++)
        if (o->has_places[i])
            places.of[i] =
                places_of(cursor_values(o->cursor), &o->program.c, (Notation)i, &how, &w->arena);
    cursor_put_table(o->cursor, &places, &w->json);
}

static int32_t open_cursor(Open *o, Span json, Work *w)
{
    Request *q = &o->program.request;
    int32_t handle = 0;

    supplies_init(&o->supplies);
    if (!request_read_more(q, json, &o->arena, read_key, o)) {
        work_error(w, q->error);
    } else if (program_open(&o->program, &o->arena, w) &&
               supplies_open(&o->supplies, &o->program, &o->arena, w) && make_cursor(o, w)) {
        handle = handles_put(&handles, o);
        if (!handle) {
            work_error(w, SPAN("too many cursors are open"));
            return 0;
        }
        work_count(w, SPAN("cursor"), (uint64_t)handle);
        supplies_put(&o->supplies, w);
        put_table(o, w);
    }
    w->has_failed |= arena_is_full(&o->arena);
    return handle;
}

int32_t cursor_open(Span json)
{
    int32_t handle = 0, answer;
    Arena arena;
    Open *o;
    Work w;

    work_begin(&w);
    arena_init(&arena, heap_source(), WORK_MAX_BYTES);
    o = arena_new(&arena, Open);
    if (arena_is_full(&arena)) {
        arena_fini(&arena);
        w.has_failed = true;
        return work_end(&w);
    }
    o->arena = arena;
    handle = open_cursor(o, json, &w);
    answer = work_end(&w);
    if (!handle || answer < 0) {
        handles_drop(&handles, handle);
        open_free(o);
    }
    return answer;
}

/* ---- going ------------------------------------------------------------------------------------------ */

int32_t cursor_go(int32_t handle, uint32_t steps)
{
    static const char *const stops[] = {[CURSOR_GAP] = "the next event is more than 7 days away",
                                        [CURSOR_FULL] =
                                            "there is not enough memory for more of the run"};
    Open *o = handles_find(&handles, handle);
    CursorEnd end;
    Work w;

    if (!o) return EMBED_HANDLE;
    work_begin(&w);
    end = cursor_walk(o->cursor, steps ? steps : UINT64_MAX);
    work_flag(&w, SPAN("done"), end == CURSOR_DONE);
    if (end == CURSOR_GAP || end == CURSOR_FULL)
        work_text(&w, SPAN("stopped"), span_str(stops[end]));
    cursor_put_walked(o->cursor, &w.json);
    return work_end(&w);
}

static int64_t find_step(const Cursor *c, uint32_t unit, double where)
{
    bool is_there = num_is_known(where) && where >= 0 && where < 9e18;

    if (!is_there || unit >= CURSOR_UNITS) return -1;
    if (unit == CURSOR_US) return cursor_find(c, (int64_t)where);
    if (unit == CURSOR_TICK) return cursor_find_tick(c, (uint64_t)where);
    return (uint64_t)where < cursor_steps(c) ? (int64_t)where : -1;
}

int32_t cursor_look(int32_t handle, uint32_t unit, double where)
{
    Open *o = handles_find(&handles, handle);
    int64_t step;
    Work w;

    if (!o) return EMBED_HANDLE;
    work_begin(&w);
    step = find_step(o->cursor, unit, where);
    json_write_key(&w.json, SPAN("at"));
    if (step >= 0 && cursor_at(o->cursor, (uint64_t)step)) {
        json_write_object(&w.json);
        cursor_put_step(o->cursor, &w.json);
        json_write_object_end(&w.json);
    } else {
        json_write_null(&w.json);
    }
    return work_end(&w);
}

/* ---- over the run ------------------------------------------------------------------------------------ */

int32_t cursor_jump(int32_t handle, uint32_t value, double from, uint32_t truth, bool is_back)
{
    Open *o = handles_find(&handles, handle);
    bool is_there = num_is_known(from) && from >= 0 && from < 9e18;
    int64_t step = -1;
    Work w;

    if (!o) return EMBED_HANDLE;
    work_begin(&w);
    if (is_there && truth > TRUTH_NONE && truth <= TRUTH_YES)
        step = cursor_seek(o->cursor, value, (CursorTruth)truth, (uint64_t)from, is_back);
    json_write_key(&w.json, SPAN("step"));
    if (step < 0)
        json_write_null(&w.json);
    else
        json_write_int(&w.json, step);
    return work_end(&w);
}

/* What is no tick goes with what was before it. */
static void put_strip(const Cursor *c, uint32_t value, Work *w)
{
    VEC(uint32_t) steps = {0};
    VEC(uint8_t) truths = {0};
    uint64_t count = cursor_steps(c);
    char *bytes;

    for (uint64_t i = 0; i < count && i < UINT32_MAX; i++) {
        CursorTruth truth = cursor_truth(c, value, i);

        if (truth == TRUTH_NONE || (truths.count && vec_last(&truths) == truth)) continue;
        vec_push(&w->arena, &steps, (uint32_t)i);
        vec_push(&w->arena, &truths, (uint8_t)truth);
    }
    bytes = arena_alloc(&w->arena, 5 * truths.count + 1);
    work_count(w, SPAN("count"), truths.count);
    if (arena_is_full(&w->arena)) {
        w->has_failed = true;
        return;
    }
    if (truths.count) memcpy(bytes, steps.items, 4 * truths.count);
    if (truths.count) memcpy(bytes + 4 * truths.count, truths.items, truths.count);
    w->bytes = span_of(bytes, 5 * truths.count);
}

int32_t cursor_strip(int32_t handle, uint32_t value)
{
    Open *o = handles_find(&handles, handle);
    Work w;

    if (!o) return EMBED_HANDLE;
    work_begin(&w);
    put_strip(o->cursor, value, &w);
    return work_end(&w);
}

int32_t cursor_sums(int32_t handle)
{
    Open *o = handles_find(&handles, handle);
    Work w;

    if (!o) return EMBED_HANDLE;
    work_begin(&w);
    cursor_put_counts(o->cursor, &w.json);
    return work_end(&w);
}
