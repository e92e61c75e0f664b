/* form_groups.c — see form_private.h. */
#include "compiler/views/form_private.h"

FormGroup *group_new(Arena *arena, Place place)
{
    FormGroup *g = arena_new(arena, FormGroup);

    *g = (FormGroup){.place = place};
    return g;
}

FormGroup *group_rule(Arena *arena, Node *rule)
{
    FormGroup *g = group_new(arena, rule->place);

    g->rule = rule;
    return g;
}

void group_add(Arena *arena, FormGroup *g, FormGroup *member)
{
    if (arena_is_full(arena)) return; /* the member may be memory that is handed out again */
    if (g->last)
        g->last->next = member;
    else
        g->first = member;
    g->last = member;
    g->count++;
}

uint32_t group_depth(const FormGroup *g)
{
    uint32_t deepest = 0;

    for (const FormGroup *m = g->first; m; m = m->next) {
        uint32_t depth = m->rule ? 0 : group_depth(m) + 1;

        if (depth > deepest) deepest = depth;
    }
    return deepest;
}

/* ---- groups to a condition -------------------------------------------------------------------- */

static Node *join(Doc *doc, NodeKind kind, const Nodes *terms, Place at)
{
    Nodes flat = {0};

    if (!terms->count) return tree_bad(doc, at);
    if (terms->count == 1) return terms->items[0];
    for (size_t i = 0; i < terms->count; i++) {
        Node *t = terms->items[i];

        if (t->kind != kind) vec_push(doc->arena, &flat, t);
        for (uint32_t k = 0; t->kind == kind && k < t->kid_count; k++)
            vec_push(doc->arena, &flat, t->kids[k]);
    }
    return tree_of(doc, kind, at, NULL, 0, &flat);
}

Node *group_tree(Doc *doc, const FormGroup *g)
{
    Nodes terms = {0};
    Node *n;

    if (g->rule) return g->rule;
    for (const FormGroup *m = g->first; m; m = m->next)
        vec_push(doc->arena, &terms, group_tree(doc, m));
    n = join(doc, g->is_or ? NODE_OR : NODE_AND, &terms, g->place);
    return g->is_not ? GROW(NOT, g->place, n) : n;
}

/* ---- a condition to groups -------------------------------------------------------------------- */

static bool is_chain(const Node *n)
{
    return n->kind == NODE_AND || n->kind == NODE_OR;
}

static FormGroup *group_around(Arena *arena, Node *n);

static FormGroup *member_of(Arena *arena, Node *n)
{
    return is_chain(n) || n->kind == NODE_NOT ? group_around(arena, n) : group_rule(arena, n);
}

static FormGroup *group_around(Arena *arena, Node *n)
{
    FormGroup *g = group_new(arena, n->place);
    Node *inner = n->kind == NODE_NOT ? n->kids[0] : n;

    g->is_not = n->kind == NODE_NOT;
    g->is_or = inner->kind == NODE_OR;
    for (uint32_t i = 0; is_chain(inner) && i < inner->kid_count; i++)
        group_add(arena, g, member_of(arena, inner->kids[i]));
    if (!is_chain(inner)) group_add(arena, g, member_of(arena, inner));
    return g;
}

FormGroup *group_of(Arena *arena, Node *cond)
{
    FormGroup *list = group_new(arena, cond->place);

    group_add(arena, list, group_around(arena, cond));
    return list;
}

/* ---- shapes ----------------------------------------------------------------------------------- */

static void put_shape(Buf *b, const FormGroup *g)
{
    if (g->rule) {
        buf_char(b, '.');
        return;
    }
    buf_str(b, g->is_not ? "!" : "");
    buf_str(b, g->is_or ? "|(" : "&(");
    for (const FormGroup *m = g->first; m; m = m->next) {
        put_shape(b, m);
        if (m->next) buf_char(b, ',');
    }
    buf_char(b, ')');
}

Span group_shape(Arena *arena, const FormGroup *g)
{
    Buf b;

    buf_init(&b, arena, JSON_SIZE_MAX);
    put_shape(&b, g);
    return buf_span(&b);
}

typedef struct Fit {
    Arena *arena;
    Span rest;    /* of the shape */
    Nodes leaves; /* rules of the condition, in order */
    size_t taken;
} Fit;

static void find_leaves(Fit *f, Node *n)
{
    if (!is_chain(n) && n->kind != NODE_NOT) {
        vec_push(f->arena, &f->leaves, n);
        return;
    }
    for (uint32_t i = 0; i < n->kid_count; i++)
        find_leaves(f, n->kids[i]);
}

static bool take(Fit *f, char c)
{
    if (!f->rest.len || f->rest.ptr[0] != c) return false;
    f->rest = span_from(f->rest, 1);
    return true;
}

/* NULL when the shape is none, or has more rules than there are. */
static FormGroup *fit_group(Fit *f, Place at, uint32_t depth)
{
    FormGroup *g, *m;

    if (take(f, '.'))
        return f->taken < f->leaves.count ? group_rule(f->arena, f->leaves.items[f->taken++])
                                          : NULL;
    if (depth > GROUPS_MAX_DEPTH) return NULL;
    g = group_new(f->arena, at);
    g->is_not = take(f, '!');
    g->is_or = take(f, '|');
    if ((!g->is_or && !take(f, '&')) || !take(f, '(')) return NULL;
    do {
        m = fit_group(f, at, depth + 1);
        if (!m) return NULL;
        group_add(f->arena, g, m);
    } while (take(f, ','));
    return take(f, ')') ? g : NULL;
}

FormGroup *group_fit(Doc *doc, Span shape, Node *cond)
{
    Fit f = {.arena = doc->arena, .rest = shape};
    FormGroup *g;

    find_leaves(&f, cond);
    g = fit_group(&f, cond->place, 0);
    if (!g || g->rule || g->is_not || f.rest.len || f.taken != f.leaves.count) return NULL;
    return node_is_equal(group_tree(doc, g), cond) ? g : NULL;
}
