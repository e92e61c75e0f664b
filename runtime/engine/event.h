/* event.h — what can happen to an engine.  Frozen on disk: append only.
 *
 * The host (a backtest's merger, a test, a live feed) stamps and orders events; journal order is event
 * order.  The engine itself runs boundaries, staleness deadlines and unwind deadlines before each event,
 * so a late timer changes no result.  Money and sizes are micros; unknown is INT64_MIN. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/intents.h"

#define MICROS_UNKNOWN INT64_MIN

/* A tick of a market: raw values as the venue sent them, before derivation (runtime/market/feature.h). */
enum { BOOK_LEVELS = 3 };
typedef struct BookSide {
    int64_t price_micros[BOOK_LEVELS], size_micros[BOOK_LEVELS]; /* best first; MICROS_UNKNOWN absent */
} BookSide;
typedef struct TickData {
    BookSide bid[2], ask[2];      /* by outcome; instruments use [0], in micros of a dollar and of a coin */
    double mid[2], spread[2], size_ratio[2]; /* given instead of derived, or UNKNOWN */
    double spot, move, abs_move;  /* move as ratio; derived from spot when UNKNOWN and derivable */
    int64_t volume_micros, liquidity_micros;
    double mark, funding;
    int64_t funding_in_us, closes_in_us; /* MICROS_UNKNOWN absent */
} TickData;

typedef struct Event {
    uint64_t seq;
    int64_t ts_us;
    uint8_t kind;       /* EventKind */
    uint8_t market;     /* TICK, SLOT_*, RESOLVE; feed or leader index for those kinds */
    uint16_t source;
    uint64_t source_seq;
    union {
        const TickData *tick;                                   /* EV_TICK */
        struct { int64_t slot_start_us, slot_us; } slot;        /* EV_SLOT_OPEN, EV_SLOT_CLOSE */
        struct { int64_t slot_start_us; int8_t winner;          /* 0, 1; -1 split */
                 double spot_close; } resolve;                  /* EV_RESOLVE */
        struct { uint64_t order; int64_t price_micros, size_micros, fee_micros;
                 uint8_t token; bool is_sell, is_external;      /* external: not of an order of ours */
        } fill;                                                 /* EV_FILL */
        struct { uint64_t order; uint8_t state; } order;        /* EV_ORDER_STATE: OrderState */
        struct { uint64_t fill; uint8_t state; } fill_state;    /* EV_FILL_STATE: FillState */
        struct { uint64_t order; uint16_t reason; } reject;     /* EV_REJECT */
        struct { uint8_t verb; bool is_sell; int32_t token, market; /* dynamic ids: see engine_dynamic_market */
                 int64_t price_micros, size_micros, notional_micros, first_ts_us;
                 int64_t closes_in_us; } leader;                /* EV_LEADER */
        struct { double value; } feed;                          /* EV_FEED */
        struct { uint8_t command; int64_t arg; } command;       /* EV_COMMAND */
    };
} Event;
