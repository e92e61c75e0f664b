/* rename.c — a new name for something of the file, without anything meaning something else afterwards.
 *
 * The edited text is read again: every use has to stand for the same thing as before, one by one.
 * Promise: a rename that would capture a name, or free one, is refused and says so. */
#include "compiler/lsp/server.h"

#include "compiler/source/parse.h"
#include "compiler/views/document.h"

enum { NAME_MAX_BYTES = 64 };

/* What could not be read may hold the name too. */
static bool is_whole(const Ask *a)
{
    for (size_t i = 0; i < diags_count(a->c.diags); i++)
        if (diags_get(a->c.diags, i)->code == ODX001) return false;
    return true;
}

const char *rename_refusal(Ask *a, uint32_t offset, Place *ret_at)
{
    const Names *n = ask_names(a);
    const NameUse *u = names_at(n, offset);

    if (document_is_json(a->name, a->text))
        return "names in a JSON document are not renamed from here";
    if (!u) return "this is no name of the file";
    if (n->symbols.items[u->symbol].at.file != 0)
        return "this name is defined in a module; rename it there";
    if (!is_whole(a)) return "a part of this file cannot be read; mend that first";
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

const char *rename_edits(Ask *a, uint32_t offset, Span name, Changes *ret)
{
    const Names *n = ask_names(a);
    const NameUse *u;
    Place at;
    const char *why = rename_refusal(a, offset, &at);
    Ask *after;

    if (why) return why;
    u = names_at(n, offset);
    why = name_refusal(name, n->symbols.items[u->symbol].kind == SYM_REASON);
    if (why) return why;
    *ret = changes_new(a->arena, a->text);
    for (size_t i = 0; i < n->uses.count; i++)
        if (n->uses.items[i].symbol == u->symbol)
            changes_put(ret, n->uses.items[i].at.begin, n->uses.items[i].at.end, name);
    after = ask_open(a->name, arena_span(a->arena, changes_apply(ret)), &a->options, a->arena);
    if (arena_is_full(a->arena)) return "not enough memory to check the new name";
    return means_the_same(a, after) ? NULL : "this name stands for something else already";
}
