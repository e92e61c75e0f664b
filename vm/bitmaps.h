/* bitmaps.h — conditions of many instances over a stretch of ticks, and where their rules fire.
 *
 * Comparisons come word by word out of the columns; what `and`, `or` and `not` make of them is worked out
 * for the whole stretch at once, and once for all instances that have it.  Out come edges: ticks at which
 * an armed `when` fires.  Promise: bit by bit what the words of the block and the arming give. */
#pragma once

#include "vm/columns.h"

typedef struct Bitmaps Bitmaps;
enum { BITMAP_PIECES = 256 }; /* most calls of bitmaps_ticks for one stretch */

/* For these conditions (ColumnVariants.nodes).  NULL: one of them moves between ticks, or memory ends. */
Bitmaps *bitmaps_new(const Columns *c, const uint16_t *nodes, uint32_t count, Arena *arena);
/* Ticks that one stretch may be made of. */
uint32_t bitmaps_most(const Bitmaps *b);
/* Which edges belong to a condition. */
uint32_t bitmaps_edges_of(const Bitmaps *b, uint16_t node);

/* Distinct conditions. */
uint32_t bitmaps_conditions(const Bitmaps *b);

/* A stretch of ticks begins; nothing is known of it. */
void bitmaps_begin(Bitmaps *b, uint32_t first, uint32_t end);
/* The present word of the columns belongs to it, or part of it does: at most a word begins before the stretch,
 * at most one ends behind it. */
void bitmaps_word(Bitmaps *b, Columns *c, uint32_t first, uint32_t count);
/* Ticks from `first` on, at most up to `limit`, at which no rule can fire whatever a word of them would say: they are
 * of the stretch and need none.  Gives the first one that is left. */
uint32_t bitmaps_pass(Bitmaps *b, Columns *c, uint32_t first, uint32_t limit);
/* All words have come. */
void bitmaps_combine(Bitmaps *b);
/* What the stretch is made of, in order: ticks from .. to, and openings of slots, which arm every rule. */
void bitmaps_ticks(Bitmaps *b, uint32_t from, uint32_t to);
void bitmaps_arm(Bitmaps *b);
/* The edges of all that. */
void bitmaps_find_edges(Bitmaps *b);
/* The edges found, in order: ticks behind bitmaps_base, and EDGES_END behind the last one. */
enum { EDGES_END = 0xFFFF };
const uint16_t *bitmaps_edges(const Bitmaps *b, uint32_t edges);
uint32_t bitmaps_base(const Bitmaps *b);
