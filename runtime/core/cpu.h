/* cpu.h — which level of kernels this processor runs (vm/kernels.h).
 *
 * The one place that asks; pure rooms are told the answer.  All levels give the same bits. */
#pragma once

#include "vm/kernels.h"

KernelLevel cpu_kernels(void);
