/* client.c — see client.h. */
#include "tests/unit/lsp/client.h"

#include "vm/base/fmt.h"
#include "vm/base/json.h"

static void receive(void *ctx, Span message)
{
    Client *c = ctx;

    buf_span_put(&c->got, message);
    buf_char(&c->got, '\n');
}

Span client_send(Client *c, Span message)
{
    buf_clear(&c->got);
    (void)lsp_take(c->lsp, message);
    while (lsp_step(c->lsp))
        ;
    return buf_span(&c->got);
}

bool client_open(Client *c, Arena *arena, ArenaSource memory, bool is_utf8, bool pulls)
{
    LspHost host = {.ctx = c, .send = receive, .memory = memory};
    Buf b;

    *c = (Client){.lsp = lsp_new(&host)};
    buf_init(&c->got, arena, (size_t)64 << 20);
    if (!c->lsp) return false;
    buf_init(&b, arena, 4096);
    buf_fmt(&b,
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":{"
            "\"general\":{\"positionEncodings\":[\"%s\"]}%s}}}",
            is_utf8 ? "utf-8" : "utf-16", pulls ? ",\"textDocument\":{\"diagnostic\":{}}" : "");
    (void)client_send(c, buf_span(&b));
    return true;
}

void client_close(Client *c)
{
    lsp_free(c->lsp);
}

static void begin(Buf *b, Arena *arena, JsonWriter *w, const char *method)
{
    buf_init(b, arena, (size_t)16 << 20);
    json_write_init(w, b, false);
    json_write_object(w);
    json_write_key(w, SPAN("jsonrpc"));
    json_write_string(w, SPAN("2.0"));
    json_write_key(w, SPAN("method"));
    json_write_string(w, span_str(method));
    json_write_key(w, SPAN("params"));
    json_write_object(w);
    json_write_key(w, SPAN("textDocument"));
    json_write_object(w);
    json_write_key(w, SPAN("uri"));
}

void client_text(Client *c, const char *uri, Span text)
{
    ArenaMark mark = arena_mark(c->got.arena);
    JsonWriter w;
    Buf b;

    begin(&b, c->got.arena, &w, "textDocument/didOpen");
    json_write_string(&w, span_str(uri));
    json_write_key(&w, SPAN("version"));
    json_write_int(&w, ++c->version);
    json_write_key(&w, SPAN("text"));
    json_write_string(&w, text);
    json_write_object_end(&w);
    json_write_object_end(&w);
    json_write_object_end(&w);
    (void)lsp_take(c->lsp, buf_span(&b));
    arena_release(c->got.arena, mark);
    while (lsp_step(c->lsp))
        ;
}

static void put_position(JsonWriter *w, const char *key, uint32_t line, uint32_t character)
{
    json_write_key(w, span_str(key));
    json_write_object(w);
    json_write_key(w, SPAN("line"));
    json_write_uint(w, line);
    json_write_key(w, SPAN("character"));
    json_write_uint(w, character);
    json_write_object_end(w);
}

void client_edit(Client *c, const char *uri, const uint32_t range[4], Span text)
{
    ArenaMark mark = arena_mark(c->got.arena);
    JsonWriter w;
    Buf b;

    begin(&b, c->got.arena, &w, "textDocument/didChange");
    json_write_string(&w, span_str(uri));
    json_write_key(&w, SPAN("version"));
    json_write_int(&w, ++c->version);
    json_write_object_end(&w);
    json_write_key(&w, SPAN("contentChanges"));
    json_write_array(&w);
    json_write_object(&w);
    if (range) {
        json_write_key(&w, SPAN("range"));
        json_write_object(&w);
        put_position(&w, "start", range[0], range[1]);
        put_position(&w, "end", range[2], range[3]);
        json_write_object_end(&w);
    }
    json_write_key(&w, SPAN("text"));
    json_write_string(&w, text);
    json_write_object_end(&w);
    json_write_array_end(&w);
    json_write_object_end(&w);
    json_write_object_end(&w);
    (void)lsp_take(c->lsp, buf_span(&b));
    arena_release(c->got.arena, mark);
    while (lsp_step(c->lsp))
        ;
}

Span client_ask(Client *c, const char *method, const char *uri)
{
    char mem[1024];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_fmt(&b,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"textDocument\":{\"uri\":"
            "\"%s\"}}}",
            method, uri);
    return client_send(c, buf_span(&b));
}
