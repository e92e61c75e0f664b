/* conds.c — condition trees as written, for "why": each node with the registers its parts lie in.
 *
 * One tree for each rule, require and limit in each block that decides it.  A node whose value the code
 * does not hold (the `and` that became gate and rest, what was folded) says so; its value follows from
 * its children, or from left and right. */
#include "compiler/emit/emitter.h"

typedef struct Tree {
    Emitter *e;
    Part part;
    ClockSet clocks; /* of the event */
    uint16_t number; /* of the rule or limit */
    uint8_t role;    /* 0 rule, 1 require, 2 limit */
    bool is_shared;  /* decided in part U */
    uint32_t nodes;
} Tree;

/* Lets are shared but trees are not: what is bigger or deeper than this is shown without its parts. */
enum { MAX_TREE_NODES = 256, MAX_TREE_DEPTH = 64 };

enum { ROLE_RULE = 0, ROLE_REQUIRE = 1, ROLE_LIMIT = 2 };

static const Expr *strip(const Expr *x)
{
    while (x->op == EX_LET)
        x = x->args[0];
    return x;
}

static uint8_t op_of(const Expr *x)
{
    uint8_t grid = x->flags & EXF_GRID ? CO_GRID : 0;

    switch (x->op) {
    case EX_AND:
        return CO_AND;
    case EX_OR:
        return CO_OR;
    case EX_NOT:
        return CO_NOT;
    case EX_LT:
        return CO_LT | grid;
    case EX_LE:
        return CO_LE | grid;
    case EX_GT:
        return CO_GT | grid;
    case EX_GE:
        return CO_GE | grid;
    case EX_EQ:
        return CO_IS | grid;
    case EX_NE:
        return CO_ISNT | grid;
    case EX_BETWEEN:
        return CO_BETWEEN | grid;
    case EX_XUP:
        return CO_ABOVE | grid;
    case EX_XDOWN:
        return CO_BELOW | grid;
    case EX_HELD:
        return CO_HELD;
    case EX_KNOWN:
        return CO_KNOWN;
    default:
        return CO_OTHER;
    }
}

uint8_t emit_unit(const Expr *x)
{
    const Dim *d = &x->type.dim;

    if (x->type.percent) return CU_PERCENT;
    if (d->usd == 1 && d->share == -1 && !d->coin && !d->second) return CU_PRICE;
    if (d->usd == 1 && !d->share && d->coin == -1 && !d->second) return CU_PERCOIN;
    if (d->usd == 1 && !d->share && !d->coin && !d->second) return CU_USD;
    if (!d->usd && d->share == 1 && !d->coin && !d->second) return CU_SHARES;
    if (!d->usd && !d->share && !d->coin && d->second == 1) return CU_DURATION;
    if (!d->usd && !d->share && d->coin == 1 && !d->second) return CU_COINS;
    return CU_PLAIN;
}

/* The word that defines a value, and its section with the part in the top bits; false when none does. */
static bool find_word(const Tree *t, uint32_t v, CondRow *row)
{
    const Emitter *e = t->e;

    if (v == IR_NONE || ir_is_fixed(e->ir, v)) return false;
    if (!t->is_shared && e->word_v[v] != IR_NONE) {
        row->section = (uint8_t)(SEC_CODE_V | t->part << 6);
        row->word = e->word_v[v];
        return true;
    }
    if (e->word_u[v] == IR_NONE) return false;
    row->section = SEC_CODE_U;
    row->word = e->word_u[v];
    return true;
}

static uint16_t number_operand(const Tree *t, const Expr *x, const CondRow *row)
{
    uint32_t v = t->e->ir->of_expr[x->id];

    if (v == IR_NONE || ir_value(t->e->ir, v)->is_cond) return OPND_NONE;
    if (ir_is_fixed(t->e->ir, v)) return fixed_operand(&t->e->consts, t->e->ir, v);
    if (row->section == SEC_CODE_U) return t->e->regs.shared[v];
    return registers_operand(&t->e->regs, v);
}

static bool has_number_parts(uint8_t op)
{
    op &= (uint8_t)~CO_GRID;
    return (op >= CO_LT && op <= CO_BELOW) || op == CO_KNOWN;
}

static bool has_children(uint8_t op)
{
    return op <= CO_NOT || op == CO_HELD;
}

static void put_node(Tree *t, const Expr *x, uint16_t depth);

static void put_children(Tree *t, const Expr *x, uint16_t depth)
{
    uint32_t count = x->op == EX_HELD ? 1 : x->arg_count;

    for (uint32_t i = 0; i < count; i++)
        put_node(t, x->args[i], (uint16_t)(depth + 1));
}

static void set_parts(const Tree *t, const Expr *x, CondRow *row)
{
    row->left = row->right = row->right2 = OPND_NONE;
    if (has_number_parts(row->op)) {
        row->unit = emit_unit(x->args[0]);
        row->left = number_operand(t, x->args[0], row);
        if (x->arg_count > 1) row->right = number_operand(t, x->args[1], row);
        if (x->arg_count > 2) row->right2 = number_operand(t, x->args[2], row);
    } else if (row->op == CO_HELD) {
        row->unit = CU_DURATION;
        row->right = number_operand(t, x->args[1], row);
    }
}

/* Held from an earlier instant: what it was made of is not there any more. */
static bool is_held(const Tree *t, uint32_t v)
{
    const IrValue *value = v == IR_NONE ? NULL : ir_value(t->e->ir, v);

    return value && ir_is_time(value->op) &&
           !(t->e->ir->states.items[value->row].clocks & t->clocks);
}

static void put_node(Tree *t, const Expr *x, uint16_t depth)
{
    const Expr *inner = strip(x);
    uint32_t v = t->e->ir->of_expr[inner->id];
    CondRow row = {.rule = t->number, .depth = depth, .op = op_of(inner), .role = t->role};
    bool is_negated = inner->op == EX_NE && v != IR_NONE && ir_value(t->e->ir, v)->op == OP_NOT;

    if (t->nodes++ >= MAX_TREE_NODES || depth >= MAX_TREE_DEPTH || is_held(t, v)) row.op = CO_OTHER;
    if (is_negated) v = ir_value(t->e->ir, v)->args[0]; /* where its operands are read */
    row.value = OPND_NONE;
    if (find_word(t, v, &row) && !is_negated)
        row.value =
            row.section == SEC_CODE_U ? t->e->regs.shared[v] : registers_operand(&t->e->regs, v);
    row.child_count =
        has_children(row.op) ? (uint16_t)(inner->op == EX_HELD ? 1 : inner->arg_count) : 0;
    set_parts(t, inner, &row);
    row.begin = x->place.begin;
    row.end = x->place.end > x->place.begin ? x->place.end : x->place.begin;
    row.file = x->place.file;
    vec_push(t->e->arena, &t->e->conds, row);
    if (row.child_count) put_children(t, inner, depth);
}

static bool has_region(const IrBlock *b, uint32_t rule)
{
    for (uint32_t i = 0; i < b->count; i++) {
        uint8_t op = b->insts[i].op;
        if ((op == OP_GATE || op == OP_MASK) && b->insts[i].x == rule) return true;
    }
    return false;
}

static void put_rule(Tree *t, const IrRule *r)
{
    const Rule *source = r->source;

    t->role = ROLE_RULE;
    t->nodes = 0;
    if (source->cond) put_node(t, source->cond, 0);
    t->role = ROLE_REQUIRE;
    for (uint32_t i = 0; i < source->require_count; i++)
        put_node(t, source->requires[i].cond, 0);
}

static void put_rules(Emitter *e, const IrEvent *ev)
{
    for (uint32_t i = 0; i < e->ir->rules.count; i++) {
        const IrRule *r = &e->ir->rules.items[i];
        Tree t = {.e = e,
                  .part = PART_V,
                  .clocks = ev->clocks,
                  .number = (uint16_t)i,
                  .is_shared = r->is_shared};
        if (!r->is_quiet && has_region(&ev->part[r->is_shared ? PART_U : PART_V], i))
            put_rule(&t, r);
    }
}

void emit_conds(Emitter *e, const IrEvent *ev, Part part)
{
    const IrBlock *b = &ev->part[part];

    if (e->is_stripped) return;
    if (part == PART_V) put_rules(e, ev);
    for (uint32_t i = 0; i < b->count; i++) {
        const IrInst *in = &b->insts[i];
        Tree t = {.e = e,
                  .part = part,
                  .clocks = ev->clocks,
                  .number = (uint16_t)in->x,
                  .role = ROLE_LIMIT};
        if (in->op == OP_EXITB || in->op == OP_LIMITB)
            put_node(&t, e->ir->limits.items[in->x].source->value, 0);
    }
}
