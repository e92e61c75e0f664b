/* gateway.c — see gateway.h. */
#include "tests/diff/gateway.h"

#include "runtime/engine/engine.h"
#include "runtime/engine/instant.h"
#include "runtime/engine/order.h"

#define MOST_ANSWERS 20000

typedef struct Standing { /* one order the engine has sent */
    Effect e;
    int64_t filled, expires_us;
    bool is_live, is_tried, is_cancelling, is_sets;
} Standing;

typedef struct Gateway {
    Engine *engine;
    const Image *image;
    Arena *arena;
    EffectList out;
    Standing *orders;
    size_t count, cap;
    const TickData **ticks; /* the latest of each market, NULL before the first of a slot */
    uint32_t answers;
} Gateway;

static void *grow(Arena *arena, void *items, size_t size, size_t count, size_t *cap)
{
    void *grown;

    if (count < *cap) return items;
    *cap = *cap ? *cap * 2 : 64;
    grown = arena_alloc_array(arena, *cap, size);
    if (count) memcpy(grown, items, count * size);
    return grown;
}

static void take(void *ctx, const Effect *e)
{
    Gateway *g = ctx;

    if (e->kind == EFFECT_LEDGER) return;
    g->out.items = grow(g->arena, g->out.items, sizeof *e, g->out.count, &g->out.cap);
    g->out.items[g->out.count++] = *e;
    if (e->kind == EFFECT_CANCEL)
        for (size_t i = 0; i < g->count; i++)
            if (g->orders[i].e.order == e->order) g->orders[i].is_cancelling = true;
    if (e->kind != EFFECT_ORDER && e->kind != EFFECT_SETS) return;
    g->orders = grow(g->arena, g->orders, sizeof *g->orders, g->count, &g->cap);
    g->orders[g->count++] =
        (Standing){.e = *e,
                   .expires_us = e->has_good_for ? e->ts_us + e->good_for_us : INT64_MAX,
                   .is_live = true,
                   .is_sets = e->kind == EFFECT_SETS};
}

static void apply(Gateway *g, const Event *e)
{
    engine_apply(g->engine, e, (EffectSink){take, g});
}

/* ---- answers ----------------------------------------------------------------------------------- */

static void fill(Gateway *g, size_t i, int64_t ts, int64_t price, int64_t size)
{
    Event ev = {.ts_us = ts, .kind = EV_FILL};

    ev.fill.order = g->orders[i].e.order;
    ev.fill.price_micros = price;
    ev.fill.size_micros = size;
    ev.fill.token = (uint8_t)g->orders[i].e.token;
    ev.fill.is_sell = g->orders[i].e.is_sell;
    g->orders[i].filled += size;
    if (g->orders[i].filled == g->orders[i].e.size_micros) g->orders[i].is_live = false;
    g->answers++;
    apply(g, &ev);
}

static void state(Gateway *g, size_t i, int64_t ts, OrderState s)
{
    Event ev = {.ts_us = ts, .kind = EV_ORDER_STATE};

    ev.order.order = g->orders[i].e.order;
    ev.order.state = (uint8_t)s;
    if (order_is_over((uint8_t)s)) g->orders[i].is_live = false;
    g->orders[i].is_tried = true;
    g->answers++;
    apply(g, &ev);
}

static void reject(Gateway *g, size_t i, int64_t ts)
{
    Event ev = {.ts_us = ts, .kind = EV_REJECT};

    ev.reject.order = g->orders[i].e.order;
    g->orders[i].is_live = false;
    g->answers++;
    apply(g, &ev);
}

/* ---- the book ---------------------------------------------------------------------------------- */

static bool is_crossed(const TickData *t)
{
    for (int o = 0; o < OUTCOMES; o++)
        if (t->bid[o].price_micros[0] != MICROS_UNKNOWN &&
            t->ask[o].price_micros[0] != MICROS_UNKNOWN &&
            t->bid[o].price_micros[0] > t->ask[o].price_micros[0])
            return true;
    return false;
}

static int64_t fillable(const Gateway *g, const Standing *s, int64_t *ret_price)
{
    const TokenRow *token = &g->image->tokens[s->e.token];
    const TickData *t;
    int64_t left = s->e.size_micros - s->filled, size;
    const BookSide *side;

    if (s->e.token < 0 || s->e.token >= (int32_t)g->image->tokens_count)
        return 0; /* of a stranger */
    t = g->ticks[token->market];
    if (!t || is_crossed(t)) return 0;
    side = s->e.is_sell ? &t->bid[token->outcome & 1] : &t->ask[token->outcome & 1];
    *ret_price = side->price_micros[0];
    size = side->size_micros[0];
    if (*ret_price == MICROS_UNKNOWN) return 0;
    if (s->e.is_sell ? *ret_price < s->e.price_micros : *ret_price > s->e.price_micros) return 0;
    return size == MICROS_UNKNOWN || size > left ? left : size;
}

/* ---- trying ------------------------------------------------------------------------------------ */

static void answer_cancels(Gateway *g, int64_t ts)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->orders[i].is_live && g->orders[i].is_cancelling) state(g, i, ts, ORDER_CANCELLED);
}

static void try_new(Gateway *g, size_t i, int64_t ts)
{
    const Effect e = g->orders[i].e;
    bool is_now = e.is_market || (e.modifiers & (MOD_NOW_OR_NEVER | MOD_ALL_OR_NOTHING));
    int64_t price = 0, size;

    g->orders[i].is_tried = true;
    if (g->orders[i].is_sets) {
        state(g, i, ts, ORDER_FILLED);
        return;
    }
    size = fillable(g, &g->orders[i], &price);
    if ((e.modifiers & MOD_POST_ONLY) && size > 0) {
        reject(g, i, ts);
        return;
    }
    if ((e.modifiers & MOD_ALL_OR_NOTHING) && size < e.size_micros) size = 0;
    if (size > 0) fill(g, i, ts, price, size);
    if (!g->orders[i].is_live) return;
    if (is_now)
        state(g, i, ts, ORDER_CANCELLED);
    else if (size == 0)
        state(g, i, ts, ORDER_LIVE);
}

static void answer(Gateway *g, int64_t ts, bool is_tick, uint32_t market)
{
    size_t resting = 0;

    while (resting < g->count && g->orders[resting].is_tried)
        resting++;
    answer_cancels(g, ts);
    for (size_t i = is_tick ? 0 : resting; i < g->count && g->answers < MOST_ANSWERS; i++) {
        int64_t price = 0, size;

        if (!g->orders[i].is_live) continue;
        if (!g->orders[i].is_tried) {
            try_new(g, i, ts);
        } else if (is_tick && i < resting && g->orders[i].e.token >= 0 &&
                   g->orders[i].e.token < (int32_t)g->image->tokens_count &&
                   g->image->tokens[g->orders[i].e.token].market == market) {
            size = fillable(g, &g->orders[i], &price);
            if (size > 0) fill(g, i, ts, g->orders[i].e.price_micros, size);
        }
        answer_cancels(g, ts);
    }
}

static int64_t next_expiry(const Gateway *g)
{
    int64_t best = INT64_MAX;

    for (size_t i = 0; i < g->count; i++)
        if (g->orders[i].is_live && g->orders[i].expires_us < best) best = g->orders[i].expires_us;
    return best;
}

static void expire(Gateway *g, int64_t ts)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->orders[i].is_live && g->orders[i].is_tried && g->orders[i].expires_us <= ts)
            state(g, i, ts, ORDER_EXPIRED);
}

/* What is due before the event, instant by instant, each answered. */
static void run_due(Gateway *g, int64_t until, bool is_included)
{
    for (;;) {
        int64_t due = engine_due(g->engine), expiry = next_expiry(g);
        int64_t next = due < expiry ? due : expiry;
        Event clock = {.ts_us = next, .kind = EV_CLOCK};

        if (next > until || (next == until && !is_included) || g->answers >= MOST_ANSWERS) return;
        if (due == next) apply(g, &clock);
        answer(g, next, false, 0);
        expire(g, next);
    }
}

static void note_market(Gateway *g, const Event *e)
{
    if (e->kind == EV_TICK) g->ticks[e->market] = e->tick;
    if (e->kind == EV_SLOT_OPEN) g->ticks[e->market] = NULL;
}

GatewayBounds gateway_bounds(const Image *image)
{
    EngineConfig d = engine_config_default(image);

    return (GatewayBounds){d.market_bound_micros, d.exit_bound_micros, d.market_bound_ratio,
                           d.exit_bound_ratio};
}

static Engine *new_engine(const GatewaySetup *setup, Arena *arena)
{
    EngineConfig config = engine_config_default(setup->image);

    config.params = setup->params;
    config.rules = setup->rules;
    config.cash_micros = setup->cash_micros;
    config.start_us = setup->start_us;
    config.heartbeat = setup->has_heartbeat;
    config.has_shows = config.has_promises = true;
    config.stops_on_promise = setup->stops_on_promise;
    config.sell_from = setup->sell_from;
    return engine_new(&config, arena);
}

/* Another engine takes over from a snapshot of the first. */
static bool resume(Gateway *g, const GatewaySetup *setup)
{
    Engine *next = new_engine(setup, g->arena);
    Buf bytes;

    buf_init(&bytes, g->arena, (size_t)16 << 20);
    if (!next || !engine_snapshot(g->engine, &bytes)) return false;
    if (!engine_restore(next, buf_span(&bytes))) return false;
    g->engine = next;
    return true;
}

EffectList gateway_run(const GatewaySetup *setup, const Event *events, size_t count, Arena *arena,
                       const char **ret_why)
{
    Gateway g = {.image = setup->image, .arena = arena, .engine = new_engine(setup, arena)};

    if (!g.engine) {
        *ret_why = "engine_new refuses";
        return g.out;
    }
    if (setup->uses_instant) {
        Instant *instant = instant_new(setup->image, arena);

        for (size_t i = 0; i < count; i++)
            instant_apply(instant, g.engine, &events[i], (EffectSink){take, &g});
        return g.out;
    }
    g.ticks = arena_alloc_array(arena, MARKET_NONE + 1, sizeof *g.ticks);
    for (size_t i = 0; i < count; i++) {
        const Event *ev = &events[i];

        run_due(&g, ev->ts_us, ev->kind == EV_CLOCK);
        if (ev->kind == EV_CLOCK) continue;
        note_market(&g, ev);
        apply(&g, ev);
        answer(&g, ev->ts_us, ev->kind == EV_TICK, ev->market);
        if (i + 1 == setup->snapshot_after && !resume(&g, setup))
            *ret_why = "the snapshot is refused";
    }
    if (engine_ledger_sum(g.engine) != engine_balance_sum(g.engine))
        *ret_why = "the engine's ledger does not add up to its balances";
    return g.out;
}
