/* fuzz_drivers.c — any bytes as recorded ticks, through the drivers.
 *
 * The first byte names a generated strategy, the second a driver, its kernels and how it is run, the third the
 * step that is explained, the fourth how much memory the driver has; the rest are ticks, single ones and bursts.
 * Promise checked: columns, a sweep and the live driver give the effects and the state of the scalar engine, to the
 * bit; the matcher leaves the books balanced and does not care how rows were cut; effects and reasons can be
 * written down. */
#include "runtime/backtest/replay.h"
#include "runtime/core/cpu.h"
#include "runtime/engine/drive_live.h"
#include "runtime/engine/drive_sweep.h"
#include "runtime/matcher/gate.h"
#include "runtime/proof/effect_json.h"
#include "runtime/proof/why.h"
#include "tests/diff/effect_hash.h"
#include "tests/fuzz/generated.h"
#include "tests/fuzz/pool.h"
#include "tests/fuzz/recorded.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define START_US ((INT64_C(1767571200) - 100) * 1000000) /* a Sunday, 23:58:20 */
#define LIMIT ((size_t)256 << 20)
#define SNAPSHOT_MAX ((size_t)4 << 20)
enum { EVENTS = 4 * RECORDED_ROWS, AXES = 2, VALUES = 3, VARIANTS = 9, WALLETS = 40, PENDING = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Outcome {
    uint64_t hash, count;
    Span snapshot;
} Outcome;

typedef struct Case {
    const Generated *program;
    const Image *image;
    Arena *arena;
    Arena *room; /* the driver's, which may end; a sweep also gives back what others take from it */
    EngineConfig config;
    MarketRules rules[MAX_MARKETS + 1];
    KernelLevel level;
    uint8_t ask; /* the step that is explained */
    Recorded rec;
    Event events[EVENTS]; /* of the recording, in order */
    size_t event_count;
    Outcome scalar;
} Case;

static void note(Outcome *o, const Effect *f)
{
    o->hash = effect_hash(o->hash, f);
    o->count++;
}

static Span snapshot_of(const Engine *e, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, SNAPSHOT_MAX);
    return engine_snapshot(e, &b) ? buf_span(&b) : (Span){0};
}

static void check_same(const Outcome *want, const Outcome *got)
{
    BUG_IF(want->count != got->count || want->hash != got->hash);
    BUG_IF(!span_is(want->snapshot, got->snapshot));
}

/* ---- the scalar engine --------------------------------------------------------------------------- */

typedef struct Teller { /* takes effects and writes them down */
    Case *c;
    const Engine *engine;
    Outcome *outcome;
} Teller;

static void take_told(void *ctx, const Effect *f)
{
    Teller *t = ctx;
    char room[2048];
    Buf line;

    buf_init_fixed(&line, room, sizeof room);
    effect_json_put(&line, t->c->program->c.program, t->engine, f);
    BUG_IF(!line.len && !buf_is_full(&line));
    BUG_IF(!reason_name(t->c->ask) != !reason_sentence(t->c->ask));
    note(t->outcome, f);
}

static void explain(Case *c, Engine *e, const Trace *trace, const Event *ev)
{
    WhyRule why = {.nodes = arena_array(c->arena, WhyNode, c->image->conds_count + 1)};
    uint32_t rules = c->program->c.program->rules_count;
    JsonWriter j;
    Buf out;

    buf_init(&out, c->arena, 1 << 20);
    for (uint32_t rule = 0; rule < rules && !arena_is_full(c->arena); rule++) {
        why_read(&why, c->image, engine_vm(e), trace, ev, rule);
        why_put(&why, &c->program->c, c->image, &out);
        json_write_init(&j, &out, false);
        why_put_json(&why, &c->program->c, c->image, ev->ts_us, &j);
        buf_clear(&out);
    }
}

static Replay *replay_of(Case *c, Engine *e, EffectSink sink)
{
    MarketRows rows[RECORDED_MARKETS];

    for (uint32_t i = 0; i < c->rec.count; i++)
        rows[i] = c->rec.markets[i].view;
    return replay_new(e, rows, c->rec.count, sink, c->arena);
}

/* Event by event; what happened is kept for the others. */
static bool run_scalar(Case *c)
{
    Engine *e = engine_new(&c->config, c->arena);
    Teller t = {c, e, &c->scalar};
    Trace *trace = trace_new(c->image, c->arena);
    Replay *r = e ? replay_of(c, e, (EffectSink){take_told, &t}) : NULL;

    if (!r || !trace) return false;
    for (bool goes_on = true; goes_on;) {
        bool is_asked = c->event_count == c->ask;

        if (is_asked) vm_set_trace(engine_vm(e), trace);
        goes_on = replay_step(r);
        BUG_IF(engine_ledger_sum(e) != engine_balance_sum(e));
        if (goes_on && c->event_count < EVENTS) c->events[c->event_count++] = *replay_event(r);
        if (is_asked && goes_on) explain(c, e, trace, replay_event(r));
        if (is_asked) vm_set_trace(engine_vm(e), NULL);
    }
    c->scalar.snapshot = snapshot_of(e, c->arena);
    return c->scalar.snapshot.len && c->event_count < EVENTS;
}

/* ---- columns ------------------------------------------------------------------------------------- */

static void take_noted(void *ctx, const Effect *f)
{
    note(ctx, f);
}

static void run_columns(Case *c)
{
    Outcome o = {0};
    Engine *e = engine_new(&c->config, c->arena);
    Replay *r = e ? replay_of(c, e, (EffectSink){take_noted, &o}) : NULL;
    uint32_t market;
    ColumnsWhy why;

    if (!r) return;
    if (!replay_columns(r, c->level, c->room, &market, &why)) {
        BUG_IF(!columns_sentence(why));
        return;
    }
    while (replay_run(r, INT64_MAX, 1 + (uint64_t)c->ask * 7))
        ;
    o.snapshot = snapshot_of(e, c->arena);
    if (o.snapshot.len) check_same(&c->scalar, &o);
    (void)replay_taken(r);
}

/* ---- a sweep ------------------------------------------------------------------------------------- */

typedef struct Sweep {
    Case *c;
    SweepSetup setup;
    SweepAxis axes[AXES];
    double values[AXES][VALUES];
    Outcome got[VARIANTS];
    SweepTally tallies[VARIANTS];
} Sweep;

static void take_swept(void *ctx, uint32_t variant, const Effect *f)
{
    note(&((Sweep *)ctx)->got[variant], f);
}

static void take_done(void *ctx, uint32_t variant, const SweepTally *tally, const Engine *e)
{
    Sweep *s = ctx;

    s->tallies[variant] = *tally;
    if (e) s->got[variant].snapshot = snapshot_of(e, s->c->arena);
}

static void make_grid(Sweep *s)
{
    const Image *image = s->c->image;

    for (uint32_t i = 0; i < image->params_count && s->setup.axis_count < AXES; i++) {
        const ParamRow *p = &image->params[i];
        double *values = s->values[s->setup.axis_count];

        if (p->low == p->high) continue;
        values[0] = p->value;
        values[1] = p->low;
        values[2] = p->high;
        s->axes[s->setup.axis_count++] = (SweepAxis){(uint16_t)i, values, VALUES};
    }
    s->setup.axes = s->axes;
}

static bool make_steps(Sweep *s, TickColumns *ticks)
{
    Case *c = s->c;
    SweepStep *steps = arena_array(c->arena, SweepStep, c->event_count + 1);
    uint32_t rows = 0, count = 0;

    *ticks = tick_columns_from_rows(c->rec.markets[0].rows, c->rec.markets[0].view.count, c->arena);
    if (!ticks->count || arena_is_full(c->arena)) return false;
    for (size_t i = 0; i < c->event_count; i++) {
        const Event *ev = &c->events[i];

        if (ev->kind != EV_TICK || ev->market) {
            steps[count++] = (SweepStep){ev, 0, 0};
        } else if (count && !steps[count - 1].event) {
            steps[count - 1].to = ++rows;
        } else {
            steps[count++] = (SweepStep){NULL, rows, rows + 1};
            rows++;
        }
    }
    s->setup.ticks = ticks;
    s->setup.steps = steps;
    s->setup.step_count = count;
    return true;
}

typedef struct Alone {
    Outcome outcome;
    SweepTally tally;
} Alone;

static void take_alone(void *ctx, const Effect *f)
{
    Alone *a = ctx;

    note(&a->outcome, f);
    sweep_tally(&a->tally, f);
}

static void check_variant(Sweep *s, uint32_t variant)
{
    Case *c = s->c;
    EngineConfig config = s->setup.config;
    double *params = arena_array(c->arena, double, c->image->params_count + 1U);
    Instant *gateway = instant_new(c->image, c->arena);
    Alone alone = {0};
    Engine *e;

    sweep_params(&s->setup, variant, params);
    config.params = params;
    e = engine_new(&config, c->arena);
    if (!e || !gateway) return;
    for (size_t i = 0; i < c->event_count; i++)
        instant_apply(gateway, e, &c->events[i], (EffectSink){take_alone, &alone});
    if (s->got[variant].snapshot.len) alone.outcome.snapshot = snapshot_of(e, c->arena);
    check_same(&alone.outcome, &s->got[variant]);
    BUG_IF(memcmp(&alone.tally, &s->tallies[variant], sizeof alone.tally) != 0);
}

static void run_sweep(Case *c)
{
    Sweep *s = arena_new(c->arena, Sweep);
    SweepSink sink = {s, take_swept, take_done};
    TickColumns ticks;
    DriveSweep *d;
    SweepReport report;

    s->c = c;
    s->setup = (SweepSetup){.config = c->config, .kernels = kernels_of(c->level)};
    s->setup.wants_engines = c->ask % 8 == 7;
    make_grid(s);
    if (!make_steps(s, &ticks)) return;
    d = drive_sweep_new(&s->setup, c->room);
    if (!d || !drive_sweep_run(d, &sink)) return;
    report = drive_sweep_report(d);
    BUG_IF(!sweep_sentence(report.why) || report.alone > report.variants);
    for (uint32_t v = 0; v < report.variants; v++)
        check_variant(s, v);
}

/* ---- the live driver ----------------------------------------------------------------------------- */

typedef struct Order {
    uint64_t id;
    int64_t size_micros, price_micros;
    int32_t token;
    bool is_sell, is_sets;
} Order;

typedef struct Side { /* a wallet, in one of the two ways */
    Outcome outcome;
    Order orders[PENDING];
    uint32_t count;
} Side;

typedef struct Fleet {
    Case *c;
    Live *live;
    Rng rng;
    uint32_t count; /* of wallets */
    Engine *engines[WALLETS];
    uint32_t numbers[WALLETS];
    Side alone[WALLETS], together[WALLETS];
} Fleet;

static void take_order(Side *s, const Effect *f)
{
    note(&s->outcome, f);
    if (f->kind != EFFECT_ORDER && f->kind != EFFECT_SETS) return;
    if (s->count == PENDING) return;
    s->orders[s->count++] = (Order){f->order, f->size_micros, f->price_micros,
                                    f->token, f->is_sell,     f->kind == EFFECT_SETS};
}

static void take_one(void *ctx, const Effect *f)
{
    take_order(ctx, f);
}

static void take_wallet(void *ctx, uint32_t wallet, const Effect *f)
{
    take_order(&((Fleet *)ctx)->together[wallet], f);
}

/* What a venue says to an order depends on its number alone. */
static Event answer_of(const Order *o, int64_t ts_us)
{
    Event ev = {.ts_us = ts_us, .kind = EV_FILL};

    if (o->is_sets || o->id % 5 == 4) {
        ev.kind = EV_ORDER_STATE;
        ev.order.order = o->id;
        ev.order.state = o->is_sets ? ORDER_FILLED : o->id % 2 ? ORDER_CANCELLED : ORDER_LIVE;
        return ev;
    }
    ev.fill.order = o->id;
    ev.fill.size_micros = o->size_micros;
    ev.fill.price_micros = o->price_micros;
    ev.fill.token = (uint8_t)o->token;
    ev.fill.is_sell = o->is_sell;
    return ev;
}

static void answer(Fleet *f, uint32_t wallet, bool is_live, int64_t ts_us)
{
    Side *s = is_live ? &f->together[wallet] : &f->alone[wallet];

    for (uint32_t i = 0; i < s->count; i++) { /* orders that answers lead to are answered as well */
        Event ev = answer_of(&s->orders[i], ts_us);

        if (is_live)
            live_tell(f->live, f->numbers[wallet], &ev, (LiveSink){take_wallet, f});
        else
            engine_apply(f->engines[wallet], &ev, (EffectSink){take_one, s});
    }
    s->count = 0;
}

/* The params' own values, or others on their steps. */
static double pick(Fleet *f, const ParamRow *p)
{
    double steps = p->step > 0 ? (p->high - p->low) / p->step : 1, x;
    uint64_t thrown = rng_below(&f->rng, steps < 8 ? (uint64_t)steps + 1 : 8);

    if (rng_below(&f->rng, 2)) return p->value;
    x = p->step > 0 ? p->low + p->step * (double)thrown : p->low;
    return thrown % 4 == 3 || x > p->high ? p->high : x;
}

static bool join(Fleet *f, uint32_t wallet)
{
    Case *c = f->c;
    EngineConfig config = c->config;
    double *params = arena_array(c->arena, double, c->image->params_count + 1U);

    for (uint32_t i = 0; i < c->image->params_count; i++)
        params[i] = pick(f, &c->image->params[i]);
    config.params = params;
    config.is_small = true;
    config.cash_micros = config.cash_micros / (1 + wallet % 3);
    f->engines[wallet] = engine_new(&config, c->arena);
    f->numbers[wallet] = live_add(f->live, &config);
    return f->engines[wallet] && f->numbers[wallet] == wallet;
}

static void run_live(Case *c)
{
    Fleet *f = arena_new(c->arena, Fleet);

    f->c = c;
    f->live = live_new(WALLETS, c->room);
    rng_init(&f->rng, c->ask);
    f->count = 1 + (uint32_t)rng_below(&f->rng, WALLETS);
    for (uint32_t w = 0; w < f->count; w++)
        if (!f->live || !join(f, w)) return;
    for (size_t i = 0; i < c->event_count; i++) {
        const Event *ev = &c->events[i];

        live_apply(f->live, ev, (LiveSink){take_wallet, f});
        for (uint32_t w = 0; w < f->count; w++) {
            engine_apply(f->engines[w], ev, (EffectSink){take_one, &f->alone[w]});
            answer(f, w, false, ev->ts_us);
            answer(f, w, true, ev->ts_us);
        }
    }
    if (arena_is_full(c->room)) return;
    for (uint32_t w = 0; w < f->count; w++) {
        BUG_IF(!live_sentence(live_why(f->live, w)));
        f->alone[w].outcome.snapshot = snapshot_of(f->engines[w], c->arena);
        f->together[w].outcome.snapshot = snapshot_of(live_engine(f->live, w), c->arena);
        if (arena_is_full(c->room) || arena_is_full(c->arena)) return;
        check_same(&f->alone[w].outcome, &f->together[w].outcome);
    }
}

/* ---- the matcher --------------------------------------------------------------------------------- */

static Gate *gate_of(Case *c)
{
    const Program *p = c->program->c.program;
    MatcherMarket markets[MAX_MARKETS + 1];
    MatcherConfig config = {.markets = markets,
                            .market_count = p->markets_count + 1,
                            .model = (FillModel)(c->ask % MODELS),
                            .order_us = (int64_t)(c->ask % 5) * 200000,
                            .cancel_us = (int64_t)(c->ask % 7) * 200000,
                            .jitter_us = (int64_t)(c->ask % 2) * 100000,
                            .seed = c->ask};

    for (uint32_t m = 0; m <= p->markets_count; m++)
        markets[m] = (MatcherMarket){.rules = &c->rules[m]};
    return gate_new(c->image, &config, c->arena);
}

static void apply_gate(void *ctx, Engine *e, const Event *event, EffectSink sink)
{
    gate_apply(ctx, e, event, sink);
    BUG_IF(engine_ledger_sum(e) != engine_balance_sum(e));
}

static int64_t event_us(const TickRow *row)
{
    return row->slot_us ? row->slot_start_us : row->ts_us;
}

/* Each market gets its first `part` 255ths; the instant up to which nothing is missing. */
static int64_t feed_first(Case *c, Replay *r, uint32_t part)
{
    int64_t until_us = INT64_MAX;

    for (uint32_t m = 0; m < c->rec.count; m++) {
        MarketRows view = c->rec.markets[m].view;
        size_t count = view.count;

        view.count = count * part / 255;
        if (view.count < count && event_us(&view.rows[view.count]) < until_us)
            until_us = event_us(&view.rows[view.count]);
        replay_feed(r, m, view);
    }
    return until_us;
}

static void feed_rest(Case *c, Replay *r, uint32_t part)
{
    for (uint32_t m = 0; m < c->rec.count; m++) {
        MarketRows view = c->rec.markets[m].view;
        size_t done = view.count * part / 255 - replay_left(r, m);

        view.rows += done;
        view.count -= done;
        replay_feed(r, m, view);
    }
}

/* Through the matcher, with the rows in two pieces. */
static bool run_gate(Case *c, uint32_t part, Outcome *o)
{
    Engine *e = engine_new(&c->config, c->arena);
    Gate *g = gate_of(c);
    Replay *r = e ? replay_of(c, e, (EffectSink){take_noted, o}) : NULL;
    int64_t until_us;

    if (!r || !g) return false;
    replay_route(r, (ReplayRoute){apply_gate, g});
    until_us = feed_first(c, r, part);
    while (replay_next_us(r) < until_us && replay_step(r))
        ;
    feed_rest(c, r, part);
    while (replay_step(r))
        ;
    for (int id = 0; id < RECEIPTS; id++)
        BUG_IF(!matcher_receipt(gate_matcher(g), (ReceiptId)id).sentence);
    o->snapshot = snapshot_of(e, c->arena);
    return o->snapshot.len != 0;
}

static void run_matched(Case *c)
{
    Outcome whole = {0}, cut = {0};

    if (run_gate(c, 255, &whole) && run_gate(c, c->ask, &cut)) check_same(&whole, &cut);
}

/* ---- a case -------------------------------------------------------------------------------------- */

/* What held on the first day, or what tests suppose. */
static void set_rules(Case *c, bool is_dated)
{
    const Program *p = c->program->c.program;

    for (uint32_t m = 0; m <= MAX_MARKETS; m++) {
        const VenueRule *row = NULL;

        c->rules[m] =
            rules_of_test(m < p->markets_count ? (MarketKind)p->markets[m].kind : MARKET_SLOT);
        if (is_dated && m < p->markets_count)
            row = rules_at(p->markets[m].venue, SPAN("crypto"), START_US);
        if (row) c->rules[m] = row->rules;
    }
    c->config.rules = c->rules;
}

static void set_config(Case *c, uint8_t how)
{
    KernelLevel most = cpu_kernels();

    c->level = (KernelLevel)(how >> 2 & 3);
    if (c->level > most) c->level = most;
    c->config = engine_config_default(c->image);
    c->config.start_us = START_US;
    c->config.heartbeat = how & 16;
    c->config.has_fees = how & 32;
    if (how & 64) c->config.cash_micros = INT64_C(60000000);
    set_rules(c, how & 128);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const drivers[])(Case * c) = {run_columns, run_sweep, run_live, run_matched};
    Bytes in = {span_of((const char *)data, size)};
    uint8_t which = input_byte(&in), how = input_byte(&in), ask = input_byte(&in);
    uint8_t memory = input_byte(&in);
    const Generated *g = generated_program(which % GENERATED_KINDS, which / GENERATED_KINDS);
    Arena arena, room;
    Case *c;

    if (!g->image) return 0;
    arena = pool_arena(LIMIT);
    room = pool_arena(memory < 32 ? (size_t)memory << 16 : LIMIT);
    c = arena_new(&arena, Case);
    c->arena = &arena;
    c->room = &room;
    c->program = g;
    c->image = g->image;
    c->ask = ask;
    set_config(c, how);
    recorded_make(&c->rec, in, c->image, START_US);
    if (run_scalar(c)) drivers[how & 3](c);
    arena_fini(&room);
    arena_fini(&arena);
    return 0;
}
