/* tape.h — tape files: recorded ticks of one stream in blocks of 256, checked, indexed, safe to append to.
 *
 * The format is docs/TAPE.md; blocks are made by runtime/market/tape_block.h.  Promise: a writer that is
 * killed at any moment loses at most its unfinished block and never what is before it; a reader names what
 * is damaged (file, block, rows) and gives the rest; files may be read while they are written. */
#pragma once

#include "runtime/market/tape_block.h"
#include "runtime/market/tape_sum.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/err.h"

enum { TAPE_STREAM_MAX = 63 };

typedef struct TapeInfo {
    Span stream;     /* venue:asset:duration, at most TAPE_STREAM_MAX bytes */
    uint64_t source; /* which recording the rows come from; 0 not said */
} TapeInfo;

/* ---- writing --------------------------------------------------------------------------------------- */

typedef struct TapeWriter TapeWriter; /* lives in the arena; owns a descriptor until it is closed */

/* Makes a file, or goes on behind the last whole block of one; the rest of an interrupted write is cut
 * off.  ST_BUSY when another writer has it, ST_CONFLICT when it is of another stream or source. */
Status tape_write_open(TapeWriter **ret_writer, const char *path, const TapeInfo *info,
                       Arena *arena, Err *err);
/* Rows in the file and rows taken; the difference is the unfinished block. */
uint64_t tape_rows_written(const TapeWriter *w);
uint64_t tape_rows_taken(const TapeWriter *w);
/* Takes a row, not earlier than the one before. After ST_IO (a full disk) the file is whole, the row was
 * not taken, and the same call may be tried again. */
Status tape_append(TapeWriter *w, const TickRow *row, Err *err);
/* The unfinished block becomes one, and all is on the disk. */
Status tape_flush(TapeWriter *w, Err *err);
/* Flushes, marks the end, gives the descriptor back, also on failure.  Accepts NULL. */
Status tape_write_close(TapeWriter *w, Err *err);
/* Gives the descriptor back and leaves the file as it is. Accepts NULL. */
void tape_write_abandon(TapeWriter *w);

/* ---- reading --------------------------------------------------------------------------------------- */

typedef struct Tape Tape; /* lives in the arena; owns a mapping until it is closed */

typedef struct TapeEntry { /* the index: one for each block that can be found */
    uint64_t at, first_row;
    uint32_t bytes, rows, number;
    bool is_checked;
    TapePart damage; /* as far as was looked */
    int64_t min_ts_us, max_ts_us, min_slot_us, max_slot_us;
} TapeEntry;

typedef struct TapeDamage {
    const char *what; /* "the checksum of the cold part does not match" */
    uint64_t at, bytes, first_row, rows;
    uint32_t block; /* UINT32_MAX: none */
} TapeDamage;

bool tape_is(Span first_bytes);
Status tape_open(Tape **ret_tape, const char *path, Arena *arena, Err *err);
/* The same from bytes, which are borrowed until the last call; `name` is for sentences. Nothing is to be closed. */
Status tape_open_bytes(Tape **ret_tape, const char *name, Span bytes, Arena *arena, Err *err);
/* Finds blocks that were added to the file since. */
Status tape_refresh(Tape *t, Err *err);
/* Accepts NULL. */
void tape_close(Tape *t);

const char *tape_path(const Tape *t);
TapeInfo tape_info(const Tape *t);
/* Does the file end as a writer ends it?  Else it is still written, or was cut off. */
bool tape_is_closed(const Tape *t);
/* Bytes behind the last whole block of a file that is not closed. */
uint64_t tape_tail_bytes(const Tape *t);
uint32_t tape_block_count(const Tape *t);
const TapeEntry *tape_entry(const Tape *t, uint32_t i);
/* Rows of all blocks that can be found. */
uint64_t tape_row_count(const Tape *t);

/* The day of all rows, their sum as it was written when the file was closed; false when it was not, when rows
 * are of several days, or when damage is known. */
bool tape_day_sum(const Tape *t, int64_t *ret_day, uint8_t ret_sum[SHA256_SIZE]);

/* The first block that ends at `ts_us` or later, or that holds a slot at or behind `slot_us`; the number of
 * blocks when there is none. */
uint32_t tape_find_time(const Tape *t, int64_t ts_us);
uint32_t tape_find_slot(const Tape *t, int64_t slot_us);

/* Head and bytes of a block whose sums were found right, now or earlier; false when it is damaged, which is
 * then in the list. */
bool tape_block(Tape *t, uint32_t i, TapeHead *ret_head, Span *ret_block);
/* A block's rows: their count, 0 when its cold part is damaged. */
uint32_t tape_rows(Tape *t, uint32_t i, TapeValues *scratch, TickRow ret_rows[TAPE_ROWS]);

/* What is damaged as far as was looked; tape_verify looks at all of it, the stored sum of the rows too. */
void tape_verify(Tape *t, TapeValues *scratch, TickRow rows[TAPE_ROWS]);
uint32_t tape_damage_count(const Tape *t);
const TapeDamage *tape_damage(const Tape *t, uint32_t i);
/* "FILE: block 3 (rows 768 to 1023): ..." */
void tape_damage_put(const Tape *t, uint32_t i, Buf *out);
