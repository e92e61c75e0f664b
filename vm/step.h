/* step.h — one step of an operation that remembers, on memory of the caller's own.
 *
 * For drivers that keep memory outside of instances.  Promise: the bits that the machine's own words
 * leave. */
#pragma once

#include "vm/state/link.h"

typedef struct StepInput {
    uint8_t op, flags; /* the word's: XUPQ compares on the grid, PREV may be one half of itself */
    uint8_t cond;      /* operations of conditions */
    double x, y;       /* ... of numbers */
    int64_t now_us;
} StepInput;

void step_memory(const StateLink *s, void *mem, const StepInput *in);
/* False for the second half of a PREV, which has no output. */
bool step_has_output(const StateLink *s, uint8_t flags);
