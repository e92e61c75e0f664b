/* places.c — from an offset to the tree, and from the tree to what the checker made of it.
 *
 * In: offsets of the main file.  Out: nodes, checked values, rows of the program.  Promise: a miss is NULL. */
#include "compiler/lsp/ask_private.h"

static bool holds(const Node *n, uint32_t begin, uint32_t end)
{
    return n && n->place.file == 0 && n->place.begin <= begin && end <= n->place.end;
}

void trail_cover(Trail *t, const Node *root, uint32_t begin, uint32_t end)
{
    t->count = 0;
    while (root && t->count < sizeof t->nodes / sizeof t->nodes[0]) {
        const Node *next = NULL;

        t->nodes[t->count++] = root;
        for (uint32_t i = 0; i < root->kid_count; i++)
            if (holds(root->kids[i], begin, end)) next = root->kids[i];
        root = next;
    }
}

void trail_find(Trail *t, const Node *root, uint32_t offset)
{
    trail_cover(t, root, offset, offset);
}

const Node *trail_last(const Trail *t, NodeKind kind)
{
    for (uint32_t i = t->count; i-- > 0;)
        if (t->nodes[i]->kind == kind) return t->nodes[i];
    return NULL;
}

/* Of values with one place, the last made is the whole: its parts were made before. */
const Expr *ask_expr(const Ask *a, Place at)
{
    const Program *p = a->c.program;

    for (uint32_t i = p ? p->exprs_count : 0; i-- > 0;)
        if (place_is_same(p->exprs[i]->place, at)) return p->exprs[i];
    return NULL;
}

const Range *ask_range(Ask *a, const Expr *e)
{
    if (!a->c.program || !e || diags_has_errors(a->c.diags)) return NULL;
    if (!a->has_ranges) {
        a->has_ranges = true;
        a->ranges = prove_ranges(a->c.program, a->arena);
        if (arena_is_full(a->arena)) a->ranges = NULL;
    }
    return a->ranges && e->id < a->c.program->exprs_count ? &a->ranges[e->id] : NULL;
}

/* The row of a table of the program that was made from this node. */
#define FIND_ROW(table)                                                          \
    do {                                                                         \
        const Program *p = a->c.program;                                         \
                                                                                 \
        for (uint32_t i = 0; p && n && i < p->table##_count; i++)                \
            if (place_is_same(p->table[i].place, n->place)) return &p->table[i]; \
        return NULL;                                                             \
    } while (0)

const Let *ask_let(const Ask *a, const Node *n)
{
    FIND_ROW(lets);
}

const Param *ask_param(const Ask *a, const Node *n)
{
    FIND_ROW(params);
}

const State *ask_state(const Ask *a, const Node *n)
{
    FIND_ROW(states);
}

const Market *ask_market(const Ask *a, const Node *n)
{
    FIND_ROW(markets);
}

const Rule *ask_rule(const Ask *a, const Node *n)
{
    FIND_ROW(rules);
}

bool node_is_value(const Node *n)
{
    return n && n->kind >= NODE_IF && n->kind <= NODE_FOLD && n->kind != NODE_RANGE &&
           n->kind != NODE_CHOICES && n->kind != NODE_WORD;
}

const Lexeme *ask_words(Ask *a, size_t *ret_count)
{
    Span text = arena_span(a->arena, a->text);
    Lexer lx = {text.ptr ? text.ptr : "", (uint32_t)text.len, 0};

    while (a->words.count == 0) {
        Lexeme l = lexer_next(&lx);

        for (; l.kind != LEX_END; l = lexer_next(&lx))
            if (l.kind != LEX_COMMENT && !vec_push(a->arena, &a->words, l)) break;
        break;
    }
    *ret_count = a->words.count;
    return a->words.items;
}
