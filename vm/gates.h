/* gates.h — a wallet block that is nothing but gated rules, as data: shut gates are only stamped.
 *
 * Made by vm_new.  Promise: a block whose gates are all shut leaves the bits its words would leave. */
#pragma once

#include "vm/machine.h"

typedef struct Gate {
    const uint8_t *cond;
    uint64_t *last_false;
} Gate;
struct Gates {
    const Gate *end; /* at least one */
    Gate gates[];
};

/* The gates of a block, or NULL when other words stand between them or a rule must be told (`while`). */
Gates *gates_of_block(Vm *vm, const BlockRow *block, Arena *arena);

/* With one open the words are run, which stamp the shut ones just the same. */
static inline bool gates_are_shut(const Gates *g, uint64_t event_count)
{
    const Gate *gate = g->gates;

    do {
        if (*gate->cond != COND_FALSE) return false;
        *gate->last_false = arm_stamp(event_count);
    } while (++gate < g->end);
    return true;
}
