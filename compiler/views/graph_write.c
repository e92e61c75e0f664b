/* graph_write.c — see graph_write.h: the plan of a tree as a document. */
#include "compiler/views/graph_write.h"

#include "compiler/views/graph_plan.h"

typedef struct GraphWriter {
    JsonWriter w;
    Arena *scratch;
    const GraphPlan *plan;
    const JsonValue *extra; /* what the layout keeps; NULL: nothing */
    bool has_positions;
} GraphWriter;

static void put_span(GraphWriter *g, const char *key, Span text)
{
    json_write_key(&g->w, span_str(key));
    json_write_string(&g->w, text);
}

/* ---- comments --------------------------------------------------------------------------------- */

static void note(GraphWriter *g, DocNotes *notes, const char *on, const Node *n)
{
    if (n && n->comments) vec_push(g->scratch, notes, (DocNote){on, n});
}

static void note_lines(GraphWriter *g, DocNotes *notes, const char *word, const Node *n,
                       uint32_t from)
{
    for (uint32_t i = from; i < n->kid_count; i++) {
        Buf b;

        if (!n->kids[i]->comments) continue;
        buf_init(&b, g->scratch, 32);
        buf_fmt(&b, "%s %d", word, (int)(i - from + 1));
        note(g, notes, buf_cstr(&b), n->kids[i]);
    }
}

static void put_notes(GraphWriter *g, const PlanNode *n)
{
    DocNotes notes = {0};

    if (n->type == GRAPH_CODE || n->to || n->wrapping)
        return; /* a code node has them in its text */
    note(g, &notes, "", n->holder);
    note(g, &notes, "", n->tree);
    for (uint32_t i = 0; i < n->tree->kid_count && !n->holder; i++)
        if (node_is(n->tree->kids[i], NODE_BLOCK)) note(g, &notes, "block", n->tree->kids[i]);
    if (n->tree->kind == NODE_RISK) note_lines(g, &notes, "limit", n->tree, 0);
    if (n->tree->kind == NODE_QUOTE) note_lines(g, &notes, "side", n->tree, KID_QUOTE_SIDES);
    doc_put_notes(&g->w, g->scratch, &notes);
}

/* ---- nodes and edges -------------------------------------------------------------------------- */

static void put_position(GraphWriter *g, const PlanNode *n)
{
    json_write_key(&g->w, SPAN("position"));
    json_write_object(&g->w);
    json_write_key(&g->w, SPAN("x"));
    json_write_number(&g->w, n->x);
    json_write_key(&g->w, SPAN("y"));
    json_write_number(&g->w, n->y);
    json_write_object_end(&g->w);
}

static void put_node(GraphWriter *g, const PlanNode *n)
{
    json_write_object(&g->w);
    put_span(g, "id", n->id);
    put_span(g, "type", span_str(graph_types[n->type].name));
    graph_put_data(&g->w, g->plan, n, g->scratch);
    if (g->has_positions) put_position(g, n);
    put_notes(g, n);
    json_write_object_end(&g->w);
}

static bool has_one_input(const GraphWriter *g, const PlanNode *n)
{
    uint32_t inputs = 0;

    for (uint32_t i = n->first_edge; i != PLAN_NONE && inputs < 2; i = g->plan->edges.items[i].next)
        inputs += !g->plan->edges.items[i].is_member;
    return inputs == 1;
}

/* A node with one input that is its first says nothing of it. */
static bool needs_handle(const PlanNode *n, const PlanEdge *edge, bool is_only)
{
    Span handles = span_str(graph_types[n->type].handles), first = {0};

    if (!edge->handle.len) return false;
    if (n->type == GRAPH_QUOTE || n->type == GRAPH_RISK) return true;
    (void)span_cut(&handles, ' ', &first);
    if (first.len && (span_ends(first, SPAN("?")) || span_ends(first, SPAN("*")))) first.len--;
    return !is_only || !span_is(first, edge->handle);
}

static void put_edges(GraphWriter *g, const PlanNode *n)
{
    bool is_only = has_one_input(g, n);

    for (uint32_t i = n->first_edge; i != PLAN_NONE; i = g->plan->edges.items[i].next) {
        const PlanEdge *e = &g->plan->edges.items[i];

        json_write_object(&g->w);
        put_span(g, "source", g->plan->nodes.items[e->from].id);
        put_span(g, "target", n->id);
        if (needs_handle(n, e, is_only)) put_span(g, "targetHandle", e->handle);
        json_write_object_end(&g->w);
    }
}

static void put_graph(GraphWriter *g)
{
    json_write_key(&g->w, SPAN("nodes"));
    json_write_array(&g->w);
    for (size_t i = 0; i < g->plan->order.count; i++)
        put_node(g, &g->plan->nodes.items[g->plan->order.items[i]]);
    json_write_array_end(&g->w);
    json_write_key(&g->w, SPAN("edges"));
    json_write_array(&g->w);
    for (size_t i = 0; i < g->plan->order.count; i++)
        put_edges(g, &g->plan->nodes.items[g->plan->order.items[i]]);
    json_write_array_end(&g->w);
}

/* ---- the document ----------------------------------------------------------------------------- */

const Node *graph_market_of(const Node *file)
{
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++)
        if (file->kids[i]->kind != NODE_USE)
            return file->kids[i]->kind == NODE_MARKET ? file->kids[i] : NULL;
    return NULL;
}

static bool is_absent(const GraphWriter *g, const char *key)
{
    const JsonValue *words = json_member(g->extra, "absent");

    if (!words || words->kind != JSON_ARRAY) return false;
    JSON_EACH(words, v)
    if (v->kind == JSON_STRING && span_eq_str(v->text, key)) return true;
    return false;
}

/* What the reader takes when the document names none. */
static bool is_default_market(const Node *m)
{
    return span_eq_str(m->name, "m") && span_eq_str(m->name2, "polymarket") && !m->flags &&
           span_eq_str(m->kids[KID_MARKET_SELECTOR]->text, "btc-updown-15m") &&
           !m->kids[KID_MARKET_STALE];
}

static void put_market(GraphWriter *g, const Node *market)
{
    if (market && is_absent(g, "market") && is_default_market(market)) return;
    json_write_key(&g->w, SPAN("market"));
    if (market)
        graph_put_market(&g->w, market, g->scratch);
    else
        json_write_null(&g->w);
}

/* Comments of the layout; those of its entries stand at its end. */
static const Node *layout_notes(GraphWriter *g, const Node *file)
{
    const Node *layout = graph_layout_of(file);
    Node *copy = arena_new(g->scratch, Node);
    Comment **end;

    if (!layout || arena_is_full(g->scratch)) return NULL;
    copy->comments = arena_new(g->scratch, Comments);
    if (arena_is_full(g->scratch)) return NULL;
    if (layout->comments) *copy->comments = *layout->comments;
    copy->comments->end = NULL;
    end = &copy->comments->end;
    for (uint32_t i = 0; i <= layout->kid_count; i++) {
        const Comments *c = i < layout->kid_count ? layout->kids[i]->comments : layout->comments;
        const Comment *lists[] = {c && i < layout->kid_count ? c->before : NULL,
                                  c && i < layout->kid_count ? c->trailing : NULL,
                                  c && i == layout->kid_count ? c->end : NULL};

        for (size_t k = 0; k < ARRAY_LEN(lists); k++)
            for (const Comment *one = lists[k]; one; one = one->next) {
                *end = arena_new(g->scratch, Comment);
                if (arena_is_full(g->scratch)) return NULL;
                **end = *one;
                (*end)->next = NULL;
                end = &(*end)->next;
            }
    }
    return copy;
}

static void put_head(GraphWriter *g, const Node *file)
{
    const Node *header = file->kids[KID_FILE_HEADER], *market = graph_market_of(file);
    const Node *layout = graph_layout_of(file);
    Span title = header->kids[0]->text;
    DocNotes notes = {0};

    if (!is_absent(g, "odx")) {
        json_write_key(&g->w, SPAN("odx"));
        json_write_int(&g->w, 1);
    }
    if (!is_absent(g, "mode")) put_span(g, "mode", SPAN("node"));
    if (!is_absent(g, "name") || !span_eq_str(title, "Imported graph")) put_span(g, "name", title);
    if (header->op == AST_HEADER_MODULE) {
        json_write_key(&g->w, SPAN("module"));
        json_write_bool(&g->w, true);
    }
    put_market(g, market);
    note(g, &notes, "", header);
    note(g, &notes, "file", file);
    note(g, &notes, "market", market);
    note(g, &notes, "layout", layout_notes(g, file));
    doc_put_notes(&g->w, g->scratch, &notes);
    if (!layout || layout->kid_count || layout->comments) return; /* they say that there is one */
    json_write_key(&g->w, SPAN(GRAPH_EMPTY));
    json_write_bool(&g->w, true);
}

/* ---- findings --------------------------------------------------------------------------------- */

static void report(const GraphPlan *plan, Diags *diags)
{
    for (size_t i = 0; i < plan->order.count; i++) {
        const PlanNode *n = &plan->nodes.items[plan->order.items[i]];

        if (n->type == GRAPH_CODE)
            diag_add(diags, ODX610, n->tree->place, T_GRAPH_AS_CODE,
                     arg_str(node_kind_says((NodeKind)n->tree->kind)));
    }
    graph_report_gone(plan, diags);
}

void graph_report_gone(const GraphPlan *plan, Diags *diags)
{
    for (size_t i = 0; i < plan->gone.count; i++) {
        const Node *anchor = plan->gone.items[i];
        Diag *d = diag_add(diags, ODX612, anchor->place, T_ANCHOR_GONE, arg_text(anchor->text));

        diag_fix(d, FIX_SAFE, T_ANCHOR_GONE_FIX);
        diag_edit(d, anchor->place, SPAN(""));
    }
}

void graph_put(Buf *out, const Node *file, const GraphPlan *plan, const JsonValue *extra,
               bool has_positions, Arena *scratch)
{
    GraphWriter g = {
        .scratch = scratch, .plan = plan, .extra = extra, .has_positions = has_positions};

    json_write_init(&g.w, out, false);
    json_write_object(&g.w);
    put_head(&g, file);
    put_graph(&g);
    json_write_object_end(&g.w);
}

bool graph_write(Buf *out, const Node *file, Diags *diags, Arena *scratch)
{
    Node *layout = graph_layout_of(file);
    const JsonValue *extra = graph_extra(layout, scratch);
    GraphPlan plan;

    if (!file->kids[KID_FILE_HEADER]) return false; /* said by the parser */
    if (!graph_plan(&plan, file, layout, scratch)) return false;
    graph_order(&plan, graph_extra_order(extra), scratch);
    graph_put(out, file, &plan, extra, true, scratch);
    if (extra && !buf_is_full(out)) graph_restore(out, file, extra, diags, scratch);
    report(&plan, diags);
    if (!buf_is_full(out) && out->len <= JSON_SIZE_MAX) return true;
    diag_add(diags, ODX702, file->place, T_JSON_TOO_BIG);
    return false;
}
