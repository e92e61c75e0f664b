/* documents.c — the open texts: bytes kept as edits arrive, analyses made when asked and dropped when stale.
 *
 * A text lives in memory of the host that grows by doubling; an analysis has an arena of its own with a
 * limit.  Promise: memory is bounded by the number of documents and of analyses that are kept. */
#include "compiler/lsp/server.h"

enum { ANALYSES_MAX = 16, SMALL_MEMORY = 1 << 16 };
#define ANALYSIS_MEMORY ((size_t)256 << 20)
#define ANALYSIS_KEEP ((size_t)48 << 20) /* beyond this, what was answered is not kept */

Span document_text(const Document *d)
{
    return span_of(d->text, d->len);
}

Document *document_find(const Lsp *l, Span uri)
{
    for (size_t i = 0; i < l->document_count; i++)
        if (span_is(l->documents[i]->uri, uri)) return l->documents[i];
    return NULL;
}

Document *document_named(const Lsp *l, Span name)
{
    for (size_t i = 0; i < l->document_count; i++)
        if (span_is(l->documents[i]->name, name)) return l->documents[i];
    return NULL;
}

/* ---- uris ------------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Span uri_to_name(Arena *arena, Span uri)
{
    Span rest = uri;
    Buf out;

    if (!span_starts(uri, SPAN("file://"))) return arena_span(arena, uri);
    rest = span_from(rest, 7);
    rest = span_from(rest, span_find_char(rest, '/')); /* past the name of a machine */
    buf_init(&out, arena, uri.len + 1);
    for (size_t i = 0; i < rest.len; i++) {
        bool is_code = rest.ptr[i] == '%' && i + 2 < rest.len && hex_value(rest.ptr[i + 1]) >= 0 &&
                       hex_value(rest.ptr[i + 2]) >= 0;

        buf_char(&out, is_code
                           ? (char)(hex_value(rest.ptr[i + 1]) * 16 + hex_value(rest.ptr[i + 2]))
                           : rest.ptr[i]);
        if (is_code) i += 2;
    }
    return arena_span(arena, buf_span(&out));
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '-' || c == '_' || c == '~';
}

Span name_to_uri(Arena *arena, Span name)
{
    static const char digits[] = "0123456789ABCDEF";
    Buf out;

    buf_init(&out, arena, name.len * 3 + 32);
    buf_str(&out, name.len && name.ptr[0] == '/' ? "file://" : "odx:");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];

        if (is_plain((char)c)) {
            buf_char(&out, (char)c);
            continue;
        }
        buf_char(&out, '%');
        buf_char(&out, digits[c >> 4]);
        buf_char(&out, digits[c & 15]);
    }
    return buf_span(&out);
}

/* ---- texts ------------------------------------------------------------------------------------ */

static void *memory_take(const Lsp *l, size_t size)
{
    return l->host.memory.take(l->host.memory.ctx, size);
}

static void memory_give(const Lsp *l, void *ptr, size_t size)
{
    if (ptr) l->host.memory.give(l->host.memory.ctx, ptr, size);
}

/* Room for `len` bytes and a NUL; false leaves everything as it was. */
static bool reserve(Lsp *l, Document *d, size_t len)
{
    size_t cap = d->cap ? d->cap : 4096;
    char *text;

    if (len + 1 <= d->cap) return true;
    while (cap < len + 1)
        cap *= 2;
    text = memory_take(l, cap);
    if (!text) return false;
    if (d->len) memcpy(text, d->text, d->len);
    memory_give(l, d->text, d->cap);
    d->text = text;
    d->cap = cap;
    return true;
}

static void forget(Document *d)
{
    d->ask = NULL;
    d->lines = NULL;
    d->rules = d->reached = 0;
    if (d->has_arena) arena_reset(&d->arena);
}

void document_changed(Lsp *l, Document *d)
{
    forget(d);
    d->needs_push = true;
    for (size_t i = 0; i < l->document_count; i++) {
        Document *other = l->documents[i];

        if (other == d || !other->ask || !other->ask->c.modules) continue;
        forget(other);
        other->needs_push = true;
    }
}

void document_set(Lsp *l, Document *d, Span text)
{
    d->is_lost = text.len > LSP_DOCUMENT_MAX;
    text = span_sub(text, 0, LSP_DOCUMENT_MAX);
    d->len = 0;
    if (!reserve(l, d, text.len)) {
        d->is_lost = true;
        text.len = 0;
    }
    if (text.len) memcpy(d->text, text.ptr, text.len);
    d->len = text.len;
    if (d->text) d->text[d->len] = 0;
    document_changed(l, d);
}

void document_edit(Lsp *l, Document *d, uint32_t begin, uint32_t end, Span insert)
{
    size_t len = d->len - (end - begin) + insert.len;

    if (d->is_lost) return;
    if (len > LSP_DOCUMENT_MAX || !reserve(l, d, len)) {
        d->is_lost = true;
        document_changed(l, d);
        return;
    }
    if (d->len > end) memmove(d->text + begin + insert.len, d->text + end, d->len - end);
    if (insert.len) memcpy(d->text + begin, insert.ptr, insert.len);
    d->len = len;
    d->text[len] = 0;
    document_changed(l, d);
}

void document_replayed(Lsp *l, Document *d, Span test)
{
    memory_give(l, d->replay, d->replay_len);
    d->replay = test.len ? memory_take(l, test.len) : NULL;
    d->replay_len = d->replay ? test.len : 0;
    if (d->replay) memcpy(d->replay, test.ptr, test.len);
}

/* ---- opening and closing ---------------------------------------------------------------------- */

static Document *new_document(Lsp *l, Span uri)
{
    Document *d;

    if (l->document_count >= LSP_DOCUMENTS_MAX) return NULL;
    d = memory_take(l, sizeof *d);
    if (!d) return NULL;
    *d = (Document){0};
    if (!arena_init(&d->memory, l->host.memory, SMALL_MEMORY)) {
        memory_give(l, d, sizeof *d);
        return NULL;
    }
    d->uri = arena_span(&d->memory, uri);
    d->name = uri_to_name(&d->memory, uri);
    if (arena_is_full(&d->memory)) {
        arena_fini(&d->memory);
        memory_give(l, d, sizeof *d);
        return NULL;
    }
    l->documents[l->document_count++] = d;
    return d;
}

Document *document_open(Lsp *l, Span uri, int64_t version, Span text)
{
    Document *d = document_find(l, uri);

    if (!d) d = new_document(l, uri);
    if (!d) return NULL;
    d->version = version;
    document_set(l, d, text);
    return d;
}

void document_close(Lsp *l, Document *d)
{
    size_t at = 0;

    while (at < l->document_count && l->documents[at] != d)
        at++;
    document_changed(l, d);
    for (; at + 1 < l->document_count; at++)
        l->documents[at] = l->documents[at + 1];
    l->document_count--;
    if (d->has_arena) arena_fini(&d->arena);
    arena_fini(&d->memory);
    memory_give(l, d->text, d->cap);
    memory_give(l, d->replay, d->replay_len);
    memory_give(l, d, sizeof *d);
}

/* ---- analyses --------------------------------------------------------------------------------- */

ModuleText loader_load(void *loader, Span path, Span from)
{
    ModuleLoader *ld = loader;
    Lsp *l = ld->lsp;
    ModuleText m = {.is_found = false};
    const Document *open;
    Span changed;

    if (!l->host.load) return m;
    m = l->host.load(l->host.ctx, path, from);
    if (!m.name.len) return m;
    m.name = arena_span(ld->arena, m.name);
    open = document_named(l, m.name);
    changed = ld->changed ? members_text(ld->changed, m.name) : (Span){NULL, 0};
    if (open) m = (ModuleText){true, m.name, document_text(open)};
    if (changed.len) m.text = changed;
    m.text = arena_span(ld->arena, m.text);
    return m;
}

static Span locked(void *ctx, Span path)
{
    ModuleLoader *ld = ctx;

    return ld->lsp->host.locked(ld->lsp->host.ctx, path, ld->main);
}

/* Only so many analyses are kept; the one that was asked longest ago goes. */
static void drop_oldest(Lsp *l)
{
    size_t count = 0;
    Document *oldest = NULL;

    for (size_t i = 0; i < l->document_count; i++) {
        Document *d = l->documents[i];

        if (!d->has_arena) continue;
        count++;
        if (!oldest || d->used < oldest->used) oldest = d;
    }
    if (count < ANALYSES_MAX) return;
    forget(oldest);
    arena_fini(&oldest->arena);
    oldest->has_arena = false;
}

static bool has_arena(Lsp *l, Document *d)
{
    if (d->has_arena) return true;
    drop_oldest(l);
    d->has_arena = arena_init(&d->arena, l->host.memory, ANALYSIS_MEMORY);
    return d->has_arena;
}

Ask *file_ask(Lsp *l, Span name, Span text, const Members *changed, Arena *arena)
{
    ModuleLoader *ld = arena_new(arena, ModuleLoader); /* options outlive the compilation */
    DiagLevels *levels = arena_new(arena, DiagLevels);
    CompileOptions options = {
        .load = loader_load, .ctx = ld, .until = STAGE_EMIT, .has_tests = true, .levels = levels};
    Ask *a;

    text = arena_span(arena, text);
    if (arena_is_full(arena)) return NULL;
    *ld = (ModuleLoader){l, arena, name, changed};
    diag_levels_default(levels);
    if (l->host.levels) l->host.levels(l->host.ctx, name, levels);
    if (l->host.locked) options.locked = locked;
    a = ask_open(name, text, &options, arena);
    return arena_is_full(arena) ? NULL : a;
}

Ask *document_ask(Lsp *l, Document *d)
{
    bool is_full = d->has_arena && arena_is_full(&d->arena);

    d->used = ++l->clock;
    if (is_full || (d->ask && arena_taken(&d->arena) > ANALYSIS_KEEP)) forget(d);
    if (!d->ask && has_arena(l, d))
        d->ask = file_ask(l, d->name, document_text(d), NULL, &d->arena);
    return d->ask && !arena_is_full(&d->arena) ? d->ask : NULL;
}
