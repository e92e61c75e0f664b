/* event.h — what can happen to an engine.  Frozen on disk: append only.
 *
 * The host (a backtest's merger, a test, a live feed) stamps and orders events; journal order is event
 * order.  The engine itself runs boundaries, staleness deadlines and unwind deadlines before each event,
 * so a late timer changes no result.  Money and sizes are micros; unknown is INT64_MIN. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runtime/market/tick.h"
#include "vm/intents.h"

/* EV_COMMAND. */
typedef enum CommandKind {
    COMMAND_PAUSE = 0,     /* entries are refused with PAUSED; arg unused */
    COMMAND_RESUME = 1,    /* ... and accepted again; forgives broken promises */
    COMMAND_HEARTBEAT = 2, /* market `arg`: its subscription is alive, nothing changed */
    COMMAND_FACTS = 3,     /* market `market`: `facts` are taken in; nothing is evaluated (tests) */
} CommandKind;

/* EV_FILL_STATE: how certain a fill is. */
typedef enum FillState {
    FILL_MATCHED = 0,
    FILL_MINED = 1,
    FILL_CONFIRMED = 2,
    FILL_FAILED = 3, /* books the reverse */
    FILL_STATES
} FillState;

typedef enum OrderState { /* EV_ORDER_STATE; the machine is drawn in order.h */
                          ORDER_INTENT = 0,
                          ORDER_SENT = 1,
                          ORDER_LIVE = 2,
                          ORDER_PARTIAL = 3,
                          ORDER_FILLED = 4,
                          ORDER_CANCELLED = 5,
                          ORDER_EXPIRED = 6,
                          ORDER_REJECTED = 7,
                          ORDER_UNKNOWN = 8,
                          ORDER_STATES
} OrderState;

typedef struct Event {
    uint64_t seq;
    int64_t ts_us;
    uint8_t kind;   /* EventKind */
    uint8_t market; /* TICK, SLOT_*, RESOLVE; feed or leader index for those kinds */
    uint16_t source;
    uint64_t source_seq;
    union {
        const TickData *tick; /* EV_TICK */
        struct {
            int64_t slot_start_us, slot_us;
            const TickData *facts;
        } slot; /* EV_SLOT_OPEN, EV_SLOT_CLOSE; facts: held
                                                                   from the open on (tests), or NULL */
        struct {
            int64_t slot_start_us;
            int8_t winner; /* 0, 1; -1 split */
            double spot_close;
        } resolve; /* EV_RESOLVE */
        struct {
            uint64_t order;
            int64_t price_micros, size_micros, fee_micros;
            uint8_t token;
            bool is_sell, is_external; /* external: not of an order of ours */
        } fill;                        /* EV_FILL */
        struct {
            uint64_t order;
            uint8_t state;
        } order; /* EV_ORDER_STATE: OrderState */
        struct {
            uint64_t fill;
            uint8_t state;
        } fill_state; /* EV_FILL_STATE: number of the fill, FillState */
        struct {
            uint64_t order;
            uint16_t reason;
        } reject; /* EV_REJECT */
        struct {
            uint8_t verb;
            bool is_sell;
            int32_t token, market; /* dynamic ids: engine_dynamic_token */
            int64_t price_micros, size_micros, notional_micros, first_ts_us;
            int64_t closes_in_us;
        } leader; /* EV_LEADER */
        struct {
            double value;
        } feed; /* EV_FEED */
        struct {
            uint8_t command;
            int64_t arg;
            const TickData *facts;
        } command; /* EV_COMMAND */
    };
} Event;

/* "tick", "slot open" ... of an EventKind; "?" for others. */
const char *event_kind_name(uint8_t kind);
const char *fill_state_name(uint8_t state);
const char *order_state_name(uint8_t state);
