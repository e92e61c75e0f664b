/* fuse.h — the linked form of a shared block: operands as pointers, loads gone, chains of `and` in one.
 *
 * Made by vm_new for one event and the clocks it is expected to come with; run instead of the words when it
 * does.  Nothing in it is part of an image or of a snapshot.
 * Promise: every register a later part reads, all memory and all intents end up as the plain walk leaves them. */
#pragma once

#include "vm/machine.h"

/* Kinds up to 255 are operations; these have no word of their own. */
typedef enum FusedKind {
    FUSED_COPY = OP_CODES, /* dst = x, numbers */
    FUSED_COPYB,           /* ... conditions */
    FUSED_PREV_READ,       /* halves of PREV and PREVB */
    FUSED_PREV_WRITE,
    FUSED_PREVB_READ,
    FUSED_PREVB_WRITE,
    FUSED_SMA_EXACT,
    FUSED_AND_LT, /* terms of a chain: what is gathered becomes it and x < y */
    FUSED_AND_LE,
    FUSED_AND_LT_XK, /* one side is the number `low` */
    FUSED_AND_LT_KX,
    FUSED_AND_LE_XK,
    FUSED_AND_LE_KX,
    FUSED_AND_LTQ,
    FUSED_AND_LEQ,
    FUSED_AND_LTQ_XK, /* one side is `low` micros */
    FUSED_AND_LTQ_KX,
    FUSED_AND_LEQ_XK,
    FUSED_AND_LEQ_KX,
    FUSED_AND_INK,   /* y <= x <= z */
    FUSED_AND_INK_K, /* low <= x <= high */
    FUSED_AND_COND,  /* it and the condition x */
    FUSED_STORE,     /* condition dst = what is gathered; gathering begins anew */
    FUSED_WORDS,     /* the words at x, which end with END */
    FUSED_KINDS
} FusedKind;

typedef struct FusedOp FusedOp;
/* Does the operation and goes on with the next one, to the end of the block; called with COND_TRUE. */
typedef void FusedCode(const FusedOp *op, const Run *run, uint32_t gathered);
struct FusedOp {
    union {
        uint64_t kind;   /* while it is made: an operation or FusedKind */
        FusedCode *code; /* when it runs */
    };
    const void *x;
    union {
        const void *y;
        double low;
    };
    union {
        const void *z;
        const StateLink *link;
        double high;
    };
    void *dst; /* register, the memory of a time operation, or the STORE of a chain's term */
};

struct Fused {
    uint64_t used, expected; /* runs when the event's clocks among `used` are `expected` */
    FusedOp *ops;            /* the last is END */
};

/* The linked form of block U of (kind, index), or NULL when there is none to be had. */
Fused *fuse_block(Vm *vm, EventKind kind, uint16_t index, Arena *arena);
/* Runs it: exec_scalar's twin. */
static inline void exec_fused(const Run *run, const Fused *fused)
{
    fused->ops->code(fused->ops, run, COND_TRUE);
}
/* What does operations of a kind: what ops carry once the block is linked. */
FusedCode *exec_fused_code(uint32_t kind);
