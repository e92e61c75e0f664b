/* plain.c — equality on continuous values (ODX307), values that are never known (ODX310). */
#include "compiler/prove/prover.h"
#include "vm/fields.h"

/* Takes few values, so that equality means something. */
static bool is_discrete(Prover *pr, const Expr *e)
{
    const FieldInfo *info;

    e = expr_behind(e);
    if (!terms_step(&pr->terms)) return true; /* too much to look through: say nothing */
    switch ((ExprOp)e->op) {
    case EX_CONST:
    case EX_PARAM:
    case EX_TOKEN:
    case EX_ROUND:
    case EX_FLOOR:
    case EX_CEIL:
    case EX_SIGN:
        return true;
    case EX_STATE:
        return e->type.dim.usd == 0 && e->type.dim.share == 0 && e->type.dim.second == 0;
    case EX_INPUT:
        info = field_info(pr->p->inputs[e->index].field);
        return info && info->unit == FUNIT_COUNT;
    case EX_ADD:
    case EX_SUB:
    case EX_MUL:
    case EX_NEG:
    case EX_ABS:
    case EX_MIN:
    case EX_MAX:
    case EX_CLAMP:
        break;
    case EX_IF:
        return is_discrete(pr, e->args[1]) && is_discrete(pr, e->args[2]);
    case EX_PREV:
    case EX_SAMPLE:
        return is_discrete(pr, e->args[0]);
    default:
        return e->type.shape != SHAPE_NUM;
    }
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (!is_discrete(pr, e->args[i])) return false;
    return true;
}

static bool is_zero(const Expr *e)
{
    e = expr_behind(e);
    return e->op == EX_CONST && e->num == 0;
}

static void look_at_equality(Prover *pr, const Expr *e)
{
    const Expr *a = e->args[0], *b = e->args[1];
    Diag *d;

    if (a->type.shape != SHAPE_NUM || is_zero(a) || is_zero(b)) return;
    if (is_discrete(pr, a) && is_discrete(pr, b)) return;
    d = diag_add(pr->diags, ODX307, e->place, T_EQUALITY);
    diag_label(d, T_EXACTLY_EQUAL);
    diag_help(d, T_USE_BETWEEN);
}

/* The outermost value that can never be known. */
static bool look_at_known(Prover *pr, const Expr *e)
{
    Diag *d;

    if (e->type.shape != SHAPE_NUM || pr->ranges[e->id].known != KNOWN_NO) return false;
    d = diag_add(pr->diags, ODX310, e->place, T_NEVER_KNOWN);
    diag_label(d, T_ALWAYS_UNKNOWN);
    return true;
}

static void walk(Prover *pr, const Expr *e, bool *seen)
{
    if (seen[e->id]) return;
    seen[e->id] = true;
    if (look_at_known(pr, e)) return;
    if (e->op == EX_EQ || e->op == EX_NE) look_at_equality(pr, e);
    for (uint32_t i = 0; i < e->arg_count; i++)
        walk(pr, e->args[i], seen);
}

static void walk_action(Prover *pr, const Action *a, bool *seen)
{
    const Expr *const parts[] = {a->size, a->price, a->within, a->value, a->bid, a->ask};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i]) walk(pr, parts[i], seen);
}

void prove_plain(Prover *pr)
{
    bool *seen = arena_array(pr->arena, bool, pr->p->exprs_count + 1);

    if (arena_is_full(pr->arena)) return;
    for (uint32_t i = 0; i < pr->p->rules_count; i++) {
        const Rule *r = &pr->p->rules[i];

        if (r->cond) walk(pr, r->cond, seen);
        for (uint32_t k = 0; k < r->require_count; k++)
            walk(pr, r->requires[k].cond, seen);
        for (uint32_t k = 0; k < r->action_count; k++)
            walk_action(pr, &r->actions[k], seen);
    }
    for (uint32_t i = 0; i < pr->p->limits_count; i++)
        if (pr->p->limits[i].value) walk(pr, pr->p->limits[i].value, seen);
}
