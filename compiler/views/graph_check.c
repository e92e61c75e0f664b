/* graph_check.c — what can be wrong with a graph as a graph: strays, loops, inputs. */
#include "compiler/views/graph_private.h"

#include "vm/base/bug.h"

const GraphTypeInfo graph_types[GRAPH_TYPES] = {
#define NODE_JSON(TYPE, name, least, most, handles, keys) {name, least, most, handles, keys},
#include "compiler/views/nodes_json.def"
#undef NODE_JSON
};

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

static void report_stray(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Diag *d = doc_diag(doc, ODX603, n->json, n->id_at->place, T_GRAPH_STRAY, arg_text(n->id));

    diag_label(d, T_GRAPH_COMPUTED, arg_text(describe(g, n)));
    diag_fact(d, T_GRAPH_STRAY_AT, arg_text(json_pointer(doc->arena, n->json)));
    diag_fact(d, T_GRAPH_STRAY_TEXT);
    diag_fix(d, FIX_SUGGESTED, T_GRAPH_STRAY_FIX);
    diag_fix_note(d, T_GRAPH_STRAY_NOTE);
    diags_spoil(doc->diags, n->id_at->place);
}

void graph_mark_used(Graph *g)
{
    VEC(uint32_t) open = {0};

    for (uint32_t i = 0; i < g->nodes.count; i++) {
        g->nodes.items[i].is_used = graph_is_sink(g->nodes.items[i].type);
        if (g->nodes.items[i].is_used) vec_push(g->doc->arena, &open, i);
    }
    while (open.count) {
        const GraphNode *n = &g->nodes.items[vec_pop(&open)];

        for (const GraphEdge *e = n->in; e; e = e->next_in) {
            GraphNode *from = &g->nodes.items[e->from];

            if (!from->is_used && !vec_push(g->doc->arena, &open, e->from)) return;
            from->is_used = true;
        }
    }
    for (uint32_t i = 0; i < g->nodes.count; i++)
        if (!g->nodes.items[i].is_used) report_stray(g, &g->nodes.items[i]);
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
    return g->nodes.items[e->to].type == GRAPH_PREV;
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

/* Edges of a shortest way from the node back to itself inside its component, last edge first;
 * 0 when there is none below `limit`.  `via` and `queue` are scratch. */
static uint32_t find_loop(const Tarjan *t, uint32_t start, uint32_t limit, const GraphEdge **via,
                          uint32_t *queue, const GraphEdge **ret)
{
    const Graph *g = t->g;
    uint32_t head = 0, tail = 0, count = 0;

    for (uint32_t i = 0; i < g->nodes.count; i++)
        via[i] = NULL;
    queue[tail++] = start;
    while (head < tail && !via[start]) {
        uint32_t n = queue[head++];

        for (const GraphEdge *e = g->nodes.items[n].in; e; e = e->next_in) {
            if (is_delay(g, e) || t->component[e->from] != t->component[start] || via[e->from])
                continue;
            via[e->from] = e;
            if (e->from != start) queue[tail++] = e->from;
        }
    }
    if (!via[start]) return 0;
    for (uint32_t n = start; count < limit;) {
        ret[count++] = via[n];
        n = via[n]->to;
        if (n == start) return count;
    }
    return 0;
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

/* The shortest loop of each component; ties go to the node that stands first. */
static bool report_components(const Tarjan *t)
{
    Graph *g = t->g;
    uint32_t n = (uint32_t)g->nodes.count;
    const GraphEdge **via = arena_array(g->doc->arena, const GraphEdge *, n);
    const GraphEdge **now = arena_array(g->doc->arena, const GraphEdge *, n);
    const GraphEdge **best = arena_array(g->doc->arena, const GraphEdge *, n);
    uint32_t *queue = arena_array(g->doc->arena, uint32_t, n + 1);
    bool *is_done = arena_array(g->doc->arena, bool, n + 1);
    bool has_any = false;

    if (arena_is_full(g->doc->arena)) return true;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = 0, limit = n;

        if (is_done[t->component[i]]) continue;
        is_done[t->component[i]] = true;
        for (uint32_t k = i; k < n; k++) {
            uint32_t found;

            if (t->component[k] != t->component[i]) continue;
            found = find_loop(t, k, limit, via, queue, now);
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

/* Position of the handle among those of the type, or -1. */
static int handle_index(GraphType type, Span handle)
{
    Span all = span_str(graph_types[type].handles), h;

    for (int i = 0; span_cut(&all, ' ', &h); i++)
        if (span_is(h, handle)) return i;
    return -1;
}

static const GraphEdge *named_input(const GraphNode *n, uint32_t i)
{
    for (const GraphEdge *e = n->in; e; e = e->next_in)
        if (e->handle.len && handle_index(n->type, e->handle) == (int)i) return e;
    return NULL;
}

/* Edges without a handle take the inputs that are left, in order of the file. */
const GraphEdge *graph_input(const GraphNode *n, uint32_t i)
{
    const GraphEdge *named = named_input(n, i);
    uint32_t next = 0;

    if (named) return named;
    for (const GraphEdge *e = n->in; e; e = e->next_in) {
        if (e->handle.len && handle_index(n->type, e->handle) >= 0) continue;
        while (named_input(n, next))
            next++;
        if (next++ == i) return e;
    }
    return NULL;
}

static bool has_same_handle(const GraphNode *n, const GraphEdge *e)
{
    for (const GraphEdge *o = n->in; o != e; o = o->next_in)
        if (e->handle.len && span_is(o->handle, e->handle)) return true;
    return false;
}

static bool check_handles(Graph *g, const GraphNode *n)
{
    bool is_sound = true;

    for (const GraphEdge *e = n->in; e && n->type != GRAPH_LOGIC; e = e->next_in) {
        bool is_known = !e->handle.len || handle_index(n->type, e->handle) >= 0;

        if (is_known && !has_same_handle(n, e)) continue;
        is_sound = false;
        doc_diag(g->doc, ODX606, n->json, e->source_at->place,
                 is_known ? T_GRAPH_SAME_INPUT : T_GRAPH_NO_HANDLE, arg_text(n->id),
                 arg_text(e->handle));
    }
    return is_sound;
}

static void report_count(Graph *g, const GraphNode *n, uint32_t least, uint32_t most)
{
    Buf b;

    buf_init(&b, g->doc->arena, 64);
    if (least == most)
        buf_fmt(&b, "%d input%s", (int)least, least == 1 ? "" : "s");
    else
        buf_fmt(&b, "%d inputs or more", (int)least);
    doc_diag(g->doc, ODX606, n->json, n->id_at->place, T_GRAPH_INPUTS, arg_text(n->id),
             arg_text(buf_span(&b)), arg_int(n->in_count));
}

bool graph_check_inputs(Graph *g, const GraphNode *n)
{
    const JsonValue *op = json_member(n->data, "operator");
    uint32_t least = graph_types[n->type].least, most = graph_types[n->type].most;

    if (n->type == GRAPH_COMPARATOR) least = most = json_member(n->data, "value") ? 1 : 2;
    if (n->type == GRAPH_INDICATOR) least = most = json_member(n->data, "field") ? 0 : 1;
    if (n->type == GRAPH_LOGIC && op && span_eq_str(op->text, "NOT")) most = 1;
    if (!check_handles(g, n)) return false;
    if (n->type == GRAPH_ACTION && !n->in_count) {
        Diag *d = doc_diag(g->doc, ODX608, n->json, n->id_at->place, T_GRAPH_NO_CONDITION,
                           arg_text(n->id));

        diag_fact(d, T_JSON_NEVER_MEANT);
        return false;
    }
    if (n->in_count >= least && n->in_count <= most) return true;
    report_count(g, n, least, most);
    return false;
}
