/* fuzz_csv.c — any bytes as a recording in CSV.
 *
 * The first byte says where the text is cut in two.  Promise checked: what is refused is refused with a place;
 * rows come in the order of time, each in its slot; a recording in two files is the one it was; rows that are
 * written to a tape come back. */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/history/tape.h"
#include "runtime/history/ticks.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT ((size_t)64 << 20)
#define LONG_NAME "a name that is longer than the names of streams may be: 0123456789abcdef"
enum { TEXT_MAX = 20000 };

/* What is written can be read, and is the same instant. */
static void check_time(int64_t ts_us)
{
    char room[40];
    int64_t back = 0;
    Buf text;

    buf_init_fixed(&text, room, sizeof room);
    date_put(&text, ts_us, DATE_INSTANT);
    BUG_IF(!time_parse(buf_span(&text), &back) || back != ts_us);
}

static void check_rows(const TickTable *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const TickRow *r = &t->rows[i];

        BUG_IF(i && r->ts_us < t->rows[i - 1].ts_us);
        BUG_IF(r->slot_us && r->ts_us < r->slot_start_us);
        BUG_IF(r->slot_us && r->ts_us >= r->slot_start_us + r->slot_us);
        check_time(r->ts_us);
    }
    for (size_t i = 0; i < t->label_count; i++)
        BUG_IF(t->labels[i].winner < -1 || t->labels[i].winner > 1);
}

/* Where the `n`-th line ends, from the second one on; 0 when there are not so many. */
static size_t line_end(Span text, uint32_t n)
{
    size_t at = 0;

    for (uint32_t line = 0; line <= n; line++) {
        size_t next = span_find(span_from(text, at), SPAN("\n"));

        if (next == SPAN_NONE_AT) return 0;
        at += next + 1;
    }
    return n ? at : 0;
}

/* Both parts begin with the names of the columns, as files do. */
static void check_cut(Span text, size_t at, const TickTable *whole, Arena *arena)
{
    size_t head = span_find(text, SPAN("\n")) + 1;
    Err err = ERR_NONE;
    TickTable t = {0};
    Buf second;

    buf_init(&second, arena, TEXT_MAX * 2);
    buf_span_put(&second, span_sub(text, 0, head));
    buf_span_put(&second, span_from(text, at));
    if (ticks_parse(&t, SPAN("a.csv"), span_sub(text, 0, at), SPAN(""), arena, &err) != ST_OK)
        return; /* a symbol or a row is wanted */
    if (ticks_more(&t, SPAN("b.csv"), buf_span(&second), arena, &err) != ST_OK) return;
    check_rows(&t);
    if (!span_is(t.symbol, whole->symbol) || whole->rows_back) return;
    BUG_IF(t.count != whole->count);
    BUG_IF(t.count && memcmp(t.rows, whole->rows, t.count * sizeof *t.rows) != 0);
}

/* Blocks lie in the order of time, and so do slots. */
static void check_index(const Tape *tape)
{
    for (uint32_t b = 0; b < tape_block_count(tape); b++) {
        const TapeEntry *e = tape_entry(tape, b);

        BUG_IF(tape_find_time(tape, e->min_ts_us) > b || tape_find_slot(tape, e->max_slot_us) > b);
        BUG_IF(tape_find_time(tape, e->max_ts_us + 1) <= b);
    }
}

/* What a writer refuses while it is at work. */
static void check_refusals(TapeWriter *w, const char *path, const TickTable *t, Arena *arena)
{
    TapeInfo info = {SPAN("fuzz"), 1}, longest = {SPAN(LONG_NAME), 1};
    Arena tiny = pool_arena(64);
    Err err = ERR_NONE;
    TapeWriter *other;
    Tape *none;

    BUG_IF(tape_write_open(&other, path, &info, &tiny, &err) != ST_NO_MEMORY);
    BUG_IF(tape_open(&none, path, &tiny, &err) != ST_NO_MEMORY);
    arena_fini(&tiny);
    BUG_IF(tape_write_open(&other, "/", &info, arena, &err) != ST_IO);
    BUG_IF(tape_open(&none, "/dev/null", arena, &err) == ST_OK);
    BUG_IF(tape_write_close(NULL, &err) != ST_OK);
    tape_write_abandon(NULL);
    tape_close(NULL);
    BUG_IF(tape_rows_taken(w) != t->count || tape_rows_written(w) > t->count);
    BUG_IF(tape_write_open(&other, path, &info, arena, &err) != ST_BUSY);
    BUG_IF(tape_write_open(&other, path, &longest, arena, &err) != ST_LIMIT);
    BUG_IF(tape_open(&none, "/dev/null/none", arena, &err) == ST_OK);
    if (t->count) {
        TickRow early = t->rows[t->count - 1];

        early.ts_us--;
        BUG_IF(tape_append(w, &early, &err) != ST_BAD_DATA);
    }
}

static void check_tape(const TickTable *t, Arena *arena)
{
    TapeInfo info = {SPAN("fuzz"), 1};
    TapeValues *scratch = arena_new(arena, TapeValues);
    TickRow *got = arena_array(arena, TickRow, TAPE_ROWS);
    Err err = ERR_NONE;
    size_t row = 0;
    TapeWriter *w;
    char path[64];
    Tape *tape;
    int fd = memfd_create("csv", 0);

    BUG_IF(fd < 0 || arena_is_full(arena));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    BUG_IF(tape_write_open(&w, path, &info, arena, &err) != ST_OK);
    for (size_t i = 0; i < t->count / 2; i++)
        BUG_IF(tape_append(w, &t->rows[i], &err) != ST_OK);
    if (t->count % 2) BUG_IF(tape_flush(w, &err) != ST_OK);
    tape_write_abandon(w); /* killed here, and on with what is missing */
    BUG_IF(t->count % 4 == 1 && pwrite(fd, "half a block", 12, lseek(fd, 0, SEEK_END)) != 12);
    BUG_IF(tape_write_open(&w, path, &info, arena, &err) != ST_OK);
    for (size_t i = tape_rows_written(w); i < t->count; i++)
        BUG_IF(tape_append(w, &t->rows[i], &err) != ST_OK);
    check_refusals(w, path, t, arena);
    BUG_IF(tape_flush(w, &err) != ST_OK || tape_flush(w, &err) != ST_OK);
    BUG_IF(tape_write_close(w, &err) != ST_OK);
    info.source = 2;
    BUG_IF(tape_write_open(&w, path, &info, arena, &err) != ST_CONFLICT);
    BUG_IF(tape_open(&tape, path, arena, &err) != ST_OK);
    for (uint32_t b = 0; b < tape_block_count(tape); b++) {
        uint32_t n = tape_rows(tape, b, scratch, got);

        BUG_IF(row + n > t->count || memcmp(got, t->rows + row, n * sizeof *got) != 0);
        row += n;
    }
    BUG_IF(row != t->count || row != tape_row_count(tape) || !tape_is_closed(tape));
    BUG_IF(tape_tail_bytes(tape) != 0);
    check_index(tape);
    tape_close(tape);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Span text = span_of((const char *)data + 1, size ? size - 1 : 0);
    Err err = ERR_NONE;
    TickTable t = {0};
    Arena arena;
    size_t at;

    if (!size || size > TEXT_MAX) return 0;
    arena = pool_arena(LIMIT);
    if (ticks_parse(&t, SPAN("a.csv"), text, SPAN(""), &arena, &err) == ST_OK) {
        check_rows(&t);
        at = line_end(text, data[0]);
        if (at && at < text.len) check_cut(text, at, &t, &arena);
        if (t.count) check_tape(&t, &arena);
    } else {
        BUG_IF(!err.text[0]);
    }
    arena_fini(&arena);
    return 0;
}
