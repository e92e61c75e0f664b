/* pairs.c — a yes and a no bought together: more than the dollar they pay (ODX408), or an edge that the
 * fees eat (ODX414). */
#include "compiler/prove/entries.h"
#include "vm/base/num.h"

static Lin plus(Lin a, Lin b)
{
    return lin_sub(a, lin_scale(b, -1));
}

/* Also true when it is too much to look through: then nothing is said of fees. */
static bool mentions_fee(Prover *pr, const Expr *e)
{
    if (e->op == EX_TAKER_FEE || !terms_step(&pr->terms)) return true;
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id < e->id && mentions_fee(pr, e->args[i])) return true;
    return false;
}

static bool rule_mentions_fee(Prover *pr, const Rule *r)
{
    if (r->cond && mentions_fee(pr, r->cond)) return true;
    for (uint32_t i = 0; i < r->require_count; i++)
        if (mentions_fee(pr, r->requires[i].cond)) return true;
    return false;
}

/* ---- two legs of one rule -------------------------------------------------------------------------- */

static Place price_place(const Action *a)
{
    return a->price ? a->price->place : a->place;
}

static void report_locked(Prover *pr, const Action *a, const Action *b, double most)
{
    Diag *d = diag_add(pr->diags, ODX408, price_place(a), T_PAIR_COSTS_MORE);

    diag_label(d, T_PAIR_UP_TO, arg_price(most));
    if (a != b) diag_mark(d, price_place(b), T_PAIR_OTHER);
    diag_fact(d, T_PAIR_PAYS_ONE);
    diag_help(d, T_PAIR_BOUND_SUM);
}

/* The most that fees of both legs can be, at prices that add up to a dollar. */
static double most_fees(const Prover *pr, const Action *a, const Action *b)
{
    const VenueFacts *x = venue_of(pr->p, a->token), *y = venue_of(pr->p, b->token);

    return ((x ? x->fee_rate : 0) + (y ? y->fee_rate : 0)) * 0.25;
}

static void look_at_edge(Prover *pr, uint32_t rule, const Action *a, const Action *b, double most)
{
    const Rule *r = &pr->p->rules[rule];
    bool takes = (a->modifiers | b->modifiers) & MOD_POST_ONLY ? false : true;
    double edge = 1 - most, fees = most_fees(pr, a, b);
    Diag *d;

    if (!takes || !r->cond || rule_mentions_fee(pr, r) || edge > fees) return;
    d = diag_add(pr->diags, ODX414, r->cond_place, T_FEES_EAT_EDGE);
    diag_label(d, T_EDGE_IS, arg_price(edge < 1e-9 ? 0 : edge));
    diag_fact(d, T_FEES_UP_TO, arg_price(fees));
    diag_help(d, T_ADD_TAKER_FEES);
}

static void look_at_legs(Prover *pr, uint32_t rule, const Action *a, const Action *b)
{
    Lin pa, pb, sum;
    Interval in;

    if (!is_share_buy(pr->p, a) || !is_share_buy(pr->p, b) ||
        !is_complement(pr->p, a->token, b->token))
        return;
    if (!worst_price(pr, a, &pa) || !worst_price(pr, b, &pb)) return;
    sum = plus(pa, pb);
    if (!sum.is_whole) return;
    in = range_when_fires(pr, rule, &sum);
    if (iv_is_empty(in)) return;
    if (in.hi > 1 + 1e-9)
        report_locked(pr, a, b, in.hi);
    else
        look_at_edge(pr, rule, a, b, in.hi);
}

/* ---- a hedge on a fill ----------------------------------------------------------------------------- */

static const Expr *fill_price_in(Prover *pr, const Expr *e)
{
    e = expr_behind(e);
    if (!terms_step(&pr->terms)) return NULL;
    if (e->op == EX_INPUT && pr->p->inputs[e->index].field == FIELD_FILL_PRICE) return e;
    for (uint32_t i = 0; i < e->arg_count; i++) {
        /* what comes later is the value's own past */
        const Expr *found = e->args[i]->id < e->id ? fill_price_in(pr, e->args[i]) : NULL;

        if (found) return found;
    }
    return NULL;
}

/* "fill of maker.yes" in `on fill of maker.yes if ...`. */
static Place event_place(const Prover *pr, const Rule *r)
{
    Span text = source_text(diags_sources(pr->diags), r->place);
    size_t begin = span_find(text, SPAN("fill")), end = span_find_char(text, '{');
    size_t cond = span_find(text, SPAN(" if "));

    if (begin == SPAN_NONE_AT || end == SPAN_NONE_AT) return r->place;
    if (cond != SPAN_NONE_AT && cond < end) end = cond;
    while (end > begin && span_is_space(text.ptr[end - 1]))
        end--;
    return place_at(r->place.file, r->place.begin + (uint32_t)begin,
                    r->place.begin + (uint32_t)end);
}

static const char *outcome_word(const Prover *pr, int32_t token)
{
    const Token *t = &pr->p->tokens[token];
    bool is_slot = pr->p->markets[t->market].kind == MARKET_SLOT;

    return t->outcome == 0 ? (is_slot ? "up" : "yes") : (is_slot ? "down" : "no");
}

static void report_same_price(Prover *pr, const Rule *r, const Action *a)
{
    Diag *d = diag_add(pr->diags, ODX408, a->price->place, T_HEDGE_COSTS_MORE,
                       arg_str(outcome_word(pr, r->index)), arg_str(outcome_word(pr, a->token)));

    diag_label(d, T_BOUGHT_AT_SAME, arg_str(outcome_word(pr, a->token)));
    diag_mark(d, event_place(pr, r), T_BOUGHT_AT_FILL, arg_str(outcome_word(pr, r->index)));
    diag_fact(d, T_TWICE_FILL_PRICE, arg_price(1.10), arg_price(0.55));
    diag_fix(d, FIX_SUGGESTED, T_BID_COMPLEMENT);
    diag_edit(d, a->price->place, SPAN("1 - fill.price"));
}

static void look_at_hedge(Prover *pr, uint32_t rule, const Action *a)
{
    const Rule *r = &pr->p->rules[rule];
    const Expr *fill = a->price ? fill_price_in(pr, a->price) : NULL;
    Lin price, paid, sum, gap;
    Interval in;

    if (!fill || !is_share_buy(pr->p, a) || !is_complement(pr->p, r->index, a->token)) return;
    price = lin_of(&pr->terms, a->price);
    paid = lin_of(&pr->terms, fill);
    gap = lin_sub(price, paid);
    sum = plus(price, paid);
    in = range_when_fires(pr, rule, &sum);
    if (gap.is_whole && gap.n == 0 && gap.c == 0) {
        report_same_price(pr, r, a);
    } else if (sum.is_whole && !iv_is_empty(in) && in.hi > 1 + 1e-9) {
        report_locked(pr, a, a, in.hi);
    }
}

void prove_pairs(Prover *pr)
{
    for (uint32_t i = 0; i < pr->p->rules_count; i++) {
        const Rule *r = &pr->p->rules[i];

        if (pr->is_dead[i]) continue;
        for (uint32_t k = 0; k < r->action_count; k++) {
            for (uint32_t n = 0; n < k; n++)
                look_at_legs(pr, i, &r->actions[n], &r->actions[k]);
            if (r->kind == RULE_ON && r->event == EV_FILL && r->index >= 0)
                look_at_hedge(pr, i, &r->actions[k]);
        }
    }
}
