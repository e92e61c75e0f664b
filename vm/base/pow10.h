/* pow10.h — powers of ten to 128 bits, for num_parse.c and num_print.c only.
 *
 * 10^k = (high * 2^64 + low) * 2^(pow10_log2(k) - 127), rounded down; the top bit is set. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define POW10_MIN (-342)
#define POW10_MAX 324

typedef struct Pow10 {
    uint64_t high, low;
} Pow10;

/* POW10_MIN <= k <= POW10_MAX. */
Pow10 pow10_of(int k);

/* Whether the row is the power itself, not rounded. */
static inline bool pow10_is_exact(int k)
{
    return k >= 0 && k <= 55;
}

/* floor(log2(10^k)) for |k| <= 1233. */
static inline int pow10_log2(int k)
{
    return (k * 1741647) >> 19;
}
