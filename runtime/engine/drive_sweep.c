/* drive_sweep.c — see drive_sweep.h. */
#include "runtime/engine/drive_sweep.h"

#include "runtime/engine/sweep_shared.h"
#include "runtime/engine/sweep_wallet.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

enum { BATCH = 1024, PIECES = 256, STRETCH_TICKS = 1 << 15 };

struct DriveSweep {
    SweepSetup setup;
    Arena *arena;
    const Image *image;
    SweepReport report;
    SweepPlan plan;
    ColumnSlot *slots; /* of the tape, by slot: its ticks */
    uint32_t slot_count, longest;
};

const char *sweep_sentence(SweepWhy why)
{
    static const char *const sentences[SWEEP_WHY_COUNT] = {
#define SWEEP(name, sentence) [SWEEP_##name] = sentence,
#include "runtime/engine/sweep.def"
#undef SWEEP
    };

    return (uint32_t)why < SWEEP_WHY_COUNT ? sentences[why] : "?";
}

void sweep_tally(SweepTally *t, const Effect *f)
{
    if (f->kind == EFFECT_ORDER) t->orders[f->because]++;
    if (f->kind == EFFECT_SKIP) t->skips++;
    if (f->kind == EFFECT_LEDGER) t->ledger[f->index] += f->amount_micros;
}

/* ---- the grid ------------------------------------------------------------------------------------ */

uint32_t sweep_count(const SweepAxis *axes, uint32_t axis_count)
{
    uint64_t count = 1;

    for (uint32_t i = 0; i < axis_count && count <= UINT32_MAX; i++)
        count *= axes[i].count;
    return count <= UINT32_MAX ? (uint32_t)count : 0;
}

void sweep_params(const SweepSetup *setup, uint32_t variant, double *ret_params)
{
    const Image *img = setup->config.image;

    for (uint32_t i = 0; i < img->params_count; i++)
        ret_params[i] = setup->config.params ? setup->config.params[i] : img->params[i].value;
    for (uint32_t i = setup->axis_count; i-- > 0; variant /= setup->axes[i].count)
        ret_params[setup->axes[i].param] = setup->axes[i].values[variant % setup->axes[i].count];
}

static bool are_axes_fine(const SweepSetup *setup)
{
    for (uint32_t i = 0; i < setup->axis_count; i++)
        if (setup->axes[i].param >= setup->config.image->params_count) return false;
    return true;
}

static double *params_of(const DriveSweep *s, uint32_t variant)
{
    double *params = arena_array(s->arena, double, s->image->params_count + 1U);

    if (!arena_is_full(s->arena)) sweep_params(&s->setup, variant, params);
    return params;
}

/* ---- the tape ------------------------------------------------------------------------------------ */

static bool is_opening(const DriveSweep *s, const Event *ev)
{
    return ev->kind == EV_SLOT_OPEN && ev->market == s->setup.market;
}

/* Where the market's slots begin and end among its ticks. */
static bool find_slots(DriveSweep *s)
{
    const SweepStep *steps = s->setup.steps;
    uint32_t count = 0, tick = 0;

    for (uint32_t i = 0; i < s->setup.step_count; i++)
        count += steps[i].event && is_opening(s, steps[i].event);
    s->slots = arena_array(s->arena, ColumnSlot, count + 1U);
    if (arena_is_full(s->arena)) return false;
    for (uint32_t i = 0; i < s->setup.step_count; i++) {
        if (!steps[i].event)
            tick = steps[i].to;
        else if (is_opening(s, steps[i].event))
            s->slots[s->slot_count++] = (ColumnSlot){tick, tick};
        if (s->slot_count) s->slots[s->slot_count - 1].end = tick;
    }
    for (uint32_t i = 0; i < s->slot_count; i++)
        if (s->slots[i].end - s->slots[i].begin > s->longest)
            s->longest = s->slots[i].end - s->slots[i].begin;
    return true;
}

typedef struct Ahead {
    uint32_t slot, told; /* slots opened; the tick up to which slots were told */
} Ahead;

typedef struct NextSlots {
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t count;
    bool has_more;
} NextSlots;

/* The slots that follow, the next of which has just opened; false: they were told, or it has no ticks. */
static bool next_slots(const DriveSweep *s, Ahead *a, NextSlots *ret)
{
    uint32_t at = a->slot++, begin = s->slots[at].begin;

    ret->count = 0;
    if (begin < a->told) return false;
    for (; at < s->slot_count && ret->count < COLUMN_SLOTS; at++)
        if (s->slots[at].end > s->slots[at].begin) ret->slots[ret->count++] = s->slots[at];
    if (!ret->count || ret->slots[0].begin != begin) return false;
    a->told = ret->slots[ret->count - 1].end;
    ret->has_more = at < s->slot_count;
    return true;
}

static Engine *engine_of(const DriveSweep *s, uint32_t variant)
{
    EngineConfig config = s->setup.config;

    config.params = params_of(s, variant);
    return arena_is_full(s->arena) ? NULL : engine_new(&config, s->arena);
}

/* ---- one engine on the tape ---------------------------------------------------------------------- */

typedef struct Player {
    const DriveSweep *s;
    Engine *engine;
    Instant *gateway;
    DriveColumns *drive; /* NULL: tick by tick */
    Ahead ahead;
    EffectSink sink;
} Player;

static bool player_new(Player *p, const DriveSweep *s, uint32_t variant)
{
    DriveSetup setup = {.market = s->setup.market,
                        .ticks = s->setup.ticks,
                        .kernels = s->setup.kernels,
                        .slot_ticks = s->longest};
    ColumnsWhy why;

    *p = (Player){.s = s};
    p->engine = setup.engine = engine_of(s, variant);
    p->gateway = setup.gateway = instant_new(s->image, s->arena);
    if (!p->engine || !p->gateway) return false;
    p->drive = drive_columns_new(&setup, s->arena, &why);
    return !arena_is_full(s->arena);
}

static void play_event(Player *p, const Event *ev)
{
    NextSlots next;

    instant_apply(p->gateway, p->engine, ev, p->sink);
    if (is_opening(p->s, ev) && next_slots(p->s, &p->ahead, &next) && p->drive)
        drive_columns_slots(p->drive, next.slots, next.count, next.has_more);
}

static void play_ticks(Player *p, uint32_t from, uint32_t to)
{
    const TickColumns *t = p->s->setup.ticks;
    TickData row;
    Event ev = {.kind = EV_TICK, .market = p->s->setup.market, .tick = &row};

    if (from >= to) return;
    if (p->drive) {
        drive_columns_run(p->drive, from, to, p->sink);
        return;
    }
    tick_clear(&row);
    for (uint32_t i = from; i < to; i++) {
        tick_columns_row(t, i, &row);
        ev.ts_us = tick_columns_ts(t, i);
        instant_apply(p->gateway, p->engine, &ev, p->sink);
    }
}

/* ---- a variant alone ----------------------------------------------------------------------------- */

typedef struct Alone {
    const SweepSink *sink;
    uint32_t variant;
    uint64_t known; /* effects that have been handed out */
    SweepTally tally;
} Alone;

static void take_alone(void *ctx, const Effect *f)
{
    Alone *a = ctx;

    sweep_tally(&a->tally, f);
    if (a->known)
        a->known--;
    else if (a->sink->effect)
        a->sink->effect(a->sink->ctx, a->variant, f);
}

static bool run_alone(DriveSweep *s, uint32_t variant, uint64_t known, const SweepSink *sink)
{
    ArenaMark mark = arena_mark(s->arena);
    Alone a = {.sink = sink, .variant = variant, .known = known};
    Player p;

    if (!player_new(&p, s, variant)) return false;
    p.sink = (EffectSink){take_alone, &a};
    for (uint32_t i = 0; i < s->setup.step_count; i++) {
        const SweepStep *step = &s->setup.steps[i];

        if (step->event)
            play_event(&p, step->event);
        else
            play_ticks(&p, step->from, step->to);
    }
    s->report.alone++;
    if (sink->done)
        sink->done(sink->ctx, variant, &a.tally, s->setup.wants_engines ? p.engine : NULL);
    arena_release(s->arena, mark);
    return true;
}

/* ---- variants that share their ticks -------------------------------------------------------------- */

typedef struct Piece { /* of a stretch */
    const Event *event;
    uint32_t from, to, place; /* place: the first one behind it */
    uint32_t openings;        /* of slots, of the stretch so far */
    SweepGround ground;       /* behind it */
} Piece;

typedef struct Batch {
    DriveSweep *s;
    uint32_t first, count;
    const SweepSink *sink;
    SweepPlan plan;
    SweepShared *shared;
    Ahead ahead;
    Vm **vms;
    uint16_t *nodes, *gates; /* by variant and rule; by rule */
    Bitmaps *bits;
    SweepWallet *wallets;
    SweepWalk walk;
    SweepGround ground;
    Piece pieces[PIECES];
    uint16_t piece_of[BITMAP_PLACES]; /* by place */
    uint32_t piece_count, ticks;      /* of the present stretch; ticks that it spans */
} Batch;

/* A wallet that is left to an engine goes on through its tick and the events of its stretch, which moves
 * the ground; what it says by then is the engine's to say. */
static void send_effect(void *ctx, const Effect *f)
{
    Batch *b = ctx;

    if (b->walk.w->is_left) return;
    b->walk.w->effects++;
    b->sink->effect(b->sink->ctx, b->walk.w->variant, f);
}

static bool make_vms(Batch *b)
{
    DriveSweep *s = b->s;

    b->vms = arena_array(s->arena, Vm *, b->count);
    b->nodes = arena_array(s->arena, uint16_t, b->count * (b->plan.rule_count + 1U));
    b->gates = arena_array(s->arena, uint16_t, b->plan.rule_count + 1U);
    if (arena_is_full(s->arena)) return false;
    for (uint32_t r = 0; r < b->plan.rule_count; r++)
        b->gates[r] = b->plan.wakes[r].gate;
    for (uint32_t i = 0; i < b->count; i++) {
        b->vms[i] = vm_new_small(s->image, params_of(s, b->first + i), s->arena);
        if (!b->vms[i]) return false;
    }
    return true;
}

static bool are_equal(const SweepNumbers *a, const SweepNumbers *b, uint32_t action)
{
    return num_bits(a->sizes[action]) == num_bits(b->sizes[action]) &&
           num_bits(a->prices[action]) == num_bits(b->prices[action]);
}

/* The first variant with these numbers names the tickets of an action; sells depend on what is held. */
static uint16_t number_tickets(const Batch *b, uint32_t variant, uint32_t action)
{
    const SweepAction *a = &b->plan.actions[action];
    uint32_t at = 0;

    if (a->kind != ACT_BUY || b->s->image->actions[a->action].size_unit > SIZE_COINS)
        return NO_TICKET;
    while (!are_equal(&b->wallets[at].numbers, &b->wallets[variant].numbers, action))
        at++;
    return (uint16_t)(at * b->plan.action_count + action);
}

static bool make_wallet(Batch *b, uint32_t variant)
{
    const SweepPlan *p = &b->plan;
    SweepWallet *w = &b->wallets[variant];

    w->variant = b->first + variant;
    w->closed = arena_array(b->s->arena, SweepClosed, SWEEP_CLOSED);
    w->counts = arena_array(b->s->arena, SweepCount, p->limit_count + 1U);
    w->edges = arena_array(b->s->arena, uint16_t, p->rule_count + 1U);
    w->tickets = arena_array(b->s->arena, uint16_t, p->action_count + 1U);
    if (b->s->setup.venue) w->flying = arena_array(b->s->arena, SweepOrder, SWEEP_FLYING);
    if (arena_is_full(b->s->arena)) return false;
    if (!sweep_numbers(p, b->vms[variant], &w->numbers, b->s->arena)) return false;
    for (uint32_t r = 0; r < p->rule_count; r++)
        w->edges[r] = (uint16_t)bitmaps_edges_of(b->bits, b->nodes[variant * p->rule_count + r]);
    for (uint32_t a = 0; a < p->action_count; a++)
        w->tickets[a] = number_tickets(b, variant, a);
    sweep_wallet(w, p, b->s->setup.config.cash_micros);
    return true;
}

static bool make_wallets(Batch *b)
{
    DriveSweep *s = b->s;

    b->wallets = arena_array(s->arena, SweepWallet, b->count);
    b->walk = (SweepWalk){.plan = &b->plan,
                          .ticks = s->setup.ticks,
                          .kernels = s->setup.kernels,
                          .bits = b->bits,
                          .venue = s->setup.venue,
                          .quotes = arena_array(s->arena, SweepQuote, BITMAP_PLACES),
                          .cache = arena_array(s->arena, SweepTicket, TICKET_CACHE)};
    if (arena_is_full(s->arena)) return false;
    if (b->sink->effect && !s->setup.venue) b->walk.sink = (EffectSink){send_effect, b};
    for (uint32_t i = 0; i < TICKET_CACHE; i++)
        b->walk.cache[i].tick = UINT32_MAX;
    for (uint32_t i = 0; i < b->count; i++)
        if (!make_wallet(b, i)) return false;
    sweep_ground(&b->ground);
    return true;
}

/* ---- a stretch ----------------------------------------------------------------------------------- */

/* The wallet, which is idle at piece `at`, goes on at the one with this place. */
static uint32_t pass_idle(Batch *b, SweepWallet *w, uint32_t at, uint32_t place)
{
    uint32_t to = place == NO_TICK ? b->piece_count : b->piece_of[place];

    if (to <= at) return at;
    if (b->pieces[to - 1].openings > (at ? b->pieces[at - 1].openings : 0)) w->slot_trades = 0;
    b->walk.ground = b->pieces[to - 1].ground;
    return to;
}

static void walk(Batch *b, SweepWallet *w)
{
    uint32_t i = 0, place;

    sweep_begin(&b->walk, w, &b->ground);
    while (i < b->piece_count) {
        const Piece *p;

        if (sweep_is_idle(&b->walk, &place)) i = pass_idle(b, w, i, place);
        if (i == b->piece_count) break;
        p = &b->pieces[i++];
        if (p->event)
            sweep_event(&b->walk, p->event);
        else
            sweep_ticks(&b->walk, p->from, p->to, p->place);
    }
    sweep_end(&b->walk);
}

/* The wallets together are larger than the caches next to the core. */
static void expect(const SweepWallet *w)
{
    const char *from = (const char *)w;

    for (size_t i = 0; i < sizeof *w; i += 64)
        prefetch_near(from + i);
    prefetch_near(w->edges);
    prefetch_near(w->numbers.limits);
    prefetch_near(w->closed);
}

static void end_stretch(Batch *b)
{
    bitmaps_end(b->bits);
    sweep_stretch(&b->walk);
    for (uint32_t i = 0; i < b->count; i++) {
        if (i + 2 < b->count) expect(&b->wallets[i + 2]);
        if (!b->wallets[i].is_left) walk(b, &b->wallets[i]);
    }
    if (b->piece_count) b->ground = b->pieces[b->piece_count - 1].ground;
    b->piece_count = b->ticks = 0;
    bitmaps_begin(b->bits);
}

static Piece *add_piece(Batch *b)
{
    const Piece *last = b->piece_count ? &b->pieces[b->piece_count - 1] : NULL;
    Piece *p = &b->pieces[b->piece_count++];

    *p = (Piece){.place = last ? last->place : 0,
                 .openings = last ? last->openings : 0,
                 .ground = last ? last->ground : b->ground};
    return p;
}

static void add_event(Batch *b, const Event *ev)
{
    NextSlots next;
    Piece *p;

    if (b->piece_count == PIECES) end_stretch(b);
    p = add_piece(b);
    p->event = ev;
    p->openings += is_opening(b->s, ev);
    sweep_move(&b->plan, &p->ground, ev);
    sweep_shared_event(b->shared, ev);
    if (!is_opening(b->s, ev)) return;
    bitmaps_arm(b->bits);
    if (next_slots(b->s, &b->ahead, &next))
        sweep_shared_slots(b->shared, next.slots, next.count, next.has_more);
    columns_slot_open(b->shared->columns, b->s->setup.market);
}

static void add_ticks(Batch *b, uint32_t from, uint32_t to)
{
    while (from < to) {
        uint32_t end, place;
        Piece *p;

        if (b->piece_count == PIECES || b->ticks == STRETCH_TICKS || bitmaps_are_full(b->bits))
            end_stretch(b);
        end = to - from < STRETCH_TICKS - b->ticks ? to : from + STRETCH_TICKS - b->ticks;
        end = sweep_shared_run(b->shared, from, end);
        p = add_piece(b);
        p->from = from;
        p->to = p->ground.tick = end;
        for (place = p->place; place < bitmaps_places(b->bits); place++) {
            b->piece_of[place] = (uint16_t)(b->piece_count - 1);
            sweep_take_quote(&b->walk, place);
        }
        p->place = place;
        b->ticks += end - from;
        from = end;
    }
}

static bool end_batch(Batch *b)
{
    for (uint32_t i = 0; i < b->count; i++) {
        const SweepWallet *w = &b->wallets[i];
        SweepTally t = {.skips = w->skips};

        if (w->is_left && b->s->setup.venue) {
            b->s->setup.venue->left(b->s->setup.venue->ctx, w->variant);
            b->s->report.alone++;
            continue;
        }
        if (w->is_left) {
            if (!run_alone(b->s, w->variant, w->effects, b->sink)) return false;
            continue;
        }
        memcpy(t.orders, w->orders, sizeof t.orders);
        memcpy(t.ledger, w->account.sums, sizeof t.ledger);
        if (b->sink->done) b->sink->done(b->sink->ctx, w->variant, &t, NULL);
    }
    return true;
}

static bool play_batch(Batch *b)
{
    const SweepSetup *setup = &b->s->setup;

    for (uint32_t i = 0; i < setup->step_count; i++)
        if (setup->steps[i].event)
            add_event(b, setup->steps[i].event);
        else
            add_ticks(b, setup->steps[i].from, setup->steps[i].to);
    end_stretch(b);
    return end_batch(b);
}

/* ---- batches ------------------------------------------------------------------------------------- */

static bool run_range(DriveSweep *s, uint32_t first, uint32_t count, const SweepSink *sink);

static bool run_all_alone(DriveSweep *s, uint32_t first, uint32_t count, const SweepSink *sink)
{
    const SweepVenue *venue = s->setup.venue;

    for (uint32_t i = 0; i < count; i++)
        if (venue)
            venue->left(venue->ctx, first + i);
        else if (!run_alone(s, first + i, 0, sink))
            return false;
    if (venue) s->report.alone += count;
    return true;
}

/* The columns of all; false with the reason, FINE: memory ends. */
static bool make_batch(Batch *b, SweepWhy *ret_why, ColumnsWhy *ret_columns)
{
    DriveSweep *s = b->s;
    ColumnVariants more = {.count = b->count, .cond_count = b->plan.rule_count};
    Engine *engine;

    *ret_why = SWEEP_FINE;
    *ret_columns = COLUMNS_FINE;
    if (!make_vms(b)) return false;
    more.vms = b->vms;
    more.conds = b->gates;
    more.nodes = b->nodes;
    if (!s->setup.ticks->is_ordered) *ret_why = SWEEP_COLUMNS;
    engine = *ret_why ? NULL : engine_of(s, b->first);
    if (!engine) return false;
    b->shared = sweep_shared_new(&s->setup, engine, s->longest, &more, s->arena, ret_columns);
    if (*ret_columns) *ret_why = SWEEP_COLUMNS;
    if (!b->shared) return false;
    b->bits = b->shared->bits =
        bitmaps_new(b->shared->columns, b->nodes, b->count * b->plan.rule_count, s->arena);
    if (!b->bits && !arena_is_full(s->arena)) *ret_why = SWEEP_BETWEEN;
    return b->bits != NULL && make_wallets(b);
}

static bool run_batch(DriveSweep *s, uint32_t first, uint32_t count, const SweepSink *sink)
{
    ArenaMark mark = arena_mark(s->arena);
    Batch *b = arena_new(s->arena, Batch);
    ColumnsWhy columns;
    SweepWhy why;
    bool is_fine;

    if (arena_is_full(s->arena)) return false;
    b->s = s;
    b->first = first;
    b->count = count;
    b->sink = sink;
    b->plan = s->plan;
    if (make_batch(b, &why, &columns)) {
        s->report.conditions += bitmaps_conditions(b->bits);
        is_fine = play_batch(b);
        arena_release(s->arena, mark);
        return is_fine;
    }
    arena_release(s->arena, mark);
    if (why == SWEEP_FINE) return false;
    if (columns == COLUMNS_SIZE && count > 1)
        return run_range(s, first, count / 2, sink) &&
               run_range(s, first + count / 2, count - count / 2, sink);
    s->report.why = why;
    s->report.columns = columns;
    return run_all_alone(s, first, count, sink);
}

static bool run_range(DriveSweep *s, uint32_t first, uint32_t count, const SweepSink *sink)
{
    uint32_t step;

    for (; count; first += step, count -= step) {
        step = count < BATCH ? count : BATCH;
        if (!run_batch(s, first, step, sink)) return false;
    }
    return true;
}

/* ---- the door ------------------------------------------------------------------------------------ */

/* Looks at program and tape with an engine that is gone afterwards. */
static bool look(DriveSweep *s)
{
    ArenaMark mark = arena_mark(s->arena);
    EngineConfig config = s->setup.config;
    Engine *e;

    config.params = params_of(s, s->setup.first);
    e = arena_is_full(s->arena) ? NULL : engine_new(&config, s->arena);
    if (!e) return false;
    s->report.why = sweep_plan(&s->plan, e, &s->setup, s->arena);
    if (!s->report.why) s->report.why = sweep_tape(&s->plan, e, &s->setup);
    if (s->setup.wants_engines) s->report.why = SWEEP_WANTED;
    arena_release(s->arena, mark);
    return true;
}

DriveSweep *drive_sweep_new(const SweepSetup *setup, Arena *arena)
{
    DriveSweep *s = arena_new(arena, DriveSweep);
    uint32_t all = sweep_count(setup->axes, setup->axis_count);

    if (arena_is_full(arena) || !are_axes_fine(setup) || setup->first >= all) return NULL;
    s->setup = *setup;
    s->arena = arena;
    s->image = setup->config.image;
    s->report.variants = setup->count ? setup->count : all - setup->first;
    if (s->report.variants > all - setup->first) return NULL;
    if (!find_slots(s) || !look(s)) return NULL;
    return s;
}

bool drive_sweep_run(DriveSweep *s, const SweepSink *sink)
{
    uint32_t first = s->setup.first, count = s->report.variants;

    if (s->report.why) return run_all_alone(s, first, count, sink);
    return run_range(s, first, count, sink);
}

SweepReport drive_sweep_report(const DriveSweep *s)
{
    return s->report;
}
