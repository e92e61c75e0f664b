/* synth.h — made-up slots of a binary market, with the statistics of recorded ones.
 *
 * A coin walks; the fair price of Up is the chance that it ends above its start; a book of whole cents
 * follows the fair price with a delay and wobbles around it, loses a side where the outcome is sure, and carries sizes as people
 * do.  In: a seed.  Out: about one tick a second, and how each slot ended.  Promise: the coin is a fair
 * game, and with is_martingale so is the book; equal seeds give equal bits on every target. */
#pragma once

#include <stdbool.h>

#include "runtime/market/rows.h"
#include "vm/base/rng.h"

typedef struct SynthOptions {
    uint64_t seed;
    int64_t start_us; /* of the first slot */
    int64_t slot_us;
    double spot;        /* of the coin at the start */
    bool is_martingale; /* the book stands at the fair price at every tick */
} SynthOptions;

typedef struct Synth {
    SynthOptions how;
    Rng rng;
    uint32_t slot;            /* the next one */
    double spot, start;       /* the coin now, and when the slot opened */
    double shown, wobble, at; /* what the book follows with, and around; where it is */
    int64_t mid_half_cents, spread_cents;
    int64_t sizes[2][BOOK_LEVELS];
    double volume;
} Synth;

typedef struct SynthEnd { /* of a slot */
    int64_t start_us;
    double price_start, price_end;
    int8_t winner;
} SynthEnd;

void synth_init(Synth *s, const SynthOptions *how);
/* The most ticks that a slot has. */
uint32_t synth_rows_max(const Synth *s);
/* Makes the next slot; returns its ticks. */
uint32_t synth_slot(Synth *s, TickRow *ret_rows, SynthEnd *ret_end);
