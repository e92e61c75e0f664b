/* run.c — see run.h.
 *
 * The strategy lives on the run's arena.  Each market has two more arenas for its rows: what is left of a
 * block and the next one are put together on the other one, so that memory does not grow with the ticks. */
#include "runtime/embed/run.h"

#include "runtime/backtest/replay.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/program.h"
#include "runtime/history/ticks.h"
#include "runtime/proof/effect_json.h"
#include "runtime/proof/why.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/vec.h"

enum { STEP_ENOUGH = 16 << 20 };
#define GAP_MAX_US (7 * INT64_C(86400000000))

typedef struct RunMarket {
    TickTable table;
    TickFeed *feed;
    Arena rows[2]; /* the table lives on rows[side] */
    int side;
    bool is_whole; /* came as CSV: nothing may follow */
} RunMarket;

typedef struct Run {
    Arena arena;
    EmbedProgram program;
    double *show_values;
    RunMarket *markets;
    uint32_t markets_count;
    Engine *engine; /* from the first step on */
    Replay *replay;
    Trace *trace; /* when it was asked for */
    uint64_t orders, skipped;
    bool has_show;
    int64_t show_ts_us;
    Work *work; /* of the present step */
    Buf line;
    VEC(double) rows; /* of shows, of the present step */
} Run;

static struct {
    Run *run;
    uint32_t turn;
} runs[RUN_MAX]; /* of this instance of the module */

static Run *run_find(int32_t handle)
{
    uint32_t place = (uint32_t)handle % RUN_MAX, turn = (uint32_t)handle / RUN_MAX;

    return handle > 0 && runs[place].run && runs[place].turn == turn ? runs[place].run : NULL;
}

static void run_free(Run *r)
{
    Arena arena = r->arena;

    for (uint32_t i = 0; i < r->markets_count; i++) {
        arena_fini(&r->markets[i].rows[0]);
        arena_fini(&r->markets[i].rows[1]);
    }
    arena_fini(&arena);
}

int32_t run_close(int32_t handle)
{
    Run *r = run_find(handle);

    if (!r) return EMBED_HANDLE;
    run_free(r);
    runs[(uint32_t)handle % RUN_MAX].run = NULL;
    return 0;
}

/* ---- opening ---------------------------------------------------------------------------------------- */

static bool make_markets(Run *r, Work *w)
{
    uint32_t n = r->program.c.program->markets_count;
    RunMarket *markets = arena_array(&r->arena, RunMarket, n + 1);
    Err err = ERR_NONE;

    if (arena_is_full(&r->arena)) return false;
    for (uint32_t i = 0; i < n; i++) {
        markets[i].table.symbol = (Span){"", 0};
        if (!r->program.request.columns_count) continue;
        markets[i].feed =
            ticks_feed_new(r->program.c.program->markets[i].name, r->program.request.columns,
                           r->program.request.columns_count, &r->arena, &err);
        if (markets[i].feed) continue;
        work_error(w, span_str(err.text));
        return false;
    }
    for (uint32_t i = 0; i < n; i++)
        for (int side = 0; side < 2; side++)
            arena_init(&markets[i].rows[side], heap_source(), WORK_MAX_BYTES);
    r->markets = markets;
    r->markets_count = n;
    return true;
}

static void put_names(Run *r, Work *w)
{
    const Program *p = r->program.c.program;

    json_write_key(&w->json, SPAN("markets"));
    json_write_array(&w->json);
    for (uint32_t i = 0; i < p->markets_count; i++) {
        json_write_object(&w->json);
        work_text(w, SPAN("name"), p->markets[i].name);
        work_text(w, SPAN("selector"), p->markets[i].selector);
        json_write_object_end(&w->json);
    }
    json_write_array_end(&w->json);
    json_write_key(&w->json, SPAN("shows"));
    json_write_array(&w->json);
    for (uint32_t i = 0; i < p->shows_count; i++)
        json_write_string(&w->json, p->shows[i].name);
    json_write_array_end(&w->json);
    json_write_key(&w->json, SPAN("rules"));
    json_write_array(&w->json);
    for (uint32_t i = 0; i < p->rules_count; i++)
        json_write_string(&w->json, p->rules[i].label);
    json_write_array_end(&w->json);
}

static void take_place(Run *r, uint32_t place, Work *w)
{
    runs[place].run = r;
    runs[place].turn = runs[place].turn % (INT32_MAX / RUN_MAX - 1) + 1;
    work_count(w, SPAN("run"), runs[place].turn * RUN_MAX + place);
    put_names(r, w);
}

/* A run whose number the caller cannot be told is none. */
static int32_t end_opening(Run *r, uint32_t place, Work *w)
{
    int32_t handle = work_end(w);

    if (runs[place].run != r || handle < 0) run_free(r);
    if (handle < 0) runs[place].run = NULL;
    return handle;
}

int32_t run_open(Span json)
{
    uint32_t place = 0;
    Arena arena;
    Work w;
    Run *r;

    while (place < RUN_MAX && runs[place].run)
        place++;
    if (place == RUN_MAX) return EMBED_LIMIT;
    work_begin(&w);
    arena_init(&arena, heap_source(), WORK_MAX_BYTES);
    r = arena_new(&arena, Run);
    if (arena_is_full(&arena)) {
        arena_fini(&arena);
        w.has_failed = true;
        return work_end(&w);
    }
    r->arena = arena;
    if (!request_read(&r->program.request, json, &r->arena))
        work_error(&w, r->program.request.error);
    else if (program_open(&r->program, &r->arena, &w) && make_markets(r, &w))
        take_place(r, place, &w);
    w.has_failed |= arena_is_full(&r->arena);
    return end_opening(r, place, &w);
}

/* ---- rows ------------------------------------------------------------------------------------------- */

/* What is left of the table, on the other side; the old rows are given back. */
static bool move_left(Run *r, uint32_t market)
{
    RunMarket *m = &r->markets[market];
    size_t left = r->replay ? replay_left(r->replay, market) : m->table.count;
    TickTable t = {.symbol = m->table.symbol, .count = left, .cap = left};
    Arena *to = &m->rows[!m->side];

    t.label_count = t.label_cap = m->table.label_count;
    t.rows = arena_array(to, TickRow, left);
    t.labels = arena_array(to, SlotLabel, t.label_count);
    if (arena_is_full(to)) {
        arena_reset(to);
        return false;
    }
    if (left) memcpy(t.rows, m->table.rows + (m->table.count - left), left * sizeof *t.rows);
    if (t.label_count) memcpy(t.labels, m->table.labels, t.label_count * sizeof *t.labels);
    m->table = t;
    arena_reset(&m->rows[m->side]);
    m->side = !m->side;
    return true;
}

static void feed_replay(Run *r, uint32_t market)
{
    const TickTable *t = &r->markets[market].table;

    if (!r->replay) return;
    replay_feed(r->replay, market, (MarketRows){t->rows, t->count, t->labels, t->label_count});
}

static void put_table(Work *w, const TickTable *t)
{
    work_count(w, SPAN("ticks"), t->count);
    work_count(w, SPAN("outside"), t->rows_outside);
    work_count(w, SPAN("other"), t->rows_other);
    work_count(w, SPAN("back"), t->rows_back);
}

/* The cells on a multiple of eight, wherever the caller put them. */
static const double *aligned_cells(Span bytes, Arena *arena)
{
    double *copy;

    if ((uintptr_t)bytes.ptr % sizeof(double) == 0) return (const double *)(const void *)bytes.ptr;
    copy = arena_array(arena, double, bytes.len / sizeof(double));
    if (!arena_is_full(arena)) memcpy(copy, bytes.ptr, bytes.len);
    return copy;
}

static void take_block(Run *r, uint32_t market, Span bytes, Work *w)
{
    RunMarket *m = &r->markets[market];
    size_t row_size = m->feed ? ticks_feed_columns(m->feed) * sizeof(double) : 0;
    const double *cells;
    Err err = ERR_NONE;

    if (!row_size) {
        work_error(w, SPAN("the request named no columns"));
    } else if (m->is_whole) {
        work_error(w, SPAN("the market has its ticks already"));
    } else if (bytes.len % row_size) {
        work_error(w, SPAN("the block is not a whole number of rows of its columns"));
    } else {
        cells = aligned_cells(bytes, &w->arena);
        if (arena_is_full(&w->arena) || !move_left(r, market)) {
            w->has_failed = true;
            return;
        }
        if (ticks_feed(m->feed, &m->table, cells, bytes.len / row_size, &m->rows[m->side], &err) !=
            ST_OK)
            work_error(w, span_str(err.text));
        feed_replay(r, market);
        put_table(w, &m->table);
    }
}

static void take_csv(Run *r, uint32_t market, Span text, Work *w)
{
    RunMarket *m = &r->markets[market];
    Err err = ERR_NONE;

    if (r->replay || m->is_whole || m->table.count) {
        work_error(w, SPAN("the market has its ticks already, or the run has begun"));
        return;
    }
    if (ticks_parse(&m->table, r->program.c.program->markets[market].name, text, (Span){"", 0},
                    &m->rows[m->side], &err) == ST_OK) {
        m->is_whole = true;
        put_table(w, &m->table);
    } else {
        m->table = (TickTable){.symbol = {"", 0}};
        arena_reset(&m->rows[m->side]);
        work_error(w, span_str(err.text));
    }
}

static int32_t take_rows(int32_t handle, uint32_t market, Span bytes,
                         void (*take)(Run *r, uint32_t market, Span bytes, Work *w))
{
    Run *r = run_find(handle);
    Work w;

    if (!r) return EMBED_HANDLE;
    work_begin(&w);
    if (market < r->markets_count)
        take(r, market, bytes, &w);
    else
        work_error(&w, SPAN("the document has no such market"));
    return work_end(&w);
}

int32_t run_ticks(int32_t handle, uint32_t market, Span cells)
{
    return take_rows(handle, market, cells, take_block);
}

int32_t run_csv(int32_t handle, uint32_t market, Span text)
{
    return take_rows(handle, market, text, take_csv);
}

/* ---- stepping --------------------------------------------------------------------------------------- */

static void put_line(Run *r)
{
    json_write_raw(&r->work->json, buf_span(&r->line));
    buf_clear(&r->line);
}

static void take_effect(void *ctx, const Effect *e)
{
    Run *r = ctx;

    r->orders += e->kind == EFFECT_ORDER;
    r->skipped += e->kind == EFFECT_SKIP;
    if (e->kind == EFFECT_SHOW) {
        r->show_values[e->index] = e->value;
        r->show_ts_us = e->ts_us;
        r->has_show = true;
    } else if (e->kind != EFFECT_LEDGER) {
        effect_json_put(&r->line, r->program.c.program, r->engine, e);
        put_line(r);
    }
}

static void see_answer(void *ctx, const Event *answer)
{
    Run *r = ctx;

    if (answer->kind != EV_FILL) return;
    effect_json_put_fill(&r->line, r->program.c.program, r->engine, answer);
    put_line(r);
}

/* The engine begins at the first tick; before there is one it cannot. */
static bool has_ticks(const Run *r)
{
    for (uint32_t i = 0; i < r->markets_count; i++)
        if (r->markets[i].table.count) return true;
    return false;
}

static bool begin(Run *r)
{
    EngineConfig config = engine_config_default(r->program.image);
    MarketRows *rows = arena_array(&r->arena, MarketRows, r->markets_count + 1);
    int64_t start = INT64_MAX;

    for (uint32_t i = 0; i < r->markets_count; i++) {
        const TickTable *t = &r->markets[i].table;

        rows[i] = (MarketRows){t->rows, t->count, t->labels, t->label_count};
        if (t->count && t->rows[0].ts_us < start) start = t->rows[0].ts_us;
    }
    config.cash_micros = r->program.cash_micros;
    config.params = r->program.params;
    config.start_us = start == INT64_MAX ? 0 : start;
    config.has_shows = r->program.request.has_shows;
    config.has_promises = true;
    r->show_values = arena_array(&r->arena, double, r->program.c.program->shows_count + 1);
    r->engine = engine_new(&config, &r->arena);
    if (r->engine)
        r->replay =
            replay_new(r->engine, rows, r->markets_count, (EffectSink){take_effect, r}, &r->arena);
    if (r->replay && r->program.request.has_trace) {
        r->trace = trace_new(r->program.image, &r->arena);
        vm_set_trace(engine_vm(r->engine), r->trace);
    }
    if (r->replay) replay_watch(r->replay, (InstantWatch){see_answer, r});
    return r->replay != NULL;
}

/* One row of doubles: instant, market, the values. */
static void put_shows(Run *r)
{
    const Event *ev = replay_event(r->replay);
    uint32_t n = r->program.c.program->shows_count;

    if (!r->has_show || ev->kind != EV_TICK) return;
    r->has_show = false;
    if (!vec_reserve(&r->work->arena, &r->rows, n + 2)) return;
    r->rows.items[r->rows.count++] = (double)r->show_ts_us;
    r->rows.items[r->rows.count++] = ev->market;
    for (uint32_t i = 0; i < n; i++)
        r->rows.items[r->rows.count++] = r->show_values[i];
}

/* An answer that is large enough ends a step: the rest comes with the next one. */
static bool has_room(const Run *r)
{
    return r->work->out.len < STEP_ENOUGH && r->rows.count * sizeof(double) < STEP_ENOUGH;
}

/* The engine runs every boundary of `every` on the way to the next event: over a gap of years a call
 * would seem to hang. */
static bool is_far(const Run *r)
{
    int64_t next_us = replay_next_us(r->replay), last_us = replay_event(r->replay)->ts_us;

    bool has_begun = replay_ticks(r->replay) || replay_slots(r->replay);

    return has_begun && next_us != INT64_MAX && next_us - last_us > GAP_MAX_US;
}

/* False at a gap that is too long. */
static bool step_all(Run *r, int64_t until_us, uint32_t ticks)
{
    uint64_t before = replay_ticks(r->replay);

    while (replay_next_us(r->replay) < until_us && has_room(r) &&
           (!ticks || replay_ticks(r->replay) - before < ticks)) {
        if (is_far(r)) return false;
        if (r->trace) trace_clear(r->trace);
        if (!replay_step(r->replay)) break;
        put_shows(r);
    }
    return true;
}

static void put_micros(Work *w, Span key, int64_t micros)
{
    json_write_key(&w->json, key);
    json_write_fixed(&w->json, micros, FX_PLACES);
}

static void put_state(Run *r, Work *w)
{
    work_flag(w, SPAN("done"), replay_next_us(r->replay) == INT64_MAX);
    work_count(w, SPAN("ticks"), replay_ticks(r->replay));
    work_count(w, SPAN("slots"), replay_slots(r->replay));
    work_count(w, SPAN("orders"), r->orders);
    work_count(w, SPAN("skipped"), r->skipped);
    put_micros(w, SPAN("cash"), engine_cash(r->engine, 0));
    put_micros(w, SPAN("equity"), engine_equity(r->engine));
}

static void step(Run *r, int64_t until_us, uint32_t ticks, Work *w)
{
    bool goes_on;

    r->work = w;
    r->rows.items = NULL;
    r->rows.count = r->rows.cap = 0;
    buf_init(&r->line, &w->arena, 1 << 20);
    json_write_key(&w->json, SPAN("effects"));
    json_write_array(&w->json);
    goes_on = step_all(r, until_us, ticks);
    json_write_array_end(&w->json);
    if (!goes_on) work_text(w, SPAN("stopped"), SPAN("the next event is more than 7 days away"));
    put_state(r, w);
    w->bytes = (Span){(const char *)r->rows.items, r->rows.count * sizeof(double)};
}

int32_t run_step(int32_t handle, double until_us, uint32_t ticks)
{
    Run *r = run_find(handle);
    Work w;

    if (!r) return EMBED_HANDLE;
    work_begin(&w);
    if (!num_is_known(until_us))
        work_error(&w, SPAN("`until_us` is not a number"));
    else if (!r->replay && !has_ticks(r))
        work_error(&w, SPAN("no market has ticks yet"));
    else if (!r->replay && !begin(r))
        work_error(&w, SPAN("the engine cannot start with these values"));
    else
        step(r, until_us < 9e18 ? until_us > 0 ? (int64_t)until_us : 0 : INT64_MAX, ticks, &w);
    return work_end(&w);
}

/* ---- why ------------------------------------------------------------------------------------------- */

static void put_why(Run *r, uint32_t rule, Work *w)
{
    const Event *ev = replay_event(r->replay);
    WhyRule why = {.nodes = arena_array(&w->arena, WhyNode, r->program.image->conds_count + 1)};

    if (arena_is_full(&w->arena)) return;
    why_read(&why, r->program.image, engine_vm(r->engine), r->trace, ev, rule);
    json_write_key(&w->json, SPAN("why"));
    why_put_json(&why, &r->program.c, r->program.image, ev->ts_us, &w->json);
}

int32_t run_why(int32_t handle, uint32_t rule)
{
    Run *r = run_find(handle);
    Work w;

    if (!r) return EMBED_HANDLE;
    work_begin(&w);
    if (!r->trace)
        work_error(&w, SPAN("the run keeps no trace, or has not begun"));
    else if (rule == 0 || rule > r->program.c.program->rules_count)
        work_error(&w, SPAN("the document has no such rule"));
    else
        put_why(r, rule - 1, &w);
    return work_end(&w);
}
