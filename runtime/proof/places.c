/* places.c — see places.h.
 *
 * Notations are one tree, so that the expressions of a conversion come in the order of those of what was
 * converted: they are laid beside each other by number. */
#include "runtime/proof/places.h"

#include "compiler/views/document.h"
#include "compiler/views/json_tree.h"

/* Which notation the main file is in. */
static Notation notation_of(const Source *s, Arena *arena)
{
    JsonTree t;

    if (!s->is_json) return NOTATION_TEXT;
    t = json_tree_read(arena, s->file, s->text);
    return t.root && json_member(t.root, "nodes") ? NOTATION_GRAPH : NOTATION_FORM;
}

static bool is_same_program(const Program *a, const Program *b)
{
    if (!b || a->exprs_count != b->exprs_count) return false;
    for (uint32_t i = 0; i < a->exprs_count; i++)
        if (a->exprs[i]->op != b->exprs[i]->op || a->exprs[i]->arg_count != b->exprs[i]->arg_count)
            return false;
    return true;
}

/* The strategy in the other notation, checked; without a program when it cannot be said. */
static Compilation converted(const Compilation *c, Notation to, const CompileOptions *options,
                             Arena *arena)
{
    static const char *const names[] = {
        [NOTATION_TEXT] = ".odx", [NOTATION_FORM] = ".json", [NOTATION_GRAPH] = ".json"};
    const Source *s = &c->sources->files[0];
    CompileOptions how = *options;
    Conversion made = compile_convert(s->name, s->text, to, arena);
    Buf name;

    if (!made.text.len) return (Compilation){.program = NULL};
    buf_init(&name, arena, 1 << 12); /* modules are found beside it */
    buf_span_put(&name, s->name);
    buf_str(&name, names[to]);
    how.until = STAGE_CHECK;
    return compile(buf_span(&name), made.text, &how, arena);
}

static Span node_of(const JsonValue *v)
{
    for (; v && v->parent && v->parent->parent; v = v->parent) {
        const JsonValue *id = json_member(v, "id");

        if (v->parent->kind == JSON_ARRAY && !v->parent->parent->parent &&
            span_is(v->parent->key, SPAN("nodes")) && id && id->kind == JSON_STRING)
            return id->text;
    }
    return (Span){NULL, 0};
}

/* Returns the document. */
static const JsonValue *point(ValuePlace *places, uint32_t count, const Source *s, Arena *arena)
{
    JsonTree t = json_tree_read(arena, s->file, s->text);
    JsonPlaces list = {0};

    if (t.root) list = json_places(t.root, arena);
    for (uint32_t i = 0; t.root && i < count && !arena_is_full(arena); i++) {
        const JsonValue *v;

        if (!places[i].is_there) continue;
        v = json_at(&list, place_at(0, places[i].begin, places[i].end));
        places[i].pointer = json_pointer(arena, v);
        places[i].node = node_of(v);
    }
    return t.root;
}

/* ---- nodes that only their wires say -------------------------------------------------------------------- */

typedef struct Graph {
    const Values *v;
    ValuePlace *places;
    const JsonValue *edges;
    bool *is_part; /* by item: of a chain that has its node */
} Graph;

static ValuePlace *place_of_expr(const Graph *g, const Expr *e)
{
    return &g->places[g->v->of_expr[e->id]];
}

static bool is_end(const JsonValue *edge, const char *key, Span node)
{
    const JsonValue *end = json_member(edge, key);

    return end && end->kind == JSON_STRING && span_is(end->text, node);
}

static bool has_wire(const Graph *g, Span source, Span target)
{
    JSON_EACH(g->edges, edge)
    {
        if (is_end(edge, "source", source) && is_end(edge, "target", target)) return true;
    }
    return false;
}

/* `a and b and c` is one node: its links, from the inside, stand in each other. */
static bool is_link(const Graph *g, const Expr *chain, const Expr *e)
{
    return e->op == chain->op && e->id < chain->id && !place_of_expr(g, e)->node.len;
}

/* Do the wires of all that the chain joins lead to that node? */
static bool leads(const Graph *g, const Expr *chain, Span node)
{
    for (uint32_t i = 0; i < chain->arg_count; i++) {
        const Expr *e = chain->args[i];

        if (is_link(g, chain, e) ? !leads(g, e, node)
                                 : !has_wire(g, place_of_expr(g, e)->node, node))
            return false;
    }
    return chain->arg_count > 0;
}

static void mark_links(const Graph *g, const Expr *chain)
{
    for (uint32_t i = 0; i < chain->arg_count; i++) {
        const Expr *e = chain->args[i];

        if (!is_link(g, chain, e)) continue;
        g->is_part[g->v->of_expr[e->id]] = true;
        mark_links(g, e);
    }
}

static void find_node(const Graph *g, uint32_t item)
{
    const Expr *chain = g->v->items[item].expr, *first = chain;

    do {
        if (!first->arg_count) return;
        first = first->args[0];
    } while (is_link(g, chain, first));
    JSON_EACH(g->edges, edge)
    {
        const JsonValue *to = json_member(edge, "target");

        if (!is_end(edge, "source", place_of_expr(g, first)->node)) continue;
        if (!to || to->kind != JSON_STRING || !leads(g, chain, to->text)) continue;
        mark_links(g, chain);
        g->places[item].node = to->text;
        return;
    }
}

/* Whole chains come before their links. */
static void find_nodes(const Graph *g)
{
    for (uint32_t i = g->v->count; i-- > 0;)
        if (g->places[i].is_there && !g->places[i].node.len && !g->is_part[i]) find_node(g, i);
}

/* What no other value of the same node reads, names of values aside. */
static void find_outputs(const Graph *g)
{
    for (uint32_t i = 0; i < g->v->count; i++)
        g->places[i].is_output = g->places[i].node.len != 0;
    for (uint32_t i = 0; i < g->v->count; i++) {
        const Expr *e = g->v->items[i].expr;

        for (uint32_t k = 0; e->op != EX_LET && k < e->arg_count; k++) {
            ValuePlace *a = place_of_expr(g, e->args[k]);

            if (span_is(a->node, g->places[i].node)) a->is_output = false;
        }
    }
}

static void find_wires(const Values *v, ValuePlace *places, const JsonValue *root, Arena *arena)
{
    Graph g = {v, places, root ? json_member(root, "edges") : NULL,
               arena_array(arena, bool, v->count + 1)};

    if (!g.edges || arena_is_full(arena)) return;
    find_nodes(&g);
    find_outputs(&g);
}

const ValuePlace *places_of(const Values *v, const Compilation *c, Notation to,
                            const CompileOptions *options, Arena *arena)
{
    bool is_own = notation_of(&c->sources->files[0], arena) == to;
    Compilation other = is_own ? *c : converted(c, to, options, arena);
    ValuePlace *places = arena_array(arena, ValuePlace, v->count + 1);
    const JsonValue *root = NULL;

    if (arena_is_full(arena) || !is_same_program(v->program, other.program)) return NULL;
    for (uint32_t i = 0; i < v->count; i++) {
        Place at = other.program->exprs[v->items[i].expr->id]->place;

        places[i] = (ValuePlace){.is_there = at.file == 0, .begin = at.begin, .end = at.end};
    }
    if (to != NOTATION_TEXT) root = point(places, v->count, &other.sources->files[0], arena);
    if (to == NOTATION_GRAPH) find_wires(v, places, root, arena);
    return arena_is_full(arena) ? NULL : places;
}
