/* random_program.h — random blocks that the verifier accepts, from a seed, by the tables of operations. */
#pragma once

#include "tests/unit/vm/asm.h"
#include "vm/base/rng.h"

enum { PROGRAM_REGS = 6 }; /* of each file; few, so that they are used again and again */

/* Tables with time rows and a tick block of `length` operations in part U (its tail in a region at times), then a
 * wallet block that reads some of the registers, and uses every wallet operation without an action. */
void random_program(Asm *a, Rng *rng, uint32_t length);
