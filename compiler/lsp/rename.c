/* rename.c — a new name for something, in all files that see it, without anything meaning something else afterwards.
 *
 * The edited texts are read again: every use has to stand for the same thing as before, one by one.
 * Promise: a rename that would capture a name, free one, or change a module that somebody holds to its bytes
 * is refused and says so. */
#include "compiler/lsp/server.h"

#include "compiler/source/parse.h"
#include "compiler/views/document.h"
#include "vm/base/fmt.h"

enum { NAME_MAX_BYTES = 64 };

/* What could not be read may hold the name too. */
static bool is_whole(const Ask *a)
{
    for (size_t i = 0; i < diags_count(a->c.diags); i++)
        if (diags_get(a->c.diags, i)->code == ODX001) return false;
    return true;
}

const char *rename_refusal(Call *c, Place *ret_at)
{
    const Names *n = ask_names(c->ask);
    const NameUse *u = names_at(n, c->at);

    if (document_is_json(c->ask->name, c->ask->text))
        return "names in a JSON document are not renamed from here; odx/text gives it as text";
    if (!u) return "this is no name of the file";
    if (symbol_is_of_library(c->ask, &n->symbols.items[u->symbol]))
        return "this name is defined in the library of the language";
    if (!is_whole(c->ask)) return "a part of this file cannot be read; mend that first";
    *ret_at = u->at;
    return NULL;
}

static bool is_name(Span name, bool is_reason)
{
    char low = is_reason ? 'A' : 'a', high = is_reason ? 'Z' : 'z';

    if (name.len == 0 || name.len > NAME_MAX_BYTES || name.ptr[0] < low || name.ptr[0] > high)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char ch = name.ptr[i];

        if (!(ch >= low && ch <= high) && !(ch >= '0' && ch <= '9') && ch != '_') return false;
    }
    return true;
}

static const char *name_refusal(Span name, bool is_reason)
{
    if (!is_name(name, is_reason))
        return is_reason ? "a reason is written in capitals, digits and _"
                         : "a name is small letters, digits and _, and begins with a letter";
    if (word_is_reserved(name)) return "this is a word of the language";
    return NULL;
}

/* The sentence, with the file when it is another one than the document. */
static const char *in_file(Call *c, Span name, const char *why)
{
    Buf b;

    if (span_is(name, c->doc->name)) return why;
    buf_init(&b, c->arena, 1 << 16);
    buf_fmt(&b, "%S: %s", name, why);
    return buf_cstr(&b);
}

/* ---- edits ------------------------------------------------------------------------------------ */

static const char *add_edits(Call *c, Member *m, Span name)
{
    const Names *n = ask_names(m->ask);

    for (size_t i = 0; i < n->uses.count; i++)
        if (n->uses.items[i].symbol == m->symbol)
            changes_put(&m->edits, n->uses.items[i].at.begin, n->uses.items[i].at.end, name);
    if (!is_whole(m->ask))
        return in_file(c, m->name, "a part of this file cannot be read; mend that first");
    if (!m->edits.count) return NULL;
    if (document_is_json(m->name, m->ask->text))
        return in_file(c, m->name, "names in a JSON document are not renamed from here");
    if (!m->is_known)
        return in_file(c, m->name, "this module is not of the project; rename it there");
    m->after = changes_apply(&m->edits);
    return NULL;
}

/* ---- modules that are held to their bytes ----------------------------------------------------- */

/* Does a `use` of the tree pin the module? */
static bool pins(const Node *tree, const CompiledModule *m)
{
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++) {
        const Node *n = tree->kids[i],
                   *path = node_is(n, NODE_USE) ? node_kid(n, KID_USE_PATH) : NULL;

        if (path && n->place.file == m->from && span_is(path->text, m->path) &&
            node_kid(n, KID_USE_PIN))
            return true;
    }
    return false;
}

static bool is_pinned(const Ask *a, const CompiledModule *m)
{
    if (pins(a->c.tree, m)) return true;
    for (const CompiledModule *by = a->c.modules; by; by = by->next)
        if (pins(by->tree, m)) return true;
    return false;
}

static bool is_locked(const Lsp *l, const CompiledModule *m, Span from)
{
    return l->host.locked && l->host.locked(l->host.ctx, m->path, from).len > 0;
}

/* Does `by` hold a module that changes to its bytes? */
static const char *holding(Call *c, const Members *all, const Member *by)
{
    for (const CompiledModule *m = by->ask->c.modules; m; m = m->next) {
        const Source *s = sources_get(by->ask->c.sources, m->tree->place.file);

        if (!s || !members_text(all, s->name).len) continue;
        if (is_pinned(by->ask, m))
            return in_file(c, s->name, "this module is pinned, and would change");
        if (is_locked(c->lsp, m, by->name))
            return in_file(c, s->name, "this module is locked by odx.lock, and would change");
    }
    return NULL;
}

/* ---- does it still mean the same -------------------------------------------------------------- */

static uint32_t errors_of(const Ask *a)
{
    return diags_counts(a->c.diags).errors;
}

/* Do all uses stand for the same things, in the same order? */
static bool means_the_same(Ask *before, Ask *after)
{
    const Names *x = ask_names(before), *y = ask_names(after);

    if (x->uses.count != y->uses.count || x->symbols.count != y->symbols.count) return false;
    for (size_t i = 0; i < x->uses.count; i++)
        if (x->uses.items[i].symbol != y->uses.items[i].symbol) return false;
    return errors_of(after) <= errors_of(before);
}

static const char *try_out(Call *c, const Members *all, const Member *m)
{
    Ask *after = file_ask(c->lsp, m->name, m->after.len ? m->after : m->ask->text, all, c->arena);

    if (!after || arena_is_full(c->arena)) return "not enough memory to check the new name";
    if (means_the_same(m->ask, after)) return NULL;
    return in_file(c, m->name, "this name stands for something else already");
}

const char *rename_edits(Call *c, Span name, Members *ret)
{
    const Names *n = ask_names(c->ask);
    Place at;
    const char *why = rename_refusal(c, &at);
    const NameUse *u = names_at(n, c->at);

    if (!why) why = name_refusal(name, n->symbols.items[u->symbol].kind == SYM_REASON);
    if (!why) why = members_find(c, u->symbol, ret);
    for (size_t i = 0; i < ret->count && !why; i++)
        why = add_edits(c, &ret->items[i], name);
    for (size_t i = 0; i < ret->count && !why; i++)
        why = holding(c, ret, &ret->items[i]);
    for (size_t i = 0; i < ret->count && !why; i++)
        why = try_out(c, ret, &ret->items[i]);
    return why;
}
