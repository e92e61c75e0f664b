/* range.c — the range and knownness of every expression, from those of its arguments.
 *
 * Leaves get theirs from the catalogue (vm/fields.def), from params, feeds and the length of slots.
 * Indicators stay within the range of what they average. */
#include "compiler/prove/prove.h"
#include "vm/base/fixed.h"
#include "vm/base/math.h"
#include "vm/fields.h"

#define INF __builtin_inf()

typedef struct Flow {
    const Program *p;
    Range *ranges;
} Flow;

static Range range(Interval in, Knownness known)
{
    return (Range){in, (uint8_t)known};
}

static Range arg(const Flow *f, const Expr *e, uint32_t i)
{
    return f->ranges[e->args[i]->id];
}

static uint8_t worst_known(const Flow *f, const Expr *e)
{
    uint8_t worst = KNOWN_YES;

    for (uint32_t i = 0; i < e->arg_count; i++)
        if (arg(f, e, i).known > worst) worst = arg(f, e, i).known;
    return worst;
}

/* ---- leaves ---------------------------------------------------------------------------------------- */

static Interval field_interval(const FieldInfo *info)
{
    Interval in = iv_all();

    if (info->low == info->low) in.lo = info->low, in.lo_open = false;
    if (info->high == info->high) in.hi = info->high, in.hi_open = false;
    if (info->unit == FUNIT_PERCOIN && in.lo == 0) in.lo_open = true;
    return in;
}

/* A slot of this market lasts so long, in seconds; 0 for others. */
static double slot_seconds(const Program *p, uint8_t market)
{
    if (market >= p->markets_count) return 0;
    return (double)p->markets[market].slot_us / 1e6;
}

static Interval time_interval(const Program *p, const Input *in, Interval otherwise)
{
    double seconds = slot_seconds(p, in->market);

    if (seconds <= 0) return otherwise;
    switch (in->field) {
    case FIELD_SLOT_LENGTH:
        return iv_point(seconds);
    case FIELD_SLOT_ELAPSED:
    case FIELD_SLOT_LEFT:
        return iv_closed(0, seconds);
    default:
        return otherwise;
    }
}

static Range input_range(const Program *p, const Input *in)
{
    const FieldInfo *info = field_info(in->field);
    Interval iv;

    if (!info) return range(iv_all(), KNOWN_MAYBE);
    iv = time_interval(p, in, field_interval(info));
    if (info->owner == OWNER_FEED && in->index < p->feeds_count)
        iv = iv_closed(p->feeds[in->index].low, p->feeds[in->index].high);
    if (info->owner == OWNER_TIME && (in->field == FIELD_HOUR || in->field == FIELD_DAY))
        return range(iv, KNOWN_YES);
    if (info->owner == OWNER_TIME && slot_seconds(p, in->market) > 0 &&
        in->field != FIELD_CLOSES_IN)
        return range(iv, KNOWN_YES);
    return range(iv, info->owner == OWNER_HELD && info->known == KNOWN_ALWAYS ? KNOWN_YES
                                                                              : KNOWN_MAYBE);
}

static Range param_range(const Program *p, uint32_t i)
{
    const Param *m = &p->params[i];

    if (m->has_range) return range(iv_closed(m->low, m->high), KNOWN_YES);
    return range(iv_point(m->value), KNOWN_YES);
}

static Range leaf_range(const Flow *f, const Expr *e)
{
    switch ((ExprOp)e->op) {
    case EX_CONST:
        return range(iv_point(e->num), num_is_known(e->num) ? KNOWN_YES : KNOWN_NO);
    case EX_CONSTB:
        return range(iv_all(), KNOWN_YES);
    case EX_PARAM:
        return param_range(f->p, e->index);
    case EX_INPUT:
        return input_range(f->p, &f->p->inputs[e->index]);
    case EX_TOKEN:
        return range(iv_point(e->index), KNOWN_YES);
    default:
        return range(iv_all(), KNOWN_MAYBE); /* states */
    }
}

static Range token_field_range(const Expr *e)
{
    const FieldInfo *info = field_info((uint8_t)e->index);

    return range(info ? field_interval(info) : iv_all(), KNOWN_MAYBE);
}

/* ---- operations ------------------------------------------------------------------------------------ */

static double floor_of(double x)
{
    return num_floor(x);
}

static double ceil_of(double x)
{
    return num_ceil(x);
}

static double rint_of(double x)
{
    return num_rint(x);
}

static double sign_of(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/* A result that may overflow may be unknown. */
static Range finish(Interval in, uint8_t known, bool is_bounded_op)
{
    if (!is_bounded_op && (in.lo == -INF || in.hi == INF) && known == KNOWN_YES)
        known = KNOWN_MAYBE;
    return range(in, known);
}

static Range div_range(const Flow *f, const Expr *e)
{
    Interval b = arg(f, e, 1).in;
    uint8_t known = worst_known(f, e);

    if (iv_is_point(b) && b.lo == 0) return range(iv_all(), KNOWN_NO);
    if (iv_has(b, 0) && known == KNOWN_YES) known = KNOWN_MAYBE;
    return finish(iv_div(arg(f, e, 0).in, b), known, false);
}

/* sqrt, ln: over the part of the argument where they are defined. */
static Range partial_range(const Flow *f, const Expr *e)
{
    Interval x = arg(f, e, 0).in, domain = iv_from(0, e->op == EX_LN);
    uint8_t known = worst_known(f, e);
    Interval in;

    if (iv_is_empty(iv_meet(x, domain))) return range(iv_all(), KNOWN_NO);
    if (!iv_is_inside(x, domain) && known == KNOWN_YES) known = KNOWN_MAYBE;
    x = iv_meet(x, domain);
    if (e->op == EX_SQRT) return range(iv_map(x, num_sqrt, false), known);
    in = iv_widen(iv_map(x, m_ln, false));
    if (x.lo <= 0) in.lo = -INF, in.lo_open = true;
    return range(in, known);
}

static Range scale_range(const Flow *f, const Expr *e)
{
    uint8_t known = worst_known(f, e);

    return range(iv_closed(0, 10), known == KNOWN_YES ? KNOWN_MAYBE : known);
}

static Range fold_range(const Flow *f, const Expr *e, Interval (*op)(Interval, Interval))
{
    Interval in = arg(f, e, 0).in;

    for (uint32_t i = 1; i < e->arg_count; i++)
        in = op(in, arg(f, e, i).in);
    return range(in, worst_known(f, e));
}

static Range choose_range(const Flow *f, const Expr *e)
{
    uint8_t known = worst_known(f, e);

    return range(iv_join(arg(f, e, 1).in, arg(f, e, 2).in),
                 known == KNOWN_NO ? KNOWN_MAYBE : known);
}

static Range otherwise_range(const Flow *f, const Expr *e)
{
    Range a = arg(f, e, 0), b = arg(f, e, 1);
    uint8_t known = a.known == KNOWN_YES || b.known == KNOWN_YES ? KNOWN_YES
                    : a.known == KNOWN_NO && b.known == KNOWN_NO ? KNOWN_NO
                                                                 : KNOWN_MAYBE;

    if (a.known == KNOWN_YES) return range(a.in, known);
    if (a.known == KNOWN_NO) return range(b.in, known);
    return range(iv_join(a.in, b.in), known);
}

static Range pure_range(const Flow *f, const Expr *e)
{
    uint8_t known = worst_known(f, e);

    switch ((ExprOp)e->op) {
    case EX_LET:
        return arg(f, e, 0);
    case EX_TOKEN_FIELD:
        return token_field_range(e);
    case EX_ADD:
        return finish(iv_add(arg(f, e, 0).in, arg(f, e, 1).in), known, false);
    case EX_SUB:
        return finish(iv_sub(arg(f, e, 0).in, arg(f, e, 1).in), known, false);
    case EX_MUL:
        return finish(iv_mul(arg(f, e, 0).in, arg(f, e, 1).in), known, false);
    case EX_DIV:
        return div_range(f, e);
    case EX_NEG:
        return range(iv_neg(arg(f, e, 0).in), known);
    case EX_ABS:
        return range(iv_abs(arg(f, e, 0).in), known);
    case EX_MIN:
        return fold_range(f, e, iv_min);
    case EX_MAX:
        return fold_range(f, e, iv_max);
    case EX_CLAMP:
        return range(iv_max(arg(f, e, 1).in, iv_min(arg(f, e, 0).in, arg(f, e, 2).in)), known);
    case EX_ROUND:
        return range(iv_map(arg(f, e, 0).in, rint_of, true), known);
    case EX_FLOOR:
        return range(iv_map(arg(f, e, 0).in, floor_of, true), known);
    case EX_CEIL:
        return range(iv_map(arg(f, e, 0).in, ceil_of, true), known);
    case EX_SQRT:
    case EX_LN:
        return partial_range(f, e);
    case EX_EXP:
        return finish(iv_widen(iv_map(arg(f, e, 0).in, m_exp, false)), KNOWN_MAYBE, true);
    case EX_SIGN:
        return range(iv_map(arg(f, e, 0).in, sign_of, true), known);
    case EX_SCALE:
        return scale_range(f, e);
    case EX_IF:
        return choose_range(f, e);
    case EX_OTHERWISE:
        return otherwise_range(f, e);
    case EX_KNOWN:
        return range(iv_all(), KNOWN_YES);
    default:
        return range(iv_all(), known); /* conditions */
    }
}

/* ---- indicators and the book ----------------------------------------------------------------------- */

static Range memory_range(const Flow *f, const Expr *e)
{
    Interval x = e->args[0]->id < e->id ? arg(f, e, 0).in : iv_all();

    switch ((ExprOp)e->op) {
    case EX_PREV:
    case EX_HIGHEST:
    case EX_LOWEST:
    case EX_SAMPLE:
        return range(x, KNOWN_MAYBE);
    case EX_EMA:
    case EX_SMA:
    case EX_RMA:
    case EX_VWAP:
    case EX_VWAPN: /* averages round: a few last places beyond their inputs */
        return range(iv_widen(iv_widen(iv_widen(iv_widen(x)))), KNOWN_MAYBE);
    case EX_CHANGE:
        return range(iv_sub(x, x), KNOWN_MAYBE);
    case EX_RSI:
        return range(iv_widen(iv_widen(iv_closed(0, 100))), KNOWN_MAYBE);
    case EX_STDEV:
        return range(iv_from(0, false), KNOWN_MAYBE);
    case EX_SINCE:
        return range(iv_from(0, false), KNOWN_MAYBE);
    default:
        return range(iv_all(), KNOWN_MAYBE);
    }
}

static Range book_range(const Expr *e)
{
    switch ((ExprOp)e->op) {
    case EX_PRICE_TO_BUY:
    case EX_PRICE_TO_SELL:
        return range(iv_widen(iv_closed(0, 1)), KNOWN_MAYBE);
    case EX_TAKER_FEE:
        return range(iv_closed(0, 1), KNOWN_MAYBE);
    default:
        return range(iv_from(0, false), KNOWN_MAYBE);
    }
}

/* Money lands on the grid when it is compared; ranges of money are kept on it. */
static Interval on_grid(Interval in)
{
    return iv_map(in, money_grid, true);
}

static const uint8_t kinds[] = {
#define EXPR(name, args, kind, meaning) kind,
#define LEAF 0
#define PURE 1
#define TIME 2
#define BOOK 3
#include "compiler/sema/exprs.def"
#undef EXPR
#undef LEAF
#undef PURE
#undef TIME
#undef BOOK
};

static bool is_money(Type t)
{
    bool usd = t.dim.usd == 1 && t.dim.share == 0, share = t.dim.usd == 0 && t.dim.share == 1;
    bool price = t.dim.usd == 1 && t.dim.share == -1;

    return t.shape == SHAPE_NUM && t.dim.coin == 0 && t.dim.second == 0 && (usd || share || price);
}

static Range expr_range(const Flow *f, const Expr *e)
{
    Range r = kinds[e->op] == 0   ? leaf_range(f, e)
              : kinds[e->op] == 1 ? pure_range(f, e)
              : kinds[e->op] == 2 ? memory_range(f, e)
                                  : book_range(e);

    if (is_money(e->type)) {
        Interval grid = on_grid(r.in);
        /* An open end that rounds onto the grid is reached. */
        grid.lo_open = r.in.lo_open && kinds[e->op] == 0;
        grid.hi_open = r.in.hi_open && kinds[e->op] == 0;
        if (grid.lo == -INF) grid.lo_open = true;
        if (grid.hi == INF) grid.hi_open = true;
        r.in = grid;
    }
    return r;
}

const Range *prove_ranges(const Program *p, Arena *arena)
{
    Flow f = {p, arena_array(arena, Range, p->exprs_count + 1)};

    for (uint32_t i = 0; i < p->exprs_count && !arena_is_full(arena); i++)
        f.ranges[i] = expr_range(&f, p->exprs[i]);
    return f.ranges;
}
