/* witness.c — see witness.h. */
#include "compiler/prove/witness.h"

#include "vm/arith.h"
#include "vm/base/buf.h"
#include "vm/fields.h"

#define INF __builtin_inf()

/* A value that people like, inside the range. */
static double nice_inside(Interval in)
{
    double x;

    if (in.lo == -INF && in.hi == INF) return 0;
    if (in.hi == INF)
        x = in.lo > 0 ? in.lo * 1.5 : in.lo < 0 ? 0 : in.lo_open ? 1 : 0;
    else if (in.lo == -INF)
        x = in.hi > 0 ? in.hi / 2 : in.hi < 0 ? in.hi * 1.5 : in.hi_open ? -1 : 0;
    else
        x = in.lo + (in.hi - in.lo) / 2;
    return iv_has(in, x) ? x : in.lo + (in.hi - in.lo) / 2;
}

static bool is_witness_field(const Prover *pr, const Expr *e)
{
    const FieldInfo *info = e->op == EX_INPUT ? field_info(pr->p->inputs[e->index].field) : NULL;

    return info && (info->owner == OWNER_TOKEN || info->owner == OWNER_MARKET ||
                    info->owner == OWNER_TIME || info->owner == OWNER_INSTR);
}

/* `abs_move` follows from `move`. */
static bool says_both(const Prover *pr, const Expr *said, const Expr *e)
{
    const Input *a = &pr->p->inputs[said->index], *b = &pr->p->inputs[e->index];

    return a->field == FIELD_MOVE && b->field == FIELD_ABS_MOVE && a->market == b->market;
}

/* The fields that the conditions read, each once, in order of writing. */
static void fields_of(Prover *pr, const Expr *e, const Expr **fields, uint32_t *count, uint32_t cap)
{
    e = expr_behind(e);
    if (!terms_step(&pr->terms)) return;
    if (is_witness_field(pr, e)) {
        for (uint32_t i = 0; i < *count; i++)
            if (pr->terms.same[fields[i]->id] == pr->terms.same[e->id] ||
                says_both(pr, fields[i], e))
                return;
        if (*count < cap) fields[(*count)++] = e;
        return;
    }
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id < e->id) fields_of(pr, e->args[i], fields, count, cap);
}

/* Chooses a value inside the box for one field; the box shrinks to it. */
static double fix_field(Prover *pr, Box *box, const Expr *field)
{
    Lin l = lin_of(&pr->terms, field), back;
    Interval in = box_range(&pr->terms, box, &l);
    double x = nice_inside(iv_meet(in, pr->ranges[field->id].in));

    if (field->type.percent && in.hi != INF && in.lo > 0 && in.hi > in.lo * 1.5) x = in.lo * 1.5;
    l.c -= x;
    box_add(&pr->terms, box, &l, false, true, field);
    back = lin_scale(l, -1);
    box_add(&pr->terms, box, &back, false, true, field);
    return x;
}

/* ---- is it so? ------------------------------------------------------------------------------------- */

static double field_value(const Prover *pr, const Witness *w, const Expr *e)
{
    for (uint32_t i = 0; i < w->count; i++) {
        if (pr->terms.same[w->fields[i]->id] == pr->terms.same[e->id]) return w->values[i];
        if (says_both(pr, w->fields[i], e)) return ar_abs(w->values[i]);
    }
    return UNKNOWN;
}

static double number_at(Prover *pr, const Witness *w, const Expr *e);

static double combine(Prover *pr, const Witness *w, const Expr *e)
{
    double x = number_at(pr, w, e->args[0]);

    for (uint32_t i = 1; i < e->arg_count; i++) {
        double y = number_at(pr, w, e->args[i]);

        switch ((ExprOp)e->op) {
        case EX_ADD:
            x = ar_add(x, y);
            break;
        case EX_SUB:
            x = ar_sub(x, y);
            break;
        case EX_MUL:
            x = ar_mul(x, y);
            break;
        case EX_DIV:
            x = ar_div(x, y);
            break;
        case EX_MIN:
            x = ar_min(x, y);
            break;
        default:
            x = ar_max(x, y);
            break;
        }
    }
    return x;
}

/* What remembers, and what is not worked out here, is unknown: it can be anything. */
static double number_at(Prover *pr, const Witness *w, const Expr *e)
{
    e = expr_behind(e);
    if (!terms_step(&pr->terms)) return UNKNOWN;
    switch ((ExprOp)e->op) {
    case EX_CONST:
        return e->num;
    case EX_PARAM:
        return pr->p->params[e->index].value;
    case EX_INPUT:
        return field_value(pr, w, e);
    case EX_NEG:
        return ar_neg(number_at(pr, w, e->args[0]));
    case EX_ABS:
        return ar_abs(number_at(pr, w, e->args[0]));
    case EX_ADD:
    case EX_SUB:
    case EX_MUL:
    case EX_DIV:
    case EX_MIN:
    case EX_MAX:
        return combine(pr, w, e);
    default:
        return UNKNOWN;
    }
}

static uint8_t compare_at(Prover *pr, const Witness *w, const Expr *e)
{
    double a = number_at(pr, w, e->args[0]), b = number_at(pr, w, e->args[1]);

    if (e->flags & EXF_GRID) a = ar_qnt(a), b = ar_qnt(b);
    switch ((ExprOp)e->op) {
    case EX_LT:
        return ar_lt(a, b);
    case EX_LE:
        return ar_le(a, b);
    case EX_GT:
        return ar_lt(b, a);
    case EX_GE:
        return ar_le(b, a);
    case EX_EQ:
        return ar_eq(a, b);
    default:
        return ar_not(ar_eq(a, b));
    }
}

static uint8_t truth_at(Prover *pr, const Witness *w, const Expr *e)
{
    e = expr_behind(e);
    if (!terms_step(&pr->terms)) return COND_UNKNOWN;
    switch ((ExprOp)e->op) {
    case EX_AND:
        return ar_and(truth_at(pr, w, e->args[0]), truth_at(pr, w, e->args[1]));
    case EX_OR:
        return ar_or(truth_at(pr, w, e->args[0]), truth_at(pr, w, e->args[1]));
    case EX_NOT:
        return ar_not(truth_at(pr, w, e->args[0]));
    case EX_HELD: /* a tick that stands long enough */
        return truth_at(pr, w, e->args[0]);
    case EX_LT:
    case EX_LE:
    case EX_GT:
    case EX_GE:
    case EX_EQ:
    case EX_NE:
        return compare_at(pr, w, e);
    case EX_BETWEEN:
        return ar_ink(number_at(pr, w, e->args[0]), number_at(pr, w, e->args[1]),
                      number_at(pr, w, e->args[2]));
    default:
        return COND_UNKNOWN;
    }
}

static bool is_refuted(Prover *pr, const Witness *w, const Expr *cond)
{
    return cond && truth_at(pr, w, cond) == COND_FALSE;
}

/* ---- the door -------------------------------------------------------------------------------------- */

Witness witness_find(Prover *pr, const Expr *a, const Expr *b, const Box *box)
{
    Witness w = {.count = 0};
    Box point = *box;

    point.cap = point.count; /* what is added is not the box's */
    if (a) fields_of(pr, a, w.fields, &w.count, WITNESS_FIELDS);
    if (b) fields_of(pr, b, w.fields, &w.count, WITNESS_FIELDS);
    for (uint32_t i = 0; i < w.count; i++)
        w.values[i] = fix_field(pr, &point, w.fields[i]);
    w.is_right =
        !box_is_empty(&pr->terms, &point) && !is_refuted(pr, &w, a) && !is_refuted(pr, &w, b);
    return w;
}

Span witness_text(Prover *pr, const Witness *w, uint32_t count)
{
    const Sources *sources = diags_sources(pr->diags);
    Buf text;

    buf_init(&text, pr->arena, 4096);
    for (uint32_t i = 0; i < count; i++) {
        const Expr *f = w->fields[i];
        DiagArg value = f->type.percent && pr->ranges[f->id].in.lo < 0
                            ? arg_change(w->values[i])
                            : arg_of_type(f->type, w->values[i]);

        buf_fmt(&text, "%s%S = %S", i ? ", " : "", source_text(sources, f->place),
                diag_arg_text(pr->arena, sources, &value));
    }
    return buf_span(&text);
}
