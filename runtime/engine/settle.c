/* settle.c — see settle.h. */
#include "runtime/engine/settle.h"

#include "runtime/engine/orders_out.h"
#include "runtime/engine/waiting.h"
#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

/* ---- what orders have in common --------------------------------------------------------------- */

Wish settle_wish(const Engine *e, int32_t token, bool is_sell)
{
    const TokenRun *t = &e->tokens[token];
    const MarketRun *m = market_of_token(e, t);

    return (Wish){.is_sell = is_sell,
                  .has_coins = t->has_coins,
                  .can_short = t->is_margined,
                  .bid_micros = m->feature.bid[t->outcome],
                  .ask_micros = m->feature.ask[t->outcome],
                  .held_micros = t->held.size_micros,
                  .left_micros = wallet_left_soon(t),
                  .bound_micros = e->config.market_bound_micros,
                  .bound_ratio = e->config.market_bound_ratio,
                  .rules = &m->rules};
}

uint16_t settle_gate(const Engine *e, int32_t token, bool is_sell)
{
    const TokenRun *t = &e->tokens[token];
    bool reduces = is_sell ? t->held.size_micros > 0 : t->held.size_micros < 0;

    if (e->touched[token] && !reduces && !(is_sell && !t->is_margined)) return REASON_EXIT_FIRST;
    if (!market_of_token(e, t)->is_open) return REASON_SLOT_CLOSED;
    return REASON_NONE;
}

void settle_fill_in(Order *o, const Ticket *t)
{
    o->is_entry = t->is_entry;
    o->size_micros = t->size_micros;
    o->price_micros = t->price_micros;
    o->worst_micros = t->worst_micros;
}

/* Cash the order must find free: its worst cost, and the largest fee when fees are reserved. */
static int64_t cash_needed(const Engine *e, const Order *o)
{
    const MarketRun *m = market_of_token(e, &e->tokens[o->token]);
    int64_t fee = 0;

    if (o->is_margined) return 0;
    if (e->config.has_fees && o->verb == VERB_TRADE && !(o->modifiers & MOD_POST_ONLY))
        fee = rules_max_fee(&m->rules, o->price_micros, o->size_micros);
    return sat_add(o->worst_micros, fee);
}

Verdict settle_allows(Engine *e, const Order *o, bool is_counted)
{
    const TokenRun *t = &e->tokens[o->token];
    Want w = {.market = market_of_token(e, t),
              .token = t,
              .worst_micros = o->worst_micros,
              .reserve_micros = cash_needed(e, o),
              .is_counted = is_counted,
              .leader = o->leader};
    Verdict v = limits_check(e, &w);

    if (v.reason == REASON_NONE && w.market->closed && w.market->closed_count == CLOSED_MAX)
        v.reason = REASON_NO_ROOM;
    return v;
}

Order *settle_place(Settling *s, const Order *o, bool is_counted)
{
    Engine *e = s->e;
    Order *added = NULL;
    Verdict v = {REASON_NONE, false};

    if (o->is_entry) {
        limits_prepare(e);
        v = settle_allows(e, o, is_counted);
    }
    if (v.reason == REASON_NONE) {
        added = order_add(e, o);
        if (!added) v.reason = REASON_NO_ROOM;
    }
    if (!added) order_skip(e, o->rule, o->action, o->token, v.reason, v.is_unknown);
    return added;
}

/* ---- groups take part ------------------------------------------------------------------------- */

static void refuse(Settling *s, const Intent *in, uint16_t reason, bool is_unknown)
{
    order_skip(s->e, in->rule, in->action, in->token, reason, is_unknown);
    if (s->in_group) s->is_refused = true;
}

static void add_leg(Settling *s, Order *o, const Effect *f)
{
    GroupRun *g = s->group;

    if (!g || s->waiting_count == LEGS_MAX) {
        order_skip(s->e, o->rule, o->action, o->token, REASON_NO_ROOM, false);
        s->is_refused = true;
        return;
    }
    o->run = (uint16_t)(g - s->e->groups);
    o->leg = g->leg_count;
    g->legs[g->leg_count++] = (Leg){o->token, o->is_sell, o->is_entry, o->size_micros, 0};
    s->waiting[s->waiting_count++] = *f;
    s->has_entry |= o->is_entry;
}

/* An order that found its place: out, or into the group. */
static void send(Settling *s, Order *o, const Effect *f)
{
    Engine *e = s->e;

    if (s->in_group) {
        add_leg(s, o, f);
        return;
    }
    if (o->is_entry) limits_count(e, market_of_token(e, &e->tokens[o->token]), e->leader);
    effect_send(e->sink, f);
}

/* ---- buy, sell, close ------------------------------------------------------------------------- */

static int64_t seconds_us(double seconds)
{
    int64_t us = 0;

    (void)fx_from_double(seconds, &us);
    return us > 0 ? us : 0;
}

static Effect written_effect(const Engine *e, const Order *o, const Intent *in, const Ticket *t)
{
    const ActionRow *row = &e->image->actions[in->action];
    Effect f = order_effect(e, o);

    f.is_close = in->kind == INTENT_CLOSE;
    f.size_unit = f.is_close ? (uint8_t)SIZE_ALL : row->size_unit;
    f.written_micros = t->written_micros;
    f.group = in->group;
    f.has_good_for = (row->modifiers & MOD_GOOD_FOR) != 0;
    if (f.has_good_for) f.good_for_us = seconds_us(in->good_for);
    return f;
}

Order settle_order_for(const Engine *e, const Intent *in, const Wish *w, const Ticket *t)
{
    Order o = order_for(e, in->token, BECAUSE_RULE);

    o.rule = in->rule;
    o.action = in->action;
    o.modifiers = e->image->actions[in->action].modifiers;
    o.leader = e->leader;
    o.is_sell = t->is_sell;
    o.is_market = w->is_market;
    settle_fill_in(&o, t);
    return o;
}

/* A together goes out at once or not at all. */
static void wait_with(Settling *s, const Intent *in, const Order *o, const Effect *f)
{
    if (s->in_group || !waiting_add(s->e, o, f))
        refuse(s, in, s->in_group ? REASON_NOT_HELD : REASON_NO_ROOM, false);
}

static void place_ticket(Settling *s, const Intent *in, const Wish *w, const Ticket *t)
{
    Engine *e = s->e;
    Order o = settle_order_for(e, in, w, t), *added;
    Effect f;

    if (waiting_must(e, &o)) {
        f = written_effect(e, &o, in, t);
        wait_with(s, in, &o, &f);
        return;
    }
    added = settle_place(s, &o, s->in_group && s->has_entry);
    if (!added) {
        if (s->in_group) s->is_refused = true;
        return;
    }
    if (in->kind == INTENT_CLOSE) e->tokens[in->token].exit_order = added->id;
    f = written_effect(e, added, in, t);
    send(s, added, &f);
}

static void place_wish(Settling *s, const Intent *in, const Wish *w)
{
    Ticket t = ticket_make(w);

    if (t.is_nothing) return;
    if (t.reason != REASON_NONE)
        refuse(s, in, t.reason, t.is_unknown);
    else
        place_ticket(s, in, w, &t);
}

Wish settle_order_wish(const Engine *e, const Intent *in)
{
    const ActionRow *row = &e->image->actions[in->action];
    Wish w = settle_wish(e, in->token, row->kind == ACT_SELL);

    w.size = in->size;
    w.price = in->price;
    w.is_default = !num_is_known(in->price) && !in->is_unknown;
    w.size_unit = row->size_unit;
    w.is_market = (row->flags & AF_AT_MARKET) != 0;
    w.is_within_ratio = (row->flags & AF_WITHIN_RATIO) != 0;
    w.takes = w.is_market || (row->modifiers & (MOD_ALL_OR_NOTHING | MOD_NOW_OR_NEVER));
    return w;
}

static void settle_order(Settling *s, const Intent *in)
{
    Engine *e = s->e;
    Wish w = settle_order_wish(e, in);
    uint16_t gate = settle_gate(e, in->token, w.is_sell);

    if (gate != REASON_NONE) {
        refuse(s, in, gate, false);
        return;
    }
    place_wish(s, in, &w);
}

static void settle_close(Settling *s, const Intent *in)
{
    Engine *e = s->e;
    const ActionRow *row = &e->image->actions[in->action];
    TokenRun *token = &e->tokens[in->token];
    Wish w = settle_wish(e, in->token, token->held.size_micros > 0);

    if (!w.left_micros || token->exit_order) return;
    if (!market_of_token(e, token)->is_open) {
        refuse(s, in, REASON_SLOT_CLOSED, false);
        return;
    }
    w.size_unit = SIZE_ALL;
    w.price = in->price;
    w.is_default = !num_is_known(in->price) && !in->is_unknown;
    w.is_market = w.takes = w.is_close = true;
    w.is_within_ratio = (row->flags & AF_WITHIN_RATIO) != 0;
    w.bound_micros = e->config.exit_bound_micros;
    w.bound_ratio = e->config.exit_bound_ratio;
    place_wish(s, in, &w);
}

/* ---- the rest --------------------------------------------------------------------------------- */

static void settle_cancel(Engine *e, const Intent *in)
{
    bool all = (e->image->actions[in->action].flags & AF_CANCEL_ALL) != 0;

    for (uint32_t i = 0; i < e->orders.count; i++) {
        Order *o = &e->orders.open[i];

        if (o->is_market || o->verb != VERB_TRADE || o->id >= e->first_new) continue;
        if (all || o->token == in->token) order_cancel(e, o, BECAUSE_RULE, in->rule, in->action);
    }
    waiting_cancel(e, all ? -1 : in->token);
}

/* Full sets that could be merged. */
static int64_t pairs_left(const Engine *e, const Order *o)
{
    int64_t a = wallet_left_soon(&e->tokens[o->token]);
    int64_t b = wallet_left_soon(&e->tokens[o->other]);

    return a < b ? a : b;
}

/* The order of a split or merge, and the first reason against it. */
static uint16_t make_sets(const Engine *e, const Intent *in, Order *o)
{
    const MarketRun *m = &e->markets[in->token];
    bool is_merge = e->image->actions[in->action].kind == ACT_MERGE;
    int64_t size = 0;

    if (fx_from_double(in->size, &size)) size = ticket_to_lot(&m->rules, size);
    o->verb = is_merge ? VERB_MERGE : VERB_SPLIT;
    o->rule = in->rule;
    o->action = in->action;
    o->is_entry = !is_merge;
    o->is_sell = is_merge;
    o->size_micros = o->worst_micros = size;
    o->price_micros = FX_ONE;
    o->leader = e->leader;
    if (!m->is_open) return REASON_SLOT_CLOSED;
    if (size <= 0) return REASON_NO_SIZE;
    return is_merge && size > pairs_left(e, o) ? REASON_NOT_HELD : REASON_NONE;
}

static Effect sets_effect(const Engine *e, const Order *o, const Intent *in)
{
    Effect f = order_effect(e, o);

    f.token = in->token;
    f.size_unit = e->image->actions[in->action].size_unit;
    return f;
}

/* Split or merge of `in->token`, a market. */
static void settle_sets(Settling *s, const Intent *in)
{
    Engine *e = s->e;
    bool is_market = in->token >= 0 && (uint32_t)in->token < e->market_count;
    int32_t first = is_market ? wallet_token(e, &e->markets[in->token], 0) : -1;
    int32_t second = is_market ? wallet_token(e, &e->markets[in->token], 1) : -1;
    Order o, *added;
    uint16_t reason;
    Effect f;

    if (first < 0 || second < 0) return; /* a market without shares: the compiler refuses it */
    o = order_for(e, first, BECAUSE_RULE);
    o.other = second;
    reason = make_sets(e, in, &o);
    if (reason != REASON_NONE) {
        order_skip(e, in->rule, in->action, in->token, reason,
                   reason == REASON_NO_SIZE && !num_is_known(in->size));
        return;
    }
    f = sets_effect(e, &o, in);
    if (waiting_must(e, &o)) {
        wait_with(s, in, &o, &f);
        return;
    }
    added = settle_place(s, &o, false);
    if (!added) return;
    f.order = added->id;
    send(s, added, &f);
}

static void settle_alert(Engine *e, const Intent *in)
{
    Effect f = effect_new(EFFECT_ALERT, e->now_us);

    f.rule = in->rule;
    f.action = f.index = in->action;
    effect_send(e->sink, &f);
}

static void settle_intent(Settling *s, const Intent *in)
{
    switch (in->kind) {
    case INTENT_ORDER:
        if (token_of(s->e, in->token)) settle_order(s, in);
        break;
    case INTENT_CLOSE:
        if (token_of(s->e, in->token)) settle_close(s, in);
        break;
    case INTENT_CANCEL:
        settle_cancel(s->e, in);
        break;
    case INTENT_SETS:
        settle_sets(s, in);
        break;
    case INTENT_QUOTE:
        if (token_of(s->e, in->token)) quote_update(s, in);
        break;
    case INTENT_WITHDRAW:
        quote_withdraw(s->e, in->rule);
        break;
    case INTENT_ALERT:
        settle_alert(s->e, in);
        break;
    case INTENT_SKIP:
        order_skip(s->e, in->rule, in->action, in->token, in->reason, in->is_unknown);
        break;
    case INTENT_LEGS:
        group_open(s, in);
        break;
    case INTENT_LEGE:
        group_close(s);
        break;
    default:
        break;
    }
}

/* Tokens of `close` count as touched before the first entry is looked at. */
static void touch_closed(Engine *e)
{
    for (uint32_t i = 0; i < e->out.intent_count; i++) {
        const Intent *in = &e->out.intents[i];
        const TokenRun *t = in->kind == INTENT_CLOSE ? token_of(e, in->token) : NULL;

        if (t && t->held.size_micros && !wallet_is_debt(t))
            e->touched[in->token] = e->has_touched = true;
    }
}

/* The shared part reports its requires before the wallet part begins: back into the order of rules. */
static void order_by_rule(VmOut *out)
{
    for (uint32_t i = 1; i < out->intent_count; i++) {
        Intent in = out->intents[i];
        uint32_t k = i;

        for (; k > 0 && out->intents[k - 1].rule > in.rule; k--)
            out->intents[k] = out->intents[k - 1];
        out->intents[k] = in;
    }
}

void settle(Engine *e)
{
    Settling s; /* its effects are written before they are read */

    s.e = e;
    s.group = NULL;
    s.in_group = s.is_refused = s.has_entry = false;
    s.waiting_count = 0;
    order_by_rule(&e->out);
    e->first_new = e->orders.last_id + 1;
    touch_closed(e);
    for (uint32_t i = 0; i < e->out.intent_count; i++)
        settle_intent(&s, &e->out.intents[i]);
}
