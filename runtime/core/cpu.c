/* cpu.c — see cpu.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "runtime/core/cpu.h"

#include <sched.h>

KernelLevel cpu_kernels(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
        !__builtin_cpu_supports("bmi2"))
        return KERNELS_BASE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd"))
        return KERNELS_V4;
    return KERNELS_V3;
#else
    return KERNELS_BASE;
#endif
}

bool cpu_has_sha(void)
{
#if defined(__x86_64__)
    uint32_t a = 7, b, c = 0,
             d; /* leaf 7, bit 29 of ebx: compilers of before 2022 have no name for it */

    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return b >> 29 & 1;
#else
    return false;
#endif
}

uint32_t cpu_count(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return (uint32_t)CPU_COUNT(&set);
}
