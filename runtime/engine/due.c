/* due.c — see due.h. */
#include "runtime/engine/due.h"

#include "runtime/engine/link.h"
#include "runtime/engine/orders_out.h"
#include "runtime/engine/settle.h"
#include "runtime/engine/wallet.h"
#include "vm/base/num.h"

/* In the order in which they run at one instant. */
typedef enum DueKind { DUE_BOUNDARY, DUE_GROUP, DUE_STALE, DUE_FEED, DUE_NOTHING } DueKind;

typedef struct Due {
    int64_t ts_us;
    DueKind kind;
    uint32_t index;
} Due;

static void earlier(Due *best, int64_t ts_us, DueKind kind, uint32_t index)
{
    if (ts_us < best->ts_us || (ts_us == best->ts_us && kind < best->kind))
        *best = (Due){ts_us, kind, index};
}

static void earliest_group(const Engine *e, Due *best)
{
    const GroupRun *first = NULL;

    for (uint32_t i = 0; i < e->group_room.cap; i++) {
        const GroupRun *g = &e->groups[i];

        if (!g->is_live || (first && g->deadline_us > first->deadline_us)) continue;
        if (!first || g->deadline_us < first->deadline_us || g->serial < first->serial) first = g;
    }
    if (first) earlier(best, first->deadline_us, DUE_GROUP, (uint32_t)(first - e->groups));
}

/* Where Engine.due_us is exact, a boundary at that instant comes first. */
static Due next_due(const Engine *e)
{
    Due best = {FOREVER, DUE_NOTHING, 0};

    for (uint32_t i = 0; i < e->period_count; i++)
        if (e->periods[i].next_us == e->due_us) return (Due){e->due_us, DUE_BOUNDARY, i};
    for (uint32_t i = 0; i < e->period_count; i++)
        earlier(&best, e->periods[i].next_us, DUE_BOUNDARY, i);
    if (e->live_groups) earliest_group(e, &best);
    for (uint32_t i = 0; i < e->market_count; i++)
        earlier(&best, e->markets[i].stale_at_us, DUE_STALE, i);
    for (uint32_t i = 0; i < e->feed_count; i++)
        earlier(&best, e->feeds[i].stale_at_us, DUE_FEED, i);
    return best;
}

void due_find(Engine *e)
{
    int64_t rest = e->day_end_us, first = FOREVER;

    for (uint32_t i = 0; i < e->period_count; i++)
        if (e->periods[i].next_us < rest) rest = e->periods[i].next_us;
    for (uint32_t i = 1; i < e->market_count; i++)
        if (e->markets[i].stale_at_us < rest) rest = e->markets[i].stale_at_us;
    for (uint32_t i = 0; i < e->feed_count; i++)
        if (e->feeds[i].stale_at_us < rest) rest = e->feeds[i].stale_at_us;
    for (uint32_t i = 0; e->live_groups && i < e->group_room.cap; i++)
        if (e->groups[i].is_live && e->groups[i].deadline_us < rest)
            rest = e->groups[i].deadline_us;
    if (e->market_count) first = e->markets[0].stale_at_us;
    e->rest_us = rest;
    e->due_us = first < rest ? first : rest;
}

static int64_t boundary_after(int64_t ts_us, int64_t period_us)
{
    return (ts_us / period_us + 1) * period_us;
}

void due_start(Engine *e, int64_t from_us)
{
    e->day_end_us = boundary_after(from_us, DAY_US);
    for (uint32_t i = 0; i < e->period_count; i++)
        e->periods[i].next_us = boundary_after(from_us, e->periods[i].period_us);
    due_find(e);
}

/* ---- each kind -------------------------------------------------------------------------------- */

static void open_day(Engine *e)
{
    if (e->now_us < e->day_end_us) return;
    vm_day_open(e->vm, e->wallet);
    e->day_end_us = boundary_after(e->now_us, DAY_US);
}

/* All periods due at this instant are one event; equity is sampled first. */
static void run_boundary(Engine *e, int64_t ts_us)
{
    uint64_t clocks = 0;
    bool samples = false;

    for (uint32_t i = 0; i < e->period_count; i++) {
        PeriodRun *p = &e->periods[i];

        if (p->next_us != ts_us) continue;
        p->next_us += p->period_us;
        clocks |= p->clock;
        samples |= p->samples;
    }
    if (samples) wallet_sample(e);
    if (clocks && (code_of(e, EV_BOUNDARY, 0)->rules || e->has_promises))
        engine_run(e, EV_BOUNDARY, 0, clocks);
}

/* All deadlines of an instant: what one of them cancels no longer counts for the others. */
static void run_groups(Engine *e, int64_t ts_us)
{
    while (e->live_groups) {
        Due d = {FOREVER, DUE_NOTHING, 0};

        earliest_group(e, &d);
        if (d.ts_us > ts_us) break;
        e->live_groups--;
        group_end(e, &e->groups[d.index]);
    }
    orders_settled(e);
}

static void run_stale(Engine *e, uint32_t market)
{
    MarketRun *m = &e->markets[market];

    m->stale_at_us = FOREVER;
    m->is_stale = true;
    feature_stale(&m->plan, &m->feature);
    engine_run(e, EV_STALE, (uint16_t)market, m->tick_clock);
}

static void run_due(Engine *e, const Due *d)
{
    if (d->ts_us > e->now_us) e->now_us = d->ts_us;
    open_day(e);
    switch (d->kind) {
    case DUE_BOUNDARY:
        run_boundary(e, d->ts_us);
        break;
    case DUE_GROUP:
        run_groups(e, d->ts_us);
        break;
    case DUE_STALE:
        run_stale(e, d->index);
        break;
    case DUE_FEED:
        e->feeds[d->index].stale_at_us = FOREVER;
        link_feed(e, d->index, UNKNOWN);
        engine_run(e, EV_STALE, (uint16_t)(e->static_markets + d->index), e->feeds[d->index].clock);
        break;
    default:
        break;
    }
}

static bool comes_before(const Due *d, int64_t ts_us, EventKind kind)
{
    if (d->kind == DUE_NOTHING || d->ts_us > ts_us) return false;
    if (d->ts_us < ts_us || kind == EV_CLOCK) return true;
    return kind > EV_BOUNDARY && d->kind == DUE_BOUNDARY;
}

void due_run(Engine *e, int64_t ts_us, EventKind kind)
{
    bool is_due = due_by(e, ts_us);

    while (ts_us >= e->due_us) {
        Due d = next_due(e);

        if (!comes_before(&d, ts_us, kind)) break;
        run_due(e, &d);
        due_find(e);
    }
    if (ts_us > e->now_us) e->now_us = ts_us;
    if (!is_due || (e->now_us < e->day_end_us && e->now_us < e->due_us)) return;
    open_day(e);
    due_find(e);
}
