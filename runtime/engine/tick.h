/* tick.h — a tick of a plain market from end to end: the event that must be fast.
 *
 * Inline for the engine and for the gateway in front of it, so that a tick goes through few calls.  Plain is
 * a market whose ticks run rules and exits, but no shows, sets, promises or computed limits.  Private to the
 * room. */
#pragma once

#include "runtime/engine/due.h"
#include "runtime/engine/exits.h"
#include "runtime/engine/link.h"
#include "runtime/engine/wallet.h"

/* What is left to be done when exits or rules of a plain tick ask for something (engine.c). */
void tick_finish(Engine *e);

/* The event as code sees it, and the inputs that no market writes. */
static inline void run_begin(Engine *e, EventKind kind, uint16_t index, uint64_t clocks)
{
    VmEvent *ev = &e->event;

    ev->kind = (uint8_t)kind;
    ev->index = index;
    ev->is_stale = kind == EV_STALE;
    ev->now_us = e->now_us;
    ev->count = ++e->event_count;
    ev->clocks = clocks;
    e->has_limits = false;
    e->out.intent_count = 0;
    link_time(e);
    if (UNLIKELY(e->wallet_dirty)) wallet_write(e);
    if (UNLIKELY(e->pin_count)) engine_inputs(e);
}

/* The market has been heard of. */
static inline void tick_refresh(Engine *e, MarketRun *m)
{
    m->is_stale = false;
    if (!m->stale_after_us) return;
    m->stale_at_us = e->now_us + m->stale_after_us;
    due_stale(e, m);
}

static inline void tick_facts(Engine *e, MarketRun *m, const TickData *tick)
{
    feature_take(&m->plan, &m->feature, tick);
    m->closes_at_us = tick->closes_in_us;
    if (m->closes_at_us != MICROS_UNKNOWN) m->closes_at_us = sat_add(e->now_us, m->closes_at_us);
    if (UNLIKELY(m->has_position && e->has_marks)) wallet_mark(e, m);
}

/* What a tick says, before anything is made of it. */
static inline void tick_take(Engine *e, MarketRun *m, const TickData *tick)
{
    tick_facts(e, m, tick);
    tick_refresh(e, m);
}

/* A tick of a plain market, when nothing is due before it.  Known: the shared part stands as it leaves it. */
static inline void tick_plain(Engine *e, MarketRun *m, const Event *event, bool is_known)
{
    if (event->ts_us > e->now_us) e->now_us = event->ts_us;
    tick_take(e, m, event->tick);
    run_begin(e, EV_TICK, m->id, m->tick_clock);
    if (is_known)
        vm_rules_known(e->vm, e->wallet, m->rules_of_tick, &e->event, &e->out);
    else
        vm_rules(e->vm, e->wallet, m->rules_of_tick, &e->event, &e->out);
    if (m->has_position) exits_at_tick(e, m);
    if (UNLIKELY(e->out.intent_count || e->has_touched)) tick_finish(e);
}
