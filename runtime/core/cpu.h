/* cpu.h — which level of kernels this processor runs (vm/kernels.h), and how many there are.
 *
 * The one place that asks; pure rooms are told the answer.  All levels give the same bits. */
#pragma once

#include "vm/kernels.h"

KernelLevel cpu_kernels(void);
/* Has it instructions for SHA-256 (vm/base/hash.h)? */
bool cpu_has_sha(void);
/* Processors that this process may use, at least one. */
uint32_t cpu_count(void);
