/* due.h — what happens by itself: boundaries, group deadlines, staleness, the day.
 *
 * All of it is run before the event that shows that its time has come, in order of (time, boundary,
 * deadlines, staleness), so that a late timer changes no result.  Private to the room. */
#pragma once

#include "runtime/engine/state.h"

/* Sets the first boundary of every period after `from_us`. */
void due_start(Engine *e, int64_t from_us);
/* Engine.due_us afresh. */
void due_find(Engine *e);
/* Something will be due then as well. */
static inline void due_note(Engine *e, int64_t us)
{
    if (us < e->due_us) e->due_us = us;
    if (us < e->rest_us) e->rest_us = us;
}
/* The market goes stale then, and no longer sooner. */
static inline void due_stale(Engine *e, const MarketRun *m)
{
    if (m == e->markets)
        e->due_us = m->stale_at_us < e->rest_us ? m->stale_at_us : e->rest_us;
    else
        due_note(e, m->stale_at_us);
}
/* Is something due by then?  Where there are several markets or feeds, one that is put off leaves due_us
 * as it was, so that it may name an instant at which nothing happens any more. */
static inline bool due_by(Engine *e, int64_t ts_us)
{
    if (ts_us < e->due_us) return false;
    if (e->market_count > 1 || e->feed_count) due_find(e);
    return ts_us >= e->due_us;
}
/* Runs what comes before an event of this kind at this time, and opens a new day. */
void due_run(Engine *e, int64_t ts_us, EventKind kind);

/* engine.c: the code of one event; sets, intents, exits, shows, promises. */
void engine_run(Engine *e, EventKind kind, uint16_t index, uint64_t clocks);
/* engine.c: a tick is taken in and nothing is made of it: fields, marks, staleness. */
void engine_pass_tick(Engine *e, MarketRun *m, int64_t ts_us, const TickData *tick);
/* ... the same of a tick that another one overtakes: staleness alone. */
void engine_pass_time(Engine *e, MarketRun *m, int64_t ts_us);
