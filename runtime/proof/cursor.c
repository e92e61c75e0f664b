/* cursor.c — see cursor.h.
 *
 * On the way through, orders are answered by a gateway, and the answers are written down; coming back, they are
 * read out again, so that a snapshot is the engine's own and the place among the rows.  Snapshots stand closer
 * than MARK_EVERY steps until they take MARK_BYTES; then their distance doubles. */
#include "runtime/proof/cursor.h"

#include "runtime/backtest/venue.h"
#include "runtime/matcher/gate.h"
#include "runtime/proof/cursor_inside.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

enum { MARK_EVERY = 128, MARK_BYTES = 16 << 20, SNAPSHOT_MAX = 64 << 20 };
typedef struct Mark { /* how things were behind so many steps */
    uint64_t position;
    void *replay;
    Span engine;
} Mark;

typedef struct Answer { /* of the gateway, to the event of that number */
    uint64_t seq;
    bool is_after; /* behind the event; else on the way to it */
    Event event;
} Answer;

struct Cursor {
    CursorSetup setup;
    Arena *arena;
    Values values;
    Engine *engine;
    Replay *replay;
    Instant *instant; /* one of the two */
    Gate *gate;
    Trace *trace;
    WhyNode *why;
    CursorNotes notes;
    double *now; /* by item */
    bool has_now;
    bool is_walking, is_looking; /* answers are written down; deeds are */
    uint64_t position;           /* steps that the engine has behind it */
    uint64_t here;
    bool has_here;
    const Event *event; /* being applied */
    VEC(Answer) answers;
    VEC(Mark) marks;
    uint64_t mark_every, mark_bytes;
    Buf snapshot;
    VEC(CursorDeed) deeds;
};

/* ---- what the engine says ------------------------------------------------------------------------------- */

static void take_show(Cursor *c, const Effect *f)
{
    uint32_t item = f->index < c->values.show_count ? c->values.of_show[f->index] : VALUE_NONE;

    if (item == VALUE_NONE) return;
    c->now[item] = f->value;
    c->has_now = true;
}

static void take_effect(void *ctx, const Effect *f)
{
    Cursor *c = ctx;

    if (f->kind == EFFECT_SHOW)
        take_show(c, f);
    else if (c->is_looking && f->kind != EFFECT_LEDGER)
        (void)vec_push(c->arena, &c->deeds, (CursorDeed){.effect = *f});
}

static void note_fill(Cursor *c, const Event *answer)
{
    if (c->is_looking && answer->kind == EV_FILL)
        (void)vec_push(c->arena, &c->deeds, (CursorDeed){.is_fill = true, .fill = *answer});
}

/* ---- answers: written down, and read out again ---------------------------------------------------------- */

static void see_answer(void *ctx, const Event *answer)
{
    Cursor *c = ctx;

    if (answer->kind == EV_CLOCK) return;
    (void)vec_push(c->arena, &c->answers,
                   (Answer){c->event->seq, answer->ts_us >= c->event->ts_us, *answer});
}

/* The first answer to an event of at least that number. */
static size_t find_answer(const Cursor *c, uint64_t seq)
{
    size_t low = 0, high = c->answers.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->answers.items[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What is due by itself up to (`is_included`: and at) an instant, as gateways let it come. */
static void run_clocks(Cursor *c, int64_t ts_us, bool is_included, EffectSink sink)
{
    int64_t due;

    while ((due = engine_due(c->engine)) < ts_us || (is_included && due == ts_us)) {
        Event clock = {.ts_us = due, .kind = EV_CLOCK};

        engine_apply(c->engine, &clock, sink);
    }
}

static void apply_answer(Cursor *c, const Answer *a, int64_t last_us, EffectSink sink)
{
    if (!a->is_after && a->event.ts_us != last_us) run_clocks(c, a->event.ts_us, true, sink);
    note_fill(c, &a->event);
    engine_apply(c->engine, &a->event, sink);
}

static void apply_again(Cursor *c, const Event *ev, EffectSink sink)
{
    size_t at = find_answer(c, ev->seq);
    int64_t last_us = INT64_MIN;

    for (; at < c->answers.count && c->answers.items[at].seq == ev->seq; at++) {
        const Answer *a = &c->answers.items[at];

        if (a->is_after) break;
        apply_answer(c, a, last_us, sink);
        last_us = a->event.ts_us;
    }
    run_clocks(c, ev->ts_us, false, sink);
    engine_apply(c->engine, ev, sink);
    for (; at < c->answers.count && c->answers.items[at].seq == ev->seq; at++)
        apply_answer(c, &c->answers.items[at], last_us, sink);
}

static void apply(void *ctx, Engine *e, const Event *ev, EffectSink sink)
{
    Cursor *c = ctx;

    c->event = ev;
    if (!c->is_walking)
        apply_again(c, ev, sink);
    else if (c->gate)
        gate_apply(c->gate, e, ev, sink);
    else
        instant_apply(c->instant, e, ev, sink);
}

/* ---- making one ----------------------------------------------------------------------------------------- */

static uint32_t market_count(const Cursor *c)
{
    return c->setup.c->program->markets_count;
}

static int64_t first_us(const Cursor *c)
{
    int64_t first = INT64_MAX;

    for (uint32_t i = 0; i < market_count(c); i++)
        if (c->setup.rows[i].count && c->setup.rows[i].rows[0].ts_us < first)
            first = c->setup.rows[i].rows[0].ts_us;
    return first == INT64_MAX ? 0 : first;
}

/* The matcher of a backtest, and what the engine has to know of the venues then. */
static Status make_gate(Cursor *c, EngineConfig *config, Err *err)
{
    const BacktestConfig *b = &c->setup.backtest;
    MatcherConfig gate = {.model = b->model,
                          .order_us = b->latency_us,
                          .cancel_us = b->latency_us,
                          .jitter_us = b->jitter_us,
                          .seed = b->seed};
    Venues venues;
    Status st = venues_of(c->values.image, config->start_us, c->arena, &venues, err);

    if (st != ST_OK) return st;
    config->rules = venues.rules;
    config->has_fees = true;
    gate.markets = venues.markets;
    gate.market_count = venues.count;
    c->gate = gate_new(c->values.image, &gate, c->arena);
    if (c->gate) gate_watch(c->gate, (InstantWatch){see_answer, c});
    return c->gate ? ST_OK : err_set(err, ST_NO_MEMORY, "no memory for a matcher");
}

static Status make_gateway(Cursor *c, EngineConfig *config, Err *err)
{
    if (c->setup.is_matched) return make_gate(c, config, err);
    c->instant = instant_new(c->values.image, c->arena);
    if (!c->instant) return err_set(err, ST_NO_MEMORY, "no memory for a run");
    instant_watch(c->instant, (InstantWatch){see_answer, c});
    return ST_OK;
}

static Status make_run(Cursor *c, Err *err)
{
    EngineConfig config = engine_config_default(c->values.image);
    Status st;

    config.start_us = first_us(c);
    if (c->setup.cash_micros >= 0) config.cash_micros = c->setup.cash_micros;
    config.params = c->setup.params;
    config.has_shows = true;
    config.has_promises = true;
    st = make_gateway(c, &config, err);
    if (st != ST_OK) return st;
    c->engine = engine_new(&config, c->arena);
    if (c->engine)
        c->replay = replay_new(c->engine, c->setup.rows, market_count(c),
                               (EffectSink){take_effect, c}, c->arena);
    if (!c->replay) return err_set(err, ST_BAD_INPUT, "the engine cannot start with these values");
    replay_route(c->replay, (ReplayRoute){apply, c});
    return ST_OK;
}

/* What never changes. */
static void set_fixed(Cursor *c)
{
    for (uint32_t i = 0; i < c->values.count; i++) {
        const Expr *e = c->values.items[i].expr;

        c->now[i] = UNKNOWN;
        if (e->op == EX_CONST) c->now[i] = e->num;
        if (e->op == EX_CONSTB) c->now[i] = e->num != 0;
        if (e->op == EX_TOKEN) c->now[i] = e->index;
        if (e->op == EX_PARAM) c->now[i] = vm_param(engine_vm(c->engine), e->index);
    }
}

static bool add_mark(Cursor *c)
{
    Mark mark = {.position = c->position};

    mark.replay = arena_alloc(c->arena, replay_mark_size(c->replay));
    buf_clear(&c->snapshot);
    if (arena_is_full(c->arena) || !engine_snapshot(c->engine, &c->snapshot)) return false;
    mark.engine = arena_span(c->arena, buf_span(&c->snapshot));
    if (arena_is_full(c->arena)) return false;
    replay_mark(c->replay, mark.replay);
    c->mark_bytes += mark.engine.len + replay_mark_size(c->replay);
    if (c->mark_bytes > MARK_BYTES) {
        c->mark_every *= 2;
        c->mark_bytes = 0;
    }
    return vec_push(c->arena, &c->marks, mark);
}

static Status make_notes(Cursor *c, Err *err)
{
    c->now = arena_array(c->arena, double, c->values.count + 1);
    c->why = arena_array(c->arena, WhyNode, c->values.image->conds_count + 1);
    c->trace = trace_new(c->values.image, c->arena);
    c->mark_every = MARK_EVERY;
    buf_init(&c->snapshot, c->arena, SNAPSHOT_MAX);
    if (!arena_is_full(c->arena)) set_fixed(c);
    if (notes_init(&c->notes, &c->values, c->arena) && add_mark(c)) return ST_OK;
    return err_set(err, ST_NO_MEMORY, "no memory for a run");
}

Cursor *cursor_new(const CursorSetup *setup, Arena *arena, Err *err)
{
    Cursor *c = arena_new(arena, Cursor);
    Status st;

    if (arena_is_full(arena)) {
        (void)err_set(err, ST_NO_MEMORY, "no memory for a run");
        return NULL;
    }
    c->setup = *setup;
    c->arena = arena;
    st = values_make(&c->values, setup->c, arena, err);
    if (st == ST_OK) st = make_run(c, err);
    if (st == ST_OK) st = make_notes(c, err);
    return st == ST_OK ? c : NULL;
}

/* ---- going --------------------------------------------------------------------------------------------- */

static bool step(Cursor *c)
{
    c->has_now = false;
    if (!replay_step(c->replay)) return false;
    c->position++;
    return true;
}

static const Mark *mark_before(const Cursor *c, uint64_t position)
{
    size_t low = 0, high = c->marks.count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (c->marks.items[middle].position <= position)
            low = middle;
        else
            high = middle;
    }
    return &c->marks.items[low];
}

/* The engine has so many steps behind it; they were walked. */
static void go_to(Cursor *c, uint64_t position)
{
    const Mark *mark = mark_before(c, position);

    if (c->position > position || c->position < mark->position) {
        BUG_IF(!engine_restore(c->engine, mark->engine));
        replay_return(c->replay, mark->replay);
        c->position = mark->position;
    }
    while (c->position < position)
        (void)step(c);
}

static bool is_far(const Cursor *c, int64_t next_us)
{
    return c->setup.gap_us && c->position && next_us != INT64_MAX &&
           next_us - replay_event(c->replay)->ts_us > c->setup.gap_us;
}

static CursorEnd walk_one(Cursor *c)
{
    int64_t next_us = replay_next_us(c->replay);

    if (arena_is_full(c->arena)) return CURSOR_FULL;
    if (is_far(c, next_us)) return CURSOR_GAP;
    if (!step(c)) return CURSOR_DONE;
    if (!notes_add(&c->notes, replay_event(c->replay), c->has_now ? c->now : NULL))
        return CURSOR_FULL;
    if (c->position - c->marks.items[c->marks.count - 1].position < c->mark_every)
        return CURSOR_MORE;
    return add_mark(c) ? CURSOR_MORE : CURSOR_FULL;
}

CursorEnd cursor_walk(Cursor *c, uint64_t steps)
{
    CursorEnd end = arena_is_full(c->arena) ? CURSOR_FULL : CURSOR_MORE;

    if (end == CURSOR_MORE) go_to(c, c->notes.steps);
    c->has_here = false;
    c->is_walking = true;
    while (end == CURSOR_MORE && steps-- > 0)
        end = walk_one(c);
    c->is_walking = false;
    if (end == CURSOR_MORE && replay_next_us(c->replay) == INT64_MAX) return CURSOR_DONE;
    return end;
}

bool cursor_at(Cursor *c, uint64_t at)
{
    if (at >= c->notes.steps) return false;
    if (c->has_here && c->here == at) return true;
    go_to(c, at);
    vec_clear(&c->deeds);
    trace_clear(c->trace);
    vm_set_trace(engine_vm(c->engine), c->trace);
    c->is_looking = true;
    (void)step(c);
    c->is_looking = false;
    vm_set_trace(engine_vm(c->engine), NULL);
    c->here = at;
    c->has_here = true;
    return true;
}

/* ---- telling ------------------------------------------------------------------------------------------- */

int64_t cursor_next_us(const Cursor *c)
{
    return replay_next_us(c->replay);
}

uint64_t cursor_steps(const Cursor *c)
{
    return c->notes.steps;
}

uint64_t cursor_ticks(const Cursor *c)
{
    return c->notes.ticks;
}

CursorStep cursor_step(const Cursor *c, uint64_t at)
{
    return notes_step(&c->notes, at);
}

/* The last step that does not lie behind the instant (or, for ticks, the number). */
static int64_t find_step(const Cursor *c, int64_t most, bool by_tick)
{
    uint64_t low = 0, high = c->notes.steps;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        CursorStep s = notes_step(&c->notes, middle);

        if ((by_tick ? (int64_t)s.tick : s.ts_us) <= most)
            low = middle + 1;
        else
            high = middle;
    }
    return (int64_t)low - 1;
}

int64_t cursor_find(const Cursor *c, int64_t ts_us)
{
    return find_step(c, ts_us, false);
}

int64_t cursor_find_tick(const Cursor *c, uint64_t tick)
{
    if (tick >= c->notes.ticks) return -1;
    return find_step(c, (int64_t)tick, true);
}

uint64_t cursor_here(const Cursor *c)
{
    return c->here;
}

const double *cursor_now(const Cursor *c)
{
    return c->has_now ? c->now : NULL;
}

void cursor_why(Cursor *c, uint32_t rule, WhyRule *w)
{
    *w = (WhyRule){.nodes = c->why};
    why_read(w, c->values.image, engine_vm(c->engine), c->trace, replay_event(c->replay), rule);
}

const CursorDeed *cursor_deeds(const Cursor *c, size_t *ret_count)
{
    *ret_count = c->deeds.count;
    return c->deeds.items;
}

const Values *cursor_values(const Cursor *c)
{
    return &c->values;
}

const Compilation *cursor_compilation(const Cursor *c)
{
    return c->setup.c;
}

Engine *cursor_engine(const Cursor *c)
{
    return c->engine;
}

CursorTruth cursor_truth(const Cursor *c, uint32_t item, uint64_t at)
{
    return notes_truth(&c->notes, item, at);
}

int64_t cursor_seek(const Cursor *c, uint32_t item, CursorTruth want, uint64_t from, bool is_back)
{
    return notes_seek(&c->notes, item, want, from, is_back);
}

const CursorCount *cursor_count(const Cursor *c, uint32_t item)
{
    uint32_t cond = item < c->values.count ? c->notes.cond_of[item] : VALUE_NONE;

    return cond == VALUE_NONE ? NULL : &c->notes.counts[cond];
}

const CursorNode *cursor_nodes(const Cursor *c, uint32_t *ret_count)
{
    *ret_count = (uint32_t)c->notes.nodes.count;
    return c->notes.nodes.items;
}

const CursorChange *cursor_changes(Cursor *c, uint32_t rule, uint32_t *ret_count)
{
    notes_changes(&c->notes, rule, cursor_now(c));
    *ret_count = (uint32_t)c->notes.changes.count;
    return c->notes.changes.items;
}
