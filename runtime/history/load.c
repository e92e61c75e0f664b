/* load.c — tick files by path: plain, packed, or standard input. */
#include "runtime/core/file.h"
#include "runtime/history/gzip.h"
#include "runtime/history/ticks.h"

#define MAX_TICK_BYTES ((size_t)1 << 31)

static Status read_text(const char *path, Span *ret_text, Arena *arena, Err *err)
{
    Span bytes;
    Status st = file_read(arena, path, MAX_TICK_BYTES, &bytes, err);

    if (st != ST_OK) return st;
    if (gzip_is(bytes)) st = gzip_unpack(span_str(path), bytes, MAX_TICK_BYTES, arena, &bytes, err);
    if (st != ST_OK) return st;
    *ret_text =
        span_starts(bytes, SPAN(CELLS_BOM)) ? span_from(bytes, sizeof CELLS_BOM - 1) : bytes;
    return ST_OK;
}

Status ticks_load(TickTable *t, const char *path, Span want_symbol, Arena *arena, Err *err)
{
    Span text;
    Status st = read_text(path, &text, arena, err);

    return st == ST_OK ? ticks_parse(t, span_str(path), text, want_symbol, arena, err) : st;
}

Status ticks_load_more(TickTable *t, const char *path, Arena *arena, Err *err)
{
    Span text;
    Status st = read_text(path, &text, arena, err);

    return st == ST_OK ? ticks_more(t, span_str(path), text, arena, err) : st;
}
