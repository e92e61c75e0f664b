/* cursor_json.h — what a cursor shows, as JSON: the table of values, one step, counts over the run.
 *
 * Promise: stable keys; numbers as they are, unknown as null with what is missing; values are named by their
 * place in the table. */
#pragma once

#include "runtime/proof/cursor.h"
#include "runtime/proof/places.h"
#include "vm/base/json.h"

/* Places in other notations, by Notation; NULL: not asked for, or not to be said there. */
typedef struct CursorPlaces {
    const ValuePlace *of[3];
} CursorPlaces;

/* Members of an object that is open: "values", "conditions", "rules", "cut". */
void cursor_put_table(const Cursor *c, const CursorPlaces *places, JsonWriter *j);
/* "steps", "ticks", "from_us", "to_us". */
void cursor_put_walked(const Cursor *c, JsonWriter *j);
/* The step of the last cursor_at: "step", "tick", "ts_us", "kind", "market", "values", "rules", "effects",
 * "cash", "equity", "positions". */
void cursor_put_step(Cursor *c, JsonWriter *j);
/* Over all that was walked: "values" has the truths of conditions, "conditions" the near misses of the table's. */
void cursor_put_counts(const Cursor *c, JsonWriter *j);
/* The values of the step as lines of text. */
void cursor_put_values_text(const Cursor *c, Buf *out);
