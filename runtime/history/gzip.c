/* gzip.c — see gzip.h. */
#include "runtime/history/gzip.h"

#include <zlib.h>

enum { GZIP_WINDOW = 16 + MAX_WBITS };

bool gzip_is(Span bytes)
{
    return bytes.len > 2 && (unsigned char)bytes.ptr[0] == 0x1f &&
           (unsigned char)bytes.ptr[1] == 0x8b;
}

static void *grow(Arena *arena, const char *old, size_t used, size_t *cap, size_t max)
{
    size_t want = *cap ? *cap * 2 : (size_t)1 << 20;
    char *p;

    if (want > max) want = max;
    if (want <= used) return NULL;
    p = arena_alloc(arena, want + 1);
    if (p && used) memcpy(p, old, used);
    *cap = want;
    return p;
}

Status gzip_unpack(Span name, Span bytes, size_t max, Arena *arena, Span *ret_text, Err *err)
{
    z_stream z = {.next_in = (unsigned char *)bytes.ptr, .avail_in = (unsigned)bytes.len};
    size_t used = 0, cap = 0;
    char *text = NULL;
    int rc = Z_OK;

    if (bytes.len > UINT32_MAX || inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return err_set(err, ST_LIMIT, "%S: cannot be unpacked", name);
    while (rc == Z_OK) {
        if (used == cap && !(text = grow(arena, text, used, &cap, max))) break;
        z.next_out = (unsigned char *)text + used;
        z.avail_out = (unsigned)(cap - used);
        rc = inflate(&z, Z_NO_FLUSH);
        used = cap - z.avail_out;
        if (rc == Z_STREAM_END && z.avail_in) rc = inflateReset(&z); /* files may be joined */
    }
    inflateEnd(&z);
    if (!text) return err_set(err, ST_LIMIT, "%S: larger than %zu bytes when unpacked", name, max);
    if (rc != Z_STREAM_END)
        return err_set(err, ST_BAD_DATA, "%S: the packed data are damaged or cut off", name);
    *ret_text = span_of(text, used);
    return ST_OK;
}
