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
    TapeHotRows hot = {
        arena_array(arena, int64_t, TAPE_ROWS), arena_array(arena, int64_t, TAPE_ROWS),
        arena_array(arena, int64_t, TAPE_ROWS), arena_array(arena, double, TAPE_ROWS)};
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

/* Files are made once for each seed, of rows in three blocks, the second by a writer that goes on. */
typedef struct Made {
    TickRow *rows;
    uint8_t *bytes;
    size_t size; /* 0: not made yet */
} Made;

static void write_rows(const char *path, const TickRow *rows, uint32_t from, uint32_t to,
                       Arena *arena)
{
    const TapeInfo info = {{"fuzz", 4}, 1};
    TapeWriter *w;
    Err err = ERR_NONE;

    BUG_IF(tape_write_open(&w, path, &info, arena, &err) != ST_OK);
    for (uint32_t i = from; i < to; i++) {
        BUG_IF(tape_append(w, &rows[i], &err) != ST_OK);
        if (i % ROWS == ROWS - 1) BUG_IF(tape_flush(w, &err) != ST_OK);
    }
    BUG_IF(tape_write_close(w, &err) != ST_OK);
}

static const Made *make_file(uint8_t seed, const char *path, int fd, Arena *arena)
{
    static Made made[256];
    Made *m = &made[seed];
    off_t size;

    if (m->size) return m;
    BUG_IF(ftruncate(fd, 0) != 0);
    m->rows = malloc(BLOCKS * ROWS * sizeof *m->rows);
    BUG_IF(!m->rows);
    rows_make(m->rows, BLOCKS * ROWS, seed % ROWS_STYLES, seed);
    write_rows(path, m->rows, 0, ROWS, arena);
    write_rows(path, m->rows, ROWS, BLOCKS * ROWS, arena);
    size = lseek(fd, 0, SEEK_END);
    m->bytes = malloc((size_t)size);
    BUG_IF(size <= 0 || !m->bytes || pread(fd, m->bytes, (size_t)size, 0) != size);
    m->size = (size_t)size;
    return m;
}

/* What is damaged can be said; what comes to be read a second time is no shorter. */
static void look_up(Tape *t, Arena *arena)
{
    uint8_t sum[SHA256_SIZE];
    Err err = ERR_NONE;
    int64_t day;
    Buf text;

    buf_init(&text, arena, 1 << 16);
    for (uint32_t i = 0; i < tape_damage_count(t); i++) {
        size_t len = text.len;

        tape_damage_put(t, i, &text);
        BUG_IF(text.len == len && !buf_is_full(&text));
    }
    BUG_IF(tape_day_sum(t, &day, sum) && (!tape_is_closed(t) || tape_damage_count(t)));
    BUG_IF(tape_refresh(t, &err) != ST_OK);
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
    look_up(t, arena);
    tape_close(t);
}

static void try_file(const uint8_t *data, size_t size, Arena *arena)
{
    static int fd = -1; /* one file for all inputs */
    const Made *made;
    char path[64];
    uint8_t *now;
    size_t n;

    if (fd < 0) fd = memfd_create("tape", 0);
    BUG_IF(fd < 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    made = make_file(data[0], path, fd, arena);
    n = made->size;
    now = malloc(n);
    BUG_IF(!now);
    memcpy(now, made->bytes, n);
    for (data++, size--; size >= 4; data += 4, size -= 4) {
        size_t at = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)(data[2] & 1) << 16) % n;

        now[at] = data[3];
        if (data[2] & 0x80)
            mend(now + at / TAPE_ALIGN * TAPE_ALIGN, n - at / TAPE_ALIGN * TAPE_ALIGN);
        if (data[2] & 0x40) n = n > 256 ? n - data[3] : n;
    }
    BUG_IF(pwrite(fd, now, n, 0) != (ssize_t)n || ftruncate(fd, (off_t)n) != 0);
    check_file(path, made->bytes, now, made->rows, arena);
    free(now);
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
