/* graph_keep.c — see graph_keep.h: what a graph says and its text cannot: ids, positions, foreign keys, other spellings.
 *
 * Ids and positions go to the layout's anchors, the rest to its `extra`: the document is compared with
 * the one that its own tree gives.  Promise: what is kept comes back where it was as long as its node is
 * there; other spellings come back as long as the text says the same. */
#include "compiler/views/graph_keep.h"

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

void keep_index(Map *map, const JsonValue *list, bool is_edges, Arena *arena)
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

bool keep_is_flow(Span key)
{
    static const char *const keys[] = {
        "id",     "width",    "height", "measured", "selected",  "dragging",     "style",
        "zIndex", "parentId", "label",  "animated", "markerEnd", "sourceHandle", "viewport"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (span_eq_str(key, keys[i])) return true;
    return false;
}

void keep_put(JsonWriter *w, Span pointer, const JsonValue *v)
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
    if (!is_item && (doc_is_foreign(v->key) || keep_is_flow(v->key)))
        keep_put(&k->kept.w, buf_span(&k->pointer), v);
    else
        keep_put(&k->set.w, buf_span(&k->pointer), v);
    buf_truncate(&k->pointer, len);
}

static void drop(Keeper *k, Span key)
{
    size_t len = k->pointer.len;

    push_step(k, key);
    json_write_string(&k->drop.w, buf_span(&k->pointer));
    buf_truncate(&k->pointer, len);
}

const JsonValue *keep_member(const JsonValue *object, Span key)
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
        const JsonValue *b = keep_member(made, a->key);
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
            keep_put(&k->set.w, buf_span(&k->pointer), a);
        buf_truncate(&k->pointer, len);
    }
    JSON_EACH(made, b)
    if (!is_head(b) && !span_eq_str(b->key, "market") && !keep_member(said, b->key))
        drop(k, b->key);
}

static void compare(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    if (said->kind == JSON_OBJECT)
        compare_members(k, said, made);
    else if (said->count == made->count)
        compare_items(k, said, made);
    else if (said->parent)
        keep_put(&k->set.w, buf_span(&k->pointer), said);
}

static void compare_nodes(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    const JsonValue *next = made->first;
    Map ours, theirs;

    keep_index(&ours, made, false, k->arena);
    keep_index(&theirs, said, false, k->arena);
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
            keep_put(&k->set.w, buf_span(&k->pointer), a);
        buf_truncate(&k->pointer, len);
    }
    JSON_EACH(made, b)
    if (!map_find(&theirs, json_member(b, "id")->text)) drop(k, json_member(b, "id")->text);
    buf_clear(&k->pointer);
}

typedef struct MadeEdge {
    struct MadeEdge *next, *next_exact; /* with the same ends; and the same handle */
    const JsonValue *json;
    Span key;
    bool is_taken;
} MadeEdge;

typedef struct MadeEdges {
    VEC(MadeEdge *) all;
    Map by_ends, exact;
} MadeEdges;

/* What it joins; with its handle, or without. */
static Span ends_of(Arena *arena, const JsonValue *edge, bool has_handle)
{
    const JsonValue *handle = has_handle ? json_member(edge, "targetHandle") : NULL;
    Buf b;

    buf_init(&b, arena, JSON_SIZE_MAX);
    buf_fmt(&b, "%S\n%S\n", json_member(edge, "source")->text, json_member(edge, "target")->text);
    if (handle && handle->kind == JSON_STRING) buf_span_put(&b, handle->text);
    return buf_span(&b);
}

static void list_edges(MadeEdges *list, const JsonValue *made, Arena *arena)
{
    Map by_key;
    MapIter it;

    keep_index(&by_key, made, true, arena);
    map_init(&list->by_ends, arena);
    map_init(&list->exact, arena);
    it = map_iter(&by_key);
    for (MapNode *n; (n = map_next(&it));) {
        MadeEdge *m = arena_new(arena, MadeEdge);

        if (arena_is_full(arena)) return;
        m->json = n->ptr;
        m->key = n->key;
        vec_push(arena, &list->all, m);
    }
    for (size_t i = list->all.count; i > 0; i--) {
        MadeEdge *m = list->all.items[i - 1];
        Span ends = ends_of(arena, m->json, false), exact = ends_of(arena, m->json, true);

        m->next = map_get_ptr(&list->by_ends, ends);
        map_put_ptr(&list->by_ends, ends, m);
        m->next_exact = map_get_ptr(&list->exact, exact);
        map_put_ptr(&list->exact, exact, m);
    }
}

/* The made edge that is the same one: by its handle, else by the order of both. */
static MadeEdge *take_edge(MadeEdges *list, const JsonValue *edge, Arena *arena)
{
    MapNode *exact = map_find(&list->exact, ends_of(arena, edge, true));
    MapNode *ends = map_find(&list->by_ends, ends_of(arena, edge, false));
    MadeEdge *m = exact ? exact->ptr : NULL;

    while (m && m->is_taken)
        m = m->next_exact;
    if (exact) exact->ptr = m;
    if (m) {
        m->is_taken = true;
        return m;
    }
    m = ends ? ends->ptr : NULL;
    while (m && m->is_taken)
        m = m->next;
    if (ends) ends->ptr = m;
    if (m) m->is_taken = true;
    return m;
}

static void compare_edges(Keeper *k, const JsonValue *said, const JsonValue *made)
{
    MadeEdges list = {0};

    list_edges(&list, made, k->arena);
    buf_str(&k->pointer, "/edges");
    JSON_EACH(said, a)
    {
        MadeEdge *m = take_edge(&list, a, k->arena);
        size_t len = k->pointer.len;

        if (m) {
            push_step(k, m->key);
            compare_members(k, a, m->json);
        } else {
            buf_fmt(&k->pointer, "/#%d", (int)a->index);
            keep_put(&k->set.w, buf_span(&k->pointer), a);
        }
        buf_truncate(&k->pointer, len);
    }
    for (size_t i = 0; i < list.all.count; i++)
        if (!list.all.items[i]->is_taken) drop(k, list.all.items[i]->key);
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
        Node *anchor = map_get_ptr(&a->by_path, p->path);
        const JsonValue *v;

        if (!n || !n->has_position || (n->x == p->x && n->y == p->y)) continue;
        v = json_member(n->json, "position");
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
    if (kept && kept->kind == JSON_OBJECT) JSON_EACH(kept, v) keep_put(&k->kept.w, v->key, v);
    json_write_object_end(&k->kept.w);
    buf_init(&b, doc->arena, 4 * JSON_SIZE_MAX);
    json_write_init(&w, &b, false);
    json_write_object(&w);
    put_absent(&w, doc, form);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (json_member(form, others[i]))
            keep_put(&w, span_str(others[i]), json_member(form, others[i]));
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

/* Is all that is kept that the layout was empty?  Then an empty one says it. */
static bool is_empty_kept(Span extra)
{
    return span_eq_str(extra, "{\"kept\":{\"/" GRAPH_EMPTY "\":true}}");
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

    if (!doc->has_layout || arena_is_full(doc->arena)) return file;
    if (diags_has_errors(doc->diags)) return file; /* a draft */
    map_init(&a.by_path, doc->arena);
    add_ids(&a, file);
    if (!graph_plan(&plan, file, layout_of(&a), doc->arena)) return file;
    add_positions(&a, &plan);
    with_layout = *items;
    add_layout(&a, &with_layout);
    extra = compare_documents(doc, make_file(doc, header, &with_layout), &plan);
    if (is_empty_kept(extra) && with_layout.count == items->count) {
        vec_push(doc->arena, &with_layout, layout_of(&a));
        return make_file(doc, header, &with_layout);
    }
    if (extra.len) vec_push(doc->arena, &a.list, GROW(EXTRA, at, tree_string(doc, extra, at)));
    with_layout = *items;
    return add_layout(&a, &with_layout) ? make_file(doc, header, &with_layout) : file;
}
