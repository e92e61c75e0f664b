/* ticket.c — see ticket.h. */
#include "runtime/engine/ticket.h"

#include "runtime/market/tick.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { CENT_MICROS = 10000 };

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

/* Dollars between the best price and the worst allowed one; may be unknown. */
static double within_of(const Wish *w, double best)
{
    if (w->is_default && !w->has_coins) return fx_to_double(w->bound_micros);
    if (w->is_default) return best * w->bound_ratio;
    return w->is_within_ratio ? best * w->price : w->price;
}

bool ticket_bound(const Wish *w, int64_t *ret_price)
{
    int64_t best_micros = w->is_sell ? w->bid_micros : w->ask_micros, price;
    int64_t tick = step_of(w->rules->tick_micros), high = highest_price(w);
    double best = fx_to_double(best_micros), within;

    if (best_micros == MICROS_UNKNOWN) return false;
    within = within_of(w, best);
    if (!fx_from_double(w->is_sell ? best - within : best + within, &price)) return false;
    price = to_tick(w, price);
    *ret_price = price < tick ? tick : price > high ? high : price;
    return true;
}

static uint16_t price_it(const Wish *w, Ticket *t)
{
    t->is_unknown = w->is_market ? !ticket_bound(w, &t->price_micros) : !num_is_known(w->price);
    if (t->is_unknown) return REASON_NO_PRICE;
    if (w->is_market || ticket_limit(w, w->price, &t->price_micros)) return REASON_NONE;
    return REASON_PRICE_OUT_OF_RANGE;
}

/* ---- sizes ------------------------------------------------------------------------------------ */

static double size_of(const Wish *w)
{
    int64_t held = w->held_micros < 0 ? -w->held_micros : w->held_micros;

    return w->size_unit == SIZE_PART ? num_canon(w->size * fx_to_double(held)) : w->size;
}

/* Dollars to the cent, shares and coins to the lot. */
static uint16_t written_size(const Wish *w, Ticket *t)
{
    int64_t micros;

    t->is_unknown = !num_is_known(size_of(w));
    if (!fx_from_double(size_of(w), &micros) || micros <= 0) return REASON_NO_SIZE;
    t->written_micros = ticket_to_lot(w->rules, micros);
    if (w->size_unit == SIZE_USD) t->written_micros = micros - micros % CENT_MICROS;
    return t->written_micros > 0 ? REASON_NONE : REASON_NO_SIZE;
}

/* Shares and worst cost, once the price is known; dollars that buy no lot and sizes below the
 * venue's minimum are too small. */
static uint16_t size_it(const Wish *w, Ticket *t)
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
    if (size <= 0) return REASON_BELOW_MINIMUM;
    if (w->is_close) return REASON_NONE;
    if (!w->takes) return size < w->rules->min_size_micros ? REASON_BELOW_MINIMUM : REASON_NONE;
    return !w->is_sell && t->worst_micros < w->rules->min_notional_micros ? REASON_BELOW_MINIMUM
                                                                          : REASON_NONE;
}

/* ---- what is held ----------------------------------------------------------------------------- */

/* True when the order goes against the position. */
static bool is_against(const Wish *w)
{
    return w->is_sell ? w->held_micros > 0 : w->held_micros < 0;
}

/* A venue without shorts sells what is left and nothing else. */
static uint16_t check_held(const Wish *w, Ticket *t)
{
    if (w->is_sell && !w->can_short)
        return t->size_micros > w->left_micros || w->held_micros <= 0 ? REASON_NOT_HELD
                                                                      : REASON_NONE;
    t->is_entry = !w->can_short || !is_against(w) || t->size_micros > w->left_micros;
    return REASON_NONE;
}

/* `sell all` and `close`: what is left; of a short it is bought back. */
static Ticket make_all(Wish w)
{
    Ticket t = {.written_micros = ticket_to_lot(w.rules, w.left_micros)};

    if (w.can_short || w.is_close) w.is_sell = w.held_micros > 0;
    t.is_sell = w.is_sell;
    if (!is_against(&w) || w.left_micros <= 0 || (w.is_close && !t.written_micros)) {
        t.is_nothing = true;
        return t;
    }
    t.reason = price_it(&w, &t);
    if (t.reason == REASON_NONE) t.reason = size_it(&w, &t);
    return t;
}

Ticket ticket_make(const Wish *w)
{
    Ticket t = {.is_sell = w->is_sell};

    if (w->size_unit == SIZE_ALL) return make_all(*w);
    if (w->is_sell && !w->can_short && w->held_micros > 0 && w->left_micros <= 0) {
        t.is_nothing = true; /* all of it is on its way already */
        return t;
    }
    t.reason = written_size(w, &t);
    if (t.reason == REASON_NONE) t.reason = price_it(w, &t);
    if (t.reason == REASON_NONE) t.reason = size_it(w, &t);
    if (t.reason == REASON_NONE) t.reason = check_held(w, &t);
    return t;
}
