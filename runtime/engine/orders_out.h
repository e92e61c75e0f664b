/* orders_out.h — the last step of an order: into the table and out as an effect.
 *
 * Private to the room; everything that wants an order or a cancel goes through here. */
#pragma once

#include "runtime/engine/state.h"

/* The effect that asks for `o`. */
Effect order_effect(const Engine *e, const Order *o);
/* Adds the order and tallies; NULL when there is no room. Nothing is sent. */
Order *order_add(Engine *e, const Order *o);
/* Asks for its cancellation, once, in the name of a rule's action (NONE_16: of nobody's). */
void order_cancel(Engine *e, Order *o, Because because, uint16_t rule, uint16_t action);
/* The event is over: cancelled orders that are still open count again. */
void orders_settled(Engine *e);
/* Something was refused. */
void order_skip(Engine *e, uint16_t rule, uint16_t action, int32_t token, uint16_t reason,
                bool is_unknown);
/* An order for `token` with nothing decided yet. */
Order order_for(const Engine *e, int32_t token, Because because);
/* A reduction of everything that is left, within the bound of exits; without a best price it rests at
 * the tick.  False when nothing is left or a short finds no price. */
bool order_leave(Engine *e, int32_t token, int64_t size_micros, Because because);
