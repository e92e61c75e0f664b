/* split.c — each rule's condition, at its top-level `and`s, into a gate and a rest.
 *
 * The gate is shared: part U knows it, and a rule whose gate is false costs one word for all wallets.
 * The rest differs by wallet.  Kleene's `and` may be regrouped freely, so nothing changes.  A condition
 * that is never true leaves a rule without code. */
#include "compiler/opt/opt.h"

typedef struct Split {
    Ir *ir;
    uint32_t gate, rest;
} Split;

static uint32_t join(Ir *ir, uint32_t left, uint32_t right)
{
    if (left == IR_NONE) return right;
    if (right == IR_NONE) return left;
    ir->is_merged = false;
    return ir_add(ir, (IrValue){.op = OP_AND,
                                .arg_count = 2,
                                .args = {left, right},
                                .is_cond = true,
                                .place = ir_value(ir, left)->place});
}

/* Left to right; a part that is all of one sort stays as written. */
static void take_part(Split *s, uint32_t cond)
{
    const IrValue *v = ir_value(s->ir, cond);

    if (!v->is_wallet) {
        s->gate = join(s->ir, s->gate, cond);
    } else if (v->op == OP_AND) {
        uint32_t right = v->args[1];
        take_part(s, v->args[0]);
        take_part(s, right);
    } else {
        s->rest = join(s->ir, s->rest, cond);
    }
}

static bool is_true(const Ir *ir, uint32_t cond)
{
    const IrValue *v = ir_value(ir, cond);

    return v->op == OP_LDB && v->row == COND_TRUE;
}

static bool is_never(const Ir *ir, uint32_t cond)
{
    const IrValue *v = ir_value(ir, cond);

    return v->op == OP_LDB && v->row != COND_TRUE;
}

static void split_rule(Ir *ir, IrRule *r, uint32_t number)
{
    Split s = {ir, IR_NONE, IR_NONE};

    if (r->cond == IR_NONE) return;
    r->is_dead = !ir->is_plain && is_never(ir, r->cond);
    if (r->is_shared)
        s.gate = r->cond;
    else
        take_part(&s, r->cond);
    if (s.gate != IR_NONE && is_true(ir, s.gate) && s.rest != IR_NONE) s.gate = IR_NONE;
    r->gate = s.gate;
    r->rest = s.rest;
    if (s.gate != IR_NONE && s.rest != IR_NONE && r->source->kind == RULE_WHEN)
        r->cond = join(ir, s.gate, s.rest);
    if (r->arm == IR_NONE) return;
    r->fired = ir_add(ir, (IrValue){.op = OP_ARM,
                                    .arg_count = 1,
                                    .args = {r->cond},
                                    .row = number,
                                    .is_cond = true,
                                    .is_wallet = !r->is_shared,
                                    .place = r->source->cond_place});
}

bool pass_split(Ir *ir)
{
    for (uint32_t i = 0; i < ir->rules.count; i++)
        split_rule(ir, &ir->rules.items[i], i);
    return true;
}
