/* rules.c — see rules.h. */
#include "runtime/market/rules.h"

#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/math.h"

static const VenueRule table[] = {
#define RULE(venue, category, from_us, tick, lot, min_size, min_notional, rate, exponent, \
             taker_ppm, maker_ppm, fee_step, delay_ms, resolve_s, refusal, source)        \
    {venue,                                                                               \
     category,                                                                            \
     from_us,                                                                             \
     {tick, lot, min_size, min_notional, rate, exponent, taker_ppm, maker_ppm, fee_step,  \
      INT64_C(1000) * (delay_ms)},                                                        \
     INT64_C(1000000) * (resolve_s),                                                      \
     refusal,                                                                             \
     source},
#include "runtime/market/rules.def"
#undef RULE
};

static const struct {
    const char *venue, *part;
    int kind;
    const char *category;
} categories[] = {
#define CATEGORY(venue, part, kind, category) {venue, part, kind, category},
#include "runtime/market/rules.def"
#undef CATEGORY
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

int64_t rules_until(Span venue, Span category, int64_t ts_us)
{
    int64_t until = INT64_MAX;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const VenueRule *r = &table[i];

        if (!span_eq_str(venue, r->venue) ||
            (r->category[0] && !span_eq_str(category, r->category)))
            continue;
        if (r->from_us > ts_us && r->from_us < until) until = r->from_us;
    }
    return until;
}

MarketRules rules_of_test(MarketKind kind)
{
    bool has_coins = kind == MARKET_SPOT || kind == MARKET_PERP;

    return (MarketRules){
        .tick_micros = 10000, .lot_micros = has_coins ? 1 : 10000, .fee_exponent = 1.0};
}

Span rules_category(Span venue, Span selector, MarketKind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(categories); i++)
        if (span_eq_str(venue, categories[i].venue) &&
            span_find(selector, span_str(categories[i].part)) != SPAN_NONE_AT &&
            (categories[i].kind < 0 || categories[i].kind == (int)kind))
            return span_str(categories[i].category);
    return SPAN("");
}

/* ---- fees -------------------------------------------------------------------------------------- */

#define ATTO (FX_ONE * FX_ONE * FX_ONE)

/* What one unit costs in fees, in 10^-18 dollars; exact unless the exponent is not 1. */
static bool fee_a_share(const MarketRules *r, int64_t price, int64_t *ret)
{
    int64_t rate, q = FX_ONE - price;
    double p = fx_to_double(price);

    if (!fx_from_double(r->fee_rate, &rate)) return false;
    if (r->fee_exponent == 1.0)
        return !__builtin_mul_overflow(rate, price * q, ret); /* price * q <= 2.5 * 10^11 */
    if (!fx_from_double(r->fee_rate * m_pow(p * (1 - p), r->fee_exponent) * 1e6, ret)) return false;
    return fx_muldiv(*ret, FX_ONE, 1, FX_DOWN, ret);
}

/* size * a_share to the nearest step, half up, and nothing below one step: with twice the figure rounded
 * down, the rest is whole numbers. */
static bool fee_to_step(int64_t size, int64_t a_share, int64_t scale, int64_t step, int64_t *ret)
{
    int64_t twice, steps;

    if (size > INT64_MAX / 2 || !fx_muldiv(2 * size, a_share, scale, FX_DOWN, &twice)) return false;
    if (twice > INT64_MAX - step) return false;
    steps = twice < 2 * step ? 0 : (twice + step) / (2 * step);
    *ret = steps * step;
    return true;
}

bool rules_fee(const MarketRules *r, bool is_maker, int64_t price_micros, int64_t size_micros,
               int64_t *ret_fee)
{
    int64_t step = r->fee_step_micros > 0 ? r->fee_step_micros : 1, a_share = 0, scale = ATTO;
    int32_t ppm = is_maker ? r->maker_ppm : r->taker_ppm;

    if (price_micros < 0 || size_micros < 0) return false;
    if (ppm > 0) {
        scale = FX_ONE * FX_ONE;
        if (!fx_muldiv(price_micros, ppm, 1, FX_DOWN, &a_share)) return false;
    } else if (!is_maker && r->fee_rate > 0 && price_micros < FX_ONE) {
        if (!fee_a_share(r, price_micros, &a_share)) return false;
    }
    return fee_to_step(size_micros, a_share, scale, step, ret_fee);
}

/* rate * p^(e-1) * (1-p)^e * (1 + slippage), in 10^-18: what a dollar spent costs in fees. */
static bool fee_a_dollar(const MarketRules *r, const BuyCap *cap, int64_t *ret)
{
    double p = fx_to_double(cap->price_micros), e = r->fee_exponent;
    int64_t rate, micros = 0;

    if (e == 1.0) {
        if (!fx_from_double(r->fee_rate, &rate)) return false;
        micros = rate * (FX_ONE - cap->price_micros);
    } else if (r->fee_rate > 0) {
        if (!fx_from_double(r->fee_rate * m_pow(p * (1 - p), e) / p * 1e6, &micros)) return false;
    }
    return fx_muldiv(micros, FX_ONE + cap->slippage_ppm, 1, FX_DOWN, ret);
}

bool rules_cap_buy(const MarketRules *r, const BuyCap *cap, int64_t *ret_amount)
{
    int64_t spent =
        cap->amount_micros < cap->balance_micros ? cap->amount_micros : cap->balance_micros;
    int64_t a_dollar, fees, builder, need;

    if (spent < 0 || cap->price_micros <= 0 || cap->price_micros >= FX_ONE) return false;
    if (!fee_a_dollar(r, cap, &a_dollar) || !fx_muldiv(spent, a_dollar, ATTO, FX_UP, &fees) ||
        !fx_muldiv(spent, cap->builder_ppm, FX_ONE, FX_UP, &builder) ||
        !fx_add(fees, builder, &fees) || !fx_add(cap->amount_micros, fees, &need))
        return false;
    *ret_amount = cap->amount_micros;
    if (cap->balance_micros <= need)
        *ret_amount = cap->balance_micros > fees ? cap->balance_micros - fees : 0;
    return true;
}

static int64_t max_fee_of_notional(const MarketRules *r, int64_t price, int64_t size)
{
    int64_t notional, fee;

    if (!fx_mul(price, size, FX_UP, &notional) || !fx_mul(notional, r->taker_ppm, FX_UP, &fee))
        return INT64_MAX;
    return fee;
}

int64_t rules_max_fee(const MarketRules *r, int64_t price_micros, int64_t size_micros)
{
    int64_t worst = price_micros < FX_ONE / 2 ? price_micros : FX_ONE / 2, fee;
    double p = fx_to_double(worst);

    if (r->taker_ppm > 0) return max_fee_of_notional(r, price_micros, size_micros);
    if (!(r->fee_rate > 0)) return 0;
    p = num_ceil(r->fee_rate * m_pow(p * (1 - p), r->fee_exponent) * 1e6 -
                 1e-6); /* 693.0000001 is 693 */
    if (!fx_from_double(p / 1e6, &fee) || !fx_mul(fee, size_micros, FX_UP, &fee)) return INT64_MAX;
    return fee;
}
