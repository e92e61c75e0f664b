/* num_parse.c — reading; see num.h.
 *
 * Two exact doubles when the number is short (Clinger), else the first 19 digits times a 128-bit power
 * of ten as an interval (after Eisel and Lemire); when the interval holds a rounding boundary, all
 * digits are compared with it in whole numbers. */
#include "vm/base/num.h"

#include "vm/base/big.h"
#include "vm/base/pow10.h"
#include "vm/base/wide.h"

#define MANTISSA_BITS 53
#define EXACT_MAX (UINT64_C(1) << 53) /* whole numbers up to here are doubles */
#define EXPONENT_MIN (-1022)          /* of a normal double 1.m * 2^e */
#define EXPONENT_MAX 1023
#define INFINITY_BITS UINT64_C(0x7ff0000000000000)
#define FIRST_DIGITS 19        /* what fits in 64 bits */
#define ALL_DIGITS 770         /* no boundary between doubles has more than 767 */
#define EXP10_CLAMP 4000000000 /* beyond any text that could bring it back into range */

typedef struct Decimal {
    bool is_negative;
    bool is_cut;    /* nonzero digits stand behind the first 19 */
    uint64_t first; /* the first 19 digits */
    int64_t exp10;  /* value = first * 10^exp10, about, when cut */
    Span digits;    /* the mantissa as written: digits, a point, perhaps groups */
    int64_t last;   /* value = all digits * 10^last, exactly */
    int64_t count;  /* digits from the first nonzero one on */
} Decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A single `_` between two digits. */
static bool is_group_mark(const char *p, const char *start, const char *end)
{
    return *p == '_' && p > start && p[-1] != '_' && p + 1 < end && is_digit(p[1]);
}

/* Reads digits, with groups when allowed; returns how many, 0 when there are none. */
static int64_t scan_digits(const char **at, const char *end, bool has_groups, Decimal *d)
{
    const char *p = *at, *start = p;
    int64_t digits = 0, count = d->count;
    uint64_t first = d->first;

    for (; p < end; p++) {
        if (!is_digit(*p)) {
            if (!has_groups || !is_group_mark(p, start, end)) break;
            continue;
        }
        digits++;
        if (*p == '0' && !count) continue;
        if (count++ < FIRST_DIGITS)
            first = first * 10 + (uint64_t)(*p - '0');
        else
            d->is_cut |= *p != '0';
    }
    *at = p;
    d->count = count;
    d->first = first;
    return digits;
}

static bool scan_exponent(const char **at, const char *end, int64_t *ret)
{
    const char *p = *at + 1;
    bool is_negative = p < end && *p == '-';
    int64_t value = 0;

    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end || !is_digit(*p)) return false;
    for (; p < end && is_digit(*p); p++)
        if (value < EXP10_CLAMP) value = value * 10 + (*p - '0');
    *ret = is_negative ? -value : value;
    *at = p;
    return true;
}

static bool scan_decimal(Span text, bool has_groups, Decimal *d)
{
    const char *p = text.ptr, *end;
    int64_t exponent = 0, decimals = 0;

    *d = (Decimal){0};
    if (!text.len) return false;
    end = text.ptr + text.len;
    if (p < end && *p == '-') {
        d->is_negative = true;
        p++;
    }
    d->digits.ptr = p;
    if (!scan_digits(&p, end, has_groups, d)) return false;
    if (p < end && *p == '.') {
        p++;
        decimals = scan_digits(&p, end, has_groups, d);
        if (!decimals) return false;
    }
    d->digits.len = (size_t)(p - d->digits.ptr);
    if (p < end && (*p == 'e' || *p == 'E') && !scan_exponent(&p, end, &exponent)) return false;
    d->last = exponent - decimals;
    d->exp10 = d->last + (d->count > FIRST_DIGITS ? d->count - FIRST_DIGITS : 0);
    return p == end;
}

/* Numbers whose digits and power are both exact doubles: one operation rounds once. */
static bool read_short(const Decimal *d, double *ret)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double x = (double)d->first;

    if (d->is_cut || d->first > EXACT_MAX || d->exp10 < -22 || d->exp10 > 22) return false;
    *ret = d->exp10 < 0 ? x / powers[-d->exp10] : x * powers[d->exp10];
    return true;
}

/* All digits as a whole number and the power of ten behind it; digits past ALL_DIGITS become a single
 * 1 if any of them counts. */
static void read_all_digits(const Decimal *d, Big *ret, int64_t *ret_exp10)
{
    int64_t taken = 0;
    bool has_rest = false;

    big_set(ret, 0);
    for (size_t i = 0; i < d->digits.len; i++) {
        char c = d->digits.ptr[i];

        if (!is_digit(c) || (c == '0' && !taken)) continue;
        if (taken++ < ALL_DIGITS)
            big_mul_add(ret, 10, (uint32_t)(c - '0'));
        else
            has_rest |= c != '0';
    }
    *ret_exp10 = d->last + (d->count > ALL_DIGITS ? d->count - ALL_DIGITS : 0);
    if (!has_rest) return;
    big_mul_add(ret, 10, 1);
    --*ret_exp10;
}

/* Compares the decimal with bound * 2^exp2, exactly. */
static int cmp_exact(const Decimal *d, uint64_t bound, int exp2)
{
    Big left, right;
    int64_t exp10;
    int shift;

    read_all_digits(d, &left, &exp10);
    big_set(&right, bound);
    big_mul_pow5(&left, exp10 > 0 ? (int)exp10 : 0);
    big_mul_pow5(&right, exp10 < 0 ? (int)-exp10 : 0);
    shift = (int)exp10 - exp2;
    big_shift_left(shift > 0 ? &left : &right, shift > 0 ? shift : -shift);
    return big_cmp(&left, &right);
}

/* A value between halves * 2^h and the next, or at it when is_exact: the nearest double has half of
 * the halves as its mantissa (infinite when there is none).  exp2 is floor(log2(value)). */
static double assemble(uint64_t halves, bool is_exact, int exp2)
{
    uint64_t mantissa = halves >> 1, biased = 0;

    if (exp2 > EXPONENT_MAX) return num_from_bits(INFINITY_BITS);
    if (halves & 1) mantissa += is_exact ? mantissa & 1 : 1;
    if (exp2 >= EXPONENT_MIN) biased = (uint64_t)(exp2 - EXPONENT_MIN) << 52;
    return num_from_bits(biased + mantissa);
}

/* first * 10^exp10 with 19 digits and a 128-bit power: the value lies in [low, low + width] * 2^x,
 * counted in 64.64 bits.  Half a unit of the result is at least 2^73, so that the interval holds at
 * most one boundary. */
static double read_long(const Decimal *d)
{
    int k = (int)d->exp10, shift = __builtin_clzll(d->first), top, exp2, keep, cut, scale;
    uint64_t w = d->first << shift, high, mid, low, carry, width_high, width_low, halves, below;
    Pow10 p = pow10_of(k);
    bool is_exact = !d->is_cut && pow10_is_exact(k);

    low = wide_mul(w, p.low, &carry);
    mid = wide_mul(w, p.high, &high);
    high += __builtin_add_overflow(mid, carry, &mid);
    scale = pow10_log2(k) - 63 - shift;
    top = high >> 63 ? 127 : 126;
    exp2 = top + scale;
    keep = exp2 >= EXPONENT_MIN ? MANTISSA_BITS : exp2 - EXPONENT_MIN + MANTISSA_BITS;
    if (keep < 0) return 0;
    cut = top - keep - 64;
    halves = high >> cut;
    below = high & ((UINT64_C(1) << cut) - 1);
    if (is_exact) return assemble(halves, !below && !mid && !low, exp2);
    width_high = d->is_cut ? UINT64_C(1) << shift : 0;
    width_low = 2;
    width_high += __builtin_add_overflow(mid, width_low, &width_low);
    if ((below + width_high) >> cut || (!below && !mid)) {
        int c;

        if (below || mid) halves++; /* the boundary inside the interval */
        c = cmp_exact(d, halves, scale + 64 + cut);
        return assemble(c < 0 ? halves - 1 : halves, c == 0, exp2);
    }
    return assemble(halves, false, exp2);
}

static bool read_decimal(Decimal *d, double *ret)
{
    double x = 0;

    if (d->first && d->exp10 > POW10_MAX) return false;
    if (d->first && d->exp10 >= POW10_MIN && !read_short(d, &x)) x = read_long(d);
    if (!num_is_finite(x)) return false;
    *ret = d->is_negative && x != 0 ? -x : x;
    return true;
}

bool num_parse(Span text, double *ret)
{
    Decimal d;

    return scan_decimal(text, false, &d) && read_decimal(&d, ret);
}

bool num_parse_scaled(Span text, int exp10, double *ret)
{
    Decimal d;

    if (!scan_decimal(text, true, &d)) return false;
    d.exp10 += exp10;
    d.last += exp10;
    return read_decimal(&d, ret);
}
