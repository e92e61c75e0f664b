/* quotes.c — standing quotes: what a `while` rule wants against what rests.
 *
 * A side is replaced when its price differs by `refresh`, its size by a fifth, or it was filled;
 * replacing is a cancel and a new order in one event, and the old one no longer counts for the limits
 * of the new one.  A side without known price and positive size is not quoted. */
#include "runtime/engine/orders_out.h"
#include "runtime/engine/settle.h"
#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

typedef struct Side { /* one side as it should stand */
    uint16_t quote;   /* index into Engine.quotes */
    bool is_sell;
    double price, size;
    int64_t refresh_micros;
} Side;

static Order *resting(const Engine *e, uint16_t quote)
{
    Order *o = e->quotes[quote] ? orders_find(&e->orders, e->quotes[quote]) : NULL;

    return o && !o->is_cancelling ? o : NULL;
}

static void take_down(Engine *e, uint16_t quote)
{
    Order *o = resting(e, quote);

    if (o) order_cancel(e, o, BECAUSE_QUOTE);
    e->quotes[quote] = 0;
}

static bool must_replace(const Order *o, const Side *side, int64_t price, int64_t size)
{
    return o->filled_micros || abs_i64(price - o->price_micros) >= side->refresh_micros ||
           5 * abs_i64(size - o->size_micros) >= o->size_micros;
}

static void replace(Settling *s, const Intent *in, const Side *side, const Wish *seen)
{
    Engine *e = s->e;
    Order o = order_for(e, in->token, BECAUSE_QUOTE), *added;
    Wish w = *seen;
    Ticket t = {.reason = settle_gate(e, in->token, side->is_sell)};
    Effect f;

    w.left_micros = wallet_left(&e->tokens[in->token]);
    if (t.reason == REASON_NONE) t = ticket_make(&w);
    if (t.is_nothing) return;
    o.rule = in->rule;
    o.action = in->action;
    o.quote = side->quote;
    o.modifiers = MOD_POST_ONLY;
    o.is_sell = side->is_sell;
    if (t.reason != REASON_NONE) {
        order_skip(e, in->rule, in->action, in->token, t.reason, t.is_unknown);
        return;
    }
    settle_fill_in(&o, &t);
    added = settle_place(s, &o, false);
    if (!added) return;
    e->quotes[side->quote] = added->id;
    if (added->is_entry) limits_count(e, market_of_token(e, &e->tokens[in->token]), e->leader);
    f = order_effect(e, added);
    f.size_unit = w.size_unit;
    effect_send(e->sink, &f);
}

static void update_side(Settling *s, const Intent *in, const Side *side)
{
    Engine *e = s->e;
    Wish w = settle_wish(e, in->token, side->is_sell);
    Order *o = resting(e, side->quote);
    uint64_t old = o ? o->id : 0;
    int64_t price = 0, size = 0;
    bool is_wanted = num_is_known(side->price) && fx_from_double(side->size, &size);

    size = is_wanted ? ticket_to_lot(w.rules, size) : 0;
    w.price = side->price;
    w.size = side->size;
    w.size_unit = w.has_coins ? SIZE_COINS : SIZE_SHARES;
    if (size <= 0) {
        take_down(e, side->quote);
        return;
    }
    if (o && ticket_limit(&w, side->price, &price) && !must_replace(o, side, price, size)) return;
    take_down(e, side->quote);
    if (o) {
        o->is_replaced = true;
        wallet_tally(e);
    }
    replace(s, in, side, &w);
    if (!old) return;
    o = orders_find(&e->orders, old);
    if (o) o->is_replaced = false;
    wallet_tally(e);
}

void quote_update(Settling *s, const Intent *in)
{
    const Engine *e = s->e;
    uint16_t quote = e->image->actions[in->action].quote;
    int64_t tick = market_of_token(e, &e->tokens[in->token])->rules.tick_micros, refresh;
    Side bid = {(uint16_t)(quote * 2), false, in->bid, in->bid_size, tick};
    Side ask = {(uint16_t)(quote * 2 + 1), true, in->ask, in->ask_size, tick};

    if (quote >= e->image->meta->quotes) return;
    if (fx_from_double(in->refresh, &refresh)) bid.refresh_micros = ask.refresh_micros = refresh;
    update_side(s, in, &bid);
    update_side(s, in, &ask);
}

void quote_withdraw(Engine *e, uint16_t rule)
{
    for (uint32_t q = 0; q < 2 * e->image->meta->quotes; q++) {
        Order *o = resting(e, (uint16_t)q);

        if (o && o->rule == rule) take_down(e, (uint16_t)q);
    }
}
