/* fuzz_lsp.c — any bytes as an editor: messages as they come, or a script of edits and questions.
 *
 * The first byte chooses: bit 0 positions in bytes, bit 1 findings are pulled, bit 2 the rest are raw messages (a line
 * each), bit 3 the memory limit is in the next byte, bit 5 the client dies, bit 6 compared even when unedited.  A script is a text up to the byte 0xff, then steps.
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
    bool is_checked;  /* what comes is looked at as JSON */
    bool is_edited;
    size_t left; /* of the memory limit */
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

    if (e->is_checked) check_json(e, message);
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

static const struct {
    const char *name, *text;
} disk[] = {
    {"/m.odx", "odx 1\nmodule \"M\"\n## twice\ndef twice(x) = x * 2\nlet own = 3\n"},
    {"/h.odx", "odx 1\nuse \"m.odx\"\nstrategy \"H\"\nmarket btc = polymarket "
               "\"btc-updown-15m\"\nwhen up.mid > "
               "10c * twice(own) { buy $5 of up at market }\n"},
    {"/k.odx", "odx 1\nmodule \"K\"\nuse \"m.odx\"\nuse \"g.odx\"\nlet more = own\n"},
    {"/n.json",
     "{\"mode\":\"node\",\"nodes\":[{\"id\":\"a\",\"type\":\"use\",\"data\":{\"path\":\"m.odx\"}}],"
     "\"edges\":[]}"},
};

/* All files lie in one folder; what is not on the disk has the text of the first. */
static ModuleText load(void *ctx, Span path, Span from)
{
    Editor *e = ctx;
    Buf name;
    size_t at = path.len, i = 0;

    (void)from;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    buf_init(&name, e->arena, 1 << 16);
    buf_fmt(&name, "/%S", span_from(path, at));
    while (i + 1 < ARRAY_LEN(disk) && !span_eq_str(buf_span(&name), disk[i].name))
        i++;
    if (!span_eq_str(buf_span(&name), disk[i].name)) i = 0;
    return (ModuleText){path.len != 3, buf_span(&name), span_str(disk[i].text)};
}

static const Span *files(void *ctx, Span name, Span root, size_t *ret_count)
{
    Editor *e = ctx;
    Span *names = arena_array(e->arena, Span, ARRAY_LEN(disk));

    (void)root;
    *ret_count = arena_is_full(e->arena) || !span_starts(name, SPAN("/")) ? 0 : ARRAY_LEN(disk);
    for (size_t i = 0; i < *ret_count; i++)
        names[i] = span_str(disk[i].name);
    return names;
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
        buf_str(out,
                "{\"tests\":[],\"fired\":[1,0],\"rules\":[],\"test\":\"test \\\"r\\\" {\\n}\\n\"}");
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
                    .files = files,
                    .run = run};
    Buf b;

    *e = (Editor){.arena = arena, .left = limit, .is_checked = true};
    buf_init(&e->got, arena, OUT_MAX);
    e->lsp = lsp_new(&host);
    if (!e->lsp) return false;
    buf_init(&b, arena, 1024);
    buf_fmt(
        &b,
        "{\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":{\"general\":{"
        "\"positionEncodings\":[\"%s\"]}%s},\"rootUri\":\"file:///\",\"initializationOptions\":{"
        "\"formatOnSave\":%s}}}",
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

static void open_as(Editor *e, Span uri, Span text)
{
    Buf b;

    buf_init(&b, e->arena, OUT_MAX);
    buf_str(&b, "{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":");
    put_text(&b, uri);
    buf_str(&b, ",\"version\":1,\"text\":");
    put_text(&b, text);
    buf_str(&b, "}}}");
    (void)send(e, buf_span(&b));
}

static void open_text(Editor *e, Span text)
{
    open_as(e, SPAN(URI), text);
}

/* All of the text anew, behind something that is no change. */
static void replace(Editor *e, Bytes *in)
{
    Span text = input_span(in);
    Buf b;

    e->is_edited = true;
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

    e->is_edited = true;
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

typedef enum Kind { REQUEST, NOTE } Kind;

static const struct {
    const char *name;
    Kind kind;
} methods[] = {
#define METHOD(name, answer, kind, needs, capability, value) {name, kind},
#include "compiler/lsp/methods.def"
#undef METHOD
};

/* Which method a byte means hangs on the names alone: a new row of the table takes few bytes away from the
 * others, and the kept inputs keep their meaning. */
static size_t method_of(uint8_t byte)
{
    uint32_t best = 0;
    size_t found = 0;

    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        uint32_t h = (2166136261u ^ byte) * 16777619u;

        for (const char *c = methods[i].name; *c; c++)
            h = (h ^ (uint8_t)*c) * 16777619u;
        h ^= h >> 15;
        h *= 2246822519u;
        if (h <= best) continue;
        best = h;
        found = i;
    }
    return found;
}

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
    if (which & 16) buf_str(b, ",\"rule\":1,\"at\":\"+1s\",\"data\":[\"a\",2],\"params\":\"a=1\"");
    buf_fmt(b, ",\"context\":{\"includeDeclaration\":%s%s}", which & 4 ? "true" : "false",
            which & 8 ? ",\"only\":[\"refactor\",\"source\",3]" : "");
}

/* A request for a place and a range, with parameters that any of the methods may look at. */
static void ask(Editor *e, Bytes *in)
{
    size_t row = method_of(input_byte(in));
    const char *method = methods[row].name;
    uint32_t line = input_byte(in), character = input_byte(in), end = input_byte(in);
    Span name = input_span(in);
    Buf b;

    if (strcmp(method, "exit") == 0 || strcmp(method, "shutdown") == 0) return;
    buf_init(&b, e->arena, OUT_MAX);
    buf_fmt(&b,
            "{%s\"method\":\"%s\",\"params\":{\"textDocument\":{\"uri\":\"" URI
            "\"},\"position\":{\"line\":%u,"
            "\"character\":%u},\"positions\":[{\"line\":%u,\"character\":%u}],\"range\":{\"start\":"
            "{\"line\":%u,"
            "\"character\":%u},\"end\":{\"line\":%u,\"character\":%u}},"
            "\"item\":{\"uri\":\"" URI
            "\",\"selectionRange\":{\"start\":{\"line\":%u,\"character\":%u}}},\"newName\":",
            methods[row].kind == REQUEST ? "\"id\":1," : "", method, line, character, line,
            character, line, character, line + (end >> 7), character + (end & 31), line, character);
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
    /* what is not UTF-8 is no JSON, and gets an answer even if it should have been a note */
    BUG_IF(methods[row].kind == REQUEST ? e->answers != 1 : e->answers > 1);
}

/* Requests that wait, one of them cancelled: all are answered, each once. */
static void cancel(Editor *e, Bytes *in)
{
    uint8_t how = input_byte(in);
    uint32_t taken = 0;
    char mem[256];
    Buf b;

    e->answers = 0;
    buf_clear(&e->got);
    for (uint32_t id = 1; id <= 3; id++) {
        buf_init_fixed(&b, mem, sizeof mem);
        buf_fmt(&b,
                "{\"id\":%u,\"method\":\"%s\",\"params\":{\"textDocument\":{\"uri\":\"" URI "\"}}}",
                id, how & 8 ? "textDocument/diagnostic" : "workspace/symbol");
        taken += lsp_take(e->lsp, buf_span(&b));
    }
    buf_init_fixed(&b, mem, sizeof mem);
    buf_fmt(&b, "{\"method\":\"$/cancelRequest\",\"params\":{\"id\":%u}}", how & 3u);
    (void)lsp_take(e->lsp, buf_span(&b));
    work(e);
    BUG_IF(e->answers != taken);
}

/* ---- as if just opened ------------------------------------------------------------------------ */

static const char *const compared[] = {"textDocument/diagnostic", "textDocument/documentSymbol",
                                       "textDocument/semanticTokens/full"};

static Span answer(Editor *e, const char *method, Span uri)
{
    Buf b;

    buf_init(&b, e->arena, 1 << 20);
    buf_fmt(&b, "{\"id\":1,\"method\":\"%s\",\"params\":{\"textDocument\":{\"uri\":\"", method);
    json_escape(&b, uri);
    buf_str(&b, "\"}}}");
    return send(e, buf_span(&b));
}

static void compare(Editor *e, uint8_t flags)
{
    size_t count = e->lsp->document_count;
    Editor fresh;

    if (!count || !open_editor(&fresh, e->arena, flags, SIZE_MAX)) return;
    e->is_checked = fresh.is_checked = false; /* these were asked before, or are by another input */
    for (size_t k = 0; k < count; k++)
        open_as(&fresh, e->lsp->documents[k]->uri, document_text(e->lsp->documents[k]));
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < ARRAY_LEN(compared); i++) {
            Span uri = e->lsp->documents[k]->uri;
            Span ours = answer(e, compared[i], uri), theirs = answer(&fresh, compared[i], uri);

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
            e->is_edited = true;
            open_as(e, SPAN("file:///g.odx"), input_span(&in));
            break;
        case 7:
            replace(e, &in);
            break;
        case 5:
            cancel(e, &in);
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
        if (!(flags & 12) && (e.is_edited || flags & 64)) compare(&e, flags);
        if (flags & 32) /* a client that dies: somebody still waits */
            (void)lsp_take(e.lsp, SPAN("{\"id\":9,\"method\":\"workspace/symbol\"}"));
        lsp_free(e.lsp);
    }
    BUG_IF(limit != SIZE_MAX && e.left != limit);
    arena_fini(&arena);
    return 0;
}
