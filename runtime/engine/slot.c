/* slot.c — see slot.h. */
#include "runtime/engine/slot.h"

#include "runtime/engine/limits.h"
#include "runtime/engine/orders_out.h"
#include "runtime/engine/waiting.h"
#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"

bool slot_rooms(const Engine *e, MarketRun *m, uint32_t from, Arena *arena)
{
    for (uint32_t i = from; i < m->closed_room.cap && !arena_is_full(arena); i++) {
        m->closed[i].held = arena_array(arena, Position, m->token_count + 1U);
        m->closed[i].mark_micros = arena_array(arena, int64_t, m->token_count + 1U);
        m->closed[i].leader_cost = arena_array(arena, int64_t, e->leader_count + 1U);
    }
    return !arena_is_full(arena);
}

bool slot_room(const Engine *e, MarketRun *m, uint32_t count)
{
    uint32_t before = m->closed_room.cap;
    ClosedSlot *closed = room_for(&m->closed_room, m->closed, count, sizeof *closed);

    if (!closed) return count == 0;
    m->closed = closed;
    return before == m->closed_room.cap || slot_rooms(e, m, before, e->grows);
}

ClosedSlot *slot_closed(const Engine *e, MarketRun *m, int64_t slot_start_us, bool make)
{
    ClosedSlot *c;

    for (uint32_t i = 0; i < m->closed_count; i++)
        if (m->closed[i].slot_start_us == slot_start_us) return &m->closed[i];
    if (!make || !m->closed || !slot_room(e, m, m->closed_count + 1)) return NULL;
    c = &m->closed[m->closed_count++];
    c->slot_start_us = slot_start_us;
    c->realised_micros = 0;
    for (uint32_t i = 0; i < m->token_count; i++) {
        c->held[i] = (Position){.best_micros = MICROS_UNKNOWN};
        c->mark_micros[i] = MICROS_UNKNOWN;
        if (slot_start_us == m->slot_start_us) /* over, and no other has begun */
            c->mark_micros[i] = m->feature.mark_bid[e->tokens[m->tokens[i]].outcome];
    }
    memset(c->leader_cost, 0, e->leader_count * sizeof *c->leader_cost);
    return c;
}

void slot_tally(Engine *e, MarketRun *m)
{
    m->has_closed_news = false;
    for (uint32_t i = 0; i < m->token_count; i++) {
        TokenRun *t = &e->tokens[m->tokens[i]];

        t->closed_value = t->closed_cost = 0;
        for (uint32_t c = 0; c < m->closed_count; c++) {
            const Position *p = &m->closed[c].held[i];

            t->closed_value += wallet_worth(p->size_micros, m->closed[c].mark_micros[i]);
            t->closed_cost += abs_i64(p->cost_micros);
        }
    }
}

void slot_note_fill(Engine *e, const FillRecord *f)
{
    MarketRun *m = market_of_token(e, &e->tokens[f->token]);

    if (f->slot_start_us > m->filled_us) m->filled_us = f->slot_start_us;
}

static bool has_history(const Engine *e, const MarketRun *m)
{
    if (m->realised_micros || m->slot_trades) return true;
    for (uint32_t i = 0; i < m->token_count; i++)
        if (e->tokens[m->tokens[i]].held.size_micros) return true;
    if (m->filled_us < m->slot_start_us) return false;
    for (uint32_t i = 0; i < e->fill_room.cap; i++) /* one of them may still fail */
        if (e->fills[i].number && e->tokens[e->fills[i].token].market == m->id &&
            e->fills[i].slot_start_us == m->slot_start_us)
            return true;
    return false;
}

/* Legs of groups that were in this slot are over: nothing of theirs can be undone any more. */
static void drop_legs(Engine *e, const MarketRun *m)
{
    for (uint32_t g = 0; e->live_groups && g < e->group_room.cap; g++)
        for (uint32_t i = 0; e->groups[g].is_live && i < e->groups[g].leg_count; i++) {
            Leg *leg = &e->groups[g].legs[i];

            if (leg->token >= 0 && &e->markets[e->tokens[leg->token].market] == m) leg->token = -1;
        }
}

static void set_aside(Engine *e, MarketRun *m, ClosedSlot *c)
{
    for (uint32_t i = 0; i < m->token_count; i++) {
        TokenRun *t = &e->tokens[m->tokens[i]];

        c->held[i].size_micros += t->held.size_micros; /* a slot can be closed twice */
        c->held[i].cost_micros += t->held.cost_micros;
        c->held[i].pending_micros += t->held.pending_micros;
        c->mark_micros[i] = wallet_mark_price(e, t);
        t->held = (Position){.best_micros = MICROS_UNKNOWN};
        t->exit_order = 0;
        for (uint32_t l = 0; l < e->leader_count; l++) {
            c->leader_cost[l] += t->leader_cost[l];
            t->leader_cost[l] = 0;
        }
        wallet_held(e, t);
    }
    c->realised_micros += m->realised_micros;
    m->realised_micros = 0;
    slot_tally(e, m);
}

void slot_close(Engine *e, MarketRun *m)
{
    ClosedSlot *c = NULL;

    m->is_open = false;
    for (uint32_t i = 0; i < e->orders.count; i++) {
        Order *o = &e->orders.open[i];

        if (e->tokens[o->token].market == m->id)
            order_cancel(e, o, BECAUSE_SLOT_CLOSE, NONE_16, NONE_16);
    }
    waiting_end_slot(e, m);
    drop_legs(e, m);
    if (m->kind != MARKET_SLOT || !has_history(e, m)) return;
    c = slot_closed(e, m, m->slot_start_us, true);
    if (c) set_aside(e, m, c);
}

/* Values a test holds in this slot are forgotten with it. */
static void forget_pins(Engine *e, const MarketRun *m)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < e->pin_count; i++) {
        const InputRow *row = &e->image->inputs[e->pins[i].input];

        if (row->market == m->id && field_is_slot_lived(row->field)) continue;
        e->pins[kept++] = e->pins[i];
    }
    e->pin_count = kept;
}

/* What was sent or filled before the market's first slot belongs to that slot. */
static void adopt(Engine *e, MarketRun *m, int64_t slot_start_us)
{
    m->filled_us = slot_start_us;
    for (uint32_t i = 0; i < e->orders.count; i++)
        if (e->tokens[e->orders.open[i].token].market == m->id)
            e->orders.open[i].slot_start_us = slot_start_us;
    for (uint32_t i = 0; i < e->fill_room.cap; i++)
        if (e->fills[i].number && e->tokens[e->fills[i].token].market == m->id)
            e->fills[i].slot_start_us = slot_start_us;
}

void slot_open(Engine *e, MarketRun *m, const Event *event)
{
    if (m->has_slot && m->is_open) slot_close(e, m);
    if (!m->has_slot && m->is_open) adopt(e, m, event->slot.slot_start_us);
    m->is_open = m->has_slot = true;
    m->slot_start_us = event->slot.slot_start_us;
    if (event->slot.slot_us > 0) m->slot_us = event->slot.slot_us;
    m->slot_trades = 0;
    limits_slot_open(e, m);
    for (uint32_t i = 0; i < m->token_count; i++)
        e->tokens[m->tokens[i]].exit_order = 0;
    forget_pins(e, m);
    feature_slot_open(&m->plan, &m->feature);
    if (event->slot.facts) feature_take(&m->plan, &m->feature, event->slot.facts);
    wallet_tally(e);
}

/* ---- resolution ------------------------------------------------------------------------------- */

static int64_t payout_of(const TokenRun *t, int8_t winner)
{
    if (winner < 0) return FX_ONE / 2;
    return t->outcome == (uint8_t)winner ? FX_ONE : 0;
}

static int64_t pay(Engine *e, int32_t token, Position *p, int8_t winner)
{
    TokenRun *t = &e->tokens[token];
    Posting posting = posting_new(&e->accounts[t->account], e->sink, e->now_us, token, 0);
    int64_t profit = 0;

    if (!p->size_micros && !p->cost_micros) return 0; /* a long and a short put together cost */
    (void)account_settle(&posting, p->size_micros, p->cost_micros, payout_of(t, winner), &profit);
    *p = (Position){.best_micros = MICROS_UNKNOWN};
    return profit;
}

/* A market without slots, or the slot that is still running: it ends here. */
static int64_t resolve_now(Engine *e, MarketRun *m, int8_t winner)
{
    int64_t total;

    for (uint32_t i = 0; i < m->token_count; i++) {
        TokenRun *t = &e->tokens[m->tokens[i]];

        m->realised_micros += pay(e, m->tokens[i], &t->held, winner);
        wallet_held(e, t);
    }
    total = m->realised_micros;
    slot_close(e, m);
    return total;
}

int64_t slot_resolve(Engine *e, MarketRun *m, const Event *event)
{
    ClosedSlot *c = slot_closed(e, m, event->resolve.slot_start_us, false);

    if (!c && (m->kind != MARKET_SLOT || m->slot_start_us == event->resolve.slot_start_us))
        return resolve_now(e, m, event->resolve.winner);
    if (!c) return 0;
    for (uint32_t i = 0; i < m->token_count; i++)
        c->realised_micros += pay(e, m->tokens[i], &c->held[i], event->resolve.winner);
    slot_tally(e, m);
    e->wallet_dirty = true;
    return c->realised_micros;
}

void slot_forget(Engine *e, MarketRun *m, int64_t slot_start_us)
{
    ClosedSlot *c = slot_closed(e, m, slot_start_us, false), gone;

    if (!c) return;
    gone = *c; /* its room is used again */
    for (; c + 1 < m->closed + m->closed_count; c++)
        *c = c[1];
    *c = gone;
    m->closed_count--;
    slot_tally(e, m);
    e->wallet_dirty = true;
}
