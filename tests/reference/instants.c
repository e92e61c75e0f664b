/* instants.c — which clocks an expression has, which markets it mentions, in whose slot it lives, and
 * when the next boundary comes (language 2.4.4, 3.9; docs/decisions/0001, 1).
 *
 * Worked out here once more from the operations alone, not read off the checker's notes. */
#include "tests/reference/inside.h"

#define SECOND_US INT64_C(1000000)

typedef struct Facts { /* of one expression */
    RefClocks clocks;
    uint32_t mentions, slot_lived;
} Facts;

static uint32_t period_bit(Ref *r, const Expr *period)
{
    int64_t us;
    double seconds = period->op == EX_PARAM ? r->params[period->index] : ref_value(r, period);

    us = ref_to_us(seconds);
    for (uint32_t i = 0; i < r->period_count; i++)
        if (r->periods[i] == us) return i;
    if (r->period_count == 64 || us <= 0) return 0;
    r->periods[r->period_count] = us;
    return r->period_count++;
}

static void mention(Ref *r, Facts *f, uint32_t market, bool is_slot_lived)
{
    if (market >= r->p->markets_count) return;
    f->mentions |= 1u << market;
    if (is_slot_lived && r->p->markets[market].kind == MARKET_SLOT) f->slot_lived |= 1u << market;
}

static void field_facts(Ref *r, Facts *f, uint32_t field, uint32_t market, uint32_t index)
{
    bool lived = ref_field_is_slot(field);

    switch (ref_field_owner(field)) {
    case OWNER_TOKEN:
    case OWNER_INSTR:
    case OWNER_HELD:
    case OWNER_HINSTR:
        market = r->p->tokens[index].market;
        break;
    default:
        break;
    }
    switch (ref_field_owner(field)) {
    case OWNER_TOKEN:
    case OWNER_INSTR:
    case OWNER_MARKET:
    case OWNER_TIME:
        if (market < r->p->markets_count) f->clocks.ticks |= 1u << market;
        mention(r, f, market, lived);
        break;
    case OWNER_HELD:
    case OWNER_HINSTR:
    case OWNER_MSLOT:
        mention(r, f, market, lived);
        break;
    case OWNER_FILL:
        f->clocks.fill = true;
        break;
    case OWNER_TRADE:
        f->clocks.leaders |= 1u << index;
        break;
    case OWNER_RESOLVE:
        f->clocks.resolves |= 1u << market;
        mention(r, f, market, false);
        break;
    case OWNER_FEED:
        f->clocks.feeds |= 1u << index;
        break;
    default:
        break;
    }
}

/* Markets of the tokens an expression may stand for; false when it stands for none written here. */
bool ref_token_market(const Ref *r, const Expr *e, uint32_t *ret_markets)
{
    bool any = false;

    if (e->op == EX_TOKEN) {
        *ret_markets |= 1u << r->p->tokens[e->index].market;
        return true;
    }
    if (e->op != EX_LET && e->op != EX_IF && e->op != EX_OTHERWISE) return false;
    for (uint32_t i = 0; i < e->arg_count; i++)
        any |= ref_token_market(r, e->args[i], ret_markets);
    return any;
}

static void token_facts(Ref *r, Facts *f, const Expr *e)
{
    uint32_t markets = 0;
    bool is_wallet = false;

    if (!ref_token_market(r, e->args[0], &markets)) return;
    if (e->op == EX_TOKEN_FIELD) {
        RefOwner o = ref_field_owner(e->index);

        is_wallet = o == OWNER_HELD || o == OWNER_HINSTR;
    }
    for (uint32_t m = 0; m < r->p->markets_count; m++) {
        if (!(markets >> m & 1)) continue;
        if (!is_wallet) f->clocks.ticks |= 1u << m;
        mention(r, f, m, true);
    }
}

static void join(Facts *into, const Facts *f)
{
    into->clocks.ticks |= f->clocks.ticks;
    into->clocks.feeds |= f->clocks.feeds;
    into->clocks.leaders |= f->clocks.leaders;
    into->clocks.resolves |= f->clocks.resolves;
    into->clocks.every |= f->clocks.every;
    into->clocks.fill |= f->clocks.fill;
    into->clocks.account |= f->clocks.account;
    into->mentions |= f->mentions;
    into->slot_lived |= f->slot_lived;
}

static Facts own_facts(Ref *r, const Expr *e, const Facts *all)
{
    Facts f = {0};

    for (uint32_t i = 0; i < e->arg_count; i++)
        join(&f, &all[e->args[i]->id]);
    switch (e->op) {
    case EX_INPUT: {
        const Input *in = &r->p->inputs[e->index];

        field_facts(r, &f, in->field, in->market, in->index);
        break;
    }
    case EX_STATE:
        if (r->p->states[e->index].life == STATE_SLOT)
            mention(r, &f, r->p->states[e->index].market, true);
        break;
    case EX_TOKEN_FIELD:
    case EX_PRICE_TO_BUY:
    case EX_PRICE_TO_SELL:
    case EX_DEPTH_TO_BUY:
    case EX_DEPTH_TO_SELL:
    case EX_TAKER_FEE:
        token_facts(r, &f, e);
        break;
    case EX_SAMPLE:
        f.clocks = (RefClocks){0};
        if (r->is_used[e->id]) f.clocks.every = UINT64_C(1) << period_bit(r, e->args[1]);
        break;
    default:
        break;
    }
    if (e->flags & EXF_ACROSS) f.slot_lived = 0;
    return f;
}

static bool is_same(const Facts *a, const Facts *b)
{
    return a->clocks.ticks == b->clocks.ticks && a->clocks.feeds == b->clocks.feeds &&
           a->clocks.leaders == b->clocks.leaders && a->clocks.resolves == b->clocks.resolves &&
           a->clocks.every == b->clocks.every && a->clocks.fill == b->clocks.fill &&
           a->clocks.account == b->clocks.account && a->mentions == b->mentions &&
           a->slot_lived == b->slot_lived;
}

/* The least fixpoint: recursion through `prev` has the clocks of its other operands. */
static void settle_facts(Ref *r, Facts *all, const Facts *given)
{
    bool changed = true;

    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < r->p->exprs_count; i++) {
            Facts f = own_facts(r, r->p->exprs[i], all);

            join(&f, &given[i]);
            if (!is_same(&f, &all[i])) changed = true;
            all[i] = f;
        }
    }
}

bool ref_is_empty(const RefClocks *c)
{
    return !c->ticks && !c->feeds && !c->leaders && !c->resolves && !c->every && !c->fill &&
           !c->account;
}

/* An indicator without a clock advances on the account's when it is about the wallet, else on every
 * tick of every market. */
static void give_default_clocks(Ref *r, const Facts *all, Facts *given)
{
    for (uint32_t i = 0; i < r->p->exprs_count; i++) {
        const Expr *e = r->p->exprs[i];

        if (e->op < EX_PREV || e->op > EX_SAMPLE || !ref_is_empty(&all[i].clocks)) continue;
        if (e->wallet) {
            given[i].clocks.account = true;
            if (r->is_used[i]) r->has_account_clock = r->is_account_event = true;
        } else {
            given[i].clocks.ticks = UINT32_MAX;
        }
    }
}

static bool reads_equity(const Ref *r)
{
    for (uint32_t i = 0; i < r->p->exprs_count; i++) {
        const Expr *e = r->p->exprs[i];

        if (e->op != EX_INPUT || !r->is_used[i]) continue;
        if (r->p->inputs[e->index].field == FIELD_EQUITY) return true;
        if (r->p->inputs[e->index].field == FIELD_DRAWDOWN) return true;
    }
    for (uint32_t i = 0; i < r->p->limits_count; i++)
        switch (r->p->limits[i].kind) {
        case LIM_MAX_LOSS:
        case LIM_MAX_DRAWDOWN:
        case LIM_MAX_LEVERAGE:
            return true;
        default:
            break;
        }
    return false;
}

static void use(Ref *r, const Expr *e)
{
    if (!e || r->is_used[e->id]) return;
    r->is_used[e->id] = true;
    for (uint32_t i = 0; i < e->arg_count; i++)
        use(r, e->args[i]);
}

static void use_action(Ref *r, const Action *a)
{
    const Expr *all[] = {a->token_expr, a->size,     a->price, a->within,   a->good_for, a->value,
                         a->bid,        a->bid_size, a->ask,   a->ask_size, a->refresh};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        use(r, all[i]);
}

/* A name nobody reads has no clock: an unused `let` changes nothing (M6). */
static void find_used(Ref *r)
{
    const Program *p = r->p;

    for (uint32_t i = 0; i < p->rules_count; i++) {
        use(r, p->rules[i].cond);
        for (uint32_t k = 0; k < p->rules[i].require_count; k++)
            use(r, p->rules[i].requires[k].cond);
        for (uint32_t k = 0; k < p->rules[i].action_count; k++)
            use_action(r, &p->rules[i].actions[k]);
        for (uint32_t k = 0; k < p->rules[i].group_count; k++)
            use(r, p->rules[i].groups[k].within);
    }
    for (uint32_t i = 0; i < p->limits_count; i++)
        use(r, p->limits[i].value);
    for (uint32_t i = 0; i < p->shows_count; i++)
        use(r, p->shows[i].value);
    for (uint32_t i = 0; i < p->promises_count; i++)
        use(r, p->promises[i].value);
    for (uint32_t i = 0; i < p->states_count; i++)
        use(r, p->states[i].init);
}

void ref_instants_init(Ref *r)
{
    uint32_t n = r->p->exprs_count;
    Facts *all = arena_array(r->arena, Facts, n ? n : 1);
    Facts *given = arena_array(r->arena, Facts, n ? n : 1);

    r->is_used = arena_array(r->arena, bool, n + 1);
    find_used(r);
    settle_facts(r, all, given);
    give_default_clocks(r, all, given);
    settle_facts(r, all, given);
    r->clocks = arena_array(r->arena, RefClocks, n ? n : 1);
    r->mentions = arena_array(r->arena, uint32_t, n ? n : 1);
    r->slot_lived = arena_array(r->arena, uint32_t, n ? n : 1);
    for (uint32_t i = 0; i < n; i++) {
        r->clocks[i] = all[i].clocks;
        r->mentions[i] = all[i].mentions;
        r->slot_lived[i] = all[i].slot_lived;
    }
    for (uint32_t i = 0; i < r->p->rules_count; i++)
        if (r->p->rules[i].kind == RULE_ON && r->p->rules[i].event == EV_BOUNDARY)
            r->used_periods |= UINT64_C(1)
                               << period_bit(r, r->p->clocks[r->p->rules[i].index].period);
    for (uint32_t i = 0; i < n; i++)
        if (r->is_used[i]) r->used_periods |= r->clocks[i].every;
    if (reads_equity(r)) r->has_account_clock = true;
}

bool ref_is_instant(const RefClocks *of, const RefClocks *now)
{
    return (of->ticks & now->ticks) || (of->feeds & now->feeds) || (of->leaders & now->leaders) ||
           (of->resolves & now->resolves) || (of->every & now->every) || (of->fill && now->fill) ||
           (of->account && now->account);
}

/* The first boundary of any period after that time; boundaries are whole multiples since midnight. */
int64_t ref_next_boundary(const Ref *r, int64_t after_us)
{
    int64_t best = INT64_MAX;

    for (uint32_t i = 0; i < r->period_count; i++) {
        int64_t t = (after_us / r->periods[i] + 1) * r->periods[i];

        if (!(r->used_periods >> i & 1)) continue;
        if (t < best) best = t;
    }
    if (r->has_account_clock) {
        int64_t t = (after_us / SECOND_US + 1) * SECOND_US;

        if (t < best) best = t;
    }
    return best;
}

RefClocks ref_boundary_clocks(const Ref *r, int64_t ts_us)
{
    RefClocks c = {0};

    for (uint32_t i = 0; i < r->period_count; i++)
        if ((r->used_periods >> i & 1) && ts_us % r->periods[i] == 0) c.every |= UINT64_C(1) << i;
    c.account = r->has_account_clock && ts_us % SECOND_US == 0;
    return c;
}

static uint32_t mentioned_by(const Ref *r, const Expr *e)
{
    return e ? r->mentions[e->id] : 0;
}

/* Markets a rule mentions: in its condition, and for `while` in its quotes. */
uint32_t ref_rule_mentions(const Ref *r, const Rule *rule)
{
    uint32_t all = mentioned_by(r, rule->cond);

    for (uint32_t i = 0; rule->kind == RULE_WHILE && i < rule->action_count; i++) {
        const Action *a = &rule->actions[i];

        all |= mentioned_by(r, a->bid) | mentioned_by(r, a->bid_size);
        all |= mentioned_by(r, a->ask) | mentioned_by(r, a->ask_size);
        if (a->token >= 0 && r->p->tokens[a->token].market < r->p->markets_count)
            all |= 1u << r->p->tokens[a->token].market;
    }
    return all;
}
