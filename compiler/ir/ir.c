/* ir.c — building values and walking roots. */
#include "compiler/ir/ir.h"

#include "vm/base/num.h"

uint32_t ir_add(Ir *ir, IrValue v)
{
    for (uint32_t i = 0; i < v.arg_count; i++)
        v.is_wallet |= ir_value(ir, v.args[i])->is_wallet;
    if (!vec_push(ir->arena, &ir->values, v)) return 0; /* the arena's flag says so */
    return (uint32_t)ir->values.count - 1;
}

uint32_t ir_const(Ir *ir, double num)
{
    return ir_add(ir, (IrValue){.op = IR_CONST, .num = num_canon(num)});
}

uint32_t ir_cond(Ir *ir, uint32_t cond, Place place)
{
    return ir_add(ir, (IrValue){.op = OP_LDB, .is_cond = true, .row = cond, .place = place});
}

typedef void (*TakeRoot)(void *ctx, uint32_t *root);

static void each_action_root(IrAction *a, TakeRoot take, void *ctx)
{
    for (uint32_t i = 0; i < IR_ACTION_ARGS; i++)
        take(ctx, &a->args[i]);
    take(ctx, &a->token);
}

static void each_rule_root(IrRule *r, TakeRoot take, void *ctx)
{
    take(ctx, &r->open);
    take(ctx, &r->gate);
    take(ctx, &r->rest);
    take(ctx, &r->cond);
    take(ctx, &r->fired);
    for (uint32_t i = 0; i < r->require_count; i++)
        take(ctx, &r->requires[i].cond);
    for (uint32_t i = 0; i < r->group_count; i++)
        take(ctx, &r->groups[i].within);
    for (uint32_t i = 0; i < r->action_count; i++)
        each_action_root(&r->actions[i], take, ctx);
}

void ir_each_root(Ir *ir, TakeRoot take, void *ctx)
{
    for (size_t i = 0; i < ir->states.count; i++)
        take(ctx, &ir->states.items[i].init);
    for (size_t i = 0; i < ir->rules.count; i++)
        each_rule_root(&ir->rules.items[i], take, ctx);
    for (size_t i = 0; i < ir->limits.count; i++)
        take(ctx, &ir->limits.items[i].value);
    for (size_t i = 0; i < ir->shows.count; i++)
        take(ctx, &ir->shows.items[i].value);
    for (size_t i = 0; i < ir->clocks.count; i++)
        take(ctx, &ir->clocks.items[i].period);
    for (size_t i = 0; i < ir->fixed.count; i++)
        take(ctx, &ir->fixed.items[i]);
    take(ctx, &ir->zero);
}

void ir_each_memory_root(Ir *ir, TakeRoot take, void *ctx)
{
    for (size_t i = 0; i < ir->states.count; i++)
        take(ctx, &ir->states.items[i].window);
    for (size_t i = 0; i < ir->writes.count; i++)
        take(ctx, &ir->writes.items[i].value);
}

ClockSet ir_clocks_of(const Ir *ir, ClockKind kind, int32_t index)
{
    ClockSet set = 0;

    for (size_t i = 0; i < ir->clocks.count; i++) {
        const IrClock *c = &ir->clocks.items[i];
        if (c->kind == kind && (index < 0 || c->index == index)) set |= UINT64_C(1) << i;
    }
    return set;
}

ClockSet ir_all_ticks(const Ir *ir)
{
    return ir_clocks_of(ir, CLOCK_TICK, -1);
}
