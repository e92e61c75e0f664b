/* money.c — sizes over their own limits (ODX402), targets out of reach (406), stops tighter than the
 * spread (407), orders below the minimum (409), post only that crosses (411). */
#include "compiler/prove/entries.h"
#include "vm/base/buf.h"
#include "vm/base/num.h"

#define INF __builtin_inf()

/* ---- ODX402 ---------------------------------------------------------------------------------------- */

/* `k of equity` as k; false for anything else. */
static bool part_of_equity(Prover *pr, const Expr *e, Interval *ret)
{
    const Expr *x = expr_behind(e);

    if (x->op != EX_MUL) return false;
    for (uint32_t i = 0; i < 2; i++) {
        const Expr *factor = expr_behind(x->args[i]), *equity = expr_behind(x->args[1 - i]);

        if (equity->op != EX_INPUT || pr->p->inputs[equity->index].field != FIELD_EQUITY) continue;
        if (factor->rate == RATE_SERIES) return false;
        *ret = fixed_range(pr, factor);
        return true;
    }
    return false;
}

/* Size and limit in one measure: dollars, or parts of equity. */
static bool comparable(Prover *pr, const Action *a, const Limit *l, Interval *ret_size,
                       Interval *ret_limit)
{
    if (a->size_unit != SIZE_USD || !a->size || !l->value) return false;
    if (part_of_equity(pr, a->size, ret_size) && part_of_equity(pr, l->value, ret_limit))
        return true;
    if (l->value->rate == RATE_SERIES) return false;
    *ret_size = pr->ranges[a->size->id].in;
    *ret_limit = fixed_range(pr, l->value);
    return true;
}

/* The values of a param above a limit, as "$250 and $300". */
static bool values_above(Prover *pr, const Param *p, double limit, Buf *out)
{
    uint32_t total = 0, shown = 0;

    if (p->step <= 0) return false;
    for (double i = 0; p->low + i * p->step <= p->high * (1 + 1e-12) && total < 1000; i++)
        total += p->low + i * p->step > limit * (1 + 1e-12);
    if (total == 0 || total > 4) return false;
    for (double i = 0; p->low + i * p->step <= p->high * (1 + 1e-12); i++) {
        double v = p->low + i * p->step;
        DiagArg arg = arg_of_type(p->type, v);

        if (v <= limit * (1 + 1e-12)) continue;
        if (shown) buf_str(out, shown + 1 == total ? " and " : ", ");
        buf_span_put(out, diag_arg_text(pr->arena, diags_sources(pr->diags), &arg));
        shown++;
    }
    return true;
}

static void report_param_over(Prover *pr, const Param *p, const Limit *l, double limit)
{
    Diag *d = diag_add(pr->diags, ODX402, l->place, T_SOME_VALUES_NEVER, arg_text(p->name));
    Buf values;

    diag_label(d, T_BUT_LIMIT_IS, arg_of_type(p->type, limit));
    diag_mark(d, p->range_place, T_UP_TO, arg_of_type(p->type, p->high));
    buf_init(&values, pr->arena, 1024);
    if (values_above(pr, p, limit, &values))
        diag_fact(d, T_LIMITS_REFUSE_AT, arg_text(buf_span(&values)));
    else
        diag_fact(d, T_LIMITS_REFUSE_ABOVE, arg_of_type(p->type, limit));
    diag_help(d, T_END_RANGE_OR_RAISE, arg_of_type(p->type, limit), arg_of_type(p->type, p->high));
}

static void report_size_over(Prover *pr, const Action *a, const Limit *l)
{
    Diag *d = diag_add(pr->diags, ODX402, a->size->place, T_SIZE_NEVER_BOUGHT);

    diag_label(d, T_ALWAYS_OVER);
    diag_mark(d, l->place, T_THE_LIMIT);
    diag_fact(d, T_LIMITS_REFUSE);
}

static void look_at_size(Prover *pr, const Action *a, const Limit *l)
{
    const Expr *size = a->size ? expr_behind(a->size) : NULL;
    Interval s, m;

    if (!comparable(pr, a, l, &s, &m)) return;
    if (s.lo > m.hi) {
        report_size_over(pr, a, l);
    } else if (size->op == EX_PARAM && s.hi > m.hi && pr->p->params[size->index].has_range) {
        report_param_over(pr, &pr->p->params[size->index], l, m.hi);
    }
}

/* ---- ODX406 ---------------------------------------------------------------------------------------- */

typedef struct Entry {
    uint32_t rule;
    double lowest;
} Entry;

/* The cheapest entry of all rules; false when nothing is bought. */
static bool cheapest(Prover *pr, Entry *ret)
{
    bool has_any = false;

    for (uint32_t i = 0; i < pr->p->rules_count; i++)
        for (uint32_t k = 0; k < pr->p->rules[i].action_count; k++) {
            const Action *a = &pr->p->rules[i].actions[k];
            double lowest;

            if (a->kind == ACT_QUOTE) return false;
            if (a->kind != ACT_BUY || pr->is_dead[i]) continue;
            if (!is_share_buy(pr->p, a)) return false;
            lowest = lowest_entry(pr, i, a);
            if (!has_any || lowest < ret->lowest) *ret = (Entry){i, lowest};
            has_any = true;
        }
    return has_any;
}

/* The part of the condition that by itself keeps entries so dear. */
static Place place_of_floor(Prover *pr, const Entry *e, const Action *a)
{
    const Rule *r = &pr->p->rules[e->rule];
    Conjuncts cs = {0};
    Lin ask = ask_of(pr, a->token);

    if (r->cond) conjuncts_of(pr, r->cond, &cs);
    for (uint32_t i = 0; i < cs.count; i++) {
        Boxes bs = boxes_of(&pr->terms, cs.items[i].expr, true);

        if (bs.is_cut || bs.count != 1) continue;
        if (box_range(&pr->terms, &bs.items[0], &ask).lo >= e->lowest) return cs.items[i].use;
    }
    return r->cond ? r->cond_place : r->place;
}

static const Action *first_buy(const Rule *r)
{
    for (uint32_t i = 0; i < r->action_count; i++)
        if (r->actions[i].kind == ACT_BUY) return &r->actions[i];
    return NULL;
}

static double floor_to(double x, double step)
{
    return num_floor(x / step + 1e-9) * step;
}

static void look_at_target(Prover *pr, const Limit *l)
{
    Interval r = fixed_range(pr, l->value);
    Entry e = {0};
    Diag *d;

    if (!cheapest(pr, &e) || e.lowest <= 0 || e.lowest * (1 + r.lo) <= 1) return;
    d = diag_add(pr->diags, ODX406, l->place, T_TARGET_NEVER);
    diag_label(d, T_TARGET_ABOVE_ONE, arg_percent(r.lo), arg_price(e.lowest),
               arg_price(num_rint(floor_to(e.lowest * (1 + r.lo), 0.01) * 100) / 100));
    diag_mark(d, place_of_floor(pr, &e, first_buy(&pr->p->rules[e.rule])), T_ENTRIES_COST,
              arg_price(e.lowest));
    diag_fact(d, T_HIGHEST_PROFIT, arg_price(e.lowest),
              arg_percent(num_rint(floor_to(1 / e.lowest - 1, 0.01) * 100) / 100),
              arg_percent(r.lo),
              arg_price(num_rint(floor_to(1 / (1 + r.lo), 0.001) * 1000) / 1000));
    diag_help(d, T_LOWER_TARGET);
}

/* ---- ODX407 ---------------------------------------------------------------------------------------- */

static Lin spread_of(const Prover *pr, int32_t token)
{
    const Token *t = &pr->p->tokens[token];
    Lin bid = {.n = 1, .is_exact = true, .is_whole = true};

    bid.t[0] = (LinTerm){term_of_book(&pr->terms, t->market, t->outcome, FIELD_BID), 1};
    return lin_sub(ask_of(pr, token), bid);
}

static void look_at_stop(Prover *pr, const Limit *l, uint32_t rule, const Action *a)
{
    Lin spread, ask = ask_of(pr, a->token);
    Interval s, p, r = fixed_range(pr, l->value);
    Diag *d;

    if (!a->at_market) return;
    spread = spread_of(pr, a->token);
    s = range_when_fires(pr, rule, &spread);
    if (iv_is_empty(s) || s.lo <= 0) return;
    p = range_when_fires(pr, rule, &ask);
    if (s.lo < r.hi * p.hi) return;
    d = diag_add(pr->diags, ODX407, l->place, T_STOP_TOO_TIGHT);
    diag_label(d, T_STOP_HOLDS_AT_ONCE, arg_percent(r.hi));
    diag_mark(d, pr->p->rules[rule].cond_place, T_SPREAD_AT_LEAST, arg_price(s.lo));
    diag_fact(d, T_BUY_ASK_SELL_BID);
}

/* ---- ODX409, ODX411 -------------------------------------------------------------------------------- */

static void look_at_minimum(Prover *pr, const Action *a)
{
    const VenueFacts *v = venue_of(pr->p, a->token);
    bool rests = !a->at_market && !(a->modifiers & (MOD_ALL_OR_NOTHING | MOD_NOW_OR_NEVER));
    Interval s;
    Diag *d;

    if (!v || !a->size) return;
    s = pr->ranges[a->size->id].in;
    if (a->size_unit == SIZE_SHARES && rests && s.hi < v->min_shares) {
        d = diag_add(pr->diags, ODX409, a->size->place, T_BELOW_MINIMUM, arg_str(v->name));
        diag_label(d, T_LEAST_SHARES, arg_shares(v->min_shares));
    } else if (a->size_unit == SIZE_USD && !rests && s.hi < v->min_usd) {
        d = diag_add(pr->diags, ODX409, a->size->place, T_BELOW_MINIMUM, arg_str(v->name));
        diag_label(d, T_LEAST_DOLLARS, arg_usd(v->min_usd));
    }
}

static void look_at_post_only(Prover *pr, uint32_t rule, const Action *a)
{
    Lin price, gap;
    Interval in;
    Diag *d;

    if (!(a->modifiers & MOD_POST_ONLY) || !a->price || !worst_price(pr, a, &price)) return;
    gap = lin_sub(price, ask_of(pr, a->token));
    in = range_when_fires(pr, rule, &gap);
    if (iv_is_empty(in) || in.lo < 0) return;
    d = diag_add(pr->diags, ODX411, a->price->place, T_POST_ONLY_CROSSES);
    diag_label(d, T_AT_OR_ABOVE_ASK);
    diag_help(d, T_POST_BELOW_ASK);
}

static void look_at_buy(Prover *pr, uint32_t rule, const Action *a)
{
    if (!is_share_buy(pr->p, a) || pr->is_dead[rule]) return;
    look_at_minimum(pr, a);
    look_at_post_only(pr, rule, a);
    for (uint32_t i = 0; i < pr->p->limits_count; i++) {
        const Limit *l = &pr->p->limits[i];

        if (l->kind == LIM_MAX_POSITION || (l->kind == LIM_MAX_EXPOSURE && l->per != PER_LEADER))
            look_at_size(pr, a, l);
        if (l->kind == LIM_STOP_LOSS) look_at_stop(pr, l, rule, a);
    }
}

void prove_money(Prover *pr)
{
    for (uint32_t i = 0; i < pr->p->rules_count; i++)
        for (uint32_t k = 0; k < pr->p->rules[i].action_count; k++)
            look_at_buy(pr, i, &pr->p->rules[i].actions[k]);
    for (uint32_t i = 0; i < pr->p->limits_count; i++)
        if (pr->p->limits[i].kind == LIM_TAKE_PROFIT) look_at_target(pr, &pr->p->limits[i]);
}
