/* rules.h — venue facts of one market that change with time: tick, lot, minimums, fees, delay.
 *
 * A table of dated rows with their sources (rules.def) answers "what held at this instant".  Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/span.h"
#include "vm/intents.h"

typedef struct MarketRules {
    int64_t tick_micros, lot_micros;
    int64_t min_size_micros;       /* of orders that rest */
    int64_t min_notional_micros;   /* of buys that take */
    double fee_rate, fee_exponent; /* taker fee a share = rate * (p (1 - p)) ^ exponent */
    int32_t taker_ppm, maker_ppm;  /* ... or millionths of the notional */
    int64_t fee_step_micros;       /* fees are multiples of it; 0 means a micro */
    int64_t taker_delay_us;        /* orders that would take wait so long */
} MarketRules;

typedef struct VenueRule { /* a row of rules.def */
    const char *venue, *category;
    int64_t from_us;
    MarketRules rules;
    int64_t resolve_us;
    const char *refusal; /* why orders of this row cannot be matched here; "": they can */
    const char *source;
} VenueRule;

/* The row in force at `ts_us`; NULL when the venue is not listed. */
const VenueRule *rules_at(Span venue, Span category, int64_t ts_us);
/* When the next row comes into force that may change that answer; INT64_MAX: never. */
int64_t rules_until(Span venue, Span category, int64_t ts_us);
/* The category a market's selector belongs to; "" when it says nothing. */
Span rules_category(Span venue, Span selector, MarketKind kind);
/* Rules of a test: tick 1c, lot 0.01 shares or a millionth of a coin, no minimums, no fees
 * (docs/decisions/0001, 16). */
MarketRules rules_of_test(MarketKind kind);
/* The fee of one fill: the exact figure (of exponent 1) to the nearest step, half up, and nothing below one
 * step.  False when it does not fit. */
bool rules_fee(const MarketRules *r, bool is_maker, int64_t price_micros, int64_t size_micros,
               int64_t *ret_fee);
/* What a market buy may spend so that its fees fit into the balance as well, as the venue's order
 * builder says it: down to the micro.  `builder_ppm` and `slippage_ppm`: millionths. */
typedef struct BuyCap {
    int64_t amount_micros, balance_micros, price_micros;
    int64_t builder_ppm, slippage_ppm;
} BuyCap;
bool rules_cap_buy(const MarketRules *r, const BuyCap *cap, int64_t *ret_amount);
/* The largest taker fee of `size` shares at a price up to `price`, rounded up to the micro. */
int64_t rules_max_fee(const MarketRules *r, int64_t price_micros, int64_t size_micros);
