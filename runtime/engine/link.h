/* link.h — which value goes where: every input row of the image tied to what holds its value.
 *
 * Built once by engine_new; afterwards a tick copies what is read and nothing else.  Private to the
 * room. */
#pragma once

#include "runtime/engine/state.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

/* Ties every input row; false when the image names what the engine does not have. */
bool link_inputs(Engine *e, Arena *arena);
/* Whether the code reads books by token number. */
bool link_needs_books(const Engine *e);
/* Books of all tokens are kept when the code reads books by token number. */
bool link_books(Engine *e, Arena *arena);
/* Clocks, periods, code tables. */
bool link_clocks(Engine *e, Arena *arena);

/* Where the value of an input row stands. */
double *link_input(Engine *e, uint32_t row);

/* A field that follows from the time and the market's slot. */
double link_time_value(int64_t now_us, const MarketRun *m, uint8_t field);
static inline int64_t link_clamp(int64_t us, int64_t high)
{
    return us < 0 ? 0 : us > high ? high : us;
}
/* Time of the slot that has gone by, not beyond its ends. */
static inline int64_t link_elapsed(int64_t now_us, const MarketRun *m)
{
    return link_clamp(now_us - m->slot_start_us, m->slot_us);
}
static inline double link_progress(int64_t now_us, const MarketRun *m)
{
    if (UNLIKELY(!m->has_slot || m->slot_us <= 0)) return UNKNOWN;
    return (double)link_elapsed(now_us, m) / (double)m->slot_us;
}
/* Values computed from time alone, at the time of the event: slot.progress here, the others there. */
void link_times(Engine *e);
static inline void link_time(Engine *e)
{
    const Link *l = e->progress_links.items, *end = l + e->progress_links.count;

    for (; l < end; l++)
        *l->to = link_progress(e->now_us, l->of);
    if (e->time_links.count) link_times(e);
}
/* Which of them a shared input row is; NULL when it is none. */
const Link *link_of_time(const Engine *e, uint32_t row);
/* Writes wallet values if they changed, then what tests hold. */
void engine_inputs(Engine *e);
/* Event records: FILL_*, TRADE_*, WINNER, SPOT_CLOSE. */
void link_fill(Engine *e, const Event *event, int32_t token);
void link_leader(Engine *e, const Event *event);
void link_resolve(Engine *e, const Event *event);
/* A feed's value, or UNKNOWN. */
void link_feed(Engine *e, uint32_t feed, double value);
