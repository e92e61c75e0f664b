/* test_rules.c — which dated row is in force, and the largest fee of an order. */
#include "runtime/market/rules.h"

#include "tests/harness/test.h"

#define DAY(n) (INT64_C(86400000000) * (n))

static const struct {
    const char *venue, *category;
    int64_t ts_us;
    double rate; /* -1: no row */
} rows[] = {
    {"polymarket", "crypto", DAY(20570), 0},
    {"polymarket", "crypto", DAY(20571), 0.07},
    {"polymarket", "weather", DAY(20600), 0.05},
    {"polymarket", "", DAY(20600), 0.05},
    {"polymarket", "sports", DAY(20665), 0.03},
    {"polymarket", "sports", DAY(20666), 0.05},
    {"polymarket", "crypto", -1, -1},
    {"kalshi", "crypto", DAY(20700), 0.07},
    {"nowhere", "", DAY(20700), -1},
};

static void in_force(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const VenueRule *r =
            rules_at(span_str(rows[i].venue), span_str(rows[i].category), rows[i].ts_us);

        test_case(rows[i].category);
        CHECK((r == NULL) == (rows[i].rate < 0));
        if (!r) continue;
        CHECK_BITS(r->rules.fee_rate, rows[i].rate);
        CHECK(r->rules.tick_micros > 0 && r->rules.lot_micros > 0 && r->source[0]);
    }
}

static const struct {
    int64_t price, size, fee;
} fees[] = {
    /* 25 shares at 0.64 were charged 0.4032 on chain; the largest up to there is at 0.50 */
    {500000, 25000000, 437500},
    {640000, 25000000, 437500},
    {360000, 25000000, 403200},
    {10000, 1000000, 693},
    {500000, 0, 0},
};

static void largest_fee(void)
{
    MarketRules r = rules_at(SPAN("polymarket"), SPAN("crypto"), DAY(20600))->rules;
    MarketRules none = rules_of_test(MARKET_SLOT);

    for (size_t i = 0; i < sizeof fees / sizeof fees[0]; i++)
        CHECK_INT(rules_max_fee(&r, fees[i].price, fees[i].size), fees[i].fee);
    CHECK_INT(rules_max_fee(&none, 500000, 25000000), 0);
    CHECK_INT(none.min_size_micros + none.min_notional_micros, 0);
    CHECK_INT(rules_of_test(MARKET_PERP).lot_micros, 1);
}

int main(void)
{
    TEST_RUN(in_force);
    TEST_RUN(largest_fee);
    return test_end();
}
