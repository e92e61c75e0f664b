/* html.h — text and figures as they stand on a page.
 *
 * In: text from anywhere, money in micros, ratios, instants.  Out: HTML that is safe between tags and inside
 * quoted attributes.  Promise: a figure that nobody knows is a dash; equal figures give equal bytes; no text
 * from outside can open a tag, close an attribute or hide a control character. */
#pragma once

#include "vm/base/buf.h"

typedef enum FigureKind {
    FIGURE_NONE,    /* nothing at all: ends a list */
    FIGURE_TEXT,    /* from outside: escaped */
    FIGURE_MONEY,   /* micros: $1,234.50, -$0.0035 */
    FIGURE_GAIN,    /* the same with a plus when above 0 */
    FIGURE_DOLLARS, /* the same of a double of dollars */
    FIGURE_CHANGE,  /* ... with a plus when above 0 */
    FIGURE_CENTS,   /* micros of a share's price: 48.5¢ */
    FIGURE_PRICE,   /* micros of any price: 64,210.5 */
    FIGURE_SIZE,    /* micros of shares or coins: 120.5 */
    FIGURE_COUNT,   /* 1,234 */
    FIGURE_ID,      /* 1234 */
    FIGURE_PERCENT, /* a ratio: 12.3 % */
    FIGURE_RATIO,   /* two decimals */
    FIGURE_SCORE,   /* four decimals */
    FIGURE_INSTANT, /* 2026-04-13 12:05:03 */
    FIGURE_SPAN,    /* µs: 250 ms, 4.2 s, 4.5 min, 5.0 h, 2.5 days */
} FigureKind;

typedef struct Figure {
    FigureKind kind;
    int64_t whole; /* of the kinds in micros, counts and times; MICROS_UNKNOWN: not known */
    double real;   /* of the others; UNKNOWN: not known */
    Span text;
} Figure;

Figure figure_text(Span s);
Figure figure_whole(FigureKind kind, int64_t value);
Figure figure_real(FigureKind kind, double value);
bool figure_is_known(const Figure *f);

void html_text(Buf *out, Span s);
void html_figure(Buf *out, const Figure *f);
/* The page's own sentence, with the figures, up to FIGURE_NONE, where it says {}. */
void html_say(Buf *out, const char *sentence, const Figure *figures);
/* `data-v` of a cell: what a table is sorted by. */
void html_sort_key(Buf *out, const Figure *f);
/* A number with so many decimals, thousands apart, its sign a minus and never that of zero. */
void html_number(Buf *out, double x, int places);
