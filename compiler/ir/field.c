/* field.c — the columns of vm/fields.def that lowering and emission read. */
#include "compiler/ir/field.h"

#define FIELD_OPEN 1e308 /* no field has such a bound */
#define LIFE_SLOT true
#define LIFE_LIVE false
#define LOW(x) ((x) == FIELD_OPEN ? -__builtin_inf() : (x))
#define HIGH(x) ((x) == FIELD_OPEN ? __builtin_inf() : (x))

const FieldFacts *field_facts(uint32_t field)
{
    static const FieldFacts facts[FIELD_IDS] = {
#define FIELD(id, ID, owner, name, unit, low, high, ulow, uhigh, life, known, column, scale, \
              sentence)                                                                      \
    [id] = {OWNER_##owner, LIFE_##life, LOW(low), HIGH(high)},
#include "vm/fields.def"
#undef FIELD
    };
    return &facts[field < FIELD_IDS ? field : 0];
}

InputSpace field_space(uint32_t field)
{
    switch (field_facts(field)->owner) {
    case OWNER_HELD:
    case OWNER_MSLOT:
    case OWNER_WALLET:
    case OWNER_HINSTR:
        return IN_WALLET;
    case OWNER_FILL:
    case OWNER_TRADE:
    case OWNER_RESOLVE:
        return IN_EVENT;
    default:
        return IN_SHARED;
    }
}

bool field_is_wallet(uint32_t field)
{
    return field_space(field) == IN_WALLET || field_facts(field)->owner == OWNER_FILL ||
           field == FIELD_TRADE_PAIRS_HELD;
}
