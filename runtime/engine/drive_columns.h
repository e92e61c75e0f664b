/* drive_columns.h — the column driver: recorded ticks of a market through one engine, most left out.
 *
 * The shared part runs up to 1,024 ticks at a time (vm/columns.h), conditions become bitmaps, and the engine is
 * shown the instants that matter: edges of rules, prices beyond a band, what is due by itself.  The host
 * hands over runs of ticks and applies every other event itself, in between.
 * Promise: effects and the engine's state after a run are those of engine_apply, tick by tick. */
#pragma once

#include "runtime/engine/engine.h"
#include "runtime/engine/instant.h"
#include "runtime/market/tick_columns.h"
#include "vm/columns.h"

typedef struct DriveColumns DriveColumns;

typedef struct DriveSetup {
    Engine *engine;
    Instant *gateway; /* who answers orders */
    uint8_t market;
    const TickColumns *ticks; /* prepared and ordered in time */
    const Kernels *kernels;
    uint32_t slot_ticks;        /* of the longest slot; 0: slots are not told ahead */
    const ColumnVariants *more; /* NULL, or instances whose conditions the watch asks for */
} DriveSetup;

typedef struct DriveCounts {      /* of ticks */
    uint64_t left_out, handed_in; /* the shared part of both came from columns */
    uint64_t denied;              /* of those left out: an order was refused */
    uint64_t resting;             /* of those left out: while an order rested */
    uint64_t quoting;             /* of those left out: while a quote rested */
    uint64_t asked;               /* questions about quotes, of sides and prices: of the engine */
    uint64_t between;             /* boundaries that lay between them and were left out as well */
    uint64_t ahead;               /* their conditions were worked out before their slot opened */
    uint64_t led;                 /* averages that live on came from slots abreast */
    uint64_t led_sums;            /* ... or sums that live on, of a program without such averages */
} DriveCounts;

/* NULL with the reason when columns cannot take the market's ticks; FINE: memory ends, or the ticks are out
 * of order. */
DriveColumns *drive_columns_new(const DriveSetup *setup, Arena *arena, ColumnsWhy *ret_why);
/* The slots that follow, the first one just opened; they end where the market's next slot opens, or with
 * the last tick that will be run.  To be told again when they are through.  `has_more`: another slot follows
 * the last one.  Between the end of a slot that another one follows and the opening of that, memory which
 * lives in the slot is not kept (columns_abreast): no snapshot then. */
void drive_columns_slots(DriveColumns *d, const ColumnSlot *slots, uint32_t count, bool has_more);
/* Ticks from .. to, between which the host has no other event. */
void drive_columns_run(DriveColumns *d, uint32_t from, uint32_t to, EffectSink sink);
/* Every tick is shown, because ... */
typedef enum DriveShown {
    SHOWN_SOME, /* (it is not) */
    SHOWN_RULE, /* ... a rule has no condition that all wallets share, nor one that moves at fills alone */
    SHOWN_STEPPED, /* ... something reads a state, a fill or its own past, and goes tick by tick */
} DriveShown;
/* As far as the program says; orders and exits may ask for more. */
DriveShown drive_columns_shown(const DriveColumns *d);
/* Do boundaries between ticks go by columns as well? */
bool drive_columns_has_between(const DriveColumns *d);
DriveCounts drive_columns_counts(const DriveColumns *d);
Columns *drive_columns_shared(DriveColumns *d);
/* Called with each word of ticks, before it is run: for proofs, and sweeps. */
typedef void (*DriveWatch)(void *ctx, Columns *columns, uint32_t first, uint32_t count);
void drive_columns_watch(DriveColumns *d, DriveWatch watch, void *ctx);
