/* book.h — one order book per market, level 2: snapshots, deltas, gaps.
 *
 * Prices are those of outcome 0; of a mirrored market a quote for outcome 1 at p is the other side at
 * 1 - p.  In: news of a market in its order.  Out: levels, best first.  Promise: levels are sorted,
 * one a price, none of size zero; what does not fit the book (another epoch, an impossible price or
 * size) is refused and counted, never guessed; after a gap the book is stale until a snapshot. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/market/tick.h"
#include "vm/base/arena.h"

enum { BOOK_MICROS_MAX = 1000000000 }; /* prices and sizes stay below this many units */

typedef enum BookEnd { BOOK_BID = 0, BOOK_ASK = 1, BOOK_ENDS } BookEnd;

typedef struct BookLevel {
    int64_t price_micros, size_micros; /* MICROS_UNKNOWN: nobody said how much */
} BookLevel;

typedef struct Ladder { /* one side, best first */
    BookLevel *levels;
    uint32_t count;
    bool is_cut; /* behind the last level there may be more */
} Ladder;

typedef struct Book {
    Ladder side[BOOK_ENDS];
    uint32_t depth; /* levels a side there is room for */
    bool is_mirrored, is_stale;
    uint64_t epoch;      /* of the snapshot it grew from */
    int64_t tick_micros; /* the grid the venue announced; 0: that of the rules */
    uint64_t refused;    /* news so far that did not fit */
} Book;

typedef enum NewsKind {
    NEWS_SNAPSHOT, /* the whole book, or its best levels */
    NEWS_DELTA,    /* a price has a new total size; 0: it is gone */
    NEWS_TRADE,    /* somebody took */
    NEWS_GRID,     /* the tick has changed: the book is stale until a snapshot */
    NEWS_GAP,      /* something was missed: the same */
    NEWS_OPEN,     /* a slot opens: the book is empty and stale */
    NEWS_CLOSE,    /* no orders are taken any more */
    NEWS_KINDS
} NewsKind;

typedef struct BookNews {
    int64_t ts_us;
    uint8_t kind;    /* NewsKind */
    uint8_t market;  /* whose book */
    uint8_t outcome; /* whose prices these are */
    uint8_t end;     /* DELTA: BookEnd; TRADE: BOOK_BID when the taker bought, BOOK_ASK when sold */
    bool is_cut;     /* SNAPSHOT: the best levels only */
    uint64_t epoch;  /* SNAPSHOT: begins it; DELTA: belongs to it */
    BookLevel level; /* DELTA, TRADE; GRID: price_micros is the new tick */
    const BookLevel *levels[BOOK_ENDS]; /* SNAPSHOT, in any order */
    uint32_t counts[BOOK_ENDS];
} BookNews;

/* An empty stale book with room for `depth` levels a side (at least 1). */
void book_init(Book *b, uint32_t depth, bool is_mirrored, Arena *arena);
/* Takes in what is news to a book; trades change nothing. False when the news was refused. */
bool book_apply(Book *b, const BookNews *news);
/* A snapshot of what one tick shows; `levels` is its room. Both outcomes' quotes are joined (0045, 1). */
typedef struct TickLevels {
    BookLevel levels[BOOK_ENDS][BOOK_LEVELS];
} TickLevels;
BookNews book_news_of_tick(const TickData *t, uint8_t market, bool is_mirrored, int64_t ts_us,
                           TickLevels *levels);

/* What stands at a price of a side: a size, 0 for nobody, MICROS_UNKNOWN for an unknown size and
 * BOOK_UNSEEN where the book says nothing. */
#define BOOK_UNSEEN (INT64_MIN + 1)
int64_t book_size_at(const Book *b, BookEnd end, int64_t price_micros);
/* Best bid above best ask. */
bool book_is_crossed(const Book *b);
/* May it be matched against? */
static inline bool book_is_good(const Book *b)
{
    return !b->is_stale && !book_is_crossed(b);
}

/* A price or a side of `outcome`, seen from outcome 0, and back. */
static inline int64_t book_turn_price(const Book *b, uint8_t outcome, int64_t price_micros)
{
    return b->is_mirrored && outcome == 1 ? 1000000 - price_micros : price_micros;
}
static inline BookEnd book_turn_end(const Book *b, uint8_t outcome, BookEnd end)
{
    return b->is_mirrored && outcome == 1 ? (BookEnd)(1 - (int)end) : end;
}
/* Is `a` a better price than `b` on that side? */
static inline bool book_is_better(BookEnd end, int64_t a, int64_t b)
{
    return end == BOOK_BID ? a > b : a < b;
}
