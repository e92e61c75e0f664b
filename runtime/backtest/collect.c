/* collect.c — see collect.h: orders and their answers, slots, equity. */
#include "runtime/backtest/collect.h"

#include "runtime/backtest/effect_sum.h"
#include "runtime/backtest/venue.h"
#include "runtime/engine/order.h"
#include "vm/base/fixed.h"

/* ---- markets ------------------------------------------------------------------------------------- */

static void add_lane(Collector *c, const Image *image, const SourceRow *row)
{
    Lane *l = &c->lanes[c->lane_count++];

    l->row = (ResultMarket){.name = image_string(image, row->name),
                            .venue = image_string(image, row->venue),
                            .selector = image_string(image, row->selector),
                            .kind = row->kind,
                            .first_us = MICROS_UNKNOWN,
                            .last_us = MICROS_UNKNOWN};
    l->slot = l->first_slot = RESULT_NONE;
    holdings_clear(&l->loose);
}

bool collect_begin(Collector *c, const Image *image)
{
    c->lanes = arena_array(c->arena, Lane, image->sources_count + 1);
    if (arena_is_full(c->arena)) return false;
    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == 0) add_lane(c, image, &image->sources[i]);
    c->is_hourly = venues_have_hours(image);
    sha256_init(&c->sum);
    c->tally.totals = &c->r->totals;
    tally_begin(&c->tally, engine_equity(c->engine) + c->others_micros);
    c->r->totals.start_cash_micros = c->tally.equity_micros;
    return true;
}

/* ---- quotes -------------------------------------------------------------------------------------- */

static void take_end(const Book *b, uint8_t outcome, BookEnd end, int64_t *ret_price,
                     int64_t *ret_size)
{
    const Ladder *l = &b->side[book_turn_end(b, outcome, end)];

    if (b->is_stale || !l->count) return;
    *ret_price = book_turn_price(b, outcome, l->levels[0].price_micros);
    *ret_size = l->levels[0].size_micros;
}

static ResultQuote quote_of(Collector *c, const ResultOrder *o)
{
    const Book *b = gate_book(c->gate, c->markets ? c->markets[o->market] : o->market);
    ResultQuote q = {MICROS_UNKNOWN, MICROS_UNKNOWN, MICROS_UNKNOWN, MICROS_UNKNOWN};

    take_end(b, o->outcome, BOOK_BID, &q.bid_micros, &q.bid_size_micros);
    take_end(b, o->outcome, BOOK_ASK, &q.ask_micros, &q.ask_size_micros);
    return q;
}

/* ---- orders -------------------------------------------------------------------------------------- */

static bool note_id(Collector *c, uint64_t id, uint32_t row)
{
    while (c->by_id.count <= id)
        if (!vec_push(c->arena, &c->by_id, RESULT_NONE)) return false;
    c->by_id.items[id] = row;
    return true;
}

static ResultOrder *order_of(Collector *c, uint64_t id)
{
    uint32_t row = id < c->by_id.count ? c->by_id.items[id] : RESULT_NONE;

    return row < c->r->orders.count ? &c->r->orders.items[row] : NULL;
}

static void add_order(Collector *c, const Effect *f)
{
    TokenView token = engine_token_view(c->engine, f->token);
    ResultOrder o = {.id = f->order,
                     .decided_us = f->ts_us,
                     .arrived_us = MICROS_UNKNOWN,
                     .ended_us = MICROS_UNKNOWN,
                     .price_micros = f->price_micros,
                     .size_micros = f->size_micros,
                     .first_fill_us = MICROS_UNKNOWN,
                     .last_fill_us = MICROS_UNKNOWN,
                     .slip_mid_micros = MICROS_UNKNOWN,
                     .slip_touch_micros = MICROS_UNKNOWN,
                     .slot = RESULT_NONE,
                     .trade = RESULT_NONE,
                     .token = f->token,
                     .market = (uint8_t)token.market,
                     .outcome = token.outcome,
                     .rule = f->rule,
                     .action = f->action,
                     .reason = NONE_16,
                     .because = f->because,
                     .state = ORDER_SENT,
                     .modifiers = f->modifiers,
                     .is_sell = f->is_sell,
                     .is_market = f->is_market,
                     .is_close = f->is_close,
                     .is_set = f->kind == EFFECT_SETS};

    /* Markets met through leaders come with leaders' events, which no recording has. */
    if (token.market < 0 || (uint32_t)token.market >= c->lane_count) return;
    o.slot = c->lanes[o.market].slot;
    o.decision = o.arrival = quote_of(c, &o);
    if (!note_id(c, o.id, (uint32_t)c->r->orders.count) || !vec_push(c->arena, &c->r->orders, o)) {
        c->has_failed = true;
        return;
    }
    if (o.slot != RESULT_NONE) c->r->slots.items[o.slot].orders++;
}

static void count_row(Collector *c, const Effect *f)
{
    if (f->index < LEDGER_KINDS) c->told[f->index] += f->amount_micros;
}

void collect_effect(Collector *c, const Effect *f)
{
    effect_sum(&c->sum, f);
    if (f->kind == EFFECT_ORDER || f->kind == EFFECT_SETS) add_order(c, f);
    if (f->kind == EFFECT_SKIP) c->r->totals.skipped++;
    if (f->kind == EFFECT_PROMISE) c->r->totals.broken++;
    if (f->kind == EFFECT_LEDGER) count_row(c, f);
}

/* ---- answers ------------------------------------------------------------------------------------- */

/* What buying at `price` costs beyond `than`, selling beneath it. */
static void slip(int64_t *sum, const ResultOrder *o, const Event *fill, int64_t than)
{
    int64_t worse, cost;

    if (than == MICROS_UNKNOWN) return;
    worse = o->is_sell ? than - fill->fill.price_micros : fill->fill.price_micros - than;
    if (!fx_mul(worse, fill->fill.size_micros, FX_HALF_EVEN, &cost)) return;
    *sum = *sum == MICROS_UNKNOWN ? cost : *sum + cost;
}

static void take_fill(Collector *c, ResultOrder *o, const Event *a)
{
    int64_t value = 0;
    Booking k = {.ts_us = a->ts_us,
                 .size_micros = a->fill.is_sell ? -a->fill.size_micros : a->fill.size_micros,
                 .price_micros = a->fill.price_micros,
                 .fee_micros = a->fill.fee_micros,
                 .order = (uint32_t)(o - c->r->orders.items),
                 .outcome = o->outcome,
                 .exit = o->because};

    (void)fx_mul(a->fill.size_micros, a->fill.price_micros, FX_HALF_EVEN, &value);
    o->filled_micros += a->fill.size_micros;
    o->value_micros += value;
    o->fees_micros += a->fill.fee_micros;
    if (!o->fills++) o->first_fill_us = a->ts_us;
    o->last_fill_us = a->ts_us;
    slip(&o->slip_mid_micros, o, a, result_mid(&o->decision));
    slip(&o->slip_touch_micros, o, a, result_touch(&o->decision, o->is_sell));
    o->state = o->filled_micros < o->size_micros ? ORDER_PARTIAL : ORDER_FILLED;
    if (o->state == ORDER_FILLED) o->ended_us = a->ts_us;
    c->r->totals.fills++;
    if (o->slot != RESULT_NONE) c->r->slots.items[o->slot].fills++;
    holdings_book(c, &k);
}

/* A dollar becomes a share of each outcome, or back. */
static void take_set(Collector *c, const ResultOrder *o, int64_t ts_us)
{
    for (uint8_t i = 0; i < OUTCOMES; i++) {
        Booking k = {.ts_us = ts_us,
                     .size_micros = o->is_sell ? -o->size_micros : o->size_micros,
                     .price_micros = FX_ONE / 2,
                     .order = (uint32_t)(o - c->r->orders.items),
                     .outcome = i,
                     .exit = RESULT_EXIT_SET};

        holdings_book(c, &k);
    }
}

static void take_state(Collector *c, ResultOrder *o, const Event *a)
{
    o->state = a->order.state;
    if (order_is_over(o->state)) o->ended_us = a->ts_us;
    if (o->is_set && o->state == ORDER_FILLED) take_set(c, o, a->ts_us);
}

static void take_reject(ResultOrder *o, const Event *a)
{
    o->state = ORDER_REJECTED;
    o->reason = a->reject.reason;
    o->ended_us = a->ts_us;
}

/* Orders and fills carry their number in the same place of an event. */
static uint64_t order_id(const Event *a)
{
    if (a->kind == EV_FILL) return a->fill.order;
    return a->kind == EV_REJECT ? a->reject.order : a->order.order;
}

void collect_answer(Collector *c, const Event *a)
{
    ResultOrder *o = order_of(c, order_id(a));

    if (!o) return;
    if (o->arrived_us == MICROS_UNKNOWN) {
        o->arrived_us = a->ts_us;
        o->arrival = quote_of(c, o);
    }
    if (o->slot == RESULT_NONE) o->slot = c->lanes[o->market].first_slot; /* engine: adopt */
    if (a->kind == EV_FILL) take_fill(c, o, a);
    if (a->kind == EV_ORDER_STATE) take_state(c, o, a);
    if (a->kind == EV_REJECT) take_reject(o, a);
}

/* ---- slots and equity ---------------------------------------------------------------------------- */

static void add_point(Collector *c, int64_t ts_us)
{
    ResultPoint p = {ts_us, c->tally.equity_micros};

    if (c->r->curve.count && vec_last(&c->r->curve).equity_micros == p.equity_micros) return;
    if (!vec_push(c->arena, &c->r->curve, p)) c->has_failed = true;
}

static void start(Collector *c, const Event *ev)
{
    c->has_started = true;
    c->r->totals.start_us = c->tally.exposed_us = c->tally.peak_us = ev->ts_us;
    c->hour_us = ev->ts_us - ev->ts_us % RESULT_HOUR_US + RESULT_HOUR_US;
    add_point(c, ev->ts_us);
}

static void open_slot(Collector *c, Lane *l, const Event *ev)
{
    ResultSlot s = {.start_us = ev->slot.slot_start_us,
                    .slot_us = ev->slot.slot_us,
                    .settled_us = MICROS_UNKNOWN,
                    .market = ev->market,
                    .winner = -1};
    Place p;

    holdings_clear(&p);
    if (!vec_push(c->arena, &c->places, p) || !vec_push(c->arena, &c->r->slots, s)) {
        c->has_failed = true;
        return;
    }
    l->slot = (uint32_t)c->r->slots.count - 1;
    if (l->first_slot == RESULT_NONE) l->first_slot = l->slot;
}

static void note_hours(Collector *c, int64_t ts_us)
{
    if (ts_us < c->hour_us) return;
    add_point(c, c->hour_us);
    c->hour_us = ts_us - ts_us % RESULT_HOUR_US + RESULT_HOUR_US;
}

void collect_before(Collector *c, const Event *ev)
{
    if (!c->has_started) start(c, ev);
    if (c->is_hourly) note_hours(c, ev->ts_us);
    if (ev->kind == EV_SLOT_OPEN) open_slot(c, &c->lanes[ev->market], ev);
}

static void count_tick(Collector *c, const Event *ev)
{
    Lane *l = &c->lanes[ev->market];

    if (!l->row.ticks++) l->row.first_us = ev->ts_us;
    l->row.last_us = ev->ts_us;
    if (l->slot != RESULT_NONE) c->r->slots.items[l->slot].ticks++;
}

static uint32_t find_slot(const Collector *c, uint8_t market, int64_t start_us)
{
    for (size_t i = c->r->slots.count; i > 0; i--)
        if (c->r->slots.items[i - 1].market == market &&
            c->r->slots.items[i - 1].start_us == start_us)
            return (uint32_t)i - 1;
    return RESULT_NONE;
}

static void follow_equity(Collector *c, int64_t ts_us)
{
    if (!c->tally.open && !c->is_dirty) return;
    c->is_dirty = false;
    tally_follow(&c->tally, engine_equity(c->engine) + c->others_micros, ts_us);
}

/* A slot has closed, or its result is known. */
static void settle(Collector *c, uint32_t slot, int64_t ts_us)
{
    if (slot == RESULT_NONE) return;
    c->r->slots.items[slot].settled_us = ts_us;
    c->r->slots.items[slot].equity_micros = c->tally.equity_micros;
    add_point(c, ts_us);
}

void collect_after(Collector *c, const Event *ev)
{
    uint32_t slot = RESULT_NONE;

    if (c->has_failed) return;
    if (ev->kind == EV_TICK) count_tick(c, ev);
    if (ev->kind == EV_SLOT_CLOSE) {
        slot = c->lanes[ev->market].slot;
        c->lanes[ev->market].slot = RESULT_NONE;
    } else if (ev->kind == EV_RESOLVE) {
        slot = find_slot(c, ev->market, ev->resolve.slot_start_us);
        if (slot != RESULT_NONE) c->r->slots.items[slot].winner = ev->resolve.winner;
        holdings_resolve(c, ev->market, slot, ev->resolve.winner, ev->ts_us);
    }
    follow_equity(c, ev->ts_us);
    settle(c, slot, ev->ts_us);
    c->r->totals.end_us = ev->ts_us;
}
