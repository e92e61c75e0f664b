/* ops.h — the tables of vm/opcodes.def and vm/shapes.def as C: enums, rows, and a word taken apart.
 *
 * Verifier, interpreter, disassembler, cost bound and the fuzzer's generator read operations from here.
 * Promise: nothing about an operation is known anywhere else but in its row and in its body. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/format.h"

typedef enum Op {
#define OP(code, name, group, operands, parts, cost, meaning) OP_##name = (code),
#include "vm/opcodes.def"
#undef OP
    OP_CODES = 256
} Op;
static_assert(OP_GATE == 2 && OP_END == 3 && OP_ORDER == 0x60, "frozen: images of format 1 exist");

typedef enum OpGroup {
    GROUP_CONTROL = 1, /* 0: no such operation */
    GROUP_LOAD,
    GROUP_ARITH,
    GROUP_CHOOSE,
    GROUP_COMPARE,
    GROUP_LOGIC,
    GROUP_TIME,
    GROUP_BOOK,
    GROUP_RULES,
    GROUP_EFFECT,
} OpGroup;

/* What an operand of a word is (vm/shapes.def). */
typedef enum OperandKind {
    OPERAND_NONE,
    OPERAND_ZERO,
    OPERAND_DN,
    OPERAND_DQ,
    OPERAND_DR,
    OPERAND_N,
    OPERAND_Q,
    OPERAND_NO,
    OPERAND_S,
    OPERAND_I,
    OPERAND_K,
    OPERAND_X,
    OPERAND_R,
    OPERAND_J,
} OperandKind;

typedef struct OpInfo {
    uint8_t group; /* OpGroup; 0: the code is not valid */
    uint8_t parts; /* bit 1 << Part */
    uint8_t cost;
    uint8_t flags;  /* WF_* that may be set */
    uint32_t shape; /* a byte each: OperandKind of a, b, c and the second word's a */
} OpInfo;

/* Row of an operation code; one with group 0 when there is none. */
const OpInfo *op_info(uint8_t code);
/* Does it nothing but give a value to its register, by what its operands are alone? */
bool op_is_pure(uint8_t code);
/* "add"; NULL for a code that is not valid. */
const char *op_name(uint8_t code);

/* Operand 0, 1, 2 of the word, 3: the first of a second word. */
static inline OperandKind op_operand(const OpInfo *info, int at)
{
    return (OperandKind)(info->shape >> (8 * at) & 0xFF);
}

static inline uint8_t word_op(uint64_t w)
{
    return (uint8_t)w;
}

static inline uint8_t word_flags(uint64_t w)
{
    return (uint8_t)(w >> 8);
}

/* Operand 0, 1, 2: a, b, c. */
static inline uint16_t word_operand(uint64_t w, int at)
{
    return (uint16_t)(w >> (16 + 16 * at));
}

static inline uint16_t word_a(uint64_t w)
{
    return (uint16_t)(w >> 16);
}

static inline uint16_t word_b(uint64_t w)
{
    return (uint16_t)(w >> 32);
}

static inline uint16_t word_c(uint64_t w)
{
    return (uint16_t)(w >> 48);
}

static inline uint64_t word_make(Op op, uint32_t flags, uint32_t a, uint32_t b, uint32_t c)
{
    return (uint64_t)op | (uint64_t)flags << 8 | (uint64_t)a << 16 | (uint64_t)b << 32 |
           (uint64_t)c << 48;
}

/* The number an operation of the arithmetic group makes of one or two; unknown for any other. */
double op_apply(uint8_t op, double a, double b);

/* Words that `w` takes: 1 or 2. */
static inline uint32_t word_count(uint64_t w)
{
    if (word_op(w) == OP_ORDER) return word_flags(w) & WF_EXT ? 2 : 1;
    return op_operand(op_info(word_op(w)), 3) == OPERAND_NONE ? 1 : 2;
}
