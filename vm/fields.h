/* fields.h — the catalogue of what a strategy can read, as a table in memory.
 *
 * One row for each line of fields.def, found by FieldId. Promise: read-only, in order of id. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "vm/base/span.h"
#include "vm/intents.h"

/* An open end of a range: not a number. */
#define FIELD_OPEN __builtin_nan("")

typedef enum FieldOwner {
    OWNER_TOKEN,
    OWNER_HELD,
    OWNER_MARKET,
    OWNER_TIME,
    OWNER_MSLOT,
    OWNER_WALLET,
    OWNER_INSTR,
    OWNER_HINSTR,
    OWNER_FILL,
    OWNER_TRADE,
    OWNER_RESOLVE,
    OWNER_FEED,
} FieldOwner;

typedef enum FieldUnit {
    FUNIT_PRICE,
    FUNIT_SHARES,
    FUNIT_USD,
    FUNIT_RATIO,
    FUNIT_NUMBER,
    FUNIT_COUNT,
    FUNIT_DURATION,
    FUNIT_PERCOIN,
    FUNIT_COINS,
    FUNIT_DAY,
    FUNIT_SIDE,
    FUNIT_TOKEN,
    FUNIT_OUTCOME,
    FUNIT_MARKET,
} FieldUnit;

typedef enum FieldLife { LIFE_SLOT, LIFE_LIVE } FieldLife;
typedef enum FieldKnown {
    KNOWN_FRESH,
    KNOWN_TICK,
    KNOWN_ALWAYS,
    KNOWN_HOLDING,
    KNOWN_EVENT
} FieldKnown;

typedef struct FieldInfo {
    uint8_t id, owner, unit, life,
        known; /* FieldId, FieldOwner, FieldUnit, FieldLife, FieldKnown */
    int8_t scale10;
    uint8_t name_len;
    const char *name, *column, *sentence;
    double low, high, usual_low, usual_high; /* FIELD_OPEN: open */
} FieldInfo;

enum {
    FIELD_COUNT = 0
#define FIELD(id, ...) +1
#include "vm/fields.def"
#undef FIELD
};

extern const FieldInfo field_rows[FIELD_IDS]; /* by id; rows without an id are all zero */
extern const uint8_t field_ids[FIELD_COUNT];  /* in order of id */

/* The row of an id, or NULL. */
static inline const FieldInfo *field_info(uint8_t id)
{
    return id < FIELD_IDS && field_rows[id].id ? &field_rows[id] : NULL;
}

/* All rows, in order of id. */
static inline size_t field_count(void)
{
    return FIELD_COUNT;
}

static inline const FieldInfo *field_at(size_t i)
{
    return i < FIELD_COUNT ? &field_rows[field_ids[i]] : NULL;
}

static inline Span field_name(const FieldInfo *f)
{
    return span_of(f->name, f->name_len);
}
