/* limits.c — may this entry pass?  The `risk` items in file order, the first refusal counts (language
 * 3.8; DECISIONS 8 to 12, 20 to 23).
 *
 * Stateless: everything is counted afresh from the lists of orders, entries and samples.  An amount
 * that is unknown refuses, marked unknown. */
#include "tests/reference/inside.h"

#define HOUR_US INT64_C(3600000000)
#define DAY_US (24 * HOUR_US)

static bool is_resting_entry(const Ref *r, const RefOrder *o)
{
    return ref_counts(r, o) && o->is_entry;
}

/* Holdings at cost and resting entries at the worst cost of their unfilled part. */
static int64_t committed(const Ref *r, int32_t market)
{
    int64_t sum = 0;

    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        int64_t cost = r->positions[t].cost;

        if (market < 0 || r->p->tokens[t].market == market) sum += cost < 0 ? -cost : cost;
    }
    for (uint32_t i = 0; i < r->orders_count; i++) {
        const RefOrder *o = &r->orders[i];

        if (!is_resting_entry(r, o)) continue;
        if (market >= 0 && r->p->tokens[o->token].market != market) continue;
        sum += o->filled ? ref_notional_up(o->size - o->filled, o->price) : o->worst_cost;
    }
    return sum;
}

static int64_t waiting_for_resolution(const Ref *r, int32_t market)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < r->closed_count; i++)
        for (uint32_t t = 0; t < r->p->tokens_count; t++)
            if (!r->closed[i].is_paid && (market < 0 || r->closed[i].market == market))
                sum += r->closed[i].cost[t] < 0 ? -r->closed[i].cost[t] : r->closed[i].cost[t];
    return sum;
}

static int64_t of_leader(const Ref *r, int32_t leader)
{
    int64_t sum = 0;

    for (uint32_t t = 0; t < r->p->tokens_count; t++)
        sum += r->leader_cost[t * (r->p->leaders_count + 1) + (uint32_t)leader];
    for (uint32_t i = 0; i < r->closed_count; i++)
        if (!r->closed[i].is_paid) sum += r->closed[i].leader_cost[leader];
    for (uint32_t i = 0; i < r->orders_count; i++) {
        const RefOrder *o = &r->orders[i];

        if (is_resting_entry(r, o) && o->leader == leader)
            sum += o->filled ? ref_notional_up(o->size - o->filled, o->price) : o->worst_cost;
    }
    return sum;
}

/* Orders in markets without slots count by the slots of the file's first slot market. */
static uint32_t slot_market(const Ref *r, uint32_t market)
{
    for (uint32_t m = 0; r->p->markets[market].kind != MARKET_SLOT && m < r->p->markets_count; m++)
        if (r->p->markets[m].kind == MARKET_SLOT) market = m;
    return market;
}

int64_t ref_slot_start(const Ref *r, uint32_t market)
{
    return r->markets[slot_market(r, market)].slot_start_us;
}

/* The beginning of the calendar period that contains now, in UTC; weeks begin on Monday. */
static int64_t period_start(const Ref *r, uint8_t per, uint32_t market)
{
    int64_t now = r->now.ts_us, day = now / DAY_US;

    switch (per) {
    case PER_SLOT:
        return ref_slot_start(r, market);
    case PER_HOUR:
        return now / HOUR_US * HOUR_US;
    case PER_DAY:
        return day * DAY_US;
    case PER_WEEK:
        return (day - (day + 3) % 7) * DAY_US;
    default:
        return INT64_MIN;
    }
}

static int64_t trades(const Ref *r, const Limit *l, uint32_t market)
{
    int64_t from = period_start(r, l->per, market), count = 0;

    for (uint32_t i = 0; i < r->entries_count; i++) {
        const RefEntry *e = &r->entries[i];

        if (l->per == PER_SLOT)
            count += e->market == market && e->slot_start_us == from;
        else if (l->per == PER_MARKET)
            count += e->market == market;
        else
            count += e->ts_us >= from;
    }
    return count;
}

/* Realised plus unrealised since the period began: equity's first sample in it less equity now. */
static int64_t loss(const Ref *r, const Limit *l, uint32_t market)
{
    int64_t from = period_start(r, l->per, market);
    uint32_t first = 0;

    if (l->per == PER_SLOT) first = r->markets[slot_market(r, market)].first_sample;
    for (uint32_t i = first; i < r->samples_count; i++)
        if (l->per == PER_SLOT || r->samples[i].ts_us >= from)
            return r->samples[i].equity - ref_total_equity(r);
    return 0;
}

static int64_t open_markets(const Ref *r, uint32_t with)
{
    int64_t count = 0;

    for (uint32_t m = 0; m < r->p->markets_count; m++) {
        bool open = m == with;

        for (uint32_t t = 0; t < r->p->tokens_count; t++)
            open |= r->p->tokens[t].market == m && r->positions[t].size != 0;
        for (uint32_t i = 0; i < r->orders_count; i++)
            open |=
                is_resting_entry(r, &r->orders[i]) && r->p->tokens[r->orders[i].token].market == m;
        count += open;
    }
    return count;
}

static bool is_cooling(const Ref *r, const Limit *l, double seconds, uint32_t market)
{
    int64_t last = l->after == AFTER_LOSS ? r->last_loss_us[market] : r->last_exit_us[market];

    return last != INT64_MIN && r->now.ts_us - last < ref_to_us(seconds);
}

static double drawdown(const Ref *r)
{
    int64_t high = r->equity_high[r->account_count], now = ref_total_equity(r);

    return high == 0 ? UNKNOWN : num_canon((double)(high - now) / (double)high);
}

static bool is_over_exposure(const Ref *r, const Limit *l, double amount, const RefWant *w)
{
    int32_t market = r->p->tokens[w->token].market;
    int64_t sum;

    switch (l->per) {
    case PER_MARKET:
        sum = committed(r, market) + waiting_for_resolution(r, market);
        break;
    case PER_LEADER:
        if (w->leader < 0) return false;
        sum = of_leader(r, w->leader);
        break;
    default:
        sum = committed(r, -1) + waiting_for_resolution(r, -1);
        break;
    }
    return sum + w->worst_cost > ref_to_micros(amount);
}

static bool is_over_leverage(const Ref *r, double most, const RefWant *w)
{
    int64_t sum = committed(r, -1) + waiting_for_resolution(r, -1) + w->worst_cost;
    int64_t equity = ref_total_equity(r);

    return equity <= 0 || num_canon(ref_micros(sum) / ref_micros(equity)) > most;
}

static uint16_t check(Ref *r, const Limit *l, const RefWant *w, double v)
{
    uint32_t market = r->p->tokens[w->token].market;

    switch (l->kind) {
    case LIM_NO_ENTRY:
        return v == 0 ? 0 : REASON_NO_ENTRY;
    case LIM_COOLDOWN:
        return is_cooling(r, l, v, market) ? REASON_COOLDOWN : 0;
    case LIM_MAX_POSITION:
        return committed(r, (int32_t)market) + w->worst_cost > ref_to_micros(v)
                   ? REASON_MAX_POSITION
                   : 0;
    case LIM_MAX_EXPOSURE:
        return is_over_exposure(r, l, v, w) ? REASON_MAX_EXPOSURE : 0;
    case LIM_MAX_TRADES:
        return !w->is_counted && (double)(trades(r, l, market) + 1) > v ? REASON_MAX_TRADES : 0;
    case LIM_MAX_LOSS:
        return loss(r, l, market) >= ref_to_micros(v) ? REASON_MAX_LOSS : 0;
    case LIM_MAX_DRAWDOWN:
        return drawdown(r) >= v ? REASON_MAX_DRAWDOWN : 0;
    case LIM_MAX_OPEN:
        return (double)open_markets(r, market) > v ? REASON_MAX_OPEN : 0;
    default:
        return is_over_leverage(r, v, w) ? REASON_MAX_LEVERAGE : 0;
    }
}

static uint16_t reason_of(uint8_t kind)
{
    switch (kind) {
    case LIM_NO_ENTRY:
        return REASON_NO_ENTRY;
    case LIM_COOLDOWN:
        return REASON_COOLDOWN;
    case LIM_MAX_POSITION:
        return REASON_MAX_POSITION;
    case LIM_MAX_EXPOSURE:
        return REASON_MAX_EXPOSURE;
    case LIM_MAX_TRADES:
        return REASON_MAX_TRADES;
    case LIM_MAX_LOSS:
        return REASON_MAX_LOSS;
    case LIM_MAX_DRAWDOWN:
        return REASON_MAX_DRAWDOWN;
    case LIM_MAX_OPEN:
        return REASON_MAX_OPEN;
    default:
        return REASON_MAX_LEVERAGE;
    }
}

uint16_t ref_check_limits(Ref *r, const RefWant *w, bool *ret_unknown)
{
    for (uint32_t i = 0; i < r->p->limits_count; i++) {
        const Limit *l = &r->p->limits[i];
        uint16_t reason;
        double v;

        if (l->kind < LIM_NO_ENTRY || l->kind > LIM_MAX_LEVERAGE) continue;
        v = ref_value(r, l->value);
        *ret_unknown = !num_is_known(v);
        reason = *ret_unknown ? reason_of(l->kind) : check(r, l, w, v);
        if (reason) return reason;
    }
    *ret_unknown = false;
    return 0;
}
