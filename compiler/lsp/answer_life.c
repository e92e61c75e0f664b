/* answer_life.c — beginning and end of a session, and documents as they open, change and close. */
#include "compiler/lsp/server.h"

#include "vm/base/bug.h"

/* ---- the session ------------------------------------------------------------------------------ */

static void put_words(Call *c, const char *key, const char *const *words, size_t count)
{
    put_key(c, key);
    open_array(c);
    for (size_t i = 0; i < count; i++)
        json_write_string(c->w, span_str(words[i]));
    close_array(c);
}

static void put_legend(Call *c)
{
    static const char *const kinds[] = {
#define TOKEN(NAME, word) word,
#include "compiler/lsp/tokens.def"
#undef TOKEN
    };
    static const char *const marks[] = {
#define MODIFIER(NAME, word) word,
#include "compiler/lsp/tokens.def"
#undef MODIFIER
    };

    put_key(c, "semanticTokensProvider");
    open_object(c);
    put_key(c, "legend");
    open_object(c);
    put_words(c, "tokenTypes", kinds, ARRAY_LEN(kinds));
    put_words(c, "tokenModifiers", marks, ARRAY_LEN(marks));
    close_object(c);
    put_bool(c, "full", true);
    put_bool(c, "range", true);
    close_object(c);
}

static void put_capabilities(Call *c)
{
    static const struct {
        const char *key, *value;
    } rows[] = {
#define METHOD(name, answer, kind, needs, capability, value) {capability, value},
#include "compiler/lsp/methods.def"
#undef METHOD
    };

    put_key(c, "capabilities");
    open_object(c);
    put_string(c, "positionEncoding", c->lsp->is_utf8 ? SPAN("utf-8") : SPAN("utf-16"));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!rows[i].key[0]) continue;
        put_key(c, rows[i].key);
        json_write_raw(c->w, span_str(rows[i].value));
    }
    put_legend(c);
    close_object(c);
}

static bool offers_utf8(const JsonValue *params)
{
    const JsonValue *list = wire_path(params, "capabilities.general.positionEncodings");

    if (!list || list->kind != JSON_ARRAY) return false;
    JSON_EACH(list, v)
    if (v->kind == JSON_STRING && span_eq_str(v->text, "utf-8")) return true;
    return false;
}

/* The folder that the editor has open: the first one, or the old way of saying it. */
static Span root_of(const Call *c)
{
    const JsonValue *folders = json_member(c->params, "workspaceFolders");
    Span uri = wire_text(c->params, "rootUri");

    if (folders && folders->kind == JSON_ARRAY && folders->first)
        uri = wire_text(folders->first, "uri");
    return uri_to_name(c->arena, uri);
}

static void keep_root(Lsp *l, Span root)
{
    char *kept =
        span_starts(root, SPAN("/")) ? l->host.memory.take(l->host.memory.ctx, root.len) : NULL;

    if (!kept) return;
    memcpy(kept, root.ptr, root.len);
    l->root = span_of(kept, root.len);
}

void answer_initialize(Call *c)
{
    Lsp *l = c->lsp;
    const JsonValue *snippets =
        wire_path(c->params, "capabilities.textDocument.completion.completionItem");

    l->is_utf8 = offers_utf8(c->params);
    l->has_pull = wire_path(c->params, "capabilities.textDocument.diagnostic") != NULL;
    l->has_snippets = wire_bool(snippets, "snippetSupport");
    l->has_changes_on_save =
        wire_bool(wire_path(c->params, "initializationOptions"), "formatOnSave");
    l->has_lens_refresh =
        wire_bool(wire_path(c->params, "capabilities.workspace.codeLens"), "refreshSupport");
    keep_root(l, root_of(c));
    l->state = LSP_READY;
    open_object(c);
    put_capabilities(c);
    put_key(c, "serverInfo");
    open_object(c);
    put_string(c, "name", SPAN("odx"));
    close_object(c);
    close_object(c);
}

void answer_initialized(Call *c)
{
    (void)c;
}

void answer_nothing(Call *c)
{
    (void)c;
}

void answer_shutdown(Call *c)
{
    c->lsp->state = LSP_SHUT;
}

void answer_exit(Call *c)
{
    c->lsp->status = c->lsp->state == LSP_SHUT ? 0 : 1;
    c->lsp->state = LSP_OVER;
}

/* ---- documents -------------------------------------------------------------------------------- */

void answer_open(Call *c)
{
    const JsonValue *item = json_member(c->params, "textDocument");
    Span uri = wire_text(item, "uri");

    if (uri.len)
        (void)document_open(c->lsp, uri, wire_int(item, "version", 0), wire_text(item, "text"));
}

static void apply(Call *c, const JsonValue *change)
{
    const JsonValue *range = json_member(change, "range");
    uint32_t begin, end;

    if (change->kind != JSON_OBJECT || !json_member(change, "text")) return;
    if (!range || range->kind != JSON_OBJECT) {
        document_set(c->lsp, c->doc, wire_text(change, "text"));
        return;
    }
    wire_range_offsets(c, range, &begin, &end);
    document_edit(c->lsp, c->doc, begin, end, wire_text(change, "text"));
}

void answer_change(Call *c)
{
    const JsonValue *changes = json_member(c->params, "contentChanges");

    if (changes && changes->kind == JSON_ARRAY) JSON_EACH(changes, change)
    apply(c, change);
    c->doc->version = wire_int(json_member(c->params, "textDocument"), "version", c->doc->version);
}

void answer_close(Call *c)
{
    if (!c->lsp->has_pull) push_nothing(c->lsp, c->doc);
    document_close(c->lsp, c->doc);
}

void answer_save(Call *c)
{
    document_changed(c->lsp, c->doc); /* modules on disk may be newer */
}

void answer_files_changed(Call *c)
{
    for (size_t i = 0; i < c->lsp->document_count; i++)
        document_changed(c->lsp, c->lsp->documents[i]);
}
