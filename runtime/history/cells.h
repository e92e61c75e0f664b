/* cells.h — one row of a tick file: which columns there are, and what a cell says.
 *
 * In: names and cells as text or numbers (columns.def).  Out: a row, its label, what it says of the rest of
 * the market.  Promise: a cell means its decimal exactly; what cannot be read is refused, never guessed. */
#pragma once

#include "runtime/market/rows.h"
#include "vm/base/num.h"
#include "vm/base/span.h"

/* What some programs write in front of text. */
#define CELLS_BOM "\xef\xbb\xbf"

typedef enum CellPlace {
    CELL_IGNORED,
    CELL_TIME_MS,
    CELL_TIME_ISO,
    CELL_TIME_US,
    CELL_BAR_MS, /* when a bar of a minute begins: what it says is known when it ends */
    CELL_SLOT_S,
    CELL_SLOT_LENGTH_S,
    CELL_BID,
    CELL_ASK,
    CELL_BID_SIZE,
    CELL_ASK_SIZE,
    CELL_MID,
    CELL_SPREAD,
    CELL_SIZE_RATIO,
    CELL_SPOT,
    CELL_MOVE,
    CELL_ABS_MOVE,
    CELL_VOLUME,
    CELL_LIQUIDITY,
    CELL_MARK,
    CELL_FUNDING,
    CELL_WINNER,
    CELL_SPOT_OPEN,
    CELL_SPOT_CLOSE,
    CELL_SYMBOL,
    CELL_TOKEN
} CellPlace;

typedef struct CellColumn {
    Span name;
    uint8_t place, outcome, level;
    int16_t micros_at; /* where in a CellRow its whole micros go; -1: it has none */
} CellColumn;

/* NULL: not known. */
const CellColumn *cell_column(Span name);
/* Does the column say when? */
bool cell_is_time(const CellColumn *c);
/* Can a number say it? */
bool cell_is_number(const CellColumn *c);

typedef struct CellRow {
    TickRow row;             /* without what is held from row to row */
    double spot, spot_other; /* UNKNOWN: no news */
    int64_t volume_micros, liquidity_micros;
    double price_start, spot_close; /* labels */
    int8_t winner;                  /* 0, 1; -1 not said */
    int8_t token;                   /* whose book the row has; -1: columns say it */
    Span symbol;
} CellRow;

void cell_row_clear(CellRow *r);
/* False when the cell, which is not empty, is not what it should be. */
bool cell_put(CellRow *r, const CellColumn *c, Span cell);
/* The same, faster: the cell stands in a text that goes on to `limit`. */
bool cell_put_within(CellRow *r, const CellColumn *c, Span cell, const char *limit);
/* What cell_put makes of the number's shortest decimal. */
bool cell_put_number(CellRow *r, const CellColumn *c, double cell);
/* All cells are in: a book of one token becomes the book of both, which on the venue is one. */
void cell_row_end(CellRow *r);
/* Between 1970 and 2200, slots of a year at most: sums of them cannot overflow. */
bool cell_row_is_sane(const CellRow *r);
/* Captured outside its own slot? */
bool cell_row_is_outside(const CellRow *r);

typedef struct CellHeld { /* what a file says once and means until it says something else */
    double spot, spot_other;
    int64_t volume_micros, liquidity_micros;
} CellHeld;

#define CELL_HELD_NONE ((CellHeld){UNKNOWN, UNKNOWN, MICROS_UNKNOWN, MICROS_UNKNOWN})
/* Takes the row's news in and completes the row with what is held. */
void cell_hold(CellHeld *held, CellRow *r);

/* ISO time ("2026-04-13 12:00:00.5", T or space, optional Z), or seconds since 1970. */
bool time_parse(Span text, int64_t *ret_us);
