/* answer_names.c — where a name is defined and used, outlines, and who calls which `def`. */
#include "compiler/lsp/server.h"

#include "vm/base/fmt.h"

static const Symbol *symbol_at(Call *c, const NameUse **ret_use)
{
    const Names *n = ask_names(c->ask);
    const NameUse *u = names_at(n, c->at);

    if (ret_use) *ret_use = u;
    return u ? &n->symbols.items[u->symbol] : NULL;
}

void answer_definition(Call *c)
{
    const Symbol *s = symbol_at(c, NULL);

    if (s) put_location(c, s->at);
}

static void put_uses(Call *c, Member *m, bool has_definition)
{
    const Names *n = ask_names(m->ask);

    for (size_t i = 0; i < n->uses.count; i++) {
        const NameUse *u = &n->uses.items[i];

        if (u->symbol != m->symbol || (u->is_definition && !has_definition)) continue;
        open_object(c);
        put_string(c, "uri", m->uri);
        put_range_of(c, m, "range", u->at.begin, u->at.end);
        close_object(c);
    }
}

void answer_references(Call *c)
{
    const NameUse *at;
    const Symbol *s = symbol_at(c, &at);
    bool has_definition = wire_bool(json_member(c->params, "context"), "includeDeclaration");
    Members all = {.count = 0};
    const char *why = s ? members_find(c, at->symbol, &all) : NULL;

    if (why) call_refuse(c, RPC_FAILED, why);
    open_array(c);
    for (size_t i = 0; i < all.count; i++)
        put_uses(c, &all.items[i], has_definition);
    close_array(c);
}

void answer_highlights(Call *c)
{
    const Names *n = ask_names(c->ask);
    const NameUse *at;
    const Symbol *s = symbol_at(c, &at);

    open_array(c);
    for (size_t i = 0; s && i < n->uses.count; i++) {
        const NameUse *u = &n->uses.items[i];

        if (u->symbol != at->symbol) continue;
        open_object(c);
        put_range(c, "range", u->at.begin, u->at.end);
        put_int(c, "kind", u->is_write ? 3 : 2);
        close_object(c);
    }
    close_array(c);
}

/* ---- outlines --------------------------------------------------------------------------------- */

enum { KIND_STRING = 15, KIND_EVENT = 24, KIND_OBJECT = 19, KIND_BOOLEAN = 17 };

/* How an item without a name is called: by its label, or by its first line. */
static Span item_title(const Ask *a, const Node *n)
{
    Span text = source_text(a->c.sources, n->place), label = node_label(n);

    if (label.len) return label;
    if (n->kind == NODE_TEST && node_kid(n, KID_TEST_TITLE)) return n->kids[KID_TEST_TITLE]->text;
    text = span_sub(text, 0, span_find_char(text, '\n'));
    text = span_sub(text, 0, span_find_char(text, '{'));
    return span_trim(span_sub(text, 0, 80));
}

static int item_kind(const Node *n, Span *ret_name, Place *ret_at)
{
    *ret_name = n->name;
    *ret_at = n->name_at;
    switch ((NodeKind)n->kind) {
    case NODE_MARKET:
        return symbol_lsp_kind(SYM_MARKET);
    case NODE_LEADER:
        return symbol_lsp_kind(SYM_LEADER);
    case NODE_ACCOUNT:
        return symbol_lsp_kind(SYM_ACCOUNT);
    case NODE_FEED:
        return symbol_lsp_kind(SYM_FEED);
    case NODE_PARAM:
        return symbol_lsp_kind(SYM_PARAM);
    case NODE_LET:
        return symbol_lsp_kind(SYM_LET);
    case NODE_STATE:
        return symbol_lsp_kind(SYM_STATE);
    case NODE_DEF:
        return symbol_lsp_kind(SYM_DEF);
    case NODE_SHOW:
        return symbol_lsp_kind(SYM_SHOW);
    case NODE_RULE:
        return KIND_EVENT;
    case NODE_RISK:
        return KIND_OBJECT;
    case NODE_ALWAYS:
        return KIND_BOOLEAN;
    case NODE_TEST:
        return KIND_STRING;
    default:
        return 0;
    }
}

/* `detail`: unit and readiness of a let. */
static void put_detail(Call *c, const Node *n)
{
    const Let *let = n->kind == NODE_LET ? ask_let(c->ask, n) : NULL;
    Buf b;

    if (!let || !let->value || let->value->type.shape == SHAPE_BAD) return;
    buf_init(&b, c->arena, 256);
    say_value(c->ask, let->value, &b);
    put_string(c, "detail", buf_span(&b));
}

static void put_outline(Call *c, const Node *n)
{
    Span name;
    Place at;
    int kind = item_kind(n, &name, &at);

    if (!kind || n->place.file != 0) return;
    if (!name.len) name = item_title(c->ask, n);
    if (at.begin >= at.end) at = place_at(0, n->place.begin, n->place.begin);
    if (at.begin < n->place.begin || at.end > n->place.end)
        at = n->place; /* names in JSON stand anywhere */
    if (!name.len) return;
    open_object(c);
    put_string(c, "name", name);
    put_detail(c, n);
    put_int(c, "kind", kind);
    put_range(c, "range", n->place.begin, n->place.end);
    put_range(c, "selectionRange", at.begin, at.end);
    close_object(c);
}

void answer_document_symbols(Call *c)
{
    const Node *tree = c->ask->c.tree;

    open_array(c);
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        put_outline(c, tree->kids[i]);
    close_array(c);
}

/* The letters of `query` stand in `name` in this order. */
static bool is_match(Span name, Span query)
{
    size_t at = 0;

    for (size_t i = 0; i < name.len && at < query.len; i++)
        at += (name.ptr[i] | 32) == (query.ptr[at] | 32);
    return at == query.len;
}

static void put_symbols_of(Call *c, Member *m, Span query)
{
    const Node *tree = m->ask->c.tree;

    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++) {
        Span name;
        Place at;
        int kind = item_kind(tree->kids[i], &name, &at);

        if (kind && !name.len) name = item_title(m->ask, tree->kids[i]);
        if (!kind || !name.len || !is_match(name, query)) continue;
        open_object(c);
        put_string(c, "name", name);
        put_int(c, "kind", kind);
        put_key(c, "location");
        open_object(c);
        put_string(c, "uri", m->uri);
        put_range_of(c, m, "range", tree->kids[i]->place.begin, tree->kids[i]->place.end);
        close_object(c);
        close_object(c);
    }
}

/* What is open, and the rest of its projects. */
void answer_workspace_symbols(Call *c)
{
    Span query = wire_text(c->params, "query");
    Members disk = {.count = 0};

    open_array(c);
    for (size_t i = 0; i < c->lsp->document_count; i++) {
        Member m;

        c->doc = c->lsp->documents[i];
        c->ask = document_ask(c->lsp, c->doc);
        if (!c->ask) continue;
        m = member_of_file(c, 0);
        m.ask = c->ask;
        put_symbols_of(c, &m, query);
        members_on_disk(c, c->doc->name, &disk);
    }
    for (size_t i = 0; i < disk.count; i++)
        put_symbols_of(c, &disk.items[i], query);
    close_array(c);
    c->ask = NULL;
    c->doc = NULL;
}

/* ---- calls of definitions --------------------------------------------------------------------- */

static void put_call_item(Call *c, Member *m, const Ask *a, const Node *n)
{
    Span name;
    Place at;
    int kind = item_kind(n, &name, &at);

    if (!name.len) name = item_title(a, n);
    if (at.begin >= at.end) at = n->place;
    open_object(c);
    put_string(c, "name", name);
    put_int(c, "kind", kind ? kind : KIND_OBJECT);
    put_string(c, "uri", m->uri);
    put_range_of(c, m, "range", n->place.begin, n->place.end);
    put_range_of(c, m, "selectionRange", at.begin, at.end);
    close_object(c);
}

void answer_prepare_calls(Call *c)
{
    const Symbol *s = symbol_at(c, NULL);
    Member m;

    if (!s || s->kind != SYM_DEF || symbol_is_of_library(c->ask, s)) return;
    m = member_of_file(c, s->at.file);
    open_array(c);
    put_call_item(c, &m, c->ask, s->node);
    close_array(c);
}

/* A file that no editor has open, as if it were; NULL when it is not there. */
static Document *read_document(Call *c, Span uri)
{
    const LspHost *h = &c->lsp->host;
    Document *d = arena_new(c->arena, Document);
    Span name = uri_to_name(c->arena, uri);
    ModuleText m = {.is_found = false};

    if (arena_is_full(c->arena)) return NULL;
    if (h->load && span_starts(name, SPAN("/"))) m = h->load(h->ctx, name, (Span){NULL, 0});
    if (!m.is_found) return NULL;
    m.text = arena_span(c->arena, m.text);
    if (arena_is_full(c->arena)) return NULL;
    *d = (Document){
        .uri = uri, .name = name, .text = (char *)(uintptr_t)m.text.ptr, .len = m.text.len};
    return d;
}

/* The document and the place of the item that a hierarchy request is about. */
static bool find_item(Call *c)
{
    const JsonValue *item = json_member(c->params, "item");
    Span uri = wire_text(item, "uri");

    c->doc = document_find(c->lsp, uri);
    if (c->doc) {
        c->ask = document_ask(c->lsp, c->doc);
    } else {
        c->doc = read_document(c, uri);
        c->ask =
            c->doc ? file_ask(c->lsp, c->doc->name, document_text(c->doc), NULL, c->arena) : NULL;
    }
    if (!c->ask) return false;
    c->at =
        position_to_offset(c->lsp, c->doc, wire_position(wire_path(item, "selectionRange.start")));
    return true;
}

static const Node *item_around(const Ask *a, Place at)
{
    const Node *tree = a->c.tree;

    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        if (place_contains(tree->kids[i]->place, at)) return tree->kids[i];
    return NULL;
}

/* Uses of the symbol inside `item`, as ranges. */
static void put_ranges(Call *c, Member *m, const Node *item, uint32_t symbol)
{
    const Names *n = ask_names(m->ask);

    put_key(c, "fromRanges");
    open_array(c);
    for (size_t i = 0; i < n->uses.count; i++) {
        const NameUse *u = &n->uses.items[i];

        if (u->symbol != symbol || u->is_definition || !place_contains(item->place, u->at))
            continue;
        put_range_of(c, m, NULL, u->at.begin, u->at.end);
    }
    close_array(c);
}

/* Who in that file calls it: each item once. */
static void put_callers(Call *c, Member *m)
{
    const Names *n = ask_names(m->ask);
    const Node *last = NULL;

    for (size_t i = 0; i < n->uses.count; i++) {
        const NameUse *u = &n->uses.items[i];
        const Node *item =
            u->symbol == m->symbol && !u->is_definition ? item_around(m->ask, u->at) : NULL;

        if (!item || item == last) continue;
        last = item;
        open_object(c);
        put_key(c, "from");
        put_call_item(c, m, m->ask, item);
        put_ranges(c, m, item, u->symbol);
        close_object(c);
    }
}

void answer_incoming_calls(Call *c)
{
    const NameUse *at = find_item(c) ? names_at(ask_names(c->ask), c->at) : NULL;
    Members all = {.count = 0};
    const char *why = at ? members_find(c, at->symbol, &all) : NULL;

    if (why) call_refuse(c, RPC_FAILED, why);
    open_array(c);
    for (size_t i = 0; i < all.count; i++)
        put_callers(c, &all.items[i]);
    close_array(c);
}

/* The first use of the symbol inside the item? */
static bool is_first_inside(const Names *n, size_t i, const Node *item)
{
    for (size_t k = 0; k < i; k++)
        if (n->uses.items[k].symbol == n->uses.items[i].symbol &&
            place_contains(item->place, n->uses.items[k].at))
            return false;
    return true;
}

static void put_callee(Call *c, const Node *inside, uint32_t symbol)
{
    const Symbol *s = &ask_names(c->ask)->symbols.items[symbol];
    Member from = member_of_file(c, 0), to = member_of_file(c, s->at.file);

    from.ask = c->ask;
    open_object(c);
    put_key(c, "to");
    put_call_item(c, &to, c->ask, s->node);
    put_ranges(c, &from, inside, symbol);
    close_object(c);
}

void answer_outgoing_calls(Call *c)
{
    const Names *n;
    const Node *item = NULL;

    open_array(c);
    n = find_item(c) ? ask_names(c->ask) : NULL;
    if (n) item = item_around(c->ask, place_at(0, c->at, c->at));
    for (size_t i = 0; item && i < n->uses.count; i++) {
        const NameUse *u = &n->uses.items[i];

        if (n->symbols.items[u->symbol].kind != SYM_DEF || u->is_definition) continue;
        if (place_contains(item->place, u->at) && is_first_inside(n, i, item))
            put_callee(c, item, u->symbol);
    }
    close_array(c);
}
