/* gzip.c — see gzip.h. */
#include "runtime/history/gzip.h"

#include <errno.h>
#include <unistd.h>
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

Status gzip_pack(Span name, Span bytes, Arena *arena, Span *ret_packed, Err *err)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)bytes.ptr,
                  .avail_in = (unsigned)bytes.len};
    char *packed = NULL;
    size_t bound;
    int rc;

    if (bytes.len > UINT32_MAX / 2 || deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW,
                                                   9, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_set(err, ST_LIMIT, "%S: cannot be packed", name);
    bound = deflateBound(&z, (uLong)bytes.len);
    packed = arena_alloc(arena, bound);
    z.next_out = (unsigned char *)packed;
    z.avail_out = (unsigned)bound;
    rc = packed ? deflate(&z, Z_FINISH) : Z_MEM_ERROR;
    deflateEnd(&z);
    if (rc != Z_STREAM_END) return err_set(err, ST_NO_MEMORY, "%S: no memory to pack it", name);
    *ret_packed = span_of(packed, bound - z.avail_out);
    return ST_OK;
}

/* ---- from descriptor to descriptor ----------------------------------------------------------------- */

enum { PIECE = 1 << 18 };

static bool write_all(int out, const unsigned char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(out, bytes, len);

        if (n < 0 && errno != EINTR) return false;
        if (n < 0) continue;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* Everything that is in z->next_in; false when it is damaged. */
static bool inflate_piece(z_stream *z, int out, unsigned char *piece, int *rc)
{
    while (z->avail_in || z->avail_out == 0) {
        if (*rc == Z_STREAM_END && (!z->avail_in || inflateReset(z) != Z_OK)) return !z->avail_in;
        z->next_out = piece;
        z->avail_out = PIECE;
        *rc = inflate(z, Z_NO_FLUSH);
        if (*rc == Z_BUF_ERROR) return true; /* wants more */
        if (*rc != Z_OK && *rc != Z_STREAM_END) return false;
        if (!write_all(out, piece, PIECE - z->avail_out)) return false;
    }
    return true;
}

bool gzip_stream(Span head, int fd, int out)
{
    unsigned char in[PIECE], piece[PIECE];
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)head.ptr, .avail_in = (unsigned)head.len};
    bool is_fine = inflateInit2(&z, GZIP_WINDOW) == Z_OK;
    int rc = Z_OK;

    z.avail_out = PIECE;
    while (is_fine) {
        ssize_t n;

        is_fine = inflate_piece(&z, out, piece, &rc);
        if (!is_fine) break;
        do
            n = read(fd, in, sizeof in);
        while (n < 0 && errno == EINTR);
        if (n <= 0) {
            is_fine = n == 0 && rc == Z_STREAM_END;
            break;
        }
        z.next_in = in;
        z.avail_in = (unsigned)n;
    }
    inflateEnd(&z);
    return is_fine;
}
