/* rules.c — `when`, `while`, `on`: what wakes a rule, what must hold, and its block.
 *
 * Events become an EventKind and an index; the condition is checked where the event's record can be
 * read.  Promise: a rule with an error in it is kept out of the Program. */
#include "compiler/sema/checker.h"

typedef struct Woken {
    uint8_t kind, verb;
    int32_t index;
    ClockSet clocks;
} Woken;

uint32_t clock_index(Checker *c, ClockKind kind, uint16_t index, const Expr *period)
{
    double want = 0, have = 0;

    if (period) (void)constant(c, period, PARAM_VALUE, &want);
    for (size_t i = 0; i < c->clocks.count; i++) {
        const Clock *k = &c->clocks.items[i];

        if (k->kind != kind || k->index != index) continue;
        if (!period || period == k->period) return (uint32_t)i;
        (void)constant(c, k->period, PARAM_VALUE, &have);
        if (period->rate == RATE_CONST && k->period->rate == RATE_CONST && want == have)
            return (uint32_t)i;
        if (expr_strip(period)->op == EX_PARAM && expr_strip(k->period)->op == EX_PARAM &&
            expr_strip(period)->index == expr_strip(k->period)->index)
            return (uint32_t)i;
    }
    if (c->clocks.count >= MAX_CLOCKS) {
        over_budget(c, period ? period->place : place_at(0, 0, 0), T_SAY_CLOCKS, MAX_CLOCKS);
        return 0;
    }
    if (!vec_push(c->arena, &c->clocks, (Clock){(uint8_t)kind, index, period})) return 0;
    return (uint32_t)c->clocks.count - 1;
}

static ClockSet clock_bit(Checker *c, ClockKind kind, int32_t index, const Expr *period)
{
    return UINT64_C(1) << clock_index(c, kind, (uint16_t)(index < 0 ? 0 : index), period);
}

/* ---- events ----------------------------------------------------------------------------------- */

static bool on_boundary(Checker *c, const Node *ev, Woken *w)
{
    Expr *d = check_period(c, node_kid(ev, 0));

    if (expr_is_bad(d)) return false;
    w->kind = EV_BOUNDARY;
    w->index = (int32_t)clock_index(c, CLOCK_EVERY, 0, d);
    w->clocks = UINT64_C(1) << w->index;
    return true;
}

static bool market_operand(Checker *c, const Node *ev, int32_t *ret)
{
    Expr *e;

    /* `trade.market` has no index, but it is refused outside its own rules anyway */
    return resolve_market(c, ev->kids[0], ret, &e) && *ret >= 0;
}

static bool on_slot(Checker *c, const Node *ev, Woken *w)
{
    if (node_kid(ev, 0)) {
        if (!market_operand(c, ev, &w->index)) return false;
        if (c->markets.items[w->index].kind != MARKET_SLOT) {
            diag_add(c->diags, ODX110, ev->place, T_NO_SLOTS, arg_str(diag_text(T_SAY_THIS_EVENT)));
            return false;
        }
    } else {
        w->index = only_slot_market(c, ev->place, T_SAY_THIS_EVENT);
    }
    if (w->index < 0) return false;
    c->markets.items[w->index].read = true;
    w->kind = ev->op == AST_EVENT_SLOT_OPEN ? EV_SLOT_OPEN : EV_SLOT_CLOSE;
    w->clocks = clock_bit(c, CLOCK_SLOT, w->index, NULL);
    return true;
}

static bool token_operand(Checker *c, const Node *ev, int32_t *ret)
{
    Expr *e;

    if (!node_kid(ev, 0)) return true;
    if (!resolve_traded(c, ev->kids[0], ret, &e)) return false;
    if (*ret >= 0) return true;
    diag_add(c->diags, ODX112, ev->kids[0]->place, T_NOT_TRADABLE, arg_source(ev->kids[0]->place));
    return false;
}

static bool on_tick(Checker *c, const Node *ev, Woken *w)
{
    w->kind = EV_TICK;
    if (node_kid(ev, 0)) {
        if (!market_operand(c, ev, &w->index)) return false;
        c->markets.items[w->index].read = true;
        w->clocks = clock_bit(c, CLOCK_TICK, w->index, NULL);
        return true;
    }
    if (c->markets.count == 1) w->index = 0;
    for (size_t i = 0; i < c->markets.count; i++) {
        w->clocks |= clock_bit(c, CLOCK_TICK, (int32_t)i, NULL);
        c->markets.items[i].read = true;
    }
    return true;
}

static bool on_resolve(Checker *c, const Node *ev, Woken *w)
{
    w->kind = EV_RESOLVE;
    if (node_kid(ev, 0)) {
        if (!market_operand(c, ev, &w->index)) return false;
    } else if (c->markets.count == 1) {
        w->index = 0;
    } else {
        diag_add(c->diags, c->markets.count ? ODX114 : ODX110, ev->place,
                 c->markets.count ? T_WHOSE_SLOT : T_NO_SLOTS, arg_str("`on resolve`"));
        return false;
    }
    c->markets.items[w->index].read = true;
    w->clocks = clock_bit(c, CLOCK_RESOLVE, w->index, NULL);
    return true;
}

static int leader_verb(Span word)
{
    static const char *const verbs[] = {"trade", "split", "merge"};

    for (int i = 0; i < 3; i++)
        if (span_eq_str(word, verbs[i])) return i;
    return -1;
}

static bool unknown_event(Checker *c, const Node *path)
{
    Diag *d = diag_add(c->diags, ODX110, path->place, T_UNKNOWN_EVENT, arg_source(path->place));

    diag_label(d, T_NOT_AN_EVENT);
    diag_fact(d, T_EVENTS_ARE);
    return false;
}

/* whale.trade, whale.split, whale.merge, or the name of a feed. */
static bool on_path(Checker *c, const Node *ev, Woken *w)
{
    const Node *path = node_kid(ev, 0);
    Name *name = node_is(path, NODE_PATH) && path->kid_count
                     ? scope_find(c->scope, path->kids[0]->name)
                     : NULL;
    int verb = -1;

    if (!path) return false;
    if (name) name->is_used = true;
    if (name && name->kind == NAME_FEED && path->kid_count == 1) {
        c->feeds.items[name->index].read = true;
        *w = (Woken){.kind = EV_FEED,
                     .index = (int32_t)name->index,
                     .clocks = clock_bit(c, CLOCK_FEED, (int32_t)name->index, NULL)};
        return true;
    }
    if (name && name->kind == NAME_LEADER && path->kid_count == 2)
        verb = leader_verb(path->kids[1]->name);
    if (verb < 0) return unknown_event(c, path);
    *w = (Woken){.kind = EV_LEADER,
                 .verb = (uint8_t)verb,
                 .index = (int32_t)name->index,
                 .clocks = clock_bit(c, CLOCK_LEADER, (int32_t)name->index, NULL)};
    return true;
}

static bool check_event(Checker *c, const Node *ev, Woken *w)
{
    *w = (Woken){.index = -1};
    switch ((EventOp)ev->op) {
    case AST_EVENT_EVERY:
        return on_boundary(c, ev, w);
    case AST_EVENT_SLOT_OPEN:
    case AST_EVENT_SLOT_CLOSE:
        return on_slot(c, ev, w);
    case AST_EVENT_FILL:
        w->kind = EV_FILL;
        w->clocks = clock_bit(c, CLOCK_FILL, 0, NULL);
        return token_operand(c, ev, &w->index);
    case AST_EVENT_TICK:
        return on_tick(c, ev, w);
    case AST_EVENT_START:
        w->kind = EV_START;
        w->clocks = clock_bit(c, CLOCK_START, 0, NULL);
        return true;
    case AST_EVENT_RESOLVE:
        return on_resolve(c, ev, w);
    case AST_EVENT_REJECT:
        w->kind = EV_REJECT;
        w->clocks = clock_bit(c, CLOCK_REJECT, 0, NULL);
        return token_operand(c, ev, &w->index);
    case AST_EVENT_PATH:
        return on_path(c, ev, w);
    }
    return false;
}

/* ---- the rule --------------------------------------------------------------------------------- */

static bool wake(Checker *c, const Node *n, Rule *r)
{
    static const uint8_t kinds[] = {
        [AST_RULE_WHEN] = RULE_WHEN, [AST_RULE_WHILE] = RULE_WHILE, [AST_RULE_ON] = RULE_ON};
    const Node *ev = node_kid(n, KID_RULE_EVENT);
    Woken w;

    r->kind = kinds[n->op];
    r->index = -1;
    if (n->op != AST_RULE_ON) return true;
    if (!ev || ev->kind == NODE_BAD || !check_event(c, ev, &w)) return false;
    r->event = w.kind;
    r->verb = w.verb;
    r->index = w.index;
    r->clocks = w.clocks;
    c->where.event = w.kind;
    c->where.index = w.index;
    return true;
}

static bool check_rule_cond(Checker *c, const Node *n, Rule *r)
{
    const Node *cond = node_kid(n, KID_RULE_COND);

    if (!cond) return n->op == AST_RULE_ON;
    r->cond = check_yes_no(c, cond);
    r->cond_place = cond->place;
    return !expr_is_bad(r->cond);
}

void check_rule(Checker *c, const Node *n)
{
    Rule r = {.place = n->place, .label = node_label(n)};
    Scope *outer = c->scope;
    bool is_awake, is_fine;

    if (c->rules.count >= MAX_RULES) {
        over_budget(c, n->place, T_SAY_RULES, MAX_RULES);
        return;
    }
    c->scope = scope_new(c, outer);
    is_awake = wake(c, n, &r);
    is_fine = is_awake && check_rule_cond(c, n, &r);
    if (is_awake && node_kid(n, KID_RULE_BLOCK)) check_block(c, n->kids[KID_RULE_BLOCK], &r);
    c->scope = outer;
    c->where = (Where){.event = -1, .index = -1};
    if (!is_fine) return;
    (void)vec_push(c->arena, &c->rules, r);
    (void)vec_push(c->arena, &c->rule_nodes, n);
}
