/* rowbinary.h — ClickHouse's RowBinaryWithNamesAndTypes as rows of cells.
 *
 * In: a source.  Out: names, then rows of text cells as a CSV file would have them, NULL an empty one.
 * Promise: a type that is not known is refused by its name; what is cut off is an error. */
#pragma once

#include "runtime/history/recording.h"

enum { ROWBINARY_COLUMNS = 256 };

typedef struct RowBinary {
    Recording *source;
    uint32_t count;
    Span names[ROWBINARY_COLUMNS];
    struct {
        uint8_t kind, places;
        bool is_nullable;
    } types[ROWBINARY_COLUMNS];
    char *text; /* of the present row */
} RowBinary;

Status rowbinary_open(RowBinary *b, Recording *s, Arena *arena, Err *err);
/* False at the end, or with a failure in the source. */
bool rowbinary_row(RowBinary *b, Span ret_cells[ROWBINARY_COLUMNS]);
