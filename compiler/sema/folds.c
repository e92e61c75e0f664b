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

static bool bound(Checker *c, const Expr *e, ParamEnd end, int64_t *ret)
{
    double v;

    if (constant(c, e, end, &v) && v == num_rint(v) && v >= -1e9 && v <= 1e9) {
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

static bool first_is_plain(Checker *c, const Expr *low)
{
    if (low->rate == RATE_CONST) return true;
    diag_help(diag_add(c->diags, ODX105, low->place, T_FIRST_ROUND), T_COUNT_FROM_ONE);
    return false;
}

bool check_rounds(Checker *c, const Node *range, Rounds *ret)
{
    Expr *low, *high;
    int64_t least;
    Diag *d;

    *ret = (Rounds){.last = NULL};
    if (!node_is(range, NODE_RANGE) || !range->kids[0] || !range->kids[1]) return false;
    low = check_expr(c, range->kids[0]);
    high = check_expr(c, range->kids[1]);
    if (!want_count(c, low, T_SAY_THE_END_OF_A_RANGE) |
        !want_count(c, high, T_SAY_THE_END_OF_A_RANGE))
        return false;
    if (!first_is_plain(c, low) || !bound(c, low, PARAM_VALUE, &ret->low) ||
        !bound(c, high, PARAM_HIGH, &ret->high) || !bound(c, high, PARAM_LOW, &least))
        return false;
    if (high->rate != RATE_CONST && least != ret->high) ret->last = high;
    if (ret->low <= least) return budget_allows(c, range, ret->high - ret->low + 1);
    d = diag_add(c->diags, ODX302, range->place, T_EMPTY_RANGE, arg_int(ret->low), arg_int(least));
    diag_label(d, T_NOTHING_IN_IT);
    return false;
}

Expr *round_guard(Checker *c, const Rounds *r, int64_t i, Place place)
{
    double least;

    if (!r->last || (constant(c, r->last, PARAM_LOW, &least) && (double)i <= least)) return NULL;
    return MAKE(c, EX_LE, type_of(SHAPE_BOOL), place,
                make_num(c, (double)i, type_unit(UNIT_NUMBER), place), r->last);
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

/* A round that a param can switch off leaves the result as it was. */
static Expr *join_guarded(Checker *c, const Node *n, FoldKind kind, Expr *all, Expr *next,
                          Expr *guard)
{
    Expr *joined = join(c, n, kind, all, next);

    if (!guard || expr_is_bad(joined)) return joined;
    return MAKE(c, EX_IF, joined->type, n->place, guard, joined, all);
}

Expr *check_fold(Checker *c, const Node *n)
{
    FoldKind kind = FOLD_SUM;
    Rounds r;
    Expr *all = NULL;

    while (kind < FOLDS && !span_eq_str(n->name, FOLD_ROWS[kind].name))
        kind++;
    if (kind == FOLDS) {
        diag_add(c->diags, ODX111, n->name_at, T_UNKNOWN_FOLD, arg_text(n->name));
        return make_bad(c, n->place);
    }
    if (!check_rounds(c, n->kids[0], &r)) return make_bad(c, n->place);
    for (int64_t i = r.low; i <= r.high && !c->is_over; i++)
        all = join_guarded(c, n, kind, all, one_round(c, n, kind, i),
                           round_guard(c, &r, i, n->place));
    return all ? all : make_bad(c, n->place);
}
