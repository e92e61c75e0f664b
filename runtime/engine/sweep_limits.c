/* sweep_limits.c — what a wallet without an engine has on its way, and what its limits allow.  See
 * sweep_wallet.h. */
#include "runtime/engine/sweep_wallet.h"

#include "vm/base/fixed.h"

/* ---- what is on its way at this tick --------------------------------------------------------------- */

static bool is_current(const SweepWalk *s, const SweepOrder *o)
{
    return o->slot_start_us == s->ground.slot_start_us;
}

static int64_t on_its_way_out(const SweepWalk *s, int32_t token)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->order_count; i++)
        if (!s->orders[i].is_entry && s->orders[i].is_sell && s->orders[i].token == token &&
            is_current(s, &s->orders[i]))
            sum = sat_add(sum, s->orders[i].size_micros);
    return sum;
}

int64_t sweep_left(const SweepWalk *s, int32_t token)
{
    int64_t left = s->w->tokens[token].held.size_micros - on_its_way_out(s, token);

    return left > 0 ? left : 0;
}

/* Entries of this slot, or of slots gone by. */
static int64_t resting(const SweepWalk *s, bool of_this)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->order_count; i++)
        if (s->orders[i].is_entry && is_current(s, &s->orders[i]) == of_this)
            sum = sat_add(sum, s->orders[i].worst_micros);
    return sum;
}

static int64_t reserved(const SweepWalk *s)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->order_count; i++) {
        int64_t reserve = INT64_MAX;

        if (!s->orders[i].is_entry) continue;
        (void)fx_mul(s->orders[i].size_micros, s->orders[i].price_micros, FX_UP, &reserve);
        sum = sat_add(sum, reserve);
    }
    return sum;
}

static int64_t held_cost(const SweepWalk *s)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->plan->token_count; i++)
        sum += abs_i64(s->w->tokens[i].held.cost_micros);
    return sum;
}

static int64_t all_cost(const SweepWalk *s)
{
    int64_t sum = held_cost(s);

    for (uint32_t c = 0; c < s->w->closed_count; c++)
        for (uint32_t i = 0; i < s->plan->token_count; i++)
            sum += abs_i64(s->w->closed[c].held[i].cost_micros);
    return sum;
}

/* ---- limits -------------------------------------------------------------------------------------- */

static Verdict pass_if(bool passes, uint16_t reason)
{
    return (Verdict){passes ? REASON_NONE : reason, false};
}

static Verdict over(const SweepAmount *a, int64_t used, uint16_t reason)
{
    if (a->kind == AMOUNT_UNKNOWN) return (Verdict){reason, true};
    if (a->kind != AMOUNT_MICROS) return pass_if(a->kind == AMOUNT_NO_BOUND, reason);
    return pass_if(used <= a->micros, reason);
}

static int64_t trades_so_far(const SweepWalk *s, uint32_t at, const LimitRow *row)
{
    const SweepCount *c = &s->w->counts[at];

    if (row->per == PER_SLOT) return s->w->slot_trades;
    if (row->per == PER_MARKET) return s->w->run_trades;
    if (row->per == PER_LEADER) return 0;
    return c->window == calendar_window(row->per, s->ground.now_us) ? c->count : 0;
}

static Verdict check_cooldown(const SweepWalk *s, const LimitRow *row, const SweepAmount *a)
{
    int64_t since = row->after == AFTER_LOSS ? s->w->loss_us : s->w->exit_us;

    if (a->kind == AMOUNT_UNKNOWN) return (Verdict){REASON_COOLDOWN, true};
    if (since == INT64_MIN || a->kind != AMOUNT_MICROS) return pass_if(true, REASON_COOLDOWN);
    return pass_if(s->ground.now_us - since >= a->micros, REASON_COOLDOWN);
}

static Verdict check_count(double count, const SweepAmount *a, uint16_t reason)
{
    if (a->kind == AMOUNT_UNKNOWN) return (Verdict){reason, true};
    return pass_if(!(count > a->num), reason);
}

static Verdict check_row(const SweepWalk *s, uint32_t at, int64_t worst)
{
    const LimitRow *row = &s->plan->image->limits[s->plan->limits[at]];
    const SweepAmount *a = &s->w->numbers.limits[at];
    int64_t used;

    switch (row->kind) {
    case LIM_COOLDOWN:
        return check_cooldown(s, row, a);
    case LIM_MAX_POSITION:
        return over(a, sat_add(sat_add(held_cost(s), resting(s, true)), worst),
                    REASON_MAX_POSITION);
    case LIM_MAX_EXPOSURE:
        if (row->per == PER_LEADER) return pass_if(true, 0);
        used = sat_add(all_cost(s), sat_add(resting(s, true), resting(s, false)));
        return over(a, sat_add(used, worst), REASON_MAX_EXPOSURE);
    case LIM_MAX_TRADES:
        return check_count((double)(trades_so_far(s, at, row) + 1), a, REASON_MAX_TRADES);
    case LIM_MAX_OPEN:
        return check_count(1, a, REASON_MAX_OPEN);
    default:
        return pass_if(true, 0);
    }
}

Verdict sweep_check(const SweepWalk *s, int64_t worst, int64_t needed)
{
    Verdict v = {REASON_NONE, false};

    for (uint32_t i = 0; i < s->plan->check_count && v.reason == REASON_NONE; i++)
        v = check_row(s, s->plan->checks[i], worst);
    if (v.reason != REASON_NONE) return v;
    return pass_if(needed <= 0 || needed <= s->w->account.cash_micros - reserved(s),
                   REASON_NO_CASH);
}

void sweep_count_trade(SweepWalk *s)
{
    SweepWallet *w = s->w;

    w->slot_trades++;
    w->run_trades++;
    for (uint32_t i = 0; i < s->plan->counted_count; i++) {
        uint8_t at = s->plan->counted[i];
        SweepCount *c = &w->counts[at];
        int64_t window =
            calendar_window(s->plan->image->limits[s->plan->limits[at]].per, s->ground.now_us);

        if (c->window != window) c->count = 0;
        c->window = window;
        c->count++;
    }
}
