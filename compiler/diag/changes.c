/* changes.c — see changes.h. */
#include "compiler/diag/changes.h"

#include "vm/base/fmt.h"
#include "vm/base/vec.h"

Changes changes_new(Arena *arena, Span text)
{
    return (Changes){.arena = arena, .text = text};
}

void changes_put(Changes *c, uint32_t begin, uint32_t end, Span insert)
{
    size_t at = c->count;

    if (!vec_push(c->arena, c, (Change){begin, end, insert})) return;
    for (; at > 0 && c->items[at - 1].begin > begin; at--)
        c->items[at] = c->items[at - 1];
    c->items[at] = (Change){begin, end, insert};
}

static bool overlaps(const Change *c, const DiagEdit *e)
{
    if (e->place.begin == e->place.end && c->begin == c->end) return e->place.begin == c->begin;
    return e->place.begin < c->end && c->begin < e->place.end;
}

bool changes_can_add(const Changes *c, const DiagEdit *edits)
{
    for (const DiagEdit *e = edits; e; e = e->next) {
        if (e->place.file != 0 || e->place.end > c->text.len) return false;
        for (size_t i = 0; i < c->count; i++)
            if (overlaps(&c->items[i], e)) return false;
    }
    return edits != NULL;
}

void changes_add(Changes *c, const DiagEdit *edits)
{
    for (const DiagEdit *e = edits; e; e = e->next)
        changes_put(c, e->place.begin, e->place.end, e->insert);
}

Span changes_apply(const Changes *c)
{
    uint32_t at = 0;
    Buf out;

    buf_init(&out, c->arena, c->text.len * 2 + (1 << 20));
    for (size_t i = 0; i < c->count; i++) {
        if (c->items[i].begin < at) continue;
        buf_span_put(&out, span_sub(c->text, at, c->items[i].begin - at));
        buf_span_put(&out, c->items[i].insert);
        at = c->items[i].end;
    }
    buf_span_put(&out, span_from(c->text, at));
    return buf_span(&out);
}

/* ---- lines ------------------------------------------------------------------------------------ */

enum { LOOK_AHEAD = 64 };

/* The line that begins there, with its line end. */
static Span line_at(Span text, size_t at)
{
    size_t n = 0;

    while (at + n < text.len && text.ptr[at + n] != '\n')
        n++;
    return span_sub(text, at, n + 1);
}

/* Bytes from `at` to the first line that equals `line`, among the next lines. */
static bool find_line(Span text, size_t at, Span line, size_t *ret_skip)
{
    size_t begin = at;

    for (int i = 0; i < LOOK_AHEAD && at < text.len; i++) {
        Span here = line_at(text, at);

        if (span_is(here, line)) {
            *ret_skip = at - begin;
            return true;
        }
        at += here.len;
    }
    return false;
}

/* How much of both goes until they meet again: the shorter way of two. */
static void next_meeting(Span before, size_t a, Span after, size_t b, size_t *ret_a, size_t *ret_b)
{
    Span old = line_at(before, a), new = line_at(after, b);
    size_t skip_a = 0, skip_b = 0;
    bool in_before = b < after.len && find_line(before, a, new, &skip_a);
    bool in_after = a < before.len && find_line(after, b, old, &skip_b);

    *ret_a = old.len;
    *ret_b = new.len;
    if (in_before && (!in_after || skip_a <= skip_b)) {
        *ret_a = skip_a;
        *ret_b = 0;
    } else if (in_after) {
        *ret_a = 0;
        *ret_b = skip_b;
    }
}

Changes changes_between(Arena *arena, Span before, Span after)
{
    Changes out = changes_new(arena, before);
    size_t a = 0, b = 0;

    while (a < before.len || b < after.len) {
        Span old = line_at(before, a);
        size_t from_a = a, from_b = b, take_a, take_b;

        if (a < before.len && span_is(old, line_at(after, b))) {
            a += old.len;
            b += old.len;
            continue;
        }
        do {
            next_meeting(before, a, after, b, &take_a, &take_b);
            a += take_a;
            b += take_b;
        } while ((a < before.len || b < after.len) &&
                 !(a < before.len && span_is(line_at(before, a), line_at(after, b))));
        changes_put(&out, (uint32_t)from_a, (uint32_t)a, span_sub(after, from_b, b - from_b));
    }
    return out;
}

/* ---- shown ------------------------------------------------------------------------------------ */

static size_t put_lines(Span lines, char mark, size_t number, Buf *out)
{
    Span line;

    for (; lines.len && span_cut(&lines, '\n', &line); number++)
        if (mark) buf_fmt(out, "%c %zu | %S\n", mark, number, line);
    return number;
}

void changes_show(Arena *arena, Span name, Span before, Span after, Buf *out)
{
    Changes c = changes_between(arena, before, after);
    size_t at = 0, old_line = 1, new_line = 1;

    buf_fmt(out, "%S\n", name);
    for (size_t i = 0; i < c.count; i++) {
        Span same = span_sub(before, at, c.items[i].begin - at);
        size_t kept = put_lines(same, 0, 0, out);

        at = c.items[i].end;
        old_line = put_lines(span_sub(before, c.items[i].begin, at - c.items[i].begin), '-',
                             old_line + kept, out);
        new_line = put_lines(c.items[i].insert, '+', new_line + kept, out);
    }
}
