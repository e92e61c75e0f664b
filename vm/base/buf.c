/* buf.c — see buf.h. */
#include "vm/base/buf.h"

#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"
#include "vm/base/utf8.h"

#define FIRST_CAP ((size_t)64)

void buf_init(Buf *b, Arena *arena, size_t max)
{
    *b = (Buf){.arena = arena, .max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4};
}

void buf_init_fixed(Buf *b, char *mem, size_t size)
{
    BUG_IF(size == 0);
    *b = (Buf){.ptr = mem, .cap = size, .max = size - 1};
}

void buf_clear(Buf *b)
{
    b->len = 0;
    b->is_full = false;
}

void buf_truncate(Buf *b, size_t len)
{
    if (len < b->len) b->len = len;
}

/* Makes room for `len` bytes and a NUL. */
static bool make_room(Buf *b, size_t len)
{
    size_t cap;
    char *grown;

    if (b->is_full || len > b->max - b->len) return false;
    if (b->len + len < b->cap) return true;
    cap = b->cap < FIRST_CAP ? FIRST_CAP : b->cap * 2;
    if (cap < b->len + len + 1) cap = b->len + len + 1;
    if (cap > b->max + 1) cap = b->max + 1;
    grown = arena_alloc(b->arena, cap);
    if (!grown || arena_is_full(b->arena)) return false;
    if (b->len) memcpy(grown, b->ptr, b->len);
    b->ptr = grown;
    b->cap = cap;
    return true;
}

char *buf_extend(Buf *b, size_t len)
{
    char *at;

    if (!make_room(b, len)) {
        b->is_full = true;
        return NULL;
    }
    at = b->ptr + b->len;
    b->len += len;
    return at;
}

void buf_put(Buf *b, const void *bytes, size_t len)
{
    char *at = buf_extend(b, len);

    if (at && len) memcpy(at, bytes, len);
}

void buf_span_put(Buf *b, Span s)
{
    buf_put(b, s.ptr, s.len);
}

void buf_str(Buf *b, const char *str)
{
    buf_span_put(b, span_str(str));
}

void buf_char(Buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_fill(Buf *b, char c, size_t count)
{
    char *at = buf_extend(b, count);

    if (at) memset(at, c, count);
}

void buf_uint(Buf *b, uint64_t v)
{
    char digits[20];
    size_t i = sizeof digits;

    do
        digits[--i] = (char)('0' + v % 10);
    while (v /= 10);
    buf_put(b, digits + i, sizeof digits - i);
}

void buf_int(Buf *b, int64_t v)
{
    char digits[21];
    size_t i = sizeof digits;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do
        digits[--i] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (v < 0) digits[--i] = '-';
    buf_put(b, digits + i, sizeof digits - i);
}

void buf_hex(Buf *b, uint64_t v, size_t digits)
{
    char text[16];
    size_t i = sizeof text;

    if (digits > sizeof text) digits = sizeof text;
    while (v || sizeof text - i < digits || i == sizeof text) {
        text[--i] = "0123456789abcdef"[v & 15];
        v >>= 4;
    }
    buf_put(b, text + i, sizeof text - i);
}

void buf_num(Buf *b, double v)
{
    char text[NUM_TEXT_MAX];

    buf_put(b, text, num_shortest(v, text));
}

void buf_num_fixed(Buf *b, double v, int places)
{
    num_fixed(b, v, places);
}

void buf_fmt(Buf *b, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fmt_put(b, fmt, args);
    va_end(args);
}

void buf_visible(Buf *b, Span text)
{
    while (text.len) {
        size_t len;
        bool is_whole;
        uint32_t code = utf8_decode(text, &len, &is_whole);
        char bytes[UTF8_MAX];

        if (code == '\t')
            buf_char(b, ' ');
        else if (!is_whole || code < 0x20 || code == 0x7f || (code >= 0x80 && code < 0xa0))
            buf_put(b, bytes, utf8_encode(UTF8_REPLACEMENT, bytes));
        else
            buf_put(b, text.ptr, len);
        text = span_from(text, len);
    }
}

const char *buf_cstr(Buf *b)
{
    if (!b->cap && !make_room(b, 0)) return "";
    b->ptr[b->len] = '\0';
    return b->ptr;
}
