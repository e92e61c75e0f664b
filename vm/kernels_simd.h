/* kernels_simd.h — eight doubles at once: what plain loops and vector types do not say by themselves.
 *
 * Only for the kernels.  Fused multiply-add, rounding and masks are one instruction on the higher levels
 * and a loop on the base; values and bits are the same. */
#pragma once

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) || defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#endif

/* All of it is inline, so how it would be passed does not matter. */
#pragma GCC diagnostic ignored "-Wpsabi"
#define KERNEL static inline __attribute__((always_inline))

typedef double V8 __attribute__((vector_size(64)));
typedef int64_t I8 __attribute__((vector_size(64)));
typedef uint64_t U8 __attribute__((vector_size(64)));

KERNEL V8 v_load(const double *p)
{
    V8 v;

    memcpy(&v, p, sizeof v);
    return v;
}

KERNEL void v_store(double *p, V8 v)
{
    memcpy(p, &v, sizeof v);
}

KERNEL I8 i_load(const int64_t *p)
{
    I8 v;

    memcpy(&v, p, sizeof v);
    return v;
}

KERNEL V8 v_all(double x)
{
    return (V8){x, x, x, x, x, x, x, x};
}

/* Bit i: the sign of place i. */
KERNEL uint64_t i_mask(I8 v)
{
#if defined(__AVX512DQ__)
    return _mm512_movepi64_mask((__m512i)v);
#elif defined(__AVX__)
    __m256d half[2];

    memcpy(half, &v, sizeof half);
    return (uint64_t)_mm256_movemask_pd(half[0]) | (uint64_t)_mm256_movemask_pd(half[1]) << 4;
#elif defined(__SSE2__)
    __m128d part[4];
    uint64_t mask = 0;

    memcpy(part, &v, sizeof part);
    for (int i = 0; i < 4; i++)
        mask |= (uint64_t)_mm_movemask_pd(part[i]) << (2 * i);
    return mask;
#else
    uint64_t mask = 0;

    for (int i = 0; i < 8; i++)
        mask |= (uint64_t)(v[i] < 0) << i;
    return mask;
#endif
}

/* Bit i: a < b, a <= b at place i. */
KERNEL uint64_t m_lt(V8 a, V8 b)
{
#if defined(__AVX512F__)
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
#else
    return i_mask((I8)(a < b));
#endif
}

KERNEL uint64_t m_le(V8 a, V8 b)
{
#if defined(__AVX512F__)
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LE_OQ);
#else
    return i_mask((I8)(a <= b));
#endif
}

/* The kernels divide by whole numbers with a reciprocal and one correction where a fused multiply-add
 * is at hand (docs/decisions/0030, "Division"). */
#if defined(__FMA__)
enum { HAS_FMA = 1 };
#else
enum { HAS_FMA = 0 };
#endif

KERNEL V8 v_fma(V8 a, V8 b, V8 c)
{
#if defined(__AVX512F__)
    return (V8)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
    __m256d x[2], y[2], z[2];
    V8 out;

    memcpy(x, &a, sizeof x);
    memcpy(y, &b, sizeof y);
    memcpy(z, &c, sizeof z);
    z[0] = _mm256_fmadd_pd(x[0], y[0], z[0]);
    z[1] = _mm256_fmadd_pd(x[1], y[1], z[1]);
    memcpy(&out, z, sizeof out);
    return out;
#else
    (void)b;
    (void)c;
    return a; /* not called: HAS_FMA */
#endif
}

KERNEL double d_fma(double a, double b, double c)
{
#if defined(__FMA__)
    return __builtin_fma(a, b, c);
#else
    (void)b;
    (void)c;
    return a; /* not called: HAS_FMA */
#endif
}

KERNEL I8 i_min(I8 a, I8 b)
{
#if defined(__AVX512F__)
    return (I8)_mm512_min_epi64((__m512i)a, (__m512i)b);
#else
    I8 is_less = (I8)(a < b);

    return (a & is_less) | (b & ~is_less);
#endif
}

KERNEL I8 i_max(I8 a, I8 b)
{
#if defined(__AVX512F__)
    return (I8)_mm512_max_epi64((__m512i)a, (__m512i)b);
#else
    I8 is_less = (I8)(a < b);

    return (b & is_less) | (a & ~is_less);
#endif
}

KERNEL int64_t i_lowest(I8 a)
{
    a = i_min(a, __builtin_shufflevector(a, a, 4, 5, 6, 7, 0, 1, 2, 3));
    a = i_min(a, __builtin_shufflevector(a, a, 2, 3, 0, 1, 6, 7, 4, 5));
    return a[0] < a[1] ? a[0] : a[1];
}

KERNEL V8 v_rint(V8 a)
{
#if defined(__AVX512F__)
    return (V8)_mm512_roundscale_pd((__m512d)a, 0x08); /* to nearest, quiet */
#else
    for (int i = 0; i < 8; i++)
        a[i] = __builtin_rint(a[i]);
    return a;
#endif
}

KERNEL I8 v_to_int(V8 a)
{
#if defined(__AVX512DQ__)
    return (I8)_mm512_cvttpd_epi64((__m512d)a);
#else
    I8 out;

    for (int i = 0; i < 8; i++)
        out[i] = (int64_t)a[i];
    return out;
#endif
}

KERNEL V8 v_from_int(I8 a)
{
#if defined(__AVX512DQ__)
    return (V8)_mm512_cvtepi64_pd((__m512i)a);
#else
    V8 out;

    for (int i = 0; i < 8; i++)
        out[i] = (double)a[i];
    return out;
#endif
}

KERNEL V8 v_abs(V8 a)
{
    return (V8)((I8)a & INT64_MAX);
}

/* a where the mask is set, else b. */
KERNEL V8 v_pick(I8 mask, V8 a, V8 b)
{
    return (V8)(((I8)a & mask) | ((I8)b & ~mask));
}

/* What z, the double nearest to 1 / n, lacks of it. */
KERNEL V8 v_lack(V8 n, V8 z)
{
    return v_fma(-n, z, v_all(1)) * z;
}

KERNEL double d_lack(double n, double z)
{
    return d_fma(-n, z, 1) * z;
}

/* a / n, n whole and below 2^40, z = 1 / n and what it lacks: the nearest double, given that nothing is tiny
 * or huge. */
KERNEL V8 v_over(V8 a, V8 z, V8 lack)
{
    return v_fma(a, z, a * lack);
}

KERNEL V8 v_over_whole(V8 a, double n)
{
    V8 z = v_all(1 / n);

    return HAS_FMA ? v_over(a, z, v_lack(v_all(n), z)) : a / v_all(n);
}
