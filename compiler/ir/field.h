/* field.h — vm/fields.def as the back of the compiler needs it: whose field it is, its space, range and life. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/format.h"

typedef enum FieldOwner {
    OWNER_NONE,
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
    OWNER_RULES,
} FieldOwner;

typedef struct FieldFacts {
    uint8_t owner; /* FieldOwner */
    bool is_slot_lived;
    double low, high; /* infinite where open */
} FieldFacts;

/* Facts of a FieldId. */
const FieldFacts *field_facts(uint32_t field);
InputSpace field_space(uint32_t field);
/* Differs by wallet. */
bool field_is_wallet(uint32_t field);
