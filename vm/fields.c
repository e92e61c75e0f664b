/* fields.c — fields.def as a constant table. */
#include "vm/fields.h"

static const FieldInfo FIELDS[] = {
#define FIELD(id, ID, owner, name, unit, low, high, usual_low, usual_high, life, known, column, \
              scale10, sentence)                                                                \
    {(id),     OWNER_##owner, FUNIT_##unit, LIFE_##life, KNOWN_##known, (scale10),   (name),    \
     (column), (sentence),    (low),        (high),      (usual_low),   (usual_high)},
#include "vm/fields.def"
#undef FIELD
};

size_t field_count(void)
{
    return sizeof FIELDS / sizeof FIELDS[0];
}

const FieldInfo *field_at(size_t i)
{
    return i < field_count() ? &FIELDS[i] : NULL;
}

const FieldInfo *field_info(uint8_t id)
{
    for (size_t i = 0; i < field_count(); i++)
        if (FIELDS[i].id == id) return &FIELDS[i];
    return NULL;
}
