/* graph_item.c — rules, actions, limits and sources of a graph as lines of the file.
 *
 * Lines stand in the order of their nodes; what stands in a rule hangs on it by an edge from the rule.
 * An action without a rule is a `when` of its own. */
#include "compiler/views/graph_private.h"

/* ---- pieces of text --------------------------------------------------------------------------- */

/* The word or path that a key has. */
static Node *read_path(Doc *doc, const JsonValue *object, const char *key)
{
    static const char *const words[] = {"UP", "DOWN", "YES", "NO", "up", "down", "yes", "no"};
    const JsonValue *v = doc_need(doc, object, key);

    if (!v || !doc_is(doc, v, JSON_STRING)) return tree_bad(doc, object->place);
    for (size_t i = 0; i < 4; i++)
        if (span_eq_str(v->text, words[i])) return tree_path(doc, span_str(words[i + 4]), v->place);
    if (doc_is_path(v->text)) return tree_path(doc, v->text, v->place);
    doc_wrong(doc, v, "UP, DOWN, YES, NO or what the text calls it");
    return tree_bad(doc, v->place);
}

static Node *read_string(Doc *doc, const JsonValue *object, const char *key)
{
    const JsonValue *v = doc_need(doc, object, key);

    if (!v || !doc_is(doc, v, JSON_STRING)) return tree_bad(doc, object->place);
    return tree_string(doc, v->text, v->place);
}

static Node *read_literal(Doc *doc, const JsonValue *v)
{
    static const DocField plain = {0};

    return v ? doc_literal(doc, v, &plain) : NULL;
}

static Node *need_literal(Doc *doc, const JsonValue *object, const char *key)
{
    const JsonValue *v = doc_need(doc, object, key);

    return v ? read_literal(doc, v) : tree_bad(doc, object->place);
}

/* Names the line; BAD names are reported. */
static Node *name_line(Doc *doc, Node *n, const JsonValue *name)
{
    if (!name || !doc_check_name(doc, name)) return n;
    return tree_named(doc, n, name->text, name->place);
}

/* ---- orders ----------------------------------------------------------------------------------- */

static Node *read_size(Graph *g, const GraphNode *n, bool *ret_is_all)
{
    Node *size = graph_operand_maybe(g, n, "size");

    *ret_is_all = false;
    return size ? size : doc_order_size(g->doc, n->data, ret_is_all);
}

static Node *read_price(Graph *g, const GraphNode *n)
{
    static DocKeys words = {"market", "limit", NULL};
    Doc *doc = g->doc;
    const JsonValue *type = json_member(n->data, "order_type");
    int which = type ? doc_word(doc, type, words) : 0;
    const GraphInput *in = graph_input(n, SPAN("price"));

    if (which <= 0)
        return GROW(PRICE_MARKET, type ? type->place : n->data->place,
                    graph_operand_maybe(g, n, "within"));
    if (in && in->edge) return graph_value(g, in->edge->from);
    return doc_order_price(doc, n->data);
}

static void read_modifiers(Graph *g, const GraphNode *n, Nodes *list)
{
    static const char *const words[] = {"post only", "good for ", "all or nothing", "now or never"};
    Doc *doc = g->doc;
    const JsonValue *v = json_member(n->data, "modifiers");

    if (!v || !doc_is(doc, v, JSON_ARRAY)) return;
    JSON_EACH(v, item)
    {
        ModifierOp op = AST_MODIFIER_POST_ONLY;
        JsonValue rest = *item;
        Node *duration = NULL;

        if (!doc_is(doc, item, JSON_STRING)) continue;
        while (op <= AST_MODIFIER_NOW_OR_NEVER &&
               !(op == AST_MODIFIER_GOOD_FOR ? span_starts(item->text, span_str(words[op - 1]))
                                             : span_eq_str(item->text, words[op - 1])))
            op++;
        if (op > AST_MODIFIER_NOW_OR_NEVER) {
            doc_wrong(doc, item, "post only, good for 30s, all or nothing or now or never");
            continue;
        }
        rest.text = span_from(item->text, 9);
        if (op == AST_MODIFIER_GOOD_FOR) duration = tree_from_text(doc, &rest);
        vec_push(doc->arena, list, tree_op(GROW(MODIFIER, item->place, duration), op));
    }
}

static Node *read_order(Graph *g, const GraphNode *n, SideOp side)
{
    Doc *doc = g->doc;
    Place at = n->data->place;
    bool is_all;
    Node *kids[3], *order;
    Nodes modifiers = {0};

    kids[KID_ORDER_SIZE] = read_size(g, n, &is_all);
    kids[KID_ORDER_TOKEN] = read_path(doc, n->data, "outcome");
    kids[KID_ORDER_PRICE] = read_price(g, n);
    read_modifiers(g, n, &modifiers);
    doc_exits(doc, n->data, &g->exits);
    order = tree_of(doc, NODE_ORDER, at, kids, 3, &modifiers);
    if (is_all) order->flags |= NF_ALL;
    return tree_op(order, side);
}

/* ---- actions ---------------------------------------------------------------------------------- */

/* The action, or NULL when it is to hold. */
static Node *make_action(Graph *g, const GraphNode *n)
{
    enum { BUY, SELL, HOLD, CLOSE, CANCEL, SPLIT, MERGE, SET, ALERT };
    static DocKeys words = {"buy",   "sell",  "hold", "close", "cancel",
                            "split", "merge", "set",  "alert", NULL};
    Doc *doc = g->doc;
    Place at = n->data->place;
    const JsonValue *signal = doc_need(doc, n->data, "signal");
    int which = signal ? doc_word(doc, signal, words) : -1;
    bool is_all;
    Node *made, *path;

    switch (which) {
    case BUY:
    case SELL:
        return read_order(g, n, which == BUY ? AST_SIDE_BUY : AST_SIDE_SELL);
    case CLOSE:
        path = read_path(doc, n->data, "outcome");
        return GROW(CLOSE, at, path, graph_operand_maybe(g, n, "within"));
    case CANCEL:
        if (json_member(n->data, "outcome"))
            return GROW(CANCEL, at, read_path(doc, n->data, "outcome"));
        made = GROW(CANCEL, at, NULL);
        made->flags |= NF_ALL;
        return made;
    case SPLIT:
    case MERGE:
        made = read_size(g, n, &is_all);
        if (!made) {
            doc_wrong(doc, json_member(n->data, "size_mode"), "fixed, percent or shares");
            made = tree_bad(doc, at);
        }
        made = GROW(SETS, at, made, read_path(doc, n->data, "market"));
        return tree_op(made, which == SPLIT ? AST_SETS_SPLIT : AST_SETS_MERGE);
    case SET:
        return name_line(doc, GROW(SET, at, graph_operand(g, n, "value")),
                         doc_need(doc, n->data, "name"));
    case ALERT:
        return GROW(ALERT, at, read_string(doc, n->data, "message"));
    case HOLD:
        doc_exits(doc, n->data, &g->exits);
        return NULL;
    default:
        return tree_bad(doc, at);
    }
}

static Node *make_require(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    const JsonValue *reason = doc_need(doc, n->data, "else");
    Node *made = GROW(REQUIRE, n->json->place, graph_operand(g, n, "a"));
    bool is_reason = reason && doc_is(doc, reason, JSON_STRING) && reason->text.len;

    for (size_t i = 0; is_reason && i < reason->text.len; i++) {
        char c = reason->text.ptr[i];

        is_reason = (c >= 'A' && c <= 'Z') || (i > 0 && (c == '_' || (c >= '0' && c <= '9')));
    }
    if (is_reason) return tree_named(doc, made, reason->text, reason->place);
    if (reason && reason->kind == JSON_STRING) doc_wrong(doc, reason, "a REASON in capitals");
    return made;
}

static Node *make_side(Graph *g, const GraphNode *n, const JsonValue *line)
{
    static DocKeys sides = {"bid", "ask", "refresh", NULL},
                   keys = {"side", "price", "size", "by", NULL};
    Doc *doc = g->doc;
    const JsonValue *side;
    char handles[3][24];
    Node *price;
    int which;

    if (!doc_is(doc, line, JSON_OBJECT)) return tree_bad(doc, line->place);
    doc_check_keys(doc, line, keys);
    side = doc_need(doc, line, "side");
    which = side ? doc_word(doc, side, sides) : -1;
    if (which < 0) return tree_bad(doc, line->place);
    for (int i = 0; i < 3; i++) {
        Buf b;

        buf_init_fixed(&b, handles[i], sizeof handles[i]);
        buf_fmt(&b, "%s%d", keys[i + 1], (int)line->index + 1);
        (void)buf_cstr(&b);
    }
    if (which == 2) return GROW(REFRESH, line->place, graph_operand(g, n, handles[2]));
    price = graph_operand(g, n, handles[0]);
    return tree_op(GROW(QUOTE_SIDE, line->place, price, graph_operand(g, n, handles[1])),
                   (uint32_t)which + 1);
}

static Node *make_quote(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Node *token = read_path(doc, n->data, "token");
    const JsonValue *sides = doc_need(doc, n->data, "sides");
    Nodes list = {0};

    if (sides && doc_is(doc, sides, JSON_ARRAY)) JSON_EACH(sides, v)
        {
            Node *side = make_side(g, n, v);

            graph_line_notes(doc, n, "side", v, side);
            vec_push(doc->arena, &list, side);
        }
    return tree_of(doc, NODE_QUOTE, n->json->place, &token, 1, &list);
}

/* ---- rules ------------------------------------------------------------------------------------ */

static Node *make_line(Graph *g, uint32_t node);

static Node *make_block(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Nodes actions = {0};
    Node *block;

    if (g->depth >= NODE_MAX_DEPTH) {
        diag_add(doc->diags, ODX702, n->id_at->place, T_TOO_DEEP, arg_int(NODE_MAX_DEPTH));
        return tree_bad(doc, n->json->place);
    }
    g->depth++;
    for (uint32_t i = n->first_member; i != GRAPH_NONE; i = g->nodes.items[i].next_member) {
        Node *line = make_line(g, i);

        if (line) vec_push(doc->arena, &actions, line);
    }
    g->depth--;
    block = GROW_LIST(BLOCK, n->json->place, &actions);
    doc_notes_on(doc, json_member(n->json, "x-notes"), SPAN("block"), block);
    return block;
}

static Node *make_legs(Graph *g, const GraphNode *n)
{
    static DocKeys words = {"unwind", "keep", NULL};
    Doc *doc = g->doc;
    const JsonValue *rest = doc_need(doc, n->data, "or");
    int which = rest ? doc_word(doc, rest, words) : 0;
    Node *within = graph_operand(g, n, "within");

    return tree_op(GROW(TOGETHER, n->json->place, within, make_block(g, n)),
                   which == 1 ? AST_TOGETHER_KEEP : AST_TOGETHER_UNWIND);
}

static Node *make_repeat(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->json->place;
    Node *low = graph_operand(g, n, "low"), *high = graph_operand(g, n, "high");

    return name_line(doc, GROW(REPEAT, at, GROW(RANGE, at, low, high), make_block(g, n)),
                     doc_need(doc, n->data, "counter"));
}

static Node *make_rule(Graph *g, const GraphNode *n)
{
    static DocKeys words = {"when", "while", "on", NULL};
    Doc *doc = g->doc;
    const JsonValue *on = doc_need(doc, n->data, "on"), *event = json_member(n->data, "event");
    int which = on ? doc_word(doc, on, words) : -1;
    Node *kids[3] = {NULL};

    if (which < 0) return tree_bad(doc, n->json->place);
    if (which == 2 && !event) event = doc_need(doc, n->data, "event");
    if (which == 2 && event && doc_is(doc, event, JSON_STRING)) kids[0] = tree_event(doc, event);
    if (which == 2 && !kids[0]) kids[0] = tree_bad(doc, n->json->place);
    if (which < 2 && event)
        doc_diag(doc, ODX601, event, event->key_place, T_JSON_UNKNOWN_KEY, arg_text(event->key));
    kids[1] = graph_operand_maybe(g, n, "if");
    if (which < 2 && !kids[1]) {
        Diag *d =
            doc_diag(doc, ODX608, n->json, n->id_at->place, T_GRAPH_NO_CONDITION, arg_text(n->id));

        diag_fact(d, T_JSON_NEVER_MEANT);
        kids[1] = tree_bad(doc, n->json->place);
    }
    kids[2] = make_block(g, n);
    return tree_op(tree_of(doc, NODE_RULE, n->json->place, kids, 3, NULL), (uint32_t)which + 1);
}

/* An action with a condition of its own. */
static Node *make_small_rule(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->json->place;
    Nodes actions = {0};
    Node *action = make_action(g, n), *cond = graph_operand(g, n, "if");

    if (!action) return NULL;
    vec_push(doc->arena, &actions, action);
    graph_origin(g, n, action);
    return tree_op(GROW(RULE, at, NULL, cond, GROW_LIST(BLOCK, at, &actions)), AST_RULE_WHEN);
}

/* ---- limits ----------------------------------------------------------------------------------- */

static int word_index(const char *(*word)(uint32_t), uint32_t count, Span text)
{
    for (uint32_t i = 1; i < count; i++)
        if (span_eq_str(text, word(i))) return (int)i;
    return -1;
}

static const char *limit_word(uint32_t op)
{
    return limit_op_words((LimitOp)op);
}

static const char *per_word(uint32_t op)
{
    return per_op_words((PerOp)op);
}

static int read_words(Doc *doc, const JsonValue *v, const char *(*word)(uint32_t), uint32_t count)
{
    const char *words[32] = {NULL};
    int found;

    if (!doc_is(doc, v, JSON_STRING)) return -1;
    found = word_index(word, count, v->text);
    for (uint32_t i = 1; i < count && i < 32; i++)
        words[i - 1] = word(i);
    if (found < 0) doc_unknown_word(doc, v, words);
    return found;
}

/* Only some limits count per something, and each in its own way. */
static bool takes_per(LimitOp op, PerOp per)
{
    if (op == AST_LIMIT_COOLDOWN) return per >= AST_AFTER_LOSS;
    return op >= AST_LIMIT_MAX_POSITION && op <= AST_LIMIT_MAX_LEVERAGE && per < AST_PER_RUN;
}

static Node *make_limit(Graph *g, const GraphNode *n, const JsonValue *line)
{
    static DocKeys keys = {"limit", "value", "per", NULL};
    Doc *doc = g->doc;
    const JsonValue *limit, *per = json_member(line, "per");
    char handle[24];
    Node *amount, *made;
    int op, op2;
    Buf b;

    if (!doc_is(doc, line, JSON_OBJECT)) return tree_bad(doc, line->place);
    doc_check_keys(doc, line, keys);
    limit = doc_need(doc, line, "limit");
    op = limit ? read_words(doc, limit, limit_word, AST_LIMIT_OP_COUNT) : -1;
    op2 = per ? read_words(doc, per, per_word, AST_PER_OP_COUNT) : 0;
    if (op < 0 || op2 < 0) return tree_bad(doc, line->place);
    if (op2 && !takes_per((LimitOp)op, (PerOp)op2)) {
        doc_diag(doc, ODX601, per, per->place, T_JSON_UNKNOWN_WORD, arg_text(per->text));
        op2 = 0;
    }
    buf_init_fixed(&b, handle, sizeof handle);
    buf_fmt(&b, "value%d", (int)line->index + 1);
    amount = graph_operand_maybe(g, n, buf_cstr(&b));
    if (op < AST_LIMIT_HOLD_TO_RESOLUTION && !amount) {
        (void)doc_need(doc, line, "value");
        amount = tree_bad(doc, line->place);
    }
    if (op >= AST_LIMIT_HOLD_TO_RESOLUTION) amount = NULL;
    made = tree_op(GROW(LIMIT, line->place, amount), (uint32_t)op);
    made->op2 = (uint16_t)op2;
    return made;
}

static Node *make_risk(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    const JsonValue *items = json_member(n->data, "items");
    Nodes limits = {0};

    doc_limits_of(doc, n->data, &limits);
    if (items && doc_is(doc, items, JSON_ARRAY)) JSON_EACH(items, v)
        {
            Node *limit = make_limit(g, n, v);

            graph_line_notes(doc, n, "limit", v, limit);
            vec_push(doc->arena, &limits, limit);
        }
    return GROW_LIST(RISK, n->json->place, &limits);
}

/* ---- names and sources ------------------------------------------------------------------------ */

static Node *make_domain(Doc *doc, const GraphNode *n)
{
    const JsonValue *choices = json_member(n->data, "choices"), *low = json_member(n->data, "low"),
                    *high = json_member(n->data, "high");
    Nodes list = {0};
    Node *from;

    if (choices && doc_is(doc, choices, JSON_ARRAY)) {
        JSON_EACH(choices, v) vec_push(doc->arena, &list, read_literal(doc, v));
        if (!choices->count) doc_wrong(doc, choices, "a list of values");
        return GROW_LIST(CHOICES, choices->place, &list);
    }
    if (!low && !high) return NULL;
    from = need_literal(doc, n->data, "low");
    return GROW(RANGE, n->data->place, from, need_literal(doc, n->data, "high"));
}

static Node *make_param(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Node *value = need_literal(doc, n->data, "value"), *domain = make_domain(doc, n);
    Node *step = read_literal(doc, json_member(n->data, "step"));

    return tree_named(doc, GROW(PARAM, n->json->place, value, domain, step), n->let,
                      n->id_at->place);
}

static Node *make_state(Graph *g, const GraphNode *n)
{
    static DocKeys words = {"per slot", "per day", "per run", NULL};
    static const PerOp pers[] = {AST_PER_SLOT, AST_PER_DAY, AST_PER_RUN};
    Doc *doc = g->doc;
    const JsonValue *per = json_member(n->data, "per");
    int which = per ? doc_word(doc, per, words) : -1;
    Node *made = GROW(STATE, n->json->place, graph_operand(g, n, "value"));

    return tree_named(doc, tree_op(made, which < 0 ? AST_PER_NONE : pers[which]), n->let,
                      n->id_at->place);
}

static Node *make_source(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    Place at = n->json->place;
    const JsonValue *data = n->data, *any = json_member(data, "any");
    Node *a, *b, *made;

    switch (n->type) {
    case GRAPH_USE:
        a = read_string(doc, data, "path");
        return GROW(USE, at, a, json_member(data, "pin") ? read_string(doc, data, "pin") : NULL);
    case GRAPH_MARKET:
        a = read_string(doc, data, "selector");
        made = GROW(MARKET, at, a, read_literal(doc, json_member(data, "stale")));
        if (any && any->kind == JSON_TRUE) made->flags |= NF_ANY;
        doc_name_venue(doc, made, doc_need(doc, data, "venue"));
        break;
    case GRAPH_LEADER:
        a = read_string(doc, data, "selector");
        made = GROW(LEADER, at, a, read_literal(doc, json_member(data, "grouped")));
        doc_name_venue(doc, made, doc_need(doc, data, "venue"));
        break;
    case GRAPH_ACCOUNT:
        made = GROW0(ACCOUNT, at);
        doc_name_venue(doc, made, json_member(data, "venue"));
        break;
    default:
        a = need_literal(doc, data, "low");
        b = need_literal(doc, data, "high");
        made = GROW(FEED, at, GROW(RANGE, at, a, b), read_literal(doc, json_member(data, "stale")));
        break;
    }
    return name_line(doc, made, doc_need(doc, data, "name"));
}

static Node *make_show(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;

    return name_line(doc, GROW(SHOW, n->json->place, graph_operand(g, n, "a")),
                     doc_need(doc, n->data, "name"));
}

static Node *make_code(Graph *g, const GraphNode *n)
{
    Doc *doc = g->doc;
    const JsonValue *text = doc_need(doc, n->data, "text");

    return text && doc_is(doc, text, JSON_STRING) ? tree_item(doc, text) : NULL;
}

/* ---- lines ------------------------------------------------------------------------------------ */

static Node *make_item(Graph *g, GraphNode *n)
{
    switch (n->type) {
    case GRAPH_PARAM:
        return make_param(g, n);
    case GRAPH_STATE:
        return make_state(g, n);
    case GRAPH_TRIGGER:
        return make_rule(g, n);
    case GRAPH_ACTION:
        return n->owner ? make_action(g, n) : make_small_rule(g, n);
    case GRAPH_REQUIRE:
        return make_require(g, n);
    case GRAPH_QUOTE:
        return make_quote(g, n);
    case GRAPH_LEGS:
        return make_legs(g, n);
    case GRAPH_REPEAT:
        return make_repeat(g, n);
    case GRAPH_RISK:
        return make_risk(g, n);
    case GRAPH_SHOW:
        return make_show(g, n);
    case GRAPH_CODE:
        return make_code(g, n);
    default:
        return make_source(g, n);
    }
}

static Node *make_line(Graph *g, uint32_t node)
{
    GraphNode *n = &g->nodes.items[node];

    if (graph_class(n) == GRAPH_CLASS_VALUE) {
        graph_make_let(g, node);
    } else if (n->is_sound) {
        n->item = make_item(g, n);
        if (n->item && n->item->kind != NODE_RULE) graph_origin(g, n, n->item);
        if (n->item && n->type == GRAPH_TRIGGER) graph_origin(g, n, n->item);
    }
    if (n->item) doc_notes(g->doc, json_member(n->json, "x-notes"), n->item);
    return n->item;
}

void graph_line_notes(Doc *doc, const GraphNode *n, const char *word, const JsonValue *line,
                      Node *made)
{
    Buf b;

    buf_init(&b, doc->arena, 32);
    buf_fmt(&b, "%s %d", word, (int)line->index + 1);
    doc_notes_on(doc, json_member(n->json, "x-notes"), buf_span(&b), made);
}

/* Limits that stand in actions join the first `risk`, or are one. */
static void add_exits(Graph *g, Nodes *items)
{
    Doc *doc = g->doc;
    Nodes limits = {0};

    if (!g->exits.count) return;
    for (size_t i = 0; i < items->count; i++) {
        Node *risk = items->items[i];

        if (risk->kind != NODE_RISK) continue;
        for (uint32_t k = 0; k < risk->kid_count; k++)
            vec_push(doc->arena, &limits, risk->kids[k]);
        for (size_t k = 0; k < g->exits.count; k++)
            vec_push(doc->arena, &limits, g->exits.items[k]);
        items->items[i] = GROW_LIST(RISK, risk->place, &limits);
        items->items[i]->comments = risk->comments;
        return;
    }
    vec_push(doc->arena, items, GROW_LIST(RISK, doc->root->place, &g->exits));
}

void graph_items(Graph *g, Nodes *items)
{
    Node *market = items->count ? items->items[0] : NULL;
    bool has_lines = false;

    vec_clear(items);
    for (uint32_t i = 0; i < g->nodes.count; i++) {
        GraphNode *n = &g->nodes.items[i];
        bool is_line = graph_class(n) == GRAPH_CLASS_VALUE ? graph_has_line(n) : !n->owner;
        Node *line;

        if (n->owner) continue;
        line = is_line ? make_line(g, i) : NULL;
        if (!line) continue;
        if (!has_lines && line->kind != NODE_USE) {
            has_lines = true;
            if (market) vec_push(g->doc->arena, items, market);
        }
        vec_push(g->doc->arena, items, line);
    }
    if (!has_lines && market) vec_push(g->doc->arena, items, market);
    add_exits(g, items);
}
