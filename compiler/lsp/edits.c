/* edits.c — changes of a text: collected, applied, and found between two texts line by line. */
#include "compiler/lsp/ask_private.h"

void edits_add(Arena *arena, AskEdits *e, uint32_t begin, uint32_t end, Span insert)
{
    size_t at = e->count;

    if (!vec_push(arena, e, (AskEdit){begin, end, insert})) return;
    for (; at > 0 && e->items[at - 1].begin > begin; at--)
        e->items[at] = e->items[at - 1];
    e->items[at] = (AskEdit){begin, end, insert};
}

Span edits_apply(Arena *arena, Span text, const AskEdits *e)
{
    uint32_t at = 0;
    Buf out;

    buf_init(&out, arena, text.len * 2 + SOURCE_MAX_BYTES);
    for (size_t i = 0; i < e->count; i++) {
        if (e->items[i].begin < at) continue;
        buf_span_put(&out, span_sub(text, at, e->items[i].begin - at));
        buf_span_put(&out, e->items[i].insert);
        at = e->items[i].end;
    }
    buf_span_put(&out, span_from(text, at));
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

void edits_between(Arena *arena, Span before, Span after, AskEdits *out)
{
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
        edits_add(arena, out, (uint32_t)from_a, (uint32_t)a, span_sub(after, from_b, b - from_b));
    }
}
