/* fuzz_tape.c — blocks and files of tapes that come from anywhere: refused, or read inside their memory.
 *
 * The first byte: even, the rest is a block, whose head gets a good checksum; odd, the next byte is a seed
 * of rows, and each four bytes after that put one value at one place of the file that is made of them.
 * Promise checked: rows that were not touched come back as they were. */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/history/tape.h"
#include "tests/fuzz/pool.h"
#include "tests/unit/market/rows.h"
#include "vm/base/bug.h"
#include "vm/base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 16 << 20, SUM_AT = 4, SUMMED_AT = 8, COLUMNS_AT = 14, BLOCKS = 3, ROWS = 40 };

/* The head's checksum is made good, so that what is behind it gets read. */
static void mend(uint8_t *block, size_t size)
{
    size_t head = TAPE_HEAD_MIN;
    uint32_t sum;

    if (size < head) return;
    head = (head + block[COLUMNS_AT] * (size_t)TAPE_COLUMN_BYTES + TAPE_ALIGN - 1) / TAPE_ALIGN *
           TAPE_ALIGN;
    if (head > size) return;
    sum = crc32c(0, block + SUMMED_AT, head - SUMMED_AT);
    memcpy(block + SUM_AT, &sum, sizeof sum);
}

static void try_block(const uint8_t *data, size_t size, Arena *arena)
{
    uint8_t *block = malloc(size ? size : 1); /* exact, so that a byte too far is a report */
    TapeHotRows *hot = arena_new(arena, TapeHotRows);
    TapeValues *scratch = arena_new(arena, TapeValues);
    TickRow *rows = arena_array(arena, TickRow, TAPE_ROWS);
    TapeHead h;
    Span span;

    BUG_IF(!block || arena_is_full(arena));
    if (size) memcpy(block, data, size);
    mend(block, size);
    span = span_of((const char *)block, size);
    if (tape_head_read(span, &h) && h.rows) {
        (void)tape_block_check(&h, span);
        (void)tape_block_rows(&h, span, scratch, rows);
        if (h.bytes <= size) tape_block_hot(&h, span, hot);
    }
    free(block);
}

static size_t make_file(uint8_t *bytes, const TickRow *rows, const char *path, Arena *arena)
{
    const TapeInfo info = {{"fuzz", 4}, 1};
    TapeWriter *w;
    Err err = ERR_NONE;
    FILE *f;
    size_t n;

    BUG_IF(tape_write_open(&w, path, &info, arena, &err) != ST_OK);
    for (uint32_t i = 0; i < BLOCKS * ROWS; i++) {
        BUG_IF(tape_append(w, &rows[i], &err) != ST_OK);
        if (i % ROWS == ROWS - 1) BUG_IF(tape_flush(w, &err) != ST_OK);
    }
    BUG_IF(tape_write_close(w, &err) != ST_OK);
    f = fopen(path, "rb");
    BUG_IF(!f);
    n = fread(bytes, 1, BLOCKS * (size_t)TAPE_BLOCK_MAX, f);
    fclose(f);
    return n;
}

/* Blocks whose bytes are as they were must be there and say what they said. */
static void check_file(const char *path, const uint8_t *was, const uint8_t *now,
                       const TickRow *rows, Arena *arena)
{
    TapeValues *scratch = arena_new(arena, TapeValues);
    TickRow *got = arena_array(arena, TickRow, TAPE_ROWS);
    Err err = ERR_NONE;
    Tape *t;

    if (tape_open(&t, path, arena, &err) != ST_OK) return;
    tape_verify(t, scratch, got);
    for (uint32_t i = 0; i < tape_block_count(t); i++) {
        const TapeEntry *e = tape_entry(t, i);
        uint32_t n = tape_rows(t, i, scratch, got);
        bool is_same = memcmp(was + e->at, now + e->at, e->bytes) == 0;

        BUG_IF(is_same && n != e->rows);
        BUG_IF(is_same && memcmp(got, rows + e->first_row, n * sizeof *got) != 0);
    }
    tape_close(t);
}

static void try_file(const uint8_t *data, size_t size, Arena *arena)
{
    TickRow *rows = arena_array(arena, TickRow, BLOCKS * ROWS);
    uint8_t *was = arena_alloc(arena, BLOCKS * (size_t)TAPE_BLOCK_MAX);
    uint8_t *now = arena_alloc(arena, BLOCKS * (size_t)TAPE_BLOCK_MAX);
    char path[64];
    int fd = memfd_create("tape", 0);
    size_t n;

    BUG_IF(fd < 0 || arena_is_full(arena));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    rows_make(rows, BLOCKS * ROWS, data[0] % ROWS_STYLES, data[0]);
    n = make_file(was, rows, path, arena);
    memcpy(now, was, n);
    for (data++, size--; size >= 4; data += 4, size -= 4) {
        size_t at = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)(data[2] & 1) << 16) % n;

        now[at] = data[3];
        if (data[2] & 0x80)
            mend(now + at / TAPE_ALIGN * TAPE_ALIGN, n - at / TAPE_ALIGN * TAPE_ALIGN);
        if (data[2] & 0x40) n = n > 256 ? n - data[3] : n;
    }
    BUG_IF(pwrite(fd, now, n, 0) != (ssize_t)n || ftruncate(fd, (off_t)n) != 0);
    check_file(path, was, now, rows, arena);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;

    if (size < 2) return 0;
    arena = pool_arena(LIMIT);
    if (data[0] & 1)
        try_file(data + 1, size - 1, &arena);
    else
        try_block(data + 1, size - 1, &arena);
    arena_fini(&arena);
    return 0;
}
