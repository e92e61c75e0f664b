/* fuzz_lsp.c — any bytes as an editor: messages as they come, or a script of edits and questions.
 *
 * The first byte chooses: bit 0 positions in bytes, bit 1 findings are pulled, bit 2 the rest are raw messages (a line
 * each), bit 3 the memory limit is in the next byte.  A script is a text up to the byte 0xff, then steps.
 * Promises checked: every request gets exactly one answer, answers are JSON, and after any edits the document
 * answers as one that was just opened with the same text. */
#include "compiler/lsp/server.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

#define URI "file:///f.odx"
#define OUT_MAX ((size_t)64 << 20)
enum { STEPS_MAX = 6, TEXT_MAX = 3000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Editor {
    Lsp *lsp;
    Arena *arena;
    Buf got;
    uint32_t answers; /* with an id */
    size_t left;      /* of the memory limit */
} Editor;

/* ---- memory with a limit ---------------------------------------------------------------------- */

static void *take(void *ctx, size_t size)
{
    Editor *e = ctx;
    ArenaSource s = pool_source();
    void *ptr = size <= e->left ? s.take(s.ctx, size) : NULL;

    if (ptr) e->left -= size;
    return ptr;
}

static void give(void *ctx, void *ptr, size_t size)
{
    Editor *e = ctx;
    ArenaSource s = pool_source();

    e->left += size;
    s.give(s.ctx, ptr, size);
}

/* ---- the wire --------------------------------------------------------------------------------- */

static void check_json(Editor *e, Span message)
{
    ArenaMark mark = arena_mark(e->arena);
    bool is_answer = span_starts(message, SPAN("{\"jsonrpc\":\"2.0\",\"id\":")) &&
                     !span_starts(message, SPAN("{\"jsonrpc\":\"2.0\",\"id\":\"odx\",\"method\""));
    JsonReader r;
    JsonEvent event;

    json_init(&r, message, (JsonLimits){OUT_MAX, JSON_DEPTH_MAX}, e->arena);
    do
        json_next(&r, &event);
    while (event.kind != JSON_END && event.kind != JSON_ERROR);
    BUG_IF(event.kind == JSON_ERROR && !arena_is_full(e->arena));
    e->answers += is_answer;
    arena_release(e->arena, mark);
}

static void receive(void *ctx, Span message)
{
    Editor *e = ctx;

    check_json(e, message);
    buf_span_put(&e->got, message);
}

static void work(Editor *e)
{
    while (lsp_step(e->lsp))
        ;
}

static Span send(Editor *e, Span message)
{
    buf_clear(&e->got);
    if (lsp_take(e->lsp, message)) work(e);
    return buf_span(&e->got);
}

/* ---- what the server asks for ----------------------------------------------------------------- */

static ModuleText load(void *ctx, Span path, Span from)
{
    (void)ctx;
    (void)from;
    return (ModuleText){path.len != 3, path,
                        SPAN("odx 1\nmodule \"M\"\n## twice\ndef twice(x) = x * 2\nlet own = 3\n")};
}

static Span locked(void *ctx, Span path, Span from)
{
    (void)ctx;
    (void)path;
    return from.len & 1 ? SPAN("00") : (Span){NULL, 0};
}

static void levels(void *ctx, Span name, DiagLevels *ret)
{
    (void)ctx;
    (void)name;
    (void)diag_levels_set(ret, ODX505, LEVEL_NOTE);
}

static bool run(void *ctx, const LspRun *r, Buf *out)
{
    ModuleText m = r->load(r->ctx, SPAN("m"), r->name);

    (void)ctx;
    if (r->text.len & 1)
        buf_str(out, "{\"tests\":[],\"fired\":[1,0]}");
    else if (m.is_found)
        buf_fmt(out, "%zu of %zu", r->data_count, r->param_count);
    return r->text.len & 1;
}

static bool open_editor(Editor *e, Arena *arena, uint8_t flags, size_t limit)
{
    LspHost host = {.ctx = e,
                    .send = receive,
                    .memory = {take, give, e},
                    .load = load,
                    .locked = locked,
                    .levels = levels,
                    .run = run};
    Buf b;

    *e = (Editor){.arena = arena, .left = limit};
    buf_init(&e->got, arena, OUT_MAX);
    e->lsp = lsp_new(&host);
    if (!e->lsp) return false;
    buf_init(&b, arena, 1024);
    buf_fmt(
        &b,
        "{\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":{\"general\":{"
        "\"positionEncodings\":[\"%s\"]}%s},\"initializationOptions\":{\"formatOnSave\":%s}}}",
        flags & 1 ? "utf-8" : "utf-16",
        flags & 2
            ? ",\"textDocument\":{\"diagnostic\":{},\"completion\":{\"completionItem\":{"
              "\"snippetSupport\":true}}},\"workspace\":{\"codeLens\":{\"refreshSupport\":true}}"
            : "",
        flags & 16 ? "true" : "false");
    (void)send(e, buf_span(&b));
    return true;
}

/* ---- steps ------------------------------------------------------------------------------------ */

static void put_text(Buf *b, Span text)
{
    buf_char(b, '"');
    json_escape(b, text);
    buf_char(b, '"');
}

static void open_as(Editor *e, const char *uri, Span text)
{
    Buf b;

    buf_init(&b, e->arena, OUT_MAX);
    buf_fmt(&b,
            "{\"method\":\"textDocument/"
            "didOpen\",\"params\":{\"textDocument\":{\"uri\":\"%s\",\"version\":1,\"text\":",
            uri);
    put_text(&b, text);
    buf_str(&b, "}}}");
    (void)send(e, buf_span(&b));
}

static void open_text(Editor *e, Span text)
{
    open_as(e, URI, text);
}

/* All of the text anew, behind something that is no change. */
static void replace(Editor *e, Bytes *in)
{
    Span text = input_span(in);
    Buf b;

    buf_init(&b, e->arena, OUT_MAX);
    buf_str(&b,
            "{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"" URI
            "\"},\"contentChanges\":[7,{\"text\":");
    put_text(&b, text);
    buf_str(&b, "}]}}");
    (void)send(e, buf_span(&b));
}

static void edit(Editor *e, Bytes *in)
{
    uint32_t line = input_byte(in), from = input_byte(in), more = input_byte(in),
             to = input_byte(in);
    Span insert = input_span(in);
    Buf b;

    buf_init(&b, e->arena, OUT_MAX);
    buf_fmt(&b,
            "{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"" URI
            "\",\"version\":2},\"contentChanges\":[{\"range\":{\"start\":{\"line\":%u,"
            "\"character\":%u},"
            "\"end\":{\"line\":%u,\"character\":%u}},\"text\":",
            line, from, line + (more & 3), to);
    put_text(&b, insert);
    buf_str(&b, "}]}}");
    (void)send(e, buf_span(&b));
}

static const char *const methods[] = {
#define METHOD(name, answer, kind, needs, capability, value) name,
#include "compiler/lsp/methods.def"
#undef METHOD
};

/* Parameters that are not always there; a document is a text, or whatever JSON the bytes are. */
static void put_some(Buf *b, Span name, uint32_t which)
{
    if (which & 1) {
        buf_str(b, ",\"document\":");
        if (name.len && name.ptr[0] == '{')
            buf_span_put(b, name);
        else
            put_text(b, name);
    }
    if (which & 2) buf_str(b, ",\"only\":\"a\"");
    buf_fmt(b, ",\"context\":{\"includeDeclaration\":%s%s}", which & 4 ? "true" : "false",
            which & 8 ? ",\"only\":[\"refactor\",\"source\",3]" : "");
}

/* A request for a place and a range, with parameters that any of the methods may look at. */
static void ask(Editor *e, Bytes *in)
{
    const char *method = methods[input_byte(in) % ARRAY_LEN(methods)];
    uint32_t line = input_byte(in), character = input_byte(in), end = input_byte(in);
    Span name = input_span(in);
    Buf b;

    if (strcmp(method, "exit") == 0 || strcmp(method, "shutdown") == 0) return;
    buf_init(&b, e->arena, OUT_MAX);
    buf_fmt(&b,
            "{\"id\":1,\"method\":\"%s\",\"params\":{\"textDocument\":{\"uri\":\"" URI
            "\"},\"position\":{\"line\":%u,"
            "\"character\":%u},\"positions\":[{\"line\":%u,\"character\":%u}],\"range\":{\"start\":"
            "{\"line\":%u,"
            "\"character\":%u},\"end\":{\"line\":%u,\"character\":%u}},"
            "\"item\":{\"uri\":\"" URI
            "\",\"selectionRange\":{\"start\":{\"line\":%u,\"character\":%u}}},\"newName\":",
            method, line, character, line, character, line, character, line + (end >> 7),
            character + (end & 31), line, character);
    put_text(&b, name);
    buf_str(&b, ",\"query\":");
    put_text(&b, name);
    buf_str(&b, ",\"uri\":");
    put_text(&b, name);
    put_some(&b, name, end);
    buf_str(&b, "}}");
    e->answers = 0;
    buf_clear(&e->got);
    if (!lsp_take(e->lsp, buf_span(&b)))
        return; /* no memory to keep it: the host would try again */
    work(e);
    BUG_IF(e->answers != 1);
}

/* ---- as if just opened ------------------------------------------------------------------------ */

static const char *const compared[] = {"textDocument/diagnostic", "textDocument/documentSymbol",
                                       "textDocument/semanticTokens/full"};

static Span answer(Editor *e, const char *method)
{
    Buf b;

    buf_init(&b, e->arena, 1024);
    buf_fmt(&b, "{\"id\":1,\"method\":\"%s\",\"params\":{\"textDocument\":{\"uri\":\"" URI "\"}}}",
            method);
    return send(e, buf_span(&b));
}

static void compare(Editor *e, uint8_t flags)
{
    const Document *d = document_find(e->lsp, SPAN(URI));
    Editor fresh;

    if (!d || e->lsp->document_count != 1 || !open_editor(&fresh, e->arena, flags, SIZE_MAX))
        return;
    open_text(&fresh, document_text(d));
    for (size_t i = 0; i < ARRAY_LEN(compared); i++) {
        Span ours = answer(e, compared[i]), theirs = answer(&fresh, compared[i]);

        BUG_IF(!arena_is_full(e->arena) && !span_is(ours, theirs));
    }
    lsp_free(fresh.lsp);
}

static void play(Editor *e, Bytes in)
{
    size_t end = span_find_char(in.left, (char)0xff);
    Span text = span_sub(in.left, 0, end < TEXT_MAX ? end : TEXT_MAX);

    in.left = span_from(in.left, text.len + 1);
    open_text(e, text);
    for (int i = 0; i < STEPS_MAX && in.left.len; i++) {
        switch (input_byte(&in) % 8) {
        case 0:
        case 2:
        case 4:
            ask(e, &in);
            break;
        case 6:
            open_as(e, "file:///g.odx", input_span(&in));
            break;
        case 7:
            replace(e, &in);
            break;
        default:
            edit(e, &in);
        }
    }
}

static void talk(Editor *e, Span messages)
{
    Span line;

    while (span_cut(&messages, '\n', &line))
        (void)send(e, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Bytes in = {span_of((const char *)data, size)};
    uint8_t flags = input_byte(&in);
    size_t limit = flags & 8 ? (size_t)(input_byte(&in) + 1) << 14 : SIZE_MAX;
    Arena arena = pool_arena((size_t)512 << 20);
    Editor e;

    if (open_editor(&e, &arena, flags, limit)) {
        if (flags & 4)
            talk(&e, in.left);
        else
            play(&e, in);
        if (!(flags & 12)) compare(&e, flags);
        lsp_free(e.lsp);
    }
    BUG_IF(limit != SIZE_MAX && e.left != limit);
    arena_fini(&arena);
    return 0;
}
