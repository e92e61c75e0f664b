/* holdings.c — from fills, sets and payouts to trades: a holding of one token from flat to flat. */
#include "runtime/backtest/collect.h"
#include "vm/base/fixed.h"

static int64_t size_of(int64_t x)
{
    return x < 0 ? -x : x;
}

void holdings_clear(Place *p)
{
    for (int i = 0; i < OUTCOMES; i++)
        p->of[i] = (Holding){.trade = RESULT_NONE};
}

static void change_tally(Tally *t, const Holding *h, const Position *was)
{
    t->exposure_micros += size_of(h->held.cost_micros) - size_of(was->cost_micros);
    if (h->held.size_micros && !was->size_micros) t->open++;
    if (!h->held.size_micros && was->size_micros) t->open--;
    if (t->exposure_micros > t->totals->exposure_max_micros)
        t->totals->exposure_max_micros = t->exposure_micros;
}

/* A holding was changed; `was` is it before. */
static void note_change(Collector *c, const Holding *h, const Position *was)
{
    c->is_dirty = true;
    change_tally(&c->tally, h, was);
    for (int i = 0; i < TALLIES_BEYOND; i++)
        if (c->beyond[i]) change_tally(c->beyond[i], h, was);
}

static void count_time(Collector *c, int64_t ts_us)
{
    tally_until(&c->tally, ts_us);
    for (int i = 0; i < TALLIES_BEYOND; i++)
        if (c->beyond[i]) tally_until(c->beyond[i], ts_us);
}

static void close_trade(Collector *c, Holding *h, int64_t ts_us, uint8_t exit)
{
    ResultTrade *t = &c->r->trades.items[h->trade];

    t->closed_us = ts_us;
    t->exit = exit;
    h->trade = RESULT_NONE;
}

static void reduce(Collector *c, Holding *h, const Booking *k, const TradeResult *r, int64_t fee,
                   bool is_over)
{
    ResultTrade *t = &c->r->trades.items[h->trade];

    t->out_size_micros += r->reduced_micros;
    t->out_value_micros += size_of(r->cost_removed_micros + r->profit_micros);
    t->pnl_micros += r->profit_micros - fee;
    t->fees_micros += fee;
    t->exit_order = k->order;
    t->fills++;
    if (is_over) close_trade(c, h, k->ts_us, k->exit);
}

static bool open_trade(Collector *c, Holding *h, const Booking *k)
{
    ResultOrder *o = &c->r->orders.items[k->order];
    ResultTrade t = {.slot = o->slot,
                     .entry_order = k->order,
                     .exit_order = RESULT_NONE,
                     .opened_us = k->ts_us,
                     .closed_us = MICROS_UNKNOWN,
                     .token = o->token,
                     .market = o->market,
                     .outcome = k->outcome,
                     .exit = RESULT_EXIT_OPEN,
                     .is_short = h->held.size_micros < 0};

    if (!vec_push(c->arena, &c->r->trades, t)) return false;
    h->trade = (uint32_t)c->r->trades.count - 1;
    if (o->slot != RESULT_NONE) c->r->slots.items[o->slot].trades++;
    return true;
}

static void enlarge(Collector *c, Holding *h, const Booking *k, const TradeResult *r, int64_t fee)
{
    ResultTrade *t;

    if (h->trade == RESULT_NONE && !open_trade(c, h, k)) {
        c->has_failed = true;
        return;
    }
    t = &c->r->trades.items[h->trade];
    t->in_size_micros += r->opened_micros;
    t->in_value_micros += size_of(r->cost_opened_micros);
    t->pnl_micros -= fee;
    t->fees_micros += fee;
    t->fills++;
}

/* Shares of a market without slots last until it is resolved, whatever slots its ticks are cut into. */
static Place *place_of(Collector *c, uint8_t market, uint32_t slot)
{
    bool is_by_slot = c->lanes[market].row.kind == MARKET_SLOT && slot != RESULT_NONE;

    return is_by_slot ? &c->places.items[slot] : &c->lanes[market].loose;
}

void holdings_book(Collector *c, const Booking *k)
{
    ResultOrder *o = &c->r->orders.items[k->order];
    Holding *h = &place_of(c, o->market, o->slot)->of[k->outcome];
    Posting posting = posting_new(&c->own, (EffectSink){NULL, NULL}, k->ts_us, o->token, 0);
    Trade trade = {k->size_micros, k->price_micros, k->fee_micros,
                   c->lanes[o->market].row.kind == MARKET_PERP};
    Position was = h->held;
    uint32_t trade_before = h->trade;
    int64_t fee = 0; /* of the part that reduces */
    TradeResult r;

    count_time(c, k->ts_us);
    if (!account_trade(&posting, &h->held, &trade, &r)) return;
    if (r.reduced_micros)
        (void)fx_muldiv(k->fee_micros, r.reduced_micros, size_of(k->size_micros), FX_ZERO, &fee);
    if (r.reduced_micros && h->trade != RESULT_NONE)
        reduce(c, h, k, &r, fee, r.opened_micros || !h->held.size_micros);
    if (r.opened_micros) enlarge(c, h, k, &r, k->fee_micros - fee);
    if (o->trade == RESULT_NONE) o->trade = trade_before != RESULT_NONE ? trade_before : h->trade;
    if (o->slot != RESULT_NONE) {
        c->r->slots.items[o->slot].pnl_micros += r.profit_micros - k->fee_micros;
        c->r->slots.items[o->slot].fees_micros += k->fee_micros;
    }
    note_change(c, h, &was);
}

static void pay(Collector *c, uint32_t slot, Holding *h, int64_t payout, int64_t ts_us)
{
    Posting posting = posting_new(&c->own, (EffectSink){NULL, NULL}, ts_us, -1, 0);
    Position was = h->held;
    int64_t profit = 0;
    ResultTrade *t;

    if (h->trade == RESULT_NONE) return;
    (void)account_settle(&posting, was.size_micros, was.cost_micros, payout, &profit);
    t = &c->r->trades.items[h->trade];
    t->out_size_micros += size_of(was.size_micros);
    t->out_value_micros += size_of(was.cost_micros + profit);
    t->pnl_micros += profit;
    if (slot != RESULT_NONE) c->r->slots.items[slot].pnl_micros += profit;
    h->held = (Position){0};
    close_trade(c, h, ts_us, RESULT_EXIT_RESOLVED);
    note_change(c, h, &was);
}

void holdings_resolve(Collector *c, uint8_t market, uint32_t slot, int8_t winner, int64_t ts_us)
{
    Place *place = place_of(c, market, slot);

    if (slot == RESULT_NONE && c->lanes[market].row.kind == MARKET_SLOT) return;
    count_time(c, ts_us);
    for (int i = 0; i < OUTCOMES; i++) {
        int64_t payout = winner < 0 ? FX_ONE / 2 : winner == i ? FX_ONE : 0;

        pay(c, slot, &place->of[i], payout, ts_us);
    }
}
