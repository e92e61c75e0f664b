/* feature.h — what a tick offers a strategy: raw values in, field values out.
 *
 * A FeaturePlan lists which fields of one market somebody reads and where each value goes, so that a
 * tick computes those and nothing else.  Prices and sizes land on the money grid; a crossed tick
 * makes all book fields of both tokens unknown and nothing else.  The rules of derivation are
 * docs/decisions/0003, 23 and 24.  Promise: no state but FeatureState; equal ticks, equal bits. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runtime/market/tick.h"
#include "vm/base/arena.h"
#include "vm/intents.h"

typedef struct FeatureLink { /* one value somebody reads */
    uint16_t from;           /* byte offset into TickData: of the raw value, or of the one given */
    uint8_t field;           /* FieldId */
    uint8_t outcome;
    bool is_price; /* given ones: goes to the money grid */
    double *to;
} FeatureLink;

typedef struct FeaturePlan {            /* of one market; borrowed pointers */
    FeatureLink *micros, *micros_end;   /* raw: converted from micros */
    FeatureLink *numbers, *numbers_end; /* as the tick gives them, else derived */
    FeatureLink *others, *others_end;   /* never given: spot.open */
    uint32_t cap;                       /* of each */
} FeaturePlan;

typedef struct FeatureState { /* what outlives a tick */
    double spot_open;
    int64_t bid[OUTCOMES],
        ask[OUTCOMES]; /* best prices of the last tick; unknown when crossed or stale */
    int64_t mark_bid[OUTCOMES], mark_ask[OUTCOMES]; /* the last known ones since the slot opened */
} FeatureState;

/* A plan for at most `cap` values. */
FeaturePlan feature_plan_new(uint32_t cap, Arena *arena);
/* `field` (of TOKEN, MARKET or INSTR) of `outcome` goes to *to from now on; false for other fields. */
bool feature_plan_add(FeaturePlan *plan, uint8_t field, uint8_t outcome, double *to);
void feature_state_init(FeatureState *s);

/* Takes in a tick: writes every value of the plan. */
void feature_take(const FeaturePlan *plan, FeatureState *s, const TickData *tick);
/* The market went stale: all values are unknown, marks stay. */
void feature_stale(const FeaturePlan *plan, FeatureState *s);
/* A slot opens: what lives in a slot is unknown, marks are forgotten. */
void feature_slot_open(const FeaturePlan *plan, FeatureState *s);
/* True for fields that restart at slot open. */
bool field_is_slot_lived(uint8_t field);

/* One value of a tick, as feature_take would write it; `s` as before the tick, but for spot_open, which
 * counts the tick itself. */
double feature_value(uint8_t field, uint8_t outcome, const FeatureState *s, const TickData *t);
/* Is it a value of ticks at all? */
bool field_of_tick(uint8_t field);
/* Which 8-byte word of a TickData a field is that is only converted from micros, or NO_FIELD_WORD. */
enum { NO_FIELD_WORD = 0xFFFF };
uint16_t field_word(uint8_t field, uint8_t outcome);
