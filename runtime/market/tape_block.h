/* tape_block.h — up to 256 recorded ticks as bytes, and back: the block of docs/TAPE.md.
 *
 * A block has three parts with a checksum each: a head (counts, times, slots, smallest and largest value of
 * each column), the hot part (time, bid, ask and spot of the first outcome in columns of fixed width, 12
 * bytes a tick on ordinary grids) and the cold part (every column, packed to the bits it needs).  Promise:
 * rows come back equal bit for bit; bytes of any content are refused or read inside their memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/market/rows.h"
#include "vm/base/span.h"

enum {
    TAPE_ROWS = 256,
    TAPE_ALIGN = 64,        /* blocks and their parts begin at multiples of it */
    TAPE_HEAD_MIN = 128,    /* bytes of a head without columns */
    TAPE_COLUMN_BYTES = 24, /* of a head, per column */
    TAPE_SUM_SIZE = 32
};

enum {
#define TAPE_COLUMN(id, member, kind, guess, of, name) TAPE_ID_##id = id,
#include "runtime/market/tape_columns.def"
#undef TAPE_COLUMN
    TAPE_COLUMNS,
    TAPE_TS = 0,
    TAPE_SLOT = 1,
    TAPE_SLOT_LENGTH = 2,
    TAPE_BOOK = 3,   /* the first outcome's: bid, ask, deeper ones, sizes */
    TAPE_BOOK2 = 15, /* the second outcome's */
    TAPE_BOOK_END = 27,
    TAPE_SPOT = 33
};

typedef enum TapeKind { TAPE_TIME, TAPE_MICROS, TAPE_NUMBER } TapeKind;
typedef enum TapeGuess { TAPE_NONE, TAPE_LIKE, TAPE_MIRROR } TapeGuess;

typedef struct TapeColumnInfo {
    uint16_t word; /* which 8-byte word of a TickRow */
    uint8_t kind, guess, of;
    const char *name; /* "": has no column in CSV files */
} TapeColumnInfo;
const TapeColumnInfo *tape_column_info(uint32_t id);

/* Most bytes a block can take: all columns at 64 bits with gaps, and a hot part of four wide columns. */
enum {
    TAPE_PACKED_MAX = TAPE_ROWS * 8 + TAPE_ROWS / 8 + 16 + TAPE_ROWS * 5 + 8,
    TAPE_BLOCK_MAX = TAPE_HEAD_MIN + TAPE_COLUMNS * (TAPE_COLUMN_BYTES + TAPE_PACKED_MAX) +
                     TAPE_ROWS * 32 + 4 * TAPE_ALIGN
};

/* ---- what a head says ------------------------------------------------------------------------------ */

typedef struct TapeColumn {
    uint8_t id, how, scale, width, exceptions;
    uint32_t at;      /* of its bytes in the cold part */
    int64_t min, max; /* of known values; of a NUMBER the bits of a double */
} TapeColumn;

/* The hot part: columns one behind the other, each of ceil(rows / 8) * 8 cells, each 64-byte aligned.
 * time    uint32 (or int64 when `time_width` is 8): ts_us = base_us + cell * unit_us
 * bid ask int16 (32, 64): micros = cell * 10^scale; the least value of the width is unknown
 * spot    uint32: (base + cell) / 10^scale, the largest is unknown; or 64 bits: a double */
typedef struct TapeHot {
    int64_t base_us, spot_base;
    uint32_t unit_us;
    uint8_t time_width, price_width, price_scale, spot_width, spot_scale;
    uint32_t time_at, bid_at, ask_at, spot_at; /* from the block's first byte */
} TapeHot;

typedef struct TapeHead {
    uint32_t bytes, rows, column_count;
    uint32_t number;    /* of the block in its file */
    uint64_t first_row; /* rows in the file before it */
    int64_t min_ts_us, max_ts_us;
    int64_t min_slot_us, max_slot_us; /* slot starts; MICROS_UNKNOWN: none */
    bool is_mirrored;                 /* the second outcome's book is the mirror of the first's */
    uint32_t head_bytes, hot_at, hot_bytes, cold_at, cold_bytes;
    uint32_t hot_sum, cold_sum;
    TapeHot hot;
    TapeColumn columns[TAPE_COLUMNS]; /* by position, ids rising */
} TapeHead;

/* rows 0: the end of a file that was closed (tape_end_write). */
bool tape_head_read(Span bytes, TapeHead *ret_head);

typedef enum TapePart { TAPE_FINE, TAPE_BAD_HOT, TAPE_BAD_COLD, TAPE_BAD_BOTH } TapePart;
/* Holds the parts of a whole block against their checksums. */
TapePart tape_block_check(const TapeHead *h, Span block);

/* ---- writing --------------------------------------------------------------------------------------- */

/* Writes 1 to 256 rows; returns the bytes used of TAPE_BLOCK_MAX, a multiple of TAPE_ALIGN. */
size_t tape_block_write(const TickRow *rows, uint32_t count, uint32_t number, uint64_t first_row,
                        uint8_t *ret_block);
/* The mark behind the last block of a closed file: TAPE_HEAD_MIN bytes. `day_sum` is that of the only day
 * (tape_sum.h), zeros when there is none, or more than one. */
size_t tape_end_write(uint32_t blocks, uint64_t rows, const uint8_t day_sum[TAPE_SUM_SIZE],
                      uint8_t *ret_bytes);
/* Of a mark that was read: false when it has none. */
bool tape_end_sum(const uint8_t *mark, uint8_t ret_day_sum[TAPE_SUM_SIZE]);

/* ---- reading --------------------------------------------------------------------------------------- */

typedef struct TapeValues { /* a block in columns; cells behind `rows` mean nothing */
    uint32_t rows;
    uint64_t known; /* bit id: the column is there; else unknown at every row */
    int64_t cells[TAPE_COLUMNS][TAPE_ROWS]; /* of a NUMBER the bits of a double */
} TapeValues;

/* All columns of `wanted` (bit id); false when the bytes say what no writer writes. */
bool tape_block_columns(const TapeHead *h, Span block, uint64_t wanted, TapeValues *ret);
/* The block's rows. `scratch` is written over. */
bool tape_block_rows(const TapeHead *h, Span block, TapeValues *scratch, TickRow *ret_rows);

typedef struct TapeHotRows { /* where they go: room for the block's rows */
    int64_t *ts_us, *bid_micros, *ask_micros;
    double *spot;
} TapeHotRows;
/* The hot part alone; the block's head was read and its hot part checked. */
void tape_block_hot(const TapeHead *h, Span block, TapeHotRows to);
/* The same of `count` rows from row `first` on. A column that goes nowhere (NULL) is not read. */
void tape_hot_rows(const TapeHot *hot, const uint8_t *block, uint32_t first, uint32_t count,
                   TapeHotRows to);
