/* snapshot.c — the engine's state as bytes: head, every field in order, the machine's own, checksum.
 *
 * One list of fields (walk) serves writing, checking and reading, so that they cannot disagree; every
 * number takes eight little-endian bytes.  A snapshot is read twice: first checked to the last field,
 * then adopted, so that a damaged one changes nothing. */
#include "vm/snapshot.h"
#include "runtime/engine/due.h"
#include "runtime/engine/link.h"
#include "runtime/engine/slot.h"
#include "runtime/engine/wallet.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

enum { SNAPSHOT_MAGIC = 0x4558444F, SNAPSHOT_VERSION = 3 }; /* the bytes O D X E */
enum { SNAP_WRITE, SNAP_CHECK, SNAP_READ };

typedef struct Snap {
    int mode;
    Buf *out;
    Span in;
    size_t at;
    bool is_bad;
} Snap;

/* ---- one number ------------------------------------------------------------------------------- */

static void put_u64(Buf *out, uint64_t v)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(v >> (8 * i));
    buf_put(out, bytes, sizeof bytes);
}

static uint64_t take_u64(Snap *s)
{
    uint64_t v = 0;

    if (s->in.len - s->at < 8) {
        s->is_bad = true;
        return 0;
    }
    for (int i = 0; i < 8; i++)
        v |= (uint64_t)(unsigned char)s->in.ptr[s->at + (size_t)i] << (8 * i);
    s->at += 8;
    return v;
}

/* The number as it stands (writing) or as it was written; bad when outside low..high. */
static int64_t snap(Snap *s, int64_t v, int64_t low, int64_t high)
{
    if (s->mode == SNAP_WRITE)
        put_u64(s->out, (uint64_t)v);
    else
        v = (int64_t)take_u64(s);
    if (v >= low && v <= high) return v;
    s->is_bad = true;
    return low;
}

#define SNAP_IN(s, lvalue, low, high)                                  \
    do {                                                               \
        int64_t v_ = snap((s), (int64_t)(lvalue), (low), (high));      \
        if ((s)->mode == SNAP_READ) (lvalue) = (__typeof__(lvalue))v_; \
    } while (0)
#define SNAP(s, lvalue) SNAP_IN(s, lvalue, INT64_MIN, INT64_MAX)
#define SNAP_BOOL(s, lvalue) SNAP_IN(s, lvalue, 0, 1)
/* Makes a table hold `count` items before they are read; bad when it cannot. */
#define SNAP_ROOM(s, room, items, count)                                     \
    do {                                                                     \
        void *larger_ = room_for((room), (items), (count), sizeof *(items)); \
        if (larger_)                                                         \
            (items) = larger_;                                               \
        else if (count)                                                      \
            (s)->is_bad = true;                                              \
    } while (0)

static void snap_num(Snap *s, double *x)
{
    int64_t bits = snap(s, (int64_t)num_bits(*x), INT64_MIN, INT64_MAX);

    if (s->mode == SNAP_READ) *x = num_from_bits((uint64_t)bits);
}

/* ---- each kind of record ---------------------------------------------------------------------- */

static void walk_position(Snap *s, Position *p)
{
    SNAP(s, p->size_micros);
    SNAP(s, p->cost_micros);
    SNAP(s, p->pending_micros);
    SNAP(s, p->first_us);
    SNAP(s, p->best_micros);
    SNAP_BOOL(s, p->exit_ready);
}

static void walk_feature(Snap *s, FeatureState *f)
{
    snap_num(s, &f->spot_open);
    for (int o = 0; o < OUTCOMES; o++) {
        SNAP(s, f->bid[o]);
        SNAP(s, f->ask[o]);
        SNAP(s, f->mark_bid[o]);
        SNAP(s, f->mark_ask[o]);
    }
}

static void walk_closed(Snap *s, const Engine *e, MarketRun *m)
{
    uint32_t count = (uint32_t)snap(s, m->closed_count, 0, m->closed ? CLOSED_MAX : 0);

    if (!slot_room(e, m, count)) s->is_bad = true;
    if (s->is_bad) return;
    for (uint32_t i = 0; i < count; i++) {
        ClosedSlot *c = &m->closed[i];

        SNAP(s, c->slot_start_us);
        SNAP(s, c->realised_micros);
        for (uint32_t t = 0; t < m->token_count; t++) {
            walk_position(s, &c->held[t]);
            SNAP(s, c->mark_micros[t]);
        }
        for (uint32_t l = 0; l < e->leader_count; l++)
            SNAP(s, c->leader_cost[l]);
    }
    if (s->mode == SNAP_READ) m->closed_count = count;
}

static void walk_market(Snap *s, const Engine *e, MarketRun *m)
{
    SNAP_BOOL(s, m->is_open);
    SNAP_BOOL(s, m->is_stale);
    SNAP_BOOL(s, m->has_slot);
    SNAP(s, m->slot_start_us);
    SNAP(s, m->slot_us);
    SNAP(s, m->closes_at_us);
    SNAP(s, m->stale_at_us);
    SNAP(s, m->realised_micros);
    SNAP(s, m->slot_trades);
    SNAP(s, m->run_trades);
    SNAP(s, m->exit_us);
    SNAP(s, m->loss_us);
    walk_feature(s, &m->feature);
    walk_closed(s, e, m);
}

static void walk_token(Snap *s, Engine *e, TokenRun *t)
{
    walk_position(s, &t->held);
    SNAP(s, t->exit_order);
    for (uint32_t i = 0; i < e->leader_count; i++)
        SNAP(s, t->leader_cost[i]);
    for (int f = 0; f < BOOK_FIELDS; f++)
        snap_num(s, &t->book.field[f]);
}

static void walk_account(Snap *s, Account *a)
{
    SNAP(s, a->cash_micros);
    for (int i = 0; i < LEDGER_KINDS; i++)
        SNAP(s, a->sums[i]);
}

static void walk_order(Snap *s, const Engine *e, Order *o)
{
    int64_t last = (int64_t)e->token_count - 1;

    SNAP(s, o->id);
    SNAP_IN(s, o->state, 0, ORDER_STATES - 1);
    SNAP_IN(s, o->because, 0, BECAUSE_COUNT - 1);
    SNAP_IN(s, o->verb, VERB_TRADE, VERB_MERGE);
    SNAP_IN(s, o->modifiers, 0, UINT8_MAX);
    SNAP_IN(s, o->leader, 0, UINT8_MAX);
    SNAP_BOOL(s, o->is_sell);
    SNAP_BOOL(s, o->is_market);
    SNAP_BOOL(s, o->is_entry);
    SNAP_BOOL(s, o->is_margined);
    SNAP_BOOL(s, o->is_cancelling);
    SNAP_IN(s, o->rule, 0, NONE_16);
    SNAP_IN(s, o->action, 0, NONE_16);
    SNAP_IN(s, o->quote, 0, NONE_16);
    SNAP_IN(s, o->run, 0, NONE_16);
    SNAP_IN(s, o->leg, 0, LEGS_MAX - 1);
    SNAP_IN(s, o->token, 0, last);
    SNAP_IN(s, o->other, -1, last);
    SNAP(s, o->size_micros);
    SNAP(s, o->filled_micros);
    SNAP(s, o->price_micros);
    SNAP(s, o->worst_micros);
    SNAP(s, o->slot_start_us);
    if (s->mode == SNAP_READ) o->is_leaving = false;
}

static void walk_orders(Snap *s, Engine *e)
{
    uint32_t count = (uint32_t)snap(s, e->orders.count, 0, ORDERS_MAX);

    SNAP_ROOM(s, &e->orders.room, e->orders.open, count);
    SNAP(s, e->orders.last_id);
    SNAP(s, e->orders.faults);
    for (uint32_t i = 0; i < count; i++)
        walk_order(s, e, &e->orders.open[i]);
    if (s->mode == SNAP_READ) e->orders.count = count;
}

/* Of its effect what its order does not say. */
static void walk_wait(Snap *s, const Engine *e, Waiting *w)
{
    uint32_t most = e->token_count > e->market_count ? e->token_count : e->market_count;

    walk_order(s, e, &w->order);
    SNAP_IN(s, w->token, 0, (int64_t)most - 1);
    SNAP_BOOL(s, w->is_close);
    SNAP_BOOL(s, w->has_good_for);
    SNAP_BOOL(s, w->has_said);
    SNAP_IN(s, w->size_unit, 0, UINT8_MAX);
    SNAP(s, w->good_for_us);
    SNAP(s, w->written_micros);
    SNAP(s, w->event);
}

static void walk_waiting(Snap *s, Engine *e)
{
    uint32_t count = (uint32_t)snap(s, e->waiting_count, 0, WAITING_MAX);

    SNAP_ROOM(s, &e->waiting_room, e->waiting, count);
    for (uint32_t i = 0; i < count && !s->is_bad; i++)
        walk_wait(s, e, &e->waiting[i]);
    if (s->mode == SNAP_READ) e->waiting_count = count;
}

static void walk_fill(Snap *s, const Engine *e, FillRecord *f)
{
    SNAP(s, f->number);
    SNAP(s, f->order);
    SNAP_IN(s, f->state, 0, FILL_STATES - 1);
    SNAP_BOOL(s, f->is_sell);
    SNAP_IN(s, f->token, 0, (int64_t)e->token_count - 1);
    SNAP(s, f->price_micros);
    SNAP(s, f->size_micros);
    SNAP(s, f->fee_micros);
    SNAP(s, f->slot_start_us);
    SNAP(s, f->pending_micros);
}

/* Records that were never used are not written. */
static void walk_fills(Snap *s, Engine *e)
{
    int64_t count = snap(s, (int64_t)e->fill_count, 0, INT64_MAX);
    uint32_t used = count < FILLS_MAX ? (uint32_t)count + 1 : FILLS_MAX;

    SNAP_ROOM(s, &e->fill_room, e->fills, used);
    for (uint32_t i = 0; i < used && !s->is_bad && e->token_count; i++)
        walk_fill(s, e, &e->fills[i]);
    if (s->mode == SNAP_READ) e->fill_count = (uint64_t)count;
}

static void walk_leg(Snap *s, const Engine *e, Leg *l)
{
    SNAP_IN(s, l->token, -1, (int64_t)e->token_count - 1);
    SNAP_BOOL(s, l->is_sell);
    SNAP_BOOL(s, l->is_entry);
    SNAP(s, l->size_micros);
    SNAP(s, l->filled_micros);
}

static void walk_group(Snap *s, const Engine *e, GroupRun *g)
{
    bool is_live = snap(s, g->is_live, 0, 1) != 0;
    uint32_t legs;

    if (s->mode == SNAP_READ) g->is_live = is_live;
    if (!is_live) return;
    SNAP_BOOL(s, g->unwinds);
    SNAP_IN(s, g->rule, 0, NONE_16);
    SNAP_IN(s, g->group, 0, NONE_16);
    SNAP(s, g->deadline_us);
    SNAP(s, g->serial);
    legs = (uint32_t)snap(s, g->leg_count, 1, LEGS_MAX);
    for (uint32_t i = 0; i < legs; i++)
        walk_leg(s, e, &g->legs[i]);
    if (s->mode == SNAP_READ) g->leg_count = (uint16_t)legs;
}

/* Groups beyond the room are not live. */
static void walk_groups(Snap *s, Engine *e)
{
    if (s->mode != SNAP_WRITE && e->image->meta->groups)
        SNAP_ROOM(s, &e->group_room, e->groups, GROUPS_MAX);
    for (uint32_t i = 0; i < GROUPS_MAX && !s->is_bad; i++)
        if (i < e->group_room.cap)
            walk_group(s, e, &e->groups[i]);
        else
            (void)snap(s, 0, 0, 0);
}

static void walk_limit(Snap *s, const Engine *e, LimitRun *l)
{
    SNAP(s, l->window);
    SNAP(s, l->count);
    SNAP(s, l->baseline);
    for (uint32_t i = 0; i < e->leader_count; i++)
        SNAP(s, l->by_leader[i]);
}

static void walk_ended(Snap *s, Engine *e)
{
    if (s->mode != SNAP_WRITE) SNAP_ROOM(s, &e->ended_room, e->ended, ENDED_MAX);
    for (uint32_t i = 0; i < ENDED_MAX && !s->is_bad; i++) {
        Ended none = {0}, *ended = i < e->ended_room.cap ? &e->ended[i] : &none;

        SNAP(s, ended->id);
        SNAP(s, ended->slot_start_us);
        SNAP_IN(s, ended->state, 0, ORDER_STATES);
        SNAP_IN(s, ended->leader, 0, UINT8_MAX);
    }
}

static void walk_pins(Snap *s, Engine *e)
{
    uint32_t count = (uint32_t)snap(s, e->pin_count, 0, PINS_MAX);

    SNAP_ROOM(s, &e->pin_room, e->pins, count);
    for (uint32_t i = 0; i < count; i++) {
        SNAP_IN(s, e->pins[i].input, 0, (int64_t)e->image->inputs_count - 1);
        snap_num(s, &e->pins[i].value);
    }
    if (s->mode == SNAP_READ) e->pin_count = count;
}

static void walk_inputs(Snap *s, Engine *e)
{
    for (uint32_t i = 0; i < e->image->inputs_count; i++)
        if (e->image->inputs[i].space != IN_EVENT) snap_num(s, link_input(e, i));
}

/* ---- the whole -------------------------------------------------------------------------------- */

/* What must be equal on both sides for the rest to fit. */
static void walk_shape(Snap *s, const Engine *e)
{
    const int64_t shape[] = {
        e->market_count,        e->token_count,         e->account_count,
        e->feed_count,          e->leader_count,        e->period_count,
        e->image->limits_count, e->image->inputs_count, e->image->meta->quotes};

    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++)
        (void)snap(s, shape[i], shape[i], shape[i]);
}

static void walk_lists(Snap *s, Engine *e)
{
    for (uint32_t i = 0; i < e->market_count; i++)
        walk_market(s, e, &e->markets[i]);
    for (uint32_t i = 0; i < e->token_count; i++)
        walk_token(s, e, &e->tokens[i]);
    for (uint32_t i = 0; i < e->account_count; i++)
        walk_account(s, &e->accounts[i]);
    for (uint32_t i = 0; i <= e->account_count; i++) {
        SNAP(s, e->sampled[i].equity_micros);
        SNAP(s, e->sampled[i].peak_micros);
    }
    for (uint32_t i = 0; i < e->feed_count; i++)
        SNAP(s, e->feeds[i].stale_at_us);
    for (uint32_t i = 0; i < e->period_count; i++)
        SNAP(s, e->periods[i].next_us);
    for (uint32_t i = 0; i < 2 * e->image->meta->quotes; i++)
        SNAP(s, e->quotes[i]);
    walk_groups(s, e);
    for (uint32_t i = 0; i < e->image->limits_count; i++)
        walk_limit(s, e, &e->limits[i]);
}

static void walk(Snap *s, Engine *e)
{
    walk_shape(s, e);
    if (s->is_bad) return;
    SNAP(s, e->now_us);
    SNAP(s, e->event_count);
    SNAP(s, e->day_end_us);
    SNAP(s, e->sampled_us);
    SNAP_BOOL(s, e->is_paused);
    SNAP_BOOL(s, e->is_promise_broken);
    walk_lists(s, e);
    walk_orders(s, e);
    walk_waiting(s, e);
    walk_fills(s, e);
    walk_ended(s, e);
    walk_pins(s, e);
    walk_inputs(s, e);
}

/* Everything that follows from the rest. */
static void derive(Engine *e)
{
    e->live_groups = 0;
    for (uint32_t i = 0; i < e->group_room.cap; i++)
        e->live_groups += e->groups[i].is_live;
    e->has_leaving = false;
    for (uint32_t i = 0; i < e->market_count; i++)
        e->markets[i].filled_us = INT64_MIN;
    for (uint32_t i = 0; i < e->market_count; i++)
        slot_tally(e, &e->markets[i]);
    for (uint32_t i = 0; i < e->fill_room.cap; i++)
        if (e->fills[i].number) slot_note_fill(e, &e->fills[i]);
    for (uint32_t i = 0; i <= e->account_count; i++)
        sampled_fields(&e->sampled[i]);
    for (uint32_t i = 0; i < e->token_count; i++)
        wallet_held(e, &e->tokens[i]);
    wallet_tally(e);
    due_find(e);
}

bool engine_snapshot(const Engine *e, Buf *out)
{
    Snap s = {.mode = SNAP_WRITE, .out = out};
    size_t start = out->len;

    put_u64(out, (uint64_t)SNAPSHOT_VERSION << 32 | SNAPSHOT_MAGIC);
    walk(&s, (Engine *)(uintptr_t)e); /* writing changes nothing */
    if (!vm_snapshot(e->vm, e->wallet, out) || s.is_bad || buf_is_full(out)) return false;
    put_u64(out, crc32c(0, out->ptr + start, out->len - start));
    return !buf_is_full(out);
}

bool engine_restore(Engine *e, Span bytes)
{
    Snap s = {.mode = SNAP_CHECK, .in = bytes, .at = 8};

    if (bytes.len < 16) return false;
    s.in.len -= 8;
    if (take_u64(&(Snap){.in = bytes}) != ((uint64_t)SNAPSHOT_VERSION << 32 | SNAPSHOT_MAGIC) ||
        take_u64(&(Snap){.in = bytes, .at = s.in.len}) != crc32c(0, bytes.ptr, s.in.len))
        return false;
    walk(&s, e);
    if (s.is_bad || !vm_restore(e->vm, e->wallet, span_from(s.in, s.at))) return false;
    s.mode = SNAP_READ;
    s.at = 8;
    walk(&s, e);
    derive(e);
    return true;
}
