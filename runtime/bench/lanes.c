/* lanes.c — the live driver's rows: many wallets on one stream, the kernel against its twin by hand.
 *
 * Ours is the kernel of the live driver on a compiled strategy: values of the pool, conditions as bits,
 * wallets as columns; what it hits goes to the same small records that the twin keeps.  Slots open outside
 * of the time on both sides.  Equal means: buys, stops, targets, payouts and profit of every wallet. */
#include "runtime/bench/lanes.h"

#include <string.h>

#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/engine/live.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum {
    SLOTS = 10,
    TICKS = SLOTS * ANCHOR_SLOT_TICKS,
    STRETCH = 50, /* ticks; a slot holds a whole number of pairs of them */
    RUNS = 5,
    WALLETS = 10000
};

const uint32_t lanes_quick[LANES_CHOICES] = {12, 8, 16, 20};
const uint32_t lanes_calm[LANES_CHOICES] = {26, 20, 32, 40};
const uint32_t lanes_heat[LANES_CHOICES] = {14, 10, 18, 22};

enum { PARAMS = 8 }; /* of lanes.odx */

typedef struct Lanes {
    Bench *b;
    const Image *image;
    AnchorTicks t;
    TickData tick; /* of the event at hand */
    LanesData d;
    uint32_t indicators; /* distinct ones, for a curve; 0: what the strategies say */
    LanesRecord
        *ours; /* by place, which is by wallet: they come in the order of their strategies */
    uint32_t *lane_of; /* by strategy */
    Live *live;
} Lanes;

/* ---- data -------------------------------------------------------------------------------------------- */

static Event tick_event(Lanes *l, uint32_t i)
{
    l->tick.bid[0].price_micros[0] = l->t.bid_micros[i];
    l->tick.ask[0].price_micros[0] = l->t.ask_micros[i];
    l->tick.mid[0] = l->t.mid[i];
    l->tick.spread[0] = l->t.spread[i];
    l->tick.abs_move = l->t.move[i];
    return (Event){.ts_us = l->t.ts_us[i], .kind = EV_TICK, .tick = &l->tick};
}

static Event slot_event(const Lanes *l, uint32_t first, EventKind kind)
{
    Event ev = {.ts_us = l->t.ts_us[first], .kind = (uint8_t)kind};

    ev.slot.slot_start_us = l->t.slot_us[first];
    ev.slot.slot_us = (int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US;
    return ev;
}

static double param_of(const LanesStrategy *s, Span name)
{
    if (span_eq_str(name, "far")) return s->far;
    if (span_eq_str(name, "early")) return s->early;
    if (span_eq_str(name, "late")) return s->late;
    if (span_eq_str(name, "tight")) return s->tight;
    if (span_eq_str(name, "warm")) return s->warm;
    if (span_eq_str(name, "quick")) return lanes_quick[s->quick];
    return span_eq_str(name, "calm") ? lanes_calm[s->calm] : lanes_heat[s->heat];
}

static bool is_window(Span name)
{
    return span_eq_str(name, "quick") || span_eq_str(name, "calm") || span_eq_str(name, "heat");
}

static void fill_params(const Lanes *l, const LanesStrategy *s, double *params)
{
    for (uint32_t i = 0; i < l->image->params_count && i < PARAMS; i++)
        params[i] = param_of(s, image_string(l->image, l->image->params[i].name));
}

/* As many distinct indicators as the curve wants: windows go round. */
static void turn_windows(const Lanes *l, uint32_t strategy, double *params)
{
    for (uint32_t i = 0; l->indicators && i < l->image->params_count && i < PARAMS; i++)
        if (is_window(image_string(l->image, l->image->params[i].name)))
            params[i] = 2 + strategy % (l->indicators / 3);
}

static const LanesStrategy first_strategy = {0.03, 0.1, 0.4, 0.05, 70, 0, 0, 0};

static uint32_t pick(Rng *r, uint32_t count)
{
    return (uint32_t)rng_below(r, count);
}

static LanesStrategy any_strategy(Rng *r)
{
    return (LanesStrategy){.far = (20 + pick(r, 25)) / 1000.0,
                           .early = (5 + pick(r, 10)) / 100.0,
                           .late = (30 + pick(r, 20)) / 100.0,
                           .tight = (6 + pick(r, 6)) * 5 / 1000.0,
                           .warm = 60 + pick(r, 20),
                           .quick = pick(r, LANES_CHOICES),
                           .calm = pick(r, LANES_CHOICES),
                           .heat = pick(r, LANES_CHOICES)};
}

static LanesRecord any_record(Rng *r, uint32_t strategy)
{
    return (LanesRecord){.stake = (10 + (int64_t)pick(r, 90)) * 1000000,
                         .stop_ppm = 600000 + pick(r, 200000),
                         .target_ppm = 1400000 + pick(r, 600000),
                         .most = 1 + pick(r, 5),
                         .strategy = strategy};
}

/* The bars' own indicators at each tick: one scalar machine for each choice. */
static bool follow_choice(Lanes *l, uint32_t choice, LanesMarket *market)
{
    LanesStrategy s = {0.03, 0.1, 0.4, 0.05, 70, choice, choice, choice};
    double params[PARAMS];
    EngineConfig config = engine_config_default(l->image);
    Engine *e;

    fill_params(l, &s, params);
    config.params = params;
    e = engine_new(&config, l->b->arena);
    for (uint32_t i = 0; e && i < TICKS; i++) {
        Event tick = tick_event(l, i), open = slot_event(l, i, EV_SLOT_OPEN);

        if (i % ANCHOR_SLOT_TICKS == 0) engine_apply(e, &open, (EffectSink){NULL, NULL});
        engine_apply(e, &tick, (EffectSink){NULL, NULL});
        for (uint32_t row = 0; row < l->image->state_count; row++) {
            double v = vm_state_num(engine_vm(e), engine_wallet(e), row);

            if (l->image->state[row].kind == SK_EMA) market[i].quick[choice] = num_rint(v * 1e6);
            if (l->image->state[row].kind == SK_SMA) market[i].calm[choice] = num_rint(v * 1e6);
            if (l->image->state[row].kind == SK_RSI) market[i].heat[choice] = v;
        }
    }
    return e != NULL;
}

static bool make_market(Lanes *l)
{
    LanesMarket *market = arena_array(l->b->arena, LanesMarket, TICKS);

    if (arena_is_full(l->b->arena)) return false;
    for (uint32_t i = 0; i < TICKS; i++) {
        market[i].bid = l->t.bid_micros[i];
        market[i].ask = l->t.ask_micros[i];
        market[i].move = l->t.move[i];
        market[i].spread = l->t.spread[i];
        market[i].progress = (double)(l->t.ts_us[i] - l->t.slot_us[i]) /
                             (double)((int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US);
    }
    for (uint32_t c = 0; c < LANES_CHOICES; c++)
        if (!follow_choice(l, c, market)) return false;
    l->d.market = market;
    return true;
}

static bool make_wallets(Lanes *l, uint32_t wallets, uint32_t strategies)
{
    Arena *arena = l->b->arena;
    LanesStrategy *rows = arena_array(arena, LanesStrategy, strategies);
    LanesRecord *records = arena_array(arena, LanesRecord, wallets);
    uint32_t *first = arena_array(arena, uint32_t, strategies + 1U);
    Rng r;

    if (arena_is_full(arena)) return false;
    rng_init(&r, 7);
    for (uint32_t s = 0; s < strategies; s++)
        rows[s] = s ? any_strategy(&r) : first_strategy;
    for (uint32_t s = 0; s <= strategies; s++)
        first[s] = (uint32_t)((uint64_t)s * wallets / strategies);
    for (uint32_t s = 0; s < strategies; s++)
        for (uint32_t i = first[s]; i < first[s + 1]; i++)
            records[i] = any_record(&r, s);
    l->d = (LanesData){TICKS, wallets, strategies, &l->t, l->d.market, rows, records, first};
    return true;
}

/* ---- ours -------------------------------------------------------------------------------------------- */

static bool make_live(Lanes *l, double far)
{
    EngineConfig config = engine_config_default(l->image);
    double params[PARAMS];

    config.params = params;
    l->live = live_new(l->d.wallets, l->b->arena);
    l->ours = arena_array(l->b->arena, LanesRecord, l->d.wallets);
    l->lane_of = arena_array(l->b->arena, uint32_t, l->d.strategies);
    if (arena_is_full(l->b->arena)) return false;
    memcpy(l->ours, l->d.records, l->d.wallets * sizeof *l->ours);
    for (uint32_t i = 0; i < l->d.wallets; i++) {
        LanesStrategy s = l->d.rows[l->d.records[i].strategy];

        if (far > 0) s.far = far;
        fill_params(l, &s, params);
        turn_windows(l, l->d.records[i].strategy, params);
        if (live_add(l->live, &config) == NO_WALLET) return false;
    }
    return true;
}

/* The columns say what the record waits for, in place of the engine. */
static void set_wallet(Lanes *l, uint32_t place)
{
    const LanesRecord *r = &l->ours[place];

    wallets_band(&l->live->columns, place, 0, r->size ? r->stop : WALLET_NO_LOW,
                 r->size ? r->target : WALLET_NO_HIGH);
    wallets_listen(&l->live->columns, place, lanes_can_buy(r));
}

static void open_ours(Lanes *l, uint32_t first)
{
    Event ev = slot_event(l, first, EV_SLOT_OPEN);

    live_apply(l->live, &ev, (LiveSink){NULL, NULL});
    for (uint32_t i = 0; i < l->live->placed; i++) {
        const LiveWallet *w = &l->live->wallets[l->live->order[i]];

        l->lane_of[l->ours[i].strategy] = l->live->strategies[w->strategy].lanes[0];
        set_wallet(l, i);
    }
}

static bool is_open(const Lanes *l, const LanesRecord *r)
{
    uint32_t lane = l->lane_of[r->strategy];

    return l->live->predicates.open[lane >> 6] >> (lane & 63) & 1;
}

static void run_ours(Lanes *l, uint32_t first, uint32_t end)
{
    Live *live = l->live;

    for (uint32_t i = first; i < end; i++) {
        Event tick = tick_event(l, i);
        uint32_t place = 0;

        live_begin_tick(live, &tick);
        while ((place = wallets_next(&live->columns, place)) < live->columns.count) {
            LanesRecord *r = &l->ours[place];

            lanes_hit(r, l->t.bid_micros[i], l->t.ask_micros[i], is_open(l, r));
            set_wallet(l, place);
        }
        live_end_tick(live, &tick);
    }
}

/* ---- both -------------------------------------------------------------------------------------------- */

static bool has_won(const Lanes *l, uint32_t first)
{
    return l->t.spot[first + ANCHOR_SLOT_TICKS - 1] >= l->t.spot[first];
}

static void pay_all(const Lanes *l, LanesRecord *records, uint32_t first)
{
    for (uint32_t i = 0; i < l->d.wallets; i++)
        lanes_pay(&records[i], has_won(l, first));
}

static LanesTotals totals_of(const LanesRecord *records, uint32_t count)
{
    LanesTotals t = {0};

    for (uint32_t i = 0; i < count; i++) {
        t.buys += records[i].buys;
        t.stops += records[i].stops;
        t.targets += records[i].targets;
        t.payouts += records[i].payouts;
        t.profit += records[i].profit;
    }
    return t;
}

static bool has_all(LanesTotals t)
{
    return t.buys && t.stops && t.targets && t.payouts;
}

/* Both sides, slot by slot in turn; nanoseconds a tick and wallet. */
static bool run_both(Lanes *l, double *ret_ours, double *ret_twin)
{
    LanesTwin *twin = lanes_twin_new(&l->d, l->b->arena);
    int64_t ours_ns = 0, twin_ns = 0;

    if (!twin || !make_live(l, 0)) return bench_fail(l->b, "not enough memory");
    for (uint32_t first = 0; first < TICKS; first += ANCHOR_SLOT_TICKS) {
        int64_t start;

        open_ours(l, first);
        lanes_twin_open(twin);
        start = clock_work_ns();
        run_ours(l, first, first + ANCHOR_SLOT_TICKS);
        ours_ns += clock_work_ns() - start;
        start = clock_work_ns();
        lanes_twin_run(twin, first, first + ANCHOR_SLOT_TICKS);
        twin_ns += clock_work_ns() - start;
        pay_all(l, l->ours, first);
        pay_all(l, lanes_twin_records(twin), first);
    }
    *ret_ours = (double)ours_ns / TICKS / l->d.wallets;
    *ret_twin = (double)twin_ns / TICKS / l->d.wallets;
    if (memcmp(l->ours, lanes_twin_records(twin), l->d.wallets * sizeof *l->ours) != 0)
        return bench_fail(l->b, "the kernel's wallets end otherwise than the twin's");
    return has_all(totals_of(l->ours, l->d.wallets)) || bench_fail(l->b, "too little happened");
}

static int64_t apply_ours(Lanes *l, uint32_t first, uint32_t end)
{
    int64_t start = clock_work_ns();

    for (uint32_t i = first; i < end; i++) {
        Event tick = tick_event(l, i);

        live_apply(l->live, &tick, (LiveSink){NULL, NULL});
    }
    return clock_work_ns() - start;
}

/* Nothing fires: all of live_apply against the kernel alone, fifty ticks each in turn. */
static bool run_calm(Lanes *l, double *ret_apply, double *ret_kernel)
{
    int64_t apply_ns = 0, kernel_ns = 0;

    if (!make_live(l, 1)) return bench_fail(l->b, "not enough memory");
    for (uint32_t first = 0; first < TICKS; first += 2 * STRETCH) {
        int64_t start;

        if (first % ANCHOR_SLOT_TICKS == 0) open_ours(l, first);
        start = clock_work_ns();
        run_ours(l, first, first + STRETCH);
        kernel_ns += clock_work_ns() - start;
        apply_ns += apply_ours(l, first + STRETCH, first + 2 * STRETCH);
    }
    *ret_apply = 2.0 * (double)apply_ns / TICKS / l->d.wallets;
    *ret_kernel = 2.0 * (double)kernel_ns / TICKS / l->d.wallets;
    return live_counts(l->live).touched == 0 || bench_fail(l->b, "something fired");
}

/* The same the other way round: the kernel, and all of live_apply. */
static bool run_calm_turned(Lanes *l, double *ret_kernel, double *ret_apply)
{
    return run_calm(l, ret_apply, ret_kernel);
}

typedef bool (*RunBoth)(Lanes *l, double *ret_ours, double *ret_base);

static bool measure(Lanes *l, RunBoth run, BenchRow *row)
{
    double ours[RUNS], base[RUNS];

    for (uint32_t i = 0; i < RUNS; i++) {
        ArenaMark mark = arena_mark(l->b->arena);
        bool is_fine = run(l, &ours[i], &base[i]);

        arena_release(l->b->arena, mark);
        if (!is_fine) return false;
    }
    row->unit = "ns";
    row->is_ratio = true;
    row->n = (uint64_t)TICKS * l->d.wallets;
    row->ours = bench_median(ours, RUNS);
    row->baseline = bench_median(base, RUNS);
    l->b->row(l->b->ctx, row);
    return true;
}

static bool start(Bench *b, Lanes *l, uint32_t wallets, uint32_t strategies)
{
    *l = (Lanes){.b = b, .image = bench_image(b, SPAN("lanes.odx"), b->lanes_odx)};
    if (!l->image) return bench_fail(b, "lanes.odx does not compile");
    tick_clear(&l->tick);
    l->t = anchor_ticks(b->arena, TICKS);
    return (l->t.count && make_market(l) && make_wallets(l, wallets, strategies)) ||
           bench_fail(b, "not enough memory");
}

bool lanes_prove(Bench *b, uint32_t wallets, uint32_t strategies)
{
    ArenaMark mark = arena_mark(b->arena);
    double ours, twin;
    Lanes l;
    bool is_fine = start(b, &l, wallets, strategies) && run_both(&l, &ours, &twin);

    arena_release(b->arena, mark);
    return is_fine;
}

static bool run_size(Bench *b, const char *name, const char *live_name, uint32_t strategies)
{
    Lanes l;
    BenchRow kernel = {.name = name,
                       .says = "the live driver's kernel, a wallet and tick",
                       .against = "the same by hand, 512 strategies abreast",
                       .bar = 1.3};
    BenchRow calm = {.name = live_name,
                     .says = "live_apply with nothing firing, a wallet and tick",
                     .against = "the kernel alone with nothing firing",
                     .bar = 2};

    return lanes_prove(b, WALLETS, strategies) && start(b, &l, WALLETS, strategies) &&
           measure(&l, run_both, &kernel) && measure(&l, run_calm, &calm);
}

bool bench_lanes_1(Bench *b)
{
    return run_size(b, "lanes-1", "live-1", 1);
}

bool bench_lanes_100(Bench *b)
{
    return run_size(b, "lanes-100", "live-100", 100);
}

bool bench_lanes_10000(Bench *b)
{
    return run_size(b, "lanes-10000", "live-10000", WALLETS);
}

/* ---- one in a hundred ------------------------------------------------------------------------------ */

/* Each of a hundred strategies comes true at a tick of its own. */
static const char firing_text[] =
    "odx 1\nstrategy \"One in a hundred\"\nmarket btc = polymarket \"btc-updown-15m\"\n"
    "param early = 10% in 1% .. 99% step 0.1%\n"
    "when slot.progress > early and up.ask < 99c and ema(up.mid, 12) > 1c and rsi(up.mid, 14) <= "
    "100"
    " { buy $50 of up at market within 2c }\n"
    "risk { stop loss 30% take profit 80% max position $100 }\n";
enum { SHARES = 100, FIRING_RUNS = 4 * SHARES };

typedef struct Firing {
    Lanes l;
    Event fills[WALLETS / SHARES]; /* answers to the orders of this tick */
    uint32_t wallets[WALLETS / SHARES], count;
    bool is_odd;      /* an order that nobody expects */
    uint32_t *orders; /* by wallet */
    double fire_us[FIRING_RUNS], calm_us[FIRING_RUNS];
    uint32_t fired, calm;
} Firing;

static void take_order(void *ctx, uint32_t wallet, const Effect *f)
{
    Firing *w = ctx;
    Event *fill = &w->fills[w->count];

    if (f->kind != EFFECT_ORDER || f->because != BECAUSE_RULE) return;
    w->orders[wallet]++;
    w->is_odd |= w->count == WALLETS / SHARES;
    if (w->is_odd) return;
    *fill = (Event){.ts_us = f->ts_us, .kind = EV_FILL};
    fill->fill.order = f->order;
    fill->fill.price_micros = w->l.tick.ask[0].price_micros[0];
    fill->fill.size_micros = f->size_micros;
    fill->fill.token = (uint8_t)f->token;
    w->wallets[w->count++] = wallet;
}

static bool make_firing(Firing *w, Bench *b)
{
    EngineConfig config;
    double early;

    w->l = (Lanes){.b = b, .image = bench_image(b, SPAN("firing.odx"), span_str(firing_text))};
    if (!w->l.image) return bench_fail(b, "the strategy does not compile");
    tick_clear(&w->l.tick);
    w->l.t = anchor_ticks(b->arena, TICKS);
    w->l.live = live_new(WALLETS, b->arena);
    w->orders = arena_array(b->arena, uint32_t, WALLETS);
    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    config = engine_config_default(w->l.image);
    config.params = &early;
    for (uint32_t i = 0; i < WALLETS; i++) {
        early = 0.1 + 0.005 * (i / (WALLETS / SHARES));
        if (live_add(w->l.live, &config) == NO_WALLET) return bench_fail(b, "not enough memory");
    }
    return true;
}

/* A tick; what it sent is filled outside of the time. */
static void fire_tick(Firing *w, uint32_t i)
{
    Event tick = tick_event(&w->l, i);
    LiveSink sink = {take_order, w};
    int64_t start = clock_work_ns();
    double us;

    w->count = 0;
    live_apply(w->l.live, &tick, sink);
    us = (double)(clock_work_ns() - start) / 1000;
    if (w->count == WALLETS / SHARES && w->fired < FIRING_RUNS) w->fire_us[w->fired++] = us;
    if (w->count == 0 && w->calm < FIRING_RUNS) w->calm_us[w->calm++] = us;
    for (uint32_t k = 0; k < w->count; k++)
        live_tell(w->l.live, w->wallets[k], &w->fills[k], (LiveSink){NULL, NULL});
}

bool bench_live_firing(Bench *b)
{
    BenchRow row = {.name = "live-firing",
                    .unit = "us",
                    .says = "a tick of live_apply for 10,000 wallets, 100 of which send an order",
                    .against = "one at which nothing fires",
                    .n = WALLETS,
                    .bar = 60};
    Firing *w = arena_new(b->arena, Firing);

    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    if (!make_firing(w, b)) return false;
    for (uint32_t i = 0; i < TICKS && w->fired < FIRING_RUNS; i++) {
        Event open = slot_event(&w->l, i, EV_SLOT_OPEN);

        if (i % ANCHOR_SLOT_TICKS == 0) live_apply(w->l.live, &open, (LiveSink){take_order, w});
        fire_tick(w, i);
    }
    for (uint32_t i = 0; i < WALLETS; i++)
        w->is_odd |= w->orders[i] != FIRING_RUNS / SHARES;
    if (w->is_odd || !w->calm) return bench_fail(b, "wallets do not fire one slot, one order");
    row.ours = bench_median(w->fire_us, w->fired);
    row.baseline = bench_median(w->calm_us, w->calm);
    b->row(b->ctx, &row);
    return true;
}

/* ---- curves ------------------------------------------------------------------------------------------ */

typedef struct Point {
    const char *name;
    uint32_t wallets, strategies,
        indicators; /* indicators 0: those of the bars, else with nothing firing */
} Point;

static bool run_point(Bench *b, const Point *p)
{
    ArenaMark mark = arena_mark(b->arena);
    BenchRow row = {.name = p->name,
                    .says = "the live driver's kernel, a wallet and tick",
                    .against = p->indicators ? "all of live_apply" : "the same by hand"};
    Lanes l;
    bool is_fine = start(b, &l, p->wallets, p->strategies);

    l.indicators = p->indicators;
    is_fine = is_fine && measure(&l, p->indicators ? run_calm_turned : run_both, &row);
    arena_release(b->arena, mark);
    return is_fine;
}

bool bench_lanes_curves(Bench *b)
{
    static const Point points[] = {
        {"wallets-100", 100, 100, 0},          {"wallets-1000", 1000, 100, 0},
        {"wallets-10000", 10000, 100, 0},      {"wallets-40000", 40000, 100, 0},
        {"strategies-1", 10000, 1, 0},         {"strategies-10", 10000, 10, 0},
        {"strategies-100", 10000, 100, 0},     {"strategies-1000", 10000, 1000, 0},
        {"strategies-10000", 10000, 10000, 0}, {"indicators-3", 10000, 1000, 3},
        {"indicators-30", 10000, 1000, 30},    {"indicators-300", 10000, 1000, 300},
        {"indicators-900", 10000, 1000, 900},
    };
    bool is_fine = true;

    for (size_t i = 0; is_fine && i < sizeof points / sizeof *points; i++)
        is_fine = run_point(b, &points[i]);
    return is_fine;
}
