/* fixed.c — see fixed.h.  Everything comes down to divide(): sign, 128-bit magnitude, divisor. */
#include "vm/base/fixed.h"

#include "vm/base/bug.h"
#include "vm/base/wide.h"

#define PLACES_MAX 18

bool fx_add(int64_t a, int64_t b, int64_t *ret)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum)) return false;
    *ret = sum;
    return true;
}

bool fx_sub(int64_t a, int64_t b, int64_t *ret)
{
    int64_t difference;

    if (__builtin_sub_overflow(a, b, &difference)) return false;
    *ret = difference;
    return true;
}

bool fx_neg(int64_t a, int64_t *ret)
{
    return fx_sub(0, a, ret);
}

static uint64_t magnitude(int64_t a)
{
    return a < 0 ? 0 - (uint64_t)a : (uint64_t)a;
}

/* Puts the sign back; false when it does not fit. */
static bool with_sign(uint64_t size, bool is_negative, int64_t *ret)
{
    if (size > (uint64_t)INT64_MAX + is_negative) return false;
    *ret = (int64_t)(is_negative ? 0 - size : size);
    return true;
}

/* Whether a magnitude with a remainder is rounded away from zero.  `half` compares the remainder with
 * half of the divisor. */
static bool goes_out(Rounding r, bool is_negative, bool is_odd, int half)
{
    switch (r) {
    case FX_DOWN:
        return is_negative;
    case FX_UP:
        return !is_negative;
    case FX_ZERO:
        return false;
    case FX_HALF_EVEN:
        return half > 0 || (half == 0 && is_odd);
    }
    UNREACHABLE();
}

/* high:low / d with the given sign of the result. */
static bool divide(uint64_t high, uint64_t low, uint64_t d, bool is_negative, Rounding r,
                   int64_t *ret)
{
    uint64_t q, rest;

    if (d == 0 || high >= d) return false;
    q = wide_div(high, low, d, &rest);
    if (rest) {
        uint64_t other = d - rest; /* rest against half of d, without overflow */

        if (goes_out(r, is_negative, q & 1, (rest > other) - (rest < other)) && !++q) return false;
    }
    return with_sign(q, is_negative, ret);
}

bool fx_muldiv(int64_t a, int64_t b, int64_t c, Rounding r, int64_t *ret)
{
    uint64_t high, low = wide_mul(magnitude(a), magnitude(b), &high);

    return divide(high, low, magnitude(c), (a < 0) != ((b < 0) != (c < 0)), r, ret);
}

bool fx_mul(int64_t a, int64_t b, Rounding r, int64_t *ret)
{
    uint64_t product, q, rest;

    if (!wide_fits_mul(magnitude(a), magnitude(b), &product))
        return fx_muldiv(a, b, FX_ONE, r, ret);
    q = product / FX_ONE; /* a division by a constant is a multiplication */
    rest = product % FX_ONE;
    if (rest)
        q += goes_out(r, (a < 0) != (b < 0), q & 1, (rest > FX_ONE / 2) - (rest < FX_ONE / 2));
    *ret = (a < 0) != (b < 0) ? -(int64_t)q : (int64_t)q;
    return true;
}

bool fx_div(int64_t a, int64_t b, Rounding r, int64_t *ret)
{
    return fx_muldiv(a, FX_ONE, b, r, ret);
}

bool fx_round_to(int64_t a, int64_t step, Rounding r, int64_t *ret)
{
    uint64_t q, rest;

    if (step <= 0) return false;
    q = magnitude(a) / (uint64_t)step;
    rest = magnitude(a) % (uint64_t)step;
    if (rest) {
        uint64_t other = (uint64_t)step - rest;

        q += goes_out(r, a < 0, q & 1, (rest > other) - (rest < other));
    }
    return wide_fits_mul(q, (uint64_t)step, &q) && with_sign(q, a < 0, ret);
}

/* Reads digits into *value; false on overflow. Stops at the first other character. */
static bool read_digits(Span *text, int max, uint64_t *value, int *ret_count)
{
    int n = 0;

    for (; text->len && text->ptr[0] >= '0' && text->ptr[0] <= '9' && n < max; n++) {
        if (!wide_fits_mul(*value, 10, value)) return false;
        if (__builtin_add_overflow(*value, (uint64_t)(text->ptr[0] - '0'), value)) return false;
        *text = span_from(*text, 1);
    }
    *ret_count = n;
    return true;
}

/* Reads the digits behind the last place: *ret_half compares them with a half (-2 when they are all
 * zero or none). */
static void read_rest(Span *text, int *ret_half)
{
    int half = -2;

    for (int n = 0; text->len && text->ptr[0] >= '0' && text->ptr[0] <= '9'; n++) {
        int digit = text->ptr[0] - '0';

        if (n == 0 && digit)
            half = (digit > 5) - (digit < 5);
        else if (digit)
            half = half == -2 ? -1 : half == 0 ? 1 : half;
        *text = span_from(*text, 1);
    }
    *ret_half = half;
}

/* Digits, point, digits: the magnitude in units of 10^-places. */
static bool read_magnitude(Span text, int places, uint64_t *ret, int *ret_half)
{
    int whole, decimals = 0;
    uint64_t value = 0;

    *ret_half = -2;
    if (!read_digits(&text, 1 << 30, &value, &whole) || !whole) return false;
    if (text.len > 1 && text.ptr[0] == '.') {
        text = span_from(text, 1);
        if (!read_digits(&text, places, &value, &decimals)) return false;
        read_rest(&text, ret_half);
    }
    if (text.len) return false;
    for (; decimals < places; decimals++)
        if (!wide_fits_mul(value, 10, &value)) return false;
    *ret = value;
    return true;
}

bool fx_parse(Span text, int places, Rounding r, int64_t *ret)
{
    bool is_negative = text.len && text.ptr[0] == '-';
    uint64_t value;
    int half;

    BUG_IF(places < 0 || places > PLACES_MAX);
    if (is_negative || (text.len && text.ptr[0] == '+')) text = span_from(text, 1);
    if (!read_magnitude(text, places, &value, &half)) return false;
    if (half != -2 && goes_out(r, is_negative, value & 1, half) && !++value) return false;
    return with_sign(value, is_negative, ret);
}

/* The decimals of `value`, of which the last `drop` are left out. */
static void put_decimals(Buf *b, int64_t value, int places, int drop)
{
    uint64_t size = magnitude(value);
    char text[24];
    int at = (int)sizeof text;

    for (int i = 0; i < places || i == places || size; i++) {
        if (i == places && drop < places) text[--at] = '.';
        if (i >= drop) text[--at] = (char)('0' + size % 10);
        size /= 10;
    }
    if (value < 0) text[--at] = '-';
    buf_put(b, text + at, (size_t)((int)sizeof text - at));
}

void fx_put(Buf *b, int64_t value, int places)
{
    BUG_IF(places < 0 || places > PLACES_MAX);
    put_decimals(b, value, places, 0);
}

void fx_put_short(Buf *b, int64_t value, int places)
{
    int drop = 0;
    int64_t rest = value;

    BUG_IF(places < 0 || places > PLACES_MAX);
    while (drop < places && rest % 10 == 0) {
        rest /= 10;
        drop++;
    }
    put_decimals(b, value, places, drop);
}

bool fx_from_double(double x, int64_t *ret)
{
    double micros = num_rint(x * 1e6);

    if (!(micros >= -0x1p63 && micros < 0x1p63)) return false;
    *ret = (int64_t)micros;
    return true;
}
