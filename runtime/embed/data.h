/* data.h — recorded ticks that a caller brought: files as bytes, read in slices into streams.
 *
 * In: files, named as in a folder of tapes.  Out: tables by stream, their sums, what is wrong with the files.
 * Promise: the rows, labels and sums that `odx` has of the same files; what is damaged is named and left out. */
#pragma once

#include "runtime/embed/work.h"
#include "runtime/history/dataset.h"

typedef struct DataStream {
    Span name; /* venue:asset:duration */
    TickTable table;
    uint8_t sum[SHA256_SIZE]; /* tape_sha256 */
    uint64_t slots, winners;  /* slots with ticks; of all slots those whose winner is known */
} DataStream;

typedef struct Data Data;

/* Handles of answers, or problems; the bytes have been looked at. */
int32_t data_open(Span json);
int32_t data_file(int32_t data, uint32_t name_len, Span bytes);
int32_t data_read(int32_t data, uint32_t rows);
int32_t data_columns(int32_t data, Span json);
int32_t data_close(int32_t data);

/* ---- for what runs over it ------------------------------------------------------------------------- */

/* NULL: no such data, or it was not read to its end. */
Data *data_find(int32_t data);
/* Keeps it, though the caller may close it, until it is let go. */
void data_keep(Data *d);
void data_let_go(Data *d);
uint32_t data_streams(const Data *d);
const DataStream *data_stream(const Data *d, uint32_t i);
