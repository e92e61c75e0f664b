/* limits.c — see limits.h. */
#include "runtime/engine/limits.h"

#include "runtime/engine/link.h"
#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { LIMIT_IS_FIXED = 1 }; /* LimitRow.flags: the value is a constant or param */

int64_t calendar_window(uint8_t per, int64_t ts_us)
{
    switch (per) {
    case PER_HOUR:
        return ts_us / (3600 * SECOND_US);
    case PER_DAY:
        return ts_us / DAY_US;
    case PER_WEEK:
        return (ts_us / DAY_US + 3) / 7; /* 1970-01-01 was a Thursday */
    default:
        return 0;
    }
}

/* The window a limit counts in now; `per slot` is the slot of `m`. */
static int64_t window_of(const Engine *e, const LimitRow *row, const MarketRun *m)
{
    if (row->per == PER_SLOT) return m ? m->slot_start_us : 0;
    return calendar_window(row->per, e->now_us);
}

static const MarketRun *slot_market(const Engine *e)
{
    for (uint32_t i = 0; i < e->static_markets; i++)
        if (e->markets[i].kind == MARKET_SLOT) return &e->markets[i];
    return NULL;
}

/* ---- amounts ---------------------------------------------------------------------------------- */

void limits_prepare(Engine *e)
{
    if (e->has_limits) return;
    e->has_limits = true;
    wallet_sample(e);
    engine_inputs(e);
    if (vm_has_block(e->vm, PART_L, (EventKind)e->event.kind, e->event.index))
        vm_wallet(e->vm, e->wallet, PART_L, &e->event, &e->out);
}

static double amount_of(const Engine *e, uint32_t at)
{
    const LimitRow *row = &e->image->limits[at];

    if (row->flags & LIMIT_IS_FIXED) return engine_operand(e, row->value);
    return e->out.limits[at].is_set ? e->out.limits[at].num : UNKNOWN;
}

static Verdict verdict(bool is_broken, uint16_t reason)
{
    return (Verdict){is_broken ? reason : REASON_NONE, false};
}

static Verdict unknown(uint16_t reason)
{
    return (Verdict){reason, true};
}

/* `used` micros against a limit in dollars; equality passes. */
static Verdict over(double limit, int64_t used, uint16_t reason)
{
    int64_t micros;

    if (!num_is_known(limit)) return unknown(reason);
    if (!fx_from_double(limit, &micros)) return verdict(limit < 0, reason);
    return verdict(used > micros, reason);
}

/* ---- one limit each --------------------------------------------------------------------------- */

static Verdict check_no_entry(const Engine *e, uint32_t at)
{
    uint8_t cond = e->out.limits[at].is_set ? e->out.limits[at].cond : COND_UNKNOWN;

    if (cond == COND_UNKNOWN) return unknown(REASON_NO_ENTRY);
    return verdict(cond == COND_TRUE, REASON_NO_ENTRY);
}

static Verdict check_cooldown(const Engine *e, const LimitRow *row, double d, const Want *w)
{
    int64_t since = row->after == AFTER_LOSS ? w->market->loss_us : w->market->exit_us, us;

    if (!num_is_known(d)) return unknown(REASON_COOLDOWN);
    if (since == INT64_MIN || !fx_from_double(d, &us)) return verdict(false, REASON_COOLDOWN);
    return verdict(e->now_us - since < us, REASON_COOLDOWN);
}

/* Cost of what is held in the market now, both outcomes, all accounts. */
static int64_t market_cost(const Engine *e, const MarketRun *m)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < m->token_count; i++)
        sum += abs_i64(e->tokens[m->tokens[i]].held.cost_micros);
    return sum;
}

static bool is_held(const Engine *e, const MarketRun *m)
{
    for (uint32_t i = 0; i < m->token_count; i++)
        if (e->tokens[m->tokens[i]].held.size_micros) return true;
    return false;
}

static int64_t market_exposure(const Engine *e, const MarketRun *m)
{
    int64_t cost = market_cost(e, m);

    for (uint32_t i = 0; i < m->token_count; i++)
        cost += e->tokens[m->tokens[i]].closed_cost;
    return sat_add(cost, sat_add(m->resting_micros, m->stray_micros));
}

static int64_t exposure_with_orders(const Engine *e)
{
    int64_t sum = wallet_exposure(e, 0);

    for (uint32_t i = 0; i < e->market_count; i++)
        sum = sat_add(sum, sat_add(e->markets[i].resting_micros, e->markets[i].stray_micros));
    return sum;
}

/* What orders answering a leader's events hold or may come to hold. */
static int64_t leader_exposure(const Engine *e, uint8_t leader)
{
    int64_t sum = 0;

    if (leader == NO_LEADER) return 0;
    for (uint32_t i = 0; i < e->token_count; i++)
        sum += e->tokens[i].leader_cost[leader];
    for (uint32_t i = 0; i < e->market_count; i++)
        for (uint32_t c = 0; c < e->markets[i].closed_count; c++)
            sum += e->markets[i].closed[c].leader_cost[leader];
    for (uint32_t i = 0; i < e->orders.count; i++) {
        const Order *o = &e->orders.open[i];

        if (o->is_entry && !o->is_leaving && o->leader == leader)
            sum = sat_add(sum, order_worst_left(o));
    }
    return sum;
}

static Verdict check_exposure(const Engine *e, const LimitRow *row, double limit, const Want *w)
{
    int64_t used = row->per == PER_MARKET   ? market_exposure(e, w->market)
                   : row->per == PER_LEADER ? leader_exposure(e, w->leader)
                                            : exposure_with_orders(e);

    if (row->per == PER_LEADER && w->leader == NO_LEADER) return verdict(false, 0);
    return over(limit, sat_add(used, w->worst_micros), REASON_MAX_EXPOSURE);
}

static int64_t trades_so_far(const Engine *e, uint32_t at, const Want *w)
{
    const LimitRow *row = &e->image->limits[at];
    const LimitRun *run = &e->limits[at];

    if (row->per == PER_SLOT) return w->market->slot_trades;
    if (row->per == PER_MARKET) return w->market->run_trades;
    if (row->per == PER_LEADER) return w->leader == NO_LEADER ? 0 : run->by_leader[w->leader];
    return run->window == window_of(e, row, NULL) ? run->count : 0;
}

static Verdict check_trades(const Engine *e, uint32_t at, double limit, const Want *w)
{
    int64_t count = trades_so_far(e, at, w) + 1;

    if (!num_is_known(limit)) return unknown(REASON_MAX_TRADES);
    return verdict(!w->is_counted && (double)count > limit, REASON_MAX_TRADES);
}

static Verdict check_loss(const Engine *e, uint32_t at, double limit)
{
    int64_t loss = e->limits[at].baseline - e->sampled[0].equity_micros, micros;

    if (!num_is_known(limit)) return unknown(REASON_MAX_LOSS);
    if (!fx_from_double(limit, &micros)) return verdict(limit < 0, REASON_MAX_LOSS);
    return verdict(loss >= micros, REASON_MAX_LOSS);
}

static Verdict check_drawdown(const Engine *e, double limit)
{
    if (!num_is_known(limit)) return unknown(REASON_MAX_DRAWDOWN);
    return verdict(e->sampled[0].drawdown >= limit, REASON_MAX_DRAWDOWN);
}

static Verdict check_open(const Engine *e, double limit, const Want *w)
{
    int64_t count = 0;

    if (!num_is_known(limit)) return unknown(REASON_MAX_OPEN);
    for (uint32_t i = 0; i < e->market_count; i++) {
        const MarketRun *m = &e->markets[i];

        count += m == w->market || is_held(e, m) || m->resting_micros || m->stray_micros;
    }
    return verdict((double)count > limit, REASON_MAX_OPEN);
}

static Verdict check_leverage(const Engine *e, double limit, const Want *w)
{
    int64_t after = sat_add(exposure_with_orders(e), w->worst_micros);
    double equity = e->sampled[0].equity;

    if (!num_is_known(limit)) return unknown(REASON_MAX_LEVERAGE);
    return verdict(equity <= 0 || fx_to_double(after) / equity > limit, REASON_MAX_LEVERAGE);
}

static Verdict check_row(Engine *e, uint32_t at, const Want *w)
{
    const LimitRow *row = &e->image->limits[at];

    switch (row->kind) {
    case LIM_NO_ENTRY:
        return check_no_entry(e, at);
    case LIM_COOLDOWN:
        return check_cooldown(e, row, amount_of(e, at), w);
    case LIM_MAX_POSITION:
        return over(
            amount_of(e, at),
            sat_add(sat_add(market_cost(e, w->market), w->market->resting_micros), w->worst_micros),
            REASON_MAX_POSITION);
    case LIM_MAX_EXPOSURE:
        return check_exposure(e, row, amount_of(e, at), w);
    case LIM_MAX_TRADES:
        return check_trades(e, at, amount_of(e, at), w);
    case LIM_MAX_LOSS:
        return check_loss(e, at, amount_of(e, at));
    case LIM_MAX_DRAWDOWN:
        return check_drawdown(e, amount_of(e, at));
    case LIM_MAX_OPEN:
        return check_open(e, amount_of(e, at), w);
    case LIM_MAX_LEVERAGE:
        return check_leverage(e, amount_of(e, at), w);
    default:
        return verdict(false, 0); /* exits, holds */
    }
}

Verdict limits_check(Engine *e, const Want *w)
{
    Verdict v = {REASON_NONE, false};

    if (e->config.stops_on_promise && e->is_promise_broken) return verdict(true, REASON_PROMISE);
    if (e->is_paused) return verdict(true, REASON_PAUSED);
    for (uint32_t i = 0; i < e->image->limits_count && v.reason == REASON_NONE; i++)
        v = check_row(e, i, w);
    if (v.reason == REASON_NONE)
        v = verdict(w->reserve_micros > 0 && w->reserve_micros > wallet_free(e, w->token->account),
                    REASON_NO_CASH);
    return v;
}

/* ---- windows ---------------------------------------------------------------------------------- */

void limits_count(Engine *e, MarketRun *m, uint8_t leader)
{
    m->slot_trades++;
    m->run_trades++;
    for (uint32_t i = 0; i < e->image->limits_count; i++) {
        const LimitRow *row = &e->image->limits[i];
        LimitRun *run = &e->limits[i];
        int64_t window = window_of(e, row, NULL);

        if (row->kind != LIM_MAX_TRADES) continue;
        if (run->window != window) run->count = 0;
        run->window = window;
        run->count++;
        if (leader != NO_LEADER) run->by_leader[leader]++;
    }
    e->wallet_dirty = true;
}

void limits_slot_open(Engine *e, const MarketRun *m)
{
    bool is_sampled = e->sampled_us >= e->now_us; /* at the instant of its opening */

    if (m != slot_market(e)) return;
    for (uint32_t i = 0; i < e->market_count; i++) /* the others count by this market's slots */
        if (e->markets[i].kind != MARKET_SLOT) e->markets[i].slot_trades = 0;
    for (uint32_t i = 0; i < e->image->limits_count; i++) {
        const LimitRow *row = &e->image->limits[i];

        if (row->kind != LIM_MAX_LOSS || row->per != PER_SLOT) continue;
        e->limits[i].window = is_sampled ? m->slot_start_us : INT64_MIN;
        if (is_sampled) e->limits[i].baseline = e->sampled[0].equity_micros;
    }
}

void limits_sampled(Engine *e)
{
    for (uint32_t i = 0; i < e->image->limits_count; i++) {
        LimitRun *run = &e->limits[i];
        int64_t window;

        if (e->image->limits[i].kind != LIM_MAX_LOSS) continue;
        window = window_of(e, &e->image->limits[i], slot_market(e));
        if (run->window != window) run->baseline = e->sampled[0].equity_micros;
        run->window = window;
    }
}
