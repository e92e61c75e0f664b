/* made_result.c — see made_result.h. */
#include "tests/unit/backtest/made_result.h"

#include <string.h>

#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"
#include "vm/intents.h"

#define HOSTILE \
    "</title><script>alert(1)</script><img src=x onerror='alert(2)'>\"&\x01\xff\xe2\x80\xae{}"
#define START_US INT64_C(1776081600000000)
#define SLOT_US INT64_C(300000000)
enum { CASH = 1000000000 };

const char *const made_names[] = {"full",    "empty", "one_slot", "no_sizes", "hourly",
                                  "hostile", "many",  "several",  NULL};

typedef struct Maker {
    MadeResult *m;
    Arena *arena;
    Rng rng;
    bool has_sizes, has_slots;
    int64_t equity;
} Maker;

static int64_t some_size(Maker *k)
{
    int64_t size = rng_range(&k->rng, 5, 900) * 10000;

    return k->has_sizes ? size : MICROS_UNKNOWN;
}

static ResultQuote some_quote(Maker *k, int64_t ask)
{
    ResultQuote q = {.bid_micros = ask - 10000, .ask_micros = ask};

    q.bid_size_micros = some_size(k);
    q.ask_size_micros = some_size(k);
    return q;
}

static void add_order(Maker *k, int64_t at_us, int64_t ask, int64_t size, uint32_t slot)
{
    Result *r = &k->m->result;
    ResultOrder o = {.id = r->orders.count + 1,
                     .decided_us = at_us,
                     .arrived_us = at_us + 250000,
                     .ended_us = at_us + 250000,
                     .price_micros = ask,
                     .size_micros = size,
                     .filled_micros = size,
                     .first_fill_us = at_us + 250000,
                     .last_fill_us = at_us + 250000,
                     .slip_mid_micros = size / 200,
                     .slip_touch_micros = 0,
                     .slot = slot,
                     .trade = (uint32_t)r->trades.count,
                     .fills = 1};

    o.decision = some_quote(k, ask);
    o.arrival = some_quote(k, ask + 10000);
    (void)fx_mul(ask, size, FX_HALF_EVEN, &o.value_micros);
    r->totals.slip_mid_micros += o.slip_mid_micros;
    (void)vec_push(k->arena, &r->orders, o);
}

static void count_entry(Result *r, const ResultTrade *t, int64_t ask, bool is_won)
{
    ResultPriceRow *row = &r->prices[ask / 100000];

    row->trades++;
    row->resolved++;
    row->won += is_won;
    row->size_micros += t->in_size_micros;
    row->value_micros += t->in_value_micros;
    row->fees_micros += t->fees_micros;
    row->pnl_micros += t->pnl_micros;
    row->price = (double)row->value_micros / (double)row->size_micros;
    row->break_even = (double)(row->value_micros + row->fees_micros) / (double)row->size_micros;
    row->win_rate = (double)row->won / (double)row->resolved;
}

/* Buys near the end of a slot and waits for the result. */
static int64_t add_trade(Maker *k, int64_t slot_us, uint32_t slot)
{
    Result *r = &k->m->result;
    int64_t ask = rng_range(&k->rng, 35, 92) * 10000, size = rng_range(&k->rng, 10, 60) * 500000;
    bool is_won = rng_chance(&k->rng, (double)ask / 1e6 + 0.05);
    int64_t at_us = slot_us + rng_range(&k->rng, 10, 280) * 1000000;
    ResultTrade t = {.slot = k->has_slots ? slot : RESULT_NONE,
                     .entry_order = (uint32_t)r->orders.count,
                     .exit_order = RESULT_NONE,
                     .fills = 1,
                     .opened_us = at_us + 250000,
                     .closed_us = slot_us + SLOT_US,
                     .in_size_micros = size,
                     .out_size_micros = size,
                     .out_value_micros = is_won ? size : 0,
                     .fees_micros = size / 100,
                     .outcome = (uint8_t)rng_below(&k->rng, 2),
                     .exit = RESULT_EXIT_RESOLVED};

    (void)fx_mul(ask, size, FX_HALF_EVEN, &t.in_value_micros);
    t.pnl_micros = t.out_value_micros - t.in_value_micros - t.fees_micros;
    add_order(k, at_us, ask, size, slot);
    count_entry(r, &t, ask, is_won);
    r->tenths[(at_us - slot_us) * RESULT_TENTHS / SLOT_US].trades++;
    r->tenths[(at_us - slot_us) * RESULT_TENTHS / SLOT_US].pnl_micros += t.pnl_micros;
    *(t.pnl_micros > 0 ? &r->totals.wins : &r->totals.losses) += 1;
    *(t.pnl_micros > 0 ? &r->totals.won_micros : &r->totals.lost_micros) += t.pnl_micros;
    r->totals.fees_micros += t.fees_micros;
    (void)vec_push(k->arena, &r->trades, t);
    return t.pnl_micros;
}

static void add_slot(Maker *k, uint32_t i)
{
    Result *r = &k->m->result;
    int64_t start_us = START_US + (int64_t)i * SLOT_US, pnl = 0;
    bool is_traded = i % 4 != 3;

    if (is_traded) pnl = add_trade(k, start_us, i);
    k->equity += pnl;
    if (k->has_slots)
        (void)vec_push(k->arena, &r->slots,
                       (ResultSlot){.start_us = start_us,
                                    .slot_us = SLOT_US,
                                    .settled_us = start_us + SLOT_US,
                                    .pnl_micros = pnl,
                                    .equity_micros = k->equity,
                                    .ticks = 300,
                                    .orders = is_traded,
                                    .fills = is_traded,
                                    .trades = is_traded,
                                    .winner = (int8_t)((int)(i % 3) - 1)});
    if (is_traded)
        (void)vec_push(k->arena, &r->curve, (ResultPoint){start_us + SLOT_US, k->equity});
}

/* The deepest fall of the curve. */
static void measure_fall(Result *r)
{
    ResultPoint peak = r->curve.items[0];

    for (size_t i = 0; i < r->curve.count; i++) {
        ResultPoint at = r->curve.items[i];

        if (at.equity_micros > peak.equity_micros) peak = at;
        if (peak.equity_micros - at.equity_micros <= r->totals.drawdown_micros) continue;
        r->totals.drawdown_micros = peak.equity_micros - at.equity_micros;
        r->totals.drawdown = (double)r->totals.drawdown_micros / (double)peak.equity_micros;
        r->totals.peak_us = peak.ts_us;
        r->totals.bottom_us = at.ts_us;
    }
}

static double share(uint64_t part, uint64_t of)
{
    return of ? (double)part / (double)of : UNKNOWN;
}

static void sum_up(Maker *k, uint32_t slots)
{
    Result *r = &k->m->result;
    ResultTotals *t = &r->totals;

    t->ticks = 300 * (uint64_t)slots;
    t->slots = r->slots.count;
    t->orders = t->filled = t->fills = r->orders.count;
    t->trades = r->trades.count;
    t->slots_traded = k->has_slots ? t->trades : 0;
    t->start_us = START_US;
    t->end_us = START_US + (int64_t)slots * SLOT_US;
    t->start_cash_micros = CASH;
    t->end_cash_micros = t->end_equity_micros = k->equity;
    t->pnl_micros = t->realised_micros = k->equity - CASH;
    t->exposure_max_micros = slots ? 28000000 : 0;
    t->exposure_mean_micros = slots ? 9000000 : 0;
    t->is_balanced = true;
    t->profit = (double)t->pnl_micros / CASH;
    t->win_rate = share(t->wins, t->trades);
    t->fill_rate = share(t->filled, t->orders);
    t->partial_rate = share(t->partial, t->orders);
    t->exposure = (double)t->exposure_mean_micros / CASH;
    t->held = slots ? 0.31 : 0;
    t->turnover = slots ? 0.8 : 0;
    t->profit_factor = t->lost_micros ? (double)t->won_micros / -(double)t->lost_micros : UNKNOWN;
    measure_fall(r);
}

static void judge_by_hand(Maker *k)
{
    Result *r = &k->m->result;
    bool is_traded = r->trades.count > 0;
    double some = is_traded ? 1 : UNKNOWN;

    r->judgement =
        (ResultJudgement){.periods = r->slots.count,
                          .is_hourly = !k->has_slots,
                          .trials = 12,
                          .trial_variance = 0.004 * some,
                          .mean = 0.31 * some,
                          .deviation = 5.4 * some,
                          .sharpe = 0.0574 * some,
                          .sharpe_error = 0.09 * some,
                          .skew = -0.6 * some,
                          .kurtosis = 3.4 * some,
                          .probabilistic = 0.73 * some,
                          .luck = 0.107 * some,
                          .deflated = 0.29 * some,
                          .track_needed = 815 * some,
                          .mean_band = {-0.7 * some, 0.3 * some, 1.3 * some, 0.27 * some},
                          .fall_band = {18 * some, 31 * some, 62 * some, 0.41 * some},
                          .block = 4.2,
                          .rounds = 1000,
                          .brier = 0.2137 * some,
                          .brier_base = 0.2311 * some,
                          .brier_count = r->trades.count,
                          .verdict = is_traded ? VERDICT_CHANCE : VERDICT_IDLE};
}

/* The curve again, a little better or worse with each slot. */
static void add_models(Maker *k)
{
    Result *r = &k->m->result;
    ReportFacts *facts = &k->m->facts;

    for (int m = 0; m < MODELS; m++) {
        ReportCurve curve = report_curve(r, k->arena);
        ResultPoint *points = (ResultPoint *)(uintptr_t)curve.points;

        for (size_t i = 0; i < curve.count; i++)
            points[i].equity_micros += (MODEL_QUEUE - m) * (int64_t)i * 900000;
        if (m != MODEL_QUEUE) facts->curves[m] = curve;
        r->band[m] =
            (ResultBandRow){.is_run = true,
                            .orders = r->totals.orders,
                            .fills = r->totals.fills,
                            .trades = r->totals.trades,
                            .pnl_micros = curve.points[curve.count - 1].equity_micros - CASH,
                            .fees_micros = r->totals.fees_micros,
                            .win_rate = r->totals.win_rate,
                            .drawdown = r->totals.drawdown,
                            .sharpe = r->judgement.sharpe};
    }
}

static void describe(Maker *k, bool is_hostile)
{
    static const char source[] =
        "odx 1\n\nstrategy \"Made\"\n\nmarket m = polymarket \"btc-updown-5m\"\n\n"
        "when m.ask < 60c and m.bid > 40c:\n\tbuy up $10\n";
    Result *r = &k->m->result;
    ResultMarket *market = arena_new(k->arena, ResultMarket);
    ResultParam *params = arena_array(k->arena, ResultParam, 2);
    Span hostile = span_of(HOSTILE, sizeof HOSTILE - 1);

    *market = (ResultMarket){is_hostile ? hostile : SPAN("m"),
                             is_hostile ? hostile : SPAN("polymarket"),
                             is_hostile ? hostile : SPAN("btc-updown-5m"),
                             k->has_slots ? MARKET_SLOT : MARKET_PERP,
                             r->totals.ticks,
                             r->totals.ticks ? START_US : MICROS_UNKNOWN,
                             r->totals.ticks ? r->totals.end_us : MICROS_UNKNOWN};
    params[0] = (ResultParam){is_hostile ? hostile : SPAN("lead"), 0.65};
    params[1] = (ResultParam){SPAN("stake"), 10};
    r->markets = market;
    r->market_count = 1;
    r->params = params;
    r->param_count = 2;
    k->m->facts.title = is_hostile ? hostile : SPAN("Made by hand");
    k->m->facts.source = is_hostile ? hostile : span_of(source, sizeof source - 1);
    k->m->facts.notes = is_hostile ? hostile : SPAN("12 trials on this data so far\n");
    k->m->facts.command =
        is_hostile ? hostile : SPAN("odx backtest made.odx --data ticks.csv --seed 7");
    for (int i = 0; i < SHA256_SIZE; i++)
        r->tape_sha256[i] = r->image_sha256[i] = r->result_sha256[i] = (uint8_t)(i * 7);
}

static void add_receipt(Result *r)
{
    r->receipt[0] = (ReceiptRow){"depth", "fills of orders that took what was shown", true, 18};
    r->receipt[RECEIPTS - 1] = (ReceiptRow){"answers", "`orders` never fail later", false, 0};
}

/* Two strategies in two wallets, every other trade; one has the name of an attack. */
static void share_out(Maker *k)
{
    Result *r = &k->m->result, *of = arena_new(k->arena, Result);
    ResultAssignment *assignments = arena_array(k->arena, ResultAssignment, 2);
    ResultWallet *wallets = arena_array(k->arena, ResultWallet, 2);

    *of = *r;
    assignments[0] = (ResultAssignment){SPAN("late_leader"), 1, of};
    assignments[1] = (ResultAssignment){span_of(HOSTILE, sizeof HOSTILE - 1), 0, of};
    wallets[0] = (ResultWallet){SPAN("main"), r->totals};
    wallets[1] = (ResultWallet){span_of(HOSTILE, sizeof HOSTILE - 1), r->totals};
    r->assignments = assignments;
    r->wallets = wallets;
    r->assignment_count = r->wallet_count = 2;
    r->is_shared_book = true;
    for (size_t i = 0; i < r->trades.count; i++)
        r->trades.items[i].assignment = i & 1;
    for (size_t i = 0; i < r->orders.count; i++)
        r->orders.items[i].assignment = i & 1;
}

MadeResult *made_result(const char *name, Arena *arena)
{
    Maker k = {.m = arena_new(arena, MadeResult), .arena = arena, .equity = CASH};
    Result *r = &k.m->result;
    uint32_t slots = !strcmp(name, "empty")      ? 0
                     : !strcmp(name, "one_slot") ? 1
                     : !strcmp(name, "many")     ? 2000
                                                 : 40;
    size_t i = 0;

    while (made_names[i] && strcmp(made_names[i], name) != 0)
        i++;
    if (!made_names[i]) return NULL;
    rng_init(&k.rng, 20260413);
    k.has_sizes = strcmp(name, "no_sizes") != 0;
    k.has_slots = strcmp(name, "hourly") != 0;
    r->model = MODEL_QUEUE;
    r->order_us = r->cancel_us = 250000;
    r->jitter_us = 50000;
    r->seed = 7;
    for (int p = 0; p < RESULT_PRICES; p++)
        r->prices[p].price = r->prices[p].break_even = r->prices[p].win_rate = UNKNOWN;
    (void)vec_push(arena, &r->curve, (ResultPoint){START_US, CASH});
    for (uint32_t s = 0; s < slots; s++)
        add_slot(&k, s);
    sum_up(&k, slots);
    judge_by_hand(&k);
    if (strcmp(name, "one_slot") != 0) add_models(&k);
    describe(&k, !strcmp(name, "hostile"));
    add_receipt(r);
    if (!strcmp(name, "several")) share_out(&k);
    return k.m;
}
