/* waiting.h — reductions that need what cancelled orders may still take: they wait for the answers.
 *
 * Private to the room (docs/decisions/0060).  In goes an order that found its ticket but whose shares
 * stand in orders that are being cancelled; when none of these is left and there is room, it goes out
 * with what is still there.  Without room among the open orders it says NO_ROOM, once, and goes on waiting.
 * Promise: nothing is promised twice, whatever fills on its way; what waits goes out or is called off, or
 * its slot ends. */
#pragma once

#include "runtime/engine/state.h"

/* Whether more is wanted than stands outside of orders that are being cancelled. */
bool waiting_must(const Engine *e, const Order *o);
/* `f` is what would be sent; false when there is no room. */
bool waiting_add(Engine *e, const Order *o, const Effect *f);
/* The market's slot is over: nothing of it waits any longer. */
void waiting_end_slot(Engine *e, const MarketRun *m);
/* A `cancel` of a token's orders (-1: of all) forgets what would rest and is not of this event. */
void waiting_cancel(Engine *e, int32_t token);
/* After every answer: what has nothing more to wait for goes out. */
void waiting_send(Engine *e);
