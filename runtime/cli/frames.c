/* frames.c — see frames.h. */
#include "runtime/cli/frames.h"

#include <string.h>

enum { HEADER_MAX = 4096 };

bool frames_init(Frames *f, size_t max, Arena *arena)
{
    *f = (Frames){.max = max, .cap = max + 2 * HEADER_MAX};
    f->bytes = arena_alloc(arena, f->cap);
    return f->bytes && !arena_is_full(arena);
}

static void drop(Frames *f, size_t size)
{
    f->len -= size;
    if (f->len) memmove(f->bytes, f->bytes + size, f->len);
}

char *frames_room(Frames *f, size_t *ret_size)
{
    drop(f, f->taken);
    f->taken = 0;
    *ret_size = f->cap - f->len;
    return f->bytes + f->len;
}

void frames_fed(Frames *f, size_t size)
{
    f->len += size;
}

static bool is_length_name(Span name)
{
    static const char wanted[] = "content-length";

    if (name.len != sizeof wanted - 1) return false;
    for (size_t i = 0; i < name.len; i++)
        if ((name.ptr[i] | 32) != wanted[i]) return false;
    return true;
}

static bool parse_length(Span text, size_t *ret)
{
    size_t v = 0;

    text = span_trim(text);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || v > SIZE_MAX / 100) return false;
        v = v * 10 + (size_t)(text.ptr[i] - '0');
    }
    *ret = v;
    return text.len > 0;
}

/* The length a block of header lines names; false when it names none. */
static bool find_length(Span header, size_t *ret)
{
    Span line;
    bool is_found = false;

    while (span_cut(&header, '\n', &line)) {
        size_t colon = span_find_char(line, ':');

        if (colon != SPAN_NONE_AT && is_length_name(span_trim(span_sub(line, 0, colon))))
            is_found = parse_length(span_from(line, colon + 1), ret);
    }
    return is_found;
}

/* Bytes of the header, its empty line included; 0 while it is not whole. */
static size_t header_size(const Frames *f)
{
    for (size_t i = 0; i + 1 < f->len && i < HEADER_MAX; i++) {
        if (f->bytes[i] != '\n') continue;
        if (f->bytes[i + 1] == '\n') return i + 2;
        if (i + 2 < f->len && f->bytes[i + 1] == '\r' && f->bytes[i + 2] == '\n') return i + 3;
    }
    return 0;
}

static void skip_bytes(Frames *f)
{
    size_t now = f->skip < f->len ? f->skip : f->len;

    drop(f, now);
    f->skip -= now;
}

FrameStatus frames_next(Frames *f, Span *ret_message)
{
    drop(f, f->taken);
    f->taken = 0;
    for (;;) {
        size_t header, len;

        skip_bytes(f);
        header = f->skip ? 0 : header_size(f);
        if (!header) {
            if (f->len >= HEADER_MAX && !f->skip) drop(f, f->len - 3); /* no header is that long */
            return FRAME_WAITS;
        }
        if (!find_length(span_of(f->bytes, header), &len)) {
            drop(f, header);
            continue;
        }
        if (len > f->max) {
            drop(f, header);
            f->skip = len;
            *ret_message = span_of(NULL, len);
            return FRAME_TOO_BIG;
        }
        if (f->len - header < len) return FRAME_WAITS;
        *ret_message = span_of(f->bytes + header, len);
        f->taken = header + len;
        return FRAME_MESSAGE;
    }
}
