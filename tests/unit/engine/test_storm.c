/* test_storm.c — random events against the examples: whatever comes, the books balance, a restart
 * changes nothing and a damaged snapshot is refused. */
#include "tests/unit/engine/stage.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness/test.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

static const char *const strategies[] = {
    "market m = polymarket \"btc-updown-5m\"\n"
    "on tick if up.ask < 55c { buy $30 of up at market within 2c }\n"
    "on tick if down.ask < 50c { buy 20 shares of down at 45c good for 7s }\n"
    "when up.bid > 70c { close up }\non fill { cancel all }\non reject { close down }\n"
    "when ema(up.mid every 1s, 5) crosses above up.mid { sell all of up at up.ask }\n"
    "risk { stop loss 20% trailing stop 30% time stop 40s take profit 50% exit when slot.left < "
    "20s\n"
    "cooldown 5s after loss max position $200 max exposure 30% of equity max trades 9 per slot max "
    "loss $90 per hour }\n",
    "market m = polymarket \"btc-updown-5m\"\nmarket k = okx \"BTC-USDT-SWAP\"\n"
    "while m.up.spread < 8c { quote m.up { bid m.up.mid - 3c size 40 shares ask m.up.mid + 3c size "
    "min(40 shares, m.up.position) } }\n"
    "when m.up.ask + m.down.ask < 101c { together within 4s or unwind { buy 20 shares of m.up at "
    "m.up.ask buy 20 shares of m.down at m.down.ask all or nothing } }\n"
    "on tick of k if k.bid > $50 { sell 0.5 coins of k at market }\non tick of k if k.ask < $40 { "
    "buy 0.7 coins of k at market }\n"
    "on every 6s { split 10 shares of m }\non every 10s { merge 7 shares of m }\non slot close of "
    "m { cancel all }\n"
    "risk { stop loss 15% max exposure $500 max drawdown 20% }\n",
    "market m = polymarket \"x\"\nleader w = polymarket "
    "\"0x0000000000000000000000000000000000000001\"\n"
    "on w.trade if trade.side is buy { buy (1% of trade.notional) of trade.token at trade.price + "
    "2c now or never }\n"
    "on w.trade if trade.side is sell { sell 50% of trade.token at market }\n"
    "when yes.ask < 50c for 3s { buy $20 of yes at market }\nrisk { stop loss 10% max exposure $50 "
    "per leader }\n",
};

typedef struct Storm {
    Rng rng;
    Engine *engine, *twin; /* the twin is restarted now and then */
    Instant *gateway, *twin_gateway;
    const Image *image;
    EngineConfig config;
    Arena *arena;
    uint64_t hash, twin_hash;
    int64_t now_us, slot_us;
    TickData tick;
} Storm;

static void note(uint64_t *hash, const Effect *f)
{
    uint64_t v[] = {*hash,
                    f->kind,
                    f->because,
                    f->reason,
                    (uint64_t)f->token,
                    (uint64_t)f->size_micros,
                    (uint64_t)f->price_micros,
                    (uint64_t)f->amount_micros,
                    f->order,
                    (uint64_t)f->ts_us};

    *hash = hash_span(span_of((const char *)v, sizeof v));
}

static void take(void *ctx, const Effect *f)
{
    note(&((Storm *)ctx)->hash, f);
}

static void take_twin(void *ctx, const Effect *f)
{
    note(&((Storm *)ctx)->twin_hash, f);
}

static int64_t maybe(Storm *s, int64_t v, double p)
{
    return rng_chance(&s->rng, p) ? MICROS_UNKNOWN : v;
}

static void make_tick(Storm *s)
{
    int64_t bid = 10000 * rng_range(&s->rng, 5, 92), ask = bid + 10000 * rng_range(&s->rng, -1, 6);

    tick_clear(&s->tick);
    s->tick.bid[0].price_micros[0] = maybe(s, bid, 0.1);
    s->tick.ask[0].price_micros[0] = maybe(s, ask, 0.1);
    s->tick.bid[0].size_micros[0] = maybe(s, 10000 * rng_range(&s->rng, 0, 9000), 0.3);
    s->tick.ask[0].size_micros[0] = maybe(s, 10000 * rng_range(&s->rng, 0, 9000), 0.3);
    if (rng_chance(&s->rng, 0.8)) tick_mirror(&s->tick);
    s->tick.spot = 97000 + (double)rng_below(&s->rng, 1000);
    if (rng_chance(&s->rng, 0.5))
        for (int i = 0; i < 2; i++) /* an instrument's book is worth dollars */
            s->tick.bid[0].price_micros[0] = maybe(s, bid * 100, 0.2);
}

static Event random_report(Storm *s)
{
    Event ev = {.kind = EV_ORDER_STATE};
    uint64_t order = rng_below(&s->rng, 40);

    switch (rng_below(&s->rng, 4)) {
    case 0:
        ev.order.order = order;
        ev.order.state = (uint8_t)rng_below(&s->rng, 11);
        return ev;
    case 1:
        ev.kind = EV_REJECT;
        ev.reject.order = order;
        return ev;
    case 2:
        ev.kind = EV_FILL_STATE;
        ev.fill_state.fill = rng_below(&s->rng, 30);
        ev.fill_state.state = (uint8_t)rng_below(&s->rng, 5);
        return ev;
    default:
        ev.kind = EV_FILL;
        ev.fill.order = order;
        ev.fill.is_external = rng_chance(&s->rng, 0.5);
        ev.fill.token = (uint8_t)rng_below(&s->rng, 6);
        ev.fill.is_sell = rng_chance(&s->rng, 0.5);
        ev.fill.price_micros = rng_range(&s->rng, -1, 1000000);
        ev.fill.size_micros = rng_range(&s->rng, -1, 50000000);
        ev.fill.fee_micros = rng_range(&s->rng, 0, 9999);
        return ev;
    }
}

static Event slot_event(Storm *s)
{
    Event ev = {.kind = EV_SLOT_CLOSE};
    uint64_t what = rng_below(&s->rng, 3);

    if (what == 2) {
        ev.kind = EV_RESOLVE;
        ev.resolve.slot_start_us = s->slot_us - (int64_t)rng_below(&s->rng, 3) * 30000000;
        ev.resolve.winner = (int8_t)rng_range(&s->rng, -1, 1);
        ev.resolve.spot_close = UNKNOWN;
        return ev;
    }
    if (what == 1) {
        ev.kind = EV_SLOT_OPEN;
        s->slot_us += 30000000;
    }
    ev.slot.slot_start_us = s->slot_us;
    ev.slot.slot_us = 30000000;
    return ev;
}

static Event leader_event(Storm *s)
{
    Event ev = {.kind = EV_LEADER};

    ev.leader.verb = (uint8_t)rng_below(&s->rng, 3);
    ev.leader.is_sell = rng_chance(&s->rng, 0.4);
    ev.leader.market = engine_dynamic_market(s->engine, 0);
    ev.leader.token = engine_dynamic_token(s->engine, 0, (uint8_t)rng_below(&s->rng, 2));
    ev.leader.price_micros = 10000 * rng_range(&s->rng, 1, 99);
    ev.leader.size_micros = 1000000 * rng_range(&s->rng, 1, 9000);
    ev.leader.notional_micros = ev.leader.size_micros / 2;
    ev.leader.closes_in_us = maybe(s, 1000000, 0.2);
    return ev;
}

static Event random_event(Storm *s)
{
    Event ev = {.kind = EV_CLOCK};
    uint64_t what = rng_below(&s->rng, 20);

    s->now_us += rng_range(&s->rng, -200000, 2000000);
    if (what < 11) {
        ev.kind = EV_TICK;
        ev.market = (uint8_t)rng_below(&s->rng, 4);
        make_tick(s);
        ev.tick = &s->tick;
    } else if (what < 14) {
        ev = random_report(s);
    } else if (what < 16) {
        ev = slot_event(s);
    } else if (what < 18) {
        ev = leader_event(s);
    } else if (what == 18) {
        ev.kind = EV_COMMAND;
        ev.command.command = (uint8_t)rng_below(&s->rng, 3);
        ev.command.arg = rng_range(&s->rng, -1, 3);
    }
    ev.ts_us = s->now_us;
    return ev;
}

static void restart_twin(Storm *s)
{
    Buf bytes;

    buf_init(&bytes, s->arena, (size_t)4 << 20);
    CHECK(engine_snapshot(s->twin, &bytes));
    s->twin = engine_new(&s->config, s->arena);
    CHECK(s->twin && engine_restore(s->twin, buf_span(&bytes)));
}

static void blow(Storm *s, int events)
{
    for (int i = 0; i < events; i++) {
        Event ev = random_event(s);

        instant_apply(s->gateway, s->engine, &ev, (EffectSink){take, s});
        instant_apply(s->twin_gateway, s->twin, &ev, (EffectSink){take_twin, s});
        if (rng_chance(&s->rng, 0.02)) restart_twin(s);
        CHECK_INT(engine_ledger_sum(s->engine), engine_balance_sum(s->engine));
    }
    CHECK_INT(s->hash, s->twin_hash);
    CHECK_INT(engine_equity(s->engine), engine_equity(s->twin));
}

static bool storm_init(Storm *s, const char *body, uint64_t seed)
{
    char text[4096];
    Stage stage;

    snprintf(text, sizeof text, "odx 1\nstrategy \"t\"\n%s", body);
    if (!stage_open(&stage, text, 0)) return false;
    *s = (Storm){.engine = stage.engine,
                 .gateway = stage.gateway,
                 .image = stage.image,
                 .config = stage.config,
                 .arena = stage.arena,
                 .now_us = STAGE_START_US,
                 .slot_us = STAGE_START_US};
    s->config.sell_from = (uint8_t)(seed % 3);
    rng_init(&s->rng, seed);
    s->engine = engine_new(&s->config, s->arena);
    s->twin = engine_new(&s->config, s->arena);
    s->twin_gateway = instant_new(s->image, s->arena);
    return CHECK(s->engine && s->twin && s->twin_gateway);
}

static void storms(void)
{
    for (uint64_t seed = 1; seed <= 12; seed++)
        for (size_t i = 0; i < sizeof strategies / sizeof strategies[0]; i++) {
            Storm s;

            if (storm_init(&s, strategies[i], seed)) blow(&s, 400);
        }
}

/* Any flipped byte, and any shorter text, is refused; the engine goes on as if nothing had been tried. */
static void damaged_snapshots(void)
{
    Storm s;
    Buf bytes, before, after;

    if (!storm_init(&s, strategies[1], 7)) return;
    blow(&s, 200);
    buf_init(&bytes, s.arena, (size_t)4 << 20);
    buf_init(&before, s.arena, (size_t)4 << 20);
    buf_init(&after, s.arena, (size_t)4 << 20);
    CHECK(engine_snapshot(s.engine, &bytes) && engine_snapshot(s.twin, &before));
    for (size_t i = 0; i < bytes.len; i += 1 + bytes.len / 300) {
        bytes.ptr[i] = (char)(bytes.ptr[i] ^ 0x10);
        CHECK(!engine_restore(s.twin, buf_span(&bytes)));
        bytes.ptr[i] = (char)(bytes.ptr[i] ^ 0x10);
        CHECK(!engine_restore(s.twin, span_sub(buf_span(&bytes), 0, i)));
    }
    CHECK(engine_snapshot(s.twin, &after));
    CHECK(span_is(buf_span(&before), buf_span(&after)));
    CHECK(engine_restore(s.twin, buf_span(&bytes)));
}

int main(void)
{
    TEST_RUN(storms);
    TEST_RUN(damaged_snapshots);
    return test_end();
}
