/* exits.h — stop loss, trailing stop, time stop, exit when, take profit (language 3.8).
 *
 * Triggers are integers on the money grid, made from the average price, and compared with the bid
 * (shorts: the ask) of the tick.  One outstanding exit a token.  Private to the room. */
#pragma once

#include "runtime/engine/state.h"

typedef struct ExitView { /* one position at one instant */
    const Position *held;
    int64_t touch_micros; /* bid, of a short the ask; MICROS_UNKNOWN: price exits do not look */
    int64_t now_us;
} ExitView;

/* from * (1 +- rate) as micros on the grid; false when that is no number. */
bool exit_trigger(double from, double rate, bool above, int64_t *ret);
/* True when a price exit of `kind` (LimitKind) with rate `rate` holds. */
bool exit_price_holds(const ExitView *v, uint8_t kind, double rate);
/* True when the position has been held for `seconds`. */
bool exit_time_holds(const ExitView *v, double seconds);

/* A tick, or several, have passed since the position's latest fill: the best price of them. */
void exits_follow(TokenRun *t, int64_t best_micros);
/* A tick of the market: follows the best price, then looks at each held token. */
void exits_at_tick(Engine *e, MarketRun *m);
/* An instant that an `exit when` mentions: time stops and `exit when` alone, of every token. */
void exits_at_instant(Engine *e);

/* Until when, and between which touched prices, the exits of what is held of a token say nothing; the prices are
 * remembered as ticks do. */
typedef struct ExitCalm {
    int64_t low, high; /* a known price with low < price < high */
    int64_t until_us;  /* the last instant */
    bool is_computed;  /* some value is computed at each event: nothing can be said */
    bool has_when;     /* there is an `exit when` */
} ExitCalm;
ExitCalm exits_calm(const Engine *e, TokenRun *t);
