/* num_print.c — printing; see num.h.  The shortest text by Schubfach (Giulietti 2020), a fixed number
 * of decimals in whole numbers. */
#include "vm/base/num.h"

#include "vm/base/big.h"
#include "vm/base/buf.h"
#include "vm/base/bug.h"
#include "vm/base/pow10.h"
#include "vm/base/wide.h"

#define HIDDEN_BIT (UINT64_C(1) << 52)
#define EXPONENT_BIAS 1075 /* of a whole mantissa */
#define PLACES_MAX 1000

/* The top 64 bits of g * c, with the lowest bit set when anything was cut ("round to odd"). */
static uint64_t mul_odd(Pow10 g, uint64_t c)
{
    uint64_t low_high, high, low;

    wide_mul(g.low, c, &low_high);
    low = wide_mul(g.high, c, &high);
    high += __builtin_add_overflow(low, low_high, &low);
    return high | (low > 1);
}

/* Schubfach: the shortest decimal in the interval of c * 2^q, nearest to it, in units of 10^ret_k. */
static uint64_t shortest(uint64_t c, int q, bool is_narrow_below, int *ret_k)
{
    int k = (q * 1262611 - (is_narrow_below ? 524031 : 0)) >> 22;
    int h = q + pow10_log2(-k) + 1;
    Pow10 g = pow10_of(-k);
    uint64_t lower, upper, v, s;
    bool is_low_in, is_high_in;

    if (!pow10_is_exact(-k)) g.high += __builtin_add_overflow(g.low, 1u, &g.low);
    lower = mul_odd(g, (4 * c - 2 + is_narrow_below) << h) + (c & 1);
    v = mul_odd(g, (4 * c) << h);
    upper = mul_odd(g, (4 * c + 2) << h) - (c & 1);
    s = v / 4;
    *ret_k = k;
    if (s >= 10) { /* one digit less */
        uint64_t t = s / 10;

        is_low_in = lower <= 40 * t;
        is_high_in = 40 * t + 40 <= upper;
        if (is_low_in != is_high_in) {
            *ret_k = k + 1;
            return t + is_high_in;
        }
    }
    is_low_in = lower <= 4 * s;
    is_high_in = 4 * s + 4 <= upper;
    if (is_low_in != is_high_in) return s + is_high_in;
    return s + (v > 4 * s + 2 || (v == 4 * s + 2 && (s & 1)));
}

uint64_t num_digits(double x, int *ret_exp10)
{
    uint64_t bits = num_bits(x), fraction = bits & (HIDDEN_BIT - 1), digits;
    int biased = (int)(bits >> 52 & 0x7ff);

    BUG_IF(biased == 0x7ff);
    *ret_exp10 = 0;
    if (!biased && !fraction) return 0;
    if (biased)
        digits = shortest(HIDDEN_BIT | fraction, biased - EXPONENT_BIAS, !fraction && biased > 1,
                          ret_exp10);
    else
        digits = shortest(fraction, 1 - EXPONENT_BIAS, false, ret_exp10);
    while (digits % 10 == 0) {
        digits /= 10;
        ++*ret_exp10;
    }
    return digits;
}

typedef struct Text {
    char *at;
} Text;

static void put(Text *t, const char *bytes, int count)
{
    for (int i = 0; i < count; i++)
        *t->at++ = bytes[i];
}

static void put_zeros(Text *t, int count)
{
    for (int i = 0; i < count; i++)
        *t->at++ = '0';
}

/* Plain: digits with the point `point` digits from the left. */
static void put_plain(Text *t, const char *digits, int count, int point)
{
    if (point <= 0) {
        put(t, "0.", 2);
        put_zeros(t, -point);
        put(t, digits, count);
    } else if (point >= count) {
        put(t, digits, count);
        put_zeros(t, point - count);
    } else {
        put(t, digits, point);
        *t->at++ = '.';
        put(t, digits + point, count - point);
    }
}

static void put_exponent(Text *t, const char *digits, int count, int point)
{
    int exponent = point - 1, size = exponent < 0 ? -exponent : exponent;

    put(t, digits, 1);
    if (count > 1) {
        *t->at++ = '.';
        put(t, digits + 1, count - 1);
    }
    *t->at++ = 'e';
    if (exponent < 0) *t->at++ = '-';
    if (size >= 100) *t->at++ = (char)('0' + size / 100);
    if (size >= 10) *t->at++ = (char)('0' + size / 10 % 10);
    *t->at++ = (char)('0' + size % 10);
}

size_t num_shortest(double x, char out[NUM_TEXT_MAX])
{
    char digits[20];
    int count = 0, exp10, point, at = (int)sizeof digits;
    uint64_t rest;
    Text t = {out};

    if (!num_is_finite(x)) {
        *out = '?';
        return 1;
    }
    for (rest = num_digits(x, &exp10); rest; rest /= 10, count++)
        digits[--at] = (char)('0' + rest % 10);
    if (!count) {
        *out = '0';
        return 1;
    }
    if (x < 0) *t.at++ = '-';
    point = count + exp10;
    if (point >= -6 && point <= 21)
        put_plain(&t, digits + at, count, point);
    else
        put_exponent(&t, digits + at, count, point);
    return (size_t)(t.at - out);
}

/* |x| * 10^places, the exact product rounded half to even. */
static void scale_exact(double x, int places, Big *ret)
{
    uint64_t bits = num_bits(x), mantissa = bits & (HIDDEN_BIT - 1);
    int biased = (int)(bits >> 52 & 0x7ff), exp2 = (biased ? biased : 1) - EXPONENT_BIAS;
    bool is_up;

    big_set(ret, biased ? mantissa | HIDDEN_BIT : mantissa);
    big_mul_pow5(ret, places);
    exp2 += places;
    if (exp2 >= 0) {
        big_shift_left(ret, exp2);
        return;
    }
    is_up = big_get64(ret, -exp2 - 1) & 1 &&
            (big_get64(ret, -exp2) & 1 || big_has_below(ret, -exp2 - 1));
    big_shift_right(ret, -exp2);
    if (is_up) big_mul_add(ret, 1, 1);
}

void num_fixed(Buf *b, double x, int places)
{
    char text[PLACES_MAX + 320];
    int at = (int)sizeof text;
    bool is_zero;
    Big rest;

    if (!num_is_finite(x)) {
        buf_char(b, '?');
        return;
    }
    places = places < 0 ? 0 : places > PLACES_MAX ? PLACES_MAX : places;
    scale_exact(x, places, &rest);
    is_zero = big_is_zero(&rest);
    for (int i = 0; i <= places || !big_is_zero(&rest); i++) {
        if (i == places && places) text[--at] = '.';
        text[--at] = (char)('0' + big_div_small(&rest, 10));
    }
    if (x < 0 && !is_zero) text[--at] = '-';
    buf_put(b, text + at, sizeof text - (size_t)at);
}
