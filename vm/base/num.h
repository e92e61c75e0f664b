/* num.h — numbers of the language: finite doubles and one unknown; text in, text out.
 *
 * Reading gives the nearest double (ties to even) however many digits there are; printing gives the
 * shortest text that reads back equal.  Promise: equal bits on every target; no libm, no locale. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vm/base/span.h"

#define UNKNOWN_BITS UINT64_C(0x7ff8000000000000)
#define UNKNOWN (__builtin_nan("")) /* UNKNOWN_BITS as a constant expression */
/* Most bytes num_shortest writes, without a NUL. */
#define NUM_TEXT_MAX 32

static inline uint64_t num_bits(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double num_from_bits(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline bool num_is_known(double x)
{
    return x == x;
}

static inline bool num_is_finite(double x)
{
    return __builtin_fabs(x) <= 1.7976931348623157e308;
}

/* Infinities and NaNs become UNKNOWN, -0 becomes +0. */
static inline double num_canon(double x)
{
    return num_is_finite(x) ? x + 0.0 : UNKNOWN;
}

/* These compile to one instruction on x86-64-v2 and WebAssembly. */
static inline double num_rint(double x)
{
    return __builtin_rint(x);
}

static inline double num_floor(double x)
{
    return __builtin_floor(x);
}

static inline double num_ceil(double x)
{
    return __builtin_ceil(x);
}

static inline double num_trunc(double x)
{
    return __builtin_trunc(x);
}

static inline double num_abs(double x)
{
    return __builtin_fabs(x);
}

/* The IEEE square root; of a negative number UNKNOWN. */
static inline double num_sqrt(double x)
{
    return x >= 0 ? __builtin_sqrt(x) : UNKNOWN;
}

/* Reads `-`? digits (`.` digits)? (`e` sign? digits)?, the whole text. False when it is not that, or
 * when the nearest double would be infinite. */
bool num_parse(Span text, double *ret);
/* The double nearest to the text's decimal value times 10^exp10: ("0.7", -2) is the nearest to
 * 0.007.  As num_parse, and `_` may stand between digits. */
bool num_parse_scaled(Span text, int exp10, double *ret);

/* Writes the shortest decimal that reads back as x: plain from 1e-7 to below 1e21, with an exponent
 * outside, "?" for unknown (also for infinities). Returns its length; no NUL is written. */
size_t num_shortest(double x, char out[NUM_TEXT_MAX]);
/* The digits of the shortest decimal: |x| = digits * 10^ret_exp10, no trailing zeros. x is finite. */
uint64_t num_digits(double x, int *ret_exp10);

typedef struct Buf Buf;
/* Writes x with exactly `places` decimals (0..1000), the exact value rounded half to even. */
void num_fixed(Buf *b, double x, int places);
