/* wide.h — products and quotients of 128 bits, for fixed.c, num_parse.c, num_print.c and rng.c only.
 *
 * 64-bit halves in, 64-bit halves out, without the compiler's 128-bit type: WebAssembly and the
 * compilers' runtime libraries would otherwise be called.  x86-64 gets its own multiplication and division. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* a * b: returns the low half. */
static inline uint64_t wide_mul(uint64_t a, uint64_t b, uint64_t *ret_high)
{
#if defined(__x86_64__) || defined(__aarch64__)
    __uint128_t product = (__uint128_t)a * b;

    *ret_high = (uint64_t)(product >> 64);
    return (uint64_t)product;
#else
    uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
    uint64_t low = al * bl, mid = ah * bl + (low >> 32), mid2 = al * bh + (uint32_t)mid;

    *ret_high = ah * bh + (mid >> 32) + (mid2 >> 32);
    return (mid2 << 32) | (uint32_t)low;
#endif
}

/* True, with the product, when it fits in 64 bits. */
static inline bool wide_fits_mul(uint64_t a, uint64_t b, uint64_t *ret)
{
    uint64_t high, low = wide_mul(a, b, &high);

    *ret = low;
    return high == 0;
}

/* One digit of base 2^32 of the long division below: high:next / d for a normalised d. */
static inline uint64_t wide_digit_(uint64_t high, uint32_t next, uint64_t d, uint64_t *ret_rest)
{
    uint64_t q = high / (d >> 32), r = high % (d >> 32);

    while (q >> 32 || q * (uint32_t)d > (r << 32 | next)) {
        q--;
        r += d >> 32;
        if (r >> 32) break;
    }
    *ret_rest = (high << 32 | next) - q * d;
    return q;
}

/* high:low / d with high < d (so that the quotient fits); Knuth's algorithm D with two digits. */
static inline uint64_t wide_div(uint64_t high, uint64_t low, uint64_t d, uint64_t *ret_rest)
{
#if defined(__x86_64__)
    uint64_t q;

    __asm__("divq %[d]" : "=a"(q), "=d"(*ret_rest) : "a"(low), "d"(high), [d] "rm"(d) : "cc");
    return q;
#else
    int shift = __builtin_clzll(d);
    uint64_t q1, q0;

    if (!high) {
        *ret_rest = low % d;
        return low / d;
    }
    d <<= shift;
    if (shift) high = high << shift | low >> (64 - shift);
    low <<= shift;
    q1 = wide_digit_(high, (uint32_t)(low >> 32), d, &high);
    q0 = wide_digit_(high, (uint32_t)low, d, &high);
    *ret_rest = high >> shift;
    return q1 << 32 | q0;
#endif
}
