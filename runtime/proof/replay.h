/* replay.h — recorded ticks through an engine, fills at the touched side.
 *
 * In: rows of each market of an image, the engine.  Out: the engine's effects, in order.  The merger makes
 * slot open, ticks, slot close and (120 s later) resolve of the rows and orders them by (time, kind,
 * market, number).  Promise: the same rows give the same effects, bit for bit, however they are cut. */
#pragma once

#include "runtime/engine/engine.h"
#include "runtime/engine/instant.h"
#include "runtime/market/rows.h"

typedef struct Replay Replay;

/* `rows`: one a market of the image, in its order. */
Replay *replay_new(Engine *engine, const MarketRows *rows, uint32_t market_count, EffectSink sink,
                   Arena *arena);
/* The next event is applied and its fills are answered. False at the end. */
bool replay_step(Replay *r);
/* The event that replay_step applied last. */
const Event *replay_event(const Replay *r);
/* The instant of the next event, INT64_MAX at the end. */
int64_t replay_next_us(const Replay *r);
uint64_t replay_ticks(const Replay *r); /* so far */
uint64_t replay_slots(const Replay *r);
