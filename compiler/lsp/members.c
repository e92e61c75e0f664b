/* members.c — the files of a project that see one name: who defines it, who uses it.
 *
 * What is open counts as it stands in its editor, the rest as it is on disk.  A file can see a name of a module
 * when it uses that module, or one that does; only texts that name such a file are analysed.  Promise: everybody
 * who can see the name is found, or the answer is why not. */
#include "compiler/lsp/server.h"

#include "compiler/views/document.h"

enum { MEMBERS_MAX = 256 };

typedef struct Candidate { /* a text that may see the name */
    Span name, uri, text;
    bool is_near; /* it names a file that sees the name */
} Candidate;

typedef struct Search {
    Call *c;
    Span home;     /* the file that defines the name */
    Place at;      /* where in it */
    const Ask *of; /* the document that asks */
    VEC(Candidate) candidates;
    Members *out;
    bool is_too_large;
} Search;

Span symbol_home(const Ask *a, const Symbol *s)
{
    const Source *source = sources_get(a->c.sources, s->at.file);

    return source ? source->name : (Span){NULL, 0};
}

Span members_text(const Members *all, Span name)
{
    for (size_t i = 0; i < all->count; i++)
        if (span_is(all->items[i].name, name)) return all->items[i].after;
    return (Span){NULL, 0};
}

void put_range_of(Call *c, Member *m, const char *key, uint32_t begin, uint32_t end)
{
    LspPosition from, to;

    m->lines.arena = *c->arena; /* lent: nobody else takes from it until it is back */
    from = offset_to_position(c->lsp, &m->lines, begin);
    to = offset_to_position(c->lsp, &m->lines, end);
    *c->arena = m->lines.arena;
    put_positions(c, key, from, to);
}

static Document lines_of(Span text)
{
    return (Document){.text = (char *)(uintptr_t)text.ptr, .len = text.len, .has_arena = true};
}

Member member_of_file(Call *c, uint16_t file)
{
    const Source *s = file ? sources_get(c->ask->c.sources, file) : NULL;
    const Document *open = s ? document_named(c->lsp, s->name) : c->doc;
    Span text = s ? s->text : c->ask->text;

    return (Member){.name = s ? s->name : c->doc->name,
                    .uri = open ? open->uri : name_to_uri(c->arena, s->name),
                    .lines = lines_of(text)};
}

/* ---- candidates ------------------------------------------------------------------------------- */

static void add_candidate(Search *s, Span name, Span uri, Span text)
{
    Candidate x = {name, uri, text, false};

    if (s->candidates.count >= MEMBERS_MAX)
        s->is_too_large = true;
    else
        (void)vec_push(s->c->arena, &s->candidates, x);
}

static void add_open(Search *s)
{
    const Lsp *l = s->c->lsp;

    for (size_t i = 0; i < l->document_count; i++)
        add_candidate(s, l->documents[i]->name, l->documents[i]->uri,
                      document_text(l->documents[i]));
}

/* A file of the disk matters when it defines the name, or may use somebody who does. */
static void add_file(Search *s, Span name)
{
    const LspHost *h = &s->c->lsp->host;
    Arena *arena = s->c->arena;
    ModuleText m;

    if (document_named(s->c->lsp, name)) return;
    m = h->load(h->ctx, name, (Span){NULL, 0});
    if (!m.is_found) return;
    if (!span_is(name, s->home) && span_find(m.text, SPAN("use")) == SPAN_NONE_AT) return;
    if (span_ends(name, SPAN(".json")) && !compile_is_document(m.text, arena)) return;
    add_candidate(s, name, name_to_uri(arena, name), arena_span(arena, m.text));
}

/* Copied, because the next question takes them away. */
static Span *files_of(Call *c, Span name, size_t *ret_count)
{
    const LspHost *h = &c->lsp->host;
    const Span *found;
    Span *names;

    *ret_count = 0;
    if (!h->files || !h->load) return NULL;
    found = h->files(h->ctx, name, c->lsp->root, ret_count);
    names = arena_array(c->arena, Span, *ret_count + 1);
    for (size_t i = 0; i < *ret_count && !arena_is_full(c->arena); i++)
        names[i] = arena_span(c->arena, found[i]);
    if (arena_is_full(c->arena)) *ret_count = 0;
    return names;
}

static void add_project(Search *s)
{
    size_t count;
    const Span *names = files_of(s->c, s->home, &count);

    for (size_t i = 0; i < count && !arena_is_full(s->c->arena); i++)
        add_file(s, names[i]);
}

static bool has_member(const Members *all, Span name)
{
    for (size_t i = 0; i < all->count; i++)
        if (span_is(all->items[i].name, name)) return true;
    return false;
}

void members_on_disk(Call *c, Span name, Members *ret)
{
    const LspHost *h = &c->lsp->host;
    const CompileOptions only_read = {.until = STAGE_PARSE};
    size_t count;
    const Span *names = files_of(c, name, &count);

    for (size_t i = 0; i < count && ret->count < MEMBERS_MAX && !arena_is_full(c->arena); i++) {
        Member m = {.name = names[i]};
        ModuleText text;

        if (!span_ends(m.name, SPAN(".odx")) || document_named(c->lsp, m.name) ||
            has_member(ret, m.name))
            continue;
        text = h->load(h->ctx, m.name, (Span){NULL, 0});
        if (!text.is_found) continue;
        m.uri = name_to_uri(c->arena, m.name);
        m.ask = ask_open(m.name, arena_span(c->arena, text.text), &only_read, c->arena);
        if (arena_is_full(c->arena)) return;
        m.lines = lines_of(m.ask->text);
        (void)vec_push(c->arena, ret, m);
    }
}

/* ---- who sees it ------------------------------------------------------------------------------ */

static Span last_part(Span path)
{
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return span_from(path, at);
}

/* Whoever names a near file is near: a module hands on what it uses. */
static void mark_near(Search *s, Span name)
{
    Span part = last_part(name);

    for (size_t i = 0; i < s->candidates.count; i++) {
        Candidate *x = &s->candidates.items[i];

        if (x->is_near) continue;
        x->is_near = span_is(x->name, s->home) || span_find(x->text, part) != SPAN_NONE_AT;
        if (x->is_near) mark_near(s, x->name);
    }
}

/* The symbol that is defined at that place of that file. */
static uint32_t symbol_of(Ask *a, Span home, Place at)
{
    const Names *n = ask_names(a);

    for (size_t i = 0; i < n->symbols.count; i++) {
        const Symbol *x = &n->symbols.items[i];

        if (x->at.begin == at.begin && x->at.end == at.end && span_is(symbol_home(a, x), home))
            return (uint32_t)i;
    }
    return NO_SYMBOL;
}

static void add_member(Search *s, const Candidate *x, Ask *a)
{
    Member m = {.name = x->name, .uri = x->uri, .ask = a, .is_known = true};

    m.symbol = symbol_of(a, s->home, s->at);
    if (m.symbol == NO_SYMBOL) return;
    m.lines =
        (Document){.text = (char *)(uintptr_t)a->text.ptr, .len = a->text.len, .has_arena = true};
    m.edits = changes_new(s->c->arena, a->text);
    (void)vec_push(s->c->arena, s->out, m);
}

static void add_members(Search *s)
{
    Call *c = s->c;

    for (size_t i = 0; i < s->candidates.count && !arena_is_full(c->arena); i++) {
        const Candidate *x = &s->candidates.items[i];
        Ask *a = x->is_near && !span_is(x->name, c->doc->name)
                     ? file_ask(c->lsp, x->name, x->text, NULL, c->arena)
                     : NULL;

        if (a) add_member(s, x, a);
    }
}

/* A module from outside the project is seen all the same. */
static void add_home(Search *s)
{
    const Candidate home = {s->home, name_to_uri(s->c->arena, s->home), {NULL, 0}, true};
    const Source *source = sources_get(s->of->c.sources, s->at.file);
    Ask *a;

    if (has_member(s->out, s->home)) return;
    a = file_ask(s->c->lsp, s->home, source->text, NULL, s->c->arena);
    if (!a) return;
    add_member(s, &home, a);
    if (s->out->count) s->out->items[s->out->count - 1].is_known = false;
}

/* ---- the door --------------------------------------------------------------------------------- */

static bool is_module(const Node *tree)
{
    const Node *header = node_is(tree, NODE_FILE) ? node_kid(tree, KID_FILE_HEADER) : NULL;

    return header && header->op == AST_HEADER_MODULE;
}

/* Can another file see it? */
static bool is_exported(const Ask *a, const Symbol *s)
{
    if (s->is_local || (s->kind != SYM_PARAM && s->kind != SYM_LET && s->kind != SYM_DEF))
        return false;
    return s->at.file != 0 || is_module(a->c.tree);
}

const char *members_find(Call *c, uint32_t symbol, Members *ret)
{
    const Symbol *sym = &ask_names(c->ask)->symbols.items[symbol];
    const Candidate self = {c->doc->name, c->doc->uri, c->ask->text, true};
    Search *s = arena_new(c->arena, Search);

    if (arena_is_full(c->arena)) return "not enough memory";
    *s =
        (Search){.c = c, .home = symbol_home(c->ask, sym), .at = sym->at, .of = c->ask, .out = ret};
    add_member(s, &self, c->ask);
    if (is_exported(c->ask, sym)) {
        add_open(s);
        add_project(s);
        mark_near(s, s->home);
        add_members(s);
        if (sym->at.file != 0) add_home(s);
    }
    if (s->is_too_large) return "this project has too many files";
    return arena_is_full(c->arena) || !ret->count ? "not enough memory" : NULL;
}
