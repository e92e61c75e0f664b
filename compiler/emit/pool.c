/* pool.c — sorted constants, interned strings. */
#include "compiler/emit/pool.h"

#include "vm/base/num.h"
#include "vm/base/sort.h"

static int compare_numbers(const void *a, const void *b, void *ctx)
{
    const double *x = a, *y = b;

    (void)ctx;
    return (*x > *y) - (*x < *y);
}

/* A condition that a state begins with is stored as 1 or 0. */
static bool has_cond_init(const Ir *ir, uint32_t cond)
{
    for (size_t i = 0; i < ir->states.count; i++) {
        uint32_t init = ir->states.items[i].init;
        if (init == IR_NONE) continue;
        if (ir_value(ir, init)->op == OP_LDB && ir_value(ir, init)->row == cond) return true;
    }
    return false;
}

bool consts_collect(ConstPool *pool, const Ir *ir)
{
    uint32_t kept = 0;

    *pool = (ConstPool){.items = arena_array(ir->arena, double, ir->values.count + 2),
                        .derived = arena_array(ir->arena, uint32_t, ir->values.count + 1)};
    if (!pool->items || !pool->derived || arena_is_full(ir->arena)) return false;
    for (size_t i = 0; i < ir->values.count; i++)
        if (ir->values.items[i].op == IR_CONST)
            pool->items[pool->count++] = ir->values.items[i].num;
    for (size_t i = 0; i < ir->values.count; i++)
        if (ir->values.items[i].is_fixed) pool->derived[i] = pool->derived_count++;
    if (has_cond_init(ir, COND_FALSE)) pool->items[pool->count++] = 0;
    if (has_cond_init(ir, COND_TRUE)) pool->items[pool->count++] = 1;
    if (!sort_stable(pool->items, pool->count, sizeof(double), compare_numbers, NULL, ir->arena))
        return false;
    for (uint32_t i = 0; i < pool->count; i++)
        if (kept == 0 || pool->items[kept - 1] != pool->items[i])
            pool->items[kept++] = pool->items[i];
    pool->count = kept;
    return true;
}

uint16_t consts_operand(const ConstPool *pool, double num)
{
    uint32_t low = 0, high = pool->count;

    while (low + 1 < high) {
        uint32_t middle = (low + high) / 2;
        if (pool->items[middle] <= num)
            low = middle;
        else
            high = middle;
    }
    BUG_IF(pool->count == 0 || pool->items[low] != num);
    return (uint16_t)(OPND_CONST | low);
}

uint16_t fixed_operand(const ConstPool *pool, const Ir *ir, uint32_t v)
{
    const IrValue *value;

    if (v == IR_NONE) return OPND_NONE;
    value = ir_value(ir, v);
    if (value->op == OP_LDB && value->row != COND_UNKNOWN)
        return consts_operand(pool, value->row == COND_TRUE);
    if (value->is_fixed)
        return (uint16_t)(OPND_PARAM | (ir->program->params_count + pool->derived[v]));
    if (value->op == IR_PARAM) return (uint16_t)(OPND_PARAM | value->row);
    return value->op == IR_CONST ? consts_operand(pool, value->num) : OPND_NONE;
}

void strings_init(StringPool *pool, Arena *arena)
{
    *pool = (StringPool){.arena = arena};
    map_init(&pool->numbers, arena);
    strings_append(pool, SPAN(""));
}

void strings_append(StringPool *pool, Span text)
{
    if (!map_find(&pool->numbers, text)) map_put(&pool->numbers, text, pool->items.count);
    vec_push(pool->arena, &pool->items, text);
}

uint32_t strings_add(StringPool *pool, Span text)
{
    MapNode *known = map_find(&pool->numbers, text);

    if (known) return (uint32_t)known->value;
    strings_append(pool, text);
    return (uint32_t)pool->items.count - 1;
}

Span strings_section(const StringPool *pool)
{
    size_t bytes = 0, head = 4 * (pool->items.count + 2);
    uint32_t *words;
    char *to;

    for (size_t i = 0; i < pool->items.count; i++)
        bytes += pool->items.items[i].len;
    words = arena_alloc(pool->arena, head + bytes);
    if (!words || arena_is_full(pool->arena)) return (Span){0};
    to = (char *)words + head;
    words[0] = (uint32_t)pool->items.count;
    words[1] = 0;
    for (size_t i = 0; i < pool->items.count; i++) {
        Span s = pool->items.items[i];
        if (s.len) memcpy(to, s.ptr, s.len);
        to += s.len;
        words[i + 2] = words[i + 1] + (uint32_t)s.len;
    }
    return span_of((const char *)words, head + bytes);
}
