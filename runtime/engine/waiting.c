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
                                      .is_close = f->is_close,
                                      .has_good_for = f->has_good_for,
                                      .size_unit = f->size_unit,
                                      .token = f->token,
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

void waiting_forget(Engine *e, int32_t token)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < e->waiting_count; i++) {
        const Waiting *w = &e->waiting[i];
        bool is_named = token < 0 || w->order.token == token;

        if (is_named && rests(&w->order) && w->event != e->event_count) continue;
        e->waiting[kept++] = *w;
    }
    if (kept == e->waiting_count) return;
    e->waiting_count = kept;
    wallet_tally(e);
}

static void skip(Engine *e, const Waiting *w, uint16_t reason)
{
    order_skip(e, w->order.rule, w->order.action, w->token, reason, false);
}

void waiting_close(Engine *e, const MarketRun *m)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < e->waiting_count; i++) {
        const Waiting *w = &e->waiting[i];

        if (e->tokens[w->order.token].market == m->id)
            skip(e, w, REASON_SLOT_CLOSED);
        else
            e->waiting[kept++] = *w;
    }
    e->waiting_count = kept;
}

/* ---- answers ---------------------------------------------------------------------------------- */

static bool is_blocked(const Engine *e, int32_t token)
{
    return token >= 0 && wallet_promised(e, token, PROMISED_CANCELLING | PROMISED_LEAVING) != 0;
}

/* At most `size` of what is held, certain and in no open order; those that wait do not count. */
static int64_t size_now(const Engine *e, const Order *w, int32_t token, int64_t size)
{
    const TokenRun *t = &e->tokens[token];
    int64_t left = abs_i64(t->held.size_micros) - t->held.pending_micros -
                   wallet_promised(e, token, PROMISED_ALL);

    if (w->is_sell != (t->held.size_micros > 0)) return 0;
    return left < size ? ticket_to_lot(&market_of_token(e, t)->rules, left) : size;
}

static Effect effect_of(const Engine *e, const Order *o, const Waiting *w)
{
    Effect f = order_effect(e, o);

    f.token = w->token;
    f.is_close = w->is_close;
    f.size_unit = w->size_unit;
    f.has_good_for = w->has_good_for;
    f.good_for_us = w->good_for_us;
    f.written_micros = w->written_micros;
    if (w->size_unit != SIZE_USD && o->size_micros < f.written_micros)
        f.written_micros = o->size_micros;
    return f;
}

/* What has been sold meanwhile need not be sold again. */
static void send_one(Engine *e, const Waiting *w)
{
    TokenRun *t = &e->tokens[w->order.token];
    Order o = w->order, *added;
    Effect f;

    o.size_micros = size_now(e, &o, o.token, o.size_micros);
    if (o.other >= 0) o.size_micros = size_now(e, &o, o.other, o.size_micros);
    if (!o.size_micros) return;
    if (o.size_micros < w->order.size_micros && rests(&o) &&
        o.size_micros < market_of_token(e, t)->rules.min_size_micros) {
        skip(e, w, REASON_BELOW_MINIMUM);
        return;
    }
    added = order_add(e, &o);
    if (!added) {
        skip(e, w, REASON_NO_ROOM);
        return;
    }
    if (w->is_close) t->exit_order = added->id;
    f = effect_of(e, added, w);
    effect_send(e->sink, &f);
}

void waiting_send(Engine *e)
{
    uint32_t kept = 0, count = e->waiting_count;

    if (!count) return;
    for (uint32_t i = 0; i < count; i++) {
        Waiting w = e->waiting[i];

        if (is_blocked(e, w.order.token) || is_blocked(e, w.order.other))
            e->waiting[kept++] = w;
        else
            send_one(e, &w);
    }
    e->waiting_count = kept;
    wallet_tally(e);
}
