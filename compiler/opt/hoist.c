/* hoist.c — arithmetic on constants and params alone is worked out once, when an instance is made.
 *
 * Such a value becomes an operand like a param (DerivedRow) instead of a word in every event.  Windows
 * and durations have to be operands, so for them the pass also runs when nothing is optimised. */
#include "compiler/opt/opt.h"

typedef struct Hoist {
    Ir *ir;
    bool *is_wanted;
} Hoist;

static bool is_arithmetic_of_fixed(const Ir *ir, const IrValue *v)
{
    if (op_info(v->op)->group != GROUP_ARITH) return false;
    for (uint32_t i = 0; i < v->arg_count; i++)
        if (!ir_is_fixed(ir, v->args[i])) return false;
    return v->arg_count > 0;
}

static void want(void *ctx, uint32_t *root)
{
    Hoist *h = ctx;

    if (*root != IR_NONE) h->is_wanted[*root] = true;
}

/* What has to be an operand: windows, durations of sources and clocks, amounts of limits. */
static void want_operands(Hoist *h)
{
    for (size_t i = 0; i < h->ir->states.count; i++)
        want(h, &h->ir->states.items[i].window);
    for (size_t i = 0; i < h->ir->fixed.count; i++)
        want(h, &h->ir->fixed.items[i]);
    for (size_t i = 0; i < h->ir->clocks.count; i++)
        want(h, &h->ir->clocks.items[i].period);
    for (size_t i = 0; i < h->ir->limits.count; i++)
        want(h, &h->ir->limits.items[i].value);
    for (uint32_t v = (uint32_t)h->ir->values.count; v-- > 0;) {
        const IrValue *value = ir_value(h->ir, v);
        for (uint32_t i = 0; h->is_wanted[v] && i < value->arg_count; i++)
            h->is_wanted[value->args[i]] = true;
    }
}

bool pass_hoist(Ir *ir)
{
    Hoist h = {ir, arena_array(ir->arena, bool, ir->values.count + 1)};
    uint32_t count = 0;

    if (!h.is_wanted || arena_is_full(ir->arena)) return false;
    want_operands(&h);
    for (uint32_t v = 0; v < ir->values.count && count < MAX_DERIVED; v++) {
        IrValue *value = ir_value(ir, v);
        if (ir->is_plain && !h.is_wanted[v]) continue;
        value->is_fixed = is_arithmetic_of_fixed(ir, value);
        count += value->is_fixed;
    }
    return true;
}
