/* attrs.c — what is inferred once the graph of expressions stands: sharing, clocks, slots, readiness.
 *
 * Everything grows only, so passes over the expressions repeat until nothing changes (least fixpoint,
 * 2.4.3).  Clocks follow docs/decisions/0001.  Promise: the same tree gives the same attributes. */
#include "compiler/sema/checker.h"

#include "vm/base/buf.h"
#include "vm/base/num.h"

static ClockSet bit(Checker *c, ClockKind kind, uint16_t index, const Expr *period)
{
    return UINT64_C(1) << clock_index(c, kind, index, period);
}

static bool is_memory(const Expr *e)
{
    return e->op >= EX_PREV && e->op <= EX_SAMPLE;
}

/* ---- leaves ----------------------------------------------------------------------------------- */

static ClockSet input_clock(Checker *c, const Input *in, uint8_t owner)
{
    switch ((FieldOwner)owner) {
    case OWNER_TOKEN:
    case OWNER_MARKET:
    case OWNER_TIME:
    case OWNER_INSTR:
        return in->market < c->markets.count ? bit(c, CLOCK_TICK, in->market, NULL) : 0;
    case OWNER_FILL:
        return bit(c, CLOCK_FILL, 0, NULL);
    case OWNER_TRADE:
        return bit(c, CLOCK_LEADER, in->index, NULL);
    case OWNER_RESOLVE:
        return bit(c, CLOCK_RESOLVE, in->market, NULL);
    case OWNER_FEED:
        return bit(c, CLOCK_FEED, in->index, NULL);
    case OWNER_HELD:
    case OWNER_MSLOT:
    case OWNER_WALLET:
    case OWNER_HINSTR:
        return 0;
    }
    return 0;
}

static bool is_wallet_owner(const FieldInfo *f)
{
    return f->owner == OWNER_HELD || f->owner == OWNER_HINSTR || f->owner == OWNER_MSLOT ||
           f->owner == OWNER_WALLET || f->owner == OWNER_FILL || f->id == FIELD_TRADE_PAIRS_HELD;
}

static void leaf_input(Checker *c, Expr *e)
{
    Input in = c->inputs.items[e->index];
    const FieldInfo *f = field_info(in.field);

    e->wallet = is_wallet_owner(f);
    e->clocks = input_clock(c, &in, f->owner);
    if (f->life == LIFE_SLOT && in.market < c->markets.count &&
        c->markets.items[in.market].kind == MARKET_SLOT) {
        e->slot_lived = true;
        e->slot_market = in.market;
    }
}

static void leaf_state(Checker *c, Expr *e)
{
    const State *s = &c->states.items[e->index];

    e->wallet = s->wallet;
    if (s->life == STATE_SLOT && s->market != MARKET_NONE) {
        e->slot_lived = true;
        e->slot_market = s->market;
        e->markets |= UINT64_C(1) << s->market;
    }
    if (!expr_is_bad(s->init)) {
        e->ready = s->init->ready;
        e->settled = s->init->settled;
    }
}

/* ---- operators -------------------------------------------------------------------------------- */

static void join_args(Expr *e)
{
    for (uint32_t i = 0; i < e->arg_count; i++) {
        const Expr *a = e->args[i];

        e->wallet |= a->wallet;
        e->clocks |= a->clocks;
        e->markets |= a->markets;
        if (a->slot_lived && !e->slot_lived) e->slot_market = a->slot_market;
        e->slot_lived |= a->slot_lived;
    }
}

static void book_clock(Checker *c, Expr *e)
{
    const Expr *token = expr_strip(e->args[0]);
    uint8_t m = token->op == EX_TOKEN ? c->tokens.items[token->index].market : MARKET_NONE;

    if (m >= c->markets.count) return;
    e->clocks |= bit(c, CLOCK_TICK, m, NULL);
    e->markets |= UINT64_C(1) << m;
    if (c->markets.items[m].kind != MARKET_SLOT) return;
    e->slot_lived = true;
    e->slot_market = m;
}

static void memory_clock(Checker *c, Expr *e)
{
    if (e->op == EX_SAMPLE) e->clocks = bit(c, CLOCK_EVERY, 0, e->args[1]);
    if (e->flags & EXF_ACROSS) e->slot_lived = false;
}

static void infer_one(Checker *c, Expr *e)
{
    if (e->op == EX_INPUT) {
        leaf_input(c, e);
        return;
    }
    if (e->op == EX_STATE) {
        leaf_state(c, e);
        return;
    }
    if (e->op == EX_TOKEN_FIELD) {
        const FieldInfo *f = field_info((uint8_t)e->index);

        e->wallet |= f->owner == OWNER_HELD;
    }
    join_args(e);
    if (e->op >= EX_PRICE_TO_BUY && e->op <= EX_TAKER_FEE) book_clock(c, e);
    if (is_memory(e)) memory_clock(c, e);
}

/* ---- sharing of states ------------------------------------------------------------------------ */

static bool rule_is_wallet(const Rule *r)
{
    bool is_wallet = r->cond && r->cond->wallet;

    if (r->kind == RULE_ON)
        is_wallet |= r->event == EV_FILL || r->event == EV_REJECT || r->event == EV_FILL_STATE ||
                     r->event == EV_ORDER_STATE;
    for (uint32_t i = 0; i < r->require_count; i++)
    is_wallet |= r->requires[i].cond->wallet;
    return is_wallet;
}

static bool share_states(Checker *c)
{
    bool has_changed = false;

    for (size_t i = 0; i < c->rules.count; i++) {
        const Rule *r = &c->rules.items[i];
        bool is_wallet = rule_is_wallet(r);

        for (uint32_t k = 0; k < r->action_count; k++) {
            const Action *a = &r->actions[k];
            State *s;

            if (a->kind != ACT_SET) continue;
            s = &c->states.items[a->state];
            if (s->wallet || !(is_wallet || a->value->wallet)) continue;
            s->wallet = true;
            has_changed = true;
        }
    }
    for (size_t i = 0; i < c->states.count; i++) {
        State *s = &c->states.items[i];

        if (s->wallet || expr_is_bad(s->init) || !s->init->wallet) continue;
        s->wallet = true;
        has_changed = true;
    }
    return has_changed;
}

static bool infer_pass(Checker *c)
{
    bool has_changed = false;

    for (size_t i = 0; i < c->exprs.count; i++) {
        Expr *e = c->exprs.items[i];
        bool wallet = e->wallet, lived = e->slot_lived;
        ClockSet clocks = e->clocks;

        infer_one(c, e);
        has_changed |= wallet != e->wallet || lived != e->slot_lived || clocks != e->clocks;
    }
    return has_changed;
}

/* ---- readiness -------------------------------------------------------------------------------- */

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static Ready later(Ready a, Ready b)
{
    return (Ready){most(a.ticks, b.ticks), a.us > b.us ? a.us : b.us};
}

static int64_t seconds_us(const Checker *c, const Expr *d)
{
    double v = 0;

    if (!constant(c, d, PARAM_HIGH, &v) || v < 0 || v > 1e10) return 0;
    return (int64_t)num_rint(v * 1e6);
}

/* How long one step of the expression's clock lasts; 0 for a tick. */
static int64_t step_us(const Checker *c, const Expr *e)
{
    int64_t longest = 0;

    for (size_t i = 0; i < c->clocks.count; i++) {
        const Clock *k = &c->clocks.items[i];
        int64_t us = 0;

        if (!(e->clocks >> i & 1)) continue;
        if (k->kind == CLOCK_EVERY) us = seconds_us(c, k->period);
        if (k->kind == CLOCK_ACCOUNT) us = 1000000;
        if (us == 0) return 0;
        if (us > longest) longest = us;
    }
    return longest;
}

static Ready add_steps(const Checker *c, const Expr *e, Ready r, double steps)
{
    int64_t us = step_us(c, e);
    uint64_t n = steps < 0 ? 0 : (uint64_t)num_ceil(steps);

    if (us)
        r.us += (int64_t)n * us;
    else
        r.ticks += n;
    return r;
}

static double window(const Checker *c, const Expr *e)
{
    double n = 1;

    if (e->arg_count < 2 || !constant(c, e->args[e->arg_count - 1], PARAM_HIGH, &n)) return 1;
    return n > 1e6 ? 1e6 : n;
}

static double seed_steps(const Checker *c, const Expr *e)
{
    switch (e->op) {
    case EX_PREV:
    case EX_CHANGE:
    case EX_RSI:
        return window(c, e);
    case EX_EMA:
    case EX_SMA:
    case EX_RMA:
    case EX_STDEV:
    case EX_ZSCORE:
    case EX_HIGHEST:
    case EX_LOWEST:
        return window(c, e) - 1;
    case EX_XUP:
    case EX_XDOWN:
    case EX_VWAP:
        return 1;
    case EX_VWAPN:
        return window(c, e);
    default:
        return 0;
    }
}

static double settle_steps(const Checker *c, const Expr *e)
{
    if (e->op == EX_EMA) return 3.45 * (window(c, e) + 1);
    if (e->op == EX_RMA || e->op == EX_RSI) return 6.9 * window(c, e);
    return 0;
}

static Ready time_ready(const Checker *c, const Expr *e, Ready r)
{
    int64_t us = e->op == EX_SAMPLE || e->op == EX_HELD ? seconds_us(c, e->args[1]) : 0;

    r.us += us;
    return add_steps(c, e, r, seed_steps(c, e));
}

static void ready_one(const Checker *c, Expr *e)
{
    Ready r = {0, 0}, s = {0, 0};
    uint32_t from = e->op == EX_OTHERWISE ? 1 : 0;

    if (e->op == EX_INPUT || e->op == EX_STATE || e->op == EX_KNOWN) return;
    for (uint32_t i = from; i < e->arg_count; i++) {
        if (e->args[i]->id >= e->id) continue; /* its own past */
        r = later(r, e->args[i]->ready);
        s = later(s, e->args[i]->settled);
    }
    if (is_memory(e)) {
        r = time_ready(c, e, r);
        s = add_steps(c, e, time_ready(c, e, s), settle_steps(c, e));
    }
    e->ready = r;
    e->settled = s;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void finish_rules(Checker *c)
{
    for (size_t i = 0; i < c->rules.count; i++) {
        Rule *r = &c->rules.items[i];

        if (!r->cond) continue;
        if (r->kind != RULE_ON) r->clocks = r->cond->clocks;
        r->markets = r->cond->markets;
    }
}

static void infer_until_stable(Checker *c)
{
    bool has_changed = true;

    while (has_changed) {
        has_changed = infer_pass(c);
        has_changed |= share_states(c);
    }
}

/* Memory whose arguments have no clock advances on the account's when it is about the wallet, else on
 * every tick of every market; whoever reads it has that clock too. */
static void give_clocks(Checker *c)
{
    for (size_t i = 0; i < c->exprs.count; i++) {
        Expr *e = c->exprs.items[i];

        if (!is_memory(e) || e->op == EX_SAMPLE || e->clocks) continue;
        if (e->wallet) e->clocks = bit(c, CLOCK_ACCOUNT, 0, NULL);
        for (uint16_t m = 0; !e->wallet && m < c->markets.count; m++)
            e->clocks |= bit(c, CLOCK_TICK, m, NULL);
    }
}

void infer_attributes(Checker *c)
{
    infer_until_stable(c);
    give_clocks(c);
    infer_until_stable(c);
    for (int pass = 0; pass < 2; pass++) /* states take from initial values that may come later */
        for (size_t i = 0; i < c->exprs.count; i++) {
            if (c->exprs.items[i]->op == EX_STATE) leaf_state(c, c->exprs.items[i]);
            ready_one(c, c->exprs.items[i]);
        }
    finish_rules(c);
}

static void put_time(Buf *b, int64_t us)
{
    static const struct {
        int64_t us;
        const char *name;
    } units[] = {{86400000000, "d"}, {3600000000, "h"}, {60000000, "m"}, {1000000, "s"}};

    if (us > 0 && us <= 60000000 * 2 && us % 1000000 == 0) {
        buf_fmt(b, "%lld s", (long long)(us / 1000000));
        return;
    }
    for (int i = 0; i < 4; i++) {
        if (us % units[i].us != 0) continue;
        buf_fmt(b, "%lld %s", (long long)(us / units[i].us), units[i].name);
        return;
    }
    buf_num(b, (double)us / 1e6);
    buf_str(b, " s");
}

Span ready_text(Arena *arena, Ready r)
{
    Buf b;

    if (r.ticks == 0 && r.us == 0) return span_str(diag_text(T_SAY_AT_ONCE));
    buf_init(&b, arena, 128);
    if (r.ticks) buf_fmt(&b, "%llu tick%s", (unsigned long long)r.ticks, r.ticks == 1 ? "" : "s");
    if (r.ticks && r.us) buf_str(&b, " + ");
    if (r.us) put_time(&b, r.us);
    return buf_span(&b);
}
