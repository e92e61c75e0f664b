/* gates.h — a wallet block that is nothing but gated rules, as data: shut gates are only stamped.
 *
 * Shut is also the gate of an edge (GATE, ARM, MASK of one condition) that has fired and was not armed since,
 * or whose condition is unknown.  Made by vm_new.  Promise: a block whose gates are all shut leaves the bits
 * that its words would leave. */
#pragma once

#include "vm/base/bug.h"
#include "vm/machine.h"

enum { NO_EDGE = UINT32_MAX };
typedef struct Gate {
    const uint8_t *cond;
    uint64_t *last_false;
    uint32_t edge; /* place of an edge's memory in the wallet's block; NO_EDGE: none */
} Gate;
struct Gates {
    const Gate *end; /* at least one */
    Gate gates[];
};

/* GATE S, ARM f S, MASK f: nothing of the wallet's own stands between the gate and the firing. */
bool gate_is_edge(const uint64_t *gate);
/* The gates of a block, or NULL when other words stand between them or a rule must be told (`while`). */
Gates *gates_of_block(Vm *vm, const BlockRow *block, Arena *arena);
/* The words need not be run: all are shut, and left as the words would leave them.  With one open the words
 * do the same to the others once more. */
bool gates_are_shut(const Gates *g, const VmWallet *w, uint64_t event_count);

/* Are all conditions false?  What most ticks come to, in line. */
static inline bool gates_are_false(const Gates *g, uint64_t event_count)
{
    const Gate *gate = g->gates;

    do {
        if (UNLIKELY(*gate->cond != COND_FALSE)) return false;
        *gate->last_false = arm_stamp(event_count);
    } while (++gate < g->end);
    return true;
}
