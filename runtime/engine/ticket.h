/* ticket.h — from what a strategy wrote to what a venue takes: prices to the tick, sizes to the lot.
 *
 * Language 3.8 and docs/decisions/0003, 29 to 36.  In goes one wish with the book and the holding it
 * meets, out comes a priced and sized order or the first reason against it.  Pure; integers from the
 * first rounding on. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runtime/market/rules.h"
#include "vm/intents.h"

typedef struct Wish {
    double size, price; /* price: the limit; at market: `within` */
    uint8_t size_unit;  /* SizeUnit; SIZE_ALL: what is left */
    bool is_sell, is_market;
    bool is_default;                /* no `within` was written */
    bool is_within_ratio;           /* it is a part of the best price */
    bool takes;                     /* at market or immediate: never rests */
    bool is_close;                  /* what is left, on either side, whatever the minimum */
    bool has_coins;                 /* a spot or perpetual instrument: prices have no upper end */
    bool can_short;                 /* a perpetual */
    int64_t bid_micros, ask_micros; /* of the latest tick, MICROS_UNKNOWN */
    int64_t held_micros;            /* below 0: short */
    int64_t left_micros;            /* of what is held, not yet on its way out; >= 0 */
    int64_t bound_micros;           /* default `within` of shares ... */
    double bound_ratio;             /* ... and of coins */
    const MarketRules *rules;
} Wish;

typedef struct Ticket {
    uint16_t reason; /* REASON_NONE: good */
    bool is_unknown; /* it stands because a size or price was unknown */
    bool is_nothing; /* there is nothing to do and nothing to say */
    bool is_entry;   /* not a reduction */
    bool is_sell;    /* as wished; `all` of a short buys */
    int64_t size_micros, written_micros, price_micros, worst_micros;
} Ticket;

Ticket ticket_make(const Wish *w);
/* Shares on the lot, rounded down. */
int64_t ticket_to_lot(const MarketRules *rules, int64_t size_micros);
/* A limit on the tick: buys down, sells up. False when outside what the venue takes. */
bool ticket_limit(const Wish *w, double price, int64_t *ret_price);
/* Best price `within` the bound, on the tick and clamped. False without a best price. */
bool ticket_bound(const Wish *w, int64_t *ret_price);
