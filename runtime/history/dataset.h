/* dataset.h — tapes as one stream of rows: a folder of them, or one file.
 *
 * In: a path, and which stream is wanted.  Out: rows in the order of time, labels apart, what was found
 * damaged.  Promise: recordings that cover the same time are refused, not mixed; what is damaged is named
 * and left out. */
#pragma once

#include "runtime/history/tape.h"
#include "runtime/history/ticks.h"
#include "vm/base/vec.h"

typedef struct DatasetFile {
    const char *path;
    uint64_t source, rows;
    int64_t min_ts_us, max_ts_us;
    uint8_t day_sum[SHA256_SIZE]; /* of its only day, where the file has it */
    bool has_day_sum;             /* taken back when reading finds damage */
} DatasetFile;

/* How a tape is opened by its name. */
typedef Status (*DatasetOpen)(void *ctx, Tape **ret_tape, const char *path, Arena *arena, Err *err);

typedef struct Dataset {
    Arena *arena;
    DatasetOpen open;
    void *ctx;
    bool has_sha; /* the processor's instructions */
    Span stream;
    VEC(DatasetFile) files; /* in the order of time */
    uint64_t rows, columns; /* bit id: some block has it */
    VEC(SlotLabel) labels;  /* in the order of slots */
    VEC(Span)
    notes; /* what is damaged, unfinished or left out, a line each; also after a failure */
    size_t headless; /* tapes that were left out: of which stream they are cannot be read */
} Dataset;

/* Is it a folder, or a tape? */
bool dataset_is(const char *path);
/* Would that file be among the tapes of `source`, under a name that they or what lies beside them have (docs/TAPE.md)? */
bool dataset_has_place(const char *source, const char *path);
/* `stream`: the one that is wanted when there are several; "" takes the only one, and so does another name: whoever
 * asked for it looks at `stream`.  Tapes whose head is damaged or cut are of no stream: they are left out with a note;
 * one that is there alone is read.  ST_BAD_INPUT when there is nothing
 * to read. */
Status dataset_open(Dataset *d, const char *path, Span stream, Arena *arena, Err *err);
typedef struct
    DatasetBytes { /* a file of such a folder that is in memory; borrowed as long as the data set */
    const char *name;
    Span bytes;
} DatasetBytes;
/* The same from files in memory: tapes, and `slots.KEY.csv`. */
Status dataset_open_bytes(Dataset *d, const char *name, const DatasetBytes *files, size_t count,
                          Span stream, Arena *arena, Err *err);
typedef struct DatasetPlace { /* where reading is; zeros: at the beginning */
    size_t file;
    uint32_t block;
    Tape *tape; /* NULL between files */
    TapeValues *scratch;
} DatasetPlace;
/* The next block's rows in order, 0 of a block that cannot be read; false at the end, or with a failure. */
bool dataset_next(Dataset *d, DatasetPlace *place, TickRow ret_rows[TAPE_ROWS], uint32_t *ret_count,
                  Err *err);
/* Hands out all rows in order, a block at a time; ends early when `take` returns false. */
Status dataset_read(Dataset *d, bool (*take)(void *ctx, const TickRow *rows, uint32_t count),
                    void *ctx, Err *err);
/* Rows and labels behind those that the table has; the same rows as from the CSV files they came from. */
Status dataset_load(Dataset *d, TickTable *t, Err *err);
typedef struct
    DatasetLoad { /* the same a block at a time: begin, keep what dataset_next gives, end */
    Arena *arena;
    VEC(TickRow) rows;
    bool goes_back;
} DatasetLoad;
Status dataset_load_begin(DatasetLoad *l, const Dataset *d, const TickTable *t, Err *err);
bool dataset_keep(DatasetLoad *l, const TickRow *rows, uint32_t count);
Status dataset_load_end(DatasetLoad *l, const Dataset *d, TickTable *t, Err *err);
/* tape_sha256 of all of it, labels included (docs/TAPE.md): from what the files have stored, from rows where
 * they have not, or where reading found damage; so ask when all is read. */
Status dataset_sha256(Dataset *d, uint8_t ret_sum[SHA256_SIZE], Err *err);
/* The stream of a market: polymarket and btc-updown-15m are polymarket:btc:15m; "" when it cannot be told. */
Span dataset_stream(Span venue, Span selector, Arena *arena);
