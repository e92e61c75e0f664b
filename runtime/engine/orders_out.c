/* orders_out.c — see orders_out.h. */
#include "runtime/engine/orders_out.h"

#include "runtime/engine/ticket.h"
#include "runtime/engine/waiting.h"
#include "runtime/engine/wallet.h"
#include "vm/base/num.h"

Effect order_effect(const Engine *e, const Order *o)
{
    Effect f = effect_new(o->verb == VERB_TRADE ? EFFECT_ORDER : EFFECT_SETS, e->now_us);

    f.because = o->because;
    f.is_sell = o->is_sell;
    f.is_market = o->is_market;
    f.modifiers = o->modifiers;
    f.rule = o->rule;
    f.action = o->action;
    f.token = o->token;
    f.order = o->id;
    f.size_micros = f.written_micros = o->size_micros;
    f.size_unit = (uint8_t)(e->tokens[o->token].has_coins ? SIZE_COINS : SIZE_SHARES);
    f.price_micros = o->price_micros;
    return f;
}

Order *order_add(Engine *e, const Order *o)
{
    Order *added = orders_add(&e->orders, o);

    if (!added) return NULL;
    added->state = order_next(ORDER_INTENT, STEP_SEND);
    wallet_tally_added(e, added);
    return added;
}

void order_cancel(Engine *e, Order *o, Because because, uint16_t rule, uint16_t action)
{
    Effect f = effect_new(EFFECT_CANCEL, e->now_us);

    if (o->is_cancelling) return;
    o->is_cancelling = o->is_leaving = e->has_leaving = true;
    f.because = (uint8_t)because;
    f.order = o->id;
    f.token = o->token;
    f.rule = rule;
    f.action = action;
    effect_send(e->sink, &f);
    wallet_tally(e);
}

void orders_settled(Engine *e)
{
    if (!e->has_leaving) return;
    e->has_leaving = false;
    for (uint32_t i = 0; i < e->orders.count; i++)
        e->orders.open[i].is_leaving = false;
    wallet_tally(e);
}

void order_skip(Engine *e, uint16_t rule, uint16_t action, int32_t token, uint16_t reason,
                bool is_unknown)
{
    Effect f = effect_new(EFFECT_SKIP, e->now_us);

    f.rule = rule;
    f.action = action;
    f.token = token;
    f.reason = reason;
    f.is_unknown = is_unknown;
    effect_send(e->sink, &f);
}

Order order_for(const Engine *e, int32_t token, Because because)
{
    const TokenRun *t = &e->tokens[token];

    return (Order){.because = (uint8_t)because,
                   .leader = NO_LEADER,
                   .is_margined = t->is_margined,
                   .rule = NONE_16,
                   .action = NONE_16,
                   .quote = NONE_16,
                   .run = NONE_16,
                   .token = token,
                   .other = -1,
                   .slot_start_us = market_of_token(e, t)->slot_start_us};
}

/* The bound of an exit, or the tick where a sale rests when nobody bids. */
static bool leave_price(const Engine *e, const TokenRun *t, Order *o)
{
    const MarketRun *m = market_of_token(e, t);
    Wish w = {.is_sell = o->is_sell,
              .is_default = true,
              .has_coins = t->has_coins,
              .bid_micros = m->feature.bid[t->outcome],
              .ask_micros = m->feature.ask[t->outcome],
              .bound_micros = e->config.exit_bound_micros,
              .bound_ratio = e->config.exit_bound_ratio,
              .rules = &m->rules};

    o->is_market = ticket_bound(&w, &o->price_micros);
    if (o->is_market) return true;
    o->price_micros = m->rules.tick_micros > 0 ? m->rules.tick_micros : 1;
    return o->is_sell;
}

static Effect leave_effect(const Engine *e, const Order *o)
{
    Effect f = order_effect(e, o);

    f.is_close = o->because != BECAUSE_UNWIND;
    if (f.is_close) f.size_unit = SIZE_ALL;
    return f;
}

bool order_leave(Engine *e, int32_t token, int64_t size_micros, Because because)
{
    TokenRun *t = &e->tokens[token];
    Order o = order_for(e, token, because), *added = NULL;
    Effect f;

    o.size_micros = ticket_to_lot(&market_of_token(e, t)->rules, size_micros);
    o.is_sell = t->held.size_micros > 0;
    if (!o.size_micros || !leave_price(e, t, &o)) return false;
    if (waiting_must(e, &o)) {
        f = leave_effect(e, &o);
        if (waiting_add(e, &o, &f)) return true;
    } else {
        added = order_add(e, &o);
    }
    if (!added) {
        order_skip(e, NONE_16, NONE_16, token, REASON_NO_ROOM, false);
        return false;
    }
    if (because != BECAUSE_UNWIND) t->exit_order = added->id;
    f = leave_effect(e, added);
    effect_send(e->sink, &f);
    return true;
}
