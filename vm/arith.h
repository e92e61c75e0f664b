/* arith.h — the meaning of the pure operations, written once: inline, on one value each.
 *
 * The interpreter runs these, the compiler folds constants with these, so folding cannot change a bit.
 * Numbers are finite doubles or UNKNOWN, never -0; conditions are COND_*.  Promise: results are
 * canonical again (language 3.1), and every function accepts unknown. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/math.h"
#include "vm/base/num.h"
#include "vm/format.h" /* COND_* */

/* ---- numbers ---------------------------------------------------------------------------------- */

static inline double ar_add(double a, double b)
{
    return num_canon(a + b);
}

static inline double ar_sub(double a, double b)
{
    return num_canon(a - b);
}

static inline double ar_mul(double a, double b)
{
    return num_canon(a * b);
}

/* x / 0 is infinite or not a number, hence unknown. */
static inline double ar_div(double a, double b)
{
    return num_canon(a / b);
}

static inline double ar_neg(double a)
{
    return num_canon(-a);
}

static inline double ar_abs(double a)
{
    return num_canon(num_abs(a));
}

static inline double ar_min(double a, double b)
{
    if (!num_is_known(a) || !num_is_known(b)) return UNKNOWN;
    return b < a ? b : a;
}

static inline double ar_max(double a, double b)
{
    if (!num_is_known(a) || !num_is_known(b)) return UNKNOWN;
    return b > a ? b : a;
}

static inline double ar_floor(double a)
{
    return num_canon(num_floor(a));
}

static inline double ar_ceil(double a)
{
    return num_canon(num_ceil(a));
}

/* Half to even. */
static inline double ar_round(double a)
{
    return num_canon(num_rint(a));
}

static inline double ar_sqrt(double a)
{
    return num_canon(num_sqrt(a));
}

static inline double ar_ln(double a)
{
    return num_canon(m_ln(a));
}

static inline double ar_exp(double a)
{
    return num_canon(m_exp(a));
}

static inline double ar_sign(double a)
{
    return num_is_known(a) ? (double)((a > 0) - (a < 0)) : UNKNOWN;
}

/* Known a, else b. */
static inline double ar_oth(double a, double b)
{
    return num_is_known(a) ? a : b;
}

/* ---- the money grid --------------------------------------------------------------------------- */

/* Whole micros, the unit in which money compares: rint(x * 1e6) by definition, unknown when that
 * overflows.  Two values are equal on the grid iff their micros are. */
static inline double ar_micros(double a)
{
    double m = num_rint(a * 1e6);

    return num_is_finite(m) ? m : UNKNOWN;
}

static inline double ar_qnt(double a)
{
    return num_canon(ar_micros(a) / 1e6);
}

/* ---- comparison: unknown when an operand is ---------------------------------------------------- */

/* From two ordered compares that exclude each other; both are false when an operand is unknown. */
static inline uint8_t ar_cond(bool is_true, bool is_false)
{
    return (uint8_t)((unsigned)is_true | (unsigned)is_false << 1);
}

static inline uint8_t ar_lt(double a, double b)
{
    return ar_cond(a < b, a >= b);
}

static inline uint8_t ar_le(double a, double b)
{
    return ar_cond(a <= b, a > b);
}

static inline uint8_t ar_eq(double a, double b)
{
    return ar_cond(a == b, a < b || a > b);
}

/* lo <= x <= hi. */
static inline uint8_t ar_ink(double x, double lo, double hi)
{
    if (!num_is_known(x) || !num_is_known(lo) || !num_is_known(hi)) return COND_UNKNOWN;
    return ar_cond(lo <= x && x <= hi, lo > x || x > hi);
}

static inline uint8_t ar_ltq(double a, double b)
{
    return ar_lt(ar_micros(a), ar_micros(b));
}

static inline uint8_t ar_leq(double a, double b)
{
    return ar_le(ar_micros(a), ar_micros(b));
}

static inline uint8_t ar_eqq(double a, double b)
{
    return ar_eq(ar_micros(a), ar_micros(b));
}

static inline uint8_t ar_inkq(double x, double lo, double hi)
{
    return ar_ink(ar_micros(x), ar_micros(lo), ar_micros(hi));
}

static inline uint8_t ar_known(double a)
{
    return num_is_known(a) ? COND_TRUE : COND_FALSE;
}

/* ---- Kleene logic: bit 0 is true, bit 1 is false ------------------------------------------------ */

static inline uint8_t ar_and(uint8_t a, uint8_t b)
{
    return (uint8_t)((a & b & 1U) | ((a | b) & 2U));
}

static inline uint8_t ar_or(uint8_t a, uint8_t b)
{
    return (uint8_t)(((a | b) & 1U) | (a & b & 2U));
}

static inline uint8_t ar_not(uint8_t a)
{
    return (uint8_t)((a & 1U) << 1 | a >> 1);
}

static inline uint8_t ar_othb(uint8_t a, uint8_t b)
{
    return a ? a : b;
}

static inline uint8_t ar_knownb(uint8_t a)
{
    return a ? COND_TRUE : COND_FALSE;
}

static inline uint8_t ar_eqb(uint8_t a, uint8_t b)
{
    if (!a || !b) return COND_UNKNOWN;
    return a == b ? COND_TRUE : COND_FALSE;
}

/* ---- choice: unknown when the condition is ------------------------------------------------------ */

static inline double ar_sel(uint8_t c, double a, double b)
{
    if (c == COND_UNKNOWN) return UNKNOWN;
    return c == COND_TRUE ? a : b;
}

static inline uint8_t ar_selb(uint8_t c, uint8_t a, uint8_t b)
{
    if (c == COND_UNKNOWN) return COND_UNKNOWN;
    return c == COND_TRUE ? a : b;
}
