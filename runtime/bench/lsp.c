/* lsp.c — how long an editor waits: a keystroke in 300 lines, and the findings of the new text.
 *
 * Ours is the server with its messages; the baseline is the compiler on the same text without them.  Both check to
 * the image, as `odx check` does. */
#include "compiler/lsp/lsp.h"

#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/core/memory.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

#define URI "file:///bench.odx"
enum { ROUNDS = 200 };

typedef struct Editor {
    Lsp *lsp;
    bool has_findings; /* the last message was a list of them, empty or not */
} Editor;

static void receive(void *ctx, Span message)
{
    ((Editor *)ctx)->has_findings = span_find(message, SPAN("\"kind\":\"full\"")) != SPAN_NONE_AT;
}

static void send(Editor *e, Span message)
{
    e->has_findings = false;
    (void)lsp_take(e->lsp, message);
    while (lsp_step(e->lsp))
        ;
}

/* The document, and the same with another character typed in its comment. */
static void open_text(Editor *e, Arena *arena, Span text)
{
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_str(&b, "{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"" URI
                "\",\"version\":1,\"text\":\"");
    json_escape(&b, text);
    buf_str(&b, "\"}}}");
    send(e, buf_span(&b));
}

static void type_and_ask(Editor *e)
{
    send(e,
         SPAN("{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"" URI
              "\",\"version\":2},\"contentChanges\":[{\"range\":{\"start\":{\"line\":3,"
              "\"character\":0},"
              "\"end\":{\"line\":3,\"character\":0}},\"text\":\" \"}]}}"));
    send(e, SPAN("{\"id\":1,\"method\":\"textDocument/"
                 "diagnostic\",\"params\":{\"textDocument\":{\"uri\":\"" URI "\"}}}"));
}

static double best_of_editor(Editor *e)
{
    int64_t best = INT64_MAX;

    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_work_ns(), took;

        type_and_ask(e);
        took = clock_work_ns() - start;
        if (took < best) best = took;
        if (!e->has_findings) return -1;
    }
    return (double)best / 1000;
}

static double best_of_compiler(Arena *arena, Span text)
{
    CompileOptions how = {.until = STAGE_EMIT, .has_tests = true};
    int64_t best = INT64_MAX;

    for (int i = 0; i < ROUNDS; i++) {
        ArenaMark mark = arena_mark(arena);
        int64_t start = clock_work_ns(), took;

        (void)compile(SPAN("bench.odx"), text, &how, arena);
        took = clock_work_ns() - start;
        if (took < best) best = took;
        arena_release(arena, mark);
    }
    return (double)best / 1000;
}

bool bench_lsp(Bench *b)
{
    BenchRow row = {.name = "lsp-diagnostics-300",
                    .says = "a keystroke in 300 lines and its findings, in the language server",
                    .against = "the compiler alone, to the image",
                    .unit = "us",
                    .n = ROUNDS,
                    .bar = 10000};
    Span text = bench_text(b->arena, 60);
    Editor e = {.has_findings = false};
    LspHost host = {.ctx = &e, .send = receive, .memory = memory_source()};

    e.lsp = lsp_new(&host);
    if (!e.lsp) return bench_fail(b, "no memory for the server");
    send(&e,
         SPAN("{\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":{\"textDocument\":{"
              "\"diagnostic\":{}}}}}"));
    open_text(&e, b->arena, text);
    row.ours = best_of_editor(&e);
    lsp_free(e.lsp);
    if (row.ours < 0) return bench_fail(b, "the server does not answer");
    row.baseline = best_of_compiler(b->arena, text);
    b->row(b->ctx, &row);
    return true;
}
