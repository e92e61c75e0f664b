/* bitmaps.h — conditions of many instances over a stretch of ticks, and where their rules fire.
 *
 * Ticks at which a condition that all rules share is false are left out: the others have places, one behind the
 * other.  Comparisons come out of the columns at those places, and what `and`, `or` and `not` make of them is worked
 * out 64 places at a time, once for all instances that have it.  Out come edges: places at which an armed `when`
 * fires.  Promise: bit by bit what the words of the block and the arming give. */
#pragma once

#include "vm/columns.h"

typedef struct Bitmaps Bitmaps;
enum { BITMAP_PLACES = 1024 }; /* a stretch has at most so many */

/* For these conditions (ColumnVariants.nodes).  NULL: one of them moves between ticks, or memory ends. */
Bitmaps *bitmaps_new(const Columns *c, const uint16_t *nodes, uint32_t count, Arena *arena);
/* Which edges belong to a condition. */
uint32_t bitmaps_edges_of(const Bitmaps *b, uint16_t node);
/* Distinct conditions. */
uint32_t bitmaps_conditions(const Bitmaps *b);

/* A stretch begins; nothing is known of it. */
void bitmaps_begin(Bitmaps *b);
/* There may be no room for another word. */
bool bitmaps_are_full(const Bitmaps *b);
/* A slot opens, which arms every rule. */
void bitmaps_arm(Bitmaps *b);
/* The next ticks, from .. to, all of the columns' present word, which begins at `first`. */
void bitmaps_word(Bitmaps *b, Columns *c, uint32_t first, uint32_t from, uint32_t to);
/* Ticks from `first` on, at most up to `limit`, at which no rule can fire whatever a word of them would say: they are
 * of the stretch and need none.  Gives the first one that is left. */
uint32_t bitmaps_pass(Bitmaps *b, Columns *c, uint32_t first, uint32_t limit);
/* All its ticks have come. */
void bitmaps_end(Bitmaps *b);

/* Places so far. */
uint32_t bitmaps_places(const Bitmaps *b);
/* By place, its tick. */
const uint32_t *bitmaps_ticks(const Bitmaps *b);
/* Of a stretch that has ended: where a rule fires, 64 places a word. */
const uint64_t *bitmaps_edges(const Bitmaps *b, uint32_t edges);
