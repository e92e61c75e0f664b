/* graph_plan_items.c — items, rules and actions as nodes and edges.  See graph_plan.h.
 *
 * A named item is its own id; rules, limits and tests are counted by kind (`when1`, `risk1`); what stands in
 * a rule is numbered below it. */
#include "compiler/views/graph_plan.h"

typedef struct ItemCounts {
    uint32_t rules[AST_RULE_ON + 1], risks, tests, promises, uses;
} ItemCounts;

/* ---- names ------------------------------------------------------------------------------------ */

/* Would the name be taken for a counted item, or does an anchor not read it? */
static bool is_structural(Span name)
{
    static const char *const words[] = {"when", "while", "on",   "risk", "test", "always",
                                        "use",  "show",  "name", "id",   "fill", "extra"};

    while (name.len && name.ptr[name.len - 1] >= '0' && name.ptr[name.len - 1] <= '9')
        name.len--;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (span_eq_str(name, words[i])) return true;
    return false;
}

static void go_to_name(Planner *p, const char *head, Span name)
{
    Span path;

    buf_clear(&p->path);
    buf_str(&p->path, head);
    if (!head[0] && is_structural(name)) buf_str(&p->path, "name.");
    buf_span_put(&p->path, name);
    path = buf_span(&p->path);
    if (!map_find(&p->plan->by_path, path)) return;
    buf_clear(&p->path); /* written twice: ODX004 */
    buf_fmt(&p->path, "name.%S.%d", name, (int)p->plan->nodes.count);
}

static bool is_value_item(const Node *n)
{
    return n->kind == NODE_PARAM || n->kind == NODE_LET || n->kind == NODE_STATE;
}

static void declare(Planner *p, const Node *n)
{
    GraphType type = n->kind == NODE_PARAM   ? GRAPH_PARAM
                     : n->kind == NODE_STATE ? GRAPH_STATE
                                             : GRAPH_LET;
    uint32_t node = plan_new(p, type, n->kind == NODE_LET ? n->kids[0] : n);

    if (n->kind == NODE_LET && !arena_is_full(p->arena)) p->plan->nodes.items[node].holder = n;
    if (!map_find(&p->names, n->name)) map_put(&p->names, n->name, node);
}

/* ---- values that have a name ------------------------------------------------------------------ */

/* `node` was declared for the LET. */
static void plan_let(Planner *p, uint32_t node, const Node *let)
{
    uint32_t from = plan_reference(p, let->kids[0]);

    if (from == PLAN_NONE || from == node)
        plan_fill(p, node, let->kids[0]);
    else
        plan_edge(p, from, node, SPAN("a"), false);
    plan_done(p, node);
}

/* ---- actions ---------------------------------------------------------------------------------- */

static void plan_block(Planner *p, uint32_t owner, const Node *block);

static void plan_price(Planner *p, uint32_t node, const Node *price)
{
    if (price->kind != NODE_PRICE_MARKET)
        plan_operand(p, node, price, "price", "price", true);
    else if (price->kids[0])
        plan_operand(p, node, price->kids[0], "within", "within", true);
}

/* 5% of equity is a size of its own kind. */
static bool is_share_of_equity(const Planner *p, const Node *size)
{
    return node_is(size, NODE_BINARY) && size->op == AST_OF && size->kids[0]->kind == NODE_NUMBER &&
           size->kids[0]->unit == NUM_PERCENT && size->kids[1]->kind == NODE_PATH &&
           plan_reference(p, size->kids[1]) == PLAN_NONE &&
           span_eq_str(node_path_text(p->arena, size->kids[1]), "equity");
}

static void plan_size(Planner *p, uint32_t node, const Node *size)
{
    size_t len = plan_push(p, "size");
    bool is_inside = is_share_of_equity(p, size) && !plan_has_anchor(p);

    plan_pop(p, len);
    if (!is_inside) plan_operand(p, node, size, "size", "size", true);
}

static void plan_quote(Planner *p, uint32_t node, const Node *n)
{
    for (uint32_t i = KID_QUOTE_SIDES; i < n->kid_count; i++) {
        const Node *side = n->kids[i];
        size_t len = plan_push_number(p, "", i);
        bool is_side = side->kind == NODE_QUOTE_SIDE;
        Buf b;

        buf_init(&b, p->arena, 32);
        buf_fmt(&b, "%s%d", is_side ? "price" : "by", (int)i);
        plan_operand(p, node, side->kids[0], is_side ? "price" : "by", buf_cstr(&b), true);
        plan_pop(p, len);
        if (!is_side) continue;
        len = plan_push_number(p, "", i);
        buf_init(&b, p->arena, 32);
        buf_fmt(&b, "size%d", (int)i);
        plan_operand(p, node, side->kids[1], "size", buf_cstr(&b), true);
        plan_pop(p, len);
    }
}

/* What an action reads. */
static void plan_inputs(Planner *p, uint32_t node, const Node *n)
{
    switch (n->kind) {
    case NODE_ORDER:
        if (n->kids[KID_ORDER_SIZE]) plan_size(p, node, n->kids[KID_ORDER_SIZE]);
        plan_price(p, node, n->kids[KID_ORDER_PRICE]);
        break;
    case NODE_CLOSE:
        if (n->kids[KID_CLOSE_WITHIN])
            plan_operand(p, node, n->kids[KID_CLOSE_WITHIN], "within", "within", true);
        break;
    case NODE_SETS:
        plan_size(p, node, n->kids[KID_SETS_SIZE]);
        break;
    case NODE_SET:
        plan_operand(p, node, n->kids[0], "value", "value", true);
        break;
    case NODE_REQUIRE:
        plan_operand(p, node, n->kids[0], "cond", "a", true);
        break;
    case NODE_TOGETHER:
        plan_operand(p, node, n->kids[KID_TOGETHER_WITHIN], "within", "within", true);
        break;
    case NODE_REPEAT:
        plan_range(p, node, n->kids[KID_REPEAT_RANGE]);
        break;
    case NODE_QUOTE:
        plan_quote(p, node, n);
        break;
    default:
        break;
    }
}

static GraphType action_type(const Node *n)
{
    switch (n->kind) {
    case NODE_REQUIRE:
        return GRAPH_REQUIRE;
    case NODE_TOGETHER:
        return GRAPH_LEGS;
    case NODE_REPEAT:
        return GRAPH_REPEAT;
    case NODE_QUOTE:
        return GRAPH_QUOTE;
    default:
        return GRAPH_ACTION;
    }
}

/* Right of its owner; the first one in the same row. */
static void draw_member(Planner *p, uint32_t owner, uint32_t member, bool is_first)
{
    const PlanNode *o = &p->plan->nodes.items[owner];
    PlanNode *m = &p->plan->nodes.items[member];

    if (m->height <= o->height) m->height = o->height + 1;
    if (!m->row && is_first) m->row = o->row;
}

static void plan_action(Planner *p, uint32_t owner, const Node *n, bool is_first)
{
    uint32_t node;

    if (n->kind == NODE_LET) {
        node = (uint32_t)map_get(&p->plan->by_path, buf_span(&p->path), 0);
        plan_let(p, node, n);
        plan_edge(p, owner, node, (Span){0}, true);
        return;
    }
    node = plan_new(p, action_type(n), n);
    plan_inputs(p, node, n);
    draw_member(p, owner, node, is_first);
    plan_done(p, node);
    plan_edge(p, owner, node, (Span){0}, true);
    if (n->kind == NODE_TOGETHER) plan_block(p, node, n->kids[KID_TOGETHER_BLOCK]);
    if (n->kind != NODE_REPEAT) return;
    {
        const MapNode *hidden = map_find(&p->names, n->name);
        uint64_t before = hidden ? hidden->value : 0;

        map_put(&p->names, n->name, PLAN_NONE);
        plan_block(p, node, n->kids[KID_REPEAT_BLOCK]);
        if (hidden)
            map_put(&p->names, n->name, before);
        else
            map_remove(&p->names, n->name);
    }
}

typedef struct HiddenName {
    Span name;
    uint64_t before;
    bool was_there;
} HiddenName;

/* Names of a block hold inside it. */
static void plan_block(Planner *p, uint32_t owner, const Node *block)
{
    VEC(HiddenName) hidden = {0};

    for (uint32_t i = 0; i < block->kid_count; i++) {
        const Node *n = block->kids[i];
        const MapNode *old = n->kind == NODE_LET ? map_find(&p->names, n->name) : NULL;
        size_t len = plan_push_number(p, "", i + 1);

        if (n->kind == NODE_LET) {
            vec_push(p->arena, &hidden, (HiddenName){n->name, old ? old->value : 0, old != NULL});
            map_remove(&p->names, n->name);
            declare(p, n);
        }
        plan_pop(p, len);
    }
    for (uint32_t i = 0; i < block->kid_count; i++) {
        size_t len = plan_push_number(p, "", i + 1);

        plan_action(p, owner, block->kids[i], i == 0);
        plan_pop(p, len);
    }
    while (hidden.count) {
        HiddenName h = vec_pop(&hidden);

        if (h.was_there)
            map_put(&p->names, h.name, h.before);
        else
            map_remove(&p->names, h.name);
    }
}

/* ---- rules ------------------------------------------------------------------------------------ */

/* A `when` with one plain action is that action with a condition, as in the original JSON. */
static bool needs_no_trigger(const Planner *p, const Node *rule)
{
    const Node *block = rule->kids[KID_RULE_BLOCK];
    const Node *first = block->kid_count == 1 ? block->kids[0] : NULL;

    return rule->op == AST_RULE_WHEN && first && first->kind != NODE_LET &&
           action_type(first) == GRAPH_ACTION && !first->comments && !block->comments &&
           !plan_has_anchor(p);
}

static void plan_rule(Planner *p, const Node *n, ItemCounts *counts)
{
    static const char *const words[] = {"", "when", "while", "on"};
    uint32_t node;
    size_t len;

    buf_clear(&p->path);
    buf_fmt(&p->path, "%s%d", words[n->op], (int)++counts->rules[n->op]);
    if (needs_no_trigger(p, n)) {
        const Node *action = n->kids[KID_RULE_BLOCK]->kids[0];

        len = plan_push(p, "1");
        node = plan_new(p, GRAPH_ACTION, action);
        plan_pop(p, len);
        if (arena_is_full(p->arena)) return;
        p->plan->nodes.items[node].holder = n;
        plan_operand(p, node, n->kids[KID_RULE_COND], "cond", "if", true);
        len = plan_push(p, "1");
        plan_inputs(p, node, action);
        plan_pop(p, len);
        plan_done(p, node);
        return;
    }
    node = plan_new(p, GRAPH_TRIGGER, n);
    if (n->kids[KID_RULE_COND]) plan_operand(p, node, n->kids[KID_RULE_COND], "cond", "if", true);
    plan_done(p, node);
    plan_block(p, node, n->kids[KID_RULE_BLOCK]);
}

static void plan_risk(Planner *p, const Node *n, uint32_t number)
{
    uint32_t node;

    buf_clear(&p->path);
    buf_fmt(&p->path, "risk%d", (int)number);
    node = plan_new(p, GRAPH_RISK, n);
    for (uint32_t i = 0; i < n->kid_count; i++) {
        Buf step, handle;

        if (!n->kids[i]->kids[0]) continue;
        buf_init(&step, p->arena, 16);
        buf_init(&handle, p->arena, 24);
        buf_uint(&step, i + 1);
        buf_fmt(&handle, "value%d", (int)i + 1);
        plan_operand(p, node, n->kids[i]->kids[0], buf_cstr(&step), buf_cstr(&handle), true);
    }
    plan_done(p, node);
}

/* ---- the file --------------------------------------------------------------------------------- */

static void plan_counted(Planner *p, const char *word, uint32_t number, GraphType type,
                         const Node *n)
{
    buf_clear(&p->path);
    buf_fmt(&p->path, "%s%d", word, (int)number);
    plan_done(p, plan_new(p, type, n));
}

static void plan_named(Planner *p, GraphType type, const Node *n)
{
    go_to_name(p, "", n->name);
    plan_done(p, plan_new(p, type, n));
}

static void plan_item(Planner *p, const Node *n, uint32_t declared, ItemCounts *counts)
{
    uint32_t node;

    switch (n->kind) {
    case NODE_USE:
        plan_counted(p, "use", ++counts->uses, GRAPH_USE, n);
        break;
    case NODE_MARKET:
        plan_named(p, GRAPH_MARKET, n);
        break;
    case NODE_LEADER:
        plan_named(p, GRAPH_LEADER, n);
        break;
    case NODE_ACCOUNT:
        plan_named(p, GRAPH_ACCOUNT, n);
        break;
    case NODE_FEED:
        plan_named(p, GRAPH_FEED, n);
        break;
    case NODE_DEF:
        plan_named(p, GRAPH_CODE, n);
        break;
    case NODE_TEST:
        plan_counted(p, "test", ++counts->tests, GRAPH_CODE, n);
        break;
    case NODE_ALWAYS:
        plan_counted(p, "always", ++counts->promises, GRAPH_CODE, n);
        break;
    case NODE_PARAM:
        plan_done(p, declared);
        break;
    case NODE_LET:
    case NODE_STATE:
        buf_clear(&p->path);
        buf_span_put(&p->path, p->plan->nodes.items[declared].path);
        if (n->kind == NODE_LET) {
            plan_let(p, declared, n);
            break;
        }
        plan_operand(p, declared, n->kids[0], "value", "value", true);
        plan_done(p, declared);
        break;
    case NODE_SHOW:
        go_to_name(p, "show.", n->name);
        node = plan_new(p, GRAPH_SHOW, n);
        plan_operand(p, node, n->kids[0], "1", "a", false);
        plan_done(p, node);
        break;
    case NODE_RISK:
        plan_risk(p, n, ++counts->risks);
        break;
    case NODE_RULE:
        plan_rule(p, n, counts);
        break;
    default:
        break;
    }
}

void plan_items(Planner *p, const Node *file)
{
    ItemCounts counts = {0};
    uint32_t *declared = arena_array(p->arena, uint32_t, file->kid_count);

    if (arena_is_full(p->arena)) return;
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++) {
        const Node *n = file->kids[i];

        declared[i] = (uint32_t)p->plan->nodes.count;
        if (n->kind == NODE_FEED && !map_find(&p->names, n->name))
            map_put(&p->names, n->name, PLAN_FEED);
        if (!is_value_item(n)) continue;
        go_to_name(p, "", n->name);
        declare(p, n);
    }
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count && !arena_is_full(p->arena); i++)
        if (file->kids[i] != graph_market_of(file))
            plan_item(p, file->kids[i], declared[i], &counts);
}
