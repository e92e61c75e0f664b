/* ticket.c — see ticket.h. */
#include "runtime/engine/ticket.h"

#include "runtime/market/tick.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { CENT_MICROS = 10000 };

static Ticket refuse(uint16_t reason, bool is_unknown)
{
    return (Ticket){.reason = reason, .is_unknown = is_unknown};
}

static int64_t step_of(int64_t step)
{
    return step > 0 ? step : 1;
}

int64_t ticket_to_lot(const MarketRules *rules, int64_t size_micros)
{
    int64_t lot = step_of(rules->lot_micros);

    return size_micros > 0 ? size_micros - size_micros % lot : 0;
}

/* ---- prices ----------------------------------------------------------------------------------- */

static int64_t to_tick(const Wish *w, int64_t price)
{
    int64_t rounded = price;

    (void)fx_round_to(price, step_of(w->rules->tick_micros), w->is_sell ? FX_UP : FX_DOWN,
                      &rounded);
    return rounded;
}

static int64_t highest_price(const Wish *w)
{
    return w->has_coins ? INT64_MAX : FX_ONE - step_of(w->rules->tick_micros);
}

bool ticket_limit(const Wish *w, double price, int64_t *ret_price)
{
    int64_t micros;

    if (!fx_from_double(price, &micros)) return false;
    micros = to_tick(w, micros);
    if (micros < step_of(w->rules->tick_micros) || micros > highest_price(w)) return false;
    *ret_price = micros;
    return true;
}

static int64_t within_of(const Wish *w, int64_t best)
{
    int64_t micros = 0;
    double ratio = w->price;

    if (num_is_known(w->price) && !w->is_within_ratio) {
        if (!fx_from_double(w->price, &micros)) micros = FX_ONE * FX_ONE;
        return micros;
    }
    if (!num_is_known(w->price)) {
        if (!w->has_coins) return w->bound_micros;
        ratio = w->bound_ratio;
    }
    (void)fx_from_double(fx_to_double(best) * ratio, &micros);
    return micros;
}

bool ticket_bound(const Wish *w, int64_t *ret_price)
{
    int64_t best = w->is_sell ? w->bid_micros : w->ask_micros, price, within;
    int64_t tick = step_of(w->rules->tick_micros), high = highest_price(w);

    if (best == MICROS_UNKNOWN) return false;
    within = within_of(w, best);
    if (w->is_sell ? !fx_sub(best, within, &price) : !fx_add(best, within, &price)) return false;
    price = to_tick(w, price);
    *ret_price = price < tick ? tick : price > high ? high : price;
    return true;
}

/* ---- sizes ------------------------------------------------------------------------------------ */

/* Dollars to the cent, shares and coins to the lot; 0 when that is nothing. */
static int64_t written_size(const Wish *w, double size)
{
    int64_t micros;

    if (!fx_from_double(size, &micros) || micros <= 0) return 0;
    if (w->size_unit == SIZE_USD) return micros - micros % CENT_MICROS;
    return ticket_to_lot(w->rules, micros);
}

static double size_of(const Wish *w)
{
    int64_t held = w->held_micros < 0 ? -w->held_micros : w->held_micros;

    return w->size_unit == SIZE_PART ? num_canon(w->size * fx_to_double(held)) : w->size;
}

/* True when the order goes against the position. */
static bool is_against(const Wish *w)
{
    return w->is_sell ? w->held_micros > 0 : w->held_micros < 0;
}

/* What a sale of a venue without shorts has to say about what is held. */
static bool check_held(const Wish *w, Ticket *t)
{
    if (!w->is_sell || w->can_short) {
        t->is_entry = !is_against(w) || t->size_micros > w->left_micros;
        return true;
    }
    if (w->held_micros <= 0) {
        t->reason = REASON_NOT_HELD;
    } else if (w->left_micros <= 0) {
        t->is_nothing = true;
    } else if (t->size_micros > w->left_micros) {
        t->reason = REASON_NOT_HELD;
    }
    return t->reason == REASON_NONE && !t->is_nothing;
}

static bool price_it(const Wish *w, Ticket *t)
{
    if (w->is_market ? !ticket_bound(w, &t->price_micros) : !num_is_known(w->price)) {
        *t = refuse(REASON_NO_PRICE, true);
        return false;
    }
    if (!w->is_market && !ticket_limit(w, w->price, &t->price_micros)) {
        *t = refuse(REASON_PRICE_OUT_OF_RANGE, false);
        return false;
    }
    return true;
}

/* Shares and worst cost, once the price is known. */
static void size_it(const Wish *w, Ticket *t)
{
    int64_t size = t->written_micros;

    if (w->size_unit == SIZE_USD) {
        t->worst_micros = t->written_micros;
        if (!fx_div(t->written_micros, t->price_micros, FX_DOWN, &size)) size = 0;
        size = ticket_to_lot(w->rules, size);
    } else if (!fx_mul(size, t->price_micros, FX_UP, &t->worst_micros)) {
        t->worst_micros = INT64_MAX;
    }
    t->size_micros = size;
}

static bool is_below_minimum(const Wish *w, const Ticket *t)
{
    if (t->size_micros <= 0) return true;
    if (!w->takes) return t->size_micros < w->rules->min_size_micros;
    return !w->is_sell && t->worst_micros < w->rules->min_notional_micros;
}

/* `sell all`, `buy all` and `close`: what is left. */
static Ticket make_all(const Wish *w)
{
    Ticket t = {.written_micros = ticket_to_lot(w->rules, w->left_micros)};

    if (!is_against(w) || !t.written_micros) {
        t.is_nothing = true;
        return t;
    }
    if (!price_it(w, &t)) return t;
    size_it(w, &t);
    if (is_below_minimum(w, &t)) return refuse(REASON_BELOW_MINIMUM, false);
    return t;
}

Ticket ticket_make(const Wish *w)
{
    double size = size_of(w);
    Ticket t = {.written_micros = w->size_unit == SIZE_ALL ? 0 : written_size(w, size)};

    if (w->size_unit == SIZE_ALL) return make_all(w);
    if (!t.written_micros) return refuse(REASON_NO_SIZE, !num_is_known(size));
    if (!price_it(w, &t)) return t;
    size_it(w, &t);
    if (is_below_minimum(w, &t)) return refuse(REASON_BELOW_MINIMUM, false);
    if (!check_held(w, &t) && t.reason) return refuse(t.reason, false);
    return t;
}
