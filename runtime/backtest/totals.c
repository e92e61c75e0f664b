/* totals.c — from rows to figures, once a backtest is over. */
#include "runtime/backtest/collect.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

static double part_of(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : UNKNOWN;
}

static double ratio(int64_t a, int64_t b)
{
    return b > 0 ? num_canon((double)a / (double)b) : UNKNOWN;
}

/* ---- orders -------------------------------------------------------------------------------------- */

static void count_end(ResultTotals *t, uint8_t state)
{
    if (state == ORDER_REJECTED)
        t->rejected++;
    else if (state == ORDER_CANCELLED)
        t->cancelled++;
    else if (state == ORDER_EXPIRED)
        t->expired++;
    else if (state != ORDER_FILLED)
        t->open++;
}

static void count_order(ResultTotals *t, const ResultOrder *o)
{
    if (o->is_set) {
        t->sets++;
        return;
    }
    t->orders++;
    if (!o->filled_micros)
        t->unfilled++;
    else if (o->filled_micros < o->size_micros)
        t->partial++;
    else
        t->filled++;
    count_end(t, o->state);
    t->volume_micros += o->value_micros;
    if (o->slip_mid_micros != MICROS_UNKNOWN) t->slip_mid_micros += o->slip_mid_micros;
    if (o->slip_touch_micros != MICROS_UNKNOWN) t->slip_touch_micros += o->slip_touch_micros;
}

/* ---- trades -------------------------------------------------------------------------------------- */

static void count_trade(ResultTotals *t, const ResultTrade *trade)
{
    t->realised_micros += trade->pnl_micros;
    t->fees_micros += trade->fees_micros;
    if (trade->closed_us == MICROS_UNKNOWN) {
        t->open_trades++;
        return;
    }
    t->trades++;
    if (trade->pnl_micros > 0) {
        t->wins++;
        t->won_micros += trade->pnl_micros;
    } else if (trade->pnl_micros < 0) {
        t->losses++;
        t->lost_micros += trade->pnl_micros;
    }
}

static size_t tenth_of(int64_t part, int64_t whole)
{
    int64_t tenth = whole > 0 ? part / (whole / 10 > 0 ? whole / 10 : 1) : 0;

    return tenth < 0 ? 0 : tenth > 9 ? 9 : (size_t)tenth;
}

/* An entry that bought shares of a slot. */
static void count_entry(Result *r, const ResultTrade *t)
{
    const ResultSlot *s = &r->slots.items[t->slot];
    ResultPriceRow *p =
        &r->prices[tenth_of(result_price(t->in_value_micros, t->in_size_micros), FX_ONE)];
    ResultTimeRow *tenth = &r->tenths[tenth_of(t->opened_us - s->start_us, s->slot_us)];

    tenth->trades++;
    tenth->wins += t->pnl_micros > 0;
    tenth->pnl_micros += t->pnl_micros;
    p->trades++;
    p->pnl_micros += t->pnl_micros;
    if (s->winner < 0) return;
    p->resolved++;
    p->won += s->winner == (int8_t)t->outcome;
    p->size_micros += t->in_size_micros;
    p->value_micros += t->in_value_micros;
    p->fees_micros += t->fees_micros;
}

static void finish_prices(Result *r)
{
    for (int i = 0; i < RESULT_PRICES; i++) {
        ResultPriceRow *p = &r->prices[i];

        p->price = ratio(p->value_micros, p->size_micros);
        p->break_even = ratio(p->value_micros + p->fees_micros, p->size_micros);
        p->win_rate = part_of(p->won, p->resolved);
    }
}

static void count_trades(Result *r)
{
    for (size_t i = 0; i < r->trades.count; i++) {
        const ResultTrade *t = &r->trades.items[i];

        count_trade(&r->totals, t);
        if (result_is_entry(r, t)) count_entry(r, t);
    }
    finish_prices(r);
}

/* ---- the rest ------------------------------------------------------------------------------------ */

static void finish_slots(Collector *c)
{
    Result *r = c->r;

    for (size_t i = 0; i < r->slots.count; i++)
        if (r->slots.items[i].settled_us == MICROS_UNKNOWN)
            r->slots.items[i].equity_micros = c->tally.equity_micros;
}

static void finish_curve(Collector *c)
{
    Result *r = c->r;
    ResultPoint end = {r->totals.end_us, c->tally.equity_micros};

    /* More may have happened at the instant of the last point. */
    if (r->curve.count && vec_last(&r->curve).ts_us == end.ts_us)
        vec_last(&r->curve) = end;
    else if (!vec_push(c->arena, &r->curve, end))
        c->has_failed = true;
}

static bool books_agree(const Collector *c)
{
    const ResultTotals *t = &c->r->totals;
    int64_t sum = 0;

    for (int i = 0; i < LEDGER_KINDS; i++)
        sum += c->told[i];
    return !sum && t->ledger_sum_micros == t->balance_sum_micros &&
           c->own.sums[LEDGER_POSITION] == c->told[LEDGER_POSITION] &&
           c->own.sums[LEDGER_PROFIT] == c->told[LEDGER_PROFIT] &&
           c->own.sums[LEDGER_FEES] == c->told[LEDGER_FEES] &&
           c->own.sums[LEDGER_CASH] == c->told[LEDGER_CASH] &&
           t->realised_micros == -c->told[LEDGER_PROFIT] - c->told[LEDGER_FEES];
}

static void finish_money(Collector *c)
{
    ResultTotals *t = &c->r->totals;

    t->end_equity_micros = c->tally.equity_micros;
    t->end_cash_micros = t->start_cash_micros + c->told[LEDGER_CASH];
    t->pnl_micros = t->end_equity_micros - t->start_cash_micros;
    t->ledger_sum_micros = engine_ledger_sum(c->engine);
    t->balance_sum_micros = engine_balance_sum(c->engine);
    t->is_balanced = books_agree(c);
    t->faults = engine_faults(c->engine);
    tally_end(&c->tally);
}

void totals_ratios(ResultTotals *t)
{
    t->profit = ratio(t->pnl_micros, t->start_cash_micros);
    t->win_rate = part_of(t->wins, t->trades);
    t->fill_rate = part_of(t->filled + t->partial, t->orders);
    t->partial_rate = part_of(t->partial, t->orders);
    t->exposure = ratio(t->exposure_mean_micros, t->start_cash_micros);
    t->turnover = ratio(t->volume_micros, t->start_cash_micros);
    t->profit_factor = ratio(t->won_micros, -t->lost_micros);
}

void totals_of_rows(Result *r)
{
    for (size_t i = 0; i < r->orders.count; i++)
        count_order(&r->totals, &r->orders.items[i]);
    count_trades(r);
    r->totals.slots = r->slots.count;
    for (size_t i = 0; i < r->slots.count; i++)
        r->totals.slots_traded += r->slots.items[i].trades != 0;
}

void totals_make(Collector *c)
{
    Result *r = c->r;

    tally_until(&c->tally, r->totals.end_us);
    for (uint32_t i = 0; i < c->lane_count; i++)
        r->totals.ticks += c->lanes[i].row.ticks;
    totals_of_rows(r);
    finish_slots(c);
    finish_curve(c);
    finish_money(c);
    totals_ratios(&r->totals);
}
