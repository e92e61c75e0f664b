/* waiting.c — see waiting.h. */
#include "runtime/engine/waiting.h"

#include "runtime/engine/orders_out.h"
#include "runtime/engine/ticket.h"
#include "runtime/engine/wallet.h"

bool waiting_must(const Engine *e, const Order *o)
{
    if (o->is_entry) return false;
    return o->size_micros > wallet_left_surely(e, o->token) ||
           (o->other >= 0 && o->size_micros > wallet_left_surely(e, o->other));
}

bool waiting_add(Engine *e, const Order *o, const Effect *f)
{
    Waiting *w = room_for(&e->waiting_room, e->waiting, e->waiting_count + 1, sizeof *w);

    if (!w) return false;
    e->waiting = w;
    w[e->waiting_count++] = (Waiting){.order = *o,
                                      .token = f->token,
                                      .is_close = f->is_close,
                                      .has_good_for = f->has_good_for,
                                      .size_unit = f->size_unit,
                                      .good_for_us = f->good_for_us,
                                      .written_micros = f->written_micros,
                                      .event = e->event_count};
    wallet_tally(e);
    return true;
}

static bool rests(const Order *o)
{
    return o->verb == VERB_TRADE && !o->is_market &&
           !(o->modifiers & (MOD_ALL_OR_NOTHING | MOD_NOW_OR_NEVER));
}

/* Forgets those of which `is_over` says so. */
static void drop_where(Engine *e, bool (*is_over)(Engine *e, const Waiting *w, int32_t of),
                       int32_t of)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < e->waiting_count; i++)
        if (!is_over(e, &e->waiting[i], of)) e->waiting[kept++] = e->waiting[i];
    if (kept == e->waiting_count) return;
    e->waiting_count = kept;
    wallet_tally(e);
}

static bool ends_with_slot(Engine *e, const Waiting *w, int32_t market)
{
    if (e->tokens[w->order.token].market != market) return false;
    order_skip(e, w->order.rule, w->order.action, w->token, REASON_SLOT_CLOSED, false);
    return true;
}

void waiting_end_slot(Engine *e, const MarketRun *m)
{
    drop_where(e, ends_with_slot, m->id);
}

static bool is_called_off(Engine *e, const Waiting *w, int32_t token)
{
    return (token < 0 || w->order.token == token) && rests(&w->order) && w->event != e->event_count;
}

void waiting_cancel(Engine *e, int32_t token)
{
    drop_where(e, is_called_off, token);
}

/* ---- answers ---------------------------------------------------------------------------------- */

static bool is_blocked(const Engine *e, int32_t token)
{
    return token >= 0 && wallet_promised(e, token, PROMISED_CANCELLING | PROMISED_LEAVING) != 0;
}

/* At most what is held, certain and in no open order; those that wait do not count. */
static int64_t size_now(const Engine *e, const Order *w, int32_t token)
{
    const TokenRun *t = &e->tokens[token];
    int64_t left = abs_i64(t->held.size_micros) - t->held.pending_micros -
                   wallet_promised(e, token, PROMISED_ALL);

    if (w->is_sell != (t->held.size_micros > 0)) return 0;
    return left < w->size_micros ? ticket_to_lot(&market_of_token(e, t)->rules, left)
                                 : w->size_micros;
}

static Effect effect_of(const Engine *e, const Waiting *w, const Order *sent)
{
    Effect f = order_effect(e, sent);

    f.token = w->token;
    f.is_close = w->is_close;
    f.size_unit = w->size_unit;
    f.written_micros = w->written_micros;
    f.has_good_for = w->has_good_for;
    f.good_for_us = w->good_for_us;
    return f;
}

/* The order as it can go out now; of size 0 when all of it has been sold meanwhile. */
static Order order_now(const Engine *e, const Waiting *w)
{
    Order o = w->order;

    o.size_micros = size_now(e, &o, o.token);
    if (o.other >= 0) o.size_micros = size_now(e, &o, o.other);
    /* the first one may have opened meanwhile */
    o.slot_start_us = market_of_token(e, &e->tokens[o.token])->slot_start_us;
    return o;
}

/* What has been sold meanwhile need not be sold again.  False: there is no room now, which is said once. */
static bool send_one(Engine *e, Waiting *w)
{
    Order o = order_now(e, w);
    const Order *added;
    Effect f;

    if (!o.size_micros) return true;
    added = order_add(e, &o);
    if (!added) {
        if (!w->has_said) order_skip(e, o.rule, o.action, w->token, REASON_NO_ROOM, false);
        w->has_said = true;
        return false;
    }
    if (w->is_close) e->tokens[o.token].exit_order = added->id;
    f = effect_of(e, w, added);
    effect_send(e->sink, &f);
    return true;
}

static bool goes_out(Engine *e, Waiting *w)
{
    return !is_blocked(e, w->order.token) && !is_blocked(e, w->order.other) && send_one(e, w);
}

void waiting_send(Engine *e)
{
    uint32_t kept = 0;

    if (!e->waiting_count) return;
    for (uint32_t i = 0; i < e->waiting_count; i++)
        if (!goes_out(e, &e->waiting[i])) e->waiting[kept++] = e->waiting[i];
    e->waiting_count = kept;
    wallet_tally(e);
}
