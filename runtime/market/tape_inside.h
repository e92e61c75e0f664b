/* tape_inside.h — what the writer and the reader of blocks share: how a column is stored, and where a head
 * keeps what.  Private to the two. */
#pragma once

#include <string.h>

#include "runtime/market/tape_block.h"

#define TAPE_MAGIC UINT32_C(0x42584F2E) /* ".OXB" */

/* How a column is stored (frozen): one of the first four, and flags.  In the cold part, in this order:
 * the base and, of sums, the first value (8 bytes each); a bit for each row that is known when there are
 * gaps; packed numbers; the high parts of exceptions (4 bytes each, or 2), then their rows (a byte each). */
enum {
    HOW_SAME = 0,  /* one value, the smallest; nothing in the cold part but gaps */
    HOW_PLAIN = 1, /* base + number */
    HOW_SUMS = 2,  /* first, then base + number more each */
    HOW_GUESS = 3, /* the guess + base + number */
    HOW_MASK = 3,
    HOW_GAPS = 4,
    HOW_BITS = 8,   /* a NUMBER as its bits, not as a decimal */
    HOW_SHORT = 16, /* high parts of exceptions have 2 bytes */
    HOW_ALL = 31
};
enum { FLAG_MIRRORED = 1, SCALE_MAX = 18, DECIMALS_MAX = 15 };

enum { /* places in a head */
       AT_MAGIC = 0,
       AT_SUM = 4, /* of everything behind it */
       AT_BYTES = 8,
       AT_ROWS = 12,
       AT_COLUMNS = 14,
       AT_FLAGS = 15,
       AT_NUMBER = 16,
       AT_HOT_BYTES = 20,
       AT_FIRST_ROW = 24,
       AT_MIN_TS = 32,
       AT_MAX_TS = 40,
       AT_MIN_SLOT = 48,
       AT_MAX_SLOT = 56,
       AT_HOT_SUM = 64,
       AT_COLD_SUM = 68,
       AT_HOT_BASE = 72,
       AT_SPOT_BASE = 80,
       AT_UNIT = 88,
       AT_WIDTHS = 92,  /* time, price, price scale, spot, spot scale */
       AT_DAY_SUM = 96, /* of the end mark: the sum of the only day; zeros: none, or several */
       AT_HEAD_END = 128
};
enum { /* places in a column's entry */
       COLUMN_ID = 0,
       COLUMN_HOW = 1,
       COLUMN_SCALE = 2,
       COLUMN_WIDTH = 3,
       COLUMN_EXCEPTIONS = 4,
       COLUMN_AT = 6, /* in units of 8 bytes */
       COLUMN_MIN = 8,
       COLUMN_MAX = 16
};
_Static_assert((int)AT_HEAD_END == (int)TAPE_HEAD_MIN, "one size");

extern const int64_t tape_powers[SCALE_MAX + 1];
extern const double tape_divisors[DECIMALS_MAX + 1];

static inline size_t tape_align(size_t at)
{
    return (at + TAPE_ALIGN - 1) & ~(size_t)(TAPE_ALIGN - 1);
}

/* The cells of a row: a TickRow is nothing but words of eight bytes. */
_Static_assert(sizeof(TickRow) == TAPE_COLUMNS * sizeof(int64_t), "each word is a column");

static inline int64_t tape_word(const TickRow *row, uint32_t word)
{
    int64_t cell;

    memcpy(&cell, (const char *)row + word * sizeof cell, sizeof cell);
    return cell;
}

static inline void tape_put(uint8_t *head, size_t at, const void *value, size_t size)
{
    memcpy(head + at, value, size);
}

/* Where the columns of the hot part lie; returns its bytes. */
uint32_t tape_hot_places(TapeHot *hot, uint32_t rows, uint32_t hot_at);
