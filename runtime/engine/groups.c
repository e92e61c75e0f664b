/* groups.c — `together`: out whole or not at all, and what happens when the time allowed is over. */
#include "runtime/engine/due.h"
#include "runtime/engine/orders_out.h"
#include "runtime/engine/settle.h"
#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"

static GroupRun *free_group(Engine *e)
{
    uint32_t count = e->group_room.cap;
    GroupRun *groups;

    for (uint32_t i = 0; i < count; i++)
        if (!e->groups[i].is_live) return &e->groups[i];
    groups = room_for(&e->group_room, e->groups, count + 1, sizeof *groups);
    if (!groups) return NULL;
    e->groups = groups;
    return &e->groups[count];
}

static bool group_unwinds(const Engine *e, const Intent *in)
{
    for (uint32_t i = 0; i < e->image->actions_count; i++) {
        const ActionRow *row = &e->image->actions[i];

        if (row->rule == in->rule && row->group == in->group) return (row->flags & AF_UNWIND) != 0;
    }
    return false;
}

void group_open(Settling *s, const Intent *in)
{
    Engine *e = s->e;
    GroupRun *g = free_group(e);
    int64_t allowed = 0;

    s->in_group = true;
    s->is_refused = s->has_entry = false;
    s->waiting_count = 0;
    s->mark_count = e->orders.count;
    s->mark_id = e->orders.last_id;
    s->group = g;
    if (!g) return;
    (void)fx_from_double(in->price, &allowed);
    *g = (GroupRun){.rule = in->rule,
                    .group = in->group,
                    .serial = s->mark_id,
                    .unwinds = group_unwinds(e, in),
                    .deadline_us = sat_add(e->now_us, allowed > 0 ? allowed : 0)};
}

static void take_back(Settling *s)
{
    Engine *e = s->e;

    for (uint32_t i = 0; i < e->token_count; i++)
        if (e->tokens[i].exit_order > s->mark_id) e->tokens[i].exit_order = 0;
    orders_truncate(&e->orders, s->mark_count, s->mark_id);
    wallet_tally(e);
}

void group_close(Settling *s)
{
    Engine *e = s->e;

    s->in_group = false;
    if (s->is_refused) {
        take_back(s);
        return;
    }
    if (!s->group || !s->waiting_count) return;
    s->group->is_live = true;
    e->live_groups++;
    due_note(e, s->group->deadline_us);
    for (uint32_t i = 0; i < s->waiting_count; i++)
        effect_send(e->sink, &s->waiting[i]);
    for (uint32_t i = 0; s->has_entry && i < s->group->leg_count; i++) {
        const Leg *leg = &s->group->legs[i];

        if (!leg->is_entry) continue;
        limits_count(e, market_of_token(e, &e->tokens[leg->token]), e->leader);
        break;
    }
}

/* ---- the deadline ----------------------------------------------------------------------------- */

static void cancel_rest(Engine *e, const GroupRun *g)
{
    for (uint32_t i = 0; i < e->orders.count; i++)
        if (e->orders.open[i].run == (uint16_t)(g - e->groups))
            order_cancel(e, &e->orders.open[i], BECAUSE_UNWIND, e->orders.open[i].rule,
                         e->orders.open[i].action);
}

/* Equal fractions give equal quotients, whatever the sizes. */
static bool is_less(const Leg *a, const Leg *b)
{
    return (double)a->filled_micros / (double)a->size_micros <
           (double)b->filled_micros / (double)b->size_micros;
}

static const Leg *least_filled(const GroupRun *g)
{
    const Leg *least = &g->legs[0];

    for (uint32_t i = 1; i < g->leg_count; i++)
        if (is_less(&g->legs[i], least)) least = &g->legs[i];
    return least;
}

/* What `leg` has beyond its share of the least filled leg. */
static int64_t surplus_of(const Leg *leg, const Leg *least)
{
    int64_t due = 0;

    (void)fx_muldiv(leg->size_micros, least->filled_micros, least->size_micros, FX_UP, &due);
    return leg->filled_micros > due ? leg->filled_micros - due : 0;
}

static void unwind(Engine *e, const Leg *leg, const Leg *least)
{
    const TokenRun *t = token_of(e, leg->token);
    int64_t surplus = surplus_of(leg, least), left;

    if (!t || !leg->is_entry || !surplus) return;
    if ((t->held.size_micros < 0) != leg->is_sell) return; /* it has gone another way since */
    left = wallet_left_soon(t);
    (void)order_leave(e, leg->token, surplus < left ? surplus : left, BECAUSE_UNWIND);
}

void group_end(Engine *e, GroupRun *g)
{
    const Leg *least = least_filled(g);

    cancel_rest(e, g);
    for (uint32_t i = 0; g->unwinds && i < g->leg_count; i++)
        unwind(e, &g->legs[i], least);
    g->is_live = false;
    for (uint32_t i = 0; i < e->orders.count; i++)
        if (e->orders.open[i].run == (uint16_t)(g - e->groups)) e->orders.open[i].run = NONE_16;
}
