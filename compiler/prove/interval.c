/* interval.c — see interval.h. */
#include "compiler/prove/interval.h"

#include "vm/base/num.h"

#define INF __builtin_inf()

Interval iv_all(void)
{
    return (Interval){-INF, INF, true, true};
}

Interval iv_point(double x)
{
    return (Interval){x, x, false, false};
}

Interval iv_closed(double lo, double hi)
{
    return (Interval){lo, hi, lo == -INF, hi == INF};
}

Interval iv_from(double lo, bool is_open)
{
    return (Interval){lo, INF, is_open, true};
}

Interval iv_upto(double hi, bool is_open)
{
    return (Interval){-INF, hi, true, is_open};
}

bool iv_is_empty(Interval a)
{
    return a.lo > a.hi || (a.lo == a.hi && (a.lo_open || a.hi_open));
}

bool iv_is_point(Interval a)
{
    return a.lo == a.hi && !a.lo_open && !a.hi_open;
}

bool iv_has(Interval a, double x)
{
    return (a.lo_open ? x > a.lo : x >= a.lo) && (a.hi_open ? x < a.hi : x <= a.hi);
}

bool iv_is_inside(Interval inner, Interval outer)
{
    bool lo = inner.lo > outer.lo || (inner.lo == outer.lo && (inner.lo_open || !outer.lo_open));
    bool hi = inner.hi < outer.hi || (inner.hi == outer.hi && (inner.hi_open || !outer.hi_open));

    return iv_is_empty(inner) || (lo && hi);
}

Interval iv_meet(Interval a, Interval b)
{
    Interval r = a;

    if (b.lo > r.lo || (b.lo == r.lo && b.lo_open)) r.lo = b.lo, r.lo_open = b.lo_open;
    if (b.hi < r.hi || (b.hi == r.hi && b.hi_open)) r.hi = b.hi, r.hi_open = b.hi_open;
    return r;
}

Interval iv_join(Interval a, Interval b)
{
    Interval r = a;

    if (iv_is_empty(a)) return b;
    if (iv_is_empty(b)) return a;
    if (b.lo < r.lo || (b.lo == r.lo && !b.lo_open)) r.lo = b.lo, r.lo_open = b.lo_open;
    if (b.hi > r.hi || (b.hi == r.hi && !b.hi_open)) r.hi = b.hi, r.hi_open = b.hi_open;
    return r;
}

Interval iv_neg(Interval a)
{
    return (Interval){-a.hi + 0.0, -a.lo + 0.0, a.hi_open, a.lo_open};
}

/* ---- rounding outwards ----------------------------------------------------------------------------- */

static double next_up(double x)
{
    uint64_t bits = num_bits(x);

    if (!num_is_finite(x)) return x == -INF ? -1.7976931348623157e308 : x;
    if (x == 0) return 4.9406564584124654e-324;
    return num_from_bits(x > 0 ? bits + 1 : bits - 1);
}

static double next_down(double x)
{
    return -next_up(-x);
}

/* A sum or product of ends: NaN means that an infinity was involved with no definite sign. */
static double low_end(double x, bool is_exact)
{
    if (x != x) return -INF;
    return is_exact || !num_is_finite(x) ? x : next_down(x);
}

static double high_end(double x, bool is_exact)
{
    if (x != x) return INF;
    return is_exact || !num_is_finite(x) ? x : next_up(x);
}

Interval iv_widen(Interval a)
{
    return (Interval){low_end(a.lo, false), high_end(a.hi, false), a.lo_open, a.hi_open};
}

/* Whether a + b was computed without an error (Knuth). */
static bool sum_is_exact(double a, double b)
{
    double s = a + b, bb = s - a;

    return (a - (s - bb)) + (b - bb) == 0;
}

static void split(double x, double *hi, double *lo)
{
    double c = 134217729.0 * x;

    *hi = c - (c - x);
    *lo = x - *hi;
}

/* Whether a * b was computed without an error (Dekker). */
static bool product_is_exact(double a, double b)
{
    double p = a * b, ah, al, bh, bl;

    if (num_abs(a) > 1e150 || num_abs(b) > 1e150 || (p != 0 && num_abs(p) < 1e-250)) return false;
    split(a, &ah, &al);
    split(b, &bh, &bl);
    return ((ah * bh - p) + ah * bl + al * bh) + al * bl == 0;
}

Interval iv_add(Interval a, Interval b)
{
    return (Interval){low_end(a.lo + b.lo, sum_is_exact(a.lo, b.lo)),
                      high_end(a.hi + b.hi, sum_is_exact(a.hi, b.hi)), a.lo_open || b.lo_open,
                      a.hi_open || b.hi_open};
}

Interval iv_sub(Interval a, Interval b)
{
    return iv_add(a, iv_neg(b));
}

typedef struct End {
    double x;
    bool open, exact;
} End;

static End times(double a, bool a_open, double b, bool b_open)
{
    End e = {a * b, (a_open && b != 0) || (b_open && a != 0), product_is_exact(a, b)};

    if ((a == 0 && !a_open) || (b == 0 && !b_open)) return (End){0, false, true};
    if (e.x != e.x)
        return (End){0, true, true}; /* 0 * infinity: the limit may be anything above 0 */
    return e;
}

static Interval hull(const End *e, int n)
{
    Interval r = {e[0].x, e[0].x, e[0].open, e[0].open};
    bool lo_exact = e[0].exact, hi_exact = e[0].exact;

    for (int i = 1; i < n; i++) {
        if (e[i].x < r.lo || (e[i].x == r.lo && !e[i].open)) {
            r.lo = e[i].x, r.lo_open = e[i].open, lo_exact = e[i].exact;
        }
        if (e[i].x > r.hi || (e[i].x == r.hi && !e[i].open)) {
            r.hi = e[i].x, r.hi_open = e[i].open, hi_exact = e[i].exact;
        }
    }
    r.lo = low_end(r.lo, lo_exact);
    r.hi = high_end(r.hi, hi_exact);
    if (r.lo == -INF) r.lo_open = true;
    if (r.hi == INF) r.hi_open = true;
    return r;
}

Interval iv_mul(Interval a, Interval b)
{
    End e[4] = {times(a.lo, a.lo_open, b.lo, b.lo_open), times(a.lo, a.lo_open, b.hi, b.hi_open),
                times(a.hi, a.hi_open, b.lo, b.lo_open), times(a.hi, a.hi_open, b.hi, b.hi_open)};
    bool touches_zero = (iv_has(a, 0) || iv_has(b, 0));
    Interval r = hull(e, 4);

    return touches_zero ? iv_join(r, iv_point(0)) : r;
}

/* 1 / b for b on one side of zero. */
static Interval inverse(Interval b)
{
    double lo = b.hi == INF || b.hi == -INF ? 0 : b.hi == 0 ? -INF : 1 / b.hi;
    double hi = b.lo == INF || b.lo == -INF ? 0 : b.lo == 0 ? INF : 1 / b.lo;

    return (Interval){low_end(lo, lo == 0), high_end(hi, hi == 0),
                      b.hi_open || lo == -INF || lo == 0, b.lo_open || hi == INF || hi == 0};
}

Interval iv_div(Interval a, Interval b)
{
    if (iv_is_point(a) && iv_is_point(b) && b.lo != 0) {
        double q = a.lo / b.lo;
        bool exact = q * b.lo == a.lo && product_is_exact(q, b.lo);

        return (Interval){low_end(q, exact), high_end(q, exact), false, false};
    }
    if (b.lo < 0 && b.hi > 0) return iv_all();
    if (b.lo == 0 && b.hi == 0) return iv_all();
    return iv_widen(iv_mul(a, inverse(b)));
}

Interval iv_abs(Interval a)
{
    if (a.lo >= 0) return a;
    if (a.hi <= 0) return iv_neg(a);
    return iv_join(iv_meet(iv_join(a, iv_neg(a)), iv_from(0, false)), iv_point(0));
}

Interval iv_min(Interval a, Interval b)
{
    Interval r = a;

    if (b.lo < r.lo || (b.lo == r.lo && !b.lo_open)) r.lo = b.lo, r.lo_open = b.lo_open;
    if (b.hi < r.hi || (b.hi == r.hi && b.hi_open)) r.hi = b.hi, r.hi_open = b.hi_open;
    return r;
}

Interval iv_max(Interval a, Interval b)
{
    return iv_neg(iv_min(iv_neg(a), iv_neg(b)));
}

Interval iv_map(Interval a, double (*f)(double), bool is_exact)
{
    double lo = num_is_finite(a.lo) ? f(a.lo) : a.lo, hi = num_is_finite(a.hi) ? f(a.hi) : a.hi;

    return (Interval){low_end(lo, is_exact), high_end(hi, is_exact), a.lo_open && !is_exact,
                      a.hi_open && !is_exact};
}
