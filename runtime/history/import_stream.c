/* import_stream.c — the streams of a recording, and their ticks on the way to where they are kept. */
#include "runtime/history/import_inside.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { GAP_US = 60000000 };

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

static void put_duration(Buf *out, int64_t slot_us)
{
    static const struct {
        int64_t seconds;
        char unit;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    int64_t seconds = slot_us / FX_ONE;

    if (!slot_us) return;
    buf_char(out, ':');
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
    Buf name;

    buf_init(&name, im->arena, TAPE_STREAM_MAX);
    buf_fmt(&name, "%S:", im->venue);
    if (!put_asset(&name, symbol)) {
        import_problem(im, PROBLEM_STREAM);
        return NULL;
    }
    s->asset = span_from(buf_span(&name), im->venue.len + 1);
    put_duration(&name, slot_us);
    s->symbol = arena_span(im->arena, symbol);
    s->slot_us = slot_us;
    s->name = buf_span(&name);
    s->held = CELL_HELD_NONE;
    s->last.ts_us = MICROS_UNKNOWN;
    s->latest_us = s->last_us = INT64_MIN;
    s->first_us = INT64_MAX;
    mapnum_init(&s->slots, im->arena);
    if (im->sink->begin && im->sink->begin(im, s) != ST_OK) return NULL;
    if (!vec_push(im->arena, &im->streams, s)) {
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
    bool is_late = row->ts_us < s->latest_us;

    if (is_crossed(&row->data)) import_problem(im, PROBLEM_CROSSED);
    if (row->ts_us == s->last.ts_us && memcmp(row, &s->last, sizeof *row) == 0)
        import_problem(im, PROBLEM_DUPLICATE);
    s->ticks++;
    if (row->ts_us < s->first_us) s->first_us = row->ts_us;
    if (row->ts_us > s->last_us) s->last_us = row->ts_us;
    if (is_late) {
        import_problem(im, PROBLEM_BACK);
    } else {
        note_gap(im, s, row);
        s->latest_us = row->ts_us;
        s->last = *row;
    }
    return im->sink->keep(im, s, row, is_late);
}
