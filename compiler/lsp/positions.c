/* positions.c — lines and characters of the protocol, to bytes and back.
 *
 * Lines end at LF, CR LF or CR.  Characters are bytes or UTF-16 units, as agreed at the start.  Promise:
 * every position has an offset that does not cut a character, and both ways agree. */
#include "compiler/lsp/server.h"

#include "vm/base/utf8.h"

/* Behind the line end at `at`, or 0 when there is none. */
static size_t line_end(const Document *d, size_t at)
{
    if (d->text[at] == '\n') return 1;
    if (d->text[at] != '\r') return 0;
    return at + 1 < d->len && d->text[at + 1] == '\n' ? 2 : 1;
}

static uint32_t count_lines(const Document *d)
{
    uint32_t lines = 1;

    for (size_t i = 0, step; i < d->len; i += step ? step : 1) {
        step = line_end(d, i);
        lines += step > 0;
    }
    return lines;
}

/* Line starts; two for an empty table, so that callers need not ask. */
static bool has_lines(const Lsp *l, Document *d)
{
    uint32_t at = 0;

    (void)l;
    if (d->lines) return true;
    if (!d->has_arena) return false;
    d->line_count = count_lines(d);
    d->lines = arena_array(&d->arena, uint32_t, d->line_count);
    if (arena_is_full(&d->arena)) d->lines = NULL;
    if (!d->lines) return false;
    for (size_t i = 0, step; i < d->len; i += step ? step : 1) {
        step = line_end(d, i);
        if (step && at + 1 < d->line_count) d->lines[++at] = (uint32_t)(i + step);
    }
    return true;
}

/* Without a table (before the first analysis, or without memory): by walking. */
static uint32_t find_line(const Lsp *l, Document *d, uint32_t line, bool *ret_exists)
{
    uint32_t now = 0;
    size_t i = 0;

    *ret_exists = true;
    if (has_lines(l, d)) {
        *ret_exists = line < d->line_count;
        return *ret_exists ? d->lines[line] : (uint32_t)d->len;
    }
    while (i < d->len && now < line) {
        size_t step = line_end(d, i);

        now += step > 0;
        i += step ? step : 1;
    }
    *ret_exists = now == line;
    return (uint32_t)i;
}

/* Bytes of the next character, and how many units it counts. */
static size_t next_character(const Lsp *l, Span rest, uint32_t *ret_units)
{
    size_t len;
    uint32_t code;

    *ret_units = 1;
    if ((unsigned char)rest.ptr[0] < 0x80) return 1; /* nearly all of them */
    code = utf8_decode(rest, &len, NULL);
    *ret_units = l->is_utf8 ? (uint32_t)len : code > 0xffff ? 2 : 1;
    return len;
}

uint32_t position_to_offset(const Lsp *l, Document *d, LspPosition p)
{
    bool exists;
    size_t at = find_line(l, d, p.line, &exists);
    uint32_t units = 0, next;

    if (!exists) return (uint32_t)d->len;
    while (at < d->len && d->text[at] != '\n' && d->text[at] != '\r') {
        size_t len = next_character(l, span_of(d->text + at, d->len - at), &next);

        if (next > p.character - units) break;
        units += next;
        at += len;
    }
    return (uint32_t)at;
}

static uint32_t line_of(const Document *d, uint32_t offset)
{
    uint32_t low = 0, high = d->line_count;

    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;

        if (d->lines[mid] <= offset)
            low = mid;
        else
            high = mid;
    }
    return low;
}

LspPosition offset_to_position(const Lsp *l, Document *d, uint32_t offset)
{
    LspPosition p = {0, 0};
    size_t at = 0;
    uint32_t units;

    if (offset > d->len) offset = (uint32_t)d->len;
    if (!has_lines(l, d)) return p;
    p.line = line_of(d, offset);
    at = d->lines[p.line];
    while (at < offset) {
        size_t len = next_character(l, span_of(d->text + at, d->len - at), &units);

        if (at + len > offset) break;
        p.character += units;
        at += len;
    }
    return p;
}
