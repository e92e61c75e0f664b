/* ops.c — rows of the operations, by code. */
#include "vm/ops.h"

#include "vm/arith.h"

enum { U = 1 << PART_U, V = 1 << PART_V, L = 1 << PART_L, S = 1 << PART_S };
enum { UV = U | V, W = V | L | S, ANY = U | V | L | S };

enum { /* packed as OpInfo.shape */
#define SHAPE(name, a, b, c, next_a) \
    SHAPE_##name = OPERAND_##a | OPERAND_##b << 8 | OPERAND_##c << 16 | OPERAND_##next_a << 24,
#include "vm/shapes.def"
#undef SHAPE
};

#define FLAGS_OF(code)                                                       \
    ((code) == OP_GATE                          ? WF_STRICT                  \
     : (code) == OP_REQ                         ? WF_LAST                    \
     : (code) == OP_PREV || (code) == OP_PREVB  ? WF_READ | WF_WRITE         \
     : (code) == OP_PBUY || (code) == OP_PSELL  ? WF_USD                     \
     : (code) == OP_FEE                         ? WF_SELL                    \
     : (code) == OP_ORDER                       ? WF_EXT | WF_GROUP | WF_DYN \
     : (code) == OP_CLOSE                       ? WF_GROUP | WF_DYN          \
     : (code) == OP_CANCEL || (code) == OP_SETS ? WF_DYN                     \
                                                : 0)

static const OpInfo infos[OP_CODES] = {
#define OP(code, name, group, operands, parts, cost, meaning) \
    [code] = {GROUP_##group, parts, cost, FLAGS_OF(code), SHAPE_##operands},
#include "vm/opcodes.def"
#undef OP
};

static const char *const names[OP_CODES] = {
#define OP(code, name, group, operands, parts, cost, meaning) [code] = #name,
#include "vm/opcodes.def"
#undef OP
};

const OpInfo *op_info(uint8_t code)
{
    return &infos[code];
}

bool op_is_pure(uint8_t code)
{
    switch (infos[code].group) {
    case GROUP_LOAD:
    case GROUP_ARITH:
    case GROUP_CHOOSE:
    case GROUP_COMPARE:
    case GROUP_LOGIC:
        return true;
    default:
        return false;
    }
}

const char *op_name(uint8_t code)
{
    return names[code];
}

double op_apply(uint8_t op, double a, double b)
{
    switch (op) {
    case OP_ADD:
        return ar_add(a, b);
    case OP_SUB:
        return ar_sub(a, b);
    case OP_MUL:
        return ar_mul(a, b);
    case OP_DIV:
        return ar_div(a, b);
    case OP_NEG:
        return ar_neg(a);
    case OP_ABS:
        return ar_abs(a);
    case OP_MIN:
        return ar_min(a, b);
    case OP_MAX:
        return ar_max(a, b);
    case OP_FLOOR:
        return ar_floor(a);
    case OP_CEIL:
        return ar_ceil(a);
    case OP_ROUND:
        return ar_round(a);
    case OP_SQRT:
        return ar_sqrt(a);
    case OP_LN:
        return ar_ln(a);
    case OP_EXP:
        return ar_exp(a);
    case OP_SIGN:
        return ar_sign(a);
    case OP_OTH:
        return ar_oth(a, b);
    default:
        return UNKNOWN;
    }
}
