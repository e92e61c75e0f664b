/* rows.c — see rows.h. */
#include "runtime/bench/rows.h"

#include "runtime/bench/anchor.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

bool bench_rows(Arena *arena, uint32_t ticks, MarketRows *ret)
{
    AnchorTicks t = anchor_ticks(arena, ticks);
    TickRow *rows = arena_array(arena, TickRow, ticks);
    SlotLabel *labels = arena_array(arena, SlotLabel, ticks / ANCHOR_SLOT_TICKS + 1);
    int64_t slot_us = (int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US, start_us;
    Rng rng;

    if (arena_is_full(arena)) return false;
    *ret = (MarketRows){rows, ticks, labels, 0};
    rng_init(&rng, 3);
    start_us = INT64_C(1783000800) / 900 * 900 * ANCHOR_SECOND_US;
    for (uint32_t i = 0; i < ticks; i++) {
        TickRow *row = &rows[i];

        row->ts_us = start_us + t.ts_us[i];
        row->slot_start_us = start_us + t.slot_us[i];
        row->slot_us = slot_us;
        tick_clear(&row->data);
        row->data.bid[0].price_micros[0] = t.bid_micros[i];
        row->data.ask[0].price_micros[0] = t.ask_micros[i];
        row->data.bid[0].size_micros[0] = rng_range(&rng, 20, 400) * FX_ONE;
        row->data.ask[0].size_micros[0] = rng_range(&rng, 20, 400) * FX_ONE;
        row->data.spot = t.spot[i];
        if (i % ANCHOR_SLOT_TICKS) continue;
        labels[ret->label_count++] =
            (SlotLabel){row->slot_start_us, slot_us, (int8_t)(i / ANCHOR_SLOT_TICKS % 2), UNKNOWN};
    }
    return true;
}
