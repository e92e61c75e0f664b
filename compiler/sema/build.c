/* build.c — makes typed expressions and the tables they point into.
 *
 * Rate and markets follow from the arguments at once; everything else is inferred later (attrs.c).
 * Promise: an expression over something already reported is itself silent. */
#include "compiler/sema/checker.h"

#include "vm/base/num.h"

void over_budget(Checker *c, Place place, TextId what, int64_t limit)
{
    if (c->is_over) return;
    c->is_over = true;
    diag_add(c->diags, ODX702, place, T_TOO_MANY, arg_str(diag_text(what)), arg_int(limit));
}

bool is_out_of_memory(Checker *c)
{
    if (arena_is_full(c->arena)) c->is_over = true;
    return arena_is_full(c->arena);
}

bool expr_is_bad(const Expr *e)
{
    return !e || e->type.shape == SHAPE_BAD;
}

const Expr *expr_strip(const Expr *e)
{
    while (e && e->op == EX_LET && e->args[0])
        e = e->args[0];
    return e;
}

static Expr *new_expr(Checker *c, ExprOp op, Type type, Place place)
{
    Expr *e = arena_new(c->arena, Expr);

    if (is_out_of_memory(c)) return make_bad(c, place);
    *e = (Expr){.op = (uint8_t)op, .type = type, .place = place, .id = (uint32_t)c->exprs.count};
    if (c->exprs.count >= MAX_EXPRS)
        over_budget(c, place, T_SAY_CALCULATIONS_AFTER_DEFINITIONS_AND_REPEATS_ARE_WRITTEN_OUT,
                    MAX_EXPRS);
    else
        (void)vec_push(c->arena, &c->exprs, e);
    return e;
}

Expr *make_bad(Checker *c, Place place)
{
    Expr *e = arena_new(c->arena, Expr);

    if (is_out_of_memory(c)) e = &c->no_expr;
    *e = (Expr){.op = EX_CONST, .type = type_of(SHAPE_BAD), .place = place, .num = UNKNOWN};
    return e;
}

static bool is_series_op(ExprOp op)
{
    static const bool has_memory[EX_COUNT] = {
#define LEAF false
#define PURE false
#define TIME true
#define BOOK true
#define EXPR(name, args, kind, meaning) [EX_##name] = (kind),
#include "compiler/sema/exprs.def"
#undef EXPR
#undef LEAF
#undef PURE
#undef TIME
#undef BOOK
    };

    return has_memory[op] || op == EX_INPUT || op == EX_STATE || op == EX_TOKEN_FIELD;
}

static void take_from_args(Expr *e)
{
    e->rate = is_series_op((ExprOp)e->op) ? RATE_SERIES
              : e->op == EX_PARAM         ? RATE_PARAM
                                          : RATE_CONST;
    for (uint32_t i = 0; i < e->arg_count; i++) {
        if (!e->args[i]) continue;
        if (e->args[i]->rate > e->rate) e->rate = e->args[i]->rate;
        e->markets |= e->args[i]->markets;
    }
}

Expr *make_expr(Checker *c, ExprOp op, Type type, Place place, Expr *const *args, uint32_t count)
{
    Expr *e;

    for (uint32_t i = 0; i < count; i++)
        if (expr_is_bad(args[i]) && !(op == EX_PREV && i == 0 && !args[i]))
            return make_bad(c, place);
    if (type_is_bad(type)) return make_bad(c, place);
    e = new_expr(c, op, type, place);
    e->args = arena_array(c->arena, Expr *, count);
    if (is_out_of_memory(c)) return make_bad(c, place);
    e->arg_count = count;
    for (uint32_t i = 0; i < e->arg_count; i++)
        e->args[i] = args[i];
    take_from_args(e);
    return e;
}

Expr *make_num(Checker *c, double v, Type type, Place place)
{
    Expr *e = new_expr(c, EX_CONST, type, place);

    e->num = v + 0.0;
    return e;
}

Expr *make_yes(Checker *c, bool v, Place place)
{
    Expr *e = new_expr(c, EX_CONSTB, type_of(SHAPE_BOOL), place);

    e->num = v;
    return e;
}

uint32_t input_index(Checker *c, FieldId field, uint8_t market, uint16_t index)
{
    Input want = {.field = (uint8_t)field, .market = market, .index = index};

    for (size_t i = 0; i < c->inputs.count; i++) {
        const Input *in = &c->inputs.items[i];

        if (in->field == want.field && in->market == market && in->index == index)
            return (uint32_t)i;
    }
    (void)vec_push(c->arena, &c->inputs, want);
    return (uint32_t)c->inputs.count - 1;
}

static void mark_read(Checker *c, uint8_t market)
{
    if (market < c->markets.count) c->markets.items[market].read = true;
}

Expr *make_input(Checker *c, FieldId field, uint8_t market, uint16_t index, Type type, Place place)
{
    Expr *e = new_expr(c, EX_INPUT, type, place);

    e->index = input_index(c, field, market, index);
    e->rate = RATE_SERIES;
    if (market < c->markets.count) e->markets = UINT64_C(1) << market;
    mark_read(c, market);
    return e;
}

Expr *make_token(Checker *c, uint32_t token, Place place)
{
    Expr *e = new_expr(c, EX_TOKEN, type_of(SHAPE_TOKEN), place);

    e->index = token;
    mark_read(c, c->tokens.items[token].market);
    return e;
}

int32_t token_index(Checker *c, uint8_t market, uint8_t outcome, uint8_t account, Span spelled)
{
    for (size_t i = 0; i < c->tokens.count; i++) {
        const Token *t = &c->tokens.items[i];

        if (t->market == market && t->outcome == outcome && t->account == account)
            return (int32_t)i;
    }
    if (c->tokens.count >= MAX_TOKENS) return -1;
    (void)vec_push(c->arena, &c->tokens, (Token){market, outcome, account, spelled});
    return (int32_t)c->tokens.count - 1;
}

/* ---- constants -------------------------------------------------------------------------------- */

bool literal_value(const Expr *e, double *ret)
{
    e = expr_strip(e);
    if (!e) return false;
    if (e->op == EX_NEG && literal_value(e->args[0], ret)) {
        *ret = 0.0 - *ret;
        return true;
    }
    if (e->op != EX_CONST || e->type.shape != SHAPE_NUM) return false;
    *ret = e->num;
    return true;
}

static double param_value(const Param *p, ParamEnd end)
{
    if (!p->has_range || end == PARAM_VALUE) return p->value;
    return end == PARAM_LOW ? p->low : p->high;
}

static bool apply_two(ExprOp op, double a, double b, double *ret)
{
    switch (op) {
    case EX_ADD:
        *ret = a + b;
        break;
    case EX_SUB:
        *ret = a - b;
        break;
    case EX_MUL:
        *ret = a * b;
        break;
    case EX_DIV:
        *ret = a / b;
        break;
    case EX_MIN:
        *ret = a < b ? a : b;
        break;
    case EX_MAX:
        *ret = a > b ? a : b;
        break;
    default:
        return false;
    }
    *ret = num_canon(*ret);
    return num_is_known(*ret);
}

static bool apply_one(ExprOp op, double a, double *ret)
{
    switch (op) {
    case EX_LET:
        *ret = a;
        break;
    case EX_NEG:
        *ret = 0.0 - a;
        break;
    case EX_ABS:
        *ret = num_abs(a);
        break;
    case EX_ROUND:
        *ret = num_rint(a);
        break;
    case EX_FLOOR:
        *ret = num_floor(a);
        break;
    case EX_CEIL:
        *ret = num_ceil(a);
        break;
    case EX_SQRT:
        *ret = num_sqrt(a);
        break;
    default:
        return false;
    }
    *ret = num_canon(*ret);
    return num_is_known(*ret);
}

typedef struct Params {
    const Param *items;
    size_t count;
    uint32_t *fuel;
} Params;

static bool fold_value(Params ps, const Expr *e, ParamEnd end, double *ret)
{
    double a, b;

    if (!e || e->type.shape == SHAPE_BAD || *ps.fuel == 0) return false;
    --*ps.fuel;
    if (e->op == EX_CONST || e->op == EX_CONSTB) {
        *ret = e->num;
        return num_is_known(e->num);
    }
    if (e->op == EX_PARAM && e->index < ps.count) {
        *ret = param_value(&ps.items[e->index], end);
        return true;
    }
    if (e->rate == RATE_SERIES || e->arg_count == 0) return false;
    if (!fold_value(ps, e->args[0], end, &a)) return false;
    if (e->arg_count == 1) return apply_one((ExprOp)e->op, a, ret);
    for (uint32_t i = 1; i < e->arg_count; i++) {
        if (!fold_value(ps, e->args[i], end, &b)) return false;
        if (!apply_two((ExprOp)e->op, a, b, &a)) return false;
    }
    *ret = a;
    return true;
}

bool constant(const Checker *c, const Expr *e, ParamEnd end, double *ret)
{
    uint32_t fuel = MAX_WALK;

    return fold_value((Params){c->params.items, c->params.count, &fuel}, e, end, ret);
}

bool expr_constant(const Program *p, const Expr *e, ParamEnd end, double *ret)
{
    uint32_t fuel = MAX_WALK;

    return fold_value((Params){p->params, p->params_count, &fuel}, e, end, ret);
}
