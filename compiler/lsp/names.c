/* names.c — every name of a file, what it stands for, and every place that mentions it.
 *
 * The rules are sema's (scope.c, items.c, paths.c), followed over the tree alone, so that they also hold
 * in a text that is half typed.  Promise: uses are in order of place and do not overlap. */
#include "compiler/lsp/ask_private.h"

#include "vm/base/sort.h"

enum { MAX_OPEN = 4096 };

static const struct {
    const char *says;
    int lsp;
} kinds[] = {
#define SYMBOL(NAME, says, lsp) {says, lsp},
#include "compiler/lsp/symbols.def"
#undef SYMBOL
};

const char *symbol_says(SymbolKind kind)
{
    return kinds[kind].says;
}

int symbol_lsp_kind(SymbolKind kind)
{
    return kinds[kind].lsp;
}

typedef struct Binder {
    bool is_declared[SOURCE_MAX_FILES]; /* modules; by file */
    Ask *ask;
    Names *names;
    uint32_t open[MAX_OPEN]; /* locals that can be seen, the innermost last */
    uint32_t open_count;
} Binder;

/* ---- making ----------------------------------------------------------------------------------- */

static uint32_t add_symbol(Binder *b, SymbolKind kind, const Node *n, Span name, Place at)
{
    Symbol s = {.kind = kind, .name = name, .at = at, .scope = b->ask->c.tree->place, .node = n};

    if (name.len == 0 || !vec_push(b->ask->arena, &b->names->symbols, s)) return NO_SYMBOL;
    return (uint32_t)b->names->symbols.count - 1;
}

static void add_use(Binder *b, uint32_t symbol, Place at, bool is_definition, bool is_write)
{
    NameUse u = {at, symbol, is_definition, is_write};

    if (symbol != NO_SYMBOL && at.file == 0 && at.begin < at.end)
        (void)vec_push(b->ask->arena, &b->names->uses, u);
}

static int item_kind(const Node *n)
{
    switch ((NodeKind)n->kind) {
    case NODE_MARKET:
        return SYM_MARKET;
    case NODE_LEADER:
        return SYM_LEADER;
    case NODE_ACCOUNT:
        return SYM_ACCOUNT;
    case NODE_FEED:
        return SYM_FEED;
    case NODE_PARAM:
        return SYM_PARAM;
    case NODE_LET:
        return SYM_LET;
    case NODE_STATE:
        return SYM_STATE;
    case NODE_DEF:
        return SYM_DEF;
    default:
        return -1;
    }
}

/* The first definition in the file wins, over those of modules too. */
static bool is_own(const Binder *b, Span name)
{
    uint64_t at = map_get(&b->names->globals, name, 0);

    return at && b->names->symbols.items[at - 1].at.file == 0;
}

static void declare(Binder *b, const Node *n, bool is_module)
{
    int kind = item_kind(n);
    uint32_t s;

    if (kind < 0) return;
    s = add_symbol(b, (SymbolKind)kind, n, n->name, n->name_at);
    if (s == NO_SYMBOL) return;
    if (!is_module) add_use(b, s, n->name_at, true, true);
    if (!is_own(b, n->name)) (void)map_put(&b->names->globals, n->name, s + 1);
}

static const Node *module_of(const Ask *a, const Node *use)
{
    const Node *path = node_kid(use, KID_USE_PATH);

    for (const CompiledModule *m = a->c.modules; m && node_is(path, NODE_STRING); m = m->next)
        if (m->from == use->place.file && span_is(m->path, path->text) &&
            node_is(m->tree, NODE_FILE))
            return m->tree;
    return NULL;
}

/* A module hands on what it uses itself; its own items win. */
static void declare_module(Binder *b, const Node *use)
{
    const Node *tree = module_of(b->ask, use);

    if (!tree || b->is_declared[tree->place.file]) return;
    b->is_declared[tree->place.file] = true;
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        if (node_is(tree->kids[i], NODE_USE)) declare_module(b, tree->kids[i]);
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        declare(b, tree->kids[i], true);
}

static void open_local(Binder *b, SymbolKind kind, const Node *n, Span name, Place at, Place scope)
{
    uint32_t s = add_symbol(b, kind, n, name, at);

    if (s == NO_SYMBOL) return;
    b->names->symbols.items[s].is_local = true;
    b->names->symbols.items[s].scope = scope;
    add_use(b, s, at, true, true);
    if (b->open_count < MAX_OPEN) b->open[b->open_count++] = s;
}

/* ---- finding ---------------------------------------------------------------------------------- */

static uint32_t find(const Binder *b, Span name)
{
    for (uint32_t i = b->open_count; i-- > 0;)
        if (span_is(b->names->symbols.items[b->open[i]].name, name)) return b->open[i];
    return (uint32_t)map_get(&b->names->globals, name, 0) - 1;
}

static void use_name(Binder *b, Span name, Place at, bool is_write)
{
    add_use(b, find(b, name), at, false, is_write);
}

static void use_reason(Binder *b, const Node *n, bool may_define)
{
    uint32_t s = (uint32_t)map_get(&b->names->reasons, n->name, 0) - 1;
    bool is_new = s == NO_SYMBOL && may_define && n->name.len;

    if (is_new) {
        s = add_symbol(b, SYM_REASON, n, n->name, n->name_at);
        if (s != NO_SYMBOL) (void)map_put(&b->names->reasons, n->name, s + 1);
    }
    add_use(b, s, n->name_at, is_new, is_new);
}

static void use_path(Binder *b, const Node *path)
{
    uint32_t first;

    if (path->kid_count == 0) return;
    first = find(b, path->kids[0]->name);
    add_use(b, first, path->kids[0]->place, false, false);
    if (first != NO_SYMBOL && b->names->symbols.items[first].kind == SYM_ACCOUNT &&
        path->kid_count > 1) {
        uint32_t market = (uint32_t)map_get(&b->names->globals, path->kids[1]->name, 0) - 1;

        if (market != NO_SYMBOL && b->names->symbols.items[market].kind == SYM_MARKET)
            add_use(b, market, path->kids[1]->place, false, false);
    }
}

/* The first word of an anchor names an item. */
static void use_anchor(Binder *b, const Node *n)
{
    size_t len = span_find_char(n->text, '.');
    Span first = span_sub(n->text, 0, len);
    Span there = span_sub(b->ask->text, n->place.begin, first.len);

    if (span_is(first, there))
        use_name(b, first, place_at(0, n->place.begin, n->place.begin + (uint32_t)first.len),
                 false);
}

/* ---- walking ---------------------------------------------------------------------------------- */

static void walk(Binder *b, const Node *n);

static void walk_kids(Binder *b, const Node *n, uint32_t from)
{
    for (uint32_t i = from; i < n->kid_count; i++)
        walk(b, n->kids[i]);
}

/* Locals that `n` brings end with it. */
static void walk_scope(Binder *b, const Node *n)
{
    uint32_t open = b->open_count;

    walk_kids(b, n, 0);
    b->open_count = open;
}

static void walk_block(Binder *b, const Node *n)
{
    uint32_t open = b->open_count;

    for (uint32_t i = 0; i < n->kid_count; i++) {
        const Node *kid = n->kids[i];

        walk(b, kid);
        if (node_is(kid, NODE_LET))
            open_local(b, SYM_LET, kid, kid->name, kid->name_at,
                       place_at(kid->place.file, kid->place.end, n->place.end));
    }
    b->open_count = open;
}

static void walk_def(Binder *b, const Node *n)
{
    uint32_t open = b->open_count;

    for (uint32_t i = KID_DEF_FORMALS; i < n->kid_count; i++)
        open_local(b, SYM_INPUT, n->kids[i], n->kids[i]->name, n->kids[i]->name_at, n->place);
    walk(b, node_kid(n, KID_DEF_BODY));
    b->open_count = open;
}

/* `repeat i in range { }` and `sum(i in range: body)`. */
static void walk_counter(Binder *b, const Node *n, Span name, Place at)
{
    uint32_t open = b->open_count;

    walk(b, node_kid(n, 0));
    open_local(b, SYM_COUNTER, n, name, at, n->place);
    walk(b, node_kid(n, 1));
    b->open_count = open;
}

static void walk_show(Binder *b, const Node *n)
{
    add_use(b, add_symbol(b, SYM_SHOW, n, n->name, n->name_at), n->name_at, true, true);
    walk_kids(b, n, 0);
}

static void walk(Binder *b, const Node *n)
{
    if (!n) return;
    switch ((NodeKind)n->kind) {
    case NODE_PATH:
        use_path(b, n);
        return;
    case NODE_CALL:
        use_name(b, n->name, n->name_at, false);
        break;
    case NODE_SET:
        use_name(b, n->name, n->name_at, true);
        break;
    case NODE_REQUIRE:
        use_reason(b, n, true);
        break;
    case NODE_EXPECT:
        if (n->op == AST_EXPECT_SKIP) use_reason(b, n, false);
        break;
    case NODE_BLOCK:
        walk_block(b, n);
        return;
    case NODE_RULE:
        walk_scope(b, n);
        return;
    case NODE_DEF:
        walk_def(b, n);
        return;
    case NODE_REPEAT:
        walk_counter(b, n, n->name, n->name_at);
        return;
    case NODE_FOLD:
        walk_counter(b, n, n->name2, n->name2_at);
        return;
    case NODE_SHOW:
        walk_show(b, n);
        return;
    case NODE_ANCHOR:
        use_anchor(b, n);
        return;
    default:
        break;
    }
    walk_kids(b, n, 0);
}

static int by_place(const void *a, const void *b, void *ctx)
{
    const NameUse *x = a, *y = b;

    (void)ctx;
    return (x->at.begin > y->at.begin) - (x->at.begin < y->at.begin);
}

/* ---- doors ------------------------------------------------------------------------------------ */

const Names *ask_names(Ask *a)
{
    const Node *tree = a->c.tree;
    Names *n = &a->names;
    Binder *b;

    if (a->has_names) return n;
    a->has_names = true;
    map_init(&n->globals, a->arena);
    map_init(&n->reasons, a->arena);
    b = arena_new(a->arena, Binder);
    if (arena_is_full(a->arena) || !node_is(tree, NODE_FILE)) return n;
    b->ask = a;
    b->names = n;
    b->is_declared[0] = true;
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        if (node_is(tree->kids[i], NODE_USE)) declare_module(b, tree->kids[i]);
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        declare(b, tree->kids[i], false);
    walk_kids(b, tree, KID_FILE_ITEMS);
    (void)sort_stable(n->uses.items, n->uses.count, sizeof *n->uses.items, by_place, NULL,
                      a->arena);
    return n;
}

const NameUse *names_at(const Names *n, uint32_t offset)
{
    const NameUse *found = NULL;

    for (size_t i = 0; i < n->uses.count; i++) {
        const NameUse *u = &n->uses.items[i];

        if (u->at.begin <= offset && offset <= u->at.end) found = u;
    }
    return found;
}

const Symbol *names_global(const Names *n, Span name)
{
    uint64_t at = map_get(&n->globals, name, 0);

    return at ? &n->symbols.items[at - 1] : NULL;
}

bool symbol_is_of_library(const Ask *a, const Symbol *s)
{
    for (const CompiledModule *m = a->c.modules; m; m = m->next)
        if (m->tree->place.file == s->at.file && m->is_std) return true;
    return false;
}

Span symbol_doc(const Ask *a, const Symbol *s)
{
    return node_doc(a->arena, s->node);
}
