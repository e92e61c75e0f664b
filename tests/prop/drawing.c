/* drawing.c — see drawing.h. */
#include "tests/prop/drawing.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/map.h"

const char *const drawing_change_names[CHANGES] = {
    [CHANGE_ID] = "drawn: another id",
    [CHANGE_POSITION] = "drawn: another position",
    [CHANGE_FOREIGN] = "drawn: foreign keys",
    [CHANGE_SHARE] = "drawn: one input for two readers",
    [CHANGE_NEST] = "drawn: a chain inside a chain",
    [CHANGE_TRIGGER] = "drawn: a trigger that goes without saying",
    [CHANGE_CONST] = "drawn: a node for a literal",
    [CHANGE_UNNAME] = "drawn: a shared node without a name",
    [CHANGE_FIELD] = "drawn: an input for a field in the data",
    [CHANGE_NOTE] = "drawn: notes on nodes and edges",
    [CHANGE_ORDER] = "drawn: nodes in another order",
};
const char *const drawing_edit_names[EDITS] = {
    [EDIT_NUMBER] = "edit: change a number",    [EDIT_MOVE] = "edit: move a node",
    [EDIT_RENAME] = "edit: rename a node",      [EDIT_ADD] = "edit: add a condition",
    [EDIT_REMOVE] = "edit: remove a condition", [EDIT_OPERATOR] = "edit: another operator",
};

/* ---- JSON ------------------------------------------------------------------------------------- */

/* A value written as JSON. */
static JsonValue *value(Drawing *d, Span json)
{
    return value_read(d->arena, json);
}

static JsonValue *value_str(Drawing *d, const char *json)
{
    return value(d, span_str(json));
}

static void set_str(Drawing *d, JsonValue *object, const char *key, const JsonValue *v)
{
    value_set(object, span_str(key), v, d->arena);
}

static JsonValue *quoted(Drawing *d, Span text)
{
    Buf b;

    buf_init(&b, d->arena, 1 << 20);
    buf_char(&b, '"');
    json_escape(&b, text);
    buf_char(&b, '"');
    return value(d, buf_span(&b));
}

void drawing_read(Drawing *d, Span json, Arena *arena)
{
    *d = (Drawing){.arena = arena, .root = value_read(arena, json)};
    d->nodes = value_member(d->root, "nodes");
    d->edges = value_member(d->root, "edges");
}

Span drawing_text(const Drawing *d)
{
    Buf b;

    buf_init(&b, d->arena, (size_t)8 << 20);
    value_write(&b, d->root);
    return buf_span(&b);
}

static JsonValue *find_node(const Drawing *d, Span id)
{
    JSON_EACH(d->nodes, n)
    if (span_is(value_text(n, "id"), id)) return n;
    return NULL;
}

static bool is_type(const JsonValue *node, const char *type)
{
    return span_eq_str(value_text(node, "type"), type);
}

static JsonValue *data_of(const JsonValue *node)
{
    return value_member(node, "data");
}

/* A random node that fits; NULL: none. */
static JsonValue *pick(const Drawing *d, Rng *rng,
                       bool (*fits)(const Drawing *d, const JsonValue *n))
{
    JsonValue *found = NULL;
    uint64_t seen = 0;

    JSON_EACH(d->nodes, n)
    if ((!fits || fits(d, n)) && rng_below(rng, ++seen) == 0) found = n;
    return found;
}

static JsonValue *edge_into(const Drawing *d, Span target, uint32_t skip)
{
    JSON_EACH(d->edges, e)
    if (span_is(value_text(e, "target"), target) && skip-- == 0) return e;
    return NULL;
}

static uint32_t edges_at(const Drawing *d, const char *end, Span id)
{
    uint32_t count = 0;

    JSON_EACH(d->edges, e)
    count += span_is(value_text(e, end), id);
    return count;
}

static void connect(Drawing *d, Span source, Span target, const char *handle)
{
    JsonValue *e = value_str(d, "{}");

    set_str(d, e, "source", quoted(d, source));
    set_str(d, e, "target", quoted(d, target));
    if (handle) set_str(d, e, "targetHandle", quoted(d, span_str(handle)));
    value_append(d->edges, e);
}

static Span fresh_id(const Drawing *d, Rng *rng)
{
    static const char *const shapes[] = {"n%d", "Node %d", "a/b~%d", "reactflow__%d", "\"%d\""};
    const char *shape;
    Buf b;

    do {
        buf_init(&b, d->arena, 64);
        shape = shapes[rng_below(rng, ARRAY_LEN(shapes))];
        buf_fmt(&b, shape, (int)rng_below(rng, 100000));
    } while (find_node(d, buf_span(&b)));
    return buf_span(&b);
}

static void rename_node(Drawing *d, JsonValue *n, Span id)
{
    Span before = value_text(n, "id");

    JSON_EACH(d->edges, e)
    {
        static const char *const ends[] = {"source", "target"};

        for (size_t i = 0; i < 2; i++)
            if (span_is(value_text(e, ends[i]), before)) set_str(d, e, ends[i], quoted(d, id));
    }
    set_str(d, n, "id", quoted(d, id));
}

/* ---- changes of shape ------------------------------------------------------------------------- */

static JsonValue *place(Drawing *d, Rng *rng)
{
    int x, y;
    Buf b;

    buf_init(&b, d->arena, 128);
    x = (int)rng_range(rng, -3000, 3000);
    y = (int)rng_range(rng, -3000, 3000);
    buf_fmt(&b, "{\"x\": %d, \"y\": %d%s}", x, y, rng_below(rng, 4) ? "" : ".625");
    return value(d, buf_span(&b));
}

static bool change_foreign(Drawing *d, Rng *rng)
{
    static const char *const keys[] = {"ui", "x-color", "width", "selected", "measured"};
    static const char *const values[] = {"{\"a\":[1,2,{\"b\":null}]}", "\"red\"", "12.50", "true"};
    JsonValue *n = pick(d, rng, NULL), *e = edge_into(d, value_text(n, "id"), 0);
    const char *key = keys[rng_below(rng, ARRAY_LEN(keys))];
    const char *text = values[rng_below(rng, ARRAY_LEN(values))];

    set_str(d, n, key, value_str(d, text));
    if (data_of(n)) set_str(d, data_of(n), "x-inner", value_str(d, text));
    if (e) set_str(d, e, "label", value_str(d, text));
    if (e) set_str(d, e, "id", quoted(d, fresh_id(d, rng)));
    set_str(d, d->root, "viewport", value_str(d, "{\"x\": 1, \"y\": -2, \"zoom\": 0.5}"));
    return true;
}

static bool is_plain_input(const Drawing *d, const JsonValue *n)
{
    return is_type(n, "input") && !value_member(data_of(n), "name") &&
           edges_at(d, "source", value_text(n, "id")) == 1;
}

static bool change_share(Drawing *d, Rng *rng)
{
    JsonValue *a = pick(d, rng, is_plain_input);
    Span id;

    if (!a) return false;
    id = value_text(a, "id");
    JSON_EACH(d->nodes, b)
    {
        if (b == a || !is_plain_input(d, b)) continue;
        if (!span_is(value_text(data_of(a), "field"), value_text(data_of(b), "field"))) continue;
        if (value_member(b, "x-notes") || value_member(data_of(b), "x-inner")) continue;
        JSON_EACH(d->edges, e)
        if (span_is(value_text(e, "source"), value_text(b, "id")))
            set_str(d, e, "source", quoted(d, id));
        value_take_out(b);
        return true;
    }
    return false;
}

static bool is_long_chain(const Drawing *d, const JsonValue *n)
{
    return is_type(n, "logic") && edges_at(d, "target", value_text(n, "id")) >= 3;
}

/* Terms 2 and 3 get a node of their own, where their edges stood. */
static bool change_nest(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, is_long_chain), *first, *second, *inner;
    Span id = fresh_id(d, rng), chain;

    if (!n) return false;
    chain = value_text(n, "id");
    first = edge_into(d, chain, 1);
    second = edge_into(d, chain, 2);
    inner = value_str(d, "{\"type\": \"logic\", \"data\": {}}");
    set_str(d, inner, "id", quoted(d, id));
    set_str(d, data_of(inner), "operator", quoted(d, value_text(data_of(n), "operator")));
    value_append(d->nodes, inner);
    set_str(d, second, "target", quoted(d, id));
    {
        JsonValue *moved = value_str(d, "{}");

        set_str(d, moved, "source", quoted(d, value_text(first, "source")));
        set_str(d, moved, "target", quoted(d, id));
        set_str(d, first, "source", quoted(d, id));
        /* in front of the second */
        value_take_out(second);
        value_append(d->edges, moved);
        value_append(d->edges, second);
    }
    return true;
}

static bool has_no_trigger(const Drawing *d, const JsonValue *n)
{
    const JsonValue *e = is_type(n, "action") ? edge_into(d, value_text(n, "id"), 0) : NULL;
    const JsonValue *from = e ? find_node(d, value_text(e, "source")) : NULL;

    return from && !is_type(from, "trigger") && !is_type(from, "legs") &&
           !is_type(from, "repeat") && edges_at(d, "target", value_text(n, "id")) == 1 &&
           !value_member(n, "x-notes");
}

static bool change_trigger(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, has_no_trigger), *trigger, *e;
    Span id = fresh_id(d, rng);

    if (!n) return false;
    e = edge_into(d, value_text(n, "id"), 0);
    if (value_member(e, "label")) return false;
    trigger = value_str(d, "{\"type\": \"trigger\", \"data\": {\"on\": \"when\"}}");
    set_str(d, trigger, "id", quoted(d, id));
    value_append(d->nodes, trigger);
    set_str(d, e, "target", quoted(d, id));
    connect(d, id, value_text(n, "id"), NULL);
    return true;
}

static bool has_text_value(const Drawing *d, const JsonValue *n)
{
    const JsonValue *v = value_member(data_of(n), "value");

    (void)d;
    return is_type(n, "comparator") && v && v->kind == JSON_STRING;
}

static bool change_const(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, has_text_value), *made;
    Span id = fresh_id(d, rng);

    if (!n || value_member(data_of(n), "a")) return false;
    made = value_str(d, "{\"type\": \"const\", \"data\": {}}");
    set_str(d, made, "id", quoted(d, id));
    set_str(d, data_of(made), "value", quoted(d, value_text(data_of(n), "value")));
    value_append(d->nodes, made);
    value_take_out(value_member(data_of(n), "value"));
    connect(d, id, value_text(n, "id"), "b");
    return true;
}

static bool is_shared_name(const Drawing *d, const JsonValue *n)
{
    Span id = value_text(n, "id");
    const JsonValue *e = edge_into(d, id, 0);
    bool is_item = is_type(n, "show") || is_type(n, "param") || is_type(n, "state") ||
                   is_type(n, "market") || is_type(n, "leader") || is_type(n, "account") ||
                   is_type(n, "feed") || is_type(n, "action") || is_type(n, "let") ||
                   is_type(n, "input") || is_type(n, "const");

    return !is_item && value_member(data_of(n), "name") && edges_at(d, "source", id) >= 2 &&
           (!e || !is_type(find_node(d, value_text(e, "source")), "trigger"));
}

static bool change_unname(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, is_shared_name);

    for (uint32_t i = 0; n; i++) {
        const JsonValue *e = edge_into(d, value_text(n, "id"), i), *from;

        if (!e) break;
        from = find_node(d, value_text(e, "source"));
        if (is_type(from, "trigger") || is_type(from, "legs") || is_type(from, "repeat"))
            return false;
    }
    if (!n || value_member(n, "x-notes")) return false;
    value_take_out(value_member(data_of(n), "name"));
    return true;
}

static bool has_field(const Drawing *d, const JsonValue *n)
{
    (void)d;
    return is_type(n, "indicator") && value_member(data_of(n), "field");
}

static bool change_field(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, has_field), *made;
    Span id = fresh_id(d, rng);

    if (!n) return false;
    made = value_str(d, "{\"type\": \"input\", \"data\": {}}");
    set_str(d, made, "id", quoted(d, id));
    set_str(d, data_of(made), "field", quoted(d, value_text(data_of(n), "field")));
    value_append(d->nodes, made);
    value_take_out(value_member(data_of(n), "field"));
    connect(d, id, value_text(n, "id"), "a");
    return true;
}

static bool is_value(const Drawing *d, const JsonValue *n)
{
    (void)d;
    return is_type(n, "comparator") || is_type(n, "math") || is_type(n, "fn");
}

static bool change_note(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, is_value), *e = n ? edge_into(d, value_text(n, "id"), 0) : NULL;

    if (!n || value_member(data_of(n), "name")) return false;
    set_str(d, n, "x-notes", value_str(d, "[\"# why it is there\"]"));
    if (e) set_str(d, e, "x-notes", value_str(d, "[\"# where it comes from\"]"));
    return true;
}

static bool change_order(Drawing *d, Rng *rng)
{
    for (int i = 0; i < 4; i++) {
        JsonValue *n = pick(d, rng, NULL);

        value_take_out(n);
        value_append(d->nodes, n);
    }
    return true;
}

bool drawing_change(Drawing *d, DrawingChange which, Rng *rng)
{
    JsonValue *n;

    if (!d->nodes->first) return false;
    n = pick(d, rng, NULL);
    switch (which) {
    case CHANGE_ID:
        rename_node(d, n, fresh_id(d, rng));
        return true;
    case CHANGE_POSITION:
        set_str(d, n, "position", place(d, rng));
        return true;
    case CHANGE_FOREIGN:
        return change_foreign(d, rng);
    case CHANGE_SHARE:
        return change_share(d, rng);
    case CHANGE_NEST:
        return change_nest(d, rng);
    case CHANGE_TRIGGER:
        return change_trigger(d, rng);
    case CHANGE_CONST:
        return change_const(d, rng);
    case CHANGE_UNNAME:
        return change_unname(d, rng);
    case CHANGE_FIELD:
        return change_field(d, rng);
    case CHANGE_NOTE:
        return change_note(d, rng);
    default:
        return change_order(d, rng);
    }
}

/* ---- edits ------------------------------------------------------------------------------------ */

static JsonValue *a_number(const JsonValue *node)
{
    const JsonValue *data = data_of(node);

    if (is_type(node, "code") || !data) return NULL;
    JSON_EACH(data, v)
    if (v->kind == JSON_NUMBER) return v;
    return NULL;
}

static bool has_number(const Drawing *d, const JsonValue *n)
{
    (void)d;
    return a_number(n) != NULL;
}

static bool edit_number(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, has_number), *v = n ? a_number(n) : NULL;
    char text[32];

    if (!v) return false;
    d->undo.id = value_text(n, "id");
    d->undo.key = v->key;
    d->undo.before = value(d, v->text);
    snprintf(text, sizeof text, "%d", (int)rng_below(rng, 40) + 1);
    value_set(data_of(n), v->key, value_str(d, text), d->arena);
    return true;
}

static bool is_chain(const Drawing *d, const JsonValue *n)
{
    return is_type(n, "logic") && !span_eq_str(value_text(data_of(n), "operator"), "NOT") &&
           edges_at(d, "target", value_text(n, "id")) >= 2;
}

static bool edit_add(Drawing *d, Rng *rng)
{
    JsonValue *chain = pick(d, rng, is_chain), *in, *cmp;
    Span a = fresh_id(d, rng), b;

    if (!chain) return false;
    in = value_str(d, "{\"type\": \"input\", \"data\": {\"field\": \"hour_utc\"}}");
    set_str(d, in, "id", quoted(d, a));
    value_append(d->nodes, in);
    b = fresh_id(d, rng);
    cmp = value_str(d, "{\"type\": \"comparator\", \"data\": {\"operator\": \"<\", \"value\": 9}}");
    set_str(d, cmp, "id", quoted(d, b));
    value_append(d->nodes, cmp);
    connect(d, a, b, NULL);
    connect(d, b, value_text(chain, "id"), NULL);
    d->undo.id = b;
    d->undo.other = a;
    return true;
}

/* The last condition of a chain, when it is a comparator of an input. */
static bool has_small_last(const Drawing *d, const JsonValue *n)
{
    uint32_t count = edges_at(d, "target", value_text(n, "id"));
    const JsonValue *last, *input;

    if (!is_type(n, "logic") || count < 3) return false;
    last = find_node(d, value_text(edge_into(d, value_text(n, "id"), count - 1), "source"));
    if (!is_type(last, "comparator") || value_member(data_of(last), "name")) return false;
    if (edges_at(d, "target", value_text(last, "id")) != 1) return false;
    input = find_node(d, value_text(edge_into(d, value_text(last, "id"), 0), "source"));
    return is_type(input, "input") && !value_member(data_of(input), "name") &&
           edges_at(d, "source", value_text(input, "id")) == 1 && !value_member(data_of(last), "a");
}

static bool edit_remove(Drawing *d, Rng *rng)
{
    JsonValue *chain = pick(d, rng, has_small_last), *cmp, *in, *into_cmp, *into_chain;
    Span id;

    if (!chain) return false;
    id = value_text(chain, "id");
    into_chain = edge_into(d, id, edges_at(d, "target", id) - 1);
    cmp = find_node(d, value_text(into_chain, "source"));
    into_cmp = edge_into(d, value_text(cmp, "id"), 0);
    in = find_node(d, value_text(into_cmp, "source"));
    d->undo.other = id;
    d->undo.before = value_str(d, "[]");
    d->undo.edges = value_str(d, "[]");
    value_take_out(into_chain);
    value_take_out(into_cmp);
    d->undo.places[1] = value_index(cmp);
    value_take_out(cmp);
    d->undo.places[0] = value_index(in);
    value_take_out(in);
    value_append(d->undo.edges, into_cmp);
    value_append(d->undo.edges, into_chain);
    value_append(d->undo.before, in);
    value_append(d->undo.before, cmp);
    return true;
}

static bool has_order(const Drawing *d, const JsonValue *n)
{
    Span op = value_text(data_of(n), "operator");

    (void)d;
    return is_type(n, "comparator") && (span_eq_str(op, "<") || span_eq_str(op, ">"));
}

static bool edit_operator(Drawing *d, Rng *rng)
{
    JsonValue *n = pick(d, rng, has_order);

    if (!n) return false;
    d->undo.id = value_text(n, "id");
    d->undo.key = SPAN("operator");
    d->undo.before = quoted(d, value_text(data_of(n), "operator"));
    set_str(d, data_of(n), "operator", value_str(d, "\">=\""));
    return true;
}

bool drawing_edit(Drawing *d, DrawingEdit which, Rng *rng)
{
    JsonValue *n = pick(d, rng, NULL);

    d->undo = (DrawingUndo){.edit = which};
    if (!n) return false;
    switch (which) {
    case EDIT_NUMBER:
        return edit_number(d, rng);
    case EDIT_MOVE:
        d->undo.id = value_text(n, "id");
        d->undo.before = value_member(n, "position");
        d->undo.before = value(d, SPAN("null"));
        *d->undo.before = *value_member(n, "position");
        set_str(d, n, "position", place(d, rng));
        return true;
    case EDIT_RENAME:
        d->undo.other = value_text(n, "id");
        d->undo.id = fresh_id(d, rng);
        rename_node(d, n, d->undo.id);
        return true;
    case EDIT_ADD:
        return edit_add(d, rng);
    case EDIT_REMOVE:
        return edit_remove(d, rng);
    default:
        return edit_operator(d, rng);
    }
}

static void remove_node(Drawing *d, Span id)
{
    for (JsonValue *e = d->edges->first, *next; e; e = next) {
        next = e->next;
        if (span_is(value_text(e, "source"), id) || span_is(value_text(e, "target"), id))
            value_take_out(e);
    }
    value_take_out(find_node(d, id));
}

void drawing_undo(Drawing *d)
{
    const DrawingUndo *u = &d->undo;
    JsonValue *n = find_node(d, u->id);

    switch (u->edit) {
    case EDIT_NUMBER:
    case EDIT_OPERATOR:
        value_set(data_of(n), u->key, u->before, d->arena);
        break;
    case EDIT_MOVE:
        set_str(d, n, "position", u->before);
        break;
    case EDIT_RENAME:
        rename_node(d, n, u->other);
        break;
    case EDIT_ADD:
        remove_node(d, u->id);
        remove_node(d, u->other);
        break;
    default:
        for (JsonValue *v = u->before->first, *next; v; v = next) {
            next = v->next;
            value_insert(d->nodes, v, u->places[v == u->before->last]);
        }
        for (JsonValue *v = u->edges->first, *next; v; v = next) {
            next = v->next;
            value_append(d->edges, v);
        }
        break;
    }
}

/* ---- comparing -------------------------------------------------------------------------------- */

/* Members of a node; a position may be added. */
static bool is_same_node(const JsonValue *a, const JsonValue *b)
{
    uint32_t more = !value_member(a, "position") && value_member(b, "position") ? 1 : 0;

    if (a->count + more != b->count) return false;
    JSON_EACH(a, x)
    {
        const JsonValue *y = value_find(b, x->key);

        if (!y || !value_is_same(x, y)) return false;
    }
    return true;
}

static const char *why_text(Arena *arena, const char *what, Span id)
{
    Buf b;

    buf_init(&b, arena, 4096);
    buf_fmt(&b, "%s %S", what, id);
    return buf_cstr(&b);
}

static void index_nodes(Map *map, const Drawing *d)
{
    map_init(map, d->arena);
    JSON_EACH(d->nodes, n)
    map_put_ptr(map, value_text(n, "id"), n);
}

/* Edges as text, sorted by a map; how often each. */
static void index_edges(Map *map, const Drawing *d)
{
    map_init(map, d->arena);
    JSON_EACH(d->edges, e)
    {
        Buf b;

        buf_init(&b, d->arena, 4096);
        buf_fmt(&b, "%S\n%S\n%S", value_text(e, "source"), value_text(e, "target"),
                value_text(e, "targetHandle"));
        map_put(map, buf_span(&b), map_get(map, buf_span(&b), 0) + e->count);
    }
}

/* Edges without a handle take inputs in their order. */
static bool is_same_order(const Drawing *a, const Drawing *b, Span target)
{
    const JsonValue *x = a->edges->first, *y = b->edges->first;

    for (;;) {
        while (x && (!span_is(value_text(x, "target"), target) || value_member(x, "targetHandle")))
            x = x->next;
        while (y && (!span_is(value_text(y, "target"), target) || value_member(y, "targetHandle")))
            y = y->next;
        if (!x || !y) return !x && !y;
        if (!span_is(value_text(x, "source"), value_text(y, "source"))) return false;
        x = x->next;
        y = y->next;
    }
}

static bool is_member(const Drawing *d, const JsonValue *edge)
{
    const JsonValue *from = find_node(d, value_text(edge, "source"));

    return is_type(from, "trigger") || is_type(from, "legs") || is_type(from, "repeat");
}

bool drawing_is_same(Span one, Span other, Arena *arena, const char **ret_why)
{
    Drawing a, b;
    const JsonValue *at;
    Map nodes, edges, more;
    MapIter it;

    drawing_read(&a, one, arena);
    drawing_read(&b, other, arena);
    index_nodes(&nodes, &b);
    if (a.nodes->count != b.nodes->count) {
        *ret_why = "more or fewer nodes";
        return false;
    }
    at = b.nodes->first;
    JSON_EACH(a.nodes, n)
    {
        const JsonValue *m = map_get_ptr(&nodes, value_text(n, "id"));

        if (m != at) {
            *ret_why = why_text(arena, "another order of nodes from", value_text(n, "id"));
            return false;
        }
        at = at->next;
        if (m && is_same_node(n, m)) continue;
        *ret_why = why_text(arena, m ? "another node" : "no node", value_text(n, "id"));
        return false;
    }
    index_edges(&edges, &a);
    index_edges(&more, &b);
    if (a.edges->count != b.edges->count || map_count(&edges) != map_count(&more)) {
        *ret_why = "more or fewer edges";
        return false;
    }
    it = map_iter(&edges);
    for (MapNode *n; (n = map_next(&it));) {
        if (map_get(&more, n->key, 0) == n->value) continue;
        *ret_why = why_text(arena, "no edge, or with other keys:", n->key);
        return false;
    }
    JSON_EACH(a.edges, e)
    if (!is_member(&a, e) && !is_same_order(&a, &b, value_text(e, "target"))) {
        *ret_why = why_text(arena, "another order of edges into", value_text(e, "target"));
        return false;
    }
    JSON_EACH(a.root, v)
    {
        const JsonValue *w = value_find(b.root, v->key);

        if (span_eq_str(v->key, "nodes") || span_eq_str(v->key, "edges")) continue;
        if (w && value_is_same(v, w)) continue;
        *ret_why = why_text(arena, "another", v->key);
        return false;
    }
    return a.root->count == b.root->count;
}

bool drawing_is_part(Span part, Span whole, Arena *arena, const char **ret_why)
{
    Drawing a, b;
    Map nodes;

    *ret_why = "no graph";
    if (!whole.len) return false;
    drawing_read(&a, part, arena);
    drawing_read(&b, whole, arena);
    index_nodes(&nodes, &b);
    JSON_EACH(a.nodes, n)
    {
        const JsonValue *m = map_get_ptr(&nodes, value_text(n, "id"));
        const JsonValue *at = value_member(n, "position"), *now = value_member(m, "position");
        const char *what = !m                                        ? "no node"
                           : at && (!now || !value_is_same(at, now)) ? "another place of"
                                                                     : NULL;

        JSON_EACH(n, v)
        {
            if (m && !value_find(m, v->key)) what = "keys lost of";
        }
        if (!what) continue;
        *ret_why = why_text(arena, what, value_text(n, "id"));
        return false;
    }
    return true;
}
