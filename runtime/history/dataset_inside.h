/* dataset_inside.h — what finding a data set's files and reading them share.  Private to the two.
 *
 * Names of tapes, then texts of slots, then the end of those.  Promise: the order of names does not matter. */
#pragma once

#include "runtime/history/dataset.h"

typedef struct LabelRow {
    SlotLabel label;
    uint32_t rank; /* of its file: recordings that are read come first */
    uint32_t order;
} LabelRow;

typedef VEC(LabelRow) LabelRows;

/* With `open` set: looks at the tapes, and takes those of the stream. */
Status dataset_take(Dataset *d, const char *name, const char *const *paths, size_t count,
                    Span stream, Err *err);
/* Is it a file of slots, by its last name, whatever folders are in front of it? */
bool dataset_has_labels(Span path);
void dataset_labels(Dataset *d, Span path, Span text, LabelRows *rows);
Status dataset_end_labels(Dataset *d, LabelRows *rows, Err *err);
