/* graph_restore.c — puts back what graph_keep.c kept: foreign keys, other spellings.
 *
 * In: the document of a plan and the `extra` of its layout, which anybody may have written.  Promise: what is
 * kept comes back where its node is there; other spellings come back as long as the document, read again,
 * says what the text says; n log n in both. */
#include "compiler/views/graph_keep.h"
#include "vm/base/num.h"

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

/* ---- places in the document ------------------------------------------------------------------- */

enum { FEW = 16 };

/* Members of a large object by key, items of a large list by number. */
typedef struct Family {
    Map by_key;
    MapNum by_index;
} Family;

typedef struct Restorer {
    Arena *arena;
    JsonValue *root, *node_list, *edge_list;
    Map nodes, edges;
    MapNum families; /* by address, for looking up only */
} Restorer;

static JsonValue *writable(const JsonValue *v)
{
    return (JsonValue *)(uintptr_t)v;
}

static Family *known_family(const Restorer *r, const JsonValue *v)
{
    return mapnum_get_ptr(&r->families, (uint64_t)(uintptr_t)v);
}

static Family *family_of(Restorer *r, const JsonValue *v)
{
    Family *f = known_family(r, v);

    if (f || v->count <= FEW) return f;
    f = arena_new(r->arena, Family);
    if (arena_is_full(r->arena)) return NULL;
    map_init(&f->by_key, r->arena);
    mapnum_init(&f->by_index, r->arena);
    JSON_EACH(v, item)
    {
        if (v->kind == JSON_OBJECT)
            map_put_ptr(&f->by_key, item->key, writable(item));
        else
            mapnum_put_ptr(&f->by_index, item->index, writable(item));
    }
    mapnum_put_ptr(&r->families, (uint64_t)(uintptr_t)v, f);
    return f;
}

static JsonValue *item_at(const Family *f, const JsonValue *v, Span step)
{
    double number;

    if (!num_parse(step, &number) || !(number >= 0 && number < v->count)) return NULL;
    if (number != (double)(uint32_t)number) return NULL;
    if (f) return mapnum_get_ptr(&f->by_index, (uint32_t)number);
    JSON_EACH(v, item)
    if (item->index == (uint32_t)number) return writable(item);
    return NULL;
}

static JsonValue *child_of(Restorer *r, const JsonValue *v, Span step)
{
    const Family *f = family_of(r, v);

    if (v->kind == JSON_ARRAY) return item_at(f, v, step);
    if (v->kind != JSON_OBJECT) return NULL;
    return f ? map_get_ptr(&f->by_key, step) : writable(keep_member(v, step));
}

static JsonValue *find_in(Restorer *r, const JsonValue *parent, Span step)
{
    if (parent == r->node_list) return map_get_ptr(&r->nodes, step);
    if (parent == r->edge_list) return map_get_ptr(&r->edges, step);
    return child_of(r, parent, step);
}

/* The value that holds what the pointer names, and its last step; NULL when it is gone. */
static JsonValue *find_parent(Restorer *r, Span pointer, Span *ret_step)
{
    JsonValue *at = r->root;
    Span step;

    if (!span_cut(&pointer, '/', &step) || step.len) return NULL;
    while (at && span_cut(&pointer, '/', &step)) {
        *ret_step = json_pointer_key(r->arena, step);
        if (!pointer.len) return at;
        at = find_in(r, at, *ret_step);
    }
    return NULL;
}

/* ---- changes ---------------------------------------------------------------------------------- */

static void set_value(Restorer *r, JsonValue *parent, JsonValue *old, Span step, const JsonValue *v)
{
    JsonValue *made = old ? old : arena_new(r->arena, JsonValue);
    JsonValue *next = old ? old->next : NULL;
    uint32_t index = old ? old->index : parent->count;
    Family *f = known_family(r, parent);

    if (arena_is_full(r->arena)) return;
    *made = *v;
    made->parent = parent;
    made->key = parent->kind == JSON_OBJECT ? step : (Span){0};
    made->next = next;
    made->index = index;
    if (old) return;
    if (f && parent->kind == JSON_OBJECT) map_put_ptr(&f->by_key, step, made);
    if (parent->last)
        parent->last->next = made;
    else
        parent->first = made;
    parent->last = made;
    parent->count++;
}

static bool restore_one(Restorer *r, const JsonValue *v)
{
    Span step;
    JsonValue *parent = find_parent(r, v->key, &step);

    if (!parent || (parent->kind != JSON_OBJECT && parent->kind != JSON_ARRAY)) return false;
    if (!doc_is_foreign(step) && !keep_is_flow(step)) return false; /* a layout may say anything */
    if (parent->kind != JSON_OBJECT || child_of(r, parent, step)) return false;
    set_value(r, parent, NULL, step, v);
    return true;
}

/* Takes out what is marked, of all its members at once. */
static void sweep(Restorer *r, JsonValue *parent)
{
    JsonValue *next = parent->first;
    Family *f = known_family(r, parent);

    parent->first = parent->last = NULL;
    parent->count = 0;
    for (JsonValue *v = next; v; v = next) {
        next = v->next;
        v->next = NULL;
        if (v->is_removed) {
            if (f && parent->kind == JSON_OBJECT) map_remove(&f->by_key, v->key);
            continue;
        }
        if (parent->last)
            parent->last->next = v;
        else
            parent->first = v;
        parent->last = v;
        parent->count++;
    }
    parent->has_removed = false;
}

static bool drop_all(Restorer *r, const JsonValue *drop)
{
    VEC(JsonValue *) parents = {0};

    JSON_EACH(drop, v)
    {
        Span step;
        JsonValue *parent = v->kind == JSON_STRING ? find_parent(r, v->text, &step) : NULL;
        JsonValue *old = parent ? find_in(r, parent, step) : NULL;

        if (!old) return false;
        if (!parent->has_removed && !vec_push(r->arena, &parents, parent)) return false;
        parent->has_removed = true;
        old->is_removed = true;
    }
    for (size_t i = 0; i < parents.count; i++)
        sweep(r, parents.items[i]);
    return true;
}

static bool restore_spelling(Restorer *r, const JsonValue *spelled)
{
    const JsonValue *set = json_member(spelled, "set"), *drop = json_member(spelled, "drop");

    if (!set || set->kind != JSON_OBJECT || !drop || drop->kind != JSON_ARRAY) return false;
    if (!drop_all(r, drop)) return false;
    JSON_EACH(set, v)
    {
        Span step;
        JsonValue *parent = find_parent(r, v->key, &step);
        JsonValue *old = parent ? find_in(r, parent, step) : NULL;

        if (!parent || (old && old->is_removed)) return false;
        set_value(r, parent, old, step, v);
    }
    return true;
}

/* ---- does it still say the same? -------------------------------------------------------------- */

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
    read = document_read(&parse, 0, false);
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
    if (said) keep_put(w, SPAN("said"), said);
    if (groups) keep_put(w, SPAN("groups"), groups);
    json_write_key(w, SPAN("kept"));
    json_write_object(w);
    if (kept && kept->kind == JSON_OBJECT)
        JSON_EACH(kept, v) if (is_of_form(v->key)) keep_put(w, v->key, v);
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
    JSON_EACH(root, v) keep_put(&w, v->key, v);
    if (has_form(file, extra)) put_form(&w, file, extra);
    json_write_object_end(&w);
}

static bool start(Restorer *r, Span json, Arena *arena)
{
    *r = (Restorer){.arena = arena, .root = json_tree_read(arena, 0, json).root};
    if (!r->root) return false;
    mapnum_init(&r->families, arena);
    r->node_list = writable(json_member(r->root, "nodes"));
    r->edge_list = writable(json_member(r->root, "edges"));
    keep_index(&r->nodes, r->node_list, false, arena);
    keep_index(&r->edges, r->edge_list, true, arena);
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
