/* quotes.c — standing quotes: what a `while` rule wants against what rests.
 *
 * A side is replaced when its price differs by `refresh`, its size by a fifth, or it was filled;
 * replacing is a cancel and a new order in one event.  The old one no longer counts for the limits of
 * the new one, but what it may still take or sell until the cancel is answered is not promised twice.
 * A side without known price and positive size is not quoted. */
#include "runtime/engine/orders_out.h"
#include "runtime/engine/quiet.h"
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

    if (o) order_cancel(e, o, BECAUSE_QUOTE, o->rule, o->action);
    e->quotes[quote] = 0;
}

static bool must_replace(const Order *o, const Side *side, int64_t price, int64_t size)
{
    return o->filled_micros || abs_i64(price - o->price_micros) >= side->refresh_micros ||
           5 * abs_i64(size - o->size_micros) >= o->size_micros;
}

/* The new order of a side, or the reason why there is none. */
static void put_up(Settling *s, const Intent *in, const Side *side, const Wish *w, Ticket t)
{
    Engine *e = s->e;
    Order o = order_for(e, in->token, BECAUSE_QUOTE), *added;
    uint16_t gate = settle_gate(e, in->token, side->is_sell);
    Effect f;

    if (gate != REASON_NONE) t.reason = gate;
    if (gate == REASON_NONE && t.is_nothing) return; /* all of it is on its way already */
    o.rule = in->rule;
    o.action = in->action;
    o.quote = side->quote;
    o.modifiers = MOD_POST_ONLY;
    o.is_sell = side->is_sell;
    if (t.reason != REASON_NONE) {
        order_skip(e, in->rule, in->action, in->token, t.reason, false);
        return;
    }
    settle_fill_in(&o, &t);
    added = settle_place(s, &o, false);
    if (!added) return;
    e->quotes[side->quote] = added->id;
    if (added->is_entry) limits_count(e, market_of_token(e, &e->tokens[in->token]), NO_LEADER);
    f = order_effect(e, added);
    f.written_micros = t.written_micros;
    f.size_unit = w->size_unit;
    effect_send(e->sink, &f);
}

/* Price and size as they should stand; what is too small to be a lot is below the minimum. */
static Ticket wanted(const Wish *w)
{
    Ticket t = ticket_make(w);

    if (t.reason == REASON_NO_SIZE)
        t.reason = ticket_limit(w, w->price, &t.price_micros) ? REASON_BELOW_MINIMUM
                                                              : REASON_PRICE_OUT_OF_RANGE;
    return t;
}

static bool is_wanted(const Side *side)
{
    return num_is_known(side->price) && side->size > 0;
}

static Wish wish_of(const Engine *e, uint16_t action, int32_t token, const Side *side)
{
    uint8_t unit = e->image->actions[action].size_unit;
    Wish w = settle_wish(e, token, side->is_sell);

    w.price = side->price;
    w.size = side->size;
    w.size_unit = unit != SIZE_NONE ? unit : w.has_coins ? SIZE_COINS : SIZE_SHARES;
    w.held_micros = w.left_micros = INT64_MAX; /* what it would be, were there enough */
    return w;
}

static void update_side(Settling *s, const Intent *in, const Side *side)
{
    Engine *e = s->e;
    Order *o = resting(e, side->quote);
    Wish w;
    Ticket t;

    if (!is_wanted(side)) {
        take_down(e, side->quote);
        return;
    }
    w = wish_of(e, in->action, in->token, side);
    t = wanted(&w);
    if (o && t.reason == REASON_NONE && !must_replace(o, side, t.price_micros, t.size_micros))
        return;
    take_down(e, side->quote);
    w.held_micros = e->tokens[in->token].held.size_micros;
    w.left_micros = wallet_left_surely(e, in->token);
    put_up(s, in, side, &w, t.reason != REASON_NONE ? t : wanted(&w));
}

/* The step at which a quote is replaced; the venue's tick if it is not known. */
static int64_t refresh_of(const Engine *e, int32_t token, double refresh)
{
    int64_t micros = market_of_token(e, &e->tokens[token])->rules.tick_micros;

    (void)fx_from_double(refresh, &micros);
    return micros;
}

/* Prices on the tick within `refresh` of the order's, where its size does not follow from its price. */
static void find_stand(const Wish *w, const Order *o, const Side *side, QuoteStand *ret)
{
    int64_t tick = w->rules->tick_micros, low = sat_add(o->price_micros, 1 - side->refresh_micros),
            high = sat_add(o->price_micros, side->refresh_micros - 1);

    if (tick <= 0 || w->has_coins || (w->size_unit != SIZE_SHARES && w->size_unit != SIZE_COINS))
        return;
    low = low < tick ? tick : (low + tick - 1) / tick * tick;
    high = (high > FX_ONE - tick ? FX_ONE - tick : high) / tick * tick;
    if (low > high) return;
    if (fx_to_double(low) < ret->low) ret->low = fx_to_double(low);
    if (fx_to_double(high) > ret->high) ret->high = fx_to_double(high);
}

QuoteStand engine_quote_stands(const Engine *e, const QuoteSide *q)
{
    QuoteStand ret = {.is_same = true, .low = q->price, .high = q->price};
    Side side;
    const Order *o;
    Wish w;
    Ticket t;

    if (!token_of(e, q->token) || e->image->actions[q->action].quote >= e->image->meta->quotes)
        return ret;
    side = (Side){.quote = (uint16_t)(e->image->actions[q->action].quote * 2 + q->is_sell),
                  .is_sell = q->is_sell,
                  .price = q->price,
                  .size = q->size};
    if (!is_wanted(&side)) {
        ret.is_same = !e->quotes[side.quote];
        return ret;
    }
    o = resting(e, side.quote);
    side.refresh_micros = refresh_of(e, q->token, q->refresh);
    ret.is_same = false;
    if (!o) return ret;
    w = wish_of(e, q->action, q->token, &side);
    t = wanted(&w);
    ret.is_same = t.reason == REASON_NONE && !must_replace(o, &side, t.price_micros, t.size_micros);
    if (ret.is_same) find_stand(&w, o, &side, &ret);
    return ret;
}

bool engine_is_quoting(const Engine *e, uint16_t rule)
{
    for (uint32_t q = 0; q < 2 * e->image->meta->quotes; q++) {
        const Order *o = resting(e, (uint16_t)q);

        if (o && o->rule == rule) return true;
    }
    return false;
}

void quote_update(Settling *s, const Intent *in)
{
    const Engine *e = s->e;
    uint16_t quote = e->image->actions[in->action].quote;
    int64_t refresh = refresh_of(e, in->token, in->refresh);
    Side bid = {(uint16_t)(quote * 2), false, in->bid, in->bid_size, refresh};
    Side ask = {(uint16_t)(quote * 2 + 1), true, in->ask, in->ask_size, refresh};

    if (quote >= e->image->meta->quotes) return;
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
