/* test_fixed.c — micros: the edges of overflow and every rounding, against 128-bit arithmetic. */
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/rng.h"
#include "vm/base/wide.h"

static const struct {
    int64_t a, b;
    Rounding r;
    int64_t want;
} products[] = {
    {1500000, 1500000, FX_DOWN, 2250000},
    {1, 1, FX_DOWN, 0},
    {1, 1, FX_UP, 1},
    {1, 1, FX_ZERO, 0},
    {1, 1, FX_HALF_EVEN, 0},
    {-1, 1, FX_DOWN, -1},
    {-1, 1, FX_UP, 0},
    {-1, 1, FX_ZERO, 0},
    {-1, 1, FX_HALF_EVEN, 0},
    {1, 500000, FX_HALF_EVEN, 0},
    {3, 500000, FX_HALF_EVEN, 2},
    {-3, 500000, FX_HALF_EVEN, -2},
    {5, 500000, FX_HALF_EVEN, 2},
    {1, 500001, FX_HALF_EVEN, 1},
    {-1, 500001, FX_HALF_EVEN, -1},
    {INT64_MAX, FX_ONE, FX_DOWN, INT64_MAX},
    {INT64_MIN, FX_ONE, FX_DOWN, INT64_MIN},
    {INT64_MAX, -FX_ONE, FX_DOWN, -INT64_MAX},
};

static void multiply(void)
{
    int64_t got = 77;

    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        CHECK(fx_mul(products[i].a, products[i].b, products[i].r, &got));
        CHECK_INT(got, products[i].want);
    }
    got = 77;
    CHECK(!fx_mul(INT64_MIN, -FX_ONE, FX_DOWN, &got));
    CHECK(!fx_mul(INT64_MAX, FX_ONE + 1, FX_DOWN, &got));
    CHECK(!fx_mul(INT64_MIN, INT64_MIN, FX_DOWN, &got));
    CHECK(!fx_muldiv(1733, INT64_C(74510795450644467), 7, FX_UP, &got)); /* 2^64 - 1/7 */
    CHECK(!fx_div(1, 0, FX_DOWN, &got) && !fx_muldiv(0, 0, 0, FX_UP, &got));
    CHECK(!fx_div(INT64_MAX, 1, FX_DOWN, &got));
    CHECK_INT(got, 77);
    CHECK(fx_div(FX_ONE, 3 * FX_ONE, FX_DOWN, &got) && got == 333333);
    CHECK(fx_div(-FX_ONE, 3 * FX_ONE, FX_DOWN, &got) && got == -333334);
    CHECK(fx_div(FX_ONE, -3 * FX_ONE, FX_UP, &got) && got == -333333);
}

static void add(void)
{
    int64_t got = 5;

    CHECK(!fx_add(INT64_MAX, 1, &got) && !fx_sub(INT64_MIN, 1, &got) && !fx_neg(INT64_MIN, &got));
    CHECK_INT(got, 5);
    CHECK(fx_add(INT64_MAX, INT64_MIN, &got) && got == -1);
    CHECK(fx_sub(-1, INT64_MAX, &got) && got == INT64_MIN);
    CHECK(fx_neg(INT64_MAX, &got) && got == -INT64_MAX);
}

/* What the header promises, said with the compiler's 128-bit type. */
static bool muldiv_reference(int64_t a, int64_t b, int64_t c, Rounding r, int64_t *ret)
{
    __int128 n = (__int128)a * b, q, rest;

    if (!c) return false;
    if (c < 0) n = -n;
    q = n / (c < 0 ? -(__int128)c : c);
    rest = n - q * (c < 0 ? -(__int128)c : c);
    if (r == FX_DOWN && rest < 0) q--;
    if (r == FX_UP && rest > 0) q++;
    if (r == FX_HALF_EVEN && rest) {
        __int128 size = c < 0 ? -(__int128)c : c, twice = 2 * (rest < 0 ? -rest : rest);

        if (twice > size || (twice == size && (q & 1))) q += rest < 0 ? -1 : 1;
    }
    if (q > INT64_MAX || q < INT64_MIN) return false;
    *ret = (int64_t)q;
    return true;
}

static int64_t any_size(Rng *r)
{
    static const int64_t edges[] = {0, 1, -1, 2, INT64_MAX, INT64_MIN, FX_ONE, INT64_MAX - 1, 3};

    if (rng_chance(r, 0.2)) return edges[rng_below(r, 9)];
    return (int64_t)rng_u64(r) >> rng_below(r, 64);
}

static void against_reference(void)
{
    Rng r;

    rng_init(&r, 11);
    for (int i = 0; i < 200000; i++) {
        int64_t a = any_size(&r), b = any_size(&r), c = any_size(&r), got = 1, want = 1;
        Rounding way = (Rounding)rng_below(&r, 4);
        bool ok = muldiv_reference(a, b, c, way, &want);

        test_check(fx_muldiv(a, b, c, way, &got) == ok && got == want, __FILE__, __LINE__,
                   "%" PRId64 " * %" PRId64 " / %" PRId64 " way %d: %" PRId64 ", want %" PRId64, a,
                   b, c, (int)way, got, want);
    }
}

static void wide(void)
{
    Rng r;

    rng_init(&r, 5);
    for (int i = 0; i < 100000; i++) {
        uint64_t a = rng_u64(&r) >> rng_below(&r, 64), b = rng_u64(&r) >> rng_below(&r, 64), high;
        uint64_t d = rng_u64(&r) >> rng_below(&r, 64) | 1, rest, q;
        __uint128_t n = (__uint128_t)a * b;

        CHECK(wide_mul(a, b, &high) == (uint64_t)n && high == (uint64_t)(n >> 64));
        if (high >= d) continue;
        q = wide_div(high, (uint64_t)n, d, &rest);
        CHECK(q == (uint64_t)(n / d) && rest == (uint64_t)(n % d));
    }
}

static void round_to(void)
{
    int64_t got = 9;

    CHECK(fx_round_to(123456, 10000, FX_DOWN, &got) && got == 120000);
    CHECK(fx_round_to(123456, 10000, FX_UP, &got) && got == 130000);
    CHECK(fx_round_to(-123456, 10000, FX_DOWN, &got) && got == -130000);
    CHECK(fx_round_to(125000, 10000, FX_HALF_EVEN, &got) && got == 120000);
    CHECK(fx_round_to(120000, 10000, FX_UP, &got) && got == 120000);
    got = 9;
    CHECK(!fx_round_to(1, 0, FX_UP, &got) && !fx_round_to(1, -1, FX_UP, &got));
    CHECK(!fx_round_to(INT64_MAX, 1000, FX_UP, &got));
    CHECK_INT(got, 9);
}

static const struct {
    const char *text;
    int places;
    Rounding r;
    bool ok;
    int64_t want;
} texts[] = {
    {"0", 6, FX_DOWN, true, 0},
    {"1.5", 6, FX_DOWN, true, 1500000},
    {"-1.5", 6, FX_DOWN, true, -1500000},
    {"+0.000001", 6, FX_DOWN, true, 1},
    {"0.0000019", 6, FX_DOWN, true, 1},
    {"0.0000011", 6, FX_UP, true, 2},
    {"-0.0000011", 6, FX_UP, true, -1},
    {"-0.0000011", 6, FX_DOWN, true, -2},
    {"0.0000015", 6, FX_HALF_EVEN, true, 2},
    {"0.0000025", 6, FX_HALF_EVEN, true, 2},
    {"0.00000250000", 6, FX_HALF_EVEN, true, 2},
    {"0.00000250001", 6, FX_HALF_EVEN, true, 3},
    {"0.00000049", 6, FX_HALF_EVEN, true, 0},
    {"0.000000000", 6, FX_UP, true, 0},
    {"9223372036854.775807", 6, FX_DOWN, true, INT64_MAX},
    {"9223372036854.775808", 6, FX_DOWN, false, 0},
    {"-9223372036854.775808", 6, FX_DOWN, true, INT64_MIN},
    {"-9223372036854.7758081", 6, FX_DOWN, false, 0},
    {"9223372036854.7758071", 6, FX_UP, false, 0},
    {"18446744073709.551615", 6, FX_DOWN, false, 0},
    {"18446744073709.5516159", 6, FX_UP, false, 0},
    {"99999999999999999999999", 0, FX_DOWN, false, 0},
    {"12", 0, FX_DOWN, true, 12},
    {"12.5", 0, FX_HALF_EVEN, true, 12},
    {"1", 18, FX_DOWN, true, INT64_C(1000000000000000000)},
    {"10", 18, FX_DOWN, false, 0},
    {"00000000000000000000000000000000000000000000001.0", 6, FX_DOWN, true, 1000000},
    {"", 6, FX_DOWN, false, 0},
    {"-", 6, FX_DOWN, false, 0},
    {".5", 6, FX_DOWN, false, 0},
    {"5.", 6, FX_DOWN, false, 0},
    {"1e3", 6, FX_DOWN, false, 0},
    {" 1", 6, FX_DOWN, false, 0},
    {"1 ", 6, FX_DOWN, false, 0},
    {"1.a", 6, FX_DOWN, false, 0},
    {"18446744073709551616.5", 1, FX_DOWN, false, 0},
    {"1844674407370955161.6", 1, FX_DOWN, false, 0},
    {"a", 6, FX_DOWN, false, 0},
    {"1.2.3", 6, FX_DOWN, false, 0},
    {"1.-2", 6, FX_DOWN, false, 0},
    {"--1", 6, FX_DOWN, false, 0},
};

static void parse(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t got = 0;
        bool ok = fx_parse(span_str(texts[i].text), texts[i].places, texts[i].r, &got);

        test_check(ok == texts[i].ok && got == texts[i].want, __FILE__, __LINE__,
                   "\"%s\" with %d places: %d %" PRId64, texts[i].text, texts[i].places, ok, got);
    }
}

static void print(void)
{
    static const struct {
        int64_t value;
        int places;
        const char *full, *brief;
    } rows[] = {
        {0, 6, "0.000000", "0"},
        {1500000, 6, "1.500000", "1.5"},
        {-1, 6, "-0.000001", "-0.000001"},
        {-1000000, 6, "-1.000000", "-1"},
        {INT64_MAX, 6, "9223372036854.775807", "9223372036854.775807"},
        {INT64_MIN, 6, "-9223372036854.775808", "-9223372036854.775808"},
        {INT64_MIN, 18, "-9.223372036854775808", "-9.223372036854775808"},
        {10, 0, "10", "10"},
        {10, 1, "1.0", "1"},
        {100, 1, "10.0", "10"},
        {5, 18, "0.000000000000000005", "0.000000000000000005"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char mem[64];
        Buf b;

        buf_init_fixed(&b, mem, sizeof mem);
        fx_put(&b, rows[i].value, rows[i].places);
        CHECK_STR(buf_cstr(&b), rows[i].full);
        buf_clear(&b);
        fx_put_short(&b, rows[i].value, rows[i].places);
        CHECK_STR(buf_cstr(&b), rows[i].brief);
    }
}

static void round_trip(void)
{
    Rng r;

    rng_init(&r, 8);
    for (int i = 0; i < 20000; i++) {
        int64_t value = any_size(&r), back = 0;
        int places = (int)rng_below(&r, 19);
        char mem[64];
        Buf b;

        buf_init_fixed(&b, mem, sizeof mem);
        fx_put_short(&b, value, places);
        CHECK(fx_parse(buf_span(&b), places, FX_DOWN, &back) && back == value);
    }
}

static void doubles(void)
{
    int64_t got = 3;

    CHECK(fx_from_double(0.1, &got) && got == 100000);
    CHECK(fx_from_double(-0.1, &got) && got == -100000);
    CHECK(fx_from_double(0.0000025, &got) && got == 2); /* rint(x * 1e6) by definition */
    CHECK(fx_from_double(0.0000035, &got) && got == 4);
    CHECK(fx_from_double(9223372036854.77, &got) && got == INT64_C(9223372036854769664));
    got = 3;
    CHECK(!fx_from_double(UNKNOWN, &got) && !fx_from_double(9223372036854.7759, &got));
    CHECK(!fx_from_double(1e300, &got) && !fx_from_double(-1e300, &got));
    CHECK_INT(got, 3);
    CHECK_BITS(fx_to_double(1500000), 1.5);
    CHECK_BITS(money_grid(0.65 - 0.35), 0.3);
    CHECK_BITS(money_grid(-0.0000001), 0.0);
    CHECK_BITS(money_grid(UNKNOWN), UNKNOWN);
}

int main(void)
{
    TEST_RUN(add);
    TEST_RUN(multiply);
    TEST_RUN(wide);
    TEST_RUN(against_reference);
    TEST_RUN(round_to);
    TEST_RUN(parse);
    TEST_RUN(print);
    TEST_RUN(round_trip);
    TEST_RUN(doubles);
    return test_end();
}
