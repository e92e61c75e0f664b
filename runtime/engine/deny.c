/* deny.c — see quiet.h: what would become of an entry, asked without an event.
 *
 * The same ticket and the same limits as in settle.c.  Whether it may be asked is looked at beforehand:
 * nothing that an entry looks at may move from tick to tick but the prices of its token, and time. */
#include "runtime/engine/limits.h"
#include "runtime/engine/orders_out.h"
#include "runtime/engine/quiet.h"
#include "runtime/engine/settle.h"
#include "vm/base/num.h"

enum { LIMIT_IS_FIXED = 1 };

/* Limits of equity look at every sample, a veto and computed amounts at values of the tick.  Exits and holds
 * are not looked at by an entry. */
static bool is_steady(const LimitRow *row)
{
    switch (row->kind) {
    case LIM_NO_ENTRY:
    case LIM_MAX_LOSS:
    case LIM_MAX_DRAWDOWN:
    case LIM_MAX_LEVERAGE:
        return false;
    case LIM_COOLDOWN:
    case LIM_MAX_POSITION:
    case LIM_MAX_EXPOSURE:
    case LIM_MAX_TRADES:
    case LIM_MAX_OPEN:
        return (row->flags & LIMIT_IS_FIXED) != 0;
    default:
        return true;
    }
}

static bool depends_on_time(const LimitRow *row)
{
    bool is_windowed = row->per == PER_HOUR || row->per == PER_DAY || row->per == PER_WEEK;

    return row->kind == LIM_COOLDOWN || (row->kind == LIM_MAX_TRADES && is_windowed);
}

DenialPlan engine_denial_plan(const Engine *e, uint8_t market, const Intent *in)
{
    DenialPlan plan = {.order = *in, .has_range = !e->config.has_fees};
    const TokenRun *t = token_of(e, in->token);

    if (!t || t->market != market || e->image->actions[in->action].kind != ACT_BUY) return plan;
    if (vm_has_block(e->vm, PART_L, EV_TICK, market)) return plan;
    for (uint32_t i = 0; i < e->image->limits_count; i++) {
        if (!is_steady(&e->image->limits[i])) return plan;
        if (depends_on_time(&e->image->limits[i])) plan.has_range = false;
    }
    plan.outcome = t->outcome;
    plan.is_possible = true;
    return plan;
}

static Denial no(uint16_t reason, bool is_unknown, bool is_sampled)
{
    return (Denial){reason, is_unknown, is_sampled};
}

Denial engine_denial(Engine *e, const DenialPlan *p, int64_t ts_us, int64_t ask)
{
    static const Denial none = {NONE_16, false, false};
    const Intent *in = &p->order;
    Wish w = settle_order_wish(e, in);
    uint16_t gate = settle_gate(e, in->token, w.is_sell);
    Ticket t;
    Order o;
    Verdict v;

    if (gate != REASON_NONE) return no(gate, false, false);
    w.ask_micros = ask;
    t = ticket_make(&w);
    if (t.is_nothing) return none;
    if (t.reason != REASON_NONE) return no(t.reason, t.is_unknown, false);
    if (!t.is_entry) return none;
    o = settle_order_for(e, in, &w, &t);
    e->now_us = ts_us;
    v = settle_allows(e, &o, false);
    return v.reason == REASON_NONE ? none : no(v.reason, v.is_unknown, true);
}

void engine_deny(Engine *e, const DenialPlan *p, Denial why, int64_t ts_us, EffectSink sink)
{
    e->sink = sink;
    e->now_us = ts_us;
    order_skip(e, p->order.rule, p->order.action, p->order.token, why.reason, why.is_unknown);
}
