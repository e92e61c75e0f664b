/* tick_columns.h — recorded ticks of one market as columns, with what is known about each 64 of them.
 *
 * One column for each 8-byte word of a TickData; a column that is not there is unknown at every tick.
 * Facts are gathered once, when the columns are made, so that a reader can take most columns as they
 * are.  Columns of a tape may stay packed (tick_packed.h) and are unpacked where they are read.
 * Promise: columns and rows say the same to the bit. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/market/rows.h"
#include "vm/base/arena.h"
#include "vm/kernels.h"

enum { TICK_WORDS = sizeof(TickData) / sizeof(int64_t), FACT_TICKS = 64 };
/* Of 64 ticks of a column. */
enum {
    FACT_FINE = 1, /* all known, none -0, all 0 or of ordinary size (micros: as a number) */
    FACT_GRID = 2, /* numbers: whole micros, and FINE */
    FACT_NONE = 4, /* all unknown */
};

/* The lowest and the highest known price of 64 ticks; INT64_MAX, INT64_MIN: none is. */
typedef struct PriceRange {
    int64_t low, high;
} PriceRange;
/* The same of numbers; means something where they are FINE. */
typedef struct NumRange {
    double low, high;
} NumRange;

typedef struct TickColumns {
    uint32_t count;
    const int64_t *ts_us;
    const void *words[TICK_WORDS];   /* int64_t or double; NULL: unknown at every tick */
    const struct TickPacked *packed; /* else NULL: times and words are here, and those above NULL */
    /* facts, by ticks / 64 */
    uint8_t *facts[TICK_WORDS];
    uint8_t all_facts[TICK_WORDS];         /* what holds for all ticks */
    PriceRange *prices[TICK_WORDS];        /* of micros; NULL: numbers */
    NumRange *numbers[TICK_WORDS];         /* of numbers; NULL: micros */
    uint8_t *crossed;                      /* some tick is */
    int64_t *gaps;                         /* the longest time from a tick's forerunner to it */
    bool is_ordered;                       /* no tick is earlier than the one before */
    bool has_crossed;                      /* some tick is */
    uint16_t used[TICK_WORDS], used_count; /* columns that are there */
} TickColumns;

/* Which word a member of TickData is: TICK_WORD(spot). */
#define TICK_WORD(member) (offsetof(TickData, member) / sizeof(int64_t))

/* Gathers facts about columns that the caller has set; false when memory ends. */
bool tick_columns_prepare(TickColumns *c, const Kernels *k, Arena *arena);
/* The same while the caller fills them: room for facts about `count` ticks, then ticks from .. to in order, once
 * their columns hold them.  `from` a multiple of FACT_TICKS, `to` one or the count. */
bool tick_columns_begin(TickColumns *c, Arena *arena);
void tick_columns_gather(TickColumns *c, const Kernels *k, uint32_t from, uint32_t to);
/* Columns of rows; count 0 when memory ends. */
TickColumns tick_columns_from_rows(const TickRow *rows, size_t count, Arena *arena);

/* Facts that hold for ticks first .. first + count of a column, and for all of them. */
uint8_t tick_columns_facts(const TickColumns *c, uint32_t word, uint32_t first, uint32_t count);
uint8_t tick_columns_all_facts(const TickColumns *c, uint32_t word);
bool tick_columns_are_crossed(const TickColumns *c, uint32_t first, uint32_t count);
/* Puts tick `i` into *tick, which held nothing else than ticks of these columns since tick_clear. */
void tick_columns_row(const TickColumns *c, uint32_t i, TickData *tick);

/* ---- columns that may be packed -------------------------------------------------------------------- */

/* Is there a column, whether it is packed or not?  Facts about it were begun. */
static inline bool tick_columns_have(const TickColumns *c, uint32_t word)
{
    return c->facts[word] != NULL;
}

/* Does a packed part hold that word? */
bool tick_columns_pack(const TickColumns *c, uint32_t word);
int64_t tick_columns_ts(const TickColumns *c, uint32_t i);
/* The bits of a column that is there. */
int64_t tick_columns_bits(const TickColumns *c, uint32_t word, uint32_t i);
/* Times, and a column that is there, from tick `first` on: 64 that may be read, those behind the last tick mean
 * nothing.  Where they do not lie like that they are put into `room`. */
const int64_t *tick_columns_times(const TickColumns *c, uint32_t first, int64_t room[FACT_TICKS]);
const void *tick_columns_word(const TickColumns *c, uint32_t word, uint32_t first, void *room);
/* Ticks from .. to will be read before long: packed ones are asked for, a block a call. *asked: the first one that was
 * not, 0 in the beginning. */
void tick_columns_expect(const TickColumns *c, uint32_t *asked, uint32_t from, uint32_t to);
