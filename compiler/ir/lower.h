/* lower.h — a checked Program to an Ir: values, memory rows and roots, nothing scheduled yet.
 *
 * In: a Program without errors.  Out: one value per expression (several where an operation is spelled
 * with others), a memory row per time operator, and what rules, limits, shows and tests read of them.
 * Promise: the operations stand in the order the Program states; no arithmetic is done here. */
#pragma once

#include "compiler/ir/ir.h"

typedef struct LowerOptions {
    bool has_tests; /* probes are wanted */
    bool is_plain;  /* -O0 */
} LowerOptions;

/* The Ir on the arena, or NULL without memory.  When Ir.problem is set the program cannot be emitted. */
Ir *ir_lower(const Program *program, LowerOptions options, Arena *arena);

/* Private to the room: the second half, in lower_rules.c. */
void lower_roots(Ir *ir);
