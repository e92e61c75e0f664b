/* ir.h — a program as values and event blocks: what lowering makes, passes change and emission reads.
 *
 * One graph of values serves the whole program.  A value is one machine operation over other values
 * (SSA: written once, arguments stand before it); conditions and numbers are told apart.  Roots are what
 * rules, limits, shows, promises and probes read.  After the passes ir_schedule lists, for each event
 * the program uses, what is computed in the shared part and in the wallet parts.
 * Promise: plain data on the compilation's arena; ir_validate holds every rule of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/sema/program.h"
#include "vm/base/arena.h"
#include "vm/base/vec.h"
#include "vm/format.h"
#include "vm/ops.h"

/* Beside the machine's operations (vm/ops.h): operands without a word.  Codes F0 to FF are never valid. */
enum {
    IR_CONST = 0xF0, /* a number known now */
    IR_PARAM = 0xF1, /* param `row` */
};

static inline bool ir_is_time(uint8_t op)
{
    return op_info(op)->group == GROUP_TIME;
}

/* ---- values ----------------------------------------------------------------------------------- */

#define IR_NONE UINT32_MAX

typedef struct IrValue {
    uint8_t op;    /* Op, IR_CONST or IR_PARAM */
    uint8_t flags; /* WF_* of its word */
    uint8_t arg_count;
    bool is_cond;
    bool is_fixed;    /* follows from params: an operand, not a word (opt/hoist.c) */
    bool is_wallet;   /* differs by wallet: lives in parts V, L and S */
    uint32_t args[3]; /* values; before this one, unless they are IR_CONST or IR_PARAM */
    uint32_t row;     /* input, state row, param, rule (ARM), field (LDT), COND_* (LDB) */
    double num;       /* IR_CONST */
    Place place;
} IrValue;

/* One row of memory: a state of the program, the arming of a rule, or a time operator's. */
typedef struct IrState {
    uint8_t kind, life, market, flags; /* StateKind, StateLife, market of the slot, SF_EXACT */
    uint16_t slots;                    /* further slot markets that restart it */
    bool is_wallet;
    uint32_t window; /* value: constant or param, or IR_NONE */
    uint32_t init;   /* SK_NUM, SK_BOOL: value, or IR_NONE */
    ClockSet clocks;
} IrState;

/* The second half of a recursive PREV: `value` is stored in `row` once it is known. */
typedef struct IrWrite {
    uint32_t row, value;
} IrWrite;

/* ---- rules ------------------------------------------------------------------------------------ */

enum { IR_ACTION_ARGS = 5 };
typedef struct IrAction {
    uint8_t op, flags;             /* the word: OP_ORDER .. OP_SETB; WF_EXT, WF_GROUP, WF_DYN */
    uint32_t row;                  /* action row, or state row of SET and SETB */
    uint32_t args[IR_ACTION_ARGS]; /* values in the order of the words, or IR_NONE */
    uint32_t token;                /* value for TOK, or IR_NONE */
    int32_t group;                 /* index in IrRule.groups, or -1 */
    Place place;
} IrAction;

typedef struct IrRequire {
    uint32_t cond, reason; /* reason: as REQ has it */
    Place place;
} IrRequire;

typedef struct IrGroup {
    uint32_t within, number; /* value or IR_NONE; number in the image */
    Place place;
} IrGroup;

typedef struct IrRule {
    const Rule *source;
    uint32_t cond;       /* value, or IR_NONE: always */
    uint32_t gate, rest; /* shared and wallet conjuncts of `cond` (opt/split.c), or IR_NONE */
    uint32_t fired;      /* ARM value, or IR_NONE */
    uint32_t open;       /* LDB true: opens the region where one block serves several clocks */
    uint32_t arm;        /* state row, or IR_NONE */
    ClockSet clocks;
    uint64_t markets;
    bool is_shared; /* lives in part U */
    bool is_quiet;  /* part U's copy of a rule that also trades: failing requires say nothing */
    bool is_dead;   /* its condition is never true */
    IrRequire *requires;
    IrAction *actions;
    IrGroup *groups;
    uint32_t require_count, action_count, group_count;
} IrRule;

typedef struct IrLimit {
    const Limit *source;
    uint32_t value;  /* or IR_NONE */
    ClockSet clocks; /* as LimitRow.clocks */
} IrLimit;

typedef struct IrClock {
    uint8_t kind; /* ClockKind */
    uint16_t index;
    uint32_t period; /* CLOCK_EVERY: value */
} IrClock;

typedef struct IrShow {
    uint8_t kind; /* 0 show, 1 promise, 2 probe */
    Span name;
    uint32_t value;
    Place place;
} IrShow;

/* ---- blocks ----------------------------------------------------------------------------------- */

/* One word (or two) to be: a value's definition, or control and effects. */
typedef struct IrInst {
    uint8_t op, flags;
    bool is_required; /* a value kept although nobody reads it: a time operator */
    uint32_t value;   /* defined here, or IR_NONE */
    uint32_t args[IR_ACTION_ARGS];
    uint32_t x;   /* the row its shape names */
    uint32_t end; /* GATE, MASK, last REQ: instruction behind the region; else IR_NONE */
    Place place;
} IrInst;

typedef struct IrBlock {
    uint8_t part, event;
    uint16_t index;
    IrInst *insts;
    uint32_t count;
} IrBlock;

/* The four blocks of one event; an empty one has count 0. */
typedef struct IrEvent {
    uint8_t event;
    uint16_t index;
    ClockSet clocks; /* that may have an instant in it */
    IrBlock part[4]; /* by Part */
} IrEvent;

/* ---- the whole -------------------------------------------------------------------------------- */

typedef struct Ir {
    Arena *arena;
    const Program *program;
    bool has_tests;            /* probes are wanted */
    bool is_plain;             /* -O0 */
    bool is_folded, is_merged; /* nothing changed since fold, cse ran last */
    const char *problem;       /* why it cannot be lowered, or NULL */
    Place problem_place;
    VEC(IrValue) values;
    VEC(IrState) states; /* the program's states first, then armings, then time operators' */
    VEC(IrWrite) writes;
    VEC(IrClock) clocks; /* those the program listens to, once they are ordered */
    VEC(Input) inputs;   /* by input row */
    VEC(IrRule) rules;   /* the program's in order, then part U's copies */
    VEC(IrLimit) limits;
    VEC(IrShow) shows;
    VEC(IrEvent) events;
    VEC(uint32_t)
    fixed; /* durations of the program's markets, feeds, leaders, in that order; or IR_NONE */
    ClockSet used_clocks; /* of the program as written */
    uint32_t zero;        /* the constant 0 where fields of events are read, or IR_NONE */
    uint32_t *of_expr;    /* value of each expression of the program, or IR_NONE */
    uint32_t action_count, group_count;
} Ir;

/* Appends a value; its is_wallet follows from its arguments. */
uint32_t ir_add(Ir *ir, IrValue v);
uint32_t ir_const(Ir *ir, double num);
uint32_t ir_cond(Ir *ir, uint32_t cond, Place place); /* LDB */

static inline IrValue *ir_value(const Ir *ir, uint32_t v)
{
    return &vec_at(&ir->values, v);
}

static inline bool ir_is_given(const Ir *ir, uint32_t v) /* a constant or param */
{
    uint8_t op = ir_value(ir, v)->op;

    return op == IR_CONST || op == IR_PARAM;
}

static inline bool ir_is_fixed(const Ir *ir, uint32_t v) /* an operand without a word */
{
    return ir_is_given(ir, v) || ir_value(ir, v)->is_fixed;
}

/* Calls `take` for each root, that is each place that makes a value needed (IR_NONE ones included). */
void ir_each_root(Ir *ir, void (*take)(void *ctx, uint32_t *root), void *ctx);
/* The same for windows and for what recursive PREVs store: needed when their time operator is. */
void ir_each_memory_root(Ir *ir, void (*take)(void *ctx, uint32_t *root), void *ctx);

/* The set of clocks of this kind (and index, or -1 for any). */
ClockSet ir_clocks_of(const Ir *ir, ClockKind kind, int32_t index);
/* The ticks of all markets. */
ClockSet ir_all_ticks(const Ir *ir);
