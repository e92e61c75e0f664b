/* test_math.c — exp, ln and pow against values computed to 200 bits. */
#include "tests/harness/test.h"
#include "vm/base/math.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define ALLOWED 0.52 /* units in the last place, as math.h promises */

typedef struct Case {
    double x, y, nearest, rest;
} Case;

static const Case exp_cases[] = {
#define EXP(x, nearest, rest) {x, 0, nearest, rest},
#define LN(x, nearest, rest)
#define POW(x, y, nearest, rest)
#include "tests/unit/base/math_cases.def"
#undef EXP
#undef LN
};
static const Case ln_cases[] = {
#define EXP(x, nearest, rest)
#define LN(x, nearest, rest) {x, 0, nearest, rest},
#include "tests/unit/base/math_cases.def"
#undef LN
#undef POW
};
static const Case pow_cases[] = {
#define LN(x, nearest, rest)
#define POW(x, y, nearest, rest) {x, y, nearest, rest},
#include "tests/unit/base/math_cases.def"
};

static double next_up(double x) /* x >= 0 */
{
    return num_from_bits(num_bits(x) + 1);
}

/* Distance to the true value in units of the last place. */
static double error_of(double got, const Case *c)
{
    double ulp = next_up(num_abs(c->nearest)) - num_abs(c->nearest);

    return num_abs((got - c->nearest) / ulp - c->rest);
}

static void check_case(const char *name, double got, const Case *c)
{
    test_check(error_of(got, c) < ALLOWED, __FILE__, __LINE__, "%s(%a, %a) = %a: %f units off",
               name, c->x, c->y, got, error_of(got, c));
}

static void accuracy(void)
{
    for (size_t i = 0; i < sizeof exp_cases / sizeof exp_cases[0]; i++)
        check_case("exp", m_exp(exp_cases[i].x), &exp_cases[i]);
    for (size_t i = 0; i < sizeof ln_cases / sizeof ln_cases[0]; i++)
        check_case("ln", m_ln(ln_cases[i].x), &ln_cases[i]);
    for (size_t i = 0; i < sizeof pow_cases / sizeof pow_cases[0]; i++)
        check_case("pow", m_pow(pow_cases[i].x, pow_cases[i].y), &pow_cases[i]);
}

static void edges(void)
{
    CHECK_BITS(m_exp(0), 1);
    CHECK_BITS(m_exp(-0.0), 1);
    CHECK_BITS(m_exp(709.7827128933841), UNKNOWN);
    CHECK_BITS(m_exp(1e300), UNKNOWN);
    CHECK_BITS(m_exp(-745.2), 0);
    CHECK_BITS(m_exp(-1e300), 0);
    CHECK_BITS(m_exp(UNKNOWN), UNKNOWN);
    CHECK_BITS(m_ln(1), 0);
    CHECK_BITS(m_ln(0), UNKNOWN);
    CHECK_BITS(m_ln(-1), UNKNOWN);
    CHECK_BITS(m_ln(UNKNOWN), UNKNOWN);
    CHECK_BITS(m_ln((double)__builtin_inff()), UNKNOWN);
}

static void pow_edges(void)
{
    static const Case cases[] = {
        {0, 0, 1, 0},          {5, 0, 1, 0},       {1, 1e300, 1, 0},       {0, 2, 0, 0},
        {-0.0, 3, 0, 0},       {-2, 3, -8, 0},     {-2, 2, 4, 0},          {-1, 3, -1, 0},
        {-1, 1e300, 1, 0},     {-1, 0x1p53, 1, 0}, {-2, -1, -0.5, 0},      {2, 10, 1024, 0},
        {10, 15, 1e15, 0},     {7, 2, 49, 0},      {2, -1074, 5e-324, 0},  {2, -1076, 0, 0},
        {1e300, -1e300, 0, 0}, {0.5, 1e300, 0, 0}, {1e-300, 0x1p80, 0, 0}, {3, 1e-40, 1, 0},
        {4, 0.5, 2, 0},        {-2, -1075, 0, 0},  {1024, 0.1, 2, 0},
    };
    static const Case unknown[] = {
        {0, -1, 0, 0},        {-2, 0.5, 0, 0},     {10, 400, 0, 0},
        {1e300, 1e300, 0, 0}, {0.5, -1e300, 0, 0}, {-1, 0.5, 0, 0},
        {UNKNOWN, 1, 0, 0},   {1, UNKNOWN, 0, 0},  {2, 1024, 0, 0},
        {-2, 1025, 0, 0},     {UNKNOWN, 0, 0, 0},  {(double)__builtin_inff(), -1, 0, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case("known");
        CHECK_BITS(m_pow(cases[i].x, cases[i].y), cases[i].nearest);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        CHECK_BITS(m_pow(unknown[i].x, unknown[i].y), UNKNOWN);
}

/* Neighbours never cross by more than their errors allow, and ln undoes exp. */
static void relations(void)
{
    Rng r;

    rng_init(&r, 9);
    for (int i = 0; i < 20000; i++) {
        double x = (rng_unit(&r) - 0.5) * 1400, size = m_exp(x), back = m_ln(size);

        CHECK(num_abs(back - x) <= 3e-16 * (1 + num_abs(x)));
        CHECK(m_exp(x + num_abs(x) * 0x1p-52) >= size);
        CHECK_BITS(m_pow(2, num_rint(x / 2)),
                   num_from_bits((uint64_t)(1023 + num_rint(x / 2)) << 52));
    }
}

/* The same bits on every target: a fold of many results is pinned. */
static void pinned(void)
{
    uint64_t fold = 0;
    Rng r;

    rng_init(&r, 1);
    for (int i = 0; i < 30000; i++) {
        double x = (rng_unit(&r) - 0.5) * 1500, y = rng_unit(&r) * 4,
               z = (rng_unit(&r) - 0.5) * 200;

        fold = fold * 31 + num_bits(m_exp(x));
        fold = fold * 31 + num_bits(m_ln(y));
        fold = fold * 31 + num_bits(m_pow(y, z));
    }
    CHECK_INT(fold, UINT64_C(0xf8858030c9f28df2));
}

int main(void)
{
    TEST_RUN(accuracy);
    TEST_RUN(edges);
    TEST_RUN(pow_edges);
    TEST_RUN(relations);
    TEST_RUN(pinned);
    return test_end();
}
