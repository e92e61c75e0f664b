/* tick.h — one message of a market as it came: raw values, before anything is derived from them.
 *
 * Prices and sizes are whole micros (of a dollar, a share or a coin), absent ones MICROS_UNKNOWN;
 * what a venue gives as a number stays one, absent ones UNKNOWN.  Promise: plain data, nothing derived. */
#pragma once

#include <stdint.h>

#define MICROS_UNKNOWN INT64_MIN

enum { BOOK_LEVELS = 3, OUTCOMES = 2 };

typedef struct BookSide {
    int64_t price_micros[BOOK_LEVELS], size_micros[BOOK_LEVELS]; /* best first */
} BookSide;

typedef struct TickData {
    BookSide bid[OUTCOMES], ask[OUTCOMES]; /* by outcome; instruments use [0] */
    double mid[OUTCOMES], spread[OUTCOMES], size_ratio[OUTCOMES]; /* given instead of derived */
    double spot, move, abs_move; /* move as ratio; derived from spot when UNKNOWN and derivable */
    int64_t volume_micros, liquidity_micros;
    double mark, funding;
    int64_t funding_in_us, closes_in_us; /* MICROS_UNKNOWN absent */
} TickData;

/* Nothing known. */
void tick_clear(TickData *t);
/* The book of outcome 1 as the mirror of outcome 0: bid p becomes ask 1 - p, sizes stay. */
void tick_mirror(TickData *t);
