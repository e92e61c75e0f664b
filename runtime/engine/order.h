/* order.h — the open orders of one wallet, and the state machine every order and fill follows.
 *
 *     INTENT -> SENT -> LIVE -> PARTIAL -> FILLED        ends: CANCELLED, EXPIRED, REJECTED
 *                 \______\_________\_> UNKNOWN           an answer did not come; only the venue ends it
 *
 * Orders never go back (order_states.def).  An order leaves the table when it ends; until then it
 * keeps its reservation and counts in every limit.  Ids count from 1.  A fill goes MATCHED, MINED,
 * CONFIRMED or FAILED and moves no order back. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runtime/engine/effect.h"
#include "runtime/engine/room.h"

enum { ORDERS_MAX = 1024, FILLS_MAX = 1024, ENDED_MAX = 256, ORDER_IMPOSSIBLE = 255 };

typedef enum OrderStep { /* frozen on disk */
                         STEP_SEND = 0,
                         STEP_LIVE = 1,
                         STEP_PART = 2,
                         STEP_FILL = 3,
                         STEP_CANCEL = 4,
                         STEP_EXPIRE = 5,
                         STEP_REJECT = 6,
                         STEP_LOSE = 7,
                         ORDER_STEPS
} OrderStep;

typedef enum OrderVerb { VERB_TRADE = 0, VERB_SPLIT = 1, VERB_MERGE = 2 } OrderVerb;

typedef struct Order {
    uint64_t id;
    uint8_t state, because, verb, modifiers;
    uint8_t leader; /* whose event it answers; 255 none */
    bool is_sell, is_market, is_entry, is_margined;
    bool is_cancelling; /* a cancel is on its way */
    bool is_leaving;    /* ... since this event: for the rest of it the order does not count,
                           but for its cash */
    uint16_t rule, action;
    uint16_t quote; /* number of the quote, NONE_16 none */
    uint16_t run;   /* of a together: slot in the table of groups, NONE_16 none */
    uint16_t leg;
    int32_t token; /* split and merge: token of outcome 0 ... */
    int32_t other; /* ... and of outcome 1; else -1 */
    int64_t size_micros, filled_micros, price_micros, worst_micros;
    int64_t slot_start_us; /* of its market when it was sent */
} Order;

typedef struct Orders { /* open ones, by id */
    Order *open;
    uint32_t count;
    Room room;
    uint64_t last_id;
    uint64_t faults; /* impossible reports so far */
} Orders;

typedef struct Ended { /* what is remembered of an order that has ended, for fills that come late */
    uint64_t id;
    int64_t slot_start_us;
    uint8_t state, leader;
} Ended;

typedef struct FillRecord {
    uint64_t number, order; /* number 0: none */
    uint8_t state;
    bool is_sell;
    int32_t token;
    int64_t price_micros, size_micros, fee_micros, slot_start_us;
    int64_t pending_micros;
} FillRecord;

/* The next state, or ORDER_IMPOSSIBLE. */
uint8_t order_next(uint8_t state, uint8_t step);
/* Whether a fill may go from one state to another. */
bool fill_can_become(uint8_t state, uint8_t next);
/* The step that reports a state (EV_ORDER_STATE), or ORDER_STEPS. */
uint8_t order_step_to(uint8_t state);
static inline bool order_is_over(uint8_t state)
{
    return state >= ORDER_FILLED && state <= ORDER_REJECTED;
}
const char *order_step_name(uint8_t step);

/* Appends with a fresh id; NULL when the table is full. */
Order *orders_add(Orders *o, const Order *order);
Order *orders_find(const Orders *o, uint64_t id);
void orders_remove(Orders *o, Order *order);
/* Takes back what was added last. */
void orders_truncate(Orders *o, uint32_t count, uint64_t last_id);

static inline int64_t order_left(const Order *o)
{
    return o->size_micros - o->filled_micros;
}
/* Worst cost of the unfilled part. */
int64_t order_worst_left(const Order *o);
/* Cash it keeps back. */
int64_t order_reserve(const Order *o);
