/* exprs.c — operators: from a tree of words to a typed expression.
 *
 * One small function a kind of node.  Promise: never NULL; what was reported comes back as BAD, and BAD
 * makes everything around it silent. */
#include "compiler/sema/checker.h"

#include "vm/base/num.h"

enum { MAX_DEPTH = 1200 };

/* ---- literals --------------------------------------------------------------------------------- */

static Expr *check_literal(Checker *c, const Node *n)
{
    bool is_percent = false;
    Type t = type_num(literal_dim((NumUnit)n->unit, &is_percent));
    Expr *e;

    t.percent = is_percent;
    t.bare = n->unit == NUM_PLAIN;
    e = make_num(c, n->num, t, n->place);
    e->spelled = n->text;
    if (n->unit == NUM_USD) e->flags |= EXF_DOLLAR;
    return e;
}

/* ---- arithmetic ------------------------------------------------------------------------------- */

static Expr *check_sum(Checker *c, const Node *n, ExprOp op)
{
    Expr *a = check_expr(c, n->kids[0]);
    Expr *b = check_expr(c, n->kids[1]);
    Expr *e;
    Type t;

    if (!want_number(c, a) | !want_number(c, b)) return make_bad(c, n->place);
    if (!meet(c, a, b, MEET_SUM, n->place, &t)) return make_bad(c, n->place);
    e = MAKE(c, op, t, n->place, a, b);
    e->flags |= a->flags & b->flags & EXF_DOLLAR;
    return e;
}

static Expr *check_product(Checker *c, const Node *n, ExprOp op)
{
    Expr *a = check_expr(c, n->kids[0]);
    Expr *b = check_expr(c, n->kids[1]);
    bool is_quotient = op == EX_DIV, is_soft;
    Expr *e;
    Type t;

    if (expr_is_bad(a) || expr_is_bad(b)) return make_bad(c, n->place);
    is_soft = is_quotient && (a->flags & EXF_DOLLAR) && type_is_unit(b->type, UNIT_PERCOIN);
    if (!type_product(c, a, b, is_quotient, n->place, &t)) return make_bad(c, n->place);
    e = MAKE(c, op, t, n->place, a, b);
    if (is_soft) e->flags |= EXF_QUOTIENT;
    return e;
}

static Expr *check_binary(Checker *c, const Node *n)
{
    switch ((BinaryOp)n->op) {
    case AST_ADD:
        return check_sum(c, n, EX_ADD);
    case AST_SUB:
        return check_sum(c, n, EX_SUB);
    case AST_MUL:
    case AST_OF:
        return check_product(c, n, EX_MUL);
    case AST_DIV:
        return check_product(c, n, EX_DIV);
    }
    return make_bad(c, n->place);
}

static Expr *check_negative(Checker *c, const Node *n)
{
    Expr *a = check_expr(c, n->kids[0]);
    Expr *e;

    if (!want_number(c, a)) return make_bad(c, n->place);
    e = MAKE(c, EX_NEG, a->type, n->place, a);
    e->flags |= a->flags & EXF_DOLLAR;
    return e;
}

/* ---- conditions ------------------------------------------------------------------------------- */

static void set_grid(Expr *e, Type t)
{
    if (!expr_is_bad(e) && t.shape == SHAPE_NUM && dim_is_money(t.dim)) e->flags |= EXF_GRID;
}

static Expr *check_compare(Checker *c, const Node *n)
{
    static const uint8_t ops[] = {
        [AST_CMP_LT] = EX_LT, [AST_CMP_LE] = EX_LE, [AST_CMP_GT] = EX_GT, [AST_CMP_GE] = EX_GE};
    Expr *a = check_expr(c, n->kids[0]);
    Expr *b = check_expr(c, n->kids[1]);
    Expr *e;
    Type t;

    if (!want_number(c, a) | !want_number(c, b)) return make_bad(c, n->place);
    if (!meet(c, a, b, MEET_COMPARE, n->place, &t)) return make_bad(c, n->place);
    e = MAKE(c, (ExprOp)ops[n->op], type_of(SHAPE_BOOL), n->place, a, b);
    set_grid(e, t);
    return e;
}

/* `winner is up`: the side of the share, not the share. */
static Expr *as_outcome(Checker *c, Expr *token)
{
    const Expr *e = expr_strip(token);

    if (e->op != EX_TOKEN) return token;
    return make_num(c, c->tokens.items[e->index].outcome, type_of(SHAPE_OUTCOME), token->place);
}

static Expr *check_is(Checker *c, const Node *n)
{
    Expr *a = check_expr(c, n->kids[0]);
    Expr *b = check_expr(c, n->kids[1]);
    bool is_not = (n->flags & NF_NOT) != 0;
    Expr *e;
    Type t;

    if (expr_is_bad(a) || expr_is_bad(b)) return make_bad(c, n->place);
    if (a->type.shape == SHAPE_OUTCOME && b->type.shape == SHAPE_TOKEN) b = as_outcome(c, b);
    if (b->type.shape == SHAPE_OUTCOME && a->type.shape == SHAPE_TOKEN) a = as_outcome(c, a);
    if (!meet(c, a, b, MEET_COMPARE, n->place, &t)) return make_bad(c, n->place);
    if (t.shape == SHAPE_BOOL)
        return MAKE(c, is_not ? EX_NEB : EX_EQB, type_of(SHAPE_BOOL), n->place, a, b);
    e = MAKE(c, is_not ? EX_NE : EX_EQ, type_of(SHAPE_BOOL), n->place, a, b);
    set_grid(e, t);
    return e;
}

static Expr *make_between(Checker *c, const Node *n, const Node *low, const Node *high)
{
    Expr *x = check_expr(c, n->kids[0]);
    Expr *lo = check_expr(c, low);
    Expr *hi = check_expr(c, high);
    bool is_fine = want_number(c, x) & want_number(c, lo) & want_number(c, hi);
    Expr *e;
    Type t;

    if (!is_fine || !meet(c, x, lo, MEET_COMPARE, n->place, &t)) return make_bad(c, n->place);
    if (!meet(c, x, hi, MEET_COMPARE, n->place, &t)) return make_bad(c, n->place);
    e = MAKE(c, EX_BETWEEN, type_of(SHAPE_BOOL), n->place, x, lo, hi);
    set_grid(e, t);
    return e;
}

static Expr *check_choices(Checker *c, const Node *n, const Node *choices)
{
    uint32_t count = choices->kid_count + 1;
    Expr **args = arena_array(c->arena, Expr *, count);
    bool is_fine = true;
    Type t = type_of(SHAPE_BAD);
    Expr *e;

    args[0] = check_expr(c, n->kids[0]);
    for (uint32_t i = 0; i < choices->kid_count; i++) {
        args[i + 1] = check_expr(c, choices->kids[i]);
        if (args[0]->type.shape == SHAPE_OUTCOME && args[i + 1]->type.shape == SHAPE_TOKEN)
            args[i + 1] = as_outcome(c, args[i + 1]);
        is_fine &= meet(c, args[0], args[i + 1], MEET_COMPARE, n->place, &t);
    }
    if (!is_fine || count < 2) return make_bad(c, n->place);
    e = make_expr(c, EX_IN, type_of(SHAPE_BOOL), n->place, args, count);
    set_grid(e, t);
    return e;
}

static Expr *negate(Checker *c, Expr *e, bool is_not)
{
    return is_not ? MAKE(c, EX_NOT, type_of(SHAPE_BOOL), e->place, e) : e;
}

static Expr *check_in(Checker *c, const Node *n)
{
    const Node *domain = node_kid(n, 1);
    bool is_not = (n->flags & NF_NOT) != 0;

    if (node_is(domain, NODE_CHOICES)) return negate(c, check_choices(c, n, domain), is_not);
    if (!node_is(domain, NODE_RANGE)) return make_bad(c, n->place);
    return negate(c, make_between(c, n, domain->kids[0], domain->kids[1]), is_not);
}

static Expr *check_crosses(Checker *c, const Node *n)
{
    Expr *a = check_expr(c, n->kids[0]);
    Expr *b = check_expr(c, n->kids[1]);
    ExprOp op = n->op == AST_CROSSES_ABOVE ? EX_XUP : EX_XDOWN;
    Expr *e;
    Type t;

    if (!want_number(c, a) | !want_number(c, b)) return make_bad(c, n->place);
    if (!meet(c, a, b, MEET_COMPARE, n->place, &t)) return make_bad(c, n->place);
    e = MAKE(c, op, type_of(SHAPE_BOOL), n->place, a, b);
    set_grid(e, t);
    return e;
}

static Expr *check_terms(Checker *c, const Node *n, ExprOp op)
{
    Expr *all = NULL;
    bool is_fine = true;

    for (uint32_t i = 0; i < n->kid_count; i++) {
        Expr *term = check_yes_no(c, n->kids[i]);

        is_fine &= !expr_is_bad(term);
        if (!is_fine) continue;
        all = all ? MAKE(c, op, type_of(SHAPE_BOOL), place_join(all->place, term->place), all, term)
                  : term;
    }
    return is_fine && all ? all : make_bad(c, n->place);
}

static Expr *check_not(Checker *c, const Node *n)
{
    return MAKE(c, EX_NOT, type_of(SHAPE_BOOL), n->place, check_yes_no(c, n->kids[0]));
}

static Expr *check_if(Checker *c, const Node *n)
{
    Expr *cond = check_yes_no(c, n->kids[KID_IF_COND]);
    Expr *a = check_expr(c, n->kids[KID_IF_THEN]);
    Expr *b = check_expr(c, n->kids[KID_IF_ELSE]);
    Type t;

    if (expr_is_bad(cond) || !meet(c, a, b, MEET_CHOICE, n->place, &t))
        return make_bad(c, n->place);
    return MAKE(c, EX_IF, t, n->place, cond, a, b);
}

static Expr *check_otherwise(Checker *c, const Node *n)
{
    Expr *a = check_expr(c, n->kids[0]);
    Expr *b = check_expr(c, n->kids[1]);
    Type t;

    if (!meet(c, a, b, MEET_CHOICE, n->place, &t)) return make_bad(c, n->place);
    return MAKE(c, EX_OTHERWISE, t, n->place, a, b);
}

/* ---- time ------------------------------------------------------------------------------------- */

static Expr *check_for(Checker *c, const Node *n)
{
    Expr *cond = check_yes_no(c, n->kids[0]);
    Expr *d = check_expr(c, n->kids[1]);

    if (!want_duration(c, d, T_SAY_A_FOR) || !want_fixed(c, d, T_SAY_THE_LENGTH_OF_A_FOR))
        return make_bad(c, n->place);
    return MAKE(c, EX_HELD, type_of(SHAPE_BOOL), n->place, cond, d);
}

static bool is_boundary_period(double seconds)
{
    double us = num_rint(seconds * 1e6);

    return us >= 1 && us <= 86400e6 && (int64_t)86400000000 % (int64_t)us == 0;
}

static bool period_is_fine(Checker *c, const Expr *d)
{
    static const ParamEnd ends[] = {PARAM_VALUE, PARAM_LOW, PARAM_HIGH};
    double v;

    for (int i = 0; i < 3; i++) {
        Diag *f;

        if (!constant(c, d, ends[i], &v) || is_boundary_period(v)) continue;
        f = diag_add(c->diags, ODX105, d->place, T_PERIOD_DIVIDES);
        diag_label(f, T_DOES_NOT_DIVIDE, arg_duration(v));
        diag_help(f, T_PERIOD_HELP);
        return false;
    }
    return true;
}

Expr *check_period(Checker *c, const Node *n)
{
    Expr *d = check_expr(c, n);

    if (!want_duration(c, d, T_SAY_AN_EVERY) || !want_fixed(c, d, T_SAY_THE_PERIOD_OF_AN_EVERY) ||
        !period_is_fine(c, d))
        return make_bad(c, n->place);
    return d;
}

static Expr *check_every(Checker *c, const Node *n)
{
    Expr *x = check_expr(c, n->kids[0]);
    Expr *d = check_period(c, n->kids[1]);

    return MAKE(c, EX_SAMPLE, x->type, n->place, x, d);
}

/* Everything with memory that is written inside, lets apart, goes on from slot to slot. */
static void mark_across(Expr *e)
{
    if (e->op == EX_LET || e->op == EX_CONST || e->flags & EXF_ACROSS) return;
    e->flags |= EXF_ACROSS;
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i] && e->args[i]->id < e->id) mark_across(e->args[i]);
}

static Expr *check_across(Checker *c, const Node *n)
{
    Expr *e = check_expr(c, n->kids[0]);

    if (!expr_is_bad(e)) mark_across(e);
    return e;
}

/* ---- dispatch --------------------------------------------------------------------------------- */

static Expr *check_kind(Checker *c, const Node *n)
{
    switch ((NodeKind)n->kind) {
    case NODE_IF:
        return check_if(c, n);
    case NODE_OR:
        return check_terms(c, n, EX_OR);
    case NODE_AND:
        return check_terms(c, n, EX_AND);
    case NODE_NOT:
        return check_not(c, n);
    case NODE_CMP:
        return check_compare(c, n);
    case NODE_IS:
        return check_is(c, n);
    case NODE_BETWEEN:
        return make_between(c, n, n->kids[1], n->kids[2]);
    case NODE_IN:
        return check_in(c, n);
    case NODE_CROSSES:
        return check_crosses(c, n);
    case NODE_FOR:
        return check_for(c, n);
    case NODE_OTHERWISE:
        return check_otherwise(c, n);
    case NODE_BINARY:
        return check_binary(c, n);
    case NODE_NEG:
        return check_negative(c, n);
    case NODE_EVERY:
        return check_every(c, n);
    case NODE_ACROSS:
        return check_across(c, n);
    case NODE_NUMBER:
        return check_literal(c, n);
    case NODE_BOOL:
        return make_yes(c, n->op == 1, n->place);
    case NODE_SIDE:
        return make_num(c, n->op == AST_SIDE_BUY, type_of(SHAPE_SIDE), n->place);
    case NODE_PATH:
        return check_path(c, n);
    case NODE_CALL:
        return check_call(c, n);
    case NODE_FOLD:
        return check_fold(c, n);
    default:
        return make_bad(c, n->place);
    }
}

/* Positions that must not be NULL, in case something unreadable left a hole. */
static bool has_holes(const Node *n)
{
    for (uint32_t i = 0; i < n->kid_count; i++)
        if (!n->kids[i] || n->kids[i]->kind == NODE_BAD) return true;
    return n->kid_count < node_fixed_kids((NodeKind)n->kind);
}

Expr *check_expr(Checker *c, const Node *n)
{
    Expr *e;

    if (!n || n->kind == NODE_BAD || has_holes(n) || c->is_over)
        return make_bad(c, n ? n->place : place_at(0, 0, 0));
    if (c->depth >= MAX_DEPTH) {
        over_budget(c, n->place, T_SAY_STEPS_FROM_ONE_VALUE_TO_THE_NEXT, MAX_DEPTH);
        return make_bad(c, n->place);
    }
    c->depth++;
    e = check_kind(c, n);
    c->depth--;
    return e;
}

Expr *check_yes_no(Checker *c, const Node *n)
{
    Expr *e = check_expr(c, n);

    return want_yes_no(c, e) ? e : make_bad(c, e->place);
}

Expr *check_number(Checker *c, const Node *n)
{
    Expr *e = check_expr(c, n);

    return want_number(c, e) ? e : make_bad(c, e->place);
}
