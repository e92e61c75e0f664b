/* import_days.c — the days of a stream: files in the making, rows that come late. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/core/memory.h"
#include "runtime/history/import_inside.h"
#include "vm/base/date.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/sort.h"

#define WRITER_MEMORY ((size_t)64 << 20)

static const char *path_in(const Import *im, const Stream *s, const char *what, const char *ending)
{
    Buf path;

    buf_init(&path, im->arena, 4096);
    buf_fmt(&path, "%s/%s.", s->folder, what);
    buf_hex(&path, im->report->key, 16);
    buf_str(&path, ending);
    return buf_cstr(&path);
}

/* ---- days ------------------------------------------------------------------------------------------ */

/* The date of a day since 1970, as 2026-04-13. */
static const char *name_of_day(int64_t day, Arena *arena)
{
    Buf text;

    buf_init(&text, arena, 32);
    date_put(&text, day * DAY_US, DATE_DAY);
    return buf_cstr(&text);
}

static Day *day_find(Import *im, Stream *s, int64_t number)
{
    const char *date;
    Day *d;

    for (size_t i = s->days.count; i-- > 0;)
        if (s->days.items[i]->day == number) return s->days.items[i];
    d = arena_new(im->arena, Day);
    date = name_of_day(number, im->arena);
    d->day = number;
    d->whole = path_in(im, s, date, ".tape");
    d->part = path_in(im, s, date, ".tape.part");
    d->is_done = file_exists(d->whole);
    return vec_push(im->arena, &s->days, d) ? d : NULL;
}

static Status close_day(Import *im, Stream *s)
{
    Status st = tape_write_close(s->writer, im->err);

    s->writer = NULL;
    s->day = NULL;
    arena_reset(&s->arena);
    return st;
}

static TapeInfo info_of(const Import *im, const Stream *s)
{
    return (TapeInfo){s->name, im->report->key};
}

static Status open_day(Import *im, Stream *s, Day *d)
{
    TapeInfo info = info_of(im, s);
    Status st;

    s->day = d;
    if (d->is_done) return ST_OK;
    st = tape_write_open(&s->writer, d->part, &info, &s->arena, im->err);
    if (st == ST_OK) d->skip = tape_rows_taken(s->writer);
    return st;
}

static Status in_order(Import *im, Stream *s, Day *d, const TickRow *row)
{
    Status st = ST_OK;

    if (s->day != d) {
        st = close_day(im, s);
        if (st == ST_OK) st = open_day(im, s, d);
    }
    if (st != ST_OK || d->is_done || d->passed++ < d->skip) return st;
    return tape_append(s->writer, row, im->err);
}

/* ---- ticks ----------------------------------------------------------------------------------------- */

static Status begin_stream(Import *im, Stream *s)
{
    Span duration = span_from(s->name, im->venue.len + 1 + s->asset.len);
    Buf folder;

    buf_init(&folder, im->arena, 4096);
    buf_fmt(&folder, "%s/%S/%S", im->how->folder, im->venue, s->asset);
    if (duration.len) buf_fmt(&folder, "-%S", span_from(duration, 1));
    s->folder = buf_cstr(&folder);
    if (folder_make(s->folder, im->err) != ST_OK) return im->err->status;
    return arena_init(&s->arena, memory_source(), WRITER_MEMORY)
               ? ST_OK
               : err_set(im->err, ST_NO_MEMORY, "no memory for another stream");
}

static Status keep(Import *im, Stream *s, const TickRow *row, bool is_late)
{
    Day *d = s->day;

    if (!d || d->day != tape_day(row->ts_us)) d = day_find(im, s, tape_day(row->ts_us));
    if (!d) return err_set(im->err, ST_NO_MEMORY, "no memory for another day");
    if (!is_late) return in_order(im, s, d, row);
    if (d->is_done || vec_push(im->arena, &d->late, *row)) return ST_OK;
    return err_set(im->err, ST_NO_MEMORY, "too many rows go back in time to sort them");
}

const ImportSink import_days = {begin_stream, keep};

/* ---- the end --------------------------------------------------------------------------------------- */

static int row_cmp(const void *a, const void *b, void *ctx)
{
    const TickRow *x = a, *y = b;

    (void)ctx;
    return (x->ts_us > y->ts_us) - (x->ts_us < y->ts_us);
}

/* Rows in order and rows that came late, of equal times those in order first: as sorting would have it. */
static Status merge_rows(Import *im, Day *d, Tape *t, TapeWriter *w)
{
    TapeValues *scratch = arena_new(im->arena, TapeValues);
    TickRow *rows = arena_array(im->arena, TickRow, TAPE_ROWS);
    size_t late = 0;
    Status st = ST_OK;

    if (arena_is_full(im->arena)) return err_set(im->err, ST_NO_MEMORY, "no memory to sort");
    for (uint32_t b = 0; t && b < tape_block_count(t) && st == ST_OK; b++) {
        uint32_t n = tape_rows(t, b, scratch, rows);

        if (!n)
            return err_set(im->err, ST_BAD_DATA, "%s: is damaged; remove it and begin again",
                           d->part);
        for (uint32_t i = 0; i < n && st == ST_OK; i++) {
            while (st == ST_OK && late < d->late.count && d->late.items[late].ts_us < rows[i].ts_us)
                st = tape_append(w, &d->late.items[late++], im->err);
            if (st == ST_OK) st = tape_append(w, &rows[i], im->err);
        }
    }
    while (st == ST_OK && late < d->late.count)
        st = tape_append(w, &d->late.items[late++], im->err);
    return st;
}

static Status sort_in(Import *im, Stream *s, Day *d)
{
    const char *path = path_in(im, s, name_of_day(d->day, im->arena), ".tape.sorted");
    TapeInfo info = info_of(im, s);
    TapeWriter *w = NULL;
    Tape *t = NULL;
    Status st = ST_OK;

    (void)unlink(path);
    if (!sort_stable(d->late.items, d->late.count, sizeof *d->late.items, row_cmp, NULL, im->arena))
        return err_set(im->err, ST_NO_MEMORY, "too many rows go back in time to sort them");
    if (file_exists(d->part)) st = tape_open(&t, d->part, im->arena, im->err);
    if (st == ST_OK) st = tape_write_open(&w, path, &info, &s->arena, im->err);
    if (st == ST_OK) st = merge_rows(im, d, t, w);
    if (st == ST_OK)
        st = tape_write_close(w, im->err);
    else
        tape_write_abandon(w);
    arena_reset(&s->arena);
    tape_close(t);
    if (st == ST_OK && rename(path, d->whole) != 0)
        st = err_set(im->err, ST_IO, "%s: %s", d->whole, strerrordesc_np(errno));
    if (st == ST_OK) (void)unlink(d->part);
    return st;
}

static Status finish_day(Import *im, Stream *s, Day *d)
{
    if (d->is_done) {
        (void)unlink(d->part);
        return ST_OK;
    }
    if (d->passed < d->skip)
        return err_set(im->err, ST_CONFLICT, "%s: has more rows than the recording", d->part);
    if (d->late.count) return sort_in(im, s, d);
    if (rename(d->part, d->whole) == 0) return ST_OK;
    return err_set(im->err, ST_IO, "%s: %s", d->whole, strerrordesc_np(errno));
}

static Status write_slots(Import *im, Stream *s)
{
    Buf text;

    if (!mapnum_count(&s->slots)) return ST_OK;
    buf_init(&text, im->arena, (size_t)512 << 20);
    import_slots_put(s, &text);
    if (buf_is_full(&text)) return err_set(im->err, ST_LIMIT, "too many slots");
    return file_replace(path_in(im, s, "slots", ".csv"), buf_span(&text), im->err);
}

static Status write_fills(Import *im, Stream *s)
{
    if (!s->fills.arena) return ST_OK;
    return file_replace(path_in(im, s, "fills", ".csv"), buf_span(&s->fills), im->err);
}

Status import_stream_finish(Import *im, Stream *s)
{
    Status st = close_day(im, s);

    for (size_t i = 0; i < s->days.count && st == ST_OK; i++)
        st = finish_day(im, s, s->days.items[i]);
    if (st == ST_OK) st = write_slots(im, s);
    if (st == ST_OK) st = write_fills(im, s);
    return st;
}

void import_stream_abandon(Stream *s)
{
    tape_write_abandon(s->writer);
    s->writer = NULL;
    arena_fini(&s->arena);
}

void import_stream_drop(Stream *s)
{
    tape_write_abandon(s->writer);
    s->writer = NULL;
    for (size_t i = 0; i < s->days.count; i++)
        (void)unlink(s->days.items[i]->part);
}
