/* meet.c — what happens when two measured values meet: the unit rules of 2.4.1.
 *
 * Bare literals take the price they meet, `$` literals the price per coin, zero anything; percentages
 * and bare numbers are kept apart by a second, soft check.  Promise: every refusal is one finding. */
#include "compiler/sema/checker.h"

#include "vm/base/buf.h"
#include "vm/base/num.h"

/* "a price", "dollars": how a finding speaks of what a value measures. */
static Span noun(Checker *c, Type t)
{
    static const TextId units[UNIT_COUNT] = {
        [UNIT_NUMBER] = T_SAY_A_PLAIN_NUMBER,
        [UNIT_USD] = T_SAY_DOLLARS,
        [UNIT_SHARES] = T_SAY_SHARES,
        [UNIT_PRICE] = T_SAY_A_PRICE,
        [UNIT_COINS] = T_SAY_COINS,
        [UNIT_PERCOIN] = T_SAY_A_PRICE_PER_COIN,
        [UNIT_DURATION] = T_SAY_A_LENGTH_OF_TIME,
    };
    static const TextId shapes[] = {
        [SHAPE_BAD] = T_SAY_SOMETHING_UNCLEAR, [SHAPE_NUM] = T_NONE,
        [SHAPE_BOOL] = T_SAY_A_YES_NO_VALUE,   [SHAPE_TOKEN] = T_SAY_SOMETHING_TO_TRADE,
        [SHAPE_MARKET] = T_SAY_A_MARKET,       [SHAPE_DAY] = T_SAY_A_DAY,
        [SHAPE_SIDE] = T_SAY_A_SIDE,           [SHAPE_OUTCOME] = T_SAY_AN_OUTCOME,
    };

    if (t.shape != SHAPE_NUM) return span_str(diag_text(shapes[t.shape]));
    if (t.percent) return span_str(diag_text(T_SAY_A_PERCENTAGE));
    for (int i = 0; i < UNIT_COUNT; i++)
        if (dim_is_unit(t.dim, (UnitName)i)) return span_str(diag_text(units[i]));
    return dim_text(c->arena, t.dim);
}

/* ---- adopting --------------------------------------------------------------------------------- */

void adopt(Expr *e, Type t)
{
    bool is_pending = type_is_pending(e->type);

    if (!is_pending && !e->type.bare && !(e->flags & (EXF_DOLLAR | EXF_QUOTIENT)) &&
        e->type.coin == t.coin)
        return;
    e->type = t;
    e->type.bare = false;
    e->flags &= (uint8_t) ~(EXF_DOLLAR | EXF_QUOTIENT);
    if (e->op == EX_LET || e->op == EX_MUL || e->op == EX_DIV) return;
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i] && e->args[i] != e && e->args[i]->type.shape == SHAPE_NUM &&
            (e->args[i]->type.bare || type_is_pending(e->args[i]->type) ||
             (e->args[i]->flags & EXF_DOLLAR)))
            adopt(e->args[i], t);
}

static bool is_zero(const Expr *e)
{
    double v;

    return literal_value(e, &v) && v == 0.0;
}

/* `e` may take the unit of `to`. */
static bool can_adopt(const Expr *e, Type to)
{
    if (is_zero(e)) return true;
    if (e->type.bare && type_is_plain(e->type)) return dim_is_unit(to.dim, UNIT_PRICE);
    if (e->flags & EXF_DOLLAR) return dim_is_unit(to.dim, UNIT_PERCOIN);
    if (e->flags & EXF_QUOTIENT) return dim_is_plain(to.dim);
    return false;
}

/* ---- findings --------------------------------------------------------------------------------- */

/* A bare literal beside something with one obvious way to write it. */
static void help_unit(Checker *c, Diag *d, const Expr *literal, Type other)
{
    Place end = place_at(literal->place.file, literal->place.end, literal->place.end);
    Place begin = place_at(literal->place.file, literal->place.begin, literal->place.begin);
    bool is_dollars = dim_is_unit(other.dim, UNIT_USD) || dim_is_unit(other.dim, UNIT_PERCOIN);

    if (literal->op != EX_CONST || literal->spelled.len == 0 || !type_is_plain(literal->type) ||
        literal->type.percent)
        return;
    (void)c;
    if (is_dollars) {
        diag_fix(d, FIX_SAFE, T_WRITE_THE_UNIT);
        diag_edit(d, begin, SPAN("$"));
    } else if (dim_is_unit(other.dim, UNIT_SHARES)) {
        diag_fix(d, FIX_SAFE, T_WRITE_THE_UNIT);
        diag_edit(d, end, SPAN(" shares"));
    } else if (dim_is_unit(other.dim, UNIT_COINS)) {
        diag_fix(d, FIX_SAFE, T_WRITE_THE_UNIT);
        diag_edit(d, end, SPAN(" coins"));
    } else if (dim_is_unit(other.dim, UNIT_DURATION)) {
        diag_help(d, T_WRITE_A_TIME, arg_source(literal->place));
    }
}

static void report_units(Checker *c, const Expr *a, const Expr *b, Meet how, Place place)
{
    static const TextId titles[] = {
        [MEET_SUM] = T_CANNOT_ADD, [MEET_COMPARE] = T_CANNOT_COMPARE, [MEET_CHOICE] = T_CANNOT_MIX};
    Diag *d = diag_add(c->diags, ODX101, b->place, titles[how], arg_text(noun(c, a->type)),
                       arg_text(noun(c, b->type)));

    (void)place;
    diag_label(d, T_IS_A, arg_text(noun(c, b->type)));
    diag_mark(d, a->place, T_IS_A, arg_text(noun(c, a->type)));
    if (a->type.shape != SHAPE_NUM || b->type.shape != SHAPE_NUM) return;
    if (b->type.bare)
        help_unit(c, d, b, a->type);
    else if (a->type.bare)
        help_unit(c, d, a, b->type);
}

static bool report_coins(Checker *c, const Expr *a, const Expr *b)
{
    Diag *d = diag_add(c->diags, ODX107, b->place, T_TWO_COINS,
                       arg_text(venue_coin_name(c, a->type.coin)),
                       arg_text(venue_coin_name(c, b->type.coin)));

    diag_label(d, T_COUNTS_IN, arg_text(venue_coin_name(c, b->type.coin)));
    diag_mark(d, a->place, T_COUNTS_IN, arg_text(venue_coin_name(c, a->type.coin)));
    diag_help(d, T_COINS_HELP);
    return false;
}

/* The percentage field that makes `e` a percentage, through lets and arithmetic. */
static const FieldInfo *percent_field(const Checker *c, const Expr *e)
{
    e = expr_strip(e);
    if (!e || !e->type.percent || !walk_step(c)) return NULL;
    if (e->op == EX_INPUT) return field_info(c->inputs.items[e->index].field);
    for (uint32_t i = 0; i < e->arg_count; i++) {
        const FieldInfo *f =
            e->args[i] && e->args[i]->id < e->id ? percent_field(c, e->args[i]) : NULL;

        if (f) return f;
    }
    return NULL;
}

static bool is_usual(const FieldInfo *f, double v)
{
    if (!f) return false;
    return !(v < f->usual_low) && !(v > f->usual_high) &&
           (num_is_known(f->usual_low) || num_is_known(f->usual_high));
}

static Span percent_text(Checker *c, double ratio)
{
    DiagArg a = arg_percent(ratio);

    return diag_arg_text(c->arena, diags_sources(c->diags), &a);
}

/* `abs_move > 3` can mean 3% or 300%; one usual reading is a safe fix, otherwise it is a choice. */
static void help_percent(Checker *c, Diag *d, const FieldInfo *f, Place at, double v)
{
    double small = v / 100;
    bool fits_small = is_usual(f, small), fits_large = is_usual(f, v);

    if (!(f && fits_small != fits_large)) {
        diag_fix(d, FIX_CHOICE, T_WRITE_EITHER, arg_text(percent_text(c, v)),
                 arg_text(percent_text(c, small)));
        return;
    }
    diag_fix(d, FIX_SAFE, T_WRITE_THE_UNIT);
    if (fits_small)
        diag_edit(d, place_at(at.file, at.end, at.end), SPAN("%"));
    else
        diag_edit(d, at, percent_text(c, v));
}

static void explain_field(Checker *c, Diag *d, const Expr *e, const FieldInfo *f, double v)
{
    Buf b;

    (void)c;
    if (!f) return;
    if (f->scale10 != 2 || !f->column[0]) {
        diag_fact(d, T_FIELD_IS, arg_str(f->name), arg_str(f->sentence));
        return;
    }
    buf_init(&b, c->arena, 64);
    buf_num(&b, v);
    if (span_find_char(buf_span(&b), '.') == SPAN_NONE_AT) buf_str(&b, ".0");
    diag_fact(d, T_FIELD_IS_STORED, arg_str(f->name), arg_str(f->sentence), arg_text(buf_span(&b)),
              arg_percent(v / 100));
    (void)e;
}

static bool report_bare(Checker *c, const Expr *percent, const Expr *bare, Meet how)
{
    const FieldInfo *f = (walk_start(c), percent_field(c, percent));
    const Expr *literal = expr_strip(bare);
    double v = 0;
    Diag *d = diag_add(c->diags, ODX104, bare->place,
                       how == MEET_SUM ? T_PERCENT_PLUS_BARE : T_PERCENT_VS_BARE);

    (void)literal_value(bare, &v);
    diag_label(d, T_BARE_MEANS, arg_source(bare->place), arg_percent(v));
    diag_mark(d, percent->place, T_A_PERCENTAGE);
    explain_field(c, d, percent, f, v);
    if (literal == bare && bare->op == EX_CONST && bare->spelled.len)
        help_percent(c, d, f, bare->place, v);
    return false;
}

/* A param written without `%` is as bare as a literal. */
static bool report_bare_param(Checker *c, const Expr *percent, const Expr *param)
{
    const Param *p = &c->params.items[expr_strip(param)->index];
    Diag *d = diag_add(c->diags, ODX104, param->place, T_PERCENT_VS_BARE);

    diag_label(d, T_BARE_MEANS, arg_text(p->spelled), arg_percent(p->value));
    diag_mark(d, percent->place, T_A_PERCENTAGE);
    diag_mark(d, p->place, T_UNIT_GOES_HERE);
    return false;
}

static bool report_percent(Checker *c, const Expr *plain, const Expr *percent)
{
    double v = 0;
    Diag *d = diag_add(c->diags, ODX104, percent->place, T_PLAIN_VS_PERCENT);

    (void)literal_value(percent, &v);
    diag_label(d, T_WOULD_MEAN, arg_source(percent->place), arg_number(v));
    diag_mark(d, plain->place, T_A_PLAIN_NUMBER);
    if (percent->op != EX_CONST || !percent->spelled.len) return false;
    diag_fix(d, FIX_CHOICE, T_WRITE_EITHER_NUMBER, arg_number(v), arg_number(v * 100));
    return false;
}

/* ---- the soft check --------------------------------------------------------------------------- */

/* Quotients of like things measure "how many times": a percentage suits them as well. */
static bool is_relative(const Checker *c, const Expr *e)
{
    e = expr_strip(e);
    if (!e || !walk_step(c)) return false;
    switch (e->op) {
    case EX_DIV:
        return true;
    case EX_ADD:
    case EX_SUB:
        return is_relative(c, e->args[0]) || is_relative(c, e->args[1]);
    case EX_NEG:
    case EX_ABS:
    case EX_MIN:
    case EX_MAX:
    case EX_CLAMP:
    case EX_PREV:
    case EX_CHANGE:
    case EX_EMA:
    case EX_SMA:
    case EX_RMA:
    case EX_HIGHEST:
    case EX_LOWEST:
    case EX_STDEV:
    case EX_SAMPLE:
    case EX_MUL:
    case EX_PARAM:
    case EX_OTHERWISE:
        return e->op == EX_PARAM || (e->args[0] && is_relative(c, e->args[0]));
    case EX_IF:
        return is_relative(c, e->args[1]);
    default:
        return false;
    }
}

static bool percent_is_fine(Checker *c, const Expr *a, const Expr *b, Meet how)
{
    const Expr *percent = a->type.percent ? a : b;
    const Expr *other = a->type.percent ? b : a;
    double v;

    if (a->type.percent == b->type.percent) return true;
    if (other->type.bare) {
        bool is_growth;

        if (!literal_value(other, &v)) return true;
        is_growth = how == MEET_SUM && (v == 1.0 || v == -1.0);
        return v == 0.0 || is_growth || report_bare(c, percent, other, how);
    }
    if (expr_strip(other)->op == EX_PARAM && !literal_value(percent, &v))
        return report_bare_param(c, percent, other);
    if (!literal_value(percent, &v) || v == 0.0) return true;
    walk_start(c);
    if (is_relative(c, other)) return true;
    return report_percent(c, other, percent);
}

/* ---- the range of prices ---------------------------------------------------------------------- */

/* A field between 0 and 1, or something that stays within the range of one. */
static bool is_share_price(const Checker *c, const Expr *e)
{
    e = expr_strip(e);
    if (!e || !dim_is_unit(e->type.dim, UNIT_PRICE)) return false;
    switch (e->op) {
    case EX_INPUT:
        return field_info(c->inputs.items[e->index].field)->high == 1;
    case EX_TOKEN_FIELD:
        return field_info((uint8_t)e->index)->high == 1;
    case EX_EMA:
    case EX_SMA:
    case EX_RMA:
    case EX_HIGHEST:
    case EX_LOWEST:
    case EX_SAMPLE:
    case EX_PREV:
        return e->args[0] && e->args[0]->id < e->id && is_share_price(c, e->args[0]);
    default:
        return false;
    }
}

static bool price_is_possible(Checker *c, const Expr *price, const Expr *literal)
{
    double v;
    Diag *d;

    if (!literal_value(literal, &v) || (v >= 0 && v <= 1) || !is_share_price(c, price)) return true;
    d = diag_add(c->diags, ODX109, literal->place, T_PRICE_IMPOSSIBLE, arg_source(literal->place));
    diag_label(d, T_WOULD_BE, arg_usd(v));
    diag_mark(d, price->place, T_PRICE_OF_SHARE);
    if (literal->op == EX_CONST && literal->spelled.len && v > 1 && v < 100 &&
        span_find_char(literal->spelled, 'c') == SPAN_NONE_AT) {
        diag_fix(d, FIX_SAFE, T_WRITE_CENTS);
        diag_edit(d, place_at(literal->place.file, literal->place.end, literal->place.end),
                  SPAN("c"));
    }
    return false;
}

/* ---- meeting ---------------------------------------------------------------------------------- */

static bool meet_dims(Checker *c, Expr *a, Expr *b, Meet how, Place place)
{
    if (dim_is(a->type.dim, b->type.dim)) return true;
    if (can_adopt(a, b->type))
        adopt(a, b->type);
    else if (can_adopt(b, a->type))
        adopt(b, a->type);
    else {
        report_units(c, a, b, how, place);
        return false;
    }
    /* Zero takes any unit although it is neither bare nor dollars when it was written `0c`. */
    if (!dim_is(a->type.dim, b->type.dim)) {
        if (is_zero(a))
            a->type = b->type;
        else
            b->type = a->type;
    }
    return true;
}

static bool meet_numbers(Checker *c, Expr *a, Expr *b, Meet how, Place place, Type *ret)
{
    if (!meet_dims(c, a, b, how, place)) return false;
    if (a->type.coin && b->type.coin && a->type.coin != b->type.coin) return report_coins(c, a, b);
    if (!percent_is_fine(c, a, b, how)) return false;
    if (how == MEET_COMPARE && !(price_is_possible(c, a, b) && price_is_possible(c, b, a)))
        return false;
    *ret = a->type;
    ret->coin = a->type.coin ? a->type.coin : b->type.coin;
    ret->percent = a->type.percent || b->type.percent;
    ret->bare = a->type.bare && b->type.bare;
    return true;
}

bool meet(Checker *c, Expr *a, Expr *b, Meet how, Place place, Type *ret)
{
    if (expr_is_bad(a) || expr_is_bad(b)) return false;
    if (type_is_pending(a->type) != type_is_pending(b->type)) {
        Expr *waiting = type_is_pending(a->type) ? a : b;
        Expr *other = waiting == a ? b : a;

        adopt(waiting, other->type);
        *ret = other->type;
        ret->bare = false;
        return true;
    }
    if (how == MEET_COMPARE && type_is_pending(a->type)) { /* two pasts: nothing else says what */
        adopt(a, type_unit(UNIT_NUMBER));
        adopt(b, type_unit(UNIT_NUMBER));
    }
    if (a->type.shape != b->type.shape) {
        report_units(c, a, b, how, place);
        return false;
    }
    if (a->type.shape == SHAPE_NUM) return meet_numbers(c, a, b, how, place, ret);
    *ret = a->type;
    return true;
}

/* ---- products --------------------------------------------------------------------------------- */

static bool is_literal(const Expr *e)
{
    double v;

    return literal_value(e, &v);
}

static bool scaled_percent(const Expr *a, const Expr *b, bool is_quotient)
{
    if (a->type.percent && b->type.percent && is_quotient) return false;
    return (a->type.percent && is_literal(b)) || (b->type.percent && is_literal(a) && !is_quotient);
}

/* `spot / $1`: the dollars are a price per coin there. */
static void settle_dollars(Expr *a, Expr *b, bool is_quotient)
{
    if (is_quotient && (b->flags & EXF_DOLLAR) && dim_is_unit(a->type.dim, UNIT_PERCOIN))
        adopt(b, a->type);
}

bool type_product(Checker *c, Expr *a, Expr *b, bool is_quotient, Place place, Type *ret)
{
    Type t = {.shape = SHAPE_NUM};

    if (!want_number(c, a) || !want_number(c, b)) return false;
    if (type_is_pending(a->type) || type_is_pending(b->type)) {
        t.coin = COIN_PENDING;
        t.bare = true;
        *ret = t;
        return true;
    }
    settle_dollars(a, b, is_quotient);
    if (a->type.coin && b->type.coin && a->type.coin != b->type.coin) return report_coins(c, a, b);
    if (!dim_combine(a->type.dim, b->type.dim, is_quotient ? -1 : 1, &t.dim)) {
        diag_add(c->diags, ODX101, place, T_POWER_TOO_HIGH);
        return false;
    }
    if (t.dim.coin) t.coin = a->type.coin ? a->type.coin : b->type.coin;
    t.percent = dim_is_plain(t.dim) && scaled_percent(a, b, is_quotient);
    t.bare = a->type.bare && b->type.bare;
    *ret = t;
    return true;
}

/* ---- wishes ----------------------------------------------------------------------------------- */

bool want_number(Checker *c, Expr *e)
{
    Diag *d;

    if (expr_is_bad(e)) return false;
    if (e->type.shape == SHAPE_NUM) return true;
    d = diag_add(c->diags, ODX101, e->place, T_NUMBER_NEEDED, arg_source(e->place));
    diag_label(d, T_IS_A, arg_text(noun(c, e->type)));
    return false;
}

bool want_yes_no(Checker *c, Expr *e)
{
    Diag *d;

    if (expr_is_bad(e)) return false;
    if (type_is_pending(e->type)) adopt(e, type_of(SHAPE_BOOL));
    if (e->type.shape == SHAPE_BOOL) return true;
    d = diag_add(c->diags, ODX102, e->place, T_YES_NO_NEEDED, arg_source(e->place));
    diag_label(d, T_IS_A, arg_text(noun(c, e->type)));
    if (e->type.shape == SHAPE_NUM) diag_help(d, T_COMPARE_IT);
    return false;
}

static bool unit_refused(Checker *c, const Expr *e, Type want, TextId what)
{
    Diag *d = diag_add(c->diags, ODX101, e->place, T_UNIT_WANTED, arg_str(diag_text(what)),
                       arg_text(noun(c, want)));

    diag_label(d, T_IS_A, arg_text(noun(c, e->type)));
    if (e->type.bare) help_unit(c, d, e, want);
    return false;
}

bool want_unit(Checker *c, Expr *e, UnitName unit, TextId what)
{
    Type want = type_unit(unit);

    if (!want_number(c, e)) return false;
    if (type_is_pending(e->type)) adopt(e, want);
    if (dim_is_unit(e->type.dim, unit)) return true;
    if (!can_adopt(e, want)) return unit_refused(c, e, want, what);
    adopt(e, want);
    if (!dim_is_unit(e->type.dim, unit)) e->type = want;
    return true;
}

bool want_plain(Checker *c, Expr *e, TextId what)
{
    return want_unit(c, e, UNIT_NUMBER, what);
}

bool want_duration(Checker *c, Expr *e, TextId what)
{
    return want_unit(c, e, UNIT_DURATION, what);
}

bool want_percent(Checker *c, Expr *e, TextId what)
{
    double v;
    Diag *d;

    if (!want_plain(c, e, what)) return false;
    if (!e->type.bare || !literal_value(e, &v) || v == 0) return true;
    d = diag_add(c->diags, ODX104, e->place, T_PERCENT_WANTED, arg_str(diag_text(what)));
    diag_label(d, T_BARE_MEANS, arg_source(e->place), arg_percent(v));
    if (e->op == EX_CONST && e->spelled.len)
        diag_fix(d, FIX_CHOICE, T_WRITE_EITHER, arg_text(percent_text(c, v)),
                 arg_text(percent_text(c, v / 100)));
    return false;
}

bool want_fixed(Checker *c, const Expr *e, TextId what)
{
    Diag *d;

    if (expr_is_bad(e)) return false;
    if (e->rate != RATE_SERIES) return true;
    d = diag_add(c->diags, ODX105, e->place, T_MUST_BE_FIXED, arg_str(diag_text(what)));
    diag_label(d, T_CHANGES, arg_source(e->place));
    diag_help(d, T_USE_A_PARAM);
    return false;
}
