/* rig.h — one instance with one wallet, driven tick by tick, for tests of the machine. */
#pragma once

#include "tests/unit/vm/asm.h"

#define QUIET (-999.0) /* stands for unknown in tables */

typedef struct Rig {
    const Image *image;
    Vm *vm;
    VmWallet *wallet;
    VmOut out;
    VmEvent ev; /* clocks and time of the next event */
} Rig;

/* The image of `a` at work; false (with a failed check) when it is refused. */
bool rig_init(Rig *r, Asm *a, const double *params, Arena *arena);
/* Sets a shared or wallet input; QUIET is unknown. */
void rig_input(Rig *r, uint32_t row, double value);
/* One event of this kind, index 0: parts U and V, then the commit. */
void rig_event(Rig *r, EventKind kind, uint64_t clocks);
/* A tick one second later with this bid; the held output of state row `row` (conditions as COND_*). */
double rig_tick(Rig *r, double bid, uint32_t row);
/* QUIET as the unknown of the machine. */
double rig_value(double v);
