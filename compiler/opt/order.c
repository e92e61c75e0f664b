/* order.c — drops what no root reads, and numbers the rest by first use.
 *
 * After this pass numbers depend on what the program does, not on how it is written: the order of
 * lets, their names and unused ones leave no trace in the image.  Arguments come before users, and the
 * initial value of a state before its first reading. */
#include "compiler/opt/opt.h"

typedef struct Step {
    uint32_t value, next; /* `next` child to look at */
} Step;

typedef struct Order {
    Ir *ir;
    uint32_t *value_map, *row_map, *input_map; /* old to new, or IR_NONE */
    bool *is_open;                             /* on the stack, or done */
    VEC(Step) stack;
    VEC(uint32_t) list;   /* values in the new order, by old number */
    VEC(uint32_t) rows;   /* rows in the new order, by old number */
    VEC(uint32_t) inputs; /* the same for inputs */
} Order;

/* Child `i` of a value, or IR_NONE behind the last. */
static uint32_t child(const Order *o, const IrValue *v, uint32_t i)
{
    uint32_t extra = IR_NONE;

    if (v->op == OP_LDS || ir_is_time(v->op)) {
        const IrState *s = &vec_at(&o->ir->states, v->row);
        extra = v->op == OP_LDS ? s->init : s->window;
    }
    if (extra != IR_NONE) {
        if (i == 0) return extra;
        i--;
    }
    return i < v->arg_count ? v->args[i] : IR_NONE;
}

static void number_row(Order *o, uint32_t row)
{
    if (o->row_map[row] != IR_NONE) return;
    o->row_map[row] = (uint32_t)o->rows.count;
    vec_push(o->ir->arena, &o->rows, row);
}

static void number_value(Order *o, uint32_t at)
{
    const IrValue *v = ir_value(o->ir, at);

    o->value_map[at] = (uint32_t)o->list.count;
    vec_push(o->ir->arena, &o->list, at);
    if (ir_is_time(v->op)) number_row(o, v->row);
    if (v->op == OP_LDI || v->op == OP_LDW || v->op == OP_LDE) {
        if (o->input_map[v->row] != IR_NONE) return;
        o->input_map[v->row] = (uint32_t)o->inputs.count;
        vec_push(o->ir->arena, &o->inputs, v->row);
    }
}

/* Depth first, children before users, without recursion. */
static void visit(Order *o, uint32_t root)
{
    Arena *arena = o->ir->arena;

    if (root == IR_NONE || o->is_open[root]) return;
    o->is_open[root] = true;
    vec_push(arena, &o->stack, (Step){root, 0});
    while (o->stack.count && !arena_is_full(arena)) {
        Step *top = &vec_last(&o->stack);
        uint32_t next = child(o, ir_value(o->ir, top->value), top->next++);
        if (next == IR_NONE) {
            number_value(o, top->value);
            o->stack.count--;
        } else if (!o->is_open[next]) {
            o->is_open[next] = true;
            vec_push(arena, &o->stack, (Step){next, 0});
        }
    }
}

static void visit_root(void *ctx, uint32_t *root)
{
    visit(ctx, *root);
}

/* What a living recursive PREV stores is needed too; that may bring further ones to life. */
static void visit_writes(Order *o)
{
    bool has_more = true;

    while (has_more && !arena_is_full(o->ir->arena)) {
        size_t before = o->list.count;
        for (size_t i = 0; i < o->ir->writes.count; i++)
            if (o->row_map[o->ir->writes.items[i].row] != IR_NONE)
                visit(o, o->ir->writes.items[i].value);
        has_more = o->list.count > before;
    }
}

static void forget(uint32_t *root)
{
    *root = IR_NONE;
}

/* A rule that never fires keeps its row and its actions' rows, and nothing else. */
static void drop_dead(IrRule *r)
{
    if (!r->is_dead) return;
    forget(&r->open);
    forget(&r->cond);
    forget(&r->gate);
    forget(&r->rest);
    forget(&r->fired);
    r->require_count = r->action_count = r->group_count = 0;
}

/* States of the program and armings first, in the file's order. */
static void number_fixed_rows(Order *o)
{
    for (uint32_t i = 0; i < o->ir->program->states_count; i++)
        number_row(o, i);
    for (size_t i = 0; i < o->ir->rules.count; i++)
        if (o->ir->rules.items[i].arm != IR_NONE) number_row(o, o->ir->rules.items[i].arm);
}

static void rename_root(void *ctx, uint32_t *root)
{
    const Order *o = ctx;

    if (*root != IR_NONE) *root = o->value_map[*root];
}

static void rebuild_values(Order *o)
{
    Ir *ir = o->ir;
    IrValue *items = arena_array(ir->arena, IrValue, o->list.count + 1);

    if (!items || arena_is_full(ir->arena)) return;
    for (size_t i = 0; i < o->list.count; i++) {
        IrValue v = *ir_value(ir, o->list.items[i]);
        for (uint32_t k = 0; k < v.arg_count; k++)
            v.args[k] = o->value_map[v.args[k]];
        if (v.op == OP_LDS || ir_is_time(v.op)) v.row = o->row_map[v.row];
        if (v.op == OP_LDI || v.op == OP_LDW || v.op == OP_LDE) v.row = o->input_map[v.row];
        items[i] = v;
    }
    ir->values.items = items;
    ir->values.count = ir->values.cap = o->list.count;
}

static void rebuild_rows(Order *o)
{
    Ir *ir = o->ir;
    IrState *states = arena_array(ir->arena, IrState, o->rows.count + 1);
    Input *inputs = arena_array(ir->arena, Input, o->inputs.count + 1);
    size_t kept = 0;

    if (arena_is_full(ir->arena)) return;
    for (size_t i = 0; i < o->rows.count; i++)
        states[i] = vec_at(&ir->states, o->rows.items[i]);
    for (size_t i = 0; i < o->inputs.count; i++)
        inputs[i] = vec_at(&ir->inputs, o->inputs.items[i]);
    ir->states.items = states;
    ir->states.count = ir->states.cap = o->rows.count;
    ir->inputs.items = inputs;
    ir->inputs.count = ir->inputs.cap = o->inputs.count;
    for (size_t i = 0; i < ir->writes.count; i++) {
        IrWrite w = ir->writes.items[i];
        if (o->row_map[w.row] == IR_NONE) continue;
        ir->writes.items[kept++] = (IrWrite){o->row_map[w.row], w.value};
    }
    ir->writes.count = kept;
}

static void rename_rules(Order *o)
{
    for (size_t i = 0; i < o->ir->rules.count; i++) {
        IrRule *r = &o->ir->rules.items[i];
        if (r->arm != IR_NONE) r->arm = o->row_map[r->arm];
    }
}

/* ---- clocks ------------------------------------------------------------------------------------- */

/* Kind, index, then the period: constants by size, params by number. */
static int compare_clocks(const Ir *ir, const IrClock *a, const IrClock *b)
{
    const IrValue *x, *y;

    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->index != b->index) return a->index < b->index ? -1 : 1;
    if (a->period == IR_NONE || b->period == IR_NONE) return 0;
    x = ir_value(ir, a->period);
    y = ir_value(ir, b->period);
    if (x->op != y->op) return x->op < y->op ? -1 : 1;
    if (x->op == IR_PARAM) return (x->row > y->row) - (x->row < y->row);
    return (x->num > y->num) - (x->num < y->num);
}

static void rename_clocks(const uint8_t *map, ClockSet *set)
{
    ClockSet renamed = 0;

    for (uint32_t i = 0; i < MAX_CLOCKS; i++)
        if (*set >> i & 1) renamed |= UINT64_C(1) << map[i];
    *set = renamed;
}

/* Keeps the clocks the program listens to, in one order whatever the text mentions first. */
static void order_clocks(Ir *ir)
{
    IrClock sorted[MAX_CLOCKS];
    uint8_t map[MAX_CLOCKS] = {0}, from[MAX_CLOCKS];
    uint32_t count = 0;

    for (uint32_t i = 0; i < ir->clocks.count && i < MAX_CLOCKS; i++) {
        uint32_t at = count;
        if (!(ir->used_clocks >> i & 1)) continue;
        for (; at > 0 && compare_clocks(ir, &ir->clocks.items[i], &sorted[at - 1]) < 0; at--) {
            sorted[at] = sorted[at - 1];
            from[at] = from[at - 1];
        }
        sorted[at] = ir->clocks.items[i];
        from[at] = (uint8_t)i;
        count++;
    }
    for (uint32_t i = 0; i < count; i++)
        map[from[i]] = (uint8_t)i;
    if (count) memcpy(ir->clocks.items, sorted, count * sizeof *sorted);
    ir->clocks.count = count;
    for (size_t i = 0; i < ir->states.count; i++)
        rename_clocks(map, &ir->states.items[i].clocks);
    for (size_t i = 0; i < ir->rules.count; i++)
        rename_clocks(map, &ir->rules.items[i].clocks);
    for (size_t i = 0; i < ir->limits.count; i++)
        rename_clocks(map, &ir->limits.items[i].clocks);
    rename_clocks(map, &ir->used_clocks);
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static uint32_t *none_map(Ir *ir, size_t count)
{
    uint32_t *map = arena_array(ir->arena, uint32_t, count + 1);

    if (!map || arena_is_full(ir->arena)) return NULL;
    memset(map, 0xFF, (count + 1) * sizeof *map);
    return map;
}

static bool init_order(Order *o, Ir *ir)
{
    *o = (Order){.ir = ir};
    o->value_map = none_map(ir, ir->values.count);
    o->row_map = none_map(ir, ir->states.count);
    o->input_map = none_map(ir, ir->inputs.count);
    o->is_open = arena_array(ir->arena, bool, ir->values.count + 1);
    return !arena_is_full(ir->arena);
}

bool pass_order(Ir *ir)
{
    Order o;

    if (!init_order(&o, ir)) return false;
    order_clocks(ir);
    for (size_t i = 0; i < ir->rules.count; i++)
        drop_dead(&ir->rules.items[i]);
    number_fixed_rows(&o);
    ir_each_root(ir, visit_root, &o);
    visit_writes(&o);
    if (arena_is_full(ir->arena)) return false;
    rebuild_values(&o);
    rebuild_rows(&o);
    if (arena_is_full(ir->arena)) return false;
    ir_each_root(ir, rename_root, &o);
    ir_each_memory_root(ir, rename_root, &o);
    rename_rules(&o);
    for (uint32_t i = 0; i < ir->program->exprs_count; i++)
        rename_root(&o, &ir->of_expr[i]);
    return true;
}
