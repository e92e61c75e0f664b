/* drive_fields.h — a strategy's inputs out of columns of ticks; private to the room.
 *
 * What feature_take gives tick by tick, 64 at a time: columns as they are where the facts about them say
 * so, kernels where fields follow from others, and the plain functions for every awkward word. */
#pragma once

#include "runtime/engine/state.h"
#include "runtime/market/tick_columns.h"
#include "vm/columns.h"

typedef struct Field { /* one input row */
    uint8_t field, outcome;
    uint16_t word; /* of a TickData: raw, or the value given instead of a derived one */
    bool is_raw, is_book;
    const Link *time; /* a value of time; NULL */
} Field;

typedef struct SlotForecast { /* what opening a slot will say */
    int64_t start_us;
    double spot_open; /* as its first tick tells it */
} SlotForecast;

typedef struct DriveFields {
    const Engine *engine;
    const TickColumns *ticks;
    const Kernels *kernels;
    uint8_t market;
    Field *fields;        /* by input row */
    InputMotion *motions; /* by input row */
    double spot_open;     /* as before the word */
    uint32_t word;        /* its first tick */
    TickData row;
    /* slots ahead */
    SlotForecast forecasts[COLUMN_SLOTS];
    ColumnSlot slots[COLUMN_SLOTS];
    MarketRun forecast; /* the market, in the slot that is looked at */
    bool is_ahead;      /* one that is to come is looked at */
} DriveFields;

bool drive_fields_init(DriveFields *f, Arena *arena);
/* A word begins: what fields build on. */
void drive_fields_word(DriveFields *f, uint32_t first, const FeatureState *before);
/* The first spot price of the slot as known after tick `i` of the word. */
double drive_fields_spot_open(const DriveFields *f, uint32_t i);
/* Forecasts slots, the first of which is the present one; false: the market has none. */
bool drive_fields_forecast(DriveFields *f, const ColumnSlot *slots, uint32_t count);
/* Has a slot opened as was forecast?  Its first tick begins a word. */
bool drive_fields_is_forecast(const DriveFields *f, uint32_t slot);
ColumnSource drive_fields_source(DriveFields *f);
