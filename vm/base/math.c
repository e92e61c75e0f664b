/* math.c — see math.h.
 *
 * exp: x = n ln2/64 + r, 2^(n/64) from a table of pairs, a polynomial for e^r - 1.
 * ln:  x = 2^k z with z near 1, a table value c near 1/z makes r = cz - 1 small and exact, then
 *      ln x = k ln2 - ln c + ln(1 + r).  Sums that matter are pairs high + low ("double-double").
 * pow: e^(y ln x), the logarithm to about 68 bits.
 * Products that must be exact are split by hand, because fused operations are not the same everywhere. */
#include "vm/base/math.h"

#include <stdint.h>

#include "vm/base/num.h"

typedef struct Pair { /* the unrounded sum of both, |low| tiny against |high| */
    double high, low;
} Pair;

typedef struct LnRow {
    double inverse; /* a multiple of 1/512, so that its products with 27 bits are exact */
    Pair ln;        /* the high part is a multiple of 2^-42, so that k ln2 + high is exact */
} LnRow;

static const Pair exp_rows[64] = {
#define EXP_ROW(high, low) {high, low},
#define LN_ROW(inverse, high, low)
#include "vm/base/math.def"
#undef EXP_ROW
#undef LN_ROW
};

static const LnRow ln_rows[128] = {
#define EXP_ROW(high, low)
#define LN_ROW(inverse, high, low) {inverse, {high, low}},
#include "vm/base/math.def"
#undef EXP_ROW
#undef LN_ROW
};

static const Pair ln2 = {0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45};        /* 42 bits, rest */
static const Pair ln2_by_64 = {0x1.62e42fefc0000p-7, -0x1.c610ca86c3899p-43}; /* 35 bits, rest */
static const double inverse_ln2_by_64 = 0x1.71547652b82fep+6;

#define EXP_MAX 709.782712893384     /* the largest double with a finite exp */
#define EXP_MIN (-745.1332191019412) /* the smallest whose exp is not 0 */
#define LN_OFFSET UINT64_C(0x3fe6900000000000)
#define ONE_BITS UINT64_C(0x3ff0000000000000)

static Pair fast_sum(double a, double b) /* |a| >= |b| or a == 0 */
{
    double s = a + b;

    return (Pair){s, (a - s) + b};
}

static Pair sum(double a, double b)
{
    double s = a + b, t = s - a;

    return (Pair){s, (a - (s - t)) + (b - t)};
}

/* The top 26 bits. */
static double head(double a)
{
    return num_from_bits(num_bits(a) & ~UINT64_C(0x7ffffff));
}

static Pair product(double a, double b)
{
    double p = a * b, ah = head(a), bh = head(b), al = a - ah, bl = b - bh;

    return (Pair){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static double power_of_2(int k)
{
    return num_from_bits((uint64_t)(k + 1023) << 52);
}

/* v * 2^k, rounded once, also where the result has fewer bits. */
static double scale(Pair v, int k)
{
    Pair w;

    if (k >= -1021) return (v.high + v.low) * power_of_2(k / 2) * power_of_2(k - k / 2);
    k += 1022;
    v.high *= power_of_2(k);
    v.low *= power_of_2(k);
    if (v.high + v.low >= 1) return (v.high + v.low) * 0x1p-1022;
    w = fast_sum(1, v.high); /* now the last place of 1 is the last place of the result */
    return ((w.high + (w.low + v.low)) - 1) * 0x1p-1022;
}

/* e to the x, unknown on overflow. */
static double exp_pair(Pair x)
{
    double n, r, p;
    int whole;
    Pair row, reduced;

    if (!(x.high <= EXP_MAX)) return UNKNOWN;
    if (x.high < EXP_MIN) return 0;
    n = num_rint(x.high * inverse_ln2_by_64);
    whole = (int)n;
    reduced = sum(x.high - n * ln2_by_64.high, x.low - n * ln2_by_64.low);
    r = reduced.high;
    p = r * r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720)))));
    p = r + (reduced.low + p);
    row = exp_rows[whole & 63];
    return num_canon(scale((Pair){row.high, row.low + row.high * p}, (whole - (whole & 63)) / 64));
}

/* ln(1 + r) for |r| < 0.005. */
static Pair ln_near_1(Pair r)
{
    double x = r.high, rest;
    Pair square = product(x, x), s = fast_sum(x, -0.5 * square.high);

    rest = x * square.high *
           (1.0 / 3 -
            x * (1.0 / 4 -
                 x * (1.0 / 5 - x * (1.0 / 6 - x * (1.0 / 7 - x * (1.0 / 8 - x * (1.0 / 9)))))));
    return fast_sum(s.high, s.low + (rest + (r.low - x * r.low - 0.5 * square.low)));
}

/* ln x for a finite x > 0. */
static Pair ln_pair(double x)
{
    uint64_t bits = num_bits(x), offset;
    double z, z_high;
    int k = 0;
    const LnRow *row;
    Pair r, s, t;

    if (x < 0x1p-1022) {
        bits = num_bits(x * 0x1p54);
        k = -54;
    }
    offset = bits - LN_OFFSET;
    k += (int)((int64_t)offset >> 52);
    row = &ln_rows[offset >> 45 & 127];
    z = num_from_bits(bits - (offset & UINT64_C(0xfff0000000000000)));
    z_high = head(z);
    r = fast_sum(z_high * row->inverse - 1, (z - z_high) * row->inverse);
    s = ln_near_1(r);
    t = sum(k * ln2.high + row->ln.high, s.high);
    return fast_sum(t.high, t.low + (s.low + (k * ln2.low + row->ln.low)));
}

double m_exp(double x)
{
    return exp_pair((Pair){x, 0});
}

double m_ln(double x)
{
    Pair l;

    if (!(x > 0) || !num_is_finite(x)) return UNKNOWN;
    l = ln_pair(x);
    return num_canon(l.high + l.low);
}

/* 0: not whole, 1: odd, 2: even. */
static int parity(double y)
{
    if (num_trunc(y) != y) return 0;
    return num_abs(y) < 0x1p53 && ((int64_t)y & 1) ? 1 : 2;
}

/* |x| to the y for |x| neither 0 nor 1. */
static double pow_size(double x, double y)
{
    Pair l = ln_pair(x), p;

    if (num_abs(y) > 0x1p70) return (l.high > 0) == (y > 0) ? UNKNOWN : 0; /* |ln x| > 2^-54 */
    if (num_abs(y) < 0x1p-70) return 1;                                    /* |ln x| < 2^10 */
    p = product(y, l.high);
    return exp_pair(fast_sum(p.high, p.low + y * l.low));
}

double m_pow(double x, double y)
{
    double size;
    int is_whole;

    if (!num_is_finite(x) || !num_is_finite(y)) return UNKNOWN;
    if (y == 0 || x == 1) return 1;
    is_whole = parity(y);
    if (x == 0) return y > 0 ? 0 : UNKNOWN;
    if (x < 0 && !is_whole) return UNKNOWN;
    size = x == -1 ? 1 : pow_size(num_abs(x), y);
    return x < 0 && is_whole == 1 ? num_canon(-size) : size;
}
