/* libc.c — what compilers call on their own, and the rest of string.h that pure rooms use.
 *
 * Built for WebAssembly only, where memory.copy and memory.fill do the work.  Promise: the meaning of
 * ISO C, nothing more. */
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    return __builtin_memcpy(to, from, n);
}

void *memmove(void *to, const void *from, size_t n)
{
    return __builtin_memmove(to, from, n);
}

void *memset(void *to, int byte, size_t n)
{
    return __builtin_memset(to, byte, n);
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i]) return x[i] - y[i];
    return 0;
}

void *memchr(const void *in, int byte, size_t n)
{
    const unsigned char *x = in;

    for (size_t i = 0; i < n; i++)
        if (x[i] == (unsigned char)byte) return (void *)(uintptr_t)(x + i);
    return NULL;
}

size_t strlen(const char *text)
{
    size_t n = 0;

    while (text[n])
        n++;
    return n;
}

/* What clang calls for a product of 128 bits, and so for 64-bit products that may overflow. */
__int128 __multi3(__int128 a, __int128 b);
__int128 __multi3(__int128 a, __int128 b)
{
    unsigned long long x = (unsigned long long)a, y = (unsigned long long)b;
    unsigned long long x0 = x & 0xffffffff, x1 = x >> 32, y0 = y & 0xffffffff, y1 = y >> 32;
    unsigned long long mid = x1 * y0 + (x0 * y0 >> 32), low = x0 * y1 + (mid & 0xffffffff);
    unsigned long long high = x1 * y1 + (mid >> 32) + (low >> 32);

    high += (unsigned long long)(a >> 64) * y + x * (unsigned long long)(b >> 64);
    return (__int128)((unsigned __int128)high << 64 | x * y);
}
