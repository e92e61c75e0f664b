/* graph_check.c — what can be wrong with a graph as a graph: strays, loops, inputs. */
#include "compiler/views/graph_private.h"

#include "vm/base/bug.h"

const GraphTypeInfo graph_types[GRAPH_TYPES] = {
#define NODE_JSON(TYPE, name, class, handles, keys, says) \
    {name, GRAPH_CLASS_##class, handles, keys},
#include "compiler/views/nodes_json.def"
#undef NODE_JSON
};

typedef VEC(uint32_t) NodeList;

/* ---- strays ----------------------------------------------------------------------------------- */

/* What a person calls the node: EMA(20, mid_up). */
static Span describe(const Graph *g, const GraphNode *n)
{
    const JsonValue *fn = json_member(n->data, "fn"), *field = json_member(n->data, "field"),
                    *period = json_member(n->data, "period");
    Buf b;

    buf_init(&b, g->doc->arena, 4096);
    if (n->type == GRAPH_INDICATOR && fn && fn->kind == JSON_STRING) {
        buf_fmt(&b, "%S(", fn->text);
        if (period) buf_span_put(&b, period->text);
        if (period && field) buf_str(&b, ", ");
        if (field) buf_span_put(&b, field->text);
        buf_char(&b, ')');
    } else if (field && field->kind == JSON_STRING) {
        buf_span_put(&b, field->text);
    } else {
        buf_fmt(&b, "this %s", graph_types[n->type].name);
    }
    return buf_span(&b);
}

static Diag *report_stray(Graph *g, GraphNode *n)
{
    Doc *doc = g->doc;
    Diag *d = doc_diag(doc, ODX603, n->json, n->id_at->place, T_GRAPH_STRAY, arg_text(n->id));

    diag_label(d, T_GRAPH_COMPUTED, arg_text(describe(g, n)));
    diag_fact(d, T_GRAPH_STRAY_AT, arg_text(json_pointer(doc->arena, n->json)));
    diag_fact(d, T_GRAPH_STRAY_TEXT);
    diag_fix(d, FIX_SUGGESTED, T_GRAPH_STRAY_FIX);
    diag_fix_note(d, T_GRAPH_STRAY_NOTE);

    diags_idle(doc->diags, n->id_at->place);
    n->is_told = true;
    return d;
}

/* What only a stray reads is painted with it. */
static void paint(Graph *g, Diag *d, const GraphNode *n, NodeList *open)
{
    vec_clear(open);
    for (;;) {
        for (const GraphEdge *e = n->in; e; e = e->next_in) {
            GraphNode *from = &g->nodes.items[e->from];

            if (from->is_used || from->is_told) continue;
            from->is_told = true;
            diags_idle(g->doc->diags, from->id_at->place);
            diag_graph_node(d, from->id);
            vec_push(g->doc->arena, open, e->from);
        }
        if (!open->count) return;
        n = &g->nodes.items[vec_pop(open)];
    }
}

/* The ends of what leads nowhere, then loops that lead nowhere. */
static void report_strays(Graph *g, NodeList *open)
{
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < g->nodes.count; i++) {
            GraphNode *n = &g->nodes.items[i];

            if (n->is_used || n->is_told || (pass == 0 && n->out_count)) continue;
            paint(g, report_stray(g, n), n, open);
        }
}

static void mark(Graph *g, uint32_t node, NodeList *open)
{
    GraphNode *n = &g->nodes.items[node];

    if (!n->is_used && vec_push(g->doc->arena, open, node)) n->is_used = true;
}

/* Names in a text: of a definition, a test, an event. */
static void mark_words(Graph *g, Span text, NodeList *open)
{
    size_t at = 0;

    while (at < text.len) {
        size_t end = at;
        uint64_t node;

        while (end < text.len &&
               ((text.ptr[end] >= 'a' && text.ptr[end] <= 'z') || text.ptr[end] == '_' ||
                (end > at && text.ptr[end] >= '0' && text.ptr[end] <= '9')))
            end++;
        node = end > at ? map_get(&g->taken, span_sub(text, at, end - at), GRAPH_NONE) : GRAPH_NONE;
        if (node != GRAPH_NONE) mark(g, (uint32_t)node, open);
        at = end > at ? end : at + 1;
    }
}

static void mark_texts(Graph *g, const JsonValue *v, NodeList *open)
{
    if (v->kind == JSON_STRING && !span_eq_str(v->key, "name")) mark_words(g, v->text, open);
    JSON_EACH(v, item) mark_texts(g, item, open);
}

void graph_mark_used(Graph *g)
{
    NodeList open = {0};

    for (uint32_t i = 0; i < g->nodes.count; i++) {
        GraphNode *n = &g->nodes.items[i];

        if (graph_class(n) != GRAPH_CLASS_VALUE || n->owner) mark(g, i, &open);
        if (n->data != n->json && map_count(&g->taken)) mark_texts(g, n->data, &open);
    }
    while (open.count) {
        const GraphNode *n = &g->nodes.items[vec_pop(&open)];

        for (const GraphEdge *e = n->in; e; e = e->next_in)
            mark(g, e->from, &open);
    }
    report_strays(g, &open);
}

/* ---- loops ------------------------------------------------------------------------------------ */

typedef struct Tarjan {
    Graph *g;
    uint32_t *order, *low, *component; /* order 0: not seen; component 0: none yet */
    const GraphEdge **at;              /* the next edge to look at */
    uint32_t *stack, *path;            /* nodes without a component; nodes being visited */
    uint32_t stack_count, path_count, seen, components;
} Tarjan;

/* Past values wait for nobody. */
static bool is_delay(const Graph *g, const GraphEdge *e)
{
    GraphType type = g->nodes.items[e->to].type;

    return type == GRAPH_PREV || type == GRAPH_STATE;
}

static void enter(Tarjan *t, uint32_t n)
{
    t->order[n] = t->low[n] = ++t->seen;
    t->at[n] = t->g->nodes.items[n].in;
    t->stack[t->stack_count++] = n;
    t->path[t->path_count++] = n;
}

static void leave(Tarjan *t, uint32_t n)
{
    t->path_count--;
    if (t->path_count) {
        uint32_t parent = t->path[t->path_count - 1];

        if (t->low[n] < t->low[parent]) t->low[parent] = t->low[n];
    }
    if (t->low[n] != t->order[n]) return;
    t->components++;
    for (uint32_t m = n + 1; m != n;) {
        m = t->stack[--t->stack_count];
        t->component[m] = t->components;
    }
}

static void visit(Tarjan *t, uint32_t start)
{
    enter(t, start);
    while (t->path_count) {
        uint32_t n = t->path[t->path_count - 1];
        const GraphEdge *e = t->at[n];

        if (!e) {
            leave(t, n);
            continue;
        }
        t->at[n] = e->next_in;
        if (is_delay(t->g, e)) continue;
        if (!t->order[e->from])
            enter(t, e->from);
        else if (!t->component[e->from] && t->order[e->from] < t->low[n])
            t->low[n] = t->order[e->from];
    }
}

typedef struct LoopSearch { /* scratch of find_loop */
    const GraphEdge **via;
    uint32_t *queue;
    uint64_t steps; /* so far, over all nodes */
} LoopSearch;

/* Edges of a shortest way from the node back to itself inside its component, last edge first;
 * 0 when there is none below `limit`. */
static uint32_t find_loop(const Tarjan *t, uint32_t start, uint32_t limit, LoopSearch *s,
                          const GraphEdge **ret)
{
    const Graph *g = t->g;
    const GraphEdge **via = s->via;
    uint32_t *queue = s->queue, head = 0, tail = 0, count = 0;

    queue[tail++] = start;
    while (head < tail && !via[start]) {
        uint32_t n = queue[head++];

        s->steps += g->nodes.items[n].in_count + 1;
        for (const GraphEdge *e = g->nodes.items[n].in; e; e = e->next_in) {
            if (is_delay(g, e) || t->component[e->from] != t->component[start] || via[e->from])
                continue;
            via[e->from] = e;
            if (e->from != start) queue[tail++] = e->from;
        }
    }
    for (uint32_t n = start; via[start] && count < limit;) {
        ret[count++] = via[n];
        n = via[n]->to;
        if (n == start) break;
    }
    if (count && ret[count - 1]->to != start) count = 0; /* longer than the limit */
    for (uint32_t i = 0; i < tail; i++)
        via[queue[i]] = NULL;
    return count;
}

static void report_loop(Graph *g, const GraphEdge *const *loop, uint32_t count)
{
    static const char *const words[] = {"no",  "one",   "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine",  "ten"};
    Doc *doc = g->doc;
    const GraphEdge *last = loop[count - 1];
    Diag *d;
    Buf b;

    buf_init(&b, doc->arena, JSON_SIZE_MAX);
    for (uint32_t i = 0; i < count; i++)
        buf_fmt(&b, "%S -> ", g->nodes.items[loop[i]->from].id);
    buf_span_put(&b, g->nodes.items[last->to].id);
    d = diag_add(doc->diags, ODX604, last->source_at->place, T_GRAPH_CYCLE, arg_text(buf_span(&b)));
    diag_graph(d, json_pointer(doc->arena, last->json));
    diag_label(d, T_GRAPH_CLOSES);
    for (uint32_t i = 0; i < count; i++) {
        const JsonValue *id = json_member(loop[i]->json, "id");

        if (i + 1 < count) diag_mark(d, loop[i]->source_at->place, T_NONE);
        diag_graph_node(d, g->nodes.items[loop[i]->from].id);
        diag_graph_edge(d, id && id->kind == JSON_STRING ? id->text
                                                         : json_pointer(doc->arena, loop[i]->json));
    }
    diag_fact(d, T_GRAPH_CYCLE_AT, arg_text(json_pointer(doc->arena, last->json)));
    buf_clear(&b);
    if (count <= 10)
        buf_str(&b, words[count]);
    else
        buf_uint(&b, count);
    if (count == 1)
        diag_help(d, T_GRAPH_CYCLE_SELF);
    else
        diag_help(d, T_GRAPH_CYCLE_FIX, arg_text(buf_span(&b)));
}

/* The shortest loop of each component; ties go to the node that stands first.  That takes nodes times edges,
 * so that of a drawing far beyond what anybody draws it is a short one: no node is tried behind MOST. */
static bool report_components(const Tarjan *t)
{
    enum { MOST = 4000000 };
    Graph *g = t->g;
    uint32_t n = (uint32_t)g->nodes.count;
    LoopSearch s = {.via = arena_array(g->doc->arena, const GraphEdge *, n)};
    const GraphEdge **now = arena_array(g->doc->arena, const GraphEdge *, n);
    const GraphEdge **best = arena_array(g->doc->arena, const GraphEdge *, n);
    bool *is_done = arena_array(g->doc->arena, bool, n + 1);
    bool has_any = false;

    s.queue = arena_array(g->doc->arena, uint32_t, n + 1);
    if (arena_is_full(g->doc->arena)) return true;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = 0, limit = n;

        if (is_done[t->component[i]]) continue;
        is_done[t->component[i]] = true;
        for (uint32_t k = i; k < n; k++) {
            uint32_t found;

            if (t->component[k] != t->component[i]) continue;
            if (count && s.steps > MOST) break;
            found = find_loop(t, k, limit, &s, now);
            if (!found || (count && found >= count)) continue;
            count = found;
            limit = found;
            memcpy(best, now, count * sizeof(const GraphEdge *));
            if (count == 1) break;
        }
        if (count) report_loop(g, best, count);
        has_any = has_any || count;
    }
    return has_any;
}

bool graph_report_cycles(Graph *g)
{
    Arena *a = g->doc->arena;
    size_t n = g->nodes.count;
    Tarjan t = {.g = g};

    t.order = arena_array(a, uint32_t, n + 1);
    t.low = arena_array(a, uint32_t, n + 1);
    t.component = arena_array(a, uint32_t, n + 1);
    t.stack = arena_array(a, uint32_t, n + 1);
    t.path = arena_array(a, uint32_t, n + 1);
    t.at = arena_array(a, const GraphEdge *, n + 1);
    if (arena_is_full(a)) return true;
    for (uint32_t i = 0; i < n; i++)
        if (!t.order[i]) visit(&t, i);
    return t.components && report_components(&t);
}

/* ---- inputs ----------------------------------------------------------------------------------- */

typedef VEC(GraphInput) InputList;

static void add_input(Graph *g, InputList *list, Span handle, bool is_optional,
                      const JsonValue *literal)
{
    vec_push(g->doc->arena, list, (GraphInput){handle, NULL, literal, is_optional});
}

static void add_numbered(Graph *g, InputList *list, const char *head, uint32_t number,
                         bool is_optional, const JsonValue *literal)
{
    Buf b;

    buf_init(&b, g->doc->arena, 32);
    buf_fmt(&b, "%s%d", head, (int)number);
    add_input(g, list, buf_span(&b), is_optional, literal);
}

/* Of a list in the data: null is an input. */
static void add_nulls(Graph *g, InputList *list, const JsonValue *values)
{
    JSON_EACH(values, v)
    if (v->kind == JSON_NULL) add_numbered(g, list, "", v->index + 1, false, NULL);
}

/* The lines of a quote, the limits of a `risk`. */
static void add_lines(Graph *g, InputList *list, const JsonValue *lines, DocKeys handles,
                      bool is_optional)
{
    if (!lines || lines->kind != JSON_ARRAY) return;
    JSON_EACH(lines, v)
    for (size_t i = 0; handles[i]; i++)
        add_numbered(g, list, handles[i], v->index + 1, is_optional, json_member(v, handles[i]));
}

static void add_comparator(Graph *g, InputList *list, const GraphNode *n)
{
    const JsonValue *value = json_member(n->data, "value");

    add_input(g, list, SPAN("a"), false, json_member(n->data, "a"));
    if (!value) add_input(g, list, SPAN("b"), false, json_member(n->data, "b"));
    if (value && value->kind == JSON_ARRAY) add_nulls(g, list, value);
}

static void add_fixed(Graph *g, InputList *list, const GraphNode *n)
{
    Span rest = span_str(graph_types[n->type].handles), handle;

    while (span_cut(&rest, ' ', &handle)) {
        bool is_optional = span_ends(handle, SPAN("?"));
        const JsonValue *literal = NULL;

        if (is_optional) handle.len--;
        JSON_EACH(n->data, v)
        if (n->data != n->json && span_is(v->key, handle)) literal = v;
        add_input(g, list, handle, is_optional, literal);
    }
}

static void list_inputs(Graph *g, const GraphNode *n, InputList *list)
{
    static DocKeys sides = {"price", "size", "by", NULL}, limits = {"value", NULL};
    const JsonValue *field = json_member(n->data, "field"), *args = json_member(n->data, "args");

    switch (n->type) {
    case GRAPH_LOGIC:
        for (uint32_t i = 0; i < n->in_count; i++)
            add_input(g, list, i < 26 ? span_of(&"abcdefghijklmnopqrstuvwxyz"[i], 1) : SPAN("?"),
                      i > 0, NULL);
        if (!n->in_count) add_input(g, list, SPAN("a"), false, NULL);
        break;
    case GRAPH_FN:
        if (args && args->kind == JSON_ARRAY) add_nulls(g, list, args);
        for (uint32_t i = 0; i < n->in_count && !args; i++)
            add_numbered(g, list, "", i + 1, false, NULL);
        break;
    case GRAPH_COMPARATOR:
        add_comparator(g, list, n);
        break;
    case GRAPH_QUOTE:
        add_lines(g, list, json_member(n->data, "sides"), sides, true);
        break;
    case GRAPH_RISK:
        add_lines(g, list, json_member(n->data, "items"), limits, true);
        break;
    case GRAPH_INDICATOR:
        if (!field) add_input(g, list, SPAN("a"), false, NULL);
        add_input(g, list, SPAN("period"), true, json_member(n->data, "period"));
        break;
    default:
        add_fixed(g, list, n);
        break;
    }
}

enum { FEW_INPUTS = 16 };

/* Of inputs with one name the first counts. */
static void index_inputs(Arena *arena, GraphNode *n)
{
    if (n->input_count <= FEW_INPUTS) return;
    n->by_handle = arena_new(arena, Map);
    if (arena_is_full(arena)) {
        n->by_handle = NULL;
        return;
    }
    map_init(n->by_handle, arena);
    for (uint32_t i = 0; i < n->input_count; i++)
        if (!map_find(n->by_handle, n->inputs[i].handle))
            map_put_ptr(n->by_handle, n->inputs[i].handle, &n->inputs[i]);
}

static GraphInput *find_input(const GraphNode *n, Span handle)
{
    if (n->by_handle) return map_get_ptr(n->by_handle, handle);
    for (uint32_t i = 0; i < n->input_count; i++)
        if (span_is(n->inputs[i].handle, handle)) return &n->inputs[i];
    return NULL;
}

const GraphInput *graph_input(const GraphNode *n, Span handle)
{
    return find_input(n, handle);
}

static bool report_edge(Graph *g, const GraphNode *n, const GraphEdge *e, TextId text)
{
    doc_diag(g->doc, ODX606, n->json, e->source_at->place, text, arg_text(n->id),
             arg_text(e->handle));
    return false;
}

static bool take_named(Graph *g, GraphNode *n)
{
    bool is_sound = true;

    for (const GraphEdge *e = n->in; e; e = e->next_in) {
        GraphInput *in = e->handle.len && !e->is_member ? find_input(n, e->handle) : NULL;

        if (e->is_member || !e->handle.len || (!in && n->type == GRAPH_LOGIC)) continue;
        if (!in)
            is_sound = report_edge(g, n, e, T_GRAPH_NO_HANDLE);
        else if (in->edge || in->literal)
            is_sound = report_edge(g, n, e, T_GRAPH_SAME_INPUT);
        else
            in->edge = e;
    }
    return is_sound;
}

/* May an edge without a handle be meant? Size, price and the like are always named. */
static bool is_open(const GraphInput *in)
{
    bool is_main = !in->is_optional || span_eq_str(in->handle, "if") || in->handle.len == 1;

    return is_main && !in->edge && !in->literal;
}

/* Edges without a handle take what is left; true when there are none too many. */
static bool take_others(const GraphNode *n)
{
    uint32_t next = 0;

    for (const GraphEdge *e = n->in; e; e = e->next_in) {
        bool is_named = e->handle.len && find_input(n, e->handle);

        if (e->is_member || is_named) continue;
        while (next < n->input_count && !is_open(&n->inputs[next]))
            next++;
        if (next == n->input_count) return false;
        n->inputs[next].edge = e;
    }
    return true;
}

static bool report_count(Graph *g, const GraphNode *n)
{
    const JsonValue *op = json_member(n->data, "operator");
    uint32_t least = 0, most = 0;
    Buf b;

    for (uint32_t i = 0; i < n->input_count; i++) {
        least += !n->inputs[i].literal && !n->inputs[i].is_optional;
        most += !n->inputs[i].literal;
    }
    if (n->type == GRAPH_LOGIC) most = op && span_eq_str(op->text, "NOT") ? 1 : 99;
    buf_init(&b, g->doc->arena, 64);
    if (least == most)
        buf_fmt(&b, "%d input%s", (int)least, least == 1 ? "" : "s");
    else if (most < 99)
        buf_fmt(&b, "%d to %d inputs", (int)least, (int)most);
    else
        buf_fmt(&b, "%d inputs or more", (int)least);
    doc_diag(g->doc, ODX606, n->json, n->id_at->place, T_GRAPH_INPUTS, arg_text(n->id),
             arg_text(buf_span(&b)), arg_int(n->in_count));
    return false;
}

static bool report_unconditional(Graph *g, const GraphNode *n)
{
    Diag *d =
        doc_diag(g->doc, ODX608, n->json, n->id_at->place, T_GRAPH_NO_CONDITION, arg_text(n->id));

    diag_fact(d, T_JSON_NEVER_MEANT);
    return false;
}

static bool is_not(const GraphNode *n)
{
    const JsonValue *op = json_member(n->data, "operator");

    return n->type == GRAPH_LOGIC && op && span_eq_str(op->text, "NOT");
}

bool graph_take_inputs(Graph *g, GraphNode *n)
{
    const GraphInput *cond;
    InputList list = {0};
    bool is_whole;

    list_inputs(g, n, &list);
    n->inputs = list.items;
    n->input_count = (uint32_t)list.count;
    index_inputs(g->doc->arena, n);
    if (!take_named(g, n)) return false;
    is_whole = take_others(n) && !(is_not(n) && n->in_count > 1);
    cond = graph_class(n) == GRAPH_CLASS_ACT ? find_input(n, SPAN("if")) : NULL;
    if (graph_class(n) == GRAPH_CLASS_ACT && !n->owner &&
        (!cond || (!cond->edge && !cond->literal)))
        return report_unconditional(g, n);
    for (uint32_t i = 0; i < n->input_count; i++)
        is_whole =
            is_whole && (n->inputs[i].edge || n->inputs[i].literal || n->inputs[i].is_optional);
    if (cond && n->owner && (cond->edge || cond->literal)) is_whole = false;
    return is_whole || report_count(g, n);
}
