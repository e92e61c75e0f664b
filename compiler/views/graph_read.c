/* graph_read.c — a graph document (LANGUAGE 4.0 and 4.3) as the tree of its text.
 *
 * Takes nodes and edges apart and has them checked; graph_item.c and graph_value.c make lines and values,
 * graph_keep.c the layout. */
#include "compiler/views/graph_private.h"
#include "vm/base/num.h"

/* ---- nodes ------------------------------------------------------------------------------------ */

/* Keys of the data: its own and those of its inputs. */
static const char *const *data_keys(Arena *arena, GraphType type)
{
    Span lists[] = {span_str(graph_types[type].keys), span_str(graph_types[type].handles)}, key;
    const char **list = arena_array(arena, const char *, 32);
    size_t count = 0;

    if (arena_is_full(arena)) return NULL;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        while (count < 31 && span_cut(&lists[i], ' ', &key)) {
            Buf b;

            if (span_ends(key, SPAN("*"))) continue;
            if (span_ends(key, SPAN("?"))) key.len--;
            buf_init(&b, arena, 64);
            buf_span_put(&b, key);
            list[count++] = buf_cstr(&b);
        }
    return list;
}

static int read_type(Doc *doc, const JsonValue *v)
{
    const char *words[GRAPH_TYPES + 1] = {0};

    for (int i = 0; i < GRAPH_TYPES; i++)
        words[i] = graph_types[i].name;
    return doc_word(doc, v, words);
}

/* What the text calls the node, for values, params and states. */
static void read_name(GraphNode *n)
{
    const JsonValue *name = json_member(n->data, "name");
    bool is_value = graph_class(n) == GRAPH_CLASS_VALUE || graph_class(n) == GRAPH_CLASS_NAMED;

    if (name && name->kind == JSON_STRING && n->data != n->json && is_value) n->name_at = name;
}

static void read_position(Doc *doc, GraphNode *n, const JsonValue *v)
{
    static const char *const keys[] = {"x", "y"};
    double at[2];

    if (!v || !doc_is(doc, v, JSON_OBJECT)) return;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const JsonValue *c = json_member(v, keys[i]);

        if (!c || !doc_is(doc, c, JSON_NUMBER)) return;
        if (!(num_abs(c->number) <= COORDINATE_MAX)) {
            doc_wrong(doc, c, "a place on the drawing");
            return;
        }
        at[i] = c->number;
    }
    n->has_position = true;
    n->x = at[0];
    n->y = at[1];
}

static void read_node(Graph *g, const JsonValue *v)
{
    static DocKeys keys = {"id",     "type",     "data",     "position", "width",
                           "height", "measured", "selected", "dragging", "style",
                           "zIndex", "parentId", NULL};
    Doc *doc = g->doc;
    GraphNode n = {.json = v, .next_member = GRAPH_NONE, .first_member = GRAPH_NONE};
    const JsonValue *type;
    const char *const *allowed;
    uint32_t index = (uint32_t)g->nodes.count;
    int which;

    if (!doc_is(doc, v, JSON_OBJECT)) return;
    doc_check_keys(doc, v, keys);
    n.id_at = doc_need(doc, v, "id");
    type = doc_need(doc, v, "type");
    if (!n.id_at || !type || !doc_is(doc, n.id_at, JSON_STRING)) return;
    which = read_type(doc, type);
    if (which < 0) return;
    n.type = (GraphType)which;
    n.id = n.id_at->text;
    n.last_member = GRAPH_NONE;
    n.data = json_member(v, "data");
    if (n.data && !doc_is(doc, n.data, JSON_OBJECT)) return;
    allowed = data_keys(doc->arena, n.type);
    if (n.data && allowed) doc_check_keys(doc, n.data, allowed);
    if (!n.data) n.data = v;
    if (map_find(&g->ids, n.id)) {
        doc_diag(doc, ODX611, v, n.id_at->place, T_GRAPH_TWICE, arg_text(n.id));
        return;
    }
    read_name(&n);
    read_position(doc, &n, json_member(v, "position"));
    map_put(&g->ids, n.id, index);
    vec_push(doc->arena, &g->nodes, n);
}

/* Params and states are read by their names. */
static void name_values(Graph *g)
{
    for (uint32_t i = 0; i < g->nodes.count; i++) {
        GraphNode *n = &g->nodes.items[i];

        if (graph_class(n) != GRAPH_CLASS_NAMED) continue;
        n->let = SPAN("unnamed");
        if (!n->name_at) n->name_at = doc_need(g->doc, n->data, "name");
        if (n->name_at && doc_check_name(g->doc, n->name_at)) n->let = n->name_at->text;
    }
}

/* ---- edges ------------------------------------------------------------------------------------ */

static uint32_t read_end(Graph *g, const JsonValue *edge, const char *key)
{
    const JsonValue *v = doc_need(g->doc, edge, key);
    const MapNode *found;

    if (!v || !doc_is(g->doc, v, JSON_STRING)) return GRAPH_NONE;
    found = map_find(&g->ids, v->text);
    if (!found) doc_diag(g->doc, ODX605, edge, v->place, T_GRAPH_DANGLING, arg_text(v->text));
    return found ? (uint32_t)found->value : GRAPH_NONE;
}

static bool holds_actions(const GraphNode *n)
{
    return n->type == GRAPH_TRIGGER || n->type == GRAPH_LEGS || n->type == GRAPH_REPEAT;
}

static bool stands_in_rules(const GraphNode *n)
{
    return graph_class(n) == GRAPH_CLASS_ACT || (graph_class(n) == GRAPH_CLASS_VALUE && n->name_at);
}

static void add_edge(Graph *g, GraphEdge *e)
{
    GraphNode *from = &g->nodes.items[e->from], *to = &g->nodes.items[e->to];

    e->is_member = holds_actions(from) && stands_in_rules(to);
    if (to->in_last)
        to->in_last->next_in = e;
    else
        to->in = e;
    to->in_last = e;
    if (!e->is_member) {
        to->in_count++;
        from->out_count++;
    } else if (to->owner) {
        doc_diag(g->doc, ODX606, to->json, e->source_at->place, T_GRAPH_TWO_RULES,
                 arg_text(to->id));
    } else {
        to->owner = e;
    }
    vec_push(g->doc->arena, &g->edges, e);
}

static void read_edge(Graph *g, const JsonValue *v)
{
    static DocKeys keys = {
        "id",       "source", "target", "targetHandle", "type",     "data",   "sourceHandle",
        "animated", "label",  "style",  "markerEnd",    "selected", "zIndex", NULL};
    Doc *doc = g->doc;
    const JsonValue *handle = json_member(v, "targetHandle");
    GraphEdge *e;

    if (!doc_is(doc, v, JSON_OBJECT)) return;
    doc_check_keys(doc, v, keys);
    e = arena_new(doc->arena, GraphEdge);
    if (arena_is_full(doc->arena)) return;
    e->json = v;
    e->source_at = json_member(v, "source");
    e->from = read_end(g, v, "source");
    e->to = read_end(g, v, "target");
    if (e->from == GRAPH_NONE || e->to == GRAPH_NONE) return;
    if (handle && handle->kind != JSON_NULL && doc_is(doc, handle, JSON_STRING))
        e->handle = handle->text;
    add_edge(g, e);
}

/* What stands in a rule does so in the order of `nodes`. */
static void add_members(Graph *g)
{
    for (uint32_t i = 0; i < g->nodes.count; i++) {
        const GraphEdge *e = g->nodes.items[i].owner;
        GraphNode *owner = e ? &g->nodes.items[e->from] : NULL;

        if (!owner) continue;
        if (owner->last_member == GRAPH_NONE)
            owner->first_member = i;
        else
            g->nodes.items[owner->last_member].next_member = i;
        owner->last_member = i;
    }
}

/* ---- the file --------------------------------------------------------------------------------- */

static void make_items(Graph *g, Nodes *items)
{
    for (uint32_t i = 0; i < g->nodes.count; i++)
        g->nodes.items[i].is_sound = graph_take_inputs(g, &g->nodes.items[i]);
    graph_items(g, items);
}

static void read_lists(Graph *g)
{
    Doc *doc = g->doc;
    const JsonValue *nodes = doc_need(doc, doc->root, "nodes"),
                    *edges = doc_need(doc, doc->root, "edges");

    if (nodes && doc_is(doc, nodes, JSON_ARRAY)) JSON_EACH(nodes, v) read_node(g, v);
    graph_take_names(g);
    name_values(g);
    if (edges && doc_is(doc, edges, JSON_ARRAY)) JSON_EACH(edges, v) read_edge(g, v);
    add_members(g);
}

Node *graph_read(Doc *doc)
{
    static DocKeys keys = {"odx",   "mode",  "name",     "market",   "module",
                           "nodes", "edges", "viewport", GRAPH_FORM, NULL};
    static DocKeys parts = {"file", "market", "layout", NULL};
    const JsonValue *notes = json_member(doc->root, "x-notes"),
                    *module = json_member(doc->root, "module");
    Graph g = {.doc = doc};
    Nodes items = {0};
    Node *header;

    map_init(&g.ids, doc->arena);
    map_init(&g.taken, doc->arena);
    mapnum_init(&g.origins, doc->arena);
    doc_check_keys(doc, doc->root, keys);
    header = doc_head(doc, "Imported graph", &items);
    if (module && module->kind != JSON_TRUE) doc_wrong(doc, module, "true");
    if (module && module->kind == JSON_TRUE) header->op = AST_HEADER_MODULE;
    doc_check_notes(doc, notes, parts);
    if (items.count) doc_notes_on(doc, notes, SPAN("market"), items.items[0]);
    read_lists(&g);
    graph_mark_used(&g);
    if (!arena_is_full(doc->arena) && !graph_report_cycles(&g)) make_items(&g, &items);
    return graph_finish(&g, header, &items);
}
