/* field.c — spaces follow from owners. */
#include "compiler/ir/field.h"

InputSpace field_space(uint8_t field)
{
    switch ((FieldOwner)field_rows[field].owner) {
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
    if (field >= FIELD_IDS) return false;
    return field_space((uint8_t)field) == IN_WALLET || field_rows[field].owner == OWNER_FILL ||
           field == FIELD_TRADE_PAIRS_HELD;
}
