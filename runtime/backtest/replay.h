/* replay.h — recorded ticks through an engine, filled at the touched side or on another route.
 *
 * In: rows of each market of an image, the engine.  Out: the engine's effects, in order.  The merger makes
 * slot open, ticks, slot close and (REPLAY_RESOLVE_US later) resolve of the rows and orders them by (time, kind,
 * market, number).  Rows may come in pieces: what is known up to an instant is stepped up to it, then more
 * is fed.  Promise: the same rows give the same effects, bit for bit, however they are cut. */
#pragma once

#include "runtime/engine/drive_columns.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/instant.h"
#include "runtime/market/rows.h"

/* A venue settles later than it closes. */
#define REPLAY_RESOLVE_US INT64_C(120000000)

typedef struct Replay Replay;

/* `rows`: one a market of the image, in its order. */
Replay *replay_new(Engine *engine, const MarketRows *rows, uint32_t market_count, EffectSink sink,
                   Arena *arena);
/* Orders are answered by something else than the instant fill from now on: `apply` applies what is due
 * before the event, the event, and the answers (gate_apply). */
typedef struct ReplayRoute {
    void (*apply)(void *ctx, Engine *e, const Event *event, EffectSink sink);
    void *ctx;
} ReplayRoute;
void replay_route(Replay *r, ReplayRoute route);
/* Who sees the fills; instant_watch says more. */
void replay_watch(Replay *r, InstantWatch watch);
/* How many of a market's rows are still to come; they are the last ones of what it was given. */
size_t replay_left(const Replay *r, uint32_t market);
/* From now on a market's rows are these: those that are left, and more. Labels of all slots that are not
 * resolved. */
void replay_feed(Replay *r, uint32_t market, MarketRows rows);
/* Where it stands among its rows, to come back to: what replay_mark wrote, replay_return takes, in the same
 * process and with the rows it has now.  The engine and the route are not part of it.  Not in columns. */
size_t replay_mark_size(const Replay *r);
void replay_mark(const Replay *r, void *ret_mark);
void replay_return(Replay *r, const void *mark);
/* From the beginning on, ticks go through the column driver: all rows must be there, none are fed later.  False
 * with the first market whose ticks it does not take and why; FINE: memory ends. */
bool replay_columns(Replay *r, KernelLevel level, Arena *arena, uint32_t *ret_market,
                    ColumnsWhy *ret_why);
/* Where the first ticks of a market show that most of them have to be shown to the engine one by one, or samples
 * are due between nearly all of them, the rest goes tick by tick: that is faster, and the same.  False: all of them stay in columns. */
void replay_choose(Replay *r, bool may_leave);
/* As replay_step, but ticks of a market in columns that follow each other are one step: those before `until_us`,
 * at most `most`. */
bool replay_run(Replay *r, int64_t until_us, uint64_t most);
/* The next event is applied and its fills are answered. False at the end. */
bool replay_step(Replay *r);
/* The event that replay_step applied last. */
const Event *replay_event(const Replay *r);
/* The instant of the next event, INT64_MAX at the end. */
int64_t replay_next_us(const Replay *r);
uint64_t replay_ticks(const Replay *r); /* so far */
uint64_t replay_slots(const Replay *r);
/* Ticks whose shared part came from columns. */
uint64_t replay_taken(const Replay *r);
