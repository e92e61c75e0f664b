/* validate.c — the rules of the IR, one function each.
 *
 * Of values: arguments exist, stand before, have the kind their operand wants; rows exist and fit.  Of
 * blocks: written before read on every path, each time operator once and outside of regions, nothing
 * of a wallet in the shared part. */
#include "compiler/ir/validate.h"

#include "vm/state/memory.h"

#define RULE(ok, text)          \
    do {                        \
        if (!(ok)) return text; \
    } while (0)

/* ---- values ------------------------------------------------------------------------------------- */

/* The operands of an operation that are values, in order; *ret_cond says of each whether it is a condition. */
static uint32_t value_operands(uint8_t op, bool ret_cond[4])
{
    uint32_t n = 0;

    for (int i = 0; i < 4; i++) {
        OperandKind kind = op_operand(op_info(op), i);
        if (kind == OPERAND_N || kind == OPERAND_NO || kind == OPERAND_Q)
            ret_cond[n++] = kind == OPERAND_Q;
    }
    return n;
}

static const char *check_args(const Ir *ir, uint32_t at)
{
    const IrValue *v = ir_value(ir, at);
    bool conds[4];
    uint32_t count = value_operands(v->op, conds);
    bool is_recursive = (v->op == OP_PREV || v->op == OP_PREVB) && v->flags == WF_READ;

    if (v->op >= IR_CONST) return v->arg_count ? "an operand has arguments" : NULL;
    RULE(op_info(v->op)->group != 0, "no such operation");
    RULE(v->arg_count == (is_recursive ? 0 : count), "wrong number of arguments");
    for (uint32_t i = 0; i < v->arg_count; i++) {
        RULE(v->args[i] < ir->values.count, "an argument does not exist");
        RULE(v->args[i] < at || ir_is_given(ir, v->args[i]), "an argument stands behind its user");
        RULE(ir_value(ir, v->args[i])->is_cond == conds[i],
             "a number for a condition, or the reverse");
        RULE(v->is_wallet || !ir_value(ir, v->args[i])->is_wallet, "shared from a wallet's");
    }
    return NULL;
}

static const char *check_memory(const Ir *ir, const IrValue *v)
{
    static const uint8_t op_of_kind[SK_KINDS] = {
#define KIND(name, op, Struct, step, window, output) [SK_##name] = OP_##op,
#include "vm/state/kinds.def"
#undef KIND
    };
    const IrState *s;

    if (v->op != OP_LDS && !ir_is_time(v->op)) return NULL;
    RULE(v->row < ir->states.count, "a memory row does not exist");
    s = &ir->states.items[v->row];
    RULE(s->is_wallet == v->is_wallet, "memory and its value differ in space");
    RULE(v->is_cond == (memory_kind((StateKind)s->kind)->output == OUTPUT_COND),
         "held output of another kind");
    if (v->op == OP_LDS)
        return s->kind <= SK_BOOL ? NULL : "a time operator is read before lists are made";
    RULE(v->op == op_of_kind[s->kind] || (v->op == OP_XUPQ && s->kind == SK_XUP),
         "memory of another operation");
    RULE(s->clocks != 0, "a time operator without a clock");
    RULE(memory_kind((StateKind)s->kind)->window == WINDOW_NONE ? s->window == IR_NONE
                                                                : s->window < ir->values.count,
         "a window where there is none, or none");
    return NULL;
}

static const char *check_value(const Ir *ir, uint32_t at)
{
    const IrValue *v = ir_value(ir, at);
    const char *why = check_args(ir, at);

    if (!why) why = check_memory(ir, v);
    if (why) return why;
    if (v->op == OP_LDI || v->op == OP_LDW || v->op == OP_LDE)
        RULE(v->row < ir->inputs.count, "an input does not exist");
    if (v->op == OP_LDB) RULE(v->row <= COND_FALSE, "no such condition");
    if (v->op == IR_PARAM) RULE(v->row < ir->program->params_count, "a param does not exist");
    if (v->op == OP_ARM) RULE(v->row < ir->rules.count, "a rule does not exist");
    return NULL;
}

typedef struct Roots {
    const Ir *ir;
    bool are_fine;
} Roots;

static void check_root(void *ctx, uint32_t *root)
{
    Roots *r = ctx;

    r->are_fine &= *root == IR_NONE || *root < r->ir->values.count;
}

/* Sets of shared states stand in the shared part only, and the reverse. */
static const char *check_rule(const Ir *ir, const IrRule *r)
{
    for (uint32_t i = 0; i < r->action_count; i++) {
        const IrAction *a = &r->actions[i];
        if (a->op != OP_SET && a->op != OP_SETB) {
            RULE(!r->is_shared, "an effect in the shared part");
            continue;
        }
        RULE(ir->states.items[a->row].is_wallet != r->is_shared,
             "a state is set in the other part");
    }
    RULE(!r->is_shared || r->cond == IR_NONE || !ir_value(ir, r->cond)->is_wallet,
         "a shared rule with a wallet's condition");
    return NULL;
}

/* ---- blocks ------------------------------------------------------------------------------------- */

typedef struct Walk {
    const Ir *ir;
    const IrEvent *ev;
    uint32_t *written;  /* by value: 1 + the region's end it is known up to; 0 not written */
    uint32_t *advanced; /* by state row: times advanced in this event */
} Walk;

/* A value is known to the end of the region it was written in. */
static bool is_known(const Walk *w, const IrBlock *b, uint32_t v, uint32_t at)
{
    if (ir_is_fixed(w->ir, v)) return true;
    if (w->written[v] == IR_NONE) return b->part != PART_U || at < b->count;
    return w->written[v] > at;
}

static const char *check_inst(Walk *w, const IrBlock *b, uint32_t at, uint32_t region_end)
{
    const IrInst *in = &b->insts[at];
    bool is_advance = ir_is_time(in->op);

    RULE(op_info(in->op)->parts >> b->part & 1, "an operation in a part where it is not allowed");
    for (uint32_t i = 0; i < IR_ACTION_ARGS; i++) {
        if (in->args[i] == IR_NONE) continue;
        RULE(is_known(w, b, in->args[i], at), "a value is read that is not written on every path");
        RULE(b->part != PART_U || !ir_value(w->ir, in->args[i])->is_wallet,
             "a wallet's value in the shared part");
    }
    if (is_advance) {
        RULE(region_end == 0, "a time operator inside a region");
        w->advanced[in->x] += in->flags == WF_READ ? 0 : 1;
    }
    if (in->end != IR_NONE) {
        RULE(in->end > at && in->end < b->count, "a jump out of its block");
        RULE(region_end == 0 || region_end == in->end, "a jump out of its region");
    }
    if (in->value != IR_NONE)
        w->written[in->value] = region_end ? region_end : b->part == PART_U ? IR_NONE : b->count;
    return NULL;
}

static const char *check_block(Walk *w, const IrBlock *b)
{
    uint32_t region_end = 0;

    for (uint32_t at = 0; at < b->count; at++) {
        const char *why;
        if (at >= region_end) region_end = 0;
        why = check_inst(w, b, at, region_end);
        if (why) return why;
        if (b->insts[at].end != IR_NONE) region_end = b->insts[at].end;
        RULE((b->insts[at].op == OP_END) == (at + 1 == b->count), "END is not the end");
    }
    return NULL;
}

static const char *check_event(Walk *w)
{
    for (int part = 0; part < 4; part++) {
        const char *why;
        if (part != PART_U) /* what other wallet parts wrote is gone */
            for (size_t v = 0; v < w->ir->values.count; v++)
                if (w->written[v] != IR_NONE) w->written[v] = 0;
        why = check_block(w, &w->ev->part[part]);
        if (why) return why;
    }
    for (size_t row = 0; row < w->ir->states.count; row++) {
        const IrState *s = &w->ir->states.items[row];
        bool is_due = s->kind > SK_ARM && (s->clocks & w->ev->clocks);
        RULE(w->advanced[row] == (is_due ? 1U : 0U),
             "a time operator does not advance exactly once");
    }
    return NULL;
}

static const char *check_events(const Ir *ir)
{
    Walk w = {.ir = ir};

    w.written = arena_array(ir->arena, uint32_t, ir->values.count + 1);
    w.advanced = arena_array(ir->arena, uint32_t, ir->states.count + 1);
    if (arena_is_full(ir->arena)) return NULL;
    for (size_t i = 0; i < ir->events.count; i++) {
        const char *why;
        memset(w.written, 0, ir->values.count * sizeof *w.written);
        memset(w.advanced, 0, ir->states.count * sizeof *w.advanced);
        w.ev = &ir->events.items[i];
        why = check_event(&w);
        if (why) return why;
    }
    return NULL;
}

const char *ir_validate(const Ir *ir)
{
    Roots roots = {ir, true};
    const char *why;

    for (uint32_t v = 0; v < ir->values.count; v++)
        if ((why = check_value(ir, v)) != NULL) return why;
    ir_each_root((Ir *)(uintptr_t)ir, check_root, &roots);
    ir_each_memory_root((Ir *)(uintptr_t)ir, check_root, &roots);
    RULE(roots.are_fine, "a root does not exist");
    for (size_t i = 0; i < ir->rules.count; i++)
        if ((why = check_rule(ir, &ir->rules.items[i])) != NULL) return why;
    return check_events(ir);
}
