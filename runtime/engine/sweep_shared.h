/* sweep_shared.h — what all variants of a sweep share of a tape, without anybody's wallet; private to the room.
 *
 * In go slots, ticks and other events; words of ticks go to the bitmaps.  An engine stands beside the columns
 * for what events say of the market: days, slots, the first spot price.  It sees no tick by itself, and what
 * its wallet would do is nobody's.
 * Needs: a tape without silences (sweep_tape), columns of several instances, which neither look at memory between
 * ticks nor advance by sheets.  Promise: conditions at every tick are those of the column driver. */
#pragma once

#include "runtime/engine/drive_fields.h"
#include "runtime/engine/drive_sweep.h"
#include "vm/bitmaps.h"

typedef struct SweepShared {
    Engine *engine;
    const TickColumns *ticks;
    uint8_t market;
    DriveFields fields;
    Columns *columns;
    Bitmaps *bits; /* set by whoever made it, before the first stretch */
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t slot_count, slot;
    uint32_t told;             /* ticks that the engine knows of */
    uint32_t stretch_end;      /* ticks up to here lie in one slot and one day */
    uint32_t word, word_count; /* the present word */
    int64_t times[WORD];       /* room for its times */
    uint32_t expected;         /* ticks before it were asked for */
} SweepShared;

/* `engine`: that of one instance.  NULL with the reason; FINE: memory ends. */
SweepShared *sweep_shared_new(const SweepSetup *setup, Engine *engine, uint32_t slot_ticks,
                              const ColumnVariants *more, Arena *arena, ColumnsWhy *ret_why);
void sweep_shared_event(SweepShared *s, const Event *ev);
/* The slots that follow, the first one just opened (drive_columns_slots). */
void sweep_shared_slots(SweepShared *s, const ColumnSlot *slots, uint32_t count, bool has_more);
/* Ticks from .. to, between which there is no other event, as far as the bitmaps have room; gives the first one that is
 * left. */
uint32_t sweep_shared_run(SweepShared *s, uint32_t from, uint32_t to);
