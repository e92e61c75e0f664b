/* rules.c — which rules act at this event, and what they ask for (language 3.4 step 4.3, 3.6).
 *
 * Everything is read before anything is settled: no rule sees what another did in the same event. */
#include "tests/reference/inside.h"

static double optional(Ref *r, const Expr *e)
{
    return e ? ref_value(r, e) : UNKNOWN;
}

static int32_t number_or_none(double x, uint32_t count)
{
    return num_is_known(x) && x >= 0 && x < (double)count ? (int32_t)x : -1;
}

static RefIntent *intend(Ref *r, uint16_t rule, uint16_t action)
{
    const Action *a = &r->p->rules[rule].actions[action];
    RefIntent *in = REF_PUSH(r, RefIntent, intents);

    *in = (RefIntent){.kind = a->kind,
                      .rule = rule,
                      .action = action,
                      .token = a->token,
                      .market = a->market,
                      .group = a->group,
                      .leader = -1};
    in->is_sell = a->kind == ACT_SELL;
    if (r->now.kind == EV_LEADER) in->leader = r->now.index;
    in->size = in->price = in->within = in->good_for = in->refresh = UNKNOWN;
    return in;
}

static void resolve_token(Ref *r, const Action *a, RefIntent *in)
{
    if (!a->token_expr) return;
    if (a->kind == ACT_SPLIT || a->kind == ACT_MERGE)
        in->market = number_or_none(ref_value(r, a->token_expr), r->p->markets_count);
    else
        in->token = number_or_none(ref_value(r, a->token_expr), r->p->tokens_count);
}

static void intend_side(Ref *r, uint16_t rule, uint16_t action, bool is_bid, bool is_withdrawn)
{
    const Action *a = &r->p->rules[rule].actions[action];
    RefIntent *in = intend(r, rule, action);

    in->is_bid = is_bid;
    in->is_withdrawn = is_withdrawn;
    if (is_withdrawn) return;
    in->price = optional(r, is_bid ? a->bid : a->ask);
    in->size = optional(r, is_bid ? a->bid_size : a->ask_size);
    in->refresh = optional(r, a->refresh);
}

static void set_state(Ref *r, const Action *a)
{
    RefState *s = &r->states[a->state];

    s->next = ref_value(r, a->value);
    s->has_next = true;
}

static void act(Ref *r, uint16_t rule, uint16_t action)
{
    const Action *a = &r->p->rules[rule].actions[action];
    RefIntent *in;

    if (a->kind == ACT_SET) {
        set_state(r, a);
        return;
    }
    if (a->kind == ACT_QUOTE) {
        intend_side(r, rule, action, true, !a->bid);
        intend_side(r, rule, action, false, !a->ask);
        return;
    }
    in = intend(r, rule, action);
    resolve_token(r, a, in);
    in->size = optional(r, a->size);
    in->price = optional(r, a->price);
    in->has_within = a->within != NULL;
    in->within = optional(r, a->within);
    in->good_for = optional(r, a->good_for);
}

/* All failing requires are reported, in order; the actions follow only when none fails. */
static bool meets_requires(Ref *r, uint16_t rule)
{
    const Rule *rl = &r->p->rules[rule];
    bool ok = true;

    for (uint32_t i = 0; i < rl->require_count; i++) {
        double v = ref_value(r, rl->requires[i].cond);

        if (v == 1) continue;
        ok = false;
        *REF_PUSH(r, RefIntent, intents) =
            (RefIntent){.kind = REF_SKIP,
                        .rule = rule,
                        .action = REF_NONE,
                        .group = -1,
                        .token = -1,
                        .reason = (uint16_t)(REASON_OWN + rl->requires[i].reason),
                        .is_unknown = !num_is_known(v)};
    }
    return ok;
}

static void withdraw(Ref *r, uint16_t rule)
{
    for (uint16_t i = 0; i < r->p->rules[rule].action_count; i++) {
        if (r->p->rules[rule].actions[i].kind != ACT_QUOTE) continue;
        intend_side(r, rule, i, true, true);
        intend_side(r, rule, i, false, true);
    }
}

static void fire(Ref *r, uint16_t rule)
{
    const Rule *rl = &r->p->rules[rule];

    if (!meets_requires(r, rule)) {
        if (rl->kind == RULE_WHILE) withdraw(r, rule);
        return;
    }
    for (uint16_t i = 0; i < rl->action_count; i++)
        act(r, rule, i);
}

/* Evaluated at the instants of the condition's clocks, without clocks at every tick, and when a market
 * or feed it mentions goes stale. */
static bool is_due(const Ref *r, const Rule *rl)
{
    const RefClocks *c = &r->clocks[rl->cond->id];

    if (r->now.kind == EV_STALE)
        return (r->now.stale_markets & ref_rule_mentions(r, rl)) || (r->now.stale_feeds & c->feeds);
    if (ref_is_empty(c)) return r->now.clocks.ticks != 0;
    return ref_is_instant(c, &r->now.clocks);
}

static bool happens(const Ref *r, const Rule *rl)
{
    if (rl->event != r->now.kind) return false;
    switch (rl->event) {
    case EV_START:
        return true;
    case EV_LEADER:
        return rl->index == r->now.index && rl->verb == r->now.event->leader.verb;
    case EV_BOUNDARY: {
        const Expr *period = r->p->clocks[rl->index].period;
        double seconds = period->op == EX_PARAM ? r->params[period->index] : period->num;

        return r->now.ts_us % ref_to_us(seconds) == 0;
    }
    default:
        return rl->index < 0 || rl->index == r->now.index;
    }
}

static void on(Ref *r, uint16_t rule)
{
    const Rule *rl = &r->p->rules[rule];

    if (!happens(r, rl)) return;
    if (!rl->cond || ref_value(r, rl->cond) == 1) fire(r, rule);
}

static void when(Ref *r, uint16_t rule)
{
    const Rule *rl = &r->p->rules[rule];
    double c;

    if (!is_due(r, rl)) return;
    c = ref_value(r, rl->cond);
    if (c == 0) r->is_armed[rule] = true;
    if (c != 1 || !r->is_armed[rule]) return;
    r->is_armed[rule] = false;
    fire(r, rule);
}

static void while_true(Ref *r, uint16_t rule)
{
    const Rule *rl = &r->p->rules[rule];

    if (!is_due(r, rl)) return;
    if (ref_value(r, rl->cond) == 1)
        fire(r, rule);
    else
        withdraw(r, rule);
}

void ref_rules(Ref *r)
{
    for (uint16_t i = 0; i < r->p->rules_count; i++)
        switch (r->p->rules[i].kind) {
        case RULE_WHEN:
            when(r, i);
            break;
        case RULE_WHILE:
            while_true(r, i);
            break;
        default:
            on(r, i);
            break;
        }
}
