/* graph_plan.c — values as nodes and edges.  See graph_plan.h.
 *
 * A value is a node at a path such as `when1.cond.2.left`, which is its id unless the layout has another.
 * Literals stand in the data of who reads them, unless an anchor says that they are nodes. */
#include "compiler/views/graph_plan.h"

enum { COLUMN_WIDTH = 240, ROW_HEIGHT = 80 };

/* Terms `from` to `to` of a chain are a node of their own: `when1.cond.2.to.3`. */
typedef struct PlanGroup {
    struct PlanGroup *next;
    uint32_t to;
} PlanGroup;

/* ---- paths ------------------------------------------------------------------------------------ */

size_t plan_push(Planner *p, const char *step)
{
    size_t len = p->path.len;

    if (len) buf_char(&p->path, '.');
    buf_str(&p->path, step);
    return len;
}

size_t plan_push_number(Planner *p, const char *step, uint32_t number)
{
    size_t len = plan_push(p, step);

    buf_uint(&p->path, number);
    return len;
}

void plan_pop(Planner *p, size_t len)
{
    buf_truncate(&p->path, len);
}

static PlanAnchor *anchor_here(const Planner *p)
{
    return map_count(&p->anchors) ? map_get_ptr(&p->anchors, buf_span(&p->path)) : NULL;
}

bool plan_has_anchor(const Planner *p)
{
    return p->is_full || anchor_here(p) != NULL;
}

/* ---- nodes ------------------------------------------------------------------------------------ */

static double coordinate(const Node *number)
{
    return number ? number->num : 0;
}

uint32_t plan_new(Planner *p, GraphType type, const Node *tree)
{
    uint32_t index = (uint32_t)p->plan->nodes.count;
    PlanNode n = {.type = type, .tree = tree, .first_edge = PLAN_NONE, .last_edge = PLAN_NONE};
    PlanAnchor *a = anchor_here(p);

    n.path = arena_span(p->arena, buf_span(&p->path));
    n.id = n.path;
    if (a) {
        const Node *id = a->anchor->kids[KID_ANCHOR_ID];

        a->is_used = true;
        if (id && !map_find(&p->ids, id->text)) n.id = id->text;
    }
    for (uint32_t i = 2; map_find(&p->ids, n.id); i++) {
        Buf b;

        buf_init(&b, p->arena, n.path.len + 16);
        buf_fmt(&b, "%S_%d", n.path, (int)i);
        n.id = buf_span(&b);
    }
    if (!vec_push(p->arena, &p->plan->nodes, n)) return 0;
    map_put(&p->ids, n.id, index);
    map_put(&p->plan->by_path, n.path, index);
    return index;
}

void plan_done(Planner *p, uint32_t node)
{
    PlanNode *n = &p->plan->nodes.items[node];

    if (!n->row) n->row = ++p->row;
    vec_push(p->arena, &p->plan->order, node);
}

void plan_edge(Planner *p, uint32_t from, uint32_t to, Span handle, bool is_member)
{
    PlanNode *n = &p->plan->nodes.items[to];
    uint32_t index = (uint32_t)p->plan->edges.count;

    if (!vec_push(p->arena, &p->plan->edges, (PlanEdge){from, to, PLAN_NONE, handle, is_member}))
        return;
    if (n->last_edge == PLAN_NONE)
        n->first_edge = index;
    else
        p->plan->edges.items[n->last_edge].next = index;
    n->last_edge = index;
}

/* `owner` is drawn right of what it reads, in the row of the first. */
static void draw_behind(Planner *p, uint32_t owner, uint32_t input)
{
    PlanNode *o = &p->plan->nodes.items[owner];
    const PlanNode *i = &p->plan->nodes.items[input];

    if (o->height <= i->height) o->height = i->height + 1;
    if (!o->row) o->row = i->row;
}

/* ---- what needs no node ----------------------------------------------------------------------- */

static bool is_word(const Node *n)
{
    return n->kind == NODE_PATH && n->kid_count == 1;
}

uint32_t plan_reference(const Planner *p, const Node *path)
{
    uint64_t found = is_word(path) ? map_get(&p->names, path->kids[0]->name, PLAN_NONE) : PLAN_NONE;

    return found == PLAN_FEED ? PLAN_NONE : (uint32_t)found;
}

static bool is_feed(const Planner *p, const Node *path)
{
    return is_word(path) && map_get(&p->names, path->kids[0]->name, 0) == PLAN_FEED;
}

static bool is_field(const Planner *p, const Node *path, DocField *ret)
{
    *ret = (DocField){0};
    if (path->kind != NODE_PATH) return false;
    if (path->kid_count > 1) {
        (void)doc_path_column(p->arena, node_path_text(p->arena, path), ret);
        return true;
    }
    if (is_feed(p, path)) return true;
    if (map_find(&p->names, path->kids[0]->name)) return false;
    (void)doc_path_column(p->arena, path->kids[0]->name, ret);
    return ret->info != NULL;
}

static bool is_literal(const Planner *p, const Node *n)
{
    DocField field;

    switch (n->kind) {
    case NODE_NUMBER:
    case NODE_BOOL:
    case NODE_SIDE:
        return true;
    case NODE_NEG:
        return n->kids[0]->kind == NODE_NUMBER;
    case NODE_PATH:
        return is_word(n) && plan_reference(p, n) == PLAN_NONE && !is_field(p, n, &field);
    default:
        return false;
    }
}

/* ---- values ----------------------------------------------------------------------------------- */

static uint32_t plan_value(Planner *p, const Node *n);
static uint32_t plan_wrapped(Planner *p, const Node *n);

/* The same value drawn before, when the layout gives both places one id. */
static uint32_t find_shared(const Planner *p, const Node *n)
{
    PlanAnchor *a = anchor_here(p);
    const Node *id = a ? a->anchor->kids[KID_ANCHOR_ID] : NULL;
    const MapNode *found = map_find(&p->ids, id ? id->text : buf_span(&p->path));
    const PlanNode *other = found ? &p->plan->nodes.items[found->value] : NULL;

    if (!other || graph_types[other->type].class != GRAPH_CLASS_VALUE || other->holder)
        return PLAN_NONE;
    if (other->wrapping || other->to || !node_is_equal(other->tree, n)) return PLAN_NONE;
    if (a) a->is_used = true;
    return (uint32_t)found->value;
}

/* What the value comes from: a node, or PLAN_NONE when the data of the reader say it. */
static uint32_t plan_source(Planner *p, uint32_t owner, const Node *n, bool can_inline)
{
    bool is_anchored = plan_has_anchor(p);
    uint32_t found = plan_reference(p, n);

    if (found != PLAN_NONE && !is_anchored) {
        uint32_t wrapped = plan_wrapped(p, n);

        return wrapped == PLAN_NONE ? found : wrapped;
    }
    if (can_inline && !is_anchored && is_literal(p, n)) return PLAN_NONE;
    found = find_shared(p, n);
    if (found != PLAN_NONE) return found;
    found = plan_value(p, n);
    draw_behind(p, owner, found);
    return found;
}

void plan_operand(Planner *p, uint32_t owner, const Node *kid, const char *step, const char *handle,
                  bool can_inline)
{
    size_t len = plan_push(p, step);
    uint32_t from = plan_source(p, owner, kid, can_inline);

    if (from != PLAN_NONE) plan_edge(p, from, owner, span_str(handle), false);
    plan_pop(p, len);
}

static void numbered_operand(Planner *p, uint32_t owner, const Node *kid, const char *step,
                             uint32_t number, uint32_t handle)
{
    size_t len = plan_push_number(p, step, number);
    uint32_t from = plan_source(p, owner, kid, true);
    Buf b;

    buf_init(&b, p->arena, 16);
    buf_uint(&b, handle);
    if (from != PLAN_NONE) plan_edge(p, from, owner, buf_span(&b), false);
    plan_pop(p, len);
}

void plan_range(Planner *p, uint32_t owner, const Node *range)
{
    plan_operand(p, owner, range->kids[0], "low", "low", true);
    plan_operand(p, owner, range->kids[1], "high", "high", true);
}

/* ---- chains of `and` and `or` ----------------------------------------------------------------- */

/* The last term of the largest group that starts at term `i` and is no more than [from, to]. */
static uint32_t group_end(Planner *p, uint32_t i, uint32_t from, uint32_t to, bool is_whole)
{
    size_t len;
    uint32_t best = PLAN_NONE;

    if (!map_count(&p->groups)) return PLAN_NONE;
    len = plan_push_number(p, "", i + 1);
    for (const PlanGroup *g = map_get_ptr(&p->groups, buf_span(&p->path)); g; g = g->next) {
        if (g->to < i || g->to > to || (!is_whole && i == from && g->to == to)) continue;
        if (best == PLAN_NONE || g->to > best) best = g->to;
    }
    plan_pop(p, len);
    return best;
}

static void plan_terms(Planner *p, uint32_t owner, const Node *chain, uint32_t from, uint32_t to,
                       bool is_whole)
{
    for (uint32_t i = from; i <= to; i++) {
        uint32_t last = group_end(p, i, from, to, is_whole);
        size_t len = plan_push_number(p, "", i + 1);
        uint32_t term;

        if (last == PLAN_NONE) {
            term = plan_source(p, owner, chain->kids[i], false);
            plan_pop(p, len);
        } else {
            plan_push(p, "to");
            plan_push_number(p, "", last + 1);
            term = plan_new(p, GRAPH_LOGIC, chain);
            plan_pop(p, len);
            p->plan->nodes.items[term].from = i;
            p->plan->nodes.items[term].to = last + 1;
            plan_terms(p, term, chain, i, last, false);
            plan_done(p, term);
            draw_behind(p, owner, term);
            i = last;
        }
        plan_edge(p, term, owner, (Span){0}, false);
    }
}

/* A chain that joins a single input says nothing in text; its anchor ends in its word. */
static uint32_t plan_wrapping(Planner *p, const Node *n, NodeKind kind)
{
    size_t len = plan_push(p, kind == NODE_AND ? "and" : "or");
    uint32_t own = PLAN_NONE, inner;

    if (plan_has_anchor(p)) own = plan_new(p, GRAPH_LOGIC, n);
    plan_pop(p, len);
    if (own == PLAN_NONE) return own;
    p->plan->nodes.items[own].wrapping = (uint16_t)kind;
    inner = kind == NODE_AND ? plan_wrapping(p, n, NODE_OR) : PLAN_NONE;
    if (inner == PLAN_NONE && !plan_has_anchor(p)) inner = plan_reference(p, n);
    if (inner == PLAN_NONE) {
        inner = plan_new(p, GRAPH_CONST, n);
        plan_fill(p, inner, n);
        plan_done(p, inner);
    }
    plan_edge(p, inner, own, (Span){0}, false);
    draw_behind(p, own, inner);
    plan_done(p, own);
    return own;
}

/* The chain of one that it stands in, or PLAN_NONE. */
static uint32_t plan_wrapped(Planner *p, const Node *n)
{
    uint32_t own;

    if (!map_count(&p->anchors)) return PLAN_NONE;
    own = plan_wrapping(p, n, NODE_AND);
    return own == PLAN_NONE ? plan_wrapping(p, n, NODE_OR) : own;
}

static uint32_t plan_value(Planner *p, const Node *n)
{
    uint32_t own = plan_wrapped(p, n);

    if (own != PLAN_NONE) return own;
    own = plan_new(p, GRAPH_CONST, n);
    plan_fill(p, own, n);
    plan_done(p, own);
    return own;
}

/* ---- the kinds of value ----------------------------------------------------------------------- */

static const struct {
    uint16_t kind;
    GraphType type;
} types[] = {
    {NODE_AND, GRAPH_LOGIC},          {NODE_OR, GRAPH_LOGIC},      {NODE_NOT, GRAPH_LOGIC},
    {NODE_CMP, GRAPH_COMPARATOR},     {NODE_IS, GRAPH_COMPARATOR}, {NODE_BETWEEN, GRAPH_COMPARATOR},
    {NODE_IN, GRAPH_COMPARATOR},      {NODE_CROSSES, GRAPH_CROSS}, {NODE_BINARY, GRAPH_MATH},
    {NODE_NEG, GRAPH_MATH},           {NODE_FOR, GRAPH_HELD},      {NODE_EVERY, GRAPH_SAMPLE},
    {NODE_ACROSS, GRAPH_SAMPLE},      {NODE_IF, GRAPH_SELECT},     {NODE_FOLD, GRAPH_FOLD},
    {NODE_OTHERWISE, GRAPH_FALLBACK},
};

const PlanOperand plan_operands[] = {
    {NODE_CMP, 0, true, "left", "a"},     {NODE_CMP, 1, true, "right", "b"},
    {NODE_IS, 0, true, "left", "a"},      {NODE_IS, 1, true, "right", "b"},
    {NODE_CROSSES, 0, true, "left", "a"}, {NODE_CROSSES, 1, true, "right", "b"},
    {NODE_BINARY, 0, true, "left", "a"},  {NODE_BINARY, 1, true, "right", "b"},
    {NODE_BETWEEN, 0, true, "1", "a"},    {NODE_BETWEEN, 1, true, "2", "1"},
    {NODE_BETWEEN, 2, true, "3", "2"},    {NODE_IN, 0, true, "1", "a"},
    {NODE_OTHERWISE, 0, true, "1", "a"},  {NODE_OTHERWISE, 1, true, "2", "b"},
    {NODE_IF, 0, true, "1", "if"},        {NODE_IF, 1, true, "2", "a"},
    {NODE_IF, 2, true, "3", "b"},         {NODE_FOR, 0, false, "1", "a"},
    {NODE_FOR, 1, true, "2", "for"},      {NODE_EVERY, 0, false, "1", "a"},
    {NODE_EVERY, 1, true, "2", "every"},  {NODE_ACROSS, 0, false, "1", "a"},
    {NODE_NEG, 0, false, "1", "a"},       {NODE_NOT, 0, false, "1", ""},
};
const size_t plan_operand_count = ARRAY_LEN(plan_operands);

static void fill_call(Planner *p, uint32_t node, const Node *n)
{
    bool has_period = false, is_prev = span_eq_str(n->name, "prev");
    const char *indicator = doc_indicator_name(n->name, &has_period);
    PlanNode *own = &p->plan->nodes.items[node];
    uint32_t from = 0;

    if (is_prev && n->kid_count >= 1 && n->kid_count <= 2) {
        own->type = GRAPH_PREV;
        plan_operand(p, node, n->kids[0], "1", "a", false);
        if (n->kid_count == 2) plan_operand(p, node, n->kids[1], "2", "n", true);
        return;
    }
    if (indicator && n->kid_count == (has_period ? 2u : 1u)) {
        size_t len = plan_push(p, "1");
        DocField field;
        bool is_inside = is_field(p, n->kids[0], &field) && !plan_has_anchor(p);

        own->type = GRAPH_INDICATOR;
        own->is_of_feed = is_feed(p, n->kids[0]);
        plan_pop(p, len);
        if (is_inside)
            own->field = field;
        else
            plan_operand(p, node, n->kids[0], "1", "a", false);
        if (span_eq_str(n->name, "rsi")) p->plan->nodes.items[node].field = (DocField){0};
        if (has_period) plan_operand(p, node, n->kids[1], "2", "period", true);
        return;
    }
    own->type = GRAPH_FN;
    for (; from < n->kid_count; from++)
        numbered_operand(p, node, n->kids[from], "", from + 1, from + 1);
}

static void fill_domain(Planner *p, uint32_t node, const Node *domain)
{
    if (domain->kind == NODE_RANGE) {
        plan_operand(p, node, domain->kids[0], "low", "1", true);
        plan_operand(p, node, domain->kids[1], "high", "2", true);
        return;
    }
    for (uint32_t i = 0; i < domain->kid_count; i++)
        numbered_operand(p, node, domain->kids[i], "choice", i + 1, i + 1);
}

static void fill_fold(Planner *p, uint32_t node, const Node *n)
{
    const MapNode *hidden = map_find(&p->names, n->name2);
    uint64_t before = hidden ? hidden->value : 0;

    plan_range(p, node, n->kids[0]);
    map_put(&p->names, n->name2, PLAN_NONE);
    plan_operand(p, node, n->kids[1], "body", "body", false);
    if (hidden)
        map_put(&p->names, n->name2, before);
    else
        map_remove(&p->names, n->name2);
}

/* Numbers next to the result are of the kind of its first part. */
static void fill_field(Planner *p, uint32_t node, const Node *n)
{
    const PlanEdge *a = plan_input(p->plan, &p->plan->nodes.items[node], SPAN("a"));
    bool is_sum = n->kind == NODE_BINARY && (n->op == AST_ADD || n->op == AST_SUB);
    const PlanNode *from = a ? &p->plan->nodes.items[a->from] : NULL;

    if (from && is_sum && !from->holder && graph_types[from->type].class == GRAPH_CLASS_VALUE)
        p->plan->nodes.items[node].field = from->field;
}

void plan_fill(Planner *p, uint32_t node, const Node *n)
{
    PlanNode *own = &p->plan->nodes.items[node];
    DocField field;

    own->type = GRAPH_CONST;
    if (is_field(p, n, &field)) {
        own->type = GRAPH_INPUT;
        own->field = field;
        own->is_of_feed = is_feed(p, n);
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (types[i].kind == n->kind) own->type = types[i].type;
    if (is_literal(p, n)) {
        own->type = GRAPH_CONST;
        return;
    }
    if (n->kind == NODE_CALL) fill_call(p, node, n);
    if (n->kind == NODE_AND || n->kind == NODE_OR)
        plan_terms(p, node, n, 0, n->kid_count - 1, true);
    if (n->kind == NODE_FOLD) fill_fold(p, node, n);
    for (size_t i = 0; i < plan_operand_count; i++)
        if (plan_operands[i].kind == n->kind)
            plan_operand(p, node, n->kids[plan_operands[i].kid], plan_operands[i].step,
                         plan_operands[i].handle, plan_operands[i].can_inline);
    if (n->kind == NODE_IN) fill_domain(p, node, n->kids[1]);
    fill_field(p, node, n);
}

/* ---- the layout ------------------------------------------------------------------------------- */

Node *graph_layout_of(const Node *file)
{
    for (uint32_t i = file->kid_count; i > KID_FILE_ITEMS; i--)
        if (node_is(file->kids[i - 1], NODE_LAYOUT)) return file->kids[i - 1];
    return NULL;
}

/* `PATH.2.to.3` is the group of terms 2 and 3. */
static void add_group(Planner *p, Span path)
{
    size_t dot = path.len, value = 0, scale = 1;
    PlanGroup *g;

    while (dot > 0 && path.ptr[dot - 1] >= '0' && path.ptr[dot - 1] <= '9' && scale < 10000000) {
        value += scale * (size_t)(path.ptr[dot - 1] - '0');
        scale *= 10;
        dot--;
    }
    if (dot < 4 || !value || !span_ends(span_sub(path, 0, dot), SPAN(".to."))) return;
    g = arena_new(p->arena, PlanGroup);
    if (arena_is_full(p->arena)) return;
    path = span_sub(path, 0, dot - 4);
    *g = (PlanGroup){map_get_ptr(&p->groups, path), (uint32_t)value - 1};
    map_put_ptr(&p->groups, path, g);
}

static void take_anchors(Planner *p, const Node *layout)
{
    for (uint32_t i = 0; layout && i < layout->kid_count; i++) {
        Node *n = layout->kids[i];
        PlanAnchor *a;

        if (n->kind != NODE_ANCHOR) continue;
        if (map_find(&p->anchors, n->text)) {
            vec_push(p->arena, &p->plan->gone, n);
            continue;
        }
        a = arena_new(p->arena, PlanAnchor);
        if (arena_is_full(p->arena)) return;
        a->anchor = n;
        map_put_ptr(&p->anchors, n->text, a);
        add_group(p, n->text);
    }
}

static void place(Planner *p, PlanNode *n)
{
    const PlanAnchor *a = map_get_ptr(&p->anchors, n->path);
    const Node *x = a ? a->anchor->kids[KID_ANCHOR_X] : NULL;

    n->x = x ? coordinate(x) : (double)n->height * COLUMN_WIDTH;
    n->y = x ? coordinate(a->anchor->kids[KID_ANCHOR_Y]) : (double)(n->row - 1) * ROW_HEIGHT;
}

static bool make_plan(GraphPlan *plan, const Node *file, const Node *layout, bool is_full,
                      Arena *arena)
{
    Planner p = {.plan = plan, .arena = arena, .is_full = is_full};

    *plan = (GraphPlan){0};
    map_init(&plan->by_path, arena);
    map_init(&p.names, arena);
    map_init(&p.ids, arena);
    map_init(&p.anchors, arena);
    map_init(&p.groups, arena);
    buf_init(&p.path, arena, 1 << 16);
    take_anchors(&p, layout);
    /* Node 0 has a place even when memory ends before there is one. */
    if (!vec_push(arena, &plan->nodes, (PlanNode){0}) || arena_is_full(arena)) return false;
    plan->nodes.count = 0;
    plan_items(&p, file);
    for (size_t i = 0; i < plan->nodes.count; i++)
        place(&p, &plan->nodes.items[i]);
    for (uint32_t i = 0; layout && i < layout->kid_count; i++) {
        const PlanAnchor *a = map_get_ptr(&p.anchors, layout->kids[i]->text);

        if (a && a->anchor == layout->kids[i] && !a->is_used)
            vec_push(arena, &plan->gone, layout->kids[i]);
    }
    return !arena_is_full(arena);
}

bool graph_plan(GraphPlan *plan, const Node *file, const Node *layout, Arena *arena)
{
    return make_plan(plan, file, layout, false, arena);
}

bool graph_plan_full(GraphPlan *plan, const Node *file, Arena *arena)
{
    return make_plan(plan, file, NULL, true, arena);
}

const PlanEdge *plan_input(const GraphPlan *plan, const PlanNode *n, Span handle)
{
    for (uint32_t i = n->first_edge; i != PLAN_NONE; i = plan->edges.items[i].next) {
        const PlanEdge *e = &plan->edges.items[i];

        if (!e->is_member && span_is(e->handle, handle)) return e;
    }
    return NULL;
}
