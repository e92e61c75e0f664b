/* logic.c — conditions that are never true, always true, exclude each other, add nothing; rules and
 * actions that are never reached (ODX301 to ODX306). */
#include "compiler/prove/prover.h"
#include "vm/base/buf.h"
#include "vm/fields.h"

#define INF __builtin_inf()

static bool never_true(Prover *pr, const Expr *e)
{
    Boxes bs = boxes_of(&pr->terms, e, true);

    return boxes_are_empty(&pr->terms, &bs);
}

static bool always_true(Prover *pr, const Conjunct *c)
{
    return pr->ranges[c->expr->id].known == KNOWN_YES && boxes_are_empty(&pr->terms, &c->fails);
}

static bool is_comparison(const Expr *e)
{
    return (e->op >= EX_LT && e->op <= EX_NE) || e->op == EX_BETWEEN || e->op == EX_IN;
}

/* The side that varies, and the one that does not. */
static bool subject_of(const Expr *e, const Expr **ret_subject, const Expr **ret_bound)
{
    if (e->op < EX_LT || e->op > EX_GE) return false;
    if (e->args[1]->rate < RATE_SERIES) {
        *ret_subject = e->args[0];
        *ret_bound = e->args[1];
        return true;
    }
    if (e->args[0]->rate < RATE_SERIES) {
        *ret_subject = e->args[1];
        *ret_bound = e->args[0];
        return true;
    }
    return false;
}

/* ---- ODX302 ---------------------------------------------------------------------------------------- */

static const Input *input_of(const Prover *pr, const Expr *e)
{
    e = expr_behind(e);
    return e->op == EX_INPUT ? &pr->p->inputs[e->index] : NULL;
}

static const Market *slot_market_of(const Prover *pr, const Expr *e)
{
    const Input *in = input_of(pr, e);
    const FieldInfo *info = in ? field_info(in->field) : NULL;

    if (!info || info->owner != OWNER_TIME || in->market >= pr->p->markets_count) return NULL;
    return pr->p->markets[in->market].slot_us > 0 ? &pr->p->markets[in->market] : NULL;
}

/* "btc-updown-1h" for a slot that is longer than `seconds`. */
static Span longer_selector(Prover *pr, const Market *m, double seconds)
{
    static const struct {
        double seconds;
        const char *name;
    } lengths[] = {{300, "5m"}, {900, "15m"}, {3600, "1h"}, {14400, "4h"}, {86400, "1d"}};
    size_t dash = m->selector.len;
    Buf b;

    while (dash > 0 && m->selector.ptr[dash - 1] != '-')
        dash--;
    buf_init(&b, pr->arena, 256);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        if (lengths[i].seconds <= seconds) continue;
        buf_span_put(&b, span_sub(m->selector, 0, dash));
        buf_str(&b, lengths[i].name);
        return buf_span(&b);
    }
    return (Span){NULL, 0};
}

static void help_slot_time(Prover *pr, Diag *d, const Expr *e, const Expr *subject,
                           const Expr *bound, const Market *m)
{
    double literal = expr_behind(bound)->num, tenth = literal / 10;
    Span longer = longer_selector(pr, m, literal);

    diag_fact(d, T_SLOT_LENGTH_FROM, arg_duration((double)m->slot_us / 1e6), arg_text(m->selector));
    if (expr_behind(bound)->op != EX_CONST || tenth >= (double)m->slot_us / 1e6 || !longer.len)
        return;
    diag_help(d, T_DID_YOU_MEAN_TIME, arg_source(subject->place),
              arg_str(e->op == EX_GT   ? ">"
                      : e->op == EX_GE ? ">="
                      : e->op == EX_LT ? "<"
                                       : "<="),
              arg_duration(tenth), arg_text(longer));
}

static void label_range(Prover *pr, Diag *d, const Expr *subject, bool in_market)
{
    Interval in = pr->ranges[subject->id].in;

    if (in.lo != -INF && in.hi != INF)
        diag_label(d, in_market ? T_BETWEEN_IN_MARKET : T_VALUE_BETWEEN, arg_source(subject->place),
                   arg_of_type(subject->type, in.lo), arg_of_type(subject->type, in.hi));
    else if (in.lo != -INF)
        diag_label(d, T_VALUE_NEVER_BELOW, arg_source(subject->place),
                   arg_of_type(subject->type, in.lo));
    else if (in.hi != INF)
        diag_label(d, T_VALUE_NEVER_ABOVE, arg_source(subject->place),
                   arg_of_type(subject->type, in.hi));
    else
        diag_label(d, T_NO_TICK_DOES);
}

static void report_never(Prover *pr, const Expr *e, Place use)
{
    Diag *d = diag_add(pr->diags, ODX302, e->place, T_ALWAYS_FALSE);
    const Expr *subject, *bound;

    if (subject_of(e, &subject, &bound)) {
        const Market *m = slot_market_of(pr, subject);

        label_range(pr, d, subject, m != NULL);
        if (!place_is_same(use, e->place)) diag_mark(d, use, T_SO_NEVER_FIRES);
        if (m) help_slot_time(pr, d, e, subject, bound, m);
        return;
    }
    diag_label(d, T_NO_TICK_DOES);
    if (!place_is_same(use, e->place)) diag_mark(d, use, T_SO_NEVER_FIRES);
}

/* Dead comparisons below `and`s and `or`s. True when something was reported. */
static bool find_dead(Prover *pr, const Expr *e, Place use)
{
    e = expr_behind(e);
    if (!terms_step(&pr->terms)) return false;
    if (e->op == EX_AND || e->op == EX_OR) {
        bool left =
            find_dead(pr, e->args[0], place_is_same(use, e->place) ? e->args[0]->place : use);
        bool right =
            find_dead(pr, e->args[1], place_is_same(use, e->place) ? e->args[1]->place : use);

        return left || right;
    }
    if (!is_comparison(e) && e->op != EX_CONSTB && e->op != EX_NOT) return false;
    if (!never_true(pr, e)) return false;
    report_never(pr, e, use);
    return true;
}

/* ---- ODX303 ---------------------------------------------------------------------------------------- */

static Boxes boxes_of_all(Prover *pr, const Conjuncts *cs, uint64_t members)
{
    Boxes bs = boxes_all(&pr->terms);

    for (uint32_t i = 0; i < cs->count; i++) {
        if (members >> i & 1) bs = boxes_and(&pr->terms, &bs, &cs->items[i].holds);
    }
    return bs;
}

static bool excludes(Prover *pr, const Conjuncts *cs, uint64_t members)
{
    Boxes bs = boxes_of_all(pr, cs, members);

    return boxes_are_empty(&pr->terms, &bs);
}

/* The smallest set that still excludes itself: members are taken out while that stays so. */
static uint64_t smallest_conflict(Prover *pr, const Conjuncts *cs)
{
    uint64_t members = cs->count >= 64 ? UINT64_MAX : ((uint64_t)1 << cs->count) - 1;

    for (uint32_t i = 0; i < cs->count; i++) {
        uint64_t fewer = members & ~((uint64_t)1 << i);

        if (excludes(pr, cs, fewer)) members = fewer;
    }
    return members;
}

/* The one book field that a comparison bounds by a constant. */
static const Input *bounded_field(const Prover *pr, const Expr *e, double *ret_bound,
                                  bool *ret_is_upper)
{
    const Expr *subject, *bound;
    bool flipped;

    if (!subject_of(e, &subject, &bound) || expr_behind(bound)->op != EX_CONST) return NULL;
    flipped = subject == e->args[1];
    *ret_bound = expr_behind(bound)->num;
    *ret_is_upper = (e->op == EX_LT || e->op == EX_LE) != flipped;
    return input_of(pr, subject);
}

/* "so the ask is above 60c ..." against "... and here it must be below 55c". */
static bool explain_pair(Prover *pr, Diag *d, const Conjunct *a, const Conjunct *b)
{
    double a_bound, b_bound;
    bool a_upper, b_upper;
    const Input *x = bounded_field(pr, a->expr, &a_bound, &a_upper);
    const Input *y = bounded_field(pr, b->expr, &b_bound, &b_upper);
    const char *x_words = x ? field_words(x->field) : NULL,
               *y_words = y ? field_words(y->field) : NULL;
    Type t = expr_behind(a->expr)->args[0]->type;

    if (!x_words || !y_words || a_upper == b_upper) return false;
    diag_label(d, b_upper ? T_MUST_BE_BELOW : T_MUST_BE_ABOVE, arg_of_type(t, b_bound));
    diag_mark(d, a->use, a_upper ? T_SO_IS_BELOW : T_SO_IS_ABOVE, arg_str(y_words),
              arg_of_type(t, a_bound));
    if (x->field != y->field)
        diag_fact(d, a_upper ? T_NEVER_BELOW_OTHER : T_NEVER_ABOVE_OTHER, arg_str(x_words),
                  arg_str(y_words));
    return true;
}

static uint32_t count_bits(uint64_t x)
{
    return (uint32_t)__builtin_popcountll(x);
}

static void report_exclusion(Prover *pr, const Conjuncts *cs, uint64_t members)
{
    uint32_t last = 63 - (uint32_t)__builtin_clzll(members), n = count_bits(members);
    Diag *d =
        diag_add(pr->diags, ODX303, cs->items[last].use, n == 2 ? T_TWO_EXCLUDE : T_SOME_EXCLUDE);
    bool is_pair = n == 2;
    uint32_t first = (uint32_t)__builtin_ctzll(members);

    if (!is_pair || !explain_pair(pr, d, &cs->items[first], &cs->items[last])) {
        diag_label(d, T_AND_THIS_EXCLUDES);
        for (uint32_t i = 0; i < last; i++)
            if (members >> i & 1) diag_mark(d, cs->items[i].use, T_THIS_EXCLUDES);
    }
    diag_help(d, T_REPLACE_OR_JOIN);
}

/* ---- ODX301, ODX304 -------------------------------------------------------------------------------- */

typedef enum Sure { SURELY_FALSE, SURELY_TRUE, SURELY_EITHER } Sure;

/* Whether a condition that is surely so needs all its arguments known: one false one is enough for `and`,
 * one true one for `or`. */
static bool needs_all(const Expr *e, Sure sure)
{
    switch (e->op) {
    case EX_AND:
        return sure == SURELY_TRUE;
    case EX_OR:
        return sure == SURELY_FALSE;
    case EX_OTHERWISE:
    case EX_KNOWN:
    case EX_IF:
    case EX_HELD:
    case EX_INPUT:
    case EX_STATE:
        return false;
    default:
        return e->op < EX_PREV || e->op > EX_TAKER_FEE;
    }
}

static Sure sure_of_argument(const Expr *e, Sure sure)
{
    if (e->op == EX_AND || e->op == EX_OR) return sure;
    if (e->op != EX_NOT || sure == SURELY_EITHER) return SURELY_EITHER;
    return sure == SURELY_TRUE ? SURELY_FALSE : SURELY_TRUE;
}

/* What has to be known for a condition to be surely so; false when there is no room for all of it. */
static bool strict_leaves(Terms *ts, const Expr *e, Sure sure, uint32_t *leaves, uint32_t *count,
                          uint32_t cap)
{
    e = expr_behind(e);
    if (!terms_step(ts)) return false;
    if (e->op == EX_CONST || e->op == EX_PARAM || e->op == EX_TOKEN) return true;
    if (!needs_all(e, sure)) {
        if (*count == cap) return false;
        leaves[(*count)++] = ts->same[e->id];
        return true;
    }
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (!strict_leaves(ts, e->args[i], sure_of_argument(e, sure), leaves, count, cap))
            return false;
    return true;
}

static bool is_among(uint32_t x, const uint32_t *xs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (xs[i] == x) return true;
    return false;
}

/* Whether the others, being true, make `i` known. */
static bool is_known_by_others(Prover *pr, const Conjuncts *cs, uint32_t at)
{
    uint32_t mine[64], theirs[256], my_count = 0, their_count = 0;

    if (pr->ranges[cs->items[at].expr->id].known == KNOWN_YES) return true;
    if (!strict_leaves(&pr->terms, cs->items[at].expr, SURELY_TRUE, mine, &my_count, 64))
        return false;
    for (uint32_t i = 0; i < cs->count; i++)
        if (i != at &&
            !strict_leaves(&pr->terms, cs->items[i].expr, SURELY_TRUE, theirs, &their_count, 256))
            return false;
    for (uint32_t i = 0; i < my_count; i++) {
        const Expr *e = mine[i] < pr->p->exprs_count ? pr->p->exprs[mine[i]] : NULL;
        bool always = e && pr->ranges[e->id].known == KNOWN_YES;

        if (!always && !is_among(mine[i], theirs, their_count)) return false;
    }
    return true;
}

/* Whether some other part has to do with this one. */
static bool touches_another(Prover *pr, const Conjuncts *cs, uint32_t at)
{
    for (uint32_t i = 0; i < cs->count; i++)
        if (i != at && boxes_touch(&pr->terms, &cs->items[at].fails, &cs->items[i].holds))
            return true;
    return false;
}

static bool is_implied(Prover *pr, const Conjuncts *cs, uint32_t at)
{
    uint64_t all = ((uint64_t)1 << cs->count) - 1;
    Boxes others, both;

    if (!touches_another(pr, cs, at) || !is_known_by_others(pr, cs, at)) return false;
    others = boxes_of_all(pr, cs, all & ~((uint64_t)1 << at));
    both = boxes_and(&pr->terms, &others, &cs->items[at].fails);
    return boxes_are_empty(&pr->terms, &both);
}

static bool is_joining_text(Span between)
{
    return span_is(span_trim(between), SPAN("and"));
}

/* Takes " and X" or "X and " out, where the text between is nothing but `and`. */
static void fix_removal(Prover *pr, Diag *d, const Conjuncts *cs, uint32_t at)
{
    const Sources *ss = diags_sources(pr->diags);
    Place me = cs->items[at].use, other = at ? cs->items[at - 1].use : cs->items[at + 1].use;
    Place gap =
        at ? place_at(me.file, other.end, me.begin) : place_at(me.file, me.end, other.begin);

    if (me.file != other.file || gap.begin > gap.end || !is_joining_text(source_text(ss, gap)))
        return;
    diag_fix(d, FIX_SAFE, T_REMOVE_PART);
    diag_edit(d, place_join(gap, me), SPAN(""));
}

static void report_redundant(Prover *pr, Conjuncts *cs)
{
    for (uint32_t i = 0; i < cs->count && cs->count > 1; i++) {
        Diag *d;

        if (always_true(pr, &cs->items[i]) || !is_implied(pr, cs, i)) continue;
        d = diag_add(pr->diags, ODX304, cs->items[i].use, T_ADDS_NOTHING);
        diag_label(d, T_IMPLIED_BY_REST);
        fix_removal(pr, d, cs, i);
        for (uint32_t k = i; k + 1 < cs->count; k++) /* the rest is looked at without it */
            cs->items[k] = cs->items[k + 1];
        cs->count--;
        i--;
    }
}

static void report_always(Prover *pr, const Conjunct *c)
{
    const Expr *subject, *bound;
    Diag *d;

    if ((!is_comparison(c->expr) && c->expr->op != EX_NOT && c->expr->op != EX_OR) ||
        !always_true(pr, c))
        return;
    d = diag_add(pr->diags, ODX301, c->use, T_ALWAYS_TRUE);
    if (subject_of(c->expr, &subject, &bound))
        label_range(pr, d, subject, slot_market_of(pr, subject) != NULL);
    else
        diag_label(d, T_EVERY_TICK_DOES);
}

/* ---- a condition ----------------------------------------------------------------------------------- */

static void make_boxes(Prover *pr, Conjuncts *cs)
{
    for (uint32_t i = 0; i < cs->count; i++) {
        cs->items[i].holds = boxes_of(&pr->terms, cs->items[i].expr, true);
        cs->items[i].fails = boxes_of(&pr->terms, cs->items[i].expr, false);
    }
}

static bool is_any_dead(Prover *pr, const Conjuncts *cs)
{
    bool is_dead = false;

    for (uint32_t i = 0; i < cs->count; i++) {
        const Conjunct *c = &cs->items[i];
        bool dead = boxes_are_empty(&pr->terms, &c->holds);

        if (dead || c->expr->op == EX_OR) dead &= find_dead(pr, c->expr, c->use);
        is_dead |= dead;
    }
    return is_dead;
}

static bool excludes_itself(Prover *pr, const Conjuncts *cs)
{
    bool touches = false;

    for (uint32_t i = 0; i < cs->count && !touches; i++)
        for (uint32_t k = 0; k < i && !touches; k++)
            touches = boxes_touch(&pr->terms, &cs->items[i].holds, &cs->items[k].holds);
    return touches && excludes(pr, cs, ((uint64_t)1 << cs->count) - 1);
}

/* True when the condition can be true at some tick, as far as can be told. */
static bool look_at(Prover *pr, const Expr *cond)
{
    Conjuncts cs = {0};

    conjuncts_of(pr, cond, &cs);
    make_boxes(pr, &cs);
    if (is_any_dead(pr, &cs)) return false;
    if (!cs.is_cut && cs.count > 1 && excludes_itself(pr, &cs)) {
        report_exclusion(pr, &cs, smallest_conflict(pr, &cs));
        return false;
    }
    for (uint32_t i = 0; i < cs.count; i++)
        report_always(pr, &cs.items[i]);
    if (!cs.is_cut) report_redundant(pr, &cs);
    return true;
}

/* ---- ODX305, ODX306 -------------------------------------------------------------------------------- */

static void look_at_require(Prover *pr, const Rule *r, const Require *req)
{
    Boxes cond = r->cond ? boxes_of(&pr->terms, r->cond, true) : boxes_all(&pr->terms);
    Boxes want = boxes_of(&pr->terms, req->cond, true), both;
    Diag *d;

    if (!look_at(pr, req->cond)) return;
    both = boxes_and(&pr->terms, &cond, &want);
    if (!boxes_are_empty(&pr->terms, &both)) return;
    d = diag_add(pr->diags, ODX306, req->place, T_REQUIRE_NEVER);
    diag_label(d, T_REQUIRE_AGAINST_RULE);
    diag_mark(d, r->cond_place, T_THIS_EXCLUDES);
}

/* After `close x` in a block nothing of x is left. */
static void look_at_actions(Prover *pr, const Rule *r)
{
    for (uint32_t i = 0; i < r->action_count; i++)
        for (uint32_t k = 0; k < i; k++) {
            const Action *a = &r->actions[i], *before = &r->actions[k];
            bool empties = before->kind == ACT_CLOSE ||
                           (before->kind == ACT_SELL && before->size_unit == SIZE_ALL);
            Diag *d;

            if (!empties || before->token < 0 || a->token != before->token) continue;
            if (a->kind != ACT_SELL && a->kind != ACT_CLOSE) continue;
            d = diag_add(pr->diags, ODX306, a->place, T_ACTION_NEVER);
            diag_label(d, T_NOTHING_LEFT);
            diag_mark(d, before->place, T_LEAVES_NOTHING);
            return;
        }
}

static bool only_enters(const Prover *pr, const Rule *r)
{
    bool has_entry = false;

    for (uint32_t i = 0; i < r->action_count; i++) {
        if (!action_is_entry(pr->p, &r->actions[i])) return false;
        has_entry = true;
    }
    return has_entry;
}

/* `no entry when` holds, or is unknown, whenever the rule could fire. */
static void look_at_veto(Prover *pr, const Rule *r, const Limit *l, const Boxes *fires)
{
    Boxes allowed = boxes_of(&pr->terms, l->value, false);
    Boxes both = boxes_and(&pr->terms, fires, &allowed);
    Diag *d;

    if (!boxes_are_empty(&pr->terms, &both)) return;
    d = diag_add(pr->diags, ODX305, r->cond ? r->cond_place : r->place, T_NEVER_FIRES);
    diag_label(d, T_WHENEVER_TRUE);
    diag_mark(d, l->place, T_ENTRIES_REFUSED);
}

static void look_at_rule(Prover *pr, uint32_t i)
{
    const Rule *r = &pr->p->rules[i];

    if (r->cond && !look_at(pr, r->cond)) {
        pr->is_dead[i] = true;
        return;
    }
    for (uint32_t k = 0; k < r->require_count; k++)
        look_at_require(pr, r, &r->requires[k]);
    look_at_actions(pr, r);
    /* A `require` that is never true has been reported, and is the reason then. */
    if (!only_enters(pr, r) || (!pr->fires[i].is_cut && !pr->live[i])) return;
    for (uint32_t k = 0; k < pr->p->limits_count; k++)
        if (pr->p->limits[k].kind == LIM_NO_ENTRY)
            look_at_veto(pr, r, &pr->p->limits[k], &pr->fires[i]);
}

void prove_logic(Prover *pr)
{
    for (uint32_t i = 0; i < pr->p->rules_count; i++)
        look_at_rule(pr, i);
    for (uint32_t i = 0; i < pr->p->limits_count; i++) {
        const Limit *l = &pr->p->limits[i];

        if (l->kind == LIM_NO_ENTRY || l->kind == LIM_EXIT_WHEN) look_at(pr, l->value);
    }
}
