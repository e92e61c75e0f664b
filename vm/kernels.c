/* kernels.c — which table a level has. */
#include "vm/kernels.h"

#include "vm/kernels_tables.h"

const Kernels *kernels_of(KernelLevel level)
{
#if defined(__x86_64__)
    if (level == KERNELS_V4) return &kernels_v4;
    if (level == KERNELS_V3) return &kernels_v3;
#else
    (void)level;
#endif
    return &kernels_base;
}
