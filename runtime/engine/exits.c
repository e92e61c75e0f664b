/* exits.c — see exits.h. */
#include "runtime/engine/exits.h"

#include "runtime/engine/orders_out.h"
#include "runtime/engine/wallet.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { LIMIT_IS_FIXED = 1 };

/* Exits look in this order; of several of one kind, in file order. */
static const struct {
    uint8_t kind, because;
} order_of_exits[] = {
    {LIM_STOP_LOSS, BECAUSE_STOP_LOSS},     {LIM_TRAILING_STOP, BECAUSE_TRAILING_STOP},
    {LIM_TIME_STOP, BECAUSE_TIME_STOP},     {LIM_EXIT_WHEN, BECAUSE_EXIT_WHEN},
    {LIM_TAKE_PROFIT, BECAUSE_TAKE_PROFIT},
};

/* ---- one exit --------------------------------------------------------------------------------- */

bool exit_trigger(double from, double rate, bool above, int64_t *ret)
{
    return fx_from_double(from * (above ? 1 + rate : 1 - rate), ret);
}

bool exit_price_holds(const ExitView *v, uint8_t kind, double rate)
{
    bool is_short = v->held->size_micros < 0, above = (kind == LIM_TAKE_PROFIT) != is_short;
    double from = position_entry(v->held);
    int64_t at;

    if (v->touch_micros == MICROS_UNKNOWN || !num_is_known(rate)) return false;
    if (kind == LIM_TRAILING_STOP) {
        if (v->held->best_micros == MICROS_UNKNOWN) return false;
        from = fx_to_double(v->held->best_micros);
    }
    if (!exit_trigger(from, rate, above, &at)) return false;
    return above ? v->touch_micros >= at : v->touch_micros <= at;
}

bool exit_time_holds(const ExitView *v, double seconds)
{
    int64_t us;

    return fx_from_double(seconds, &us) && v->now_us - v->held->first_us >= us;
}

/* ---- a token ---------------------------------------------------------------------------------- */

static double amount_of(const Engine *e, uint32_t at)
{
    const LimitRow *row = &e->image->limits[at];

    if (row->flags & LIMIT_IS_FIXED) return engine_operand(e, row->value);
    return e->out.limits[at].is_set ? e->out.limits[at].num : UNKNOWN;
}

static bool row_holds(const Engine *e, uint32_t at, const ExitView *v)
{
    uint8_t kind = e->image->limits[at].kind;

    if (kind == LIM_EXIT_WHEN)
        return e->out.limits[at].is_set && e->out.limits[at].cond == COND_TRUE;
    if (kind == LIM_TIME_STOP) return exit_time_holds(v, amount_of(e, at));
    return exit_price_holds(v, kind, amount_of(e, at));
}

/* Looks at the rows of one kind; `clocks` 0: a tick, everything is looked at. */
static bool kind_holds(const Engine *e, uint8_t kind, const ExitView *v, uint64_t clocks)
{
    for (uint32_t i = 0; i < e->image->limits_count; i++) {
        const LimitRow *row = &e->image->limits[i];

        if (row->kind != kind || (clocks && !(row->clocks & clocks))) continue;
        if (row_holds(e, i, v)) return true;
    }
    return false;
}

/* Prices between which none of the exits holds, from rows that depend on nothing but size and cost. */
static void find_quiet(const Engine *e, TokenRun *t)
{
    bool is_short = t->held.size_micros < 0;

    t->quiet_size = t->held.size_micros;
    t->quiet_cost = t->held.cost_micros;
    t->quiet_low = MICROS_UNKNOWN;
    t->quiet_high = INT64_MAX;
    for (uint32_t i = 0; i < e->image->limits_count; i++) {
        const LimitRow *row = &e->image->limits[i];
        bool above = (row->kind == LIM_TAKE_PROFIT) != is_short;
        int64_t at;

        if (row->kind == LIM_TRAILING_STOP || row->kind == LIM_TIME_STOP ||
            row->kind == LIM_EXIT_WHEN)
            t->quiet_low = INT64_MAX;
        if (row->kind != LIM_STOP_LOSS && row->kind != LIM_TAKE_PROFIT) continue;
        if (!(row->flags & LIMIT_IS_FIXED)) t->quiet_low = INT64_MAX;
        if (!num_is_known(amount_of(e, i)) ||
            !exit_trigger(position_entry(&t->held), amount_of(e, i), above, &at))
            continue;
        if (above && at < t->quiet_high) t->quiet_high = at;
        if (!above && at > t->quiet_low) t->quiet_low = at;
    }
}

static void calm_price(const Engine *e, const TokenRun *t, uint32_t at, ExitCalm *c)
{
    const Position *p = &t->held;
    bool is_short = p->size_micros < 0;
    bool is_trailing = e->image->limits[at].kind == LIM_TRAILING_STOP;
    bool above = (e->image->limits[at].kind == LIM_TAKE_PROFIT) != is_short;
    int64_t price;

    if (is_trailing && p->best_micros == MICROS_UNKNOWN) {
        c->low = INT64_MAX; /* the first price is the best one */
        return;
    }
    if (is_trailing) { /* a better price moves the trigger */
        int64_t next = p->best_micros + (is_short ? -1 : 1);

        if (is_short && next > c->low) c->low = next;
        if (!is_short && next < c->high) c->high = next;
    }
    if (!exit_trigger(is_trailing ? fx_to_double(p->best_micros) : position_entry(p),
                      amount_of(e, at), above, &price))
        return;
    if (above && price < c->high) c->high = price;
    if (!above && price > c->low) c->low = price;
}

static void calm_row(const Engine *e, const TokenRun *t, uint32_t at, ExitCalm *c)
{
    const LimitRow *row = &e->image->limits[at];
    int64_t us;

    if (row->kind > LIM_EXIT_WHEN) return;
    if (row->kind == LIM_EXIT_WHEN) {
        c->has_when = true;
        return;
    }
    if (!(row->flags & LIMIT_IS_FIXED)) {
        c->is_computed = true;
        return;
    }
    if (!num_is_known(amount_of(e, at))) return;
    if (row->kind != LIM_TIME_STOP)
        calm_price(e, t, at, c);
    else if (fx_from_double(amount_of(e, at), &us) && sat_add(t->held.first_us, us) <= c->until_us)
        c->until_us = sat_add(t->held.first_us, us) - 1;
}

/* Is it still the position whose prices find_quiet found? */
static inline bool is_found(const TokenRun *t)
{
    return t->held.size_micros == t->quiet_size && t->held.cost_micros == t->quiet_cost;
}

ExitCalm exits_calm(const Engine *e, TokenRun *t)
{
    ExitCalm c = {INT64_MIN, INT64_MAX, INT64_MAX, false, false};

    if (!t->held.size_micros || !wallet_left(t) || t->exit_order) return c;
    if (!is_found(t)) find_quiet(e, t);
    if (t->quiet_low != INT64_MAX) { /* its exits depend on nothing but size and cost */
        c.low = t->quiet_low;
        c.high = t->quiet_high;
        return c;
    }
    for (uint32_t i = 0; i < e->image->limits_count; i++)
        calm_row(e, t, i, &c);
    return c;
}

static inline bool is_quiet(const TokenRun *t, int64_t touch)
{
    return touch > t->quiet_low && touch < t->quiet_high;
}

static void look(Engine *e, int32_t token, uint64_t clocks)
{
    TokenRun *t = &e->tokens[token];
    const FeatureState *f = &market_of_token(e, t)->feature;
    ExitView v = {&t->held, t->held.size_micros < 0 ? f->ask[t->outcome] : f->bid[t->outcome],
                  e->now_us};

    if (!wallet_left(t) || !t->held.exit_ready || t->exit_order) return;
    if (clocks) v.touch_micros = MICROS_UNKNOWN;
    for (size_t i = 0; i < sizeof order_of_exits / sizeof order_of_exits[0]; i++) {
        if (!kind_holds(e, order_of_exits[i].kind, &v, clocks)) continue;
        e->touched[token] = e->has_touched = true;
        (void)order_leave(e, token, wallet_left(t), (Because)order_of_exits[i].because);
        return;
    }
}

/* ---- instants --------------------------------------------------------------------------------- */

static inline void follow(TokenRun *t, int64_t best_micros)
{
    int64_t best = t->held.best_micros;
    bool is_short = t->held.size_micros < 0;

    t->held.exit_ready = true;
    if (best_micros == MICROS_UNKNOWN) return;
    if (best == MICROS_UNKNOWN || (is_short ? best_micros < best : best_micros > best))
        t->held.best_micros = best_micros;
}

void exits_follow(TokenRun *t, int64_t best_micros)
{
    follow(t, best_micros);
}

/* The price that the position could be left at. */
static inline int64_t touch_of(const MarketRun *m, const TokenRun *t)
{
    return t->held.size_micros < 0 ? m->feature.ask[t->outcome] : m->feature.bid[t->outcome];
}

__attribute__((noinline)) static void look_at_all(Engine *e, MarketRun *m)
{
    for (uint32_t i = 0; i < m->token_count && m->is_open; i++) {
        TokenRun *t = &e->tokens[m->tokens[i]];

        if (!t->held.size_micros) continue;
        if (!is_found(t)) find_quiet(e, t);
        if (!is_quiet(t, touch_of(m, t))) look(e, m->tokens[i], 0);
    }
}

void exits_at_tick(Engine *e, MarketRun *m)
{
    bool is_calm = true;

    for (uint32_t i = 0; i < m->token_count; i++) {
        TokenRun *t = &e->tokens[m->tokens[i]];
        int64_t touch = touch_of(m, t);

        if (!t->held.size_micros) continue;
        follow(t, touch);
        is_calm &= is_found(t) && is_quiet(t, touch);
    }
    if (UNLIKELY(!is_calm)) look_at_all(e, m);
}

void exits_at_instant(Engine *e)
{
    for (uint32_t i = 0; i < e->token_count; i++)
        if (e->tokens[i].held.size_micros && market_of_token(e, &e->tokens[i])->is_open)
            look(e, (int32_t)i, e->event.clocks);
}
