/* tape_sum.h — tape_sha256: what rows of one stream say, as a hash; docs/TAPE.md has its definition.
 *
 * In: rows in the order of time, in pieces of any size, or whole days whose sums are known; how slots ended.
 * Out: 32 bytes.  Promise: equal rows and slots give equal sums however they were appended, cut into blocks or
 * files, or compressed; any other cell gives another sum. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "runtime/market/rows.h"
#include "vm/base/hash.h"
#include "vm/base/span.h"

typedef struct TapeSum {
    Sha256 whole, day; /* the day is taken into the whole when it is over */
    TickRow last;      /* the row before, of this day */
    int64_t day_number;
    uint64_t day_rows, days; /* rows of this day; days that are over */
    /* the processor's instructions: set it behind tape_sum_init where that is known */
    bool has_sha;
} TapeSum;

/* Days are of UTC. */
int64_t tape_day(int64_t ts_us);

void tape_sum_init(TapeSum *s, Span stream);
void tape_sum_rows(TapeSum *s, const TickRow *rows, size_t count);
/* All rows of one day at once, by its sum; none of that day's rows may be given besides. */
void tape_sum_day(TapeSum *s, int64_t day, uint64_t rows, const uint8_t sum[SHA256_SIZE]);
/* The sum of the day of all rows so far; false when there is none, or more than one. */
bool tape_sum_only_day(const TapeSum *s, uint8_t ret_sum[SHA256_SIZE]);
/* The end; `labels` in the order of slots. */
void tape_sum_final(TapeSum *s, const SlotLabel *labels, size_t count,
                    uint8_t ret_sum[SHA256_SIZE]);
