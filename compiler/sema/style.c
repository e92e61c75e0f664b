/* style.c — names nobody reads, names that hide others, and what a tidy file would say.
 *
 * Unused things are reported only when the whole file was understood, because an unreadable line may
 * have used them.  Promise: deleting what is called unused changes nothing. */
#include "compiler/sema/checker.h"

/* ---- unused ----------------------------------------------------------------------------------- */

/* The item with the rest of its line, when nothing else stands there. */
static Place whole_lines(const Checker *c, Place p)
{
    const Source *s = sources_get(diags_sources(c->diags), p.file);
    uint32_t end = p.end;

    if (!s) return p;
    while (end < s->text.len && (s->text.ptr[end] == ' ' || s->text.ptr[end] == '\t'))
        end++;
    if (end < s->text.len && s->text.ptr[end] == '\n') p.end = end + 1;
    return p;
}

static void unused(Checker *c, DiagCode code, Span name, Place name_at, Place item, TextId title)
{
    Diag *d;

    if (name_at.file != 0) return;
    d = diag_add(c->diags, code, name_at, title, arg_text(name));
    diag_item(d, name);
    diag_fix(d, FIX_SAFE, T_DELETE_IT);
    diag_edit(d, whole_lines(c, item), SPAN(""));
}

static bool is_used(const Checker *c, const Name *n)
{
    switch ((NameKind)n->kind) {
    case NAME_PARAM:
        return c->params.items[n->index].used;
    case NAME_STATE:
        return c->states.items[n->index].used;
    case NAME_MARKET:
        return c->markets.items[n->index].read;
    case NAME_LET:
        return true; /* by table, with the local ones */
    default:
        return n->is_used;
    }
}

static void review_unused(Checker *c)
{
    for (const Name *n = c->globals->first; n; n = n->next) {
        if (is_used(c, n) || !n->node) continue;
        if (n->kind == NAME_PARAM)
            unused(c, ODX502, n->name, n->place, n->node->place, T_PARAM_UNUSED);
        else if (n->kind == NAME_MARKET)
            unused(c, ODX504, n->name, n->place, n->node->place, T_MARKET_UNREAD);
        else if (n->kind != NAME_STATE || !c->states.items[n->index].is_set)
            unused(c, ODX501, n->name, n->place, n->node->place, T_NEVER_USED);
        else
            diag_add(c->diags, ODX501, n->place, T_SET_NEVER_READ, arg_text(n->name));
    }
    for (size_t i = 0; i < c->lets.count; i++) {
        const Let *l = &c->lets.items[i];
        const Node *n = c->let_nodes.items[i];

        if (!l->used) unused(c, ODX501, l->name, n->name_at, l->place, T_NEVER_USED);
    }
}

static void useless_ranges(Checker *c)
{
    for (size_t i = 0; i < c->params.count; i++) {
        const Param *p = &c->params.items[i];
        Diag *d;

        if (!p->used || !p->has_range || p->place.file != 0 || p->low != p->high) continue;
        d = diag_add(c->diags, ODX502, p->range_place, T_RANGE_USELESS, arg_text(p->name));
        diag_label(d, T_ONE_VALUE);
    }
}

/* ---- hiding ----------------------------------------------------------------------------------- */

static void hides(Checker *c, const Name *n, TextId title)
{
    diag_label(diag_add(c->diags, ODX503, n->place, title, arg_text(n->name)), T_YOURS_WINS);
}

void review_hiding(Checker *c, const Name *n)
{
    const Name *outer = scope_find(n->home->outer, n->name);
    Diag *d;

    if (outer && outer->kind != NAME_VALUE) {
        d = diag_add(c->diags, ODX503, n->place, T_HIDES_NAME, arg_text(n->name));
        diag_mark(d, outer->place, T_HIDDEN_ONE);
        return;
    }
    if (n->place.file == 0 && is_field_word(c, n->name))
        hides(c, n, T_HIDES_FIELD);
    else if (n->kind == NAME_DEF && is_builtin(n->name))
        hides(c, n, T_HIDES_FUNCTION);
}

/* ---- off unless asked for --------------------------------------------------------------------- */

static void unexplained(Checker *c, const Expr *e)
{
    if (e->op == EX_LET || !walk_step(c)) return;
    if (e->op == EX_CONST && e->spelled.len && e->num != 0 && e->num != 1)
        diag_add(c->diags, ODX505, e->place, T_UNEXPLAINED, arg_source(e->place));
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id < e->id) unexplained(c, e->args[i]);
}

void review_style(Checker *c, const Node *file)
{
    bool is_whole = !diags_has_errors(c->diags);

    (void)file;
    for (const Name *n = c->globals->first; n; n = n->next)
        review_hiding(c, n);
    if (!is_whole || c->program->is_module) return;
    review_unused(c);
    useless_ranges(c);
    for (size_t i = 0; i < c->rules.count; i++)
        if (c->rules.items[i].cond) {
            walk_start(c);
            unexplained(c, c->rules.items[i].cond);
        }
    if (c->program->doc.len == 0)
        diag_add(c->diags, ODX507, c->program->title_place, T_NO_DESCRIPTION);
    if (c->tests.count == 0) diag_add(c->diags, ODX802, c->program->title_place, T_NO_TESTS);
}
