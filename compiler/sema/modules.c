/* modules.c — `use`: a module's definitions, params and lets become names of the file.
 *
 * Texts come from the caller; a pin or a lock entry must equal the hash of the bytes.  Promise: every
 * module is read once, and modules that use each other are refused. */
#include "compiler/sema/checker.h"

#include "vm/base/hash.h"

static Module *find_module(const Checker *c, const Node *tree)
{
    for (Module *m = c->modules; m; m = m->next)
        if (m->tree == tree) return m;
    return NULL;
}

static void hex_of(Span text, char ret[2 * SHA256_SIZE + 1])
{
    uint8_t digest[SHA256_SIZE];

    sha256(text, digest);
    sha256_hex(digest, ret);
}

static bool pin_is_fine(Checker *c, const Node *use, Span text)
{
    const Node *pin = node_kid(use, KID_USE_PIN);
    char hex[2 * SHA256_SIZE + 1];
    Place inner;
    Diag *d;

    if (!pin) return true;
    hex_of(text, hex);
    if (span_eq_str(pin->text, hex)) return true;
    d = diag_add(c->diags, ODX006, pin->place, T_PIN_DIFFERS, arg_text(use->kids[0]->text));
    diag_label(d, T_PINNED_TO_OTHER);
    inner = place_at(pin->place.file, pin->place.begin + 1, pin->place.end - 1);
    diag_fix(d, FIX_SUGGESTED, T_PIN_AGAIN);
    if (inner.begin <= inner.end) diag_edit(d, inner, arena_span(c->arena, span_str(hex)));
    return false;
}

/* Accepted, but nobody would see that it changes (decision 42). */
static bool note_unlocked(Checker *c, const Node *use)
{
    Diag *d = diag_add(c->diags, ODX006, use->place, T_NOT_LOCKED, arg_text(use->kids[0]->text));

    diag_weaken(d, LEVEL_NOTE);
    diag_help(d, T_LOCK_IT);
    return true;
}

static bool lock_is_fine(Checker *c, const Node *use, Span text)
{
    Span path = use->kids[0]->text, locked = {NULL, 0};
    char hex[2 * SHA256_SIZE + 1];

    if (node_kid(use, KID_USE_PIN)) return true;
    if (c->options && c->options->locked) locked = c->options->locked(c->options->ctx, path);
    if (locked.len == 0) return note_unlocked(c, use);
    hex_of(text, hex);
    if (span_eq_str(locked, hex)) return true;
    diag_help(diag_add(c->diags, ODX006, use->place, T_LOCK_DIFFERS, arg_text(path)), T_LOCK_AGAIN);
    return false;
}

static bool is_module_tree(Checker *c, const Node *use, const Node *tree)
{
    const Node *header = node_kid(tree, KID_FILE_HEADER);

    if (header && header->op == AST_HEADER_MODULE) return true;
    diag_add(c->diags, ODX006, use->kids[0]->place, T_NOT_A_MODULE, arg_text(use->kids[0]->text));
    return false;
}

/* The module's names become names here; the file's own items come later and win. */
static void import_names(Checker *c, Scope *into, const Scope *from, const Node *use)
{
    for (Name *n = from->first; n; n = n->next) {
        Name *other = scope_find_here(into, n->name);

        if (other && other != n) {
            Diag *d = diag_add(c->diags, ODX004, use->place, T_DEFINED_TWICE, arg_text(n->name));

            diag_mark(d, other->place, T_FIRST_HERE);
            continue;
        }
        scope_share(c, into, n);
    }
}

static Module *read_module(Checker *c, const Node *tree)
{
    Module *m = arena_new(c->arena, Module);
    Scope *outer = c->globals;

    if (is_out_of_memory(c)) return NULL;
    *m = (Module){.tree = tree, .scope = scope_new(c, NULL), .progress = BUSY, .next = c->modules};
    c->modules = m;
    c->globals = m->scope;
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        if (node_is(tree->kids[i], NODE_USE)) declare_module(c, tree->kids[i]);
    declare_name_items(c, tree, m->scope, true);
    c->globals = outer;
    m->progress = DONE;
    return m;
}

void declare_module(Checker *c, const Node *use)
{
    const Node *path = node_kid(use, KID_USE_PATH);
    SemaModule found = {.tree = NULL};
    Module *m;

    if (!path || path->kind != NODE_STRING) return;
    if (c->options && c->options->load)
        found = c->options->load(c->options->ctx, path->text, use->place.file);
    if (!found.tree) {
        diag_label(diag_add(c->diags, ODX006, path->place, T_NO_MODULE, arg_text(path->text)),
                   T_NOT_FOUND);
        return;
    }
    m = find_module(c, found.tree);
    if (m && m->progress == BUSY) {
        diag_label(diag_add(c->diags, ODX007, path->place, T_MODULE_CYCLE, arg_text(path->text)),
                   T_CLOSES_CYCLE);
        return;
    }
    if (!pin_is_fine(c, use, found.text) || !lock_is_fine(c, use, found.text)) return;
    if (!is_module_tree(c, use, found.tree)) return;
    if (!m) m = read_module(c, found.tree);
    if (m) import_names(c, c->globals, m->scope, use);
}
