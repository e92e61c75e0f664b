/* regalloc.h — registers for the values of one event: linear scan over each block.
 *
 * Files are the machine's four.  A register is free again behind its value's last reader; what part U
 * computes for V, L or S lives to the end of the event.  Jumps go forward only and values of a region
 * die in it, so one pass in order is exact.
 * Promise: an instruction's result never shares a register with its operands. */
#pragma once

#include "compiler/ir/ir.h"

typedef struct Registers {
    const Ir *ir;
    uint16_t *shared,
        *wallet; /* operand by value, or OPND_NONE; of this event's U, and of the block at hand */
    uint32_t *last; /* by value: the last instruction of the block that reads it */
    uint64_t taken[4][MAX_SHARED_REGS / 64];
    uint32_t counts[4]; /* most ever taken, by file */
    bool is_over;       /* more than a file has */
} Registers;

/* False without memory. */
bool registers_init(Registers *r, const Ir *ir);
/* Allocates part U of the event; its registers stay for the parts that follow. */
void registers_shared(Registers *r, const IrEvent *ev);
/* Allocates part V, L or S of the event. */
void registers_wallet(Registers *r, const IrBlock *b);
/* The register of a value in the block allocated last. */
uint16_t registers_operand(const Registers *r, uint32_t v);
