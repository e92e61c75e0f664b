/* marked.c — see marked.h. */
#include "tests/unit/lsp/marked.h"

#include "tests/harness/memory.h"

static const char head[] =
    "odx 1\n\nstrategy \"T\"\n\nmarket btc = polymarket \"btc-updown-15m\"\n\n";

Marked marked_open(const char *text)
{
    static Arena *arena;
    Marked m;
    Span s = span_str(text);
    Buf b;
    int marks = 0;

    if (!arena) arena = test_arena((size_t)256 << 20);
    arena_reset(arena);
    m = (Marked){.arena = arena};
    buf_init(&b, arena, 1 << 20);
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
    m.text = arena_span(arena, buf_span(&b));
    m.ask = ask_open(SPAN("test.odx"), m.text, NULL, arena);
    return m;
}

Span marked_apply(const Marked *m, const Changes *edits)
{
    return arena_span(m->arena, changes_apply(edits));
}
