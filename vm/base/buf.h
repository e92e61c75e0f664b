/* buf.h — growable bytes with a hard maximum.
 *
 * Lives on an Arena (buf_init) or on memory of the caller's (buf_init_fixed).  A write that would
 * exceed the maximum, or that the arena refuses, is dropped whole; so is every later one, and the
 * sticky flag says so.  Promise: never writes outside its memory and never holds half a write. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/base/span.h"

typedef struct Buf {
    Arena *arena; /* NULL: fixed memory */
    char *ptr;
    size_t len, cap; /* cap counts one spare byte for a NUL */
    size_t max;      /* bytes, without the NUL */
    bool is_full;
} Buf;

void buf_init(Buf *b, Arena *arena, size_t max);
/* `size` bytes of the caller's, of which size - 1 can be filled. */
void buf_init_fixed(Buf *b, char *mem, size_t size);
/* Empty again, memory kept, flag cleared. */
void buf_clear(Buf *b);
/* Drops what is behind the first `len` bytes. */
void buf_truncate(Buf *b, size_t len);

void buf_put(Buf *b, const void *bytes, size_t len);
void buf_span_put(Buf *b, Span s);
void buf_str(Buf *b, const char *str);
void buf_char(Buf *b, char c);
void buf_fill(Buf *b, char c, size_t count);
void buf_int(Buf *b, int64_t v);
void buf_uint(Buf *b, uint64_t v);
/* Hexadecimal, lower case, at least `digits` digits. */
void buf_hex(Buf *b, uint64_t v, size_t digits);
/* Shortest text that reads back as the same double (num.h); unknown is "?". */
void buf_num(Buf *b, double v);
/* Exactly `places` decimals (num_fixed). */
void buf_num_fixed(Buf *b, double v, int places);
/* Formatted text; the directives are in fmt.h. */
void buf_fmt(Buf *b, const char *fmt, ...);
/* A line for people: a tab is one space, control characters and bytes that are no text are U+FFFD, so that columns
 * can be counted and no name or file speaks to a terminal. */
void buf_visible(Buf *b, Span text);
/* Room for `len` more bytes to be written by the caller, counted as written; NULL when full. */
char *buf_extend(Buf *b, size_t len);

/* What was written; valid until the next write. */
static inline Span buf_span(const Buf *b)
{
    return (Span){b->ptr, b->len};
}

/* The same as NUL-terminated text. */
const char *buf_cstr(Buf *b);

static inline bool buf_is_full(const Buf *b)
{
    return b->is_full;
}
