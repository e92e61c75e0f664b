/* fields.c — fields.def as a constant table. */
#include "vm/fields.h"

const FieldInfo field_rows[FIELD_IDS] = {
#define FIELD(id, ID, owner, name, unit, low, high, usual_low, usual_high, life, known, column, \
              scale10, sentence)                                                                \
    [id] = {(id),      OWNER_##owner,    FUNIT_##unit, LIFE_##life, KNOWN_##known,              \
            (scale10), sizeof(name) - 1, (name),       (column),    (sentence),                 \
            (low),     (high),           (usual_low),  (usual_high)},
#include "vm/fields.def"
#undef FIELD
};

const uint8_t field_ids[FIELD_COUNT] = {
#define FIELD(id, ...) (id),
#include "vm/fields.def"
#undef FIELD
};
