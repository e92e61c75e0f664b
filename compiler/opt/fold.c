/* fold.c — constant operations are done now, with the machine's own arithmetic, and fold.def is applied.
 *
 * One sweep in order: arguments are final when their user is met.  An unknown number is never folded,
 * because constants of an image are finite; it stays an operation. */
#include "compiler/ir/field.h"
#include "compiler/opt/opt.h"
#include "vm/arith.h"

typedef enum FoldMatch {
    MATCH_ZERO,
    MATCH_ONE,
    MATCH_POWER,
    MATCH_NEGATED,
    MATCH_ABSOLUTE,
    MATCH_SAME,
    MATCH_FIXED,
    MATCH_TRUE,
    MATCH_FALSE,
    MATCH_UNSURE,
    MATCH_DEFINITE,
    MATCH_INVERTED,
} FoldMatch;
typedef enum FoldResult {
    RESULT_ARG_0,
    RESULT_ARG_1,
    RESULT_ARG_2,
    RESULT_INNER,
    RESULT_ABS_INNER,
    RESULT_INVERSE,
    RESULT_TRUE,
} FoldResult;
typedef struct FoldRow {
    uint8_t op, side, match, result;
} FoldRow;

static const FoldRow rows[] = {
#define FOLD(op, side, match, result, why) {OP_##op, side, MATCH_##match, RESULT_##result},
#include "compiler/opt/fold.def"
#undef FOLD
};

/* 2^k whose inverse is a normal number too. */
static bool is_power(double x)
{
    uint64_t bits = num_bits(x), exponent = bits >> 52 & 0x7FF;

    return (bits & UINT64_C(0xFFFFFFFFFFFFF)) == 0 && exponent > 1 && exponent < 2045;
}

static bool is_const(const IrValue *v, double num)
{
    return v->op == IR_CONST && v->num == num;
}

static bool is_match(const Ir *ir, const IrValue *user, const FoldRow *row)
{
    const IrValue *v = ir_value(ir, user->args[row->side]);

    switch ((FoldMatch)row->match) {
    case MATCH_ZERO:
        return is_const(v, 0);
    case MATCH_ONE:
        return is_const(v, 1);
    case MATCH_POWER:
        return v->op == IR_CONST && is_power(v->num);
    case MATCH_NEGATED:
        return v->op == OP_NEG;
    case MATCH_ABSOLUTE:
        return v->op == OP_ABS;
    case MATCH_SAME:
        return user->args[0] == user->args[1];
    case MATCH_FIXED:
        return v->op == IR_CONST || v->op == IR_PARAM;
    case MATCH_TRUE:
        return v->op == OP_LDB && v->row == COND_TRUE;
    case MATCH_FALSE:
        return v->op == OP_LDB && v->row == COND_FALSE;
    case MATCH_UNSURE:
        return v->op == OP_LDB && v->row == COND_UNKNOWN;
    case MATCH_DEFINITE:
        return v->op == OP_KNOWN || v->op == OP_KNOWNB;
    case MATCH_INVERTED:
        return v->op == OP_NOT;
    }
    UNREACHABLE();
}

static void become_cond(IrValue *v, uint8_t cond)
{
    v->op = OP_LDB;
    v->flags = 0;
    v->arg_count = 0;
    memset(v->args, 0, sizeof v->args);
    v->is_wallet = false;
    v->row = cond;
}

static void become_number(IrValue *v, double num)
{
    v->op = IR_CONST;
    v->flags = 0;
    v->arg_count = 0;
    memset(v->args, 0, sizeof v->args);
    v->is_wallet = false;
    v->num = num;
}

/* What value `at` becomes: another value, or itself, changed in place. */
static uint32_t apply(Ir *ir, uint32_t at, const FoldRow *row)
{
    uint32_t arg = ir_value(ir, at)->args[row->side], made;

    switch ((FoldResult)row->result) {
    case RESULT_ARG_0:
    case RESULT_ARG_1:
    case RESULT_ARG_2:
        return ir_value(ir, at)->args[row->result - RESULT_ARG_0];
    case RESULT_INNER:
        return ir_value(ir, arg)->args[0];
    case RESULT_ABS_INNER:
        ir_value(ir, at)->args[0] = ir_value(ir, arg)->args[0];
        return at;
    case RESULT_INVERSE:
        made = ir_const(ir, 1 / ir_value(ir, arg)->num);
        ir_value(ir, at)->op = OP_MUL;
        ir_value(ir, at)->args[1] = made;
        return at;
    case RESULT_TRUE:
        become_cond(ir_value(ir, at), COND_TRUE);
        return at;
    }
    UNREACHABLE();
}

/* ---- constant operations ---------------------------------------------------------------------- */

static double eval_number(uint8_t op, const double *a, const uint8_t *q)
{
    return op == OP_SEL ? ar_sel(q[0], a[1], a[2]) : op_apply(op, a[0], a[1]);
}

/* True with the result when `op` makes a condition from constants. */
static bool eval_cond(uint8_t op, const double *a, const uint8_t *q, uint8_t *ret)
{
    switch (op) {
    case OP_LT:
        *ret = ar_lt(a[0], a[1]);
        return true;
    case OP_LE:
        *ret = ar_le(a[0], a[1]);
        return true;
    case OP_EQ:
        *ret = ar_eq(a[0], a[1]);
        return true;
    case OP_LTQ:
        *ret = ar_ltq(a[0], a[1]);
        return true;
    case OP_LEQ:
        *ret = ar_leq(a[0], a[1]);
        return true;
    case OP_EQQ:
        *ret = ar_eqq(a[0], a[1]);
        return true;
    case OP_INK:
        *ret = ar_ink(a[0], a[1], a[2]);
        return true;
    case OP_INKQ:
        *ret = ar_inkq(a[0], a[1], a[2]);
        return true;
    case OP_KNOWN:
        *ret = ar_known(a[0]);
        return true;
    case OP_AND:
        *ret = ar_and(q[0], q[1]);
        return true;
    case OP_OR:
        *ret = ar_or(q[0], q[1]);
        return true;
    case OP_NOT:
        *ret = ar_not(q[0]);
        return true;
    case OP_OTHB:
        *ret = ar_othb(q[0], q[1]);
        return true;
    case OP_KNOWNB:
        *ret = ar_knownb(q[0]);
        return true;
    case OP_EQB:
        *ret = ar_eqb(q[0], q[1]);
        return true;
    case OP_SELB:
        *ret = ar_selb(q[0], q[1], q[2]);
        return true;
    default:
        return false;
    }
}

static void fold_constants(Ir *ir, IrValue *v)
{
    double a[3] = {0}, num;
    uint8_t q[3] = {0}, cond;

    for (uint32_t i = 0; i < v->arg_count; i++) {
        const IrValue *arg = ir_value(ir, v->args[i]);
        if (arg->op != IR_CONST && arg->op != OP_LDB) return;
        a[i] = arg->num;
        q[i] = (uint8_t)arg->row;
    }
    if (v->is_cond) {
        if (eval_cond(v->op, a, q, &cond)) become_cond(v, cond);
        return;
    }
    num = eval_number(v->op, a, q);
    if (num_is_known(num)) become_number(v, num);
}

static uint32_t fold_value(Ir *ir, uint32_t at)
{
    IrValue *v = ir_value(ir, at);

    if (v->arg_count == 0) return at;
    fold_constants(ir, v);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const IrValue *user = ir_value(ir, at);
        if (user->op == rows[i].op && is_match(ir, user, &rows[i])) return apply(ir, at, &rows[i]);
    }
    return at;
}

/* Takes the arguments' replacements; a choice that was decided may have left only shared ones. */
static void renew(Ir *ir, IrValue *v, const uint32_t *map)
{
    bool is_wallet = v->op == OP_LDT && field_is_wallet(v->row);

    if (v->arg_count == 0) return;
    for (uint32_t i = 0; i < v->arg_count; i++) {
        v->args[i] = map[v->args[i]];
        is_wallet |= ir_value(ir, v->args[i])->is_wallet;
    }
    v->is_wallet = is_wallet;
    if (ir_is_time(v->op)) vec_at(&ir->states, v->row).is_wallet = is_wallet;
}

/* The identity, with room for a constant from each value. */
static uint32_t *new_map(Ir *ir)
{
    size_t count = 2 * ir->values.count;
    uint32_t *map = arena_array(ir->arena, uint32_t, count);

    if (!map || arena_is_full(ir->arena)) return NULL;
    for (size_t i = 0; i < count; i++)
        map[i] = (uint32_t)i;
    return map;
}

bool pass_fold(Ir *ir)
{
    uint32_t count = (uint32_t)ir->values.count;
    uint32_t *map;

    if (ir->is_folded) return true;
    ir->is_folded = true;
    map = new_map(ir);
    if (!map) return false;
    for (uint32_t v = 0; v < count; v++) {
        IrValue *value = ir_value(ir, v);
        uint8_t op = value->op;
        renew(ir, value, map);
        map[v] = fold_value(ir, v);
        if (map[v] != v || ir_value(ir, v)->op != op) ir->is_merged = false;
    }
    opt_replace(ir, map);
    return true;
}
