/* fixed.h — money and sizes as whole micros, with checked arithmetic and stated rounding.
 *
 * 1.0 is FX_ONE.  Every function returns false and leaves *ret untouched when the result does not
 * fit in an int64_t or a divisor is zero.  Promise: integer arithmetic only, exact before the one
 * stated rounding; the only doors to doubles are fx_from_double, fx_to_double and money_grid. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/buf.h"
#include "vm/base/num.h"
#include "vm/base/span.h"

#define FX_ONE INT64_C(1000000)
#define FX_PLACES 6

typedef enum Rounding {
    FX_DOWN,      /* toward minus infinity */
    FX_UP,        /* toward plus infinity */
    FX_ZERO,      /* toward zero */
    FX_HALF_EVEN, /* to the nearest, a tie to the even neighbour */
} Rounding;

bool fx_add(int64_t a, int64_t b, int64_t *ret);
bool fx_sub(int64_t a, int64_t b, int64_t *ret);
bool fx_neg(int64_t a, int64_t *ret);
/* a * b / FX_ONE: the product of two micros values. */
bool fx_mul(int64_t a, int64_t b, Rounding r, int64_t *ret);
/* a * FX_ONE / b: the quotient of two micros values. */
bool fx_div(int64_t a, int64_t b, Rounding r, int64_t *ret);
/* a * b / c through 128 bits. */
bool fx_muldiv(int64_t a, int64_t b, int64_t c, Rounding r, int64_t *ret);
/* The multiple of `step` (> 0) next to `a` in the stated direction. */
bool fx_round_to(int64_t a, int64_t step, Rounding r, int64_t *ret);

/* Decimal text with at most `places` decimals (0..18) as an integer count of 10^-places: "-1.5"
 * with 6 places is -1500000.  Signs `-` and `+`, digits, one point; no exponent, no white space.
 * More decimals than `places` are rounded by `r`. False on anything else and on overflow. */
bool fx_parse(Span text, int places, Rounding r, int64_t *ret);
/* The value with all its `places` decimals. */
void fx_put(Buf *b, int64_t value, int places);
/* The same without trailing zeros of the fraction: 1500000 is "1.5". */
void fx_put_short(Buf *b, int64_t value, int places);

/* rint(x * 1e6), by definition; false when unknown or outside int64_t. */
bool fx_from_double(double x, int64_t *ret);
static inline double fx_to_double(int64_t micros)
{
    return (double)micros / 1e6;
}

/* x on the money grid: rint(x * 1e6) / 1e6, unknown stays unknown. */
static inline double money_grid(double x)
{
    return num_canon(num_rint(x * 1e6) / 1e6);
}
