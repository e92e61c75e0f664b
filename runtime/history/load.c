/* load.c — tick files by path: plain, packed, or standard input. */
#include "runtime/core/file.h"
#include "runtime/history/gzip.h"
#include "runtime/history/ticks.h"

#define MAX_TICK_BYTES ((size_t)1 << 31)

Status ticks_load(TickTable *t, const char *path, Span want_symbol, Arena *arena, Err *err)
{
    Span bytes, text;
    Status st = file_read(arena, path, MAX_TICK_BYTES, &bytes, err);

    if (st != ST_OK) return st;
    text = bytes;
    if (gzip_is(bytes)) st = gzip_unpack(span_str(path), bytes, MAX_TICK_BYTES, arena, &text, err);
    if (st != ST_OK) return st;
    return ticks_parse(t, span_str(path), text, want_symbol, arena, err);
}
