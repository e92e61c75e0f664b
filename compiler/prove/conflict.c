/* conflict.c — two rules that can act against each other at one moment (ODX308). */
#include "compiler/prove/witness.h"

typedef enum Clash { CLASH_NONE, CLASH_BOTH_SIDES, CLASH_BUY_AND_SELL } Clash;

static bool is_same_share(const Token *a, const Token *b)
{
    return a->market == b->market && a->outcome == b->outcome && a->account == b->account;
}

static bool is_other_side(const Token *a, const Token *b)
{
    return a->market == b->market && a->account == b->account && a->outcome < 2 && b->outcome < 2 &&
           a->outcome != b->outcome;
}

static bool leaves(const Action *a)
{
    return a->kind == ACT_SELL || a->kind == ACT_CLOSE;
}

static Clash clash_of(const Program *p, const Action *a, const Action *b)
{
    const Token *x, *y;

    if (a->token < 0 || b->token < 0) return CLASH_NONE;
    x = &p->tokens[a->token];
    y = &p->tokens[b->token];
    if (x->market == MARKET_NONE || p->markets[x->market].kind >= MARKET_SPOT) return CLASH_NONE;
    if (a->kind == ACT_BUY && b->kind == ACT_BUY && is_other_side(x, y)) return CLASH_BOTH_SIDES;
    if (((a->kind == ACT_BUY && leaves(b)) || (leaves(a) && b->kind == ACT_BUY)) &&
        is_same_share(x, y))
        return CLASH_BUY_AND_SELL;
    return CLASH_NONE;
}

static Clash rules_clash(const Program *p, const Rule *a, const Rule *b)
{
    for (uint32_t i = 0; i < a->action_count; i++)
        for (uint32_t k = 0; k < b->action_count; k++) {
            Clash c = clash_of(p, &a->actions[i], &b->actions[k]);

            if (c != CLASH_NONE) return c;
        }
    return CLASH_NONE;
}

/* All boundaries may fall on one instant; any other clock is an event of its own. */
static ClockSet instants(const Program *p, const Rule *r)
{
    ClockSet set = 0;

    for (uint32_t i = 0; i < p->clocks_count; i++) {
        bool is_in = r->clocks >> i & 1;

        if (p->clocks[i].kind == CLOCK_EVERY || p->clocks[i].kind == CLOCK_ACCOUNT)
            set |= is_in ? (ClockSet)1 << 63 : 0;
        else if (is_in || (r->clocks == 0 && p->clocks[i].kind == CLOCK_TICK))
            set |= (ClockSet)1 << i;
    }
    if (r->clocks == 0) set |= (ClockSet)1 << 62; /* every tick */
    return set;
}

static bool has_ticks(const Program *p, const Rule *r)
{
    if (r->clocks == 0) return true;
    for (uint32_t i = 0; i < p->clocks_count; i++)
        if ((r->clocks >> i & 1) && p->clocks[i].kind == CLOCK_TICK) return true;
    return false;
}

/* Whether one event can make both rules look. */
static bool can_meet(const Program *p, const Rule *a, const Rule *b)
{
    if (a->kind == RULE_ON && b->kind == RULE_ON)
        return a->event == b->event && a->verb == b->verb && a->index == b->index;
    if ((a->clocks == 0 && has_ticks(p, b)) || (b->clocks == 0 && has_ticks(p, a))) return true;
    return (instants(p, a) & instants(p, b)) != 0;
}

/* ---- the finding ----------------------------------------------------------------------------------- */

static Place place_of(const Rule *r)
{
    return r->cond ? r->cond_place : r->place;
}

/* `abs_move > 1%` beside `move > 1%`: the other direction was probably meant. */
static void help_direction(Prover *pr, Diag *d, const Rule *b)
{
    Conjuncts cs = {0};

    if (!b->cond) return;
    conjuncts_of(pr, b->cond, &cs);
    for (uint32_t i = 0; i < cs.count; i++) {
        const Expr *e = cs.items[i].expr, *x = e->arg_count ? expr_behind(e->args[0]) : NULL;

        if (e->op != EX_GT || !x || x->op != EX_INPUT || expr_behind(e->args[1])->op != EX_CONST)
            continue;
        if (pr->p->inputs[x->index].field != FIELD_ABS_MOVE) continue;
        diag_fix(d, FIX_SUGGESTED, T_DID_YOU_MEAN_DOWN,
                 arg_of_type(e->args[1]->type, expr_behind(e->args[1])->num));
        return;
    }
}

static void report(Prover *pr, const Rule *a, const Rule *b, Clash clash, const Witness *w)
{
    Diag *d = diag_add(pr->diags, ODX308, place_of(b),
                       clash == CLASH_BOTH_SIDES ? T_BUY_BOTH_SIDES : T_BUY_AND_SELL);

    diag_label(d, T_AND_SO_IS_THIS);
    if (w->count)
        diag_mark(d, place_of(a), T_TRUE_FOR_INSTANCE, arg_text(witness_text(pr, w, 1)));
    else
        diag_mark(d, place_of(a), T_TRUE_AT_ONCE);
    diag_fact(d, clash == CLASH_BOTH_SIDES ? T_BOTH_SIDES_COST : T_BUY_AND_SELL_COST);
    if (w->count) diag_fact(d, T_EXAMPLE_TICK, arg_text(witness_text(pr, w, w->count)));
    if (clash == CLASH_BOTH_SIDES) help_direction(pr, d, b);
}

/* Two `for`s on one clock were both true at its last instant, whatever has moved since. */
static bool holds_exclude(Prover *pr, const Rule *a, const Rule *b)
{
    Conjuncts x = {0}, y = {0};

    if (!a->cond || !b->cond) return false;
    conjuncts_of(pr, a->cond, &x);
    conjuncts_of(pr, b->cond, &y);
    for (uint32_t i = 0; i < x.count; i++)
        for (uint32_t k = 0; k < y.count; k++) {
            const Expr *p = x.items[i].expr, *q = y.items[k].expr;
            Boxes pb, qb, both;

            if (p->op != EX_HELD || q->op != EX_HELD || p->clocks != q->clocks) continue;
            pb = boxes_of(&pr->terms, p->args[0], true);
            qb = boxes_of(&pr->terms, q->args[0], true);
            both = boxes_and(&pr->terms, &pb, &qb);
            if (boxes_are_empty(&pr->terms, &both)) return true;
        }
    return false;
}

static void look_at_pair(Prover *pr, uint32_t i, uint32_t k)
{
    const Rule *a = &pr->p->rules[i], *b = &pr->p->rules[k];
    Clash clash = rules_clash(pr->p, a, b);
    Boxes both;

    if (clash == CLASH_NONE || pr->is_dead[i] || pr->is_dead[k] || !can_meet(pr->p, a, b)) return;
    if (holds_exclude(pr, a, b)) return;
    both = boxes_and(&pr->terms, &pr->fires[i], &pr->fires[k]);
    for (uint32_t n = 0; n < both.count; n++) {
        Witness w;

        if (box_is_empty(&pr->terms, &both.items[n])) continue;
        w = witness_find(pr, a->cond, b->cond, &both.items[n]);
        if (!w.is_right) continue; /* more was meant than a box can hold: no tick, no finding */
        report(pr, a, b, clash, &w);
        return;
    }
}

void prove_conflict(Prover *pr)
{
    for (uint32_t k = 1; k < pr->p->rules_count; k++)
        for (uint32_t i = 0; i < k; i++)
            look_at_pair(pr, i, k);
}
