/* marked.c — see marked.h. */
#include "tests/unit/lsp/marked.h"

#include <stdlib.h>

static void *take(void *ctx, size_t size)
{
    (void)ctx;
    return aligned_alloc(16, (size + 15) / 16 * 16);
}

static void give(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

static const char head[] =
    "odx 1\n\nstrategy \"T\"\n\nmarket btc = polymarket \"btc-updown-15m\"\n\n";

Marked marked_open(const char *text)
{
    static Arena arena;
    static bool is_open;
    Marked m = {.arena = &arena};
    Span s = span_str(text);
    Buf b;
    int marks = 0;

    if (!is_open) is_open = arena_init(&arena, (ArenaSource){take, give, NULL}, (size_t)256 << 20);
    arena_reset(&arena);
    buf_init(&b, &arena, 1 << 20);
    if (span_starts(s, SPAN("#HEAD#"))) {
        buf_str(&b, head);
        s = span_from(s, 6);
    }
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '|') {
            buf_char(&b, s.ptr[i]);
            continue;
        }
        m.to = (uint32_t)b.len;
        if (marks++ == 0) m.at = m.to;
    }
    m.text = arena_span(&arena, buf_span(&b));
    m.ask = ask_open(SPAN("test.odx"), m.text, NULL, &arena);
    return m;
}

Span marked_apply(const Marked *m, const AskEdits *edits)
{
    uint32_t at = 0;
    Buf b;

    buf_init(&b, m->arena, 1 << 20);
    for (size_t i = 0; i < edits->count; i++) {
        buf_span_put(&b, span_sub(m->text, at, edits->items[i].begin - at));
        buf_span_put(&b, edits->items[i].insert);
        at = edits->items[i].end;
    }
    buf_span_put(&b, span_from(m->text, at));
    return arena_span(m->arena, buf_span(&b));
}
