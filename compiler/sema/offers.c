/* offers.c — see offers.h. */
#include "compiler/sema/offers.h"

bool offers_outcomes(uint8_t kind)
{
    return kind == MARKET_SLOT || kind == MARKET_BINARY;
}

int outcome_of(Span word)
{
    if (span_eq_str(word, "up") || span_eq_str(word, "yes")) return 0;
    if (span_eq_str(word, "down") || span_eq_str(word, "no")) return 1;
    return -1;
}

bool offers_field(uint8_t kind, const FieldInfo *f)
{
    bool is_slot_only = f->id == FIELD_MOVE || f->id == FIELD_ABS_MOVE || f->id == FIELD_SPOT ||
                        f->id == FIELD_SPOT_OPEN || f->id == FIELD_SPOT_CLOSE;

    switch ((FieldOwner)f->owner) {
    case OWNER_TOKEN:
    case OWNER_HELD:
        return offers_outcomes(kind);
    case OWNER_INSTR:
        if (f->id == FIELD_FUNDING || f->id == FIELD_FUNDING_IN) return kind == MARKET_PERP;
        return !offers_outcomes(kind);
    case OWNER_HINSTR:
        return !offers_outcomes(kind);
    case OWNER_MARKET:
        return is_slot_only ? kind == MARKET_SLOT : offers_outcomes(kind) || f->id == FIELD_VOLUME;
    case OWNER_RESOLVE:
        return is_slot_only ? kind == MARKET_SLOT : offers_outcomes(kind);
    case OWNER_TIME:
        if (f->id == FIELD_CLOSES_IN) return offers_outcomes(kind);
        return f->id == FIELD_HOUR || f->id == FIELD_DAY || kind == MARKET_SLOT;
    case OWNER_MSLOT:
        return kind == MARKET_SLOT;
    default:
        return false;
    }
}

bool offers_at_market(uint8_t owner)
{
    return owner == OWNER_MARKET || owner == OWNER_TIME || owner == OWNER_RESOLVE ||
           owner == OWNER_MSLOT;
}

/* "slot.left" is found by its second word when `is_slot`. */
static bool name_is(const FieldInfo *f, Span word, bool is_slot)
{
    Span name = field_name(f);

    if (!is_slot) return span_is(name, word);
    return span_starts(name, SPAN("slot.")) && span_is(span_from(name, 5), word);
}

const FieldInfo *offers_of_market(uint8_t kind, Span word, bool is_slot)
{
    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);
        bool is_own =
            offers_at_market(f->owner) ||
            (!offers_outcomes(kind) && (f->owner == OWNER_INSTR || f->owner == OWNER_HINSTR));

        if (is_own && name_is(f, word, is_slot) && offers_field(kind, f)) return f;
    }
    return NULL;
}

const FieldInfo *offers_owned(FieldOwner owner, Span word)
{
    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);

        if (f->owner == owner && span_is(field_name(f), word)) return f;
    }
    return NULL;
}

const FieldInfo *offers_of_share(Span word)
{
    const FieldInfo *f = offers_owned(OWNER_TOKEN, word);

    return f ? f : offers_owned(OWNER_HELD, word);
}

Type offers_type(const FieldInfo *f)
{
    switch ((FieldUnit)f->unit) {
    case FUNIT_PRICE:
        return type_unit(UNIT_PRICE);
    case FUNIT_SHARES:
        return type_unit(UNIT_SHARES);
    case FUNIT_USD:
        return type_unit(UNIT_USD);
    case FUNIT_RATIO:
        return type_percent();
    case FUNIT_NUMBER:
    case FUNIT_COUNT:
        return type_unit(UNIT_NUMBER);
    case FUNIT_DURATION:
        return type_unit(UNIT_DURATION);
    case FUNIT_PERCOIN:
        return type_unit(UNIT_PERCOIN);
    case FUNIT_COINS:
        return type_unit(UNIT_COINS);
    case FUNIT_DAY:
        return type_of(SHAPE_DAY);
    case FUNIT_SIDE:
        return type_of(SHAPE_SIDE);
    case FUNIT_TOKEN:
        return type_of(SHAPE_TOKEN);
    case FUNIT_OUTCOME:
        return type_of(SHAPE_OUTCOME);
    case FUNIT_MARKET:
        return type_of(SHAPE_MARKET);
    }
    return type_of(SHAPE_BAD);
}
