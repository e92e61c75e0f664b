/* test_sharpe.c — Sharpe ratios and their honesty, against the numbers of the papers. */
#include "runtime/backtest/sharpe.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"

static bool is_near(double got, double want, double most)
{
    return num_abs(got - want) <= most;
}

static void test_moments(void)
{
    static const double x[] = {2, 4, 4, 4, 5, 5, 7, 9}, same[] = {3, 3, 3};
    Moments m = moments_of(x, 8);

    CHECK_BITS(m.mean, 5);
    CHECK(is_near(m.deviation, 2.1380899352993950, 1e-15));
    CHECK(is_near(m.skew, 0.65625, 1e-15));
    CHECK(is_near(m.kurtosis, 2.78125, 1e-15));
    CHECK(is_near(sharpe_ratio(&m), 5 / 2.1380899352993950, 1e-15));
    m = moments_of(same, 3);
    CHECK_BITS(m.mean, 3);
    CHECK_BITS(sharpe_ratio(&m), UNKNOWN);
    CHECK_BITS(sharpe_error(&m), UNKNOWN);
    CHECK_BITS(sharpe_above(&m, 0), UNKNOWN);
    m = moments_of(x, 1);
    CHECK_BITS(sharpe_ratio(&m), UNKNOWN);
    m = moments_of(NULL, 0);
    CHECK_BITS(m.mean, UNKNOWN);
}

/* Bailey, Lopez de Prado: The Sharpe ratio efficient frontier (2012), two years of monthly figures. */
static void test_probability(void)
{
    Moments plain = {24, 0.458, 1, 0, 3}, bent = {24, 0.458, 1, -2.448, 10.164};

    CHECK(is_near(sharpe_above(&plain, 0), 0.982, 5e-4));
    CHECK(is_near(sharpe_above(&bent, 0), 0.913, 5e-4));
}

/* Bailey, Lopez de Prado: The deflated Sharpe ratio (2014), its numerical example: five years of days,
 * 2.5 a year, 100 trials with a variance of 1/2 a year; 46 independent ones. */
static void test_luck(void)
{
    Moments m = {1250, 2.5 / 15.811388300841896, 1, -3, 10};
    double luck = sharpe_of_luck(100, 0.5 / 250);

    CHECK(is_near(luck, 0.1132, 5e-5));
    CHECK(is_near(sharpe_above(&m, luck), 0.9004, 1e-4));
    CHECK(is_near(sharpe_above(&m, sharpe_of_luck(46, 0.5 / 250)), 0.9505, 1e-4));
    CHECK_BITS(sharpe_of_luck(1, 0.5), 0);
    CHECK_BITS(sharpe_of_luck(0, 0.5), UNKNOWN);
    CHECK_BITS(sharpe_of_luck(5, UNKNOWN), UNKNOWN);
}

/* As many slots as it says are exactly enough. */
static void test_slots_needed(void)
{
    static const double confidence[] = {0.8, 0.95, 0.99};
    Moments m = {500, 0.1, 1, 0.4, 5};

    for (size_t i = 0; i < 3; i++) {
        double slots = sharpe_slots_needed(&m, 0.02, confidence[i]);
        Moments enough = m;

        enough.count = (size_t)slots + 1;
        CHECK(sharpe_above(&enough, 0.02) >= confidence[i]);
        enough.count -= 1;
        CHECK(sharpe_above(&enough, 0.02) < confidence[i]);
    }
    CHECK_BITS(sharpe_slots_needed(&m, 0.1, 0.95), UNKNOWN);
    CHECK_BITS(sharpe_slots_needed(&m, 0, 1), UNKNOWN);
}

int main(void)
{
    TEST_RUN(test_moments);
    TEST_RUN(test_probability);
    TEST_RUN(test_luck);
    TEST_RUN(test_slots_needed);
    return test_end();
}
