/* span.h — pointer and length: text or bytes somebody else owns.
 *
 * A Span borrows; it is passed by value, is never NUL-terminated by promise, and an empty one may
 * have a NULL pointer.  Every function here accepts that. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Span {
    const char *ptr;
    size_t len;
} Span;

#define SPAN_NONE_AT SIZE_MAX /* span_find: it is not there */

/* A string literal as a Span; SPAN_INIT is the same for static tables. */
#define SPAN(literal) ((Span){"" literal "", sizeof(literal) - 1})
#define SPAN_INIT(literal)                 \
    {                                      \
        "" literal "", sizeof(literal) - 1 \
    }

static inline Span span_of(const char *ptr, size_t len)
{
    return (Span){ptr, len};
}

/* From NUL-terminated text; NULL gives the empty span. */
static inline Span span_str(const char *str)
{
    return (Span){str, str ? strlen(str) : 0};
}

/* Equal bytes. */
static inline bool span_is(Span a, Span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool span_eq_str(Span a, const char *str)
{
    return span_is(a, span_str(str));
}

/* Byte order, a prefix first: negative, zero or positive. */
static inline int span_cmp(Span a, Span b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;

    return c ? c : (a.len > b.len) - (a.len < b.len);
}

/* At most `len` bytes from `start`; clipped to what is there. */
static inline Span span_sub(Span s, size_t start, size_t len)
{
    if (start >= s.len) return (Span){s.ptr ? s.ptr + s.len : NULL, 0};
    return (Span){s.ptr + start, len < s.len - start ? len : s.len - start};
}

static inline Span span_from(Span s, size_t start)
{
    return span_sub(s, start, SIZE_MAX);
}

static inline bool span_starts(Span s, Span head)
{
    return s.len >= head.len && span_is(span_sub(s, 0, head.len), head);
}

static inline bool span_ends(Span s, Span tail)
{
    return s.len >= tail.len && span_is(span_from(s, s.len - tail.len), tail);
}

/* Position of the first `needle` in `s`, or SPAN_NONE_AT. */
static inline size_t span_find(Span s, Span needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++)
        if (span_is(span_sub(s, i, needle.len), needle)) return i;
    return SPAN_NONE_AT;
}

static inline size_t span_find_char(Span s, char c)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == c) return i;
    return SPAN_NONE_AT;
}

static inline bool span_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without white space at both ends. */
static inline Span span_trim(Span s)
{
    while (s.len && span_is_space(s.ptr[0]))
        s = span_from(s, 1);
    while (s.len && span_is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* Takes the text up to the next `sep` out of *rest, which then starts after it; false when *rest
 * is empty at the start. */
static inline bool span_cut(Span *rest, char sep, Span *ret_part)
{
    size_t at = span_find_char(*rest, sep);

    if (rest->len == 0) return false;
    *ret_part = span_sub(*rest, 0, at);
    *rest = span_from(*rest, at == SPAN_NONE_AT ? rest->len : at + 1);
    return true;
}
