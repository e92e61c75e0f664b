/* rows.h — recorded ticks and how slots ended, as plain rows.
 *
 * What readers of files produce and what a replay turns into events.  Labels stand apart from ticks, so
 * that no tick carries its own answer.  Promise: plain data in time order. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "runtime/market/tick.h"

typedef struct TickRow {
    int64_t ts_us, slot_start_us, slot_us; /* slot_us 0: no slots */
    TickData data;
} TickRow;

typedef struct SlotLabel { /* how a slot ended, as the file says */
    int64_t slot_start_us, slot_us;
    int8_t winner; /* 0, 1; -1 unknown */
    double spot_close;
} SlotLabel;

typedef struct MarketRows { /* of one market; borrowed */
    const TickRow *rows;
    size_t count;
    const SlotLabel *labels;
    size_t label_count;
} MarketRows;
