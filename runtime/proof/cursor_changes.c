/* cursor_changes.c — which literal or param would have made a rule true, had it been another one.
 *
 * Looked for in the comparisons that alone keep the rule from being true.  What is found says nothing of how
 * the run would have come here with that number: everything else is left as it was. */
#include "runtime/proof/cursor_inside.h"
#include "vm/base/num.h"

typedef struct Comparison {
    uint8_t op; /* ExprOp; turned round when it is to become false */
    uint32_t item;
    const Expr *expr;
} Comparison;

typedef struct Search {
    CursorNotes *n;
    const double *now;
} Search;

static uint8_t opposite(uint8_t op)
{
    switch (op) {
    case EX_LT:
        return EX_GE;
    case EX_LE:
        return EX_GT;
    case EX_GT:
        return EX_LE;
    case EX_GE:
        return EX_LT;
    case EX_NE:
        return EX_EQ;
    case EX_BETWEEN:
        return EX_BETWEEN;
    default:
        return EX_COUNT;
    }
}

static bool is_writable(const Expr *e)
{
    return e->op == EX_PARAM || (e->op == EX_CONST && e->spelled.len);
}

static bool is_in_range(const Program *p, const Expr *e, double to)
{
    const Param *param = e->op == EX_PARAM ? &p->params[e->index] : NULL;

    return !param || !param->has_range || (to >= param->low && to <= param->high);
}

static void add(const Search *s, const Comparison *c, uint32_t side, double to, bool is_beyond)
{
    CursorNotes *n = s->n;
    uint32_t at = values_find(n->values, c->expr->args[side]);
    const Expr *e = n->values->items[at].expr;
    CursorChange change = {.item = c->item, .side = at, .to = to, .is_beyond = is_beyond};

    if (!is_writable(e) || !num_is_known(to)) return;
    change.from = s->now[at];
    change.distance = num_abs(to - change.from);
    change.is_in_range = is_in_range(n->values->program, e, to);
    (void)vec_push(n->arena, &n->changes, change);
}

static double value_of(const Search *s, const Comparison *c, uint32_t side)
{
    return s->now[values_find(s->n->values, c->expr->args[side])];
}

/* A number that is outside goes to the end that it is beyond. */
static void search_between(const Search *s, const Comparison *c)
{
    double x = value_of(s, c, 0), low = value_of(s, c, 1), high = value_of(s, c, 2);

    if (!num_is_known(x) || !num_is_known(low) || !num_is_known(high)) return;
    if (x < low) add(s, c, 1, x, false);
    if (x > high) add(s, c, 2, x, false);
}

static void search_sides(const Search *s, const Comparison *c)
{
    bool is_beyond = c->op == EX_LT || c->op == EX_GT;

    if (c->op != EX_EQ && !(c->op >= EX_LT && c->op <= EX_GE)) return;
    add(s, c, 1, value_of(s, c, 0), is_beyond);
    add(s, c, 0, value_of(s, c, 1), is_beyond);
}

static void take(void *ctx, uint32_t node, bool want)
{
    const Search *s = ctx;
    const CursorNode *at = &s->n->nodes.items[node];
    Comparison c = {.item = at->item, .expr = s->n->values->items[at->item].expr};

    while (c.expr->op == EX_LET)
        c.expr = c.expr->args[0];
    if (!at->is_leaf || !c.expr->arg_count || c.expr->args[0]->type.shape != SHAPE_NUM) return;
    c.op = want ? c.expr->op : opposite(c.expr->op);
    if (c.op == EX_BETWEEN && want)
        search_between(s, &c);
    else
        search_sides(s, &c);
}

/* Against what stands there; a change of 0 is measured by itself. */
static double relative(const CursorChange *c)
{
    double scale = num_abs(c->from);

    return c->distance / (scale > 0 ? scale : 1);
}

static void sort(CursorNotes *n)
{
    for (size_t i = 1; i < n->changes.count; i++) {
        CursorChange c = n->changes.items[i];
        size_t at = i;

        for (; at > 0 && relative(&n->changes.items[at - 1]) > relative(&c); at--)
            n->changes.items[at] = n->changes.items[at - 1];
        n->changes.items[at] = c;
    }
}

void notes_changes(CursorNotes *n, uint32_t rule, const double *now)
{
    Search s = {n, now};

    vec_clear(&n->changes);
    if (!now) return;
    notes_near(n, rule, now, (NearMiss){take, &s});
    sort(n);
}
