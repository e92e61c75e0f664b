/* fill.h — what the gateway reports: fills, how certain they are, states of orders, rejects.
 *
 * Every report is booked as it comes: money that moved has moved, whatever the state machine thinks of
 * the order; what the machine finds impossible is counted and reported.  Private to the room. */
#pragma once

#include "runtime/engine/state.h"

/* EV_FILL: books it. False when its figures are impossible: nothing was booked. */
bool fill_take(Engine *e, const Event *event);
/* EV_FILL_STATE. */
void fill_state_take(Engine *e, const Event *event);
/* EV_ORDER_STATE and EV_REJECT. */
void order_state_take(Engine *e, uint64_t order, uint8_t state);
/* The current or closed position that belongs to `slot_start_us` of the token's market. */
Position *position_of_slot(Engine *e, TokenRun *t, int64_t slot_start_us, int64_t **ret_realised);
