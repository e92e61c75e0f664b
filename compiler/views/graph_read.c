/* graph_read.c — a graph document (LANGUAGE 4.0 and 4.3) as the tree of its text.
 *
 * Takes nodes and edges apart, has them checked, then writes values in place where one node reads them
 * and as a `let` where several do.  Positions and ids go to the layout. */
#include "compiler/views/graph_private.h"

/* ---- taking apart ----------------------------------------------------------------------------- */

static const char *const *split_keys(Arena *arena, const char *keys)
{
    Span rest = span_str(keys), key;
    const char **list = arena_array(arena, const char *, 32);
    size_t count = 0;

    if (arena_is_full(arena)) return NULL;
    while (count < 31 && span_cut(&rest, ' ', &key)) {
        Buf b;

        if (span_ends(key, SPAN("?"))) key.len--;
        buf_init(&b, arena, 64);
        buf_span_put(&b, key);
        list[count++] = buf_cstr(&b);
    }
    return list;
}

/* React Flow's own keys count as `ui`. */
static void keep_flow_keys(Doc *doc, const JsonValue *object)
{
    static DocKeys keys = {"width", "height",    "measured", "selected",     "dragging",
                           "style", "zIndex",    "parentId", "sourceHandle", "animated",
                           "label", "markerEnd", NULL};

    JSON_EACH(object, v)
    for (size_t i = 0; keys[i]; i++)
        if (span_eq_str(v->key, keys[i])) doc_keep(doc, v);
}

static uint32_t find_node(const Graph *g, Span id)
{
    for (uint32_t i = 0; i < g->nodes.count; i++)
        if (span_is(g->nodes.items[i].id, id)) return i;
    return UINT32_MAX;
}

static int read_type(Doc *doc, const JsonValue *v)
{
    const char *words[GRAPH_TYPES + 1] = {0};

    for (int i = 0; i < GRAPH_TYPES; i++)
        words[i] = graph_types[i].name;
    return doc_word(doc, v, words);
}

static void read_node(Graph *g, const JsonValue *v)
{
    static DocKeys keys = {"id",     "type",     "data",     "position", "width",
                           "height", "measured", "selected", "dragging", "style",
                           "zIndex", "parentId", NULL};
    Doc *doc = g->doc;
    GraphNode n = {.json = v};
    const JsonValue *type;
    const char *const *data_keys;
    int which;

    if (!doc_is(doc, v, JSON_OBJECT)) return;
    doc_check_keys(doc, v, keys);
    keep_flow_keys(doc, v);
    n.id_at = doc_need(doc, v, "id");
    type = doc_need(doc, v, "type");
    if (!n.id_at || !type || !doc_is(doc, n.id_at, JSON_STRING)) return;
    which = read_type(doc, type);
    if (which < 0) return;
    n.type = (GraphType)which;
    n.id = n.id_at->text;
    n.data = json_member(v, "data");
    if (n.data && !doc_is(doc, n.data, JSON_OBJECT)) return;
    data_keys = split_keys(doc->arena, graph_types[which].keys);
    if (n.data && data_keys) doc_check_keys(doc, n.data, data_keys);
    if (!n.data) n.data = v;
    if (find_node(g, n.id) != UINT32_MAX)
        doc_diag(doc, ODX611, v, n.id_at->place, T_GRAPH_TWICE, arg_text(n.id));
    else
        vec_push(doc->arena, &g->nodes, n);
}

static uint32_t read_end(Graph *g, const JsonValue *edge, const char *key)
{
    const JsonValue *v = doc_need(g->doc, edge, key);
    uint32_t found;

    if (!v || !doc_is(g->doc, v, JSON_STRING)) return UINT32_MAX;
    found = find_node(g, v->text);
    if (found == UINT32_MAX)
        doc_diag(g->doc, ODX605, edge, v->place, T_GRAPH_DANGLING, arg_text(v->text));
    return found;
}

static void read_edge(Graph *g, const JsonValue *v)
{
    static DocKeys keys = {
        "id",       "source", "target", "targetHandle", "type",     "data",   "sourceHandle",
        "animated", "label",  "style",  "markerEnd",    "selected", "zIndex", NULL};
    Doc *doc = g->doc;
    const JsonValue *handle = json_member(v, "targetHandle");
    GraphEdge *e;
    GraphNode *to;

    if (!doc_is(doc, v, JSON_OBJECT)) return;
    doc_check_keys(doc, v, keys);
    keep_flow_keys(doc, v);
    e = arena_new(doc->arena, GraphEdge);
    e->json = v;
    e->source_at = json_member(v, "source");
    e->from = read_end(g, v, "source");
    e->to = read_end(g, v, "target");
    if (e->from == UINT32_MAX || e->to == UINT32_MAX) return;
    if (handle && handle->kind != JSON_NULL && doc_is(doc, handle, JSON_STRING))
        e->handle = handle->text;
    to = &g->nodes.items[e->to];
    if (to->in_last)
        to->in_last->next_in = e;
    else
        to->in = e;
    to->in_last = e;
    to->in_count++;
    g->nodes.items[e->from].out_count++;
    vec_push(doc->arena, &g->edges, e);
}

/* ---- values ----------------------------------------------------------------------------------- */

static Node *value_of(Graph *g, uint32_t index);

static Node *input(Graph *g, const GraphNode *n, uint32_t i)
{
    const GraphEdge *e = graph_input(n, i);

    return e ? value_of(g, e->from) : tree_bad(g->doc, n->id_at->place);
}

static const DocField *field_of(const Graph *g, const GraphNode *n)
{
    const GraphEdge *e = graph_input(n, 0);

    return e ? &g->nodes.items[e->from].field : &n->field;
}

static Node *make_logic(Graph *g, const GraphNode *n, Place at)
{
    static DocKeys words = {"AND", "OR", "NOT", NULL};
    Doc *doc = g->doc;
    const JsonValue *op = doc_need(doc, n->data, "operator");
    int which = op ? doc_word(doc, op, words) : -1;
    NodeKind kind = which == 1 ? NODE_OR : NODE_AND;
    Nodes terms = {0};

    if (which < 0) return tree_bad(doc, at);
    if (which == 2) return GROW(NOT, at, input(g, n, 0));
    if (n->in_count == 1)
        doc_diag(doc, ODX304, n->json, n->id_at->place, T_GRAPH_ONE_INPUT, arg_text(n->id));
    for (uint32_t i = 0; i < n->in_count; i++) {
        Node *t = input(g, n, i);

        if (t->kind != kind) vec_push(doc->arena, &terms, t);
        for (uint32_t k = 0; t->kind == kind && k < t->kid_count; k++)
            vec_push(doc->arena, &terms, t->kids[k]);
    }
    return terms.count == 1 ? terms.items[0] : tree_of(doc, kind, at, NULL, 0, &terms);
}

static Node *make_indicator(Graph *g, GraphNode *n, Place at)
{
    Doc *doc = g->doc;
    const JsonValue *fn = doc_need(doc, n->data, "fn");
    Nodes args = {0};
    Node *call;

    if (!fn || !doc_is(doc, fn, JSON_STRING)) return tree_bad(doc, at);
    if (!doc_is_indicator(fn->text)) {
        static DocKeys words = {"EMA", "SMA", "RSI", "VWAP", NULL};

        doc_unknown_word(doc, fn, words);
        return tree_bad(doc, at);
    }
    if (json_member(n->data, "field")) return doc_indicator(doc, n->data, fn, &n->field);
    vec_push(doc->arena, &args, input(g, n, 0));
    call = doc_indicator_of(doc, n->data, fn, args.items[0]);
    n->field = *field_of(g, n);
    return call;
}

static Node *make_math(Graph *g, GraphNode *n, Place at)
{
    static DocKeys words = {"+", "-", "*", "/", "of", NULL};
    Doc *doc = g->doc;
    const JsonValue *op = doc_need(doc, n->data, "operator");
    int which = op ? doc_word(doc, op, words) : -1;
    Node *a, *b;

    if (which < 0) return tree_bad(doc, at);
    a = input(g, n, 0);
    b = input(g, n, 1);
    if (which < 2) n->field = *field_of(g, n); /* a sum is of the kind of its parts */
    return tree_op(GROW(BINARY, at, a, b), (uint32_t)which + 1);
}

static Node *make_cross(Graph *g, const GraphNode *n, Place at)
{
    static DocKeys words = {"above", "below", NULL};
    Doc *doc = g->doc;
    const JsonValue *op = doc_need(doc, n->data, "operator");
    int which = op ? doc_word(doc, op, words) : -1;
    Node *a, *b;

    if (which < 0) return tree_bad(doc, at);
    a = input(g, n, 0);
    b = input(g, n, 1);
    return tree_op(GROW(CROSSES, at, a, b), (uint32_t)which + 1);
}

/* `for` and `every` carry their duration as the text spells it, or in seconds. */
static Node *make_timed(Graph *g, const GraphNode *n, NodeKind kind, const char *key, Place at)
{
    static const FieldInfo seconds = {.unit = FUNIT_DURATION};
    Doc *doc = g->doc;
    const JsonValue *v = doc_need(doc, n->data, key);
    const DocField f = {.info = &seconds};
    Node *kids[2];

    kids[0] = input(g, n, 0);
    kids[1] = v ? doc_literal(doc, v, &f) : tree_bad(doc, at);
    return tree_of(doc, kind, at, kids, 2, NULL);
}

static Node *make_compare(Graph *g, const GraphNode *n)
{
    Node *left = input(g, n, 0);
    bool has_value = json_member(n->data, "value") != NULL;

    return doc_compare(g->doc, n->data, left, field_of(g, n), has_value ? NULL : input(g, n, 1));
}

static Node *make_prev(Graph *g, const GraphNode *n, Place at)
{
    Doc *doc = g->doc;
    Node *arg = input(g, n, 0);

    return tree_named(doc, GROW(CALL, at, arg), SPAN("prev"), at);
}

static Node *make_value(Graph *g, GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->id_at->place;
    const JsonValue *v;
    Node *a, *b, *c;

    switch (n->type) {
    case GRAPH_INPUT:
        v = doc_need(doc, n->data, "field");
        return v ? doc_field(doc, v, &n->field) : tree_bad(doc, at);
    case GRAPH_INDICATOR:
        return make_indicator(g, n, at);
    case GRAPH_COMPARATOR:
        return make_compare(g, n);
    case GRAPH_LOGIC:
        return make_logic(g, n, at);
    case GRAPH_CONST:
        v = doc_need(doc, n->data, "value");
        return v ? doc_literal(doc, v, &n->field) : tree_bad(doc, at);
    case GRAPH_MATH:
        return make_math(g, n, at);
    case GRAPH_PREV:
        return make_prev(g, n, at);
    case GRAPH_CROSS:
        return make_cross(g, n, at);
    case GRAPH_HELD:
        return make_timed(g, n, NODE_FOR, "for", at);
    case GRAPH_SAMPLE:
        return make_timed(g, n, NODE_EVERY, "every", at);
    case GRAPH_SELECT:
        a = input(g, n, 0);
        b = input(g, n, 1);
        c = input(g, n, 2);
        return GROW(IF, at, a, b, c);
    case GRAPH_FALLBACK:
        a = input(g, n, 0);
        b = input(g, n, 1);
        return GROW(OTHERWISE, at, a, b);
    default:
        doc_diag(doc, ODX606, n->json, at, T_GRAPH_WANTS_VALUE, arg_text(n->id));
        return tree_bad(doc, at);
    }
}

/* A name the text can use for the node. */
static Span let_name(Graph *g, const GraphNode *n)
{
    Span id = n->id;
    bool is_name = id.len > 0 && id.len <= 64 && !word_is_reserved(id);
    Buf b;

    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        is_name = is_name && (is_letter || (i > 0 && (c == '_' || (c >= '0' && c <= '9'))));
    }
    if (is_name) return id;
    buf_init(&b, g->doc->arena, 32);
    buf_fmt(&b, "node_%d", (int)n->json->index);
    return buf_span(&b);
}

static void add_let(Graph *g, GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->id_at->place;

    n->let = let_name(g, n);
    vec_push(doc->arena, &g->lets, tree_named(doc, GROW(LET, at, n->built), n->let, at));
}

static Node *value_of(Graph *g, uint32_t index)
{
    GraphNode *n = &g->nodes.items[index];
    Doc *doc = g->doc;

    if (n->let.len) return tree_path(doc, n->let, n->id_at->place);
    if (n->built && n->out_count < 2) return n->built;
    if (n->is_building) { /* reads its own past through a prev: it needs a name */
        n->let = let_name(g, n);
        return tree_path(doc, n->let, n->id_at->place);
    }
    if (g->depth >= NODE_MAX_DEPTH) {
        diag_add(doc->diags, ODX702, n->id_at->place, T_TOO_DEEP, arg_int(NODE_MAX_DEPTH));
        return tree_bad(doc, n->id_at->place);
    }
    n->is_building = true;
    g->depth++;
    n->built = graph_check_inputs(g, n) ? make_value(g, n) : tree_bad(doc, n->id_at->place);
    g->depth--;
    n->is_building = false;
    if (!n->let.len && (n->out_count < 2 || n->type == GRAPH_INPUT || n->type == GRAPH_CONST)) {
        Node *built = n->built;

        if (n->out_count > 1) n->built = NULL; /* a fresh one for each reader */
        return built;
    }
    add_let(g, n);
    return tree_path(doc, n->let, n->id_at->place);
}

/* ---- items ------------------------------------------------------------------------------------ */

static void add_rule(Graph *g, GraphNode *n, Nodes *rules, Nodes *limits)
{
    Doc *doc = g->doc;
    Place at = n->json->place;
    Nodes actions = {0};
    Node *order, *cond;

    if (!graph_check_inputs(g, n)) return;
    order = doc_action(doc, n->data, limits);
    cond = input(g, n, 0);
    if (!order) return;
    vec_push(doc->arena, &actions, order);
    n->built = tree_op(GROW(RULE, at, NULL, cond, GROW_LIST(BLOCK, at, &actions)), AST_RULE_WHEN);
    vec_push(doc->arena, rules, n->built);
}

static void add_show(Graph *g, GraphNode *n, Nodes *shows)
{
    Doc *doc = g->doc;
    const JsonValue *name = doc_need(doc, n->data, "name");

    if (!graph_check_inputs(g, n) || !name || !doc_is(doc, name, JSON_STRING)) return;
    n->built = tree_named(doc, GROW(SHOW, n->json->place, input(g, n, 0)), name->text, name->place);
    vec_push(doc->arena, shows, n->built);
}

static void add_strays(Graph *g)
{
    for (uint32_t i = 0; i < g->nodes.count; i++) {
        GraphNode *n = &g->nodes.items[i];

        if (n->is_used || n->out_count || n->let.len) continue;
        n->built = value_of(g, i);
        add_let(g, n);
    }
}

/* ---- layout ----------------------------------------------------------------------------------- */

static void add_anchor(Graph *g, const GraphNode *n, Span path, Nodes *anchors)
{
    Doc *doc = g->doc;
    Place at = n->id_at->place;
    const JsonValue *position = json_member(n->json, "position");
    bool is_own = span_is(path, n->id);
    Node *id = is_own ? NULL : tree_string(doc, n->id, at), *x = NULL, *y = NULL, *a;

    if (position) {
        x = tree_coordinate(doc, json_member(position, "x"));
        y = tree_coordinate(doc, json_member(position, "y"));
    }
    if (!id && !x) return;
    a = GROW(ANCHOR, at, id, x, y);
    a->text = arena_span(doc->arena, path);
    vec_push(doc->arena, anchors, a);
}

/* Kids by name in what an anchor may lead through; the others by number. */
static const char *kid_name(const Node *n, uint32_t i)
{
    static const char *const two[] = {"left", "right"};

    switch (n->kind) {
    case NODE_CMP:
    case NODE_IS:
    case NODE_CROSSES:
    case NODE_BINARY:
        return i < 2 ? two[i] : NULL;
    case NODE_RULE:
        return i == KID_RULE_COND ? "cond" : NULL;
    default:
        return NULL;
    }
}

static void walk_anchors(Graph *g, const Node *n, Buf *path, Nodes *anchors)
{
    for (uint32_t i = 0; i < g->nodes.count; i++)
        if (g->nodes.items[i].built == n) {
            add_anchor(g, &g->nodes.items[i], buf_span(path), anchors);
            break;
        }
    for (uint32_t i = 0; i < n->kid_count; i++) {
        const char *name = kid_name(n, i);
        size_t len = path->len;

        if (!n->kids[i] || n->kids[i]->kind == NODE_BLOCK) continue;
        buf_char(path, '.');
        if (name)
            buf_str(path, name);
        else
            buf_uint(path, i + 1);
        walk_anchors(g, n->kids[i], path, anchors);
        buf_truncate(path, len);
    }
}

static void add_anchors(Graph *g, const Nodes *items, Nodes *anchors)
{
    uint32_t rules = 0;
    Buf path;

    buf_init(&path, g->doc->arena, 1 << 16);
    for (size_t i = 0; i < items->count; i++) {
        const Node *n = items->items[i];

        buf_clear(&path);
        if (n->kind == NODE_RULE) {
            buf_fmt(&path, "when%d", (int)++rules);
            walk_anchors(g, n, &path, anchors);
        } else if (n->kind == NODE_SHOW) {
            buf_fmt(&path, "show.%S", n->name);
            walk_anchors(g, n, &path, anchors);
        } else if (n->kind == NODE_LET) {
            buf_span_put(&path, n->name);
            walk_anchors(g, n->kids[0], &path, anchors);
        }
    }
}

/* ---- the file --------------------------------------------------------------------------------- */

static void add_items(Graph *g, Nodes *items)
{
    Doc *doc = g->doc;
    Nodes rules = {0}, limits = {0}, shows = {0};

    for (uint32_t i = 0; i < g->nodes.count; i++) {
        GraphNode *n = &g->nodes.items[i];

        if (n->type == GRAPH_ACTION) add_rule(g, n, &rules, &limits);
        if (n->type == GRAPH_SHOW) add_show(g, n, &shows);
        if (n->type == GRAPH_RISK) doc_risk(doc, n->data, &limits);
    }
    add_strays(g);
    for (size_t i = 0; i < g->lets.count; i++)
        vec_push(doc->arena, items, g->lets.items[i]);
    for (size_t i = 0; i < rules.count; i++)
        vec_push(doc->arena, items, rules.items[i]);
    if (limits.count) vec_push(doc->arena, items, GROW_LIST(RISK, doc->root->place, &limits));
    for (size_t i = 0; i < shows.count; i++)
        vec_push(doc->arena, items, shows.items[i]);
}

Node *graph_read(Doc *doc)
{
    static DocKeys keys = {"odx", "mode", "name", "market", "nodes", "edges", "viewport", NULL};
    Graph g = {.doc = doc};
    const JsonValue *nodes, *edges, *viewport = json_member(doc->root, "viewport");
    Nodes items = {0}, anchors = {0};
    Node *header;

    doc_check_keys(doc, doc->root, keys);
    if (viewport) doc_keep(doc, viewport);
    header = doc_head(doc, "Imported graph", &items);
    nodes = doc_need(doc, doc->root, "nodes");
    edges = doc_need(doc, doc->root, "edges");
    if (nodes && doc_is(doc, nodes, JSON_ARRAY)) JSON_EACH(nodes, v) read_node(&g, v);
    if (edges && doc_is(doc, edges, JSON_ARRAY)) JSON_EACH(edges, v) read_edge(&g, v);
    graph_mark_used(&g);
    if (!arena_is_full(doc->arena) && !graph_report_cycles(&g)) {
        add_items(&g, &items);
        add_anchors(&g, &items, &anchors);
    }
    return doc_finish(doc, header, &items, &anchors);
}
