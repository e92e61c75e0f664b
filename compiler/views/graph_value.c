/* graph_value.c — the value nodes of a graph as expressions.
 *
 * A value stands in place where one node reads it and has a line of its own where it has a name, where
 * several read it or where none does.  Promise: bounded depth; whatever is wrong is reported and BAD. */
#include "compiler/views/graph_private.h"

/* ---- origins ---------------------------------------------------------------------------------- */

static void add_origin(Graph *g, const Node *tree, GraphOrigin o)
{
    GraphOrigin *own = arena_new(g->doc->arena, GraphOrigin);

    if (arena_is_full(g->doc->arena)) return;
    *own = o;
    own->next = mapnum_get_ptr(&g->origins, tree->id);
    mapnum_put_ptr(&g->origins, tree->id, own);
}

void graph_origin(Graph *g, const GraphNode *n, const Node *tree)
{
    if (tree->kind == NODE_BAD) return;
    add_origin(g, tree, (GraphOrigin){.node = (uint32_t)(n - g->nodes.items)});
}

/* The terms of one chain became terms of another, `by` places on. */
static void move_origins(Graph *g, const Node *from, const Node *to, uint32_t by)
{
    const GraphOrigin *o = mapnum_get_ptr(&g->origins, from->id);

    for (; o; o = o->next) {
        GraphOrigin moved = *o;

        if (o->wrapping) continue;
        moved.from = o->from + by;
        moved.to = (o->to ? o->to : from->kid_count) + by;
        add_origin(g, to, moved);
    }
}

/* ---- inputs ----------------------------------------------------------------------------------- */

Node *graph_operand_maybe(Graph *g, const GraphNode *n, const char *handle)
{
    static const FieldInfo seconds = {.unit = FUNIT_DURATION};
    Span name = span_str(handle);
    bool is_time = span_eq_str(name, "for") || span_eq_str(name, "every") ||
                   (n->type == GRAPH_LEGS && span_eq_str(name, "within"));
    const GraphInput *in = graph_input(n, name);
    const DocField f = {.info = is_time ? &seconds : NULL};

    if (in && in->edge) return graph_value(g, in->edge->from);
    return in && in->literal ? doc_literal(g->doc, in->literal, &f) : NULL;
}

Node *graph_operand(Graph *g, const GraphNode *n, const char *handle)
{
    Node *found = graph_operand_maybe(g, n, handle);

    return found ? found : tree_bad(g->doc, n->id_at->place);
}

static const DocField *field_of(const Graph *g, const GraphNode *n)
{
    static const DocField none = {0};
    const GraphInput *a = graph_input(n, SPAN("a"));

    return a && a->edge ? &g->nodes.items[a->edge->from].field : &none;
}

/* An item of a list in the data: a literal, or null for an input. */
static Node *item_of(Graph *g, const GraphNode *n, const JsonValue *item, const DocField *f)
{
    char handle[16];
    Buf b;

    if (item->kind != JSON_NULL) return doc_other_side(g->doc, item, f);
    buf_init_fixed(&b, handle, sizeof handle);
    buf_uint(&b, item->index + 1);
    return graph_operand(g, n, buf_cstr(&b));
}

/* ---- logic ------------------------------------------------------------------------------------ */

static Node *make_chain(Graph *g, const GraphNode *n, NodeKind kind)
{
    Doc *doc = g->doc;
    Nodes terms = {0}, inputs = {0};
    Node *chain;
    uint32_t at = 0;

    for (uint32_t i = 0; i < n->input_count; i++) {
        Node *t = n->inputs[i].edge ? graph_value(g, n->inputs[i].edge->from) : NULL;

        if (!t) continue;
        vec_push(doc->arena, &inputs, t);
        if (t->kind != kind) vec_push(doc->arena, &terms, t);
        for (uint32_t k = 0; t->kind == kind && k < t->kid_count; k++)
            vec_push(doc->arena, &terms, t->kids[k]);
    }
    if (n->in_count == 1) {
        doc_diag(doc, ODX304, n->json, n->id_at->place, T_GRAPH_ONE_INPUT, arg_text(n->id));
        if (terms.count > 1) return inputs.items[0];
    }
    if (terms.count < 2) return terms.count ? terms.items[0] : tree_bad(doc, n->id_at->place);
    chain = tree_of(doc, kind, n->id_at->place, NULL, 0, &terms);
    for (size_t i = 0; i < inputs.count; i++) {
        Node *t = inputs.items[i];

        if (t->kind == kind) move_origins(g, t, chain, at);
        at += t->kind == kind ? t->kid_count : 1;
    }
    return chain;
}

static Node *make_logic(Graph *g, const GraphNode *n)
{
    static DocKeys words = {"AND", "OR", "NOT", NULL};
    Doc *doc = g->doc;
    const JsonValue *op = doc_need(doc, n->data, "operator");
    int which = op ? doc_word(doc, op, words) : -1;

    if (which < 0) return tree_bad(doc, n->id_at->place);
    if (which == 2) return GROW(NOT, n->id_at->place, graph_operand(g, n, "a"));
    return make_chain(g, n, which == 1 ? NODE_OR : NODE_AND);
}

/* ---- comparisons ------------------------------------------------------------------------------ */

static Node *make_list(Graph *g, const GraphNode *n, Node *left, const DocField *f, int which)
{
    enum { BETWEEN, IN, NOT_IN, IN_RANGE, NOT_IN_RANGE };
    Doc *doc = g->doc;
    Place at = n->data->place;
    const JsonValue *v = doc_need(doc, n->data, "value");
    bool is_pair = which == BETWEEN || which >= IN_RANGE;
    Nodes items = {0};

    if (!v) return tree_bad(doc, at);
    if (v->kind != JSON_ARRAY || v->count == 0 || (is_pair && v->count != 2)) {
        doc_wrong(doc, v, is_pair ? "a list of two values" : "a list of values");
        return tree_bad(doc, v->place);
    }
    JSON_EACH(v, item) vec_push(doc->arena, &items, item_of(g, n, item, f));
    if (arena_is_full(doc->arena)) return tree_bad(doc, at);
    if (which == BETWEEN) return GROW(BETWEEN, at, left, items.items[0], items.items[1]);
    left = GROW(IN, at, left,
                is_pair ? GROW(RANGE, v->place, items.items[0], items.items[1])
                        : GROW_LIST(CHOICES, v->place, &items));
    if (which == NOT_IN || which == NOT_IN_RANGE) left->flags |= NF_NOT;
    return left;
}

static Node *make_compare(Graph *g, const GraphNode *n)
{
    static const char *const lists[] = {"between", "in", "not_in", "in_range", "not_in_range"};
    static DocKeys words = {
        "<",  "<=",     ">",        ">=",           "==",          "!=",          "between",
        "in", "not_in", "in_range", "not_in_range", "cross_above", "cross_below", NULL};
    Doc *doc = g->doc;
    Node *left = graph_operand(g, n, "a"), *right = NULL;
    const JsonValue *op = doc_need(doc, n->data, "operator");
    DocField f = *field_of(g, n);

    if (!op || doc_word(doc, op, words) < 0) return tree_bad(doc, n->id_at->place);
    for (int i = 0; i < (int)ARRAY_LEN(lists); i++)
        if (span_eq_str(op->text, lists[i])) return make_list(g, n, left, &f, i);
    if (!json_member(n->data, "value")) right = graph_operand(g, n, "b");
    return doc_compare(doc, n->data, left, &f, right);
}

static Node *make_cross(Graph *g, const GraphNode *n)
{
    static DocKeys words = {"above", "below", NULL};
    Doc *doc = g->doc;
    const JsonValue *op = doc_need(doc, n->data, "operator");
    int which = op ? doc_word(doc, op, words) : -1;
    Node *a, *b;

    if (which < 0) return tree_bad(doc, n->id_at->place);
    a = graph_operand(g, n, "a");
    b = graph_operand(g, n, "b");
    return tree_op(GROW(CROSSES, n->id_at->place, a, b), (uint32_t)which + 1);
}

/* ---- calculations ----------------------------------------------------------------------------- */

/* A column, a path or a feed of this document. */
static Node *read_field(Graph *g, GraphNode *n, const JsonValue *v)
{
    uint64_t feed = map_get(&g->taken, v->text, GRAPH_NONE);

    if (v->kind == JSON_STRING && feed != GRAPH_NONE && g->nodes.items[feed].type == GRAPH_FEED)
        return tree_path(g->doc, v->text, v->place);
    return doc_field(g->doc, v, &n->field);
}

static Node *make_indicator(Graph *g, GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->id_at->place;
    const JsonValue *fn = doc_need(doc, n->data, "fn"), *field = json_member(n->data, "field");
    bool has_period = false;
    Node *over, *period;
    Nodes args = {0};
    Span name;

    if (!fn || !doc_is(doc, fn, JSON_STRING)) return tree_bad(doc, at);
    name = doc_indicator_function(fn->text, &has_period);
    if (!name.len) {
        static DocKeys words = {"EMA", "SMA", "RSI", "VWAP", NULL};

        doc_unknown_word(doc, fn, words);
        return tree_bad(doc, at);
    }
    over = field ? read_field(g, n, field) : graph_operand(g, n, "a");
    if (!field) n->field = *field_of(g, n);
    if (span_eq_str(name, "rsi")) n->field = (DocField){0}; /* an index, whatever it is of */
    vec_push(doc->arena, &args, over);
    period = has_period ? graph_operand_maybe(g, n, "period") : NULL;
    if (has_period && !period) (void)doc_need(doc, n->data, "period");
    if (has_period) vec_push(doc->arena, &args, period ? period : tree_bad(doc, at));
    return tree_named(doc, GROW_LIST(CALL, fn->place, &args), name, fn->place);
}

static Node *make_math(Graph *g, GraphNode *n)
{
    static DocKeys words = {"+", "-", "*", "/", "of", "neg", NULL};
    Doc *doc = g->doc;
    const JsonValue *op = doc_need(doc, n->data, "operator");
    int which = op ? doc_word(doc, op, words) : -1;
    Node *a, *b;

    if (which < 0) return tree_bad(doc, n->id_at->place);
    a = graph_operand(g, n, "a");
    b = graph_operand_maybe(g, n, "b");
    if (which < 2) n->field = *field_of(g, n); /* a sum is of the kind of its parts */
    if ((which == 5) == (b != NULL)) {
        doc_diag(doc, ODX606, n->json, n->id_at->place, T_GRAPH_INPUTS, arg_text(n->id),
                 arg_str(b ? "1 input" : "2 inputs"), arg_int(n->in_count));
        return tree_bad(doc, n->id_at->place);
    }
    if (!b) return GROW(NEG, n->id_at->place, a);
    return tree_op(GROW(BINARY, n->id_at->place, a, b), (uint32_t)which + 1);
}

/* `for` and `every` carry their duration as the text spells it, or in seconds. */
static Node *make_timed(Graph *g, const GraphNode *n, NodeKind kind, const char *key)
{
    Node *kids[2] = {graph_operand(g, n, "a"), graph_operand_maybe(g, n, key)};

    if (!kids[1])
        kids[1] = doc_need(g->doc, n->data, key) ? NULL : tree_bad(g->doc, n->id_at->place);
    if (!kids[1]) kids[1] = tree_bad(g->doc, n->id_at->place);
    return tree_of(g->doc, kind, n->id_at->place, kids, 2, NULL);
}

static Node *make_sample(Graph *g, const GraphNode *n)
{
    const JsonValue *across = json_member(n->data, "across");

    if (!across) return make_timed(g, n, NODE_EVERY, "every");
    if (across->kind != JSON_TRUE) doc_wrong(g->doc, across, "true");
    {
        Doc *doc = g->doc;

        return GROW(ACROSS, n->id_at->place, graph_operand(g, n, "a"));
    }
}

static Node *make_prev(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->id_at->place;
    Node *a = graph_operand(g, n, "a"), *count = graph_operand_maybe(g, n, "n");
    Node *call = count ? GROW(CALL, at, a, count) : GROW(CALL, at, a);

    return tree_named(doc, call, SPAN("prev"), at);
}

static Node *make_fn(Graph *g, const GraphNode *n)
{
    static const DocField plain = {0};
    Doc *doc = g->doc;
    const JsonValue *fn = doc_need(doc, n->data, "fn"), *list = json_member(n->data, "args");
    Nodes args = {0};

    if (!fn || !doc_check_name(doc, fn)) return tree_bad(doc, n->id_at->place);
    if (list && !doc_is(doc, list, JSON_ARRAY)) return tree_bad(doc, n->id_at->place);
    if (list) JSON_EACH(list, v) vec_push(doc->arena, &args, item_of(g, n, v, &plain));
    for (uint32_t i = 0; !list && i < n->input_count; i++)
        vec_push(doc->arena, &args,
                 n->inputs[i].edge ? graph_value(g, n->inputs[i].edge->from)
                                   : tree_bad(doc, n->id_at->place));
    return tree_named(doc, GROW_LIST(CALL, n->id_at->place, &args), fn->text, fn->place);
}

static Node *make_fold(Graph *g, const GraphNode *n)
{
    static DocKeys words = {"sum", "min", "max", "count", "any", "all", NULL};
    Doc *doc = g->doc;
    Place at = n->id_at->place;
    const JsonValue *fn = doc_need(doc, n->data, "fn"),
                    *counter = doc_need(doc, n->data, "counter");
    Node *low = graph_operand(g, n, "low"), *high = graph_operand(g, n, "high");
    Node *body = graph_operand(g, n, "body"), *fold;

    if (!fn || doc_word(doc, fn, words) < 0 || !counter || !doc_check_name(doc, counter))
        return tree_bad(doc, at);
    fold = GROW(FOLD, at, GROW(RANGE, at, low, high), body);
    fold->name2 = interns_get(doc->parse->names, counter->text);
    fold->name2_at = counter->place;
    return tree_named(doc, fold, fn->text, fn->place);
}

/* ---- one node --------------------------------------------------------------------------------- */

static Node *make_input(Graph *g, GraphNode *n)
{
    const JsonValue *v = doc_need(g->doc, n->data, "field");

    return v ? read_field(g, n, v) : tree_bad(g->doc, n->id_at->place);
}

static Node *make_const(Graph *g, const GraphNode *n)
{
    static const DocField plain = {0};
    const JsonValue *v = doc_need(g->doc, n->data, "value");

    return v ? doc_literal(g->doc, v, &plain) : tree_bad(g->doc, n->id_at->place);
}

static Node *make_value(Graph *g, GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->id_at->place;
    Node *a, *b;

    switch (n->type) {
    case GRAPH_INPUT:
        return make_input(g, n);
    case GRAPH_INDICATOR:
        return make_indicator(g, n);
    case GRAPH_COMPARATOR:
        return make_compare(g, n);
    case GRAPH_LOGIC:
        return make_logic(g, n);
    case GRAPH_CONST:
        return make_const(g, n);
    case GRAPH_MATH:
        return make_math(g, n);
    case GRAPH_PREV:
        return make_prev(g, n);
    case GRAPH_CROSS:
        return make_cross(g, n);
    case GRAPH_HELD:
        return make_timed(g, n, NODE_FOR, "for");
    case GRAPH_SAMPLE:
        return make_sample(g, n);
    case GRAPH_FN:
        return make_fn(g, n);
    case GRAPH_FOLD:
        return make_fold(g, n);
    case GRAPH_LET:
        return graph_operand(g, n, "a");
    case GRAPH_SELECT:
        a = graph_operand(g, n, "if");
        b = graph_operand(g, n, "a");
        return GROW(IF, at, a, b, graph_operand(g, n, "b"));
    default:
        a = graph_operand(g, n, "a");
        b = graph_operand(g, n, "b");
        return GROW(OTHERWISE, at, a, b);
    }
}

/* ---- lines of their own ----------------------------------------------------------------------- */

bool graph_has_line(const GraphNode *n)
{
    bool is_leaf = n->type == GRAPH_INPUT || n->type == GRAPH_CONST;

    if (graph_class(n) != GRAPH_CLASS_VALUE) return false;
    return n->name_at || n->let.len || n->out_count == 0 || (n->out_count > 1 && !is_leaf);
}

void graph_make_let(Graph *g, uint32_t node)
{
    GraphNode *n = &g->nodes.items[node];
    Doc *doc = g->doc;
    Place at = n->id_at->place;

    if (n->item || n->is_building) return;
    if (!n->let.len) n->let = graph_name(g, n);
    n->is_building = true;
    g->depth++;
    n->built = n->is_sound ? make_value(g, n) : tree_bad(doc, at);
    g->depth--;
    n->is_building = false;
    graph_origin(g, n, n->built);
    n->item = tree_named(doc, GROW(LET, at, n->built), n->let, at);
}

/* A chain that joins one value is that value; its node stays one of the document's. */
static void add_value_origin(Graph *g, const GraphNode *n)
{
    const JsonValue *op = json_member(n->data, "operator");
    uint32_t node = (uint32_t)(n - g->nodes.items);
    bool is_single = n->type == GRAPH_LOGIC && n->in_count == 1 && op;

    if (n->built->kind == NODE_BAD) return;
    if (is_single && span_eq_str(op->text, "AND"))
        add_origin(g, n->built, (GraphOrigin){.node = node, .wrapping = NODE_AND});
    else if (is_single && span_eq_str(op->text, "OR"))
        add_origin(g, n->built, (GraphOrigin){.node = node, .wrapping = NODE_OR});
    else
        graph_origin(g, n, n->built);
}

static Node *bad_source(Graph *g, const GraphNode *n)
{
    doc_diag(g->doc, ODX606, n->json, n->id_at->place, T_GRAPH_WANTS_VALUE, arg_text(n->id));
    return tree_bad(g->doc, n->id_at->place);
}

Node *graph_value(Graph *g, uint32_t node)
{
    GraphNode *n = &g->nodes.items[node];
    Doc *doc = g->doc;

    if (graph_class(n) == GRAPH_CLASS_NAMED) return tree_path(doc, n->let, n->id_at->place);
    if (graph_class(n) != GRAPH_CLASS_VALUE) return bad_source(g, n);
    if (!n->let.len && (n->is_building || graph_has_line(n))) n->let = graph_name(g, n);
    if (n->let.len) {
        if (g->depth < NODE_MAX_DEPTH) graph_make_let(g, node);
        return tree_path(doc, n->let, n->id_at->place);
    }
    if (g->depth >= NODE_MAX_DEPTH) {
        diag_add(doc->diags, ODX702, n->id_at->place, T_TOO_DEEP, arg_int(NODE_MAX_DEPTH));
        return tree_bad(doc, n->id_at->place);
    }
    n->is_building = true;
    g->depth++;
    n->built = n->is_sound ? make_value(g, n) : tree_bad(doc, n->id_at->place);
    g->depth--;
    n->is_building = false;
    if (n->let.len) { /* reads its own past: it has a line after all */
        graph_origin(g, n, n->built);
        n->item = tree_named(doc, GROW(LET, n->id_at->place, n->built), n->let, n->id_at->place);
        return tree_path(doc, n->let, n->id_at->place);
    }
    add_value_origin(g, n);
    return n->built;
}
