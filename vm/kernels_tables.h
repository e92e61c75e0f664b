/* kernels_tables.h — the tables of all levels; on other processors there is the base alone. */
#pragma once

#include "vm/kernels.h"

extern const Kernels kernels_base;
#if defined(__x86_64__)
extern const Kernels kernels_v3, kernels_v4;
#endif
