/* ticks.h — recorded ticks from CSV, as rows in time order.
 *
 * In: the text of a CSV file (columns.def; any subset, any order, absent = unknown), or its columns as
 * numbers.  Out: rows, counts of what was left out and why, labels of slots apart from the ticks.
 * Promise: a damaged cell or line is named with its line and column; no value is invented; rows outside
 * their slot never become ticks. */
#pragma once

#include "runtime/history/cells.h"
#include "runtime/market/rows.h"
#include "runtime/market/tape_sum.h"
#include "vm/base/arena.h"
#include "vm/base/err.h"

typedef struct TickTable {
    TickRow *rows;
    size_t count, cap;
    SlotLabel *labels;
    size_t label_count, label_cap;
    size_t rows_outside; /* captured outside their own slot: kept out */
    size_t rows_back;    /* earlier than the row before: sorted in */
    size_t columns_unknown;
    Span symbol; /* of the first row; rows of other symbols are left out and counted */
    size_t rows_other;
    CellHeld held; /* behind the last row */
} TickTable;

/* `want_symbol` empty: the symbol of the first row. */
Status ticks_parse(TickTable *t, Span name, Span csv, Span want_symbol, Arena *arena, Err *err);
/* A recording that goes on in another file, appended: where it was cut leaves no trace in its rows. */
Status ticks_more(TickTable *t, Span name, Span csv, Arena *arena, Err *err);
/* The same two from a path: .csv, .csv.gz or "-". */
Status ticks_load(TickTable *t, const char *path, Span want_symbol, Arena *arena, Err *err);
Status ticks_load_more(TickTable *t, const char *path, Arena *arena, Err *err);

/* tape_sha256 of the rows and labels (docs/TAPE.md): of a data set that was loaded, the data set's. */
void ticks_sha256(const TickTable *t, Span stream, uint8_t ret_sum[SHA256_SIZE]);

/* ---- ticks as numbers --------------------------------------------------------------------------- */

/* The same columns as blocks of doubles, one behind the other: all cells of the first column, then all
 * of the second.  A cell means what its shortest decimal would mean in a CSV file, NaN is an empty one;
 * of `winner` 0 is up or yes, 1 down or no. */
typedef struct TickFeed TickFeed;
/* NULL with the reason in `err`: a column that is not known or no number, or none that says when. */
TickFeed *ticks_feed_new(Span name, const Span *columns, size_t count, Arena *arena, Err *err);
size_t ticks_feed_columns(const TickFeed *f);
/* Appends `rows` rows to the table; they are not earlier than those of blocks before. */
Status ticks_feed(TickFeed *f, TickTable *t, const double *cells, size_t rows, Arena *arena,
                  Err *err);
