/* fuzz_drivers.c — any bytes as recorded ticks, through the drivers.
 *
 * The first byte names a generated strategy, the second a driver, its kernels and how it is run, the third the
 * step that is explained; the rest are ticks, single ones and bursts.  Promise checked: columns, a sweep and the
 * live driver give the effects and the state of the scalar engine, to the bit, and effects and reasons can be
 * written down. */
#include "runtime/backtest/replay.h"
#include "runtime/core/cpu.h"
#include "runtime/engine/drive_live.h"
#include "runtime/engine/drive_sweep.h"
#include "runtime/proof/effect_json.h"
#include "runtime/proof/why.h"
#include "tests/diff/effect_hash.h"
#include "tests/fuzz/generated.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define START_US ((INT64_C(1767571200) - 100) * 1000000) /* a Sunday, 23:58:20 */
#define LIMIT ((size_t)256 << 20)
#define SNAPSHOT_MAX ((size_t)4 << 20)
enum { MARKETS = 4, ROWS = 700, EVENTS = 3 * ROWS, AXES = 2, VALUES = 3, VARIANTS = 9, DICE = 9 };
enum { WALLETS = 3, PENDING = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Outcome {
    uint64_t hash, count;
    Span snapshot;
} Outcome;

typedef struct Recording { /* one market */
    TickRow rows[ROWS];
    SlotLabel labels[ROWS];
    MarketRows view;
    int64_t price, spot;
    int64_t slot_us;
    bool is_coin;
} Recording;

typedef struct Case {
    Bytes in;
    const Generated *program;
    const Image *image;
    Arena *arena, *kept; /* the sweep gives back all of its own that came after */
    EngineConfig config;
    MarketRules rules[MAX_MARKETS + 1];
    KernelLevel level;
    uint32_t ask; /* the step that is explained */
    Recording markets[MARKETS];
    uint32_t count; /* of them */
    int64_t now_us;
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

/* ---- ticks --------------------------------------------------------------------------------------- */

static void put_levels(BookSide *side, int64_t best, int64_t step, const uint8_t *dice)
{
    for (int i = 0; i <= dice[6] % 3; i++) {
        side->price_micros[i] = best + i * step;
        side->size_micros[i] = dice[5] ? (int64_t)(dice[5] + i) * 1500000 : MICROS_UNKNOWN;
    }
}

/* A step of a walk: small mostly, now and then anywhere. */
static void put_tick(Recording *r, TickData *tick, const uint8_t *dice)
{
    int64_t scale = r->is_coin ? INT64_C(1000000) : 10000;
    int64_t spread = dice[3] == 255 ? -2 : 1 + dice[3] % 3;

    r->price += dice[0] % 7 - 3;
    if (dice[1] < 6) r->price = dice[2];
    if (r->price < 2 || r->price > 97) r->price = 2 + dice[2] % 96;
    r->spot += dice[7] - 128;
    tick_clear(tick);
    if (dice[4] >= 4) put_levels(&tick->bid[0], r->price * scale, -scale, dice);
    if (dice[4] < 250) put_levels(&tick->ask[0], (r->price + spread) * scale, scale, dice);
    if (!r->is_coin && dice[6] < 250) tick_mirror(tick);
    if (dice[7]) tick->spot = 97000 + (double)r->spot / 4;
    if (dice[1] % 32 != 31) tick->volume_micros = (int64_t)dice[2] * 40000000;
    if (r->is_coin) tick->mark = (double)r->price;
    if (r->is_coin) tick->funding = (double)(int8_t)dice[2] / 1e5;
}

static void add_row(Case *c, Recording *r, const uint8_t *dice)
{
    static const int64_t steps_us[] = {0, 1000000, 250000, 1000000, 5000000, 1000000, 61000000, 1};
    TickRow *row = &r->rows[r->view.count];

    if (r->view.count == ROWS) return;
    c->now_us += dice[8] < 240 ? 1000000 : steps_us[dice[8] % ARRAY_LEN(steps_us)];
    put_tick(r, &row->data, dice);
    row->ts_us = c->now_us;
    row->slot_us = r->slot_us;
    row->slot_start_us = r->slot_us ? c->now_us / r->slot_us * r->slot_us : 0;
    r->view.count++;
}

/* Ticks that a generator throws: so many, so wild. */
static void add_burst(Case *c, Recording *r, uint8_t count, uint8_t seed)
{
    uint64_t calm = seed % 4 ? UINT64_C(0x4040404040404040) : 0;
    Rng rng;

    rng_init(&rng, seed);
    for (int i = 0; i < count; i++) {
        uint8_t dice[DICE] = {0};
        uint64_t thrown = rng_u64(&rng) | calm;

        memcpy(dice, &thrown, sizeof thrown);
        if (!calm) dice[DICE - 1] = (uint8_t)rng_below(&rng, 256);
        add_row(c, r, dice);
    }
}

static void add_labels(Recording *r)
{
    for (size_t i = 0; i < r->view.count; i++) {
        const TickRow *row = &r->rows[i];
        SlotLabel *last = r->view.label_count ? &r->labels[r->view.label_count - 1] : NULL;
        int64_t number = row->slot_us ? row->slot_start_us / row->slot_us : 0;

        if (!row->slot_us || (last && last->slot_start_us == row->slot_start_us)) continue;
        r->labels[r->view.label_count++] = (SlotLabel){row->slot_start_us, row->slot_us,
                                                       (int8_t)(number % 4 < 2 ? number % 2 : -1),
                                                       number % 3 ? row->data.spot : UNKNOWN};
    }
}

static void make_recordings(Case *c)
{
    for (uint32_t i = 0; i < c->image->sources_count && c->count < MARKETS; i++) {
        const SourceRow *s = &c->image->sources[i];
        Recording *r = &c->markets[c->count];

        if (s->source) continue;
        r->price = 50;
        r->slot_us = s->kind == MARKET_SLOT ? s->slot_us : 0;
        r->is_coin = s->kind > MARKET_BINARY;
        r->view.rows = r->rows;
        r->view.labels = r->labels;
        c->count++;
    }
    while (c->in.left.len && c->count) {
        uint8_t what = input_byte(&c->in);
        Recording *r = &c->markets[what % c->count];

        if (what & 0x80) {
            uint8_t length = input_byte(&c->in), seed = input_byte(&c->in);

            add_burst(c, r, length, seed);
        } else {
            uint8_t dice[DICE];

            for (int i = 0; i < DICE; i++)
                dice[i] = input_byte(&c->in);
            add_row(c, r, dice);
        }
    }
    for (uint32_t i = 0; i < c->count; i++)
        add_labels(&c->markets[i]);
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
    MarketRows *rows = arena_array(c->arena, MarketRows, MARKETS);

    for (uint32_t i = 0; i < c->count; i++)
        rows[i] = c->markets[i].view;
    return replay_new(e, rows, c->count, sink, c->arena);
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
    if (!replay_columns(r, c->level, c->arena, &market, &why)) {
        BUG_IF(!columns_sentence(why));
        return;
    }
    while (replay_run(r, INT64_MAX, 1 + c->ask * 7))
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
    if (e) s->got[variant].snapshot = snapshot_of(e, s->c->kept);
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

    *ticks = tick_columns_from_rows(c->markets[0].rows, c->markets[0].view.count, c->arena);
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
    d = drive_sweep_new(&s->setup, c->arena);
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

static bool join(Fleet *f, uint32_t wallet)
{
    Case *c = f->c;
    EngineConfig config = c->config;
    double *params = arena_array(c->arena, double, c->image->params_count + 1U);

    for (uint32_t i = 0; i < c->image->params_count; i++) {
        const ParamRow *p = &c->image->params[i];

        params[i] = wallet == 1 ? p->low : wallet == 2 ? p->high : p->value;
    }
    config.params = params;
    config.cash_micros = config.cash_micros / (wallet + 1);
    f->engines[wallet] = engine_new(&config, c->arena);
    f->numbers[wallet] = live_add(f->live, &config);
    return f->engines[wallet] && f->numbers[wallet] == wallet;
}

static void run_live(Case *c)
{
    Fleet *f = arena_new(c->arena, Fleet);

    f->c = c;
    f->live = live_new(WALLETS, c->arena);
    for (uint32_t w = 0; w < WALLETS; w++)
        if (!f->live || !join(f, w)) return;
    for (size_t i = 0; i < c->event_count; i++) {
        const Event *ev = &c->events[i];

        live_apply(f->live, ev, (LiveSink){take_wallet, f});
        for (uint32_t w = 0; w < WALLETS; w++) {
            engine_apply(f->engines[w], ev, (EffectSink){take_one, &f->alone[w]});
            answer(f, w, false, ev->ts_us);
            answer(f, w, true, ev->ts_us);
        }
    }
    for (uint32_t w = 0; w < WALLETS; w++) {
        BUG_IF(!live_sentence(live_why(f->live, w)));
        f->alone[w].outcome.snapshot = snapshot_of(f->engines[w], c->arena);
        f->together[w].outcome.snapshot = snapshot_of(live_engine(f->live, w), c->arena);
        if (!arena_is_full(c->arena)) check_same(&f->alone[w].outcome, &f->together[w].outcome);
    }
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
    static void (*const drivers[])(Case * c) = {run_columns, run_sweep, run_live, run_columns};
    Bytes in = {span_of((const char *)data, size)};
    uint8_t which = input_byte(&in), how = input_byte(&in), ask = input_byte(&in);
    const Generated *g = generated_program(which % GENERATED_KINDS, which / GENERATED_KINDS);
    Arena arena, kept;
    Case *c;

    if (!g->image) return 0;
    arena = pool_arena(LIMIT);
    kept = pool_arena(LIMIT);
    c = arena_new(&arena, Case);
    c->in = in;
    c->arena = &arena;
    c->kept = &kept;
    c->program = g;
    c->image = g->image;
    c->ask = ask;
    c->now_us = START_US;
    set_config(c, how);
    make_recordings(c);
    if (run_scalar(c)) drivers[how & 3](c);
    arena_fini(&kept);
    arena_fini(&arena);
    return 0;
}
