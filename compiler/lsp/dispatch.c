/* dispatch.c — from a message to its row in methods.def, and its one answer.
 *
 * Reads the envelope, finds document, analysis and position as the row asks for, and writes result or
 * error.  Promise: a request is answered exactly once, whatever its parameters are. */
#include "compiler/lsp/server.h"

#include "vm/base/bug.h"
#include "vm/base/fmt.h"

enum { ANSWER_MAX = 32 << 20 };

typedef enum MethodKind { KIND_REQUEST, KIND_NOTE } MethodKind;
typedef enum MethodNeeds { NEEDS_NOTHING, NEEDS_DOCUMENT, NEEDS_ANALYSIS, NEEDS_PLACE } MethodNeeds;

static const struct {
    const char *name;
    void (*answer)(Call *c);
    MethodKind kind;
    MethodNeeds needs;
} methods[] = {
#define METHOD(name, answer, kind, needs, capability, value) \
    {name, answer, KIND_##kind, NEEDS_##needs},
#include "compiler/lsp/methods.def"
#undef METHOD
};

void call_refuse(Call *c, RpcError code, const char *why)
{
    if (c->refusal) return;
    c->error = code;
    c->refusal = why;
}

/* ---- out -------------------------------------------------------------------------------------- */

static void send(Lsp *l, const Buf *b)
{
    if (!buf_is_full(b)) l->host.send(l->host.ctx, buf_span(b));
}

static void put_error(Buf *b, Span id, int code, const char *why)
{
    buf_clear(b);
    buf_fmt(b, "{\"jsonrpc\":\"2.0\",\"id\":%S,\"error\":{\"code\":%d,\"message\":\"", id, code);
    json_escape(b, span_str(why));
    buf_str(b, "\"}}");
}

/* Needs no memory of the arena, which may be why there is an error; only long reasons take some. */
static void send_error(Lsp *l, Span id, int code, const char *why)
{
    char mem[1024];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    put_error(&b, id.len ? id : SPAN("null"), code, why);
    if (buf_is_full(&b)) {
        buf_init(&b, &l->scratch, ANSWER_MAX);
        put_error(&b, id.len ? id : SPAN("null"), code, why);
    }
    if (buf_is_full(&b)) {
        buf_init_fixed(&b, mem, sizeof mem);
        put_error(&b, id, code, "not enough memory to say why");
    }
    if (buf_is_full(&b)) put_error(&b, SPAN("null"), code, why); /* no sane id is that long */
    send(l, &b);
}

static void send_result(Lsp *l, Span id, const Buf *result)
{
    Buf b;

    buf_init(&b, &l->scratch, ANSWER_MAX);
    buf_fmt(&b, "{\"jsonrpc\":\"2.0\",\"id\":%S,\"result\":%S}", id,
            result->len ? buf_span(result) : SPAN("null"));
    if (buf_is_full(&b))
        send_error(l, id, RPC_INTERNAL, "the answer is too large");
    else
        send(l, &b);
}

void call_notify(Lsp *l, const char *method, Buf *params)
{
    Buf b;

    buf_init(&b, &l->scratch, ANSWER_MAX);
    buf_fmt(&b, "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%S}", method, buf_span(params));
    if (!buf_is_full(params)) send(l, &b);
}

/* Nobody waits for the answer, so all of these have one id. */
void call_request(Lsp *l, const char *method)
{
    char mem[256];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_fmt(&b, "{\"jsonrpc\":\"2.0\",\"id\":\"odx\",\"method\":\"%s\"}", method);
    send(l, &b);
}

/* ---- in --------------------------------------------------------------------------------------- */

/* What the row needs; false after a refusal. */
static bool prepare(Call *c, MethodNeeds needs)
{
    if (needs == NEEDS_NOTHING) return true;
    c->doc = document_find(c->lsp, wire_text(json_member(c->params, "textDocument"), "uri"));
    if (!c->doc) {
        call_refuse(c, RPC_PARAMS, "this document is not open");
        return false;
    }
    if (needs == NEEDS_DOCUMENT) return true;
    c->ask = document_ask(c->lsp, c->doc);
    if (!c->ask) {
        call_refuse(c, RPC_FAILED, "this document needs too much memory");
        return false;
    }
    if (needs == NEEDS_PLACE)
        c->at =
            position_to_offset(c->lsp, c->doc, wire_position(json_member(c->params, "position")));
    return true;
}

static const char *state_refusal(const Lsp *l, Span method, int *ret_code)
{
    *ret_code = RPC_NOT_READY;
    if (l->state == LSP_FRESH && !span_eq_str(method, "initialize")) return "not initialized";
    *ret_code = RPC_INVALID;
    if (l->state != LSP_FRESH && span_eq_str(method, "initialize")) return "initialized before";
    if (l->state == LSP_SHUT) return "shut down";
    return NULL;
}

static void answer_request(Call *c, size_t row, Span id)
{
    JsonWriter w;
    Buf result;

    buf_init(&result, c->arena, ANSWER_MAX);
    json_write_init(&w, &result, false);
    c->w = &w;
    if (prepare(c, methods[row].needs)) methods[row].answer(c);
    if (!c->refusal && (arena_is_full(c->arena) || (c->ask && arena_is_full(&c->doc->arena)) ||
                        (result.len && !json_write_is_whole(&w))))
        call_refuse(c, RPC_INTERNAL, "not enough memory for the answer");
    if (c->refusal)
        send_error(c->lsp, id, c->error, c->refusal);
    else
        send_result(c->lsp, id, &result);
}

static size_t find_row(Span method)
{
    size_t row = 0;

    while (row < ARRAY_LEN(methods) && !span_eq_str(method, methods[row].name))
        row++;
    return row;
}

static void take_request(Call *c, Span method, Span id)
{
    size_t row = find_row(method);
    int code;
    const char *why = state_refusal(c->lsp, method, &code);

    if (why)
        send_error(c->lsp, id, code, why);
    else if (row == ARRAY_LEN(methods) || methods[row].kind != KIND_REQUEST)
        send_error(c->lsp, id, RPC_NO_METHOD, "no such method");
    else
        answer_request(c, row, id);
}

static void take_note(Call *c, Span method)
{
    size_t row = find_row(method);
    bool is_exit = span_eq_str(method, "exit");

    if (row == ARRAY_LEN(methods) || methods[row].kind != KIND_NOTE) return;
    if (c->lsp->state != LSP_READY && !is_exit) return;
    if (prepare(c, methods[row].needs)) methods[row].answer(c);
}

static bool is_id(const JsonValue *id)
{
    return id && (id->kind == JSON_STRING || id->kind == JSON_NUMBER);
}

/* One message; its memory is the scratch arena. */
static void take_message(Lsp *l, const Message *m)
{
    Span text = span_of(m->text, m->len);
    JsonTree tree = json_tree_read_up_to(&l->scratch, 0, text, LSP_MESSAGE_MAX);
    Call c = {.lsp = l,
              .arena = &l->scratch,
              .message = text,
              .params = json_member(tree.root, "params")};
    const JsonValue *id = json_member(tree.root, "id"), *method = json_member(tree.root, "method");
    bool is_call = method && method->kind == JSON_STRING;

    c.method = is_call ? method->text : (Span){NULL, 0};
    if (!tree.root)
        send_error(l, (Span){NULL, 0}, RPC_PARSE, "this is not JSON");
    else if (is_call && is_id(id) && m->is_cancelled)
        send_error(l, wire_raw(&c, id), RPC_CANCELLED, "cancelled");
    else if (is_call && is_id(id))
        take_request(&c, method->text, wire_raw(&c, id));
    else if (is_call && !id)
        take_note(&c, method->text);
    else if (tree.root->kind != JSON_OBJECT || method || !id)
        send_error(l, (Span){NULL, 0}, RPC_INVALID, "neither request nor answer");
}

/* ---- the queue -------------------------------------------------------------------------------- */

static size_t message_size(size_t len)
{
    return sizeof(Message) + len + 1;
}

/* A request of that id that still waits will not be begun. */
static void cancel(Lsp *l, Span text)
{
    JsonTree tree = json_tree_read_up_to(&l->scratch, 0, text, LSP_MESSAGE_MAX);
    const JsonValue *id = wire_path(tree.root, "params.id");
    bool is_cancel = span_eq_str(wire_text(tree.root, "method"), "$/cancelRequest") && is_id(id);
    Span wanted = is_cancel ? span_sub(text, id->place.begin, id->place.end - id->place.begin)
                            : (Span){NULL, 0};

    for (Message *m = l->first; is_cancel && m; m = m->next) {
        Span waiting = span_of(m->text, m->len);
        JsonTree other = json_tree_read_up_to(&l->scratch, 0, waiting, LSP_MESSAGE_MAX);
        const JsonValue *its = json_member(other.root, "id");

        if (is_id(its) &&
            span_is(span_sub(waiting, its->place.begin, its->place.end - its->place.begin), wanted))
            m->is_cancelled = true;
    }
    arena_reset(&l->scratch);
}

bool lsp_take(Lsp *l, Span message)
{
    Message *m;

    if (l->queued >= LSP_QUEUE_MAX) return false;
    if (message.len > LSP_MESSAGE_MAX) {
        send_error(l, (Span){NULL, 0}, RPC_INVALID, "this message is too large");
        arena_reset(&l->scratch);
        return true;
    }
    if (span_find(span_sub(message, 0, 256), SPAN("$/cancelRequest")) != SPAN_NONE_AT)
        cancel(l, message);
    m = l->host.memory.take(l->host.memory.ctx, message_size(message.len));
    if (!m) return false;
    *m = (Message){.len = message.len};
    if (message.len) memcpy(m->text, message.ptr, message.len);
    m->text[m->len] = 0;
    if (l->last)
        l->last->next = m;
    else
        l->first = m;
    l->last = m;
    l->queued++;
    return true;
}

static Message *next_message(Lsp *l)
{
    Message *m = l->first;

    if (!m) return NULL;
    l->first = m->next;
    if (!l->first) l->last = NULL;
    l->queued--;
    return m;
}

static void drop_message(Lsp *l, Message *m)
{
    l->host.memory.give(l->host.memory.ctx, m, message_size(m->len));
}

static bool push_one(Lsp *l)
{
    for (size_t i = 0; i < l->document_count && !l->has_pull && l->state == LSP_READY; i++) {
        if (!l->documents[i]->needs_push) continue;
        l->documents[i]->needs_push = false;
        push_findings(l, l->documents[i]);
        arena_reset(&l->scratch);
        return true;
    }
    return false;
}

bool lsp_step(Lsp *l)
{
    Message *m = l->state == LSP_OVER ? NULL : next_message(l);

    if (!m) return l->state != LSP_OVER && push_one(l);
    take_message(l, m);
    drop_message(l, m);
    arena_reset(&l->scratch);
    return true;
}

bool lsp_is_over(const Lsp *l, int *ret_status)
{
    *ret_status = l->status;
    return l->state == LSP_OVER;
}

/* ---- life ------------------------------------------------------------------------------------- */

#define SCRATCH_MEMORY ((size_t)256 << 20)

Lsp *lsp_new(const LspHost *host)
{
    Lsp *l = host->memory.take(host->memory.ctx, sizeof *l);

    if (!l) return NULL;
    *l = (Lsp){.host = *host};
    if (arena_init(&l->scratch, host->memory, SCRATCH_MEMORY)) return l;
    host->memory.give(host->memory.ctx, l, sizeof *l);
    return NULL;
}

void lsp_free(Lsp *l)
{
    Message *m;

    if (!l) return;
    while ((m = next_message(l)))
        drop_message(l, m);
    while (l->document_count)
        document_close(l, l->documents[l->document_count - 1]);
    arena_fini(&l->scratch);
    if (l->root.len)
        l->host.memory.give(l->host.memory.ctx, (char *)(uintptr_t)l->root.ptr, l->root.len);
    l->host.memory.give(l->host.memory.ctx, l, sizeof *l);
}
