/* source.c — see source.h. */
#include "compiler/source/source.h"

#include <string.h>

#include "vm/base/utf8.h"

void sources_init(Sources *ss, Arena *arena)
{
    memset(ss, 0, sizeof *ss);
    ss->arena = arena;
}

/* Starts of lines, when `starts` is not NULL, and how many there are. */
static uint32_t find_lines(Span text, uint32_t *starts)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    uint32_t count = 0;

    for (;;) {
        if (starts) starts[count] = (uint32_t)(at - text.ptr);
        count++;
        at = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        if (!at) return count;
        at++;
    }
}

Source *sources_add(Sources *ss, Span name, Span text)
{
    Source *s;

    if (ss->count == SOURCE_MAX_FILES || text.len > UINT32_MAX / 2) return NULL;
    s = &ss->files[ss->count];
    s->name = name;
    s->text = text;
    s->line_count = text.len ? find_lines(text, NULL) : 1;
    s->line_starts = arena_array(ss->arena, uint32_t, s->line_count);
    if (arena_is_full(ss->arena)) return NULL;
    if (text.len) (void)find_lines(text, s->line_starts);
    s->file = ss->count++;
    return s;
}

const Source *sources_get(const Sources *ss, uint16_t file)
{
    return file < ss->count ? &ss->files[file] : NULL;
}

Span source_text(const Sources *ss, Place at)
{
    const Source *s = sources_get(ss, at.file);

    if (!s || at.end < at.begin) return (Span){0};
    return span_sub(s->text, at.begin, at.end - at.begin);
}

/* Index of the line that contains the byte. */
static uint32_t find_line(const Source *s, uint32_t offset)
{
    uint32_t low = 0, high = s->line_count;

    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;

        if (s->line_starts[mid] <= offset)
            low = mid;
        else
            high = mid;
    }
    return low;
}

Position source_position(const Source *s, uint32_t offset)
{
    uint32_t line, start;
    Span head;

    if (offset > s->text.len) offset = (uint32_t)s->text.len;
    line = find_line(s, offset);
    start = s->line_starts[line];
    head = span_sub(s->text, start, offset - start);
    return (Position){line + 1, offset - start + 1, (uint32_t)utf8_utf16_len(head) + 1};
}

uint32_t source_line_start(const Source *s, uint32_t line)
{
    if (line == 0) return 0;
    return line <= s->line_count ? s->line_starts[line - 1] : (uint32_t)s->text.len;
}

Span source_line(const Source *s, uint32_t line)
{
    uint32_t start = source_line_start(s, line), end = source_line_start(s, line + 1);
    Span text = span_sub(s->text, start, end - start);

    while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}
