/* fill.c — see fill.h. */
#include "runtime/engine/fill.h"

#include "runtime/engine/engine.h"
#include "runtime/engine/slot.h"
#include "runtime/engine/waiting.h"
#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"

static void fault(Engine *e, uint64_t order, uint8_t state, uint8_t step)
{
    Effect f = effect_new(EFFECT_FAULT, e->now_us);

    e->orders.faults++;
    f.order = order;
    f.index = state;
    f.reason = step;
    effect_send(e->sink, &f);
}

/* The room is a power of two: as long as it can grow, it holds every id so far at its own place. */
static void note_ended(Engine *e, const Ended *ended)
{
    uint32_t need = ended->id < ENDED_MAX ? (uint32_t)ended->id + 1 : ENDED_MAX;
    Ended *table = room_for(&e->ended_room, e->ended, need, sizeof *table);

    if (table) e->ended = table;
    e->ended[ended->id % e->ended_room.cap] = *ended;
}

/* The order has ended: nothing points to it any more. */
static void end_order(Engine *e, Order *o)
{
    TokenRun *t = &e->tokens[o->token];

    if (o->quote != NONE_16 && e->quotes[o->quote] == o->id) e->quotes[o->quote] = 0;
    if (t->exit_order == o->id) t->exit_order = 0;
    note_ended(e, &(Ended){o->id, o->slot_start_us, o->state, o->leader});
    orders_remove(&e->orders, o);
}

static void move_order(Engine *e, Order *o, uint8_t step)
{
    uint8_t next = order_next(o->state, step);

    if (next == ORDER_IMPOSSIBLE) {
        fault(e, o->id, o->state, step);
        return;
    }
    o->state = next;
    if (order_is_over(next)) end_order(e, o);
}

/* ---- positions -------------------------------------------------------------------------------- */

static bool is_running(const MarketRun *m, int64_t slot_start_us)
{
    return m->is_open && slot_start_us == m->slot_start_us;
}

Position *position_of_slot(Engine *e, TokenRun *t, int64_t slot_start_us, int64_t **ret_realised)
{
    MarketRun *m = market_of_token(e, t);
    ClosedSlot *c = NULL;

    if (!is_running(m, slot_start_us)) c = slot_closed(e, m, slot_start_us, true);
    if (!c) {
        *ret_realised = &m->realised_micros;
        return &t->held;
    }
    *ret_realised = &c->realised_micros;
    m->has_closed_news = true; /* it may be changed */
    for (uint32_t i = 0; i < m->token_count; i++)
        if (&e->tokens[m->tokens[i]] == t) return &c->held[i];
    return &t->held;
}

/* First fill after flat, highest bid, the tick to wait for. */
static void follow_position(Engine *e, Position *p, int64_t before, const TradeResult *r)
{
    bool is_new = r->opened_micros && (!before || (before < 0) != (p->size_micros < 0));

    if (is_new || !p->size_micros) {
        p->first_us = is_new ? e->now_us : 0;
        p->best_micros = MICROS_UNKNOWN;
    }
    if (r->opened_micros) p->exit_ready = false;
}

/* What leaders' orders hold shrinks and grows with the position. */
static void follow_leaders(Engine *e, TokenRun *t, const TradeResult *r, uint8_t leader)
{
    int64_t removed = abs_i64(r->cost_removed_micros), opened = abs_i64(r->cost_opened_micros);
    int64_t before = abs_i64(t->held.cost_micros) - opened + removed;

    for (uint32_t i = 0; r->reduced_micros && before && i < e->leader_count; i++)
        t->leader_cost[i] = cost_part(t->leader_cost[i], before - removed, before);
    if (leader != NO_LEADER) t->leader_cost[leader] += opened;
}

/* ---- fills ------------------------------------------------------------------------------------ */

/* Its slot, or market, has been paid out: nothing of it is held any more. */
static bool is_paid(const Engine *e, const FillRecord *f)
{
    MarketRun *m = market_of_token(e, &e->tokens[f->token]);

    if (m->kind != MARKET_SLOT) return !m->is_open;
    return !is_running(m, f->slot_start_us) && !slot_closed(e, m, f->slot_start_us, false);
}

static void release_pending(Engine *e, FillRecord *f)
{
    int64_t *realised;

    if (f->pending_micros && !is_paid(e, f))
        position_of_slot(e, &e->tokens[f->token], f->slot_start_us, &realised)->pending_micros -=
            f->pending_micros;
    f->pending_micros = 0;
}

static void record_fill(Engine *e, const FillRecord *made)
{
    uint32_t need = made->number < FILLS_MAX ? (uint32_t)made->number + 1 : FILLS_MAX;
    FillRecord *fills = room_for(&e->fill_room, e->fills, need, sizeof *fills), *slot;

    if (fills) e->fills = fills;
    slot = &e->fills[made->number % e->fill_room.cap];
    if (slot->number) release_pending(e, slot); /* forgotten: count it as certain */
    *slot = *made;
    slot_note_fill(e, made);
}

static void count_leg(Engine *e, const Order *o, int64_t size)
{
    if (o->run != NONE_16 && e->groups[o->run].is_live)
        e->groups[o->run].legs[o->leg].filled_micros += size;
}

static void fill_order(Engine *e, Order *o, int64_t size)
{
    bool is_all = size >= order_left(o);

    count_leg(e, o, size);
    if (order_is_over(o->state)) return;
    o->filled_micros = is_all ? o->size_micros : o->filled_micros + size;
    move_order(e, o, is_all ? STEP_FILL : STEP_PART);
}

static void note_exit(Engine *e, MarketRun *m, const TradeResult *r, int64_t fee)
{
    if (!r->reduced_micros) return;
    m->exit_us = e->now_us;
    if (r->profit_micros - fee < 0) m->loss_us = e->now_us;
}

/* Books `f` (already numbered); false when its figures are impossible. */
static bool book(Engine *e, FillRecord *f, uint8_t leader)
{
    TokenRun *t = &e->tokens[f->token];
    int64_t *realised, before;
    Position *p = position_of_slot(e, t, f->slot_start_us, &realised);
    Posting posting =
        posting_new(&e->accounts[t->account], e->sink, e->now_us, f->token, f->number);
    Trade trade = {f->is_sell ? -f->size_micros : f->size_micros, f->price_micros, f->fee_micros,
                   t->is_margined};
    TradeResult r;

    before = p->size_micros;
    if (f->size_micros <= 0 || !account_trade(&posting, p, &trade, &r)) return false;
    follow_position(e, p, before, &r);
    if (p == &t->held) follow_leaders(e, t, &r, leader);
    if (f->state != FILL_FAILED && (f->is_sell || t->is_margined)) /* not the return of a debt */
        note_exit(e, market_of_token(e, t), &r, f->fee_micros);
    *realised += r.profit_micros - f->fee_micros;
    if (!f->is_sell && !t->is_margined && e->config.sell_from > FILL_MATCHED)
        f->pending_micros = r.opened_micros;
    p->pending_micros += f->pending_micros;
    return true;
}

static void after_booking(Engine *e, TokenRun *t)
{
    MarketRun *m = market_of_token(e, t);

    if (m->has_closed_news) slot_tally(e, m);
    wallet_tally(e);
    wallet_held(e, t);
    waiting_send(e);
}

/* What is known of the order of a fill: open, ended not long ago, or nothing. */
static Ended order_of_fill(const Engine *e, const Event *event, const TokenRun *t, const Order *o)
{
    const Ended *ended = &e->ended[event->fill.order % e->ended_room.cap];

    if (o) return (Ended){o->id, o->slot_start_us, o->state, o->leader};
    if (!event->fill.is_external && event->fill.order && ended->id == event->fill.order)
        return *ended;
    return (Ended){0, market_of_token(e, t)->slot_start_us, ORDER_STATES, NO_LEADER};
}

bool fill_take(Engine *e, const Event *event)
{
    Order *o = event->fill.is_external ? NULL : orders_find(&e->orders, event->fill.order);
    int32_t token = o ? o->token : event->fill.token;
    TokenRun *t = token_of(e, token);
    FillRecord f = {.number = e->fill_count + 1,
                    .order = event->fill.order,
                    .is_sell = event->fill.is_sell,
                    .token = token,
                    .price_micros = event->fill.price_micros,
                    .size_micros = event->fill.size_micros,
                    .fee_micros = event->fill.fee_micros};
    Ended known = {.state = ORDER_STATES, .leader = NO_LEADER};

    if (t) known = order_of_fill(e, event, t, o);
    f.slot_start_us = known.slot_start_us;
    if (!t || !book(e, &f, known.leader)) {
        fault(e, event->fill.order, known.state, STEP_PART);
        return false;
    }
    e->fill_count++;
    record_fill(e, &f);
    if (o) fill_order(e, o, f.size_micros);
    if (!o && !event->fill.is_external) fault(e, event->fill.order, known.state, STEP_PART);
    after_booking(e, t);
    wallet_sample(e);
    return true;
}

/* The reverse of a fill that failed: same size and price, the fee comes back. */
static void reverse(Engine *e, const FillRecord *f)
{
    FillRecord back = *f;

    back.is_sell = !f->is_sell;
    back.fee_micros = -f->fee_micros;
    back.pending_micros = 0;
    if (!book(e, &back, NO_LEADER)) fault(e, f->order, ORDER_STATES, STEP_PART);
    release_pending(e, &back);
}

void fill_state_take(Engine *e, const Event *event)
{
    uint8_t state = event->fill_state.state;
    FillRecord *f = &e->fills[event->fill_state.fill % e->fill_room.cap];

    if (!f->number || f->number != event->fill_state.fill || !fill_can_become(f->state, state) ||
        (state == FILL_FAILED && is_paid(e, f))) {
        fault(e, event->fill_state.fill, ORDER_STATES, state);
        return;
    }
    f->state = state;
    if (state >= e->config.sell_from) release_pending(e, f);
    if (state == FILL_FAILED) reverse(e, f);
    after_booking(e, &e->tokens[f->token]);
}

/* ---- orders ----------------------------------------------------------------------------------- */

/* A merge is a reduction of both tokens; its loss is that of the pair. */
static void note_merge(Engine *e, const Order *o, int64_t profit, int64_t removed_a,
                       int64_t removed_b)
{
    TokenRun *a = &e->tokens[o->token], *b = &e->tokens[o->other];
    MarketRun *m = market_of_token(e, a);
    TradeResult ra = {.reduced_micros = o->size_micros, .cost_removed_micros = removed_a};
    TradeResult rb = {.reduced_micros = o->size_micros, .cost_removed_micros = removed_b};

    m->exit_us = e->now_us;
    if (profit < 0) m->loss_us = e->now_us;
    if (m->slot_us && o->slot_start_us != m->slot_start_us)
        return; /* the leaders' part has gone with the slot */
    follow_leaders(e, a, &ra, NO_LEADER);
    follow_leaders(e, b, &rb, NO_LEADER);
}

/* A split or merge went through. */
static void book_sets(Engine *e, const Order *o)
{
    TokenRun *a = &e->tokens[o->token], *b = &e->tokens[o->other];
    int64_t *realised, profit = 0, before_a, before_b, cost_a, cost_b;
    Position *pa = position_of_slot(e, a, o->slot_start_us, &realised);
    Position *pb = position_of_slot(e, b, o->slot_start_us, &realised);
    Posting posting = posting_new(&e->accounts[a->account], e->sink, e->now_us, o->token, o->id);
    int64_t size = o->verb == VERB_SPLIT ? o->size_micros : -o->size_micros;
    TradeResult r = {.opened_micros = size > 0 ? size : 0};

    before_a = pa->size_micros;
    before_b = pb->size_micros;
    cost_a = pa->cost_micros;
    cost_b = pb->cost_micros;
    if (!account_sets(&posting, pa, pb, size, &profit)) return;
    *realised += profit;
    if (size < 0) note_merge(e, o, profit, cost_a - pa->cost_micros, cost_b - pb->cost_micros);
    follow_position(e, pa, before_a, &r);
    follow_position(e, pb, before_b, &r);
    wallet_held(e, b);
}

void order_state_take(Engine *e, uint64_t order, uint8_t state)
{
    Order *o = orders_find(&e->orders, order), was;
    uint8_t step = order_step_to(state);

    if (!o || step == ORDER_STEPS || (step == STEP_FILL && o->verb == VERB_TRADE)) {
        fault(e, order, o ? o->state : ORDER_STATES, step);
        return;
    }
    was = *o;
    if (step == STEP_FILL) book_sets(e, o);
    move_order(e, o, step);
    after_booking(e, &e->tokens[was.token]);
}

/* ---- facts of tests ----------------------------------------------------------------------------- */

static void ignore_row(void *ctx, const Effect *f)
{
    (void)ctx;
    (void)f;
}

/* A trade from outside; the money for it comes from, or goes to, outside as well. */
static bool book_given(Engine *e, TokenRun *t, int64_t size, int64_t price)
{
    Posting posting = posting_new(&e->accounts[t->account], (EffectSink){ignore_row, NULL},
                                  e->now_us, (int32_t)(t - e->tokens), 0);
    Trade trade = {size, price, 0, t->is_margined};
    int64_t before = t->held.size_micros, cash = posting.account->cash_micros;
    TradeResult r;

    if (!account_trade(&posting, &t->held, &trade, &r)) return false;
    account_fund(&posting, cash - posting.account->cash_micros);
    follow_position(e, &t->held, before, &r);
    return true;
}

void engine_give(Engine *e, int32_t token, int64_t size_micros, int64_t price_micros)
{
    TokenRun *t = token_of(e, token);

    if (!t) return;
    if (t->held.size_micros) (void)book_given(e, t, -t->held.size_micros, price_micros);
    if (size_micros) (void)book_given(e, t, size_micros, price_micros);
    t->held.exit_ready = true;
    after_booking(e, t);
    wallet_sample(e);
}

void engine_give_cash(Engine *e, uint8_t account, int64_t cash_micros)
{
    Posting posting;

    if (account >= e->account_count) return;
    posting = posting_new(&e->accounts[account], (EffectSink){ignore_row, NULL}, e->now_us, -1, 0);
    account_fund(&posting, cash_micros - posting.account->cash_micros);
    e->wallet_dirty = true;
    wallet_sample(e);
}
