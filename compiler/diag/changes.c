/* changes.c — see changes.h. */
#include "compiler/diag/changes.h"

#include "vm/base/fmt.h"
#include "vm/base/vec.h"

void changes_init(Changes *c, Arena *arena, Span text)
{
    *c = (Changes){.arena = arena, .text = text};
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
    for (const DiagEdit *e = edits; e; e = e->next) {
        size_t at = c->count;

        if (!vec_push(c->arena, c, (Change){e->place.begin, e->place.end, e->insert})) return;
        for (; at > 0 && c->items[at - 1].begin > e->place.begin; at--)
            c->items[at] = c->items[at - 1];
        c->items[at] = (Change){e->place.begin, e->place.end, e->insert};
    }
}

Span changes_apply(const Changes *c)
{
    uint32_t at = 0;
    Buf out;

    buf_init(&out, c->arena, c->text.len * 2 + (1 << 20));
    for (size_t i = 0; i < c->count; i++) {
        buf_span_put(&out, span_sub(c->text, at, c->items[i].begin - at));
        buf_span_put(&out, c->items[i].insert);
        at = c->items[i].end;
    }
    buf_span_put(&out, span_from(c->text, at));
    return buf_span(&out);
}

static size_t line_length(Span text, size_t at)
{
    size_t n = 0;

    while (at + n < text.len && text.ptr[at + n] != '\n')
        n++;
    return n;
}

static bool has_line(Span text, size_t from, Span line, size_t *ret_at)
{
    for (int ahead = 0; from < text.len && ahead < 40; ahead++) {
        size_t n = line_length(text, from);

        if (span_is(span_sub(text, from, n), line)) {
            *ret_at = from;
            return true;
        }
        from += n + 1;
    }
    return false;
}

static size_t put_line(Span text, size_t at, char mark, size_t *number, Buf *out)
{
    size_t n = line_length(text, at);

    buf_fmt(out, "%c %zu | %S\n", mark, *number, span_sub(text, at, n));
    (*number)++;
    return at + n + 1;
}

void changes_show(Span name, Span before, Span after, Buf *out)
{
    size_t a = 0, b = 0, a_line = 1, b_line = 1, found;

    buf_fmt(out, "%S\n", name);
    while (a < before.len || b < after.len) {
        Span old = span_sub(before, a, line_length(before, a));
        Span new = span_sub(after, b, line_length(after, b));

        if (a < before.len && b < after.len && span_is(old, new)) {
            a += old.len + 1, b += new.len + 1;
            a_line++, b_line++;
        } else if (b < after.len && a < before.len && has_line(after, b, old, &found)) {
            b = put_line(after, b, '+', &b_line, out);
        } else if (a < before.len) {
            a = put_line(before, a, '-', &a_line, out);
        } else {
            b = put_line(after, b, '+', &b_line, out);
        }
    }
}
