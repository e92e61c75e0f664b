/* import_stream.c — the streams of a recording and their days: files in the making, rows that come late. */
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

enum { GAP_US = 60000000 };
#define WRITER_MEMORY ((size_t)64 << 20)

/* ---- names ----------------------------------------------------------------------------------------- */

/* "BTC" to "btc": letters, digits, - and _ alone, so that it may be a folder. */
static bool put_asset(Buf *out, Span symbol)
{
    if (!symbol.len || symbol.len > 24) return false;
    for (size_t i = 0; i < symbol.len; i++) {
        char c = symbol.ptr[i];

        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_') return false;
        buf_char(out, c);
    }
    return true;
}

static void put_duration(Buf *out, char before, int64_t slot_us)
{
    static const struct {
        int64_t seconds;
        char unit;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    int64_t seconds = slot_us / FX_ONE;

    if (!slot_us) return;
    buf_char(out, before);
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (seconds % units[i].seconds && units[i].seconds > 1) continue;
        buf_int(out, seconds / units[i].seconds);
        buf_char(out, units[i].unit);
        return;
    }
}

static Stream *stream_new(Import *im, Span symbol, int64_t slot_us)
{
    Stream *s = arena_new(im->arena, Stream);
    Buf name, folder;

    buf_init(&name, im->arena, TAPE_STREAM_MAX);
    buf_init(&folder, im->arena, 4096);
    buf_fmt(&name, "%S:", im->venue);
    buf_fmt(&folder, "%s/%S/", im->how->folder, im->venue);
    if (!put_asset(&name, symbol) || !put_asset(&folder, symbol)) {
        import_problem(im, PROBLEM_STREAM);
        return NULL;
    }
    put_duration(&name, ':', slot_us);
    put_duration(&folder, '-', slot_us);
    s->symbol = arena_span(im->arena, symbol);
    s->slot_us = slot_us;
    s->name = buf_span(&name);
    s->folder = buf_cstr(&folder);
    s->held = CELL_HELD_NONE;
    s->last.ts_us = MICROS_UNKNOWN;
    s->latest_us = s->last_us = INT64_MIN;
    s->first_us = INT64_MAX;
    mapnum_init(&s->slots, im->arena);
    if (folder_make(s->folder, im->err) != ST_OK) return NULL;
    if (!arena_init(&s->arena, memory_source(), WRITER_MEMORY) ||
        !vec_push(im->arena, &im->streams, s)) {
        err_set(im->err, ST_NO_MEMORY, "no memory for another stream");
        return NULL;
    }
    return s;
}

Stream *import_stream(Import *im, Span symbol, int64_t slot_us)
{
    Stream *s = im->stream;

    if (!symbol.len) symbol = im->asset;
    if (s && s->slot_us == slot_us && span_is(s->symbol, symbol)) return s;
    for (size_t i = 0; i < im->streams.count; i++) {
        s = im->streams.items[i];
        if (s->slot_us == slot_us && span_is(s->symbol, symbol)) return im->stream = s;
    }
    return im->stream = stream_new(im, symbol, slot_us);
}

const char *import_path(const Import *im, const Stream *s, const char *what, const char *ending)
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
    d->whole = import_path(im, s, date, ".tape");
    d->part = import_path(im, s, date, ".tape.part");
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

/* Keeps the longest ones. */
static void note_gap(Import *im, const Stream *s, const TickRow *row)
{
    ImportReport *r = im->report;
    size_t least = 0;
    int64_t length;

    if (s->last.ts_us == MICROS_UNKNOWN || s->last.slot_start_us != row->slot_start_us) return;
    length = row->ts_us - s->last.ts_us;
    if (length <= GAP_US) return;
    r->gap_count++;
    r->gap_us += (uint64_t)length;
    if (r->gaps.count < IMPORT_GAPS) {
        (void)vec_push(im->arena, &r->gaps, (ImportGap){s->name, s->last.ts_us, row->ts_us});
        return;
    }
    for (size_t i = 1; i < r->gaps.count; i++)
        if (r->gaps.items[i].to_us - r->gaps.items[i].from_us <
            r->gaps.items[least].to_us - r->gaps.items[least].from_us)
            least = i;
    if (length > r->gaps.items[least].to_us - r->gaps.items[least].from_us)
        r->gaps.items[least] = (ImportGap){s->name, s->last.ts_us, row->ts_us};
}

static bool is_crossed(const TickData *d)
{
    for (int o = 0; o < OUTCOMES; o++) {
        int64_t bid = d->bid[o].price_micros[0], ask = d->ask[o].price_micros[0];

        if (bid != MICROS_UNKNOWN && ask != MICROS_UNKNOWN && bid > ask) return true;
    }
    return false;
}

Status import_tick(Import *im, Stream *s, const TickRow *row)
{
    Day *d = s->day;

    if (is_crossed(&row->data)) import_problem(im, PROBLEM_CROSSED);
    if (row->ts_us == s->last.ts_us && memcmp(row, &s->last, sizeof *row) == 0)
        import_problem(im, PROBLEM_DUPLICATE);
    if (!d || d->day != tape_day(row->ts_us)) d = day_find(im, s, tape_day(row->ts_us));
    if (!d) return err_set(im->err, ST_NO_MEMORY, "no memory for another day");
    s->ticks++;
    if (row->ts_us < s->first_us) s->first_us = row->ts_us;
    if (row->ts_us > s->last_us) s->last_us = row->ts_us;
    if (row->ts_us < s->latest_us) {
        import_problem(im, PROBLEM_BACK);
        if (d->is_done || vec_push(im->arena, &d->late, *row)) return ST_OK;
        return err_set(im->err, ST_NO_MEMORY, "too many rows go back in time to sort them");
    }
    note_gap(im, s, row);
    s->latest_us = row->ts_us;
    s->last = *row;
    return in_order(im, s, d, row);
}

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
    const char *path = import_path(im, s, name_of_day(d->day, im->arena), ".tape.sorted");
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

Status import_stream_finish(Import *im, Stream *s)
{
    Status st = close_day(im, s);

    for (size_t i = 0; i < s->days.count && st == ST_OK; i++)
        st = finish_day(im, s, s->days.items[i]);
    if (st == ST_OK) st = import_slots_write(im, s);
    if (st == ST_OK) st = import_fills_write(im, s);
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
