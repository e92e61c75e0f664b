/* ledger.c — assets equal liabilities, to the micro, after every event.
 *
 *     ledger [--count N] [--first SEED] [--only SEED]
 *
 * A seed is a sequence: a strategy that trades a great deal, on a market that jumps, through the matcher:
 * orders, partial fills, cancels, full sets, fees, slots that resolve at 1, 0 or split, fills that fail,
 * reports that cannot be.  Beside it stands a wallet kept by hand from the fills alone.  After every event:
 * the rows of the ledger sum to zero; its cash rows are the cash, by hand and by the engine; its position
 * rows are what is held, at cost; nothing impossible passed, and everything impossible was counted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "runtime/matcher/gate.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define SECOND INT64_C(1000000)
#define START_US (INT64_C(20610) * 86400 * SECOND) /* after the fee curve and the taker delay */
#define SLOT_US (300 * SECOND)

enum { SLOTS = 3, FILLS_KEPT = 512, SETS_KEPT = 256, TICKS = 14 };

static const char *const texts[] = {
    "market m = polymarket \"btc-updown-5m\"\n"
    "on tick if up.ask < 60c { buy 9 shares of up at market within 3c }\n"
    "on tick if down.ask < 45c { buy 20 shares of down at 45c good for 7s }\n"
    "on tick if up.bid > 55c { sell 6 shares of up at up.bid - 1c }\n"
    "when down.bid > 50c { close down }\n"
    "risk { stop loss 20% take profit 20% max trades 60 per slot }\n",
    "market m = polymarket \"btc-updown-5m\"\n"
    "while up.ask > 3c { quote up { bid up.bid size 15 shares ask up.ask size min(15 shares, "
    "up.position) } }\n"
    "on tick if down.bid > 60c { sell 4 shares of down at down.bid }\n"
    "on every 15s { split 12.5 shares of m }\non every 20s { merge 3.25 shares of m }\n"
    "on fill { cancel all }\nrisk { hold to resolution max exposure $600 }\n",
    "market m = polymarket \"btc-updown-5m\"\n"
    "when up.ask + down.ask < 103c { together within 3s or unwind { buy 10 shares of up at up.ask "
    "buy 10 shares of down at down.ask now or never } }\n"
    "on tick if up.bid > 30c { sell 50% of up at up.bid all or nothing }\n"
    "on every 10s { buy $7 of down at market }\nrisk { hold to resolution max exposure $600 }\n",
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

typedef struct HandFill {
    int slot, outcome;
    bool is_sell;
    int64_t price, size, fee;
    FillState state;
} HandFill;

typedef struct Hand { /* the wallet kept by hand */
    int64_t cash, shares[SLOTS + 1][OUTCOMES];
    HandFill fills[FILLS_KEPT];
    int64_t fill_count;
    int slot;
    bool is_paid[SLOTS + 1];
    int64_t set_size[SETS_KEPT]; /* by order; below 0: merge; 0: none */
    uint64_t faults;
} Hand;

typedef struct Play {
    Rng rng;
    Engine *engine;
    Gate *gate;
    Hand hand;
    int64_t rows[LEDGER_KINDS];
    int64_t now;
    uint64_t orders, last_order;
    TickData tick;
    const char *why;
} Play;

typedef struct Sums {
    uint64_t events, orders, fills, sets, payouts, failed, impossible;
} Sums;

/* ---- by hand ------------------------------------------------------------------------------------- */

static int64_t half_even(__int128 over, int64_t under)
{
    __int128 whole = over / under, rest = over % under;

    if (rest < 0) {
        rest += under;
        whole--;
    }
    if (2 * rest > under || (2 * rest == under && whole % 2)) whole++;
    return (int64_t)whole;
}

static int64_t worth(int64_t size, int64_t price)
{
    return half_even((__int128)size * price, FX_ONE);
}

static void hand_trade(Hand *h, const HandFill *f, int64_t sign)
{
    int64_t size = f->is_sell ? -f->size : f->size;

    h->shares[f->slot][f->outcome] += sign * size;
    h->cash -= sign * (f->is_sell ? -worth(f->size, f->price) : worth(f->size, f->price));
    h->cash -= sign * f->fee;
}

static void hand_fill(Hand *h, const Event *ev, int outcome)
{
    HandFill f = {.slot = h->slot,
                  .outcome = outcome,
                  .is_sell = ev->fill.is_sell,
                  .price = ev->fill.price_micros,
                  .size = ev->fill.size_micros,
                  .fee = ev->fill.fee_micros};

    hand_trade(h, &f, 1);
    h->fill_count++;
    if (h->fill_count < FILLS_KEPT) h->fills[h->fill_count] = f;
}

static void hand_set(Hand *h, uint64_t order)
{
    int64_t size = order < SETS_KEPT ? h->set_size[order] : 0;

    for (int o = 0; o < OUTCOMES; o++) {
        h->shares[h->slot][o] += size;
        h->cash -= worth(size, FX_ONE / 2);
    }
    if (order < SETS_KEPT) h->set_size[order] = 0;
}

static void hand_resolve(Hand *h, int slot, int winner)
{
    for (int o = 0; o < OUTCOMES; o++) {
        h->cash += worth(h->shares[slot][o], winner < 0 ? FX_ONE / 2 : winner == o ? FX_ONE : 0);
        h->shares[slot][o] = 0;
    }
    h->is_paid[slot] = true;
}

/* True when the engine should take the report; otherwise it is a fault. */
static bool hand_fill_state(Hand *h, int64_t number, FillState state)
{
    HandFill *f = &h->fills[number];
    bool is_final = f->state == FILL_CONFIRMED || f->state == FILL_FAILED;

    if (number < 1 || number > h->fill_count || is_final || state <= f->state) return false;
    if (state == FILL_FAILED && h->is_paid[f->slot]) return false;
    if (state == FILL_FAILED) hand_trade(h, f, -1);
    f->state = state;
    return true;
}

/* ---- the engine ---------------------------------------------------------------------------------- */

static void take_effect(void *ctx, const Effect *e)
{
    Play *p = ctx;

    if (e->kind == EFFECT_LEDGER) p->rows[e->index] += e->amount_micros;
    if (e->kind == EFFECT_ORDER) p->last_order = e->order;
    p->orders += e->kind == EFFECT_ORDER;
    if (e->kind == EFFECT_SETS && e->order < SETS_KEPT)
        p->hand.set_size[e->order] = e->is_sell ? -e->size_micros : e->size_micros;
}

static void see_answer(void *ctx, const Event *ev)
{
    Play *p = ctx;

    if (ev->kind == EV_FILL)
        hand_fill(&p->hand, ev, engine_token_view(p->engine, ev->fill.token).outcome);
    if (ev->kind == EV_ORDER_STATE && ev->order.state == ORDER_FILLED)
        hand_set(&p->hand, ev->order.order);
}

static void fail(Play *p, const char *why)
{
    if (!p->why) p->why = why;
}

static void check(Play *p)
{
    const Hand *h = &p->hand;
    int64_t sum = 0, cost = 0;

    for (int i = 0; i < LEDGER_KINDS; i++)
        sum += p->rows[i];
    for (int32_t t = 0; t < OUTCOMES; t++) {
        TokenView view = engine_token_view(p->engine, t);
        PositionView held = engine_position(p->engine, t);

        cost += held.cost_micros;
        if (view.market == 0 && held.size_micros != h->shares[h->slot][view.outcome])
            fail(p, "the shares are not those of the fills");
    }
    if (sum) fail(p, "the ledger's rows do not sum to zero");
    if (p->rows[LEDGER_CASH] != engine_cash(p->engine, 0)) fail(p, "cash rows are not the cash");
    if (p->rows[LEDGER_CASH] != h->cash) fail(p, "the cash is not that of the fills");
    if (engine_ledger_sum(p->engine) != engine_balance_sum(p->engine))
        fail(p, "the ledger is not the balance");
    if (p->rows[LEDGER_CASH] + p->rows[LEDGER_POSITION] != engine_balance_sum(p->engine))
        fail(p, "assets are not what the rows say");
    if (h->slot == 0 && p->rows[LEDGER_POSITION] != cost) fail(p, "positions are not at cost");
    if (engine_faults(p->engine) != h->faults)
        fail(p, "what cannot be was not counted, or what can be was");
}

static void apply(Play *p, Event *ev)
{
    ev->ts_us = p->now;
    gate_apply(p->gate, p->engine, ev, (EffectSink){take_effect, p});
}

/* ---- what happens -------------------------------------------------------------------------------- */

static int64_t cents(Play *p, int64_t low, int64_t high)
{
    return 10000 * rng_range(&p->rng, low, high);
}

static void tick(Play *p)
{
    int64_t bid = cents(p, 5, 90), ask = bid + cents(p, 1, 4);
    Event ev = {.kind = EV_TICK};

    tick_clear(&p->tick);
    for (int i = 0; i < BOOK_LEVELS; i++) {
        p->tick.bid[0].price_micros[i] = bid - 10000 * i;
        p->tick.ask[0].price_micros[i] = ask + 10000 * i;
        p->tick.bid[0].size_micros[i] = rng_range(&p->rng, 1, 40 * FX_ONE);
        p->tick.ask[0].size_micros[i] = rng_range(&p->rng, 1, 40 * FX_ONE);
    }
    tick_mirror(&p->tick);
    ev.tick = &p->tick;
    apply(p, &ev);
}

/* Reports that a venue may send late, or never. */
static void report(Play *p, Sums *sums)
{
    Event ev = {.kind = EV_ORDER_STATE};
    bool is_possible = false;

    if (rng_chance(&p->rng, 0.6)) {
        int64_t most = p->hand.fill_count < FILLS_KEPT - 1 ? p->hand.fill_count : FILLS_KEPT - 2;

        ev.kind = EV_FILL_STATE;
        ev.fill_state.fill = (uint64_t)rng_range(&p->rng, 0, most + 1);
        ev.fill_state.state = (uint8_t)rng_range(&p->rng, FILL_MATCHED, FILL_FAILED);
    } else { /* a trade cannot be said to be filled, an unknown order to be anything */
        ev.order.order = rng_chance(&p->rng, 0.5) ? p->last_order : 1000000;
        ev.order.state = ORDER_FILLED;
    }
    p->now += rng_range(&p->rng, 0, SECOND);
    /* What comes by itself until then comes first. */
    gate_apply(p->gate, p->engine, &(Event){.ts_us = p->now, .kind = EV_CLOCK},
               (EffectSink){take_effect, p});
    if (ev.kind == EV_FILL_STATE)
        is_possible =
            hand_fill_state(&p->hand, (int64_t)ev.fill_state.fill, (FillState)ev.fill_state.state);
    sums->failed += is_possible && ev.fill_state.state == FILL_FAILED;
    sums->impossible += !is_possible;
    p->hand.faults += !is_possible;
    apply(p, &ev);
}

static void slot_event(Play *p, EventKind kind, int slot)
{
    Event ev = {.kind = (uint8_t)kind};

    ev.slot.slot_start_us = START_US + slot * SLOT_US;
    ev.slot.slot_us = SLOT_US;
    if (kind == EV_SLOT_OPEN) p->hand.slot = slot;
    apply(p, &ev);
}

static void resolve(Play *p, int slot)
{
    Event ev = {.kind = EV_RESOLVE};
    int winner = (int)rng_range(&p->rng, -1, 1);

    gate_apply(p->gate, p->engine, &(Event){.ts_us = p->now, .kind = EV_CLOCK},
               (EffectSink){take_effect, p});
    ev.resolve.slot_start_us = START_US + slot * SLOT_US;
    ev.resolve.winner = (int8_t)winner;
    ev.resolve.spot_close = UNKNOWN;
    hand_resolve(&p->hand, slot, winner);
    apply(p, &ev);
}

static void play_slot(Play *p, int slot, Sums *sums)
{
    p->now = START_US + slot * SLOT_US;
    slot_event(p, EV_SLOT_OPEN, slot);
    for (int i = 0; i < TICKS && !p->why; i++) {
        p->now += rng_range(&p->rng, 1, 18 * SECOND);
        tick(p);
        check(p);
        if (rng_chance(&p->rng, 0.2)) report(p, sums);
        check(p);
        sums->events += 2;
    }
    p->now = START_US + (slot + 1) * SLOT_US;
    slot_event(p, EV_SLOT_CLOSE, slot);
    if (p->why) return;
    p->hand.slot = SLOTS; /* nothing is held between slots */
    check(p);
}

/* ---- a sequence ---------------------------------------------------------------------------------- */

static bool begin(Play *p, const Image *image, Arena *arena)
{
    MarketRules rules = rules_at(SPAN("polymarket"), SPAN("crypto"), START_US)->rules;
    MatcherMarket markets[2] = {{.venue = SPAN("polymarket"), .category = SPAN("crypto")},
                                {.venue = SPAN("polymarket")}};
    MatcherConfig matching = {.markets = markets, .market_count = 2};
    EngineConfig config = engine_config_default(image);
    MarketRules of_markets[2] = {rules, rules};

    matching.model = (FillModel)rng_range(&p->rng, 0, MODELS - 1);
    matching.order_us = rng_range(&p->rng, 0, 2) * 250000;
    matching.cancel_us = rng_range(&p->rng, 0, 2) * 250000;
    matching.jitter_us = rng_range(&p->rng, 0, 2) * 100000;
    matching.seed = rng_u64(&p->rng);
    config.rules = of_markets;
    config.has_fees = true;
    config.is_small = true;
    config.start_us = START_US;
    config.sell_from = (uint8_t)rng_range(&p->rng, FILL_MATCHED, FILL_MINED);
    p->engine = engine_new(&config, arena);
    p->gate = gate_new(image, &matching, arena);
    if (!p->engine || !p->gate) return false;
    gate_watch(p->gate, (InstantWatch){see_answer, p});
    p->hand.cash = p->rows[LEDGER_CASH] = config.cash_micros;
    p->rows[LEDGER_CAPITAL] = -config.cash_micros;
    return true;
}

static const char *play(const Image *image, uint64_t seed, Sums *sums, Arena *arena)
{
    static Play p;

    p = (Play){.now = START_US};
    rng_init(&p.rng, seed);
    if (!begin(&p, image, arena)) return "no memory";
    apply(&p, &(Event){.kind = EV_START});
    for (int slot = 0; slot < SLOTS && !p.why; slot++) {
        play_slot(&p, slot, sums);
        if (p.why) break;
        p.now += rng_range(&p.rng, 0, 3) ? 0 : SECOND;
        resolve(&p, slot);
        check(&p);
        sums->payouts++;
    }
    sums->orders += p.orders;
    sums->fills += (uint64_t)p.hand.fill_count;
    return p.why;
}

static const Image *compiled(const char *body, Arena *arena)
{
    char text[2048];
    CompileOptions options = {.until = STAGE_EMIT};
    Refusal why = {0};
    Compilation c;

    (void)snprintf(text, sizeof text, "odx 1\nstrategy \"ledger\"\n%s", body);
    c = compile(SPAN("ledger.odx"), arena_span(arena, span_str(text)), &options, arena);
    return c.image.len ? image_load(c.image, arena, &why) : NULL;
}

int main(int argc, char **argv)
{
    uint64_t count = 1000, first = 1, only = 0, failed = 0;
    Arena *images = test_arena((size_t)1 << 26), *arena = test_arena((size_t)1 << 26);
    const Image *image[TEXTS];
    Sums sums = {0};

    test_arguments(argc, argv,
                   (TestNumber[]){{"--count", &count}, {"--first", &first}, {"--only", &only}}, 3);
    for (int i = 0; i < TEXTS; i++) {
        image[i] = compiled(texts[i], images);
        if (!image[i]) {
            printf("text %d does not compile\n0 passed, 1 failed\n", i);
            return 1;
        }
    }
    if (only) first = only;
    if (only) count = 1;
    for (uint64_t seed = first; seed < first + count && failed < 5; seed++) {
        const char *why = play(image[seed % TEXTS], seed, &sums, arena);

        if (why) printf("sequence %llu: %s\n", (unsigned long long)seed, why);
        failed += why != NULL;
        arena_reset(arena);
    }
    printf("%llu events, %llu orders, %llu fills, %llu of them failed, %llu slots paid, %llu "
           "reports that cannot be\n",
           (unsigned long long)sums.events, (unsigned long long)sums.orders,
           (unsigned long long)sums.fills, (unsigned long long)sums.failed,
           (unsigned long long)sums.payouts, (unsigned long long)sums.impossible);
    printf("%llu passed, %llu failed\n", (unsigned long long)(count - failed),
           (unsigned long long)failed);
    return failed ? 1 : 0;
}
