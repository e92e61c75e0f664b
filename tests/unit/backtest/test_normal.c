/* test_normal.c — the normal distribution against digits worked out with sixty decimals. */
#include "runtime/backtest/normal.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"

typedef struct Digits {
    double z, share;
} Digits;

static const Digits published[] = {
    {-8, 6.2209605742717839e-16},
    {-5, 2.8665157187919391e-07},
    {-4, 3.1671241833119924e-05},
    {-2, 0.022750131948179209},
    {-1, 0.15865525393145705},
    {0, 0.5},
    {0.1, 0.53982783727702899},
    {0.5, 0.69146246127401312},
    {1, 0.84134474606854293},
    {1.6448536269514722, 0.95},
    {1.959963984540054, 0.975},
    {3, 0.9986501019683699},
    {3.9, 0.99995190365598241},
    {4.1, 0.99997934249308751},
    {6, 0.9999999990134123},
    {40, 1},
    {-40, 0},
};

static bool is_near(double got, double want, double least, double relative)
{
    double most = num_abs(want) * relative;

    return num_abs(got - want) <= (most > least ? most : least);
}

static void test_shares(void)
{
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        const Digits *d = &published[i];

        CHECK(is_near(normal_share(d->z), d->share, 1e-15, 0));
        if (d->z > -7 && d->z < 0) CHECK(is_near(normal_share(d->z), d->share, 0, 1e-13));
    }
    CHECK_BITS(normal_share(UNKNOWN), UNKNOWN);
}

static void test_both_ways(void)
{
    static const Digits z[] = {{-3.0902323061678136, 0.001}, {-1.9599639845400543, 0.025},
                               {-0.52440051270804078, 0.3},  {0, 0.5},
                               {1.6448536269514726, 0.95},   {4.7534243088228987, 0.999999}};
    static const double none[] = {0, 1, -1, 2};

    for (size_t i = 0; i < sizeof z / sizeof *z; i++)
        CHECK(is_near(normal_z(z[i].share), z[i].z, 1e-14, 1e-10));
    for (double p = 1e-15; p < 0.5; p = p * 1.7 + 1e-16)
        CHECK(is_near(normal_share(normal_z(p)), p, 0, 1e-12));
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CHECK_BITS(normal_z(none[i]), UNKNOWN);
    CHECK_BITS(normal_z(UNKNOWN), UNKNOWN);
}

int main(void)
{
    TEST_RUN(test_shares);
    TEST_RUN(test_both_ways);
    return test_end();
}
