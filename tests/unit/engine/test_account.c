/* test_account.c — money: rows of a booking sum to zero, rows sum to balances, costs are averages. */
#include "runtime/engine/account.h"

#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

typedef struct Rows { /* what the sink saw */
    int64_t sums[LEDGER_KINDS], total;
    int count;
} Rows;

static void take(void *ctx, const Effect *e)
{
    Rows *r = ctx;

    CHECK_INT(e->kind, EFFECT_LEDGER);
    CHECK(e->amount_micros != 0);
    r->sums[e->index] += e->amount_micros;
    r->total += e->amount_micros;
    r->count++;
}

static Posting posting(Account *a, Rows *rows)
{
    return posting_new(a, (EffectSink){take, rows}, 0, 0, 0);
}

typedef struct Step { /* in shares and cents, thousandths of a cent of fee */
    int size, price, fee;
    int64_t want_size, want_cost, want_profit, want_cash; /* micros; shares for the size */
} Step;

static const Step shares[] = {
    {100, 50, 0, 100, 50000000, 0, -50000000},
    {50, 56, 0, 150, 78000000, 0, -78000000},
    {-75, 60, 1000, 75, 39000000, 6000000, -33010000},
    {-75, 40, 0, 0, 0, -9000000, -3010000},
    {3, 33, 0, 3, 990000, 0, -4000000},
    {-1, 33, 0, 2, 660000, 0, -3670000},
    {-5, 50, 0, -3, -1500000, 340000, -1170000}, /* more than held: owed at the price */
    {3, 20, 0, 0, 0, 900000, -1770000},
};

static const Step margined[] = {
    {-10, 500, 0, -10, -50000000, 0, 0},
    {4, 400, 2000, -6, -30000000, 4000000, 3980000},
    {10, 300, 0, 4, 12000000, 12000000, 15980000}, /* through flat to the other side */
    {-4, 250, 0, 0, 0, -2000000, 13980000},
};

static void run_steps(const Step *steps, size_t count, bool is_margined)
{
    Account a = {0};
    Position p = {0};
    Rows rows = {{0}, 0, 0};

    for (size_t i = 0; i < count; i++) {
        Posting to = posting(&a, &rows);
        Trade t = {steps[i].size * FX_ONE, steps[i].price * INT64_C(10000),
                   steps[i].fee * INT64_C(10), is_margined};
        TradeResult r;

        CHECK(account_trade(&to, &p, &t, &r));
        CHECK_INT(p.size_micros, steps[i].want_size * FX_ONE);
        CHECK_INT(p.cost_micros, steps[i].want_cost);
        CHECK_INT(r.profit_micros, steps[i].want_profit);
        CHECK_INT(a.cash_micros, steps[i].want_cash);
        CHECK_INT(rows.total, 0);
        CHECK_INT(rows.sums[LEDGER_CASH], a.cash_micros);
        CHECK_INT(rows.sums[LEDGER_POSITION], p.cost_micros);
    }
}

static void trades_of_shares(void)
{
    run_steps(shares, sizeof shares / sizeof shares[0], false);
}

static void trades_on_margin(void)
{
    run_steps(margined, sizeof margined / sizeof margined[0], true);
}

static void random_trades_keep_the_sums(void)
{
    Rng rng;

    rng_init(&rng, 20261121);
    for (int run = 0; run < 200; run++) {
        Account a = {0};
        Position p[3] = {{0}, {0}, {0}};
        Rows rows = {{0}, 0, 0};
        Posting start = posting(&a, &rows);

        account_fund(&start, 1000 * FX_ONE);
        for (int i = 0; i < 100; i++) {
            uint64_t which = rng_below(&rng, 3);
            Posting to = posting(&a, &rows);
            Trade t = {rng_range(&rng, -90000001, 90000001), rng_range(&rng, 0, FX_ONE),
                       rng_range(&rng, 0, 5000), which == 2};
            TradeResult r;

            if (!t.size_micros) continue;
            CHECK(account_trade(&to, &p[which], &t, &r));
            CHECK_INT(r.opened_micros + r.reduced_micros,
                      t.size_micros < 0 ? -t.size_micros : t.size_micros);
            CHECK_INT(rows.total, 0);
            CHECK_INT(rows.sums[LEDGER_CASH], a.cash_micros);
            CHECK_INT(rows.sums[LEDGER_POSITION],
                      p[0].cost_micros + p[1].cost_micros + p[2].cost_micros);
            CHECK_INT(rows.sums[LEDGER_BASIS], -p[2].cost_micros);
            CHECK(p[which].size_micros || !p[which].cost_micros);
        }
    }
}

static void impossible_figures_change_nothing(void)
{
    static const Trade bad[] = {
        {0, 500000, 0, false},    {FX_ONE, -1, 0, false},        {INT64_MIN, 1, 0, false},
        {INT64_MAX, 1, 0, false}, {FX_ONE, INT64_MAX, 0, false}, {FX_ONE, 500000, INT64_MAX, false},
    };
    Account a = {0};
    Position p = {.size_micros = 5, .cost_micros = 2};
    Rows rows = {{0}, 0, 0};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        Posting to = posting(&a, &rows);
        TradeResult r;

        CHECK(!account_trade(&to, &p, &bad[i], &r));
        CHECK_INT(rows.count, 0);
        CHECK_INT(p.size_micros, 5);
    }
}

static void sets_and_settlement(void)
{
    Account a = {0};
    Position yes = {0}, no = {0};
    Rows rows = {{0}, 0, 0};
    Posting to = posting(&a, &rows);
    int64_t profit;

    CHECK(account_sets(&to, &yes, &no, 10 * FX_ONE, &profit));
    CHECK_INT(a.cash_micros, -10 * FX_ONE);
    CHECK_INT(yes.size_micros, 10 * FX_ONE);
    CHECK_INT(profit, 0);
    CHECK(account_sets(&to, &yes, &no, -4 * FX_ONE, &profit));
    CHECK_INT(a.cash_micros, -6 * FX_ONE);
    CHECK_INT(profit, 0);
    CHECK(account_settle(&to, yes.size_micros, yes.cost_micros, FX_ONE, &profit));
    CHECK_INT(profit, 3 * FX_ONE);
    CHECK_INT(rows.total, 0);
    CHECK_INT(a.cash_micros, 0);
}

static void averages(void)
{
    Position p = {.size_micros = 3 * FX_ONE, .cost_micros = FX_ONE};

    CHECK_BITS(position_entry(&p), 1.0 / 3.0);
    p = (Position){0};
    CHECK_BITS(position_entry(&p), UNKNOWN);
    CHECK_INT(cost_part(1000000, 1, 3), 333333);
    CHECK_INT(cost_part(-1000000, 2, 3), -666666);
    CHECK_INT(cost_part(7, 3, 3), 7);
}

int main(void)
{
    TEST_RUN(trades_of_shares);
    TEST_RUN(trades_on_margin);
    TEST_RUN(random_trades_keep_the_sums);
    TEST_RUN(impossible_figures_change_nothing);
    TEST_RUN(sets_and_settlement);
    TEST_RUN(averages);
    return test_end();
}
