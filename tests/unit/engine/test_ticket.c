/* test_ticket.c — what a wish becomes: tick, lot, cent, bounds, and the first reason against it. */
#include "runtime/engine/ticket.h"

#include "runtime/engine/effect.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"

#define N (-1e9) /* unknown */

typedef struct Case {
    const char *name;
    char side, how; /* b s; l limit, m market, n limit now or never, r market within a ratio */
    uint8_t unit;
    double size, price; /* dollars, shares or part; dollars; N unknown */
    int bid, ask;       /* cents, 0 unknown */
    int held, left;     /* shares */
    int reason, size_lots,
        price_tenths; /* size in hundredths of a share, price in tenths of a cent */
    int64_t worst;
} Case;

static const Case cases[] = {
    {"dollars at market", 'b', 'm', SIZE_USD, 50, 0.02, 48, 50, 0, 0, 0, 9615, 520, 50000000},
    {"dollars to the cent", 'b', 'l', SIZE_USD, 10.019, 0.5, 48, 50, 0, 0, 0, 2002, 500, 10010000},
    {"shares to the lot", 'b', 'l', SIZE_SHARES, 10.019, 0.5, 48, 50, 0, 0, 0, 1001, 500, 5005000},
    {"buy rounds down to the tick", 'b', 'l', SIZE_SHARES, 10, 0.437, 0, 0, 0, 0, 0, 1000, 430,
     4300000},
    {"from the grid first", 'b', 'l', SIZE_SHARES, 100, 1 - 0.55 - 0.01, 0, 0, 0, 0, 0, 10000, 440,
     44000000},
    {"sell rounds up", 's', 'l', SIZE_SHARES, 10, 0.431, 0, 0, 20, 20, 0, 1000, 440, 4400000},
    {"market default bound", 'b', 'm', SIZE_SHARES, 10, N, 48, 50, 0, 0, 0, 1000, 550, 5500000},
    {"market bound clamped above", 'b', 'm', SIZE_SHARES, 10, 0.02, 97, 98, 0, 0, 0, 1000, 990,
     9900000},
    {"market bound clamped below", 's', 'm', SIZE_SHARES, 10, 0.2, 15, 20, 10, 10, 0, 1000, 10,
     100000},
    {"within a ratio", 'b', 'r', SIZE_SHARES, 10, 0.1, 48, 50, 0, 0, 0, 1000, 550, 5500000},
    {"half of it", 's', 'm', SIZE_PART, 0.5, 0.01, 48, 50, 33, 33, 0, 1650, 470, 7755000},
    {"all that is left", 's', 'm', SIZE_ALL, N, 0.01, 48, 50, 33, 20, 0, 2000, 470, 9400000},
    {"limit above the range", 'b', 'l', SIZE_SHARES, 10, 0.995, 0, 0, 0, 0, 0, 1000, 990, 9900000},
    {"one dollar is no price", 'b', 'l', SIZE_SHARES, 10, 1, 0, 0, 0, 0, REASON_PRICE_OUT_OF_RANGE,
     0, 0, 0},
    {"below the tick", 'b', 'l', SIZE_SHARES, 10, 0.004, 0, 0, 0, 0, REASON_PRICE_OUT_OF_RANGE, 0,
     0, 0},
    {"size unknown", 'b', 'l', SIZE_SHARES, N, 0.5, 0, 0, 0, 0, REASON_NO_SIZE, 0, 0, 0},
    {"no size", 'b', 'l', SIZE_USD, 0.009, 0.5, 0, 0, 0, 0, REASON_NO_SIZE, 0, 0, 0},
    {"negative size", 'b', 'l', SIZE_USD, -5, 0.5, 0, 0, 0, 0, REASON_NO_SIZE, 0, 0, 0},
    {"size before price", 'b', 'l', SIZE_USD, N, N, 0, 0, 0, 0, REASON_NO_SIZE, 0, 0, 0},
    {"price unknown", 'b', 'l', SIZE_USD, 5, N, 0, 0, 0, 0, REASON_NO_PRICE, 0, 0, 0},
    {"no ask", 'b', 'm', SIZE_USD, 5, N, 48, 0, 0, 0, REASON_NO_PRICE, 0, 0, 0},
    {"too few dollars for a lot", 'b', 'l', SIZE_USD, 0.01, 0.99, 0, 0, 0, 0, 0, 1, 990, 10000},
    {"sell what is not there", 's', 'm', SIZE_SHARES, 10, N, 48, 50, 0, 0, REASON_NOT_HELD, 0, 0,
     0},
    {"sell more than left", 's', 'm', SIZE_SHARES, 10, N, 48, 50, 20, 5, REASON_NOT_HELD, 0, 0, 0},
    {"part of nothing", 's', 'm', SIZE_PART, 0.5, N, 48, 50, 0, 0, REASON_NO_SIZE, 0, 0, 0},
};

static Wish wish_of(const Case *c, const MarketRules *rules)
{
    return (Wish){.size = c->size == N ? UNKNOWN : c->size,
                  .price = c->price == N ? UNKNOWN : c->price,
                  .size_unit = c->unit,
                  .is_sell = c->side == 's',
                  .is_market = c->how == 'm' || c->how == 'r',
                  .is_default = c->price == N,
                  .is_within_ratio = c->how == 'r',
                  .takes = c->how != 'l',
                  .bid_micros = c->bid ? c->bid * INT64_C(10000) : MICROS_UNKNOWN,
                  .ask_micros = c->ask ? c->ask * INT64_C(10000) : MICROS_UNKNOWN,
                  .held_micros = c->held * INT64_C(1000000),
                  .left_micros = c->left * INT64_C(1000000),
                  .bound_micros = 50000,
                  .bound_ratio = 0.01,
                  .rules = rules};
}

static void tickets(void)
{
    MarketRules rules = rules_of_test(MARKET_SLOT);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const Case *c = &cases[i];
        Wish w = wish_of(c, &rules);
        Ticket t = ticket_make(&w);

        test_case(c->name);
        CHECK_INT(t.reason, c->reason);
        CHECK(!t.is_nothing);
        CHECK_INT(t.is_unknown, c->reason == REASON_NO_PRICE || (c->reason && c->size == N));
        if (c->reason) continue;
        CHECK_INT(t.size_micros, c->size_lots * INT64_C(10000));
        CHECK_INT(t.price_micros, c->price_tenths * INT64_C(1000));
        CHECK_INT(t.worst_micros, c->worst);
        CHECK_INT(t.is_entry, c->side == 'b');
    }
}

static void nothing_to_do(void)
{
    MarketRules rules = rules_of_test(MARKET_SLOT);
    Case all = {"", 's', 'm', SIZE_ALL, N, N, 48, 50, 0, 0, 0, 0, 0, 0};
    Wish w = wish_of(&all, &rules);

    CHECK(ticket_make(&w).is_nothing); /* all of nothing */
    w.held_micros = 5000000;
    CHECK(ticket_make(&w).is_nothing); /* all of it on its way already */
    w.left_micros = 9999;
    CHECK_INT(ticket_make(&w).reason, REASON_BELOW_MINIMUM); /* less than a lot */
    w.is_close = true;
    CHECK(ticket_make(&w).is_nothing);
    w.left_micros = 0;
    w.is_close = false;
    w.size_unit = SIZE_SHARES;
    w.size = 1;
    CHECK(ticket_make(&w).is_nothing);
}

static void minimums(void)
{
    MarketRules rules = {.tick_micros = 10000,
                         .lot_micros = 10000,
                         .min_size_micros = 5000000,
                         .min_notional_micros = 1000000,
                         .fee_exponent = 1};
    Case c = {"", 'b', 'l', SIZE_SHARES, 4.99, 0.5, 48, 50, 0, 0, 0, 0, 0, 0};
    Wish w = wish_of(&c, &rules);

    CHECK_INT(ticket_make(&w).reason, REASON_BELOW_MINIMUM);
    w.size = 5;
    CHECK_INT(ticket_make(&w).reason, REASON_NONE);
    w.size = 1.99;
    w.takes = true;
    CHECK_INT(ticket_make(&w).reason, REASON_BELOW_MINIMUM);
    w.size = 2;
    CHECK_INT(ticket_make(&w).reason, REASON_NONE);
    w.is_sell = true;
    w.size = 0.01;
    w.held_micros = w.left_micros = 1000000;
    CHECK_INT(ticket_make(&w).reason, REASON_NONE); /* a sale that takes has no minimum */
    w = wish_of(&c, &rules);
    rules.min_size_micros = 0;
    rules.lot_micros = 1000000;
    w.size_unit = SIZE_USD;
    w.size = 0.4;
    CHECK_INT(ticket_make(&w).reason, REASON_BELOW_MINIMUM); /* no whole lot */
}

static void perpetuals(void)
{
    MarketRules rules = rules_of_test(MARKET_PERP);
    Case c = {"", 's', 'm', SIZE_COINS, 0.25, N, 48, 50, 0, 0, 0, 0, 0, 0};
    Wish w = wish_of(&c, &rules);
    Ticket t;

    w.has_coins = w.can_short = true;
    w.bid_micros = INT64_C(90000000000);
    t = ticket_make(&w);
    CHECK(t.is_entry); /* a short opens */
    CHECK_INT(t.size_micros, 250000);
    CHECK_INT(t.price_micros, INT64_C(89100000000));
    w.held_micros = w.left_micros = 250000;
    CHECK(!ticket_make(&w).is_entry);
    w.size = 0.250001;
    CHECK(ticket_make(&w).is_entry);
    w.size_unit = SIZE_ALL;
    CHECK_INT(ticket_make(&w).size_micros, 250000);
    w.held_micros = -250000; /* all of a short is bought back */
    w.ask_micros = INT64_C(90010000000);
    t = ticket_make(&w);
    CHECK(!t.is_sell && !t.is_entry);
    CHECK_INT(t.size_micros, 250000);
    CHECK_INT(t.price_micros, INT64_C(90910100000));
}

int main(void)
{
    TEST_RUN(tickets);
    TEST_RUN(nothing_to_do);
    TEST_RUN(minimums);
    TEST_RUN(perpetuals);
    return test_end();
}
