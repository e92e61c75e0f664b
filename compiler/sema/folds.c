/* folds.c — sum, min, max, count, any and all over a range of whole numbers, written out.
 *
 * `sum(i in 1 .. 3: x * i)` becomes x * 1 + x * 2 + x * 3.  Promise: never more than the language's
 * limits of written-out rounds; an empty range is reported. */
#include "compiler/sema/checker.h"

#include "vm/base/num.h"

typedef enum FoldKind {
    FOLD_SUM,
    FOLD_MIN,
    FOLD_MAX,
    FOLD_COUNT,
    FOLD_ANY,
    FOLD_ALL,
    FOLDS
} FoldKind;

static const struct {
    const char *name;
    uint8_t op;
    bool is_yes_no;
} FOLD_ROWS[FOLDS] = {
    [FOLD_SUM] = {"sum", EX_ADD, false}, [FOLD_MIN] = {"min", EX_MIN, false},
    [FOLD_MAX] = {"max", EX_MAX, false}, [FOLD_COUNT] = {"count", EX_ADD, true},
    [FOLD_ANY] = {"any", EX_OR, true},   [FOLD_ALL] = {"all", EX_AND, true},
};

static bool bound(Checker *c, const Node *n, int64_t *ret)
{
    Expr *e = check_expr(c, n);
    double v;

    if (!want_plain(c, e, "a count") || !want_fixed(c, e, "the end of a range")) return false;
    if (constant(c, e, PARAM_VALUE, &v) && v == num_rint(v) && v >= -1e9 && v <= 1e9) {
        *ret = (int64_t)v;
        return true;
    }
    diag_add(c->diags, ODX105, e->place, T_NOT_WHOLE);
    return false;
}

static bool budget_allows(Checker *c, const Node *range, int64_t rounds)
{
    if (rounds <= MAX_REPEAT && c->unrolled + (uint32_t)rounds <= MAX_REPEAT_TOTAL) {
        c->unrolled += (uint32_t)rounds;
        return true;
    }
    if (rounds > MAX_REPEAT)
        diag_add(c->diags, ODX702, range->place, T_TOO_MANY_ROUNDS, arg_int(rounds),
                 arg_int(MAX_REPEAT));
    else
        diag_add(c->diags, ODX702, range->place, T_TOO_MANY_TOTAL, arg_int(MAX_REPEAT_TOTAL));
    return false;
}

bool check_count_range(Checker *c, const Node *range, int64_t *ret_low, int64_t *ret_high)
{
    Diag *d;

    if (!node_is(range, NODE_RANGE) || !range->kids[0] || !range->kids[1]) return false;
    if (!bound(c, range->kids[0], ret_low) | !bound(c, range->kids[1], ret_high)) return false;
    if (*ret_low <= *ret_high) return budget_allows(c, range, *ret_high - *ret_low + 1);
    d = diag_add(c->diags, ODX302, range->place, T_EMPTY_RANGE, arg_int(*ret_low),
                 arg_int(*ret_high));
    diag_label(d, T_NOTHING_IN_IT);
    return false;
}

static Expr *one_round(Checker *c, const Node *n, FoldKind kind, int64_t i)
{
    Type bare = {.shape = SHAPE_NUM, .bare = true};
    Scope *outer = c->scope;
    Expr *e;

    c->scope = scope_new(c, outer);
    (void)bind_value(c, c->scope, n->name2, n->name2_at, make_num(c, (double)i, bare, n->name2_at));
    e = FOLD_ROWS[kind].is_yes_no ? check_yes_no(c, n->kids[1]) : check_number(c, n->kids[1]);
    c->scope = outer;
    if (kind == FOLD_COUNT && !expr_is_bad(e))
        e = MAKE(c, EX_IF, type_unit(UNIT_NUMBER), e->place, e,
                 make_num(c, 1, type_unit(UNIT_NUMBER), e->place),
                 make_num(c, 0, type_unit(UNIT_NUMBER), e->place));
    return e;
}

static Expr *join(Checker *c, const Node *n, FoldKind kind, Expr *all, Expr *next)
{
    Type t;

    if (!all) return next;
    if (!meet(c, all, next, MEET_CHOICE, n->place, &t)) return make_bad(c, n->place);
    return MAKE(c, (ExprOp)FOLD_ROWS[kind].op, t, n->place, all, next);
}

Expr *check_fold(Checker *c, const Node *n)
{
    FoldKind kind = FOLD_SUM;
    int64_t low, high;
    Expr *all = NULL;

    while (kind < FOLDS && !span_eq_str(n->name, FOLD_ROWS[kind].name))
        kind++;
    if (kind == FOLDS) {
        diag_add(c->diags, ODX111, n->name_at, T_UNKNOWN_FOLD, arg_text(n->name));
        return make_bad(c, n->place);
    }
    if (!check_count_range(c, n->kids[0], &low, &high)) return make_bad(c, n->place);
    for (int64_t i = low; i <= high && !c->is_over; i++)
        all = join(c, n, kind, all, one_round(c, n, kind, i));
    return all ? all : make_bad(c, n->place);
}
