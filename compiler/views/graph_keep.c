/* graph_keep.c — what a graph says and its text cannot: ids, positions, foreign keys, other spellings.
 *
 * Ids and positions go to the layout's anchors, the rest to its `extra`: the document is compared with
 * the one that its own tree gives.  Promise: what is kept comes back where it was as long as its node is
 * there; other spellings come back as long as the text says the same. */
#include "compiler/views/graph_plan.h"
#include "vm/base/num.h"

/* ---- edges by what they join ------------------------------------------------------------------ */

/* "SOURCE TARGET HANDLE", which is how an edge is named in a pointer. */
static Span edge_key(Arena *arena, const JsonValue *edge)
{
    static const char *const parts[] = {"source", "target", "targetHandle"};
    Buf b;

    buf_init(&b, arena, JSON_SIZE_MAX);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const JsonValue *v = json_member(edge, parts[i]);

        if (i) buf_char(&b, ' ');
        if (v && v->kind == JSON_STRING) buf_span_put(&b, v->text);
    }
    return span_trim(buf_span(&b));
}

/* The values of a list by name; a second one of a name is NAME#2. */
static void index_list(Map *map, const JsonValue *list, bool is_edges, Arena *arena)
{
    Map counts;

    map_init(map, arena);
    map_init(&counts, arena);
    if (list) JSON_EACH(list, v)
        {
            const JsonValue *id = json_member(v, "id");
            Span key = is_edges ? edge_key(arena, v) : id ? id->text : (Span){0};
            uint64_t count = map_get(&counts, key, 0) + 1;
            Buf b;

            map_put(&counts, key, count);
            buf_init(&b, arena, key.len + 16);
            buf_span_put(&b, key);
            if (count > 1) buf_fmt(&b, "#%d", (int)count);
            map_put_ptr(map, buf_span(&b), (void *)(uintptr_t)v);
        }
}

/* ---- comparing -------------------------------------------------------------------------------- */

typedef struct Part { /* of `extra`, as it grows */
    JsonWriter w;
    Buf text;
} Part;

typedef struct Keeper {
    Arena *arena;
    const JsonValue *nodes; /* of the document */
    Buf pointer;
    Part kept, set, drop, order;
    bool is_other_order; /* than the tree gives */
} Keeper;

static void push_step(Keeper *k, Span step)
{
    buf_char(&k->pointer, '/');
    json_pointer_step(&k->pointer, step);
}

static bool is_same(const JsonValue *a, const JsonValue *b)
{
    const JsonValue *x, *y;

    if (a->kind != b->kind) return false;
    if (a->kind == JSON_NUMBER) return a->number == b->number;
    if (a->kind == JSON_STRING) return span_is(a->text, b->text);
    if (a->count != b->count) return false;
    if (a->kind == JSON_ARRAY) {
        for (x = a->first, y = b->first; x && y; x = x->next, y = y->next)
            if (!is_same(x, y)) return false;
        return true;
    }
    for (x = a->first; x; x = x->next) {
        for (y = b->first; y && !span_is(x->key, y->key);)
            y = y->next;
        if (!y || !is_same(x, y)) return false;
    }
    return true;
}

static bool is_flow_key(Span key)
{
    static const char *const keys[] = {
        "id",     "width",    "height", "measured", "selected",  "dragging",     "style",
        "zIndex", "parentId", "label",  "animated", "markerEnd", "sourceHandle", "viewport"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (span_eq_str(key, keys[i])) return true;
    return false;
}

static void put_member(JsonWriter *w, Span pointer, const JsonValue *v)
{
    json_write_key(w, pointer);
    doc_put_json(w, v);
}

static void compare(Keeper *k, const JsonValue *said, const JsonValue *made);

/* What the document says and its tree does not. */
static void keep(Keeper *k, const JsonValue *v)
{
    size_t len = k->pointer.len;
    bool is_item = v->parent->kind == JSON_ARRAY;

    if (is_item)
        buf_fmt(&k->pointer, "/%d", (int)v->index);
    else
        push_step(k, v->key);
    if (!is_item && (doc_is_foreign(v->key) || is_flow_key(v->key)))
        put_member(&k->kept.w, buf_span(&k->pointer), v);
    else
        put_member(&k->set.w, buf_span(&k->pointer), v);
    buf_truncate(&k->pointer, len);
}

static void drop(Keeper *k, Span key)
{
    size_t len = k->pointer.len;

    push_step(k, key);
    json_write_string(&k->drop.w, buf_span(&k->pointer));
    buf_truncate(&k->pointer, len);
}

static const JsonValue *member_of(const JsonValue *object, Span key)
{
    JSON_EACH(object, v)
    if (span_is(v->key, key)) return v;
    return NULL;
}

static void compare_items(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    const JsonValue *b = made->first;

    JSON_EACH(said, a)
    {
        size_t len = k->pointer.len;

        if (is_same(a, b)) {
            b = b->next;
            continue;
        }
        if (a->kind == b->kind && (a->kind == JSON_OBJECT || a->kind == JSON_ARRAY)) {
            buf_fmt(&k->pointer, "/%d", (int)a->index);
            compare(k, a, b);
            buf_truncate(&k->pointer, len);
        } else {
            keep(k, a);
        }
        b = b->next;
    }
}

/* Members of the document that are looked at elsewhere. */
static bool is_head(const JsonValue *v)
{
    static const char *const keys[] = {"odx", "mode", "name", "nodes", "edges", GRAPH_FORM};

    for (size_t i = 0; i < ARRAY_LEN(keys) && !v->parent->parent; i++)
        if (span_eq_str(v->key, keys[i])) return true;
    return false;
}

static void compare_members(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    JSON_EACH(said, a)
    {
        const JsonValue *b = member_of(made, a->key);
        size_t len = k->pointer.len;

        if (is_head(a)) continue;

        if (span_eq_str(a->key, "position") && said->parent == k->nodes) continue;
        if (!b) {
            keep(k, a);
            continue;
        }
        push_step(k, a->key);
        if (a->kind == b->kind && (a->kind == JSON_OBJECT || a->kind == JSON_ARRAY))
            compare(k, a, b);
        else if (!is_same(a, b))
            put_member(&k->set.w, buf_span(&k->pointer), a);
        buf_truncate(&k->pointer, len);
    }
    JSON_EACH(made, b)
    if (!is_head(b) && !span_eq_str(b->key, "market") && !member_of(said, b->key)) drop(k, b->key);
}

static void compare(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    if (said->kind == JSON_OBJECT)
        compare_members(k, said, made);
    else if (said->count == made->count)
        compare_items(k, said, made);
    else if (said->parent)
        put_member(&k->set.w, buf_span(&k->pointer), said);
}

static void compare_nodes(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    const JsonValue *next = made->first;
    Map ours, theirs;

    index_list(&ours, made, false, k->arena);
    index_list(&theirs, said, false, k->arena);
    buf_str(&k->pointer, "/nodes");
    JSON_EACH(said, a)
    {
        Span id = json_member(a, "id")->text;
        const JsonValue *b = map_get_ptr(&ours, id);
        size_t len = k->pointer.len;

        if (b) json_write_string(&k->order.w, id);
        k->is_other_order = k->is_other_order || (b && b != next);
        if (b) next = b->next;
        push_step(k, id);
        if (b)
            compare_members(k, a, b);
        else
            put_member(&k->set.w, buf_span(&k->pointer), a);
        buf_truncate(&k->pointer, len);
    }
    JSON_EACH(made, b)
    if (!map_find(&theirs, json_member(b, "id")->text)) drop(k, json_member(b, "id")->text);
    buf_clear(&k->pointer);
}

typedef struct MadeEdge {
    struct MadeEdge *next; /* with the same ends */
    const JsonValue *json;
    Span key;
    bool is_taken;
} MadeEdge;

static Span ends_of(Arena *arena, const JsonValue *edge)
{
    Buf b;

    buf_init(&b, arena, JSON_SIZE_MAX);
    buf_fmt(&b, "%S\n%S", json_member(edge, "source")->text, json_member(edge, "target")->text);
    return buf_span(&b);
}

static Span handle_of(const JsonValue *edge)
{
    const JsonValue *handle = json_member(edge, "targetHandle");

    return handle && handle->kind == JSON_STRING ? handle->text : (Span){0};
}

/* The made edge that is the same one: by its handle, else by the order of both. */
static MadeEdge *take_edge(MapNode *ends, const JsonValue *edge)
{
    MadeEdge *found = NULL;

    for (MadeEdge *m = ends ? ends->ptr : NULL; m; m = m->next) {
        bool is_exact = span_is(handle_of(m->json), handle_of(edge));

        if (m->is_taken || (found && !is_exact)) continue;
        found = m;
        if (is_exact) break;
    }
    if (found) found->is_taken = true;
    for (MadeEdge *m = found ? ends->ptr : NULL; m && m->is_taken; m = m->next)
        ends->ptr = m->next; /* many may join the same two */
    return found;
}

static void compare_edges(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    VEC(MadeEdge *) all = {0};
    Map by_key, by_ends;
    MapIter it;

    index_list(&by_key, made, true, k->arena);
    map_init(&by_ends, k->arena);
    it = map_iter(&by_key);
    for (MapNode *n; (n = map_next(&it));) {
        MadeEdge *m = arena_new(k->arena, MadeEdge);

        if (arena_is_full(k->arena)) return;
        m->json = n->ptr;
        m->key = n->key;
        vec_push(k->arena, &all, m);
    }
    for (size_t i = all.count; i > 0; i--) {
        Span ends = ends_of(k->arena, all.items[i - 1]->json);

        all.items[i - 1]->next = map_get_ptr(&by_ends, ends);
        map_put_ptr(&by_ends, ends, all.items[i - 1]);
    }
    buf_str(&k->pointer, "/edges");
    JSON_EACH(said, a)
    {
        MadeEdge *m = take_edge(map_find(&by_ends, ends_of(k->arena, a)), a);
        size_t len = k->pointer.len;

        if (m) {
            push_step(k, m->key);
            compare_members(k, a, m->json);
        } else {
            buf_fmt(&k->pointer, "/#%d", (int)a->index);
            put_member(&k->set.w, buf_span(&k->pointer), a);
        }
        buf_truncate(&k->pointer, len);
    }
    for (size_t i = 0; i < all.count; i++)
        if (!all.items[i]->is_taken) drop(k, all.items[i]->key);
    buf_clear(&k->pointer);
}

/* ---- anchors ---------------------------------------------------------------------------------- */

typedef struct Anchors {
    Graph *g;
    Doc *doc;
    Nodes list;
    Map by_path;
} Anchors;

static Node *new_anchor(Anchors *a, Span path, const GraphNode *n)
{
    Doc *doc = a->doc;
    Node *id = span_is(path, n->id) ? NULL : tree_string(doc, n->id, n->id_at->place);
    Node *anchor = GROW(ANCHOR, n->id_at->place, id, NULL, NULL);

    anchor->text = path;
    vec_push(doc->arena, &a->list, anchor);
    map_put_ptr(&a->by_path, path, anchor);
    return anchor;
}

/* Where a node of the document is found again. */
static Span origin_path(Arena *arena, const GraphOrigin *o, Span path)
{
    Buf b;

    if (!o->to && !o->wrapping) return path;
    buf_init(&b, arena, path.len + 48);
    buf_span_put(&b, path);
    if (o->wrapping) buf_str(&b, o->wrapping == NODE_OR ? ".or" : ".and");
    if (o->to) buf_fmt(&b, ".%d.to.%d", (int)o->from + 1, (int)o->to);
    return buf_span(&b);
}

/* Ids that are not paths, and nodes that the tree alone does not have. */
static void add_ids(Anchors *a, const Node *file)
{
    Arena *arena = a->doc->arena;
    GraphPlan full, plain;

    if (!graph_plan_full(&full, file, arena) || !graph_plan(&plain, file, NULL, arena)) return;
    for (size_t i = 0; i < full.nodes.count; i++) {
        const PlanNode *p = &full.nodes.items[i];
        const GraphOrigin *o = mapnum_get_ptr(&a->g->origins, p->tree->id);

        for (; o; o = o->next) {
            const GraphNode *n = &a->g->nodes.items[o->node];
            Span path = origin_path(arena, o, p->path);
            bool is_own = span_is(path, n->id) && map_find(&plain.by_path, path);

            if (!is_own && !map_find(&a->by_path, path)) (void)new_anchor(a, path, n);
        }
    }
}

static bool read_position(Doc *doc, const JsonValue *v, double ret[2])
{
    static const char *const keys[] = {"x", "y"};

    if (!v || !doc_is(doc, v, JSON_OBJECT)) return false;
    for (size_t i = 0; i < 2; i++) {
        const JsonValue *c = json_member(v, keys[i]);

        if (!c || !doc_is(doc, c, JSON_NUMBER)) return false;
        if (!(num_abs(c->number) <= COORDINATE_MAX)) {
            doc_wrong(doc, c, "a place on the drawing");
            return false;
        }
        ret[i] = c->number;
    }
    return true;
}

static Node *layout_of(Anchors *a)
{
    Doc *doc = a->doc;

    return GROW_LIST(LAYOUT, place_at(doc->source->file, 0, 0), &a->list);
}

/* Positions other than the ones the plan has anyway. */
static void add_positions(Anchors *a, const GraphPlan *plan)
{
    for (size_t i = 0; i < plan->nodes.count; i++) {
        const PlanNode *p = &plan->nodes.items[i];
        const MapNode *found = map_find(&a->g->ids, p->id);
        const GraphNode *n = found ? &a->g->nodes.items[found->value] : NULL;
        const JsonValue *v = n ? json_member(n->json, "position") : NULL;
        Node *anchor = map_get_ptr(&a->by_path, p->path);
        double at[2];

        if (!read_position(a->doc, v, at) || (at[0] == p->x && at[1] == p->y)) continue;
        if (!anchor) anchor = new_anchor(a, p->path, n);
        anchor->kids[KID_ANCHOR_X] = tree_coordinate(a->doc, json_member(v, "x"));
        anchor->kids[KID_ANCHOR_Y] = tree_coordinate(a->doc, json_member(v, "y"));
    }
}

/* ---- `extra` ---------------------------------------------------------------------------------- */

static void open_part(Part *p, Arena *arena, bool is_list)
{
    buf_init(&p->text, arena, 2 * JSON_SIZE_MAX);
    json_write_init(&p->w, &p->text, false);
    if (is_list)
        json_write_array(&p->w);
    else
        json_write_object(&p->w);
}

static void put_part(Keeper *k, const char *key, Part *p)
{
    json_write_key(&k->kept.w, span_str(key));
    json_write_raw(&k->kept.w, buf_span(&p->text));
}

static void put_spelled(Keeper *k)
{
    bool is_spelled = k->set.text.len > 1 || k->drop.text.len > 1;

    json_write_object_end(&k->set.w);
    json_write_array_end(&k->drop.w);
    json_write_array_end(&k->order.w);
    if (!is_spelled && !k->is_other_order) return;
    json_write_key(&k->kept.w, SPAN(GRAPH_NODES));
    json_write_object(&k->kept.w);
    if (is_spelled) put_part(k, "set", &k->set);
    if (is_spelled) put_part(k, "drop", &k->drop);
    if (k->is_other_order) put_part(k, "order", &k->order);
    json_write_object_end(&k->kept.w);
}

static void put_absent(JsonWriter *w, const Doc *doc, const JsonValue *form)
{
    const JsonValue *more = json_member(form, "absent");
    bool has_more = more && more->kind == JSON_ARRAY && more->count;

    if (!doc->absent.count && !has_more) return;
    json_write_key(w, SPAN("absent"));
    json_write_array(w);
    for (size_t i = 0; i < doc->absent.count; i++)
        json_write_string(w, doc->absent.items[i]);
    if (has_more) JSON_EACH(more, v) doc_put_json(w, v);
    json_write_array_end(w);
}

/* What the text cannot say; empty when there is nothing. */
static Span extra_text(const Doc *doc, Keeper *k)
{
    const JsonValue *form = json_member(doc->root, GRAPH_FORM), *kept = json_member(form, "kept");
    static const char *const others[] = {"said", "groups"};
    JsonWriter w;
    Buf b;

    put_spelled(k);
    if (kept && kept->kind == JSON_OBJECT) JSON_EACH(kept, v) put_member(&k->kept.w, v->key, v);
    json_write_object_end(&k->kept.w);
    buf_init(&b, doc->arena, 4 * JSON_SIZE_MAX);
    json_write_init(&w, &b, false);
    json_write_object(&w);
    put_absent(&w, doc, form);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (json_member(form, others[i]))
            put_member(&w, span_str(others[i]), json_member(form, others[i]));
    if (k->kept.text.len > 2) {
        json_write_key(&w, SPAN("kept"));
        json_write_raw(&w, buf_span(&k->kept.text));
    }
    json_write_object_end(&w);
    return b.len > 2 && !buf_is_full(&b) ? buf_span(&b) : (Span){0};
}

/* The document against the one that its tree gives. */
static Span compare_documents(Doc *doc, const Node *file, const GraphPlan *plan)
{
    Keeper k = {.arena = doc->arena, .nodes = json_member(doc->root, "nodes")};
    const JsonValue *made;
    Buf b;

    buf_init(&b, doc->arena, 4 * JSON_SIZE_MAX);
    graph_put(&b, file, plan, NULL, false, doc->arena);
    made = json_tree_read(doc->arena, doc->source->file, buf_span(&b)).root;
    buf_init(&k.pointer, doc->arena, JSON_SIZE_MAX);
    open_part(&k.kept, doc->arena, false);
    open_part(&k.set, doc->arena, false);
    open_part(&k.drop, doc->arena, true);
    open_part(&k.order, doc->arena, true);
    if (made) {
        compare_members(&k, doc->root, made);
        compare_nodes(&k, k.nodes, json_member(made, "nodes"));
        compare_edges(&k, json_member(doc->root, "edges"), json_member(made, "edges"));
    }
    return extra_text(doc, &k);
}

static Node *make_file(Doc *doc, Node *header, const Nodes *items)
{
    Place all = place_at(doc->source->file, 0, (uint32_t)doc->source->text.len);
    Node *file = tree_of(doc, NODE_FILE, all, &header, 1, items);

    file->num = 1;
    doc_notes_on(doc, json_member(doc->root, "x-notes"), SPAN("file"), file);
    return file;
}

/* False when there is nothing to lay out. */
static bool add_layout(Anchors *a, Nodes *items)
{
    Node *layout = layout_of(a);

    doc_notes_on(a->doc, json_member(a->doc->root, "x-notes"), SPAN("layout"), layout);
    if (!a->list.count && !layout->comments) return false;
    return vec_push(a->doc->arena, items, layout);
}

Node *graph_finish(Graph *g, Node *header, Nodes *items)
{
    Doc *doc = g->doc;
    Place at = place_at(doc->source->file, 0, 0);
    Node *file = make_file(doc, header, items);
    Anchors a = {.g = g, .doc = doc};
    Nodes with_layout;
    GraphPlan plan;
    Span extra;

    if (diags_has_errors(doc->diags) || arena_is_full(doc->arena)) return file; /* a draft */
    map_init(&a.by_path, doc->arena);
    add_ids(&a, file);
    if (!graph_plan(&plan, file, layout_of(&a), doc->arena)) return file;
    add_positions(&a, &plan);
    with_layout = *items;
    add_layout(&a, &with_layout);
    extra = compare_documents(doc, make_file(doc, header, &with_layout), &plan);
    if (extra.len) vec_push(doc->arena, &a.list, GROW(EXTRA, at, tree_string(doc, extra, at)));
    with_layout = *items;
    return add_layout(&a, &with_layout) ? make_file(doc, header, &with_layout) : file;
}

/* ---- restoring -------------------------------------------------------------------------------- */

const JsonValue *graph_extra(const Node *layout, Arena *arena)
{
    for (uint32_t i = 0; layout && i < layout->kid_count; i++)
        if (layout->kids[i]->kind == NODE_EXTRA)
            return json_tree_read(arena, 0, layout->kids[i]->kids[0]->text).root;
    return NULL;
}

const JsonValue *graph_extra_order(const JsonValue *extra)
{
    const JsonValue *nodes = json_member(json_member(extra, "kept"), GRAPH_NODES);

    return json_member(nodes, "order");
}

typedef struct Restorer {
    Arena *arena;
    JsonValue *root;
    Map nodes, edges;
} Restorer;

static JsonValue *writable(const JsonValue *v)
{
    return (JsonValue *)(uintptr_t)v;
}

static JsonValue *child_of(JsonValue *v, Span step)
{
    double number;

    if (v->kind == JSON_OBJECT) return writable(member_of(v, step));
    if (v->kind != JSON_ARRAY || !num_parse(step, &number)) return NULL;
    JSON_EACH(v, item)
    if ((double)item->index == number) return writable(item);
    return NULL;
}

/* The value that holds what the pointer names, and its last step; NULL when it is gone. */
static JsonValue *find_parent(Restorer *r, Span pointer, Span *ret_step)
{
    JsonValue *at = r->root;
    const Map *list = NULL;
    Span step;

    if (!span_cut(&pointer, '/', &step) || step.len) return NULL;
    while (at && span_cut(&pointer, '/', &step)) {
        step = json_pointer_key(r->arena, step);
        *ret_step = step;
        if (!pointer.len) return at;
        if (list)
            at = map_get_ptr(list, step);
        else
            at = child_of(at, step);
        list = at == child_of(r->root, SPAN("nodes"))   ? &r->nodes
               : at == child_of(r->root, SPAN("edges")) ? &r->edges
                                                        : NULL;
    }
    return NULL;
}

static JsonValue *find_in(Restorer *r, JsonValue *parent, Span step)
{
    if (parent == child_of(r->root, SPAN("nodes"))) return map_get_ptr(&r->nodes, step);
    if (parent == child_of(r->root, SPAN("edges"))) return map_get_ptr(&r->edges, step);
    return child_of(parent, step);
}

static void set_value(JsonValue *parent, JsonValue *old, Span step, const JsonValue *v,
                      Arena *arena)
{
    JsonValue *made = old ? old : arena_new(arena, JsonValue);
    JsonValue *next = old ? old->next : NULL;

    if (arena_is_full(arena)) return;
    *made = *v;
    made->parent = parent;
    made->key = parent->kind == JSON_OBJECT ? step : (Span){0};
    made->next = next;
    if (old) return;
    if (parent->last)
        parent->last->next = made;
    else
        parent->first = made;
    parent->last = made;
    parent->count++;
}

static void remove_value(JsonValue *parent, const JsonValue *v)
{
    JsonValue *before = NULL, *at = parent->first;

    for (; at && at != v; at = at->next)
        before = at;
    if (!at) return; /* named twice */
    if (before)
        before->next = v->next;
    else
        parent->first = v->next;
    if (parent->last == v) parent->last = before;
    parent->count--;
}

static bool restore_one(Restorer *r, const JsonValue *v)
{
    Span step;
    JsonValue *parent = find_parent(r, v->key, &step);

    if (!parent || (parent->kind != JSON_OBJECT && parent->kind != JSON_ARRAY)) return false;
    if (!doc_is_foreign(step) && !is_flow_key(step)) return false; /* a layout may say anything */
    if (parent->kind != JSON_OBJECT || member_of(parent, step)) return false;
    set_value(parent, NULL, step, v, r->arena);
    return true;
}

static bool restore_spelling(Restorer *r, const JsonValue *spelled)
{
    const JsonValue *set = json_member(spelled, "set"), *drop = json_member(spelled, "drop");

    if (!set || set->kind != JSON_OBJECT || !drop || drop->kind != JSON_ARRAY) return false;
    JSON_EACH(drop, v)
    {
        Span step;
        JsonValue *parent = v->kind == JSON_STRING ? find_parent(r, v->text, &step) : NULL;
        const JsonValue *old = parent ? find_in(r, parent, step) : NULL;

        if (!old) return false;
        remove_value(parent, old);
    }
    JSON_EACH(set, v)
    {
        Span step;
        JsonValue *parent = find_parent(r, v->key, &step);

        if (!parent) return false;
        set_value(parent, find_in(r, parent, step), step, v, r->arena);
    }
    return true;
}

/* Does the document say what the tree says? */
static bool is_said_by(Span json, const Node *file, Arena *arena)
{
    Sources *sources = arena_new(arena, Sources);
    Parse parse;
    const Node *read;
    uint32_t count = file->kid_count - (graph_layout_of(file) != NULL);

    if (arena_is_full(arena)) return false;
    sources_init(sources, arena);
    parse_init(&parse, arena, sources, diags_new(arena, sources, NULL));
    if (!sources_add(sources, SPAN("x.json"), json)) return false;
    read = document_read(&parse, 0);
    if (diags_has_errors(parse.diags) || read->kid_count < count) return false;
    for (uint32_t i = 0; i < count; i++)
        if (!node_is_equal(read->kids[i], file->kids[i])) return false;
    return read->kid_count - (graph_layout_of(read) != NULL) == count;
}

static bool is_of_form(Span pointer)
{
    static const char *const heads[] = {"/conditions", "/action", "/risk", "/combine"};

    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (span_starts(pointer, span_str(heads[i]))) return true;
    return false;
}

/* Of what is absent: does only a form have it? */
static bool is_for_forms(const JsonValue *absent, const Node *file)
{
    static const char *const ours[] = {"odx", "mode", "market"};
    Span title = file->kids[KID_FILE_HEADER]->kids[0]->text;

    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (span_eq_str(absent->text, ours[i])) return false;
    return !span_eq_str(absent->text, "name") || span_eq_str(title, "Imported form");
}

/* What a form needs is taken along, for whoever goes back to it. */
static void put_form(JsonWriter *w, const Node *file, const JsonValue *extra)
{
    const JsonValue *absent = json_member(extra, "absent"), *kept = json_member(extra, "kept"),
                    *said = json_member(extra, "said"), *groups = json_member(extra, "groups");

    json_write_key(w, SPAN(GRAPH_FORM));
    json_write_object(w);
    json_write_key(w, SPAN("absent"));
    json_write_array(w);
    if (absent && absent->kind == JSON_ARRAY)
        JSON_EACH(absent, v) if (is_for_forms(v, file)) doc_put_json(w, v);
    json_write_array_end(w);
    if (said) put_member(w, SPAN("said"), said);
    if (groups) put_member(w, SPAN("groups"), groups);
    json_write_key(w, SPAN("kept"));
    json_write_object(w);
    if (kept && kept->kind == JSON_OBJECT)
        JSON_EACH(kept, v) if (is_of_form(v->key)) put_member(w, v->key, v);
    json_write_object_end(w);
    json_write_object_end(w);
}

static bool has_form(const Node *file, const JsonValue *extra)
{
    const JsonValue *absent = json_member(extra, "absent"), *kept = json_member(extra, "kept");

    if (json_member(extra, "said") || json_member(extra, "groups")) return true;
    if (kept && kept->kind == JSON_OBJECT) JSON_EACH(kept, v) if (is_of_form(v->key)) return true;
    if (absent && absent->kind == JSON_ARRAY)
        JSON_EACH(absent, v) if (is_for_forms(v, file)) return true;
    return false;
}

static void write_root(Buf *out, const JsonValue *root, const Node *file, const JsonValue *extra)
{
    JsonWriter w;

    buf_clear(out);
    json_write_init(&w, out, false);
    json_write_object(&w);
    JSON_EACH(root, v) put_member(&w, v->key, v);
    if (has_form(file, extra)) put_form(&w, file, extra);
    json_write_object_end(&w);
}

static bool start(Restorer *r, Span json, Arena *arena)
{
    *r = (Restorer){.arena = arena, .root = json_tree_read(arena, 0, json).root};
    if (!r->root) return false;
    index_list(&r->nodes, json_member(r->root, "nodes"), false, arena);
    index_list(&r->edges, json_member(r->root, "edges"), true, arena);
    return true;
}

void graph_restore(Buf *out, const Node *file, const JsonValue *extra, Diags *diags, Arena *scratch)
{
    const JsonValue *kept = json_member(extra, "kept"), *spelled = json_member(kept, GRAPH_NODES);
    const Node *layout = graph_layout_of(file);
    Span plain = arena_span(scratch, buf_span(out));
    Restorer r;

    for (int pass = 0; pass < 2; pass++) {
        bool is_spelled = pass == 0 && json_member(spelled, "set");

        if (pass == 0 && !is_spelled) continue;
        if (!start(&r, plain, scratch)) return;
        if (is_spelled && !restore_spelling(&r, spelled)) continue;
        if (kept && kept->kind == JSON_OBJECT) JSON_EACH(kept, v)
            {
                if (v == spelled || is_of_form(v->key) || restore_one(&r, v) || !pass) continue;
                (void)diag_add(diags, ODX612, layout->place, T_KEPT_GONE, arg_text(v->key));
            }
        write_root(out, r.root, file, extra);
        if (is_spelled && !buf_is_full(out) && is_said_by(buf_span(out), file, scratch)) return;
    }
}
