/* cursor.c — a run moved about in shows what a run gone through straight shows, and what the naive reference
 * says of every expression.
 *
 * Generated programs and markets, or a file of one's own: the ticks become rows.  A straight run of the usual
 * image, with a trace, notes the why of every rule, the effects and the money at chosen steps; the cursor goes
 * to the same steps in any order, filled instantly, as it does with a matcher against itself.  The reference
 * then works out every value at every chosen tick.  Prints how much was compared, so that it cannot hold of
 * nothing.  Arguments: --first --count --events --file. */
#include "runtime/proof/cursor.h"

#include <stdio.h>
#include <string.h>

#include "runtime/core/memory.h"
#include "tests/diff/seeds.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { CHOSEN = 40, MARKETS = 16 };

typedef struct Seen { /* a node of a condition */
    CondRow row;
    TraceCond value;
} Seen;

typedef struct Moment { /* of a chosen step */
    uint64_t step, hash, deeds;
    int64_t cash, equity;
    Seen *seen;
    uint32_t seen_count;
    double *values; /* by item, of the cursor; NULL at what is no tick */
} Moment;

typedef struct Trial {
    Arena *arena;
    const Pair *pair;
    MarketRows rows[MARKETS];
    Event *events; /* as the replay makes them */
    size_t event_count, event_cap;
    int64_t start_us;
    uint64_t hash, deeds; /* of the present step */
    Moment moments[CHOSEN];
    uint32_t count;
    uint64_t steps;
    const Values *values;
    uint64_t *tick_step; /* step of each tick */
    uint64_t ticks, seen;
    char why[256];
} Trial;

static struct {
    uint64_t programs, refused, moments, trees, values, unsure, matched;
} totals;

/* ---- rows of events ------------------------------------------------------------------------------------- */

static bool is_of_slot(const Event *ev, int64_t start_us, int64_t slot_us)
{
    return !slot_us || (ev->ts_us >= start_us && ev->ts_us < start_us + slot_us);
}

static void make_rows(Trial *t, uint32_t market)
{
    const GenEvents *g = &t->pair->events;
    bool has_slots = t->pair->c.program->markets[market].kind == MARKET_SLOT, is_open = false;
    TickRow *rows = arena_array(t->arena, TickRow, g->count + 1);
    SlotLabel *labels = arena_array(t->arena, SlotLabel, g->count + 1);
    size_t count = 0, ended = 0;
    int64_t start_us = 0, slot_us = 0, last_us = 0;

    for (size_t i = 0; i < g->count; i++) {
        const Event *ev = &g->events[i];

        if (ev->market != market) continue;
        if (ev->kind == EV_SLOT_OPEN) {
            if (is_open && start_us + slot_us > ev->slot.slot_start_us) continue;
            is_open = true;
            start_us = ev->slot.slot_start_us;
            slot_us = ev->slot.slot_us;
            labels[ended++] = (SlotLabel){start_us, slot_us, (int8_t)(i % 2), UNKNOWN};
        }
        if (ev->kind != EV_TICK || ev->ts_us < last_us) continue;
        if (has_slots && (!is_open || !is_of_slot(ev, start_us, slot_us))) continue;
        last_us = ev->ts_us;
        rows[count++] = (TickRow){ev->ts_us, start_us, has_slots ? slot_us : 0, *ev->tick};
    }
    t->rows[market] = (MarketRows){rows, count, labels, ended};
    if (count && rows[0].ts_us < t->start_us) t->start_us = rows[0].ts_us;
}

/* ---- the straight run ----------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t v)
{
    return (hash ^ v) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
}

static void hash_effect(uint64_t *hash, const Effect *f)
{
    const uint64_t v[] = {f->kind,
                          f->because,
                          f->rule,
                          f->reason,
                          (uint64_t)f->token,
                          f->order,
                          (uint64_t)f->size_micros,
                          (uint64_t)f->price_micros,
                          (uint64_t)f->ts_us,
                          f->is_sell,
                          f->is_unknown};

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
        *hash = mix(*hash, v[i]);
}

static void hash_fill(uint64_t *hash, const Event *ev)
{
    *hash = mix(*hash, ev->fill.order);
    *hash = mix(*hash, (uint64_t)ev->fill.price_micros);
    *hash = mix(*hash, (uint64_t)ev->fill.size_micros);
    *hash = mix(*hash, (uint64_t)ev->ts_us);
}

static void take(void *ctx, const Effect *f)
{
    Trial *t = ctx;

    if (f->kind == EFFECT_SHOW || f->kind == EFFECT_LEDGER) return;
    hash_effect(&t->hash, f);
    t->deeds++;
}

static void see(void *ctx, const Event *answer)
{
    Trial *t = ctx;

    if (answer->kind != EV_FILL) return;
    hash_fill(&t->hash, answer);
    t->deeds++;
}

typedef struct Straight {
    Trial *t;
    Instant *instant;
} Straight;

/* The first slot opened before the first tick, at which an engine over recordings begins: for it that is then. */
static void apply(void *ctx, Engine *e, const Event *ev, EffectSink sink)
{
    Straight *s = ctx;
    Trial *t = s->t;

    if (t->event_count < t->event_cap) {
        t->events[t->event_count] = *ev;
        if (ev->ts_us < t->start_us) t->events[t->event_count].ts_us = t->start_us;
        t->event_count++;
    }
    instant_apply(s->instant, e, ev, sink);
}

/* What was found out about the nodes of all rules. */
static Seen *why_nodes(const Trial *t, const Image *image, const Vm *vm, const Trace *trace,
                       const Event *ev, uint32_t *ret_count)
{
    uint32_t rules = t->pair->c.program->rules_count, count = 0;
    WhyRule w = {.nodes = arena_array(t->arena, WhyNode, image->conds_count + 1)};
    Seen *seen = arena_array(t->arena, Seen, (size_t)rules * image->conds_count + 1);

    for (uint32_t i = 0; i < rules; i++) {
        why_read(&w, image, vm, trace, ev, i);
        for (uint32_t k = 0; k < image->conds_count; k++)
            if (w.nodes[k].is_shown && w.nodes[k].value.has_run)
                seen[count++] = (Seen){image->conds[k], w.nodes[k].value};
    }
    *ret_count = count;
    return seen;
}

static bool is_chosen(const Trial *t, uint64_t step)
{
    return step % 7 == t->pair->events.count % 7 && t->count < CHOSEN;
}

static void go_straight(Trial *t)
{
    const Image *image = t->pair->image;
    EngineConfig config = engine_config_default(image);
    Straight s = {t, instant_new(image, t->arena)};
    Trace *trace = trace_new(image, t->arena);
    Moment *m;
    Replay *r;
    Engine *e;

    config.start_us = t->start_us;
    config.has_promises = true;
    e = engine_new(&config, t->arena);
    r = replay_new(e, t->rows, t->pair->c.program->markets_count, (EffectSink){take, t}, t->arena);
    replay_route(r, (ReplayRoute){apply, &s});
    instant_watch(s.instant, (InstantWatch){see, t});
    vm_set_trace(engine_vm(e), trace);
    for (;; t->steps++) {
        t->hash = t->deeds = 0;
        trace_clear(trace);
        if (!replay_step(r)) return;
        if (replay_event(r)->kind == EV_TICK) t->tick_step[t->ticks++] = t->steps;
        if (!is_chosen(t, t->steps)) continue;
        m = &t->moments[t->count++];
        *m = (Moment){.step = t->steps,
                      .hash = t->hash,
                      .deeds = t->deeds,
                      .cash = engine_cash(e, 0),
                      .equity = engine_equity(e)};
        m->seen = why_nodes(t, image, engine_vm(e), trace, replay_event(r), &m->seen_count);
    }
}

/* ---- the cursor ----------------------------------------------------------------------------------------- */

static bool differ(Trial *t, const char *what, uint64_t step)
{
    (void)snprintf(t->why, sizeof t->why, "%s at step %llu of %llu", what, (unsigned long long)step,
                   (unsigned long long)t->steps);
    return false;
}

/* What the straight run does not know, the cursor may. */
static bool is_known_so(double straight, double here)
{
    return !num_is_known(straight) || num_bits(straight) == num_bits(here);
}

static bool is_same_node(const Seen *a, const Seen *b)
{
    return a->row.rule == b->row.rule && a->row.role == b->row.role && a->row.op == b->row.op &&
           a->row.depth == b->row.depth && a->row.begin == b->row.begin &&
           a->row.end == b->row.end && a->value.cond == b->value.cond &&
           is_known_so(a->value.left, b->value.left) &&
           is_known_so(a->value.right, b->value.right) &&
           is_known_so(a->value.right2, b->value.right2);
}

/* The cursor's image keeps what the usual one can do without, so that it may know more of a condition. */
static bool knows_all(Cursor *c, const Moment *m)
{
    const Values *v = cursor_values(c);
    WhyRule w;

    for (uint32_t i = 0; i < m->seen_count; i++) {
        bool is_found = false;

        cursor_why(c, m->seen[i].row.rule, &w);
        for (uint32_t k = 0; k < v->image->conds_count && !is_found; k++) {
            const Seen seen = {v->image->conds[k], w.nodes[k].value};

            is_found =
                w.nodes[k].is_shown && seen.value.has_run && is_same_node(&m->seen[i], &seen);
        }
        if (!is_found) return false;
        totals.trees++;
    }
    return true;
}

static uint64_t deeds_hash(const Cursor *c, size_t *ret_count)
{
    const CursorDeed *deeds = cursor_deeds(c, ret_count);
    uint64_t hash = 0;

    for (size_t i = 0; i < *ret_count; i++) {
        if (deeds[i].is_fill)
            hash_fill(&hash, &deeds[i].fill);
        else
            hash_effect(&hash, &deeds[i].effect);
    }
    return hash;
}

static double *copy_values(const Trial *t, const Cursor *c)
{
    const double *now = cursor_now(c);
    uint32_t count = cursor_values(c)->count;
    double *copy = arena_array(t->arena, double, count + 1);

    if (!now || arena_is_full(t->arena)) return NULL;
    memcpy(copy, now, count * sizeof *copy);
    return copy;
}

static bool is_same_moment(Trial *t, Cursor *c, Moment *m)
{
    size_t deeds;
    uint64_t hash;

    if (!cursor_at(c, m->step)) return differ(t, "the cursor does not go there", m->step);
    hash = deeds_hash(c, &deeds);
    if (deeds != m->deeds || hash != m->hash) return differ(t, "other deeds", m->step);
    if (engine_cash(cursor_engine(c), 0) != m->cash) return differ(t, "other cash", m->step);
    if (engine_equity(cursor_engine(c)) != m->equity) return differ(t, "other equity", m->step);
    if (!knows_all(c, m)) return differ(t, "another why", m->step);
    m->values = copy_values(t, c);
    totals.moments++;
    return true;
}

/* The truth that was noted on the way is what is seen there. */
static bool is_noted(Trial *t, const Cursor *c, const Moment *m)
{
    for (uint32_t i = 0; i < cursor_values(c)->count; i++) {
        double x = m->values ? m->values[i] : 0;
        CursorTruth want = !m->values         ? TRUTH_NONE
                           : !num_is_known(x) ? TRUTH_UNKNOWN
                           : x != 0           ? TRUTH_YES
                                              : TRUTH_NO;

        if (cursor_values(c)->items[i].is_cond && cursor_truth(c, i, m->step) != want)
            return differ(t, "another truth was noted", m->step);
    }
    return true;
}

static Cursor *open_cursor(const Trial *t, bool is_matched, Err *err)
{
    CursorSetup setup = {.c = &t->pair->c,
                         .cash_micros = -1,
                         .rows = t->rows,
                         .is_matched = is_matched,
                         .backtest = backtest_config_default()};

    return cursor_new(&setup, t->arena, err);
}

static bool go_about(Trial *t, Rng *rng)
{
    Err err = ERR_NONE;
    Cursor *c = open_cursor(t, false, &err);

    if (!c) {
        (void)snprintf(t->why, sizeof t->why, "%s", err.text);
        return false;
    }
    t->values = cursor_values(c);
    while (cursor_walk(c, 1 + rng_below(rng, 200)) == CURSOR_MORE)
        if (rng_below(rng, 3) == 0) (void)cursor_at(c, rng_below(rng, cursor_steps(c)));
    if (cursor_steps(c) != t->steps) return differ(t, "another number of steps", cursor_steps(c));
    for (uint32_t i = t->count; i > 1; i--) {
        uint32_t at = (uint32_t)rng_below(rng, i);
        Moment swap = t->moments[i - 1];

        t->moments[i - 1] = t->moments[at];
        t->moments[at] = swap;
    }
    for (uint32_t i = 0; i < t->count; i++)
        if (!is_same_moment(t, c, &t->moments[i]) || !is_noted(t, c, &t->moments[i])) return false;
    return true;
}

/* With a matcher: what is seen when coming back is what was seen going forward. */
static bool go_matched(Trial *t)
{
    Err err = ERR_NONE;
    Cursor *c = open_cursor(t, true, &err), *straight;
    Moment *m;

    if (!c) return true; /* a venue whose fees the matcher cannot tell */
    straight = open_cursor(t, true, &err);
    while (cursor_walk(c, 1000) == CURSOR_MORE) {
    }
    for (uint32_t i = 0; i < t->count && straight; i++) {
        m = &t->moments[i];
        if (!cursor_at(c, m->step)) continue;
        m->hash = deeds_hash(c, &(size_t){0});
        m->cash = engine_cash(cursor_engine(c), 0);
        m->equity = engine_equity(cursor_engine(c));
    }
    for (uint64_t step = 0; straight && cursor_walk(straight, 1) == CURSOR_MORE; step++) {
        for (uint32_t i = 0; i < t->count; i++) {
            m = &t->moments[i];
            if (m->step != step) continue;
            totals.matched++;
            if (engine_cash(cursor_engine(straight), 0) != m->cash ||
                engine_equity(cursor_engine(straight)) != m->equity)
                return differ(t, "with a matcher, other money", step);
        }
    }
    return true;
}

/* ---- the reference -------------------------------------------------------------------------------------- */

static const Moment *moment_of(const Trial *t, uint64_t step)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->moments[i].step == step) return &t->moments[i];
    return NULL;
}

static void watch(void *ctx, Ref *r, const Event *event)
{
    Trial *t = ctx;
    const Moment *m;

    if (!event || event->kind != EV_TICK || t->seen >= t->ticks) return;
    m = moment_of(t, t->tick_step[t->seen++]);
    for (uint32_t i = 0; m && m->values && !t->why[0] && i < t->values->count; i++) {
        const Expr *e = t->values->items[i].expr;
        double want;

        if (!t->values->items[i].is_read) continue;
        want = reference_value(r, e);
        totals.values++;
        totals.unsure += !num_is_known(want);
        if (num_bits(num_canon(want)) == num_bits(m->values[i])) continue;
        (void)snprintf(t->why, sizeof t->why,
                       "step %llu: expression %u (operation %u at byte %u) is %.17g, not %.17g",
                       (unsigned long long)m->step, e->id, e->op, e->place.begin, m->values[i],
                       want);
    }
}

static bool ask_reference(Trial *t)
{
    const Program *p = t->pair->c.program;
    GatewayBounds d = gateway_bounds(t->pair->image);
    RefVenue *venues = arena_array(t->arena, RefVenue, p->markets_count + 1);
    RefConfig config = {.venues = venues,
                        .cash_micros = engine_config_default(t->pair->image).cash_micros,
                        .start_us = t->start_us,
                        .market_bound_micros = d.market_micros,
                        .exit_bound_micros = d.exit_micros,
                        .market_bound_ratio = d.market_ratio,
                        .exit_bound_ratio = d.exit_ratio,
                        .has_shows = true,
                        .has_promises = true,
                        .most_events = 20000,
                        .watch = watch,
                        .watch_ctx = t};

    for (uint32_t m = 0; m < p->markets_count; m++) {
        MarketRules r = rules_of_test(p->markets[m].kind);

        venues[m] = (RefVenue){r.tick_micros,         r.lot_micros, r.min_size_micros,
                               r.min_notional_micros, r.fee_rate,   r.fee_exponent};
    }
    (void)reference_run(p, &config, t->events, t->event_count, t->arena);
    return !t->why[0];
}

/* ---- all --------------------------------------------------------------------------------------------------- */

static bool run_trial(Trial *t, uint64_t seed)
{
    const Program *p = t->pair->c.program;
    size_t rows = 0;
    Rng rng;

    rng_init(&rng, seed);
    t->start_us = INT64_MAX;
    for (uint32_t i = 0; i < p->markets_count; i++) {
        make_rows(t, i);
        rows += t->rows[i].count;
    }
    if (!rows) return true;
    t->event_cap = 4 * rows + 64;
    t->events = arena_array(t->arena, Event, t->event_cap);
    t->tick_step = arena_array(t->arena, uint64_t, rows + 1);
    go_straight(t);
    totals.programs++;
    return go_about(t, &rng) && ask_reference(t) && go_matched(t);
}

static bool run_seed(const SeedOptions *o, uint64_t seed, Arena *arena)
{
    static Trial t;
    Pair pair = {0};
    Span text;

    t = (Trial){.arena = arena, .pair = &pair};
    if (o->file) {
        if (!seeds_compile_file(&pair, o->file, &text, arena)) return false;
    } else {
        GenProgram g = generate_program(seed, arena);
        Buf out;

        buf_init(&out, arena, (size_t)1 << 18);
        generate_print(g.root, &out, NULL);
        text = buf_span(&out);
        if (!pair_compile(&pair, text, false, arena)) {
            totals.refused++;
            return true;
        }
    }
    if (!pair.c.program->markets_count) return true;
    pair.events = generate_events(pair.c.program, seed, o->events, arena);
    if (run_trial(&t, seed)) return true;
    printf("seed %llu: %s\n%.*s\n", (unsigned long long)seed, t.why, (int)text.len, text.ptr);
    return false;
}

int main(int argc, char **argv)
{
    SeedOptions o;
    bool is_fine = true;

    if (!seeds_options(&o, argc, argv)) return 2;
    for (uint64_t seed = o.first; is_fine && seed < o.first + o.count; seed++) {
        Arena arena;

        arena_init(&arena, memory_source(), (size_t)1 << 30);
        is_fine = run_seed(&o, seed, &arena);
        if (is_fine && arena_is_full(&arena)) {
            printf("seed %llu: memory has ended\n", (unsigned long long)seed);
            is_fine = false;
        }
        arena_fini(&arena);
    }
    printf("%llu programs (%llu refused): %llu steps gone to, %llu with a matcher; %llu nodes as a "
           "straight run has them; %llu values as the reference has them, %llu of them unknown\n",
           (unsigned long long)totals.programs, (unsigned long long)totals.refused,
           (unsigned long long)totals.moments, (unsigned long long)totals.matched,
           (unsigned long long)totals.trees, (unsigned long long)totals.values,
           (unsigned long long)totals.unsure);
    return is_fine && totals.values > 1000 ? 0 : 1;
}
