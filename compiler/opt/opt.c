/* opt.c — runs the rows of passes.def, and validates between them in debug builds. */
#include "compiler/opt/opt.h"

#include "compiler/ir/validate.h"

typedef struct Pass {
    bool (*run)(Ir *ir);
    int level;
} Pass;

static const Pass passes[] = {
#define PASS(name, level, why) {pass_##name, level},
#include "compiler/opt/passes.def"
#undef PASS
};

static bool is_valid(Ir *ir)
{
#ifdef ODDEX_DEBUG
    ir->problem = ir_validate(ir);
#endif
    return ir->problem == NULL;
}

bool opt_run(Ir *ir)
{
    if (!is_valid(ir)) return false;
    for (size_t i = 0; i < ARRAY_LEN(passes); i++) {
        if (passes[i].level > 0 && ir->is_plain) continue;
        if (!passes[i].run(ir) || arena_is_full(ir->arena)) return false;
        if (!is_valid(ir)) return false;
    }
    return true;
}

static void replace_root(void *ctx, uint32_t *root)
{
    const uint32_t *map = ctx;

    if (*root != IR_NONE) *root = map[*root];
}

void opt_replace(Ir *ir, const uint32_t *map)
{
    for (size_t i = 0; i < ir->values.count; i++)
        for (uint32_t k = 0; k < ir->values.items[i].arg_count; k++)
            replace_root((void *)(uintptr_t)map, &ir->values.items[i].args[k]);
    ir_each_root(ir, replace_root, (void *)(uintptr_t)map);
    ir_each_memory_root(ir, replace_root, (void *)(uintptr_t)map);
    for (uint32_t i = 0; i < ir->program->exprs_count; i++)
        replace_root((void *)(uintptr_t)map, &ir->of_expr[i]);
}
