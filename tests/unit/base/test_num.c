/* test_num.c — numbers from text and to text, against the C library as the oracle. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/harness/test.h"
#include "vm/base/big.h"
#include "vm/base/buf.h"
#include "vm/base/num.h"
#include "vm/base/pow10.h"
#include "vm/base/rng.h"

#define RANDOM_NUMBERS 200000

/* ---- the table of powers ---- */

static void set_row(Big *b, Pow10 r)
{
    big_set(b, r.high);
    big_shift_left(b, 64);
    b->words[0] = (uint32_t)r.low;
    b->words[1] = (uint32_t)(r.low >> 32);
}

/* row * 10^down <= 10^up * 2^shift < (row + 1) * 10^down, all whole numbers */
static void check_row(int k)
{
    int shift = 127 - pow10_log2(k);
    Big row, power, next;

    set_row(&row, pow10_of(k));
    big_set(&power, 1);
    big_mul_pow5(&power, k > 0 ? k : 0);
    big_mul_pow5(&row, k < 0 ? -k : 0);
    shift += k; /* the twos of 10^k */
    big_shift_left(shift > 0 ? &power : &row, shift > 0 ? shift : -shift);
    CHECK(big_cmp(&row, &power) <= 0);
    next = power;
    big_sub(&next, &row);
    CHECK_INT(big_is_zero(&next), pow10_is_exact(k));
    big_set(&row, 1);
    big_mul_pow5(&row, k < 0 ? -k : 0);
    big_shift_left(&row, shift > 0 ? 0 : -shift);
    test_check(big_cmp(&next, &row) < 0 && pow10_of(k).high >> 63, __FILE__, __LINE__,
               "the row of 10^%d", k);
}

static void powers_of_ten(void)
{
    for (int k = POW10_MIN; k <= POW10_MAX; k++)
        check_row(k);
}

/* ---- reading ---- */

static void check_parse(const char *text)
{
    double got = -1, want = strtod(text, NULL);
    bool ok = num_parse(span_str(text), &got), want_ok = num_is_finite(want);

    test_check(ok == want_ok && (!ok || num_bits(got) == num_bits(want + 0.0)), __FILE__, __LINE__,
               "\"%.60s\": got %a, want %a", text, got, want);
}

/* Famous hard cases: ties, the edges of the ranges, digits past any fixed buffer. */
static const char *const hard[] = {
    "0",
    "-0",
    "0.0e999999999999999999999",
    "1",
    "-1.5",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9007199254740993.0000000000000000000000000000001",
    "9007199254740994.9999999999999999999999999999999999",
    "9007199254740995",
    "18014398509481986",
    "1152921504606846975",
    "1152921504606846976",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709553665",
    "99999999999999999999999999999999999999",
    "1e22",
    "1e23",
    "8.5e22",
    "123456789e-22",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.797693134862315807e308",
    "1.797693134862315808e308",
    "1.7976931348623159e308",
    "1e309",
    "-1e400",
    "1e99999999999999999999",
    "2.2250738585072014e-308",
    "2.2250738585072011e-308",
    "2.2250738585072012e-308",
    "2.225073858507201136057409796709131975934819546351645648023426109724822222021076945516529523"
    "908135087914149158913039621106870086438694594645527657207407820621743379988141063267329253"
    "5522868813721490129811224514518898490572223072852551331557550159143974763979834118019993e-308",
    "4.9406564584124654e-324",
    "2.4703282292062327e-324",
    "2.4703282292062328e-324",
    "2.47032822920623272088284396434110686182e-324",
    "2.470328229206232720882843964341106861825299013071623822127928412503377536351043759326499181"
    "8081799618989828234772285886546332835517796989819938739800539093906315035659515570226392290858"
    "392449105184435931802849936536152500319370457678249219365623669863658480757001585769269903706"
    "3119282795585513329278343384093519780155312465972635795746227664652728272200563740064854999770"
    "965994704540208281662262378573934507363390079677305775067501763246736009689513405355374585166"
    "6113422376667860416215968046191446729184030053005753084904876539171138659164623952491262365388"
    "187963623937328042389101867234849766823508986338858792562830275599565752445550725518931369083"
    "6254779186948667994968324049705821028513185451396213837722826145437693412532098591327667236328"
    "125e-324",
    "1e-323",
    "1e-400",
    "5e-324",
    "3e-324",
    "2e-324",
    "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
    "6.02214076e23",
    "1.0000000000000002220446049250313080847263336181640625",
    "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126",
    "0.500000000000000166533453693773481063544750213623046875",
    "3.518437208883201171875e13",
    "62.5364939768271845828",
    "8.10109172351e-10",
    "1.50000000000000011102230246251565",
    "7.2057594037927933e16",
    "7.2057594037927933000000000000000000000000000000001e16",
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977"
    "587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845"
    "817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559"
    "699508093042880177904174497791",
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977"
    "587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845"
    "817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559"
    "699508093042880177904174497792",
};

static void hard_cases(void)
{
    for (size_t i = 0; i < sizeof hard / sizeof hard[0]; i++)
        check_parse(hard[i]);
}

/* A text of three parts, the middle one a repeated character. */
static void check_long(const char *start, char middle, size_t count, const char *end)
{
    static char mem[3000];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_str(&b, start);
    buf_fill(&b, middle, count);
    buf_str(&b, end);
    check_parse(buf_cstr(&b));
}

/* A tie with a digit far behind it, and long runs of zeros. */
static void very_long(void)
{
    static const size_t zeros[] = {1, 700, 752, 753, 754, 760, 770, 780, 2000};

    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        check_long("9007199254740993.", '0', zeros[i], "0");
        check_long("9007199254740993.", '0', zeros[i], "1");
        check_long("0.9007199254740993", '0', zeros[i], "1e16");
        check_long("9007199254740993", '0', zeros[i], "1e-30");
    }
    check_long("", '9', 2000, "e-1990");
    check_long("", '0', 2000, "123e300");
    check_long("0.", '0', 2000, "123e2100");
    check_long("0.", '0', 2000, "123e2400");
    check_long("0.", '0', 2000, "123e1600");
}

static void malformed(void)
{
    static const char *const cases[] = {"",    "-",    ".5",  "5.",   "+1",  "1e",   "1e+",
                                        "e5",  "1.e5", " 1",  "1 ",   "1_0", "0x10", "1.2.3",
                                        "inf", "nan",  "--1", "1e5.", "1-",  "1e--5"};
    static const char *const groups[] = {"_1", "1_", "1__0", "1_.5", "1._5", "1.5_", "1_e5"};
    double got = 7;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        test_check(!num_parse(span_str(cases[i]), &got), __FILE__, __LINE__, "%s", cases[i]);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        test_check(!num_parse_scaled(span_str(groups[i]), 0, &got), __FILE__, __LINE__, "%s",
                   groups[i]);
    CHECK(!num_parse((Span){NULL, 0}, &got));
    CHECK(!num_parse((Span){"1\0", 2}, &got));
    CHECK_BITS(got, 7);
    CHECK(num_parse((Span){"123", 2}, &got) && got == 12); /* never reads behind the span */
}

/* Scaling is decimal: 0.7 % is the double nearest to 0.007, as if written so. */
static void scaled(void)
{
    double got, want;
    char text[40], direct[40];

    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof text, "%d.%d", i / 10, i % 10);
        snprintf(direct, sizeof direct, "%d.%de-2", i / 10, i % 10);
        CHECK(num_parse_scaled(span_str(text), -2, &got) && num_parse(span_str(direct), &want));
        CHECK_BITS(got, want);
        if (i >= 1000) continue;
        snprintf(direct, sizeof direct, "0.%03d", i);
        CHECK_BITS(got, strtod(direct, NULL));
    }
    CHECK(num_parse_scaled(SPAN("0.7"), -2, &got) && got == 0.007);
    CHECK(num_parse_scaled(SPAN("1_000.250_5"), 0, &got) && got == 1000.2505);
    CHECK(num_parse_scaled(SPAN("25"), -4, &got) && got == 0.0025);
    CHECK(!num_parse_scaled(SPAN("1"), 400, &got));
    CHECK(num_parse_scaled(SPAN("1"), -400, &got) && got == 0);
}

/* ---- printing ---- */

static const struct {
    double x;
    const char *want;
} printed[] = {
    {0, "0"},
    {-0.0, "0"},
    {1, "1"},
    {-1, "-1"},
    {0.1, "0.1"},
    {0.30000000000000004, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {100, "100"},
    {123456789, "123456789"},
    {1e20, "100000000000000000000"},
    {123456789012345680000.0, "123456789012345680000"},
    {999999999999999900000.0, "999999999999999900000"},
    {1e21, "1e21"},
    {1.5e300, "1.5e300"},
    {1e-7, "0.0000001"},
    {1.25e-7, "0.000000125"},
    {9.999e-8, "9.999e-8"},
    {-1e-10, "-1e-10"},
    {5e-324, "5e-324"},
    {2.2250738585072014e-308, "2.2250738585072014e-308"},
    {1.7976931348623157e308, "1.7976931348623157e308"},
    {9007199254740992, "9007199254740992"},
    {9.5367431640625e-7, "0.00000095367431640625"},
    {4503599627370495.5, "4503599627370495.5"},
    {2e-44, "2e-44"},
    {1e23, "1e23"},
    {9e-265, "9e-265"},
    {5.764607523034235e39, "5.764607523034235e39"},
};

static void print(void)
{
    char text[NUM_TEXT_MAX + 1];

    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++) {
        text[num_shortest(printed[i].x, text)] = '\0';
        CHECK_STR(text, printed[i].want);
    }
    CHECK(num_shortest(UNKNOWN, text) == 1 && text[0] == '?');
    CHECK(num_shortest((double)__builtin_inff(), text) == 1 && text[0] == '?');
}

static double any_double(Rng *r, int i)
{
    uint64_t bits = rng_u64(r);

    if (i % 4 == 1) /* a size people use */
        bits = (bits >> 12) | (uint64_t)(1023 - 40 + (int)rng_below(r, 80)) << 52;
    if (i % 4 == 2) bits &= ~UINT64_C(0xffffffff);
    if (i % 4 == 3) /* decimals of a few digits */
        bits = num_bits((double)(int64_t)(bits >> 40) / (double)(1 + rng_below(r, 1000000)));
    return num_is_finite(num_from_bits(bits)) ? num_from_bits(bits) : 0;
}

/* The fewest digits with which the C library reads back x. */
static int digits_needed(double x)
{
    char text[40];

    for (int p = 1; p < 17; p++) {
        snprintf(text, sizeof text, "%.*e", p - 1, x);
        if (strtod(text, NULL) == x) return p;
    }
    return 17;
}

static int count_digits(uint64_t v)
{
    int n = 0;

    for (; v; v /= 10)
        n++;
    return n;
}

static void random_round_trip(void)
{
    Rng r;

    rng_init(&r, 20261121);
    for (int i = 0; i < RANDOM_NUMBERS; i++) {
        char text[NUM_TEXT_MAX + 1];
        double x = any_double(&r, i), back = -1;
        size_t len = num_shortest(x, text);
        int exp10;

        text[len] = '\0';
        CHECK(num_parse((Span){text, len}, &back));
        CHECK_BITS(back, x + 0.0);
        if (i % 8 == 0) CHECK(strtod(text, NULL) == x);
        if (i % 16 == 0 && x != 0) CHECK_INT(count_digits(num_digits(x, &exp10)), digits_needed(x));
    }
}

/* Random texts of all lengths, and exact halves between two doubles, against the C library. */
static void random_texts(void)
{
    static char text[1200];
    Rng r;

    rng_init(&r, 4);
    for (int i = 0; i < 20000; i++) {
        double x = any_double(&r, i);

        snprintf(text, sizeof text, "%" PRIu64 ".%" PRIu64 "e%d", rng_u64(&r) >> rng_below(&r, 64),
                 rng_u64(&r) >> rng_below(&r, 64), (int)rng_range(&r, -345, 310));
        check_parse(text);
        if (i % 10) continue;
        snprintf(text, sizeof text, "%.780e", x);
        check_parse(text);
        snprintf(text, sizeof text, "%.1100Lg",
                 ((long double)x + (long double)num_from_bits(num_bits(x) + 1)) / 2);
        if (num_abs(x) < 1e308) check_parse(text);
    }
}

static void fixed_places(void)
{
    static const struct {
        double x;
        int places;
        const char *want;
    } cases[] = {
        {0, 2, "0.00"},
        {0.5, 0, "0"},
        {1.5, 0, "2"},
        {2.5, 0, "2"},
        {0.125, 2, "0.12"},
        {0.375, 2, "0.38"},
        {1.005, 2, "1.00"},
        {-0.001, 2, "0.00"},
        {-0.005, 2, "-0.01"},
        {999.999, 2, "1000.00"},
        {1e21, 1, "1000000000000000000000.0"},
        {UNKNOWN, 3, "?"},
        {12, -5, "12"},
        {5e-324, 3, "0.000"},
    };
    Rng r;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char mem[64];
        Buf b;

        buf_init_fixed(&b, mem, sizeof mem);
        buf_num_fixed(&b, cases[i].x, cases[i].places);
        CHECK_STR(buf_cstr(&b), cases[i].want);
    }
    rng_init(&r, 6);
    for (int i = 0; i < 5000; i++) {
        char mem[600], want[600];
        int places = (int)rng_below(&r, 40);
        double x = num_abs(any_double(&r, i));
        Buf b;

        buf_init_fixed(&b, mem, sizeof mem);
        buf_num_fixed(&b, x, places);
        snprintf(want, sizeof want, "%.*f", places, x);
        CHECK_STR(buf_cstr(&b), want);
    }
}

static void canonical(void)
{
    double inf = (double)__builtin_inff();

    CHECK_BITS(num_canon(inf), UNKNOWN);
    CHECK_BITS(num_canon(-inf), UNKNOWN);
    CHECK_BITS(num_canon(num_from_bits(UINT64_C(0xfff8000000000001))), UNKNOWN);
    CHECK_BITS(num_canon(-0.0), 0.0);
    CHECK_BITS(num_canon(-1.5), -1.5);
    CHECK(!num_is_known(UNKNOWN) && num_is_known(inf) && !num_is_finite(inf) &&
          num_is_finite(1e308));
    CHECK(num_bits(UNKNOWN) == UNKNOWN_BITS);
    CHECK_BITS(num_rint(2.5), 2);
    CHECK_BITS(num_rint(3.5), 4);
    CHECK_BITS(num_floor(-0.5), -1);
    CHECK_BITS(num_ceil(0.5), 1);
    CHECK_BITS(num_trunc(-1.5), -1);
    CHECK_BITS(num_sqrt(2), 1.4142135623730951);
    CHECK_BITS(num_sqrt(-1), UNKNOWN);
    CHECK_BITS(num_sqrt(UNKNOWN), UNKNOWN);
}

int main(void)
{
    TEST_RUN(powers_of_ten);
    TEST_RUN(hard_cases);
    TEST_RUN(very_long);
    TEST_RUN(malformed);
    TEST_RUN(scaled);
    TEST_RUN(print);
    TEST_RUN(random_round_trip);
    TEST_RUN(random_texts);
    TEST_RUN(fixed_places);
    TEST_RUN(canonical);
    return test_end();
}
