/* test_fees.c — fees to the last digit: by hand, and every row of the venue's vectors where they are. */
#include <string.h>

#include "runtime/core/file.h"
#include "runtime/market/rules.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/json.h"

#define DAY(n) (INT64_C(86400000000) * (n))
#define VECTORS "../shared/vectors/polymarket/fees.json"

static MarketRules curve(double rate, double exponent)
{
    return (MarketRules){.fee_rate = rate, .fee_exponent = exponent, .fee_step_micros = 10};
}

static const struct {
    const char *name;
    double rate;
    int64_t step;
    bool is_maker;
    int64_t price, size, fee;
} by_hand[] = {
    {"25 shares at 64c, as on chain", 0.07, 10, false, 640000, 25000000, 403200},
    {"below a step there is none", 0.07, 10, false, 10000, 13000, 0}, /* 0.000009009 */
    {"just below a step", 0.07, 10, false, 10000, 14430, 0},          /* 0.00000999999 */
    {"one step", 0.07, 10, false, 10000, 14431, 10},
    {"half a step goes up", 0.05, 10, false, 500000, 1200, 20},      /* 0.000015 */
    {"less than half goes down", 0.05, 10, false, 500000, 1199, 10}, /* 0.0000149875 */
    {"both outcomes pay alike", 0.07, 10, false, 360000, 25000000, 403200},
    {"makers pay nothing", 0.07, 10, true, 500000, 25000000, 0},
    {"no fee at a dollar", 0.07, 10, false, 1000000, 25000000, 0},
    {"to the micro", 0.07, 1, false, 10000, 13000, 9},
};

static void hand(void)
{
    for (size_t i = 0; i < sizeof by_hand / sizeof by_hand[0]; i++) {
        MarketRules r = curve(by_hand[i].rate, 1);
        int64_t fee = -1;

        r.fee_step_micros = by_hand[i].step;
        test_case(by_hand[i].name);
        CHECK(rules_fee(&r, by_hand[i].is_maker, by_hand[i].price, by_hand[i].size, &fee));
        CHECK_INT(fee, by_hand[i].fee);
    }
}

static void of_notional(void)
{
    const VenueRule *okx = rules_at(SPAN("okx"), SPAN(""), DAY(20700));
    const VenueRule *spot = rules_at(SPAN("okx"), SPAN("spot"), DAY(20700));
    int64_t fee;

    /* 0.5 coins at $91,250.10: 0.0005 and 0.0002 of $45,625.05 */
    CHECK(rules_fee(&okx->rules, false, INT64_C(91250100000), 500000, &fee));
    CHECK_INT(fee, 22812525);
    CHECK(rules_fee(&okx->rules, true, INT64_C(91250100000), 500000, &fee));
    CHECK_INT(fee, 9125010);
    CHECK_INT(rules_max_fee(&okx->rules, INT64_C(91250100000), 500000), 22812525);
    CHECK(!okx->refusal[0]);
    CHECK(spot->refusal[0] != 0);
    CHECK(!rules_fee(&okx->rules, false, INT64_MAX, INT64_MAX, &fee));
    CHECK(!rules_fee(&okx->rules, false, -1, 1, &fee));
}

/* What an order may cost in fees is never less than what its fills do cost. */
static void never_above_the_largest(void)
{
    MarketRules r = curve(0.07, 1);
    int64_t fee;

    r.fee_step_micros = 1;
    for (int64_t price = 10000; price < FX_ONE; price += 10000) {
        CHECK(rules_fee(&r, false, price, 12340000, &fee));
        CHECK(fee <= rules_max_fee(&r, price, 12340000));
    }
}

static void categories(void)
{
    CHECK(span_eq_str(rules_category(SPAN("polymarket"), SPAN("btc-updown-5m"), MARKET_SLOT),
                      "crypto"));
    CHECK(span_eq_str(rules_category(SPAN("polymarket"), SPAN("fed-decision"), MARKET_BINARY), ""));
    CHECK(span_eq_str(rules_category(SPAN("okx"), SPAN("BTC-USDT"), MARKET_SPOT), "spot"));
    CHECK(span_eq_str(rules_category(SPAN("okx"), SPAN("BTC-USDT-SWAP"), MARKET_PERP), ""));
}

/* ---- the vectors: every number of a row, kept as text ---------------------------------------------- */

typedef struct Row {
    Span names[12], texts[12];
    size_t count;
} Row;

static Span text_of(const Row *row, const char *name)
{
    for (size_t i = 0; i < row->count; i++)
        if (span_eq_str(row->names[i], name)) return row->texts[i];
    return SPAN("0");
}

static int64_t micros_of(const Row *row, const char *name)
{
    int64_t v = INT64_MIN;

    CHECK(fx_parse(text_of(row, name), FX_PLACES, FX_HALF_EVEN, &v));
    return v;
}

static double number_of(const Row *row, const char *name)
{
    return fx_to_double(micros_of(row, name));
}

static void check_fee(const Row *row)
{
    MarketRules r = curve(number_of(row, "rate"), number_of(row, "exponent"));
    Span want = text_of(row, "platform_fee_rounded_5dp");
    int64_t fee = -1, expected = -2;

    CHECK(rules_fee(&r, false, micros_of(row, "price"), micros_of(row, "shares"), &fee));
    CHECK(fx_parse(want, FX_PLACES, FX_HALF_EVEN, &expected));
    CHECK_INT(fee, expected);
}

static void check_cap(const Row *row)
{
    MarketRules r = curve(number_of(row, "fee_rate"), number_of(row, "fee_exponent"));
    BuyCap cap = {.amount_micros = micros_of(row, "amount"),
                  .balance_micros = micros_of(row, "balance"),
                  .price_micros = micros_of(row, "price"),
                  .builder_ppm = micros_of(row, "builder_taker_fee_rate"),
                  .slippage_ppm = micros_of(row, "fee_slippage_pct") / 100};
    int64_t amount = -1;

    CHECK(rules_cap_buy(&r, &cap, &amount));
    CHECK_INT(amount, micros_of(row, "adjusted_amount"));
}

static void read_row(JsonReader *r, Row *row, Arena *arena)
{
    JsonEvent e;

    row->count = 0;
    while (json_next(r, &e) == JSON_KEY && row->count < 12) {
        row->names[row->count] = json_decode(&e, arena);
        (void)json_next(r, &e);
        row->texts[row->count++] = e.text;
    }
}

/* Objects of the array behind `key`. */
static size_t read_rows(Span text, const char *key, void (*check)(const Row *row), Arena *arena)
{
    JsonReader r;
    JsonEvent e;
    Row row;
    size_t n = 0;
    JsonKind kind;

    json_init(&r, text, JSON_LIMITS, arena);
    while ((kind = json_next(&r, &e)) != JSON_END && kind != JSON_ERROR)
        if (kind == JSON_KEY && json_is(&e, span_str(key))) break;
    if (kind != JSON_KEY || json_next(&r, &e) != JSON_ARRAY) return 0;
    for (; json_next(&r, &e) == JSON_OBJECT; n++) {
        read_row(&r, &row, arena);
        check(&row);
    }
    return n;
}

static void vectors(void)
{
    Arena *arena = test_arena((size_t)1 << 24);
    Err err = ERR_NONE;
    Span text;

    if (!file_exists(VECTORS)) {
        test_skip(VECTORS " is not here");
        return;
    }
    CHECK(file_read(arena, VECTORS, (size_t)1 << 20, &text, &err) == ST_OK);
    CHECK(read_rows(text, "taker_fee", check_fee, arena) >= 6);
    CHECK(read_rows(text, "adjust_buy_amount", check_cap, arena) >= 8);
}

int main(void)
{
    TEST_RUN(hand);
    TEST_RUN(of_notional);
    TEST_RUN(never_above_the_largest);
    TEST_RUN(categories);
    TEST_RUN(vectors);
    return test_end();
}
