/* rules.h — venue facts of one market that change with time: tick, lot, minimums, fee curve.
 *
 * A table of dated rows with their sources (rules.def) answers "what held at this instant".  Pure. */
#pragma once

#include <stdint.h>

#include "vm/base/span.h"
#include "vm/intents.h"

typedef struct MarketRules {
    int64_t tick_micros, lot_micros;
    int64_t min_size_micros;       /* of orders that rest */
    int64_t min_notional_micros;   /* of buys that take */
    double fee_rate, fee_exponent; /* taker fee a share = rate * (p (1 - p)) ^ exponent */
} MarketRules;

typedef struct VenueRule { /* a row of rules.def */
    const char *venue, *category;
    int64_t from_us;
    MarketRules rules;
    int64_t resolve_us;
    const char *source;
} VenueRule;

/* The row in force at `ts_us`; NULL when the venue is not listed. */
const VenueRule *rules_at(Span venue, Span category, int64_t ts_us);
/* Rules of a test: tick 1c, lot 0.01 shares or a millionth of a coin, no minimums, no fees
 * (docs/decisions/0001, 16). */
MarketRules rules_of_test(MarketKind kind);
/* The largest taker fee of `size` shares at a price up to `price`, rounded up to the micro. */
int64_t rules_max_fee(const MarketRules *r, int64_t price_micros, int64_t size_micros);
