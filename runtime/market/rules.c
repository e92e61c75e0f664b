/* rules.c — see rules.h. */
#include "runtime/market/rules.h"

#include "vm/base/fixed.h"
#include "vm/base/math.h"

static const VenueRule table[] = {
#define RULE(venue, category, from_us, tick, lot, min_size, min_notional, rate, exponent, \
             resolve_s, source)                                                           \
    {venue,                                                                               \
     category,                                                                            \
     from_us,                                                                             \
     {tick, lot, min_size, min_notional, rate, exponent},                                 \
     INT64_C(1000000) * (resolve_s),                                                      \
     source},
#include "runtime/market/rules.def"
#undef RULE
};

static const VenueRule *newest(Span venue, Span category, int64_t ts_us)
{
    const VenueRule *best = NULL;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const VenueRule *r = &table[i];

        if (!span_eq_str(venue, r->venue) || !span_eq_str(category, r->category)) continue;
        if (r->from_us <= ts_us && (!best || r->from_us >= best->from_us)) best = r;
    }
    return best;
}

const VenueRule *rules_at(Span venue, Span category, int64_t ts_us)
{
    const VenueRule *row = newest(venue, category, ts_us);

    return row || !category.len ? row : newest(venue, SPAN(""), ts_us);
}

MarketRules rules_of_test(MarketKind kind)
{
    bool has_coins = kind == MARKET_SPOT || kind == MARKET_PERP;

    return (MarketRules){10000, has_coins ? 1 : 10000, 0, 0, 0.0, 1.0};
}

int64_t rules_max_fee(const MarketRules *r, int64_t price_micros, int64_t size_micros)
{
    int64_t worst = price_micros < FX_ONE / 2 ? price_micros : FX_ONE / 2, fee;
    double p = fx_to_double(worst);

    if (!(r->fee_rate > 0)) return 0;
    p = num_ceil(r->fee_rate * m_pow(p * (1 - p), r->fee_exponent) * 1e6 -
                 1e-6); /* 693.0000001 is 693 */
    if (!fx_from_double(p / 1e6, &fee) || !fx_mul(fee, size_micros, FX_UP, &fee)) return INT64_MAX;
    return fee;
}
