/* recorded.h — a fuzzer's bytes as recorded ticks of an image's markets: single ones, and bursts that a generator
 * throws.
 *
 * Promise: rows in the order of time, each in its slot, labels for some slots; books may lack a side or be
 * crossed. */
#pragma once

#include "runtime/market/rows.h"
#include "tests/fuzz/input.h"
#include "vm/image.h"

enum { RECORDED_MARKETS = 4, RECORDED_ROWS = 700 };

typedef struct Recording { /* one market */
    TickRow rows[RECORDED_ROWS];
    SlotLabel labels[RECORDED_ROWS];
    MarketRows view;
    int64_t price, spot;
    int64_t slot_us;
    bool is_coin;
} Recording;

typedef struct Recorded {
    Recording markets[RECORDED_MARKETS];
    uint32_t count; /* of them */
    int64_t now_us; /* of the last row */
} Recorded;

/* `r` is all zero. */
void recorded_make(Recorded *r, Bytes in, const Image *image, int64_t start_us);
