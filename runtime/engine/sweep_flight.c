/* sweep_flight.c — orders of a wallet without an engine on their way to a venue, and what it answers.  See
 * sweep_wallet.h. */
#include "runtime/engine/sweep_wallet.h"

static void remove_order(SweepWalk *s, uint32_t at)
{
    s->order_count--;
    for (; at < s->order_count; at++)
        s->orders[at] = s->orders[at + 1];
}

static uint32_t find_order(const SweepWalk *s, uint64_t id)
{
    uint32_t at = 0;

    while (at < s->order_count && s->orders[at].id != id)
        at++;
    return at;
}

void sweep_tell(SweepWalk *s, SweepChange *change)
{
    if (!s->venue) return;
    change->cash_micros = s->w->account.cash_micros;
    s->w->is_new = true;
    s->venue->change(s->venue->ctx, s->w->variant, change);
}

/* Part of an order, booked as the engine books it. */
static void take_fill(SweepWalk *s, SweepOrder *o, const Event *ev, uint32_t tick)
{
    SweepWallet *w = s->w;
    Position *p = &w->tokens[o->token].held;
    int64_t size = ev->fill.size_micros, fee = ev->fill.fee_micros;
    Trade trade = {o->is_sell ? -size : size, ev->fill.price_micros, fee, false};
    bool is_running = s->ground.is_open && o->slot_start_us == s->ground.slot_start_us;
    TradeResult r;

    if (!is_running || !account_trade(sweep_posting(s, o->token, w->fills + 1), p, &trade, &r)) {
        w->is_left = true;
        return;
    }
    w->fills++;
    o->size_micros -= size;
    if (o->is_sell && r.reduced_micros) {
        w->exit_us = s->ground.now_us;
        if (r.profit_micros - fee < 0) w->loss_us = s->ground.now_us;
    }
    sweep_find_band(s, (uint32_t)o->token);
    sweep_tell(s, &(SweepChange){.tick = tick,
                                 .token = o->token,
                                 .slot_start_us = o->slot_start_us,
                                 .size_micros = p->size_micros,
                                 .profit_micros = r.profit_micros,
                                 .fee_micros = fee});
}

static uint64_t id_of(const Event *ev)
{
    if (ev->kind == EV_FILL) return ev->fill.order;
    return ev->kind == EV_REJECT ? ev->reject.order : ev->order.order;
}

/* What takes or dies is over with its last fill, or with any other answer. */
static void take_answer(SweepWalk *s, const Event *ev, uint32_t tick)
{
    uint32_t at = find_order(s, id_of(ev));

    if (at == s->order_count || (ev->kind == EV_ORDER_STATE && ev->order.state == ORDER_LIVE)) {
        s->w->is_left = true;
        return;
    }
    if (ev->ts_us > s->ground.now_us) s->ground.now_us = ev->ts_us;
    if (ev->kind == EV_FILL) take_fill(s, &s->orders[at], ev, tick);
    if (ev->kind != EV_FILL || s->orders[at].size_micros <= 0) remove_order(s, at);
}

void sweep_answers(SweepWalk *s, int64_t until_us, uint32_t seen, uint32_t tick)
{
    const SweepVenue *v = s->venue;
    uint32_t last = seen > s->ground.slot_tick ? seen - 1 : NO_TICK;
    const Event *ev;

    while (!s->w->is_left && (ev = v->answer(v->ctx, s->w->variant, until_us, last)))
        take_answer(s, ev, tick);
    s->w->due_us = v->due(v->ctx, s->w->variant);
}

void sweep_fly(SweepWalk *s, uint32_t first)
{
    const SweepVenue *v = s->venue;

    if (s->order_count > SWEEP_FLYING) s->w->is_left = true;
    for (uint32_t i = first; i < s->order_count && !s->w->is_left; i++) {
        const SweepOrder *o = &s->orders[i];

        v->order(v->ctx, s->w->variant,
                 &(SweepSent){.id = o->id,
                              .sent_us = s->ground.now_us,
                              .slot_start_us = o->slot_start_us,
                              .size_micros = o->size_micros,
                              .price_micros = o->price_micros,
                              .token = o->token,
                              .outcome = s->plan->tokens[o->token].outcome,
                              .modifiers = o->modifiers,
                              .is_sell = o->is_sell,
                              .is_market = o->is_market});
    }
    s->w->due_us = v->due(v->ctx, s->w->variant);
}
