/* graph_data.c — what stands in the `data` of a node.  See graph_write.h.
 *
 * A literal is a number in the scale of what it is compared with where that reads back as the same
 * spelling, else a text as the language spells it; what an edge brings is left out. */
#include "compiler/views/graph_plan.h"
#include "compiler/views/text_write.h"
#include "vm/base/num.h"

typedef struct DataWriter {
    JsonWriter *w;
    const GraphPlan *plan;
    const PlanNode *node;
    Arena *scratch;
    Map *by_handle; /* of many inputs */
} DataWriter;

static void put_key(DataWriter *d, const char *key)
{
    json_write_key(d->w, span_str(key));
}

static void put_word(DataWriter *d, const char *key, const char *word)
{
    put_key(d, key);
    json_write_string(d->w, span_str(word));
}

static void put_span(DataWriter *d, const char *key, Span text)
{
    put_key(d, key);
    json_write_string(d->w, text);
}

static void put_true(DataWriter *d, const char *key)
{
    put_key(d, key);
    json_write_bool(d->w, true);
}

static void put_text(DataWriter *d, const Node *n)
{
    Buf b;

    buf_init(&b, d->scratch, SOURCE_MAX_BYTES);
    text_write_value(&b, n, d->scratch);
    json_write_string(d->w, buf_span(&b));
}

static void index_edges(DataWriter *d)
{
    enum { FEW = 16 };
    uint32_t count = 0;

    for (uint32_t i = d->node->first_edge; i != PLAN_NONE; i = d->plan->edges.items[i].next)
        count++;
    if (count <= FEW) return;
    d->by_handle = arena_new(d->scratch, Map);
    if (arena_is_full(d->scratch)) {
        d->by_handle = NULL;
        return;
    }
    map_init(d->by_handle, d->scratch);
    for (uint32_t i = d->node->first_edge; i != PLAN_NONE; i = d->plan->edges.items[i].next)
        if (!d->plan->edges.items[i].is_member)
            map_put(d->by_handle, d->plan->edges.items[i].handle, i);
}

static bool has_edge(const DataWriter *d, const char *handle)
{
    if (d->by_handle) return map_find(d->by_handle, span_str(handle)) != NULL;
    return plan_input(d->plan, d->node, span_str(handle)) != NULL;
}

/* ---- literals --------------------------------------------------------------------------------- */

/* The number a document would have, if that reads back as the same spelling. */
static bool number_of(const DataWriter *d, const Node *n, int scale, int shift, NumUnit unit,
                      double *ret)
{
    const Node *number = n->kind == NODE_NEG ? n->kids[0] : n;
    char text[NUM_TEXT_MAX];
    double x;

    if (number->kind != NODE_NUMBER || number->unit != unit) return false;
    x = unit == NUM_M ? number->num / 60 : number->num;
    if (!num_parse_scaled(span_of(text, num_shortest(x, text)), scale, &x)) return false;
    if (!span_is(number->text, grow_number_text(d->scratch, x, shift, unit))) return false;
    *ret = n->kind == NODE_NEG ? -x : x;
    return n->kind != NODE_NEG || x != 0;
}

static void put_literal(DataWriter *d, const Node *n, const DocField *f)
{
    int shift;
    NumUnit unit = doc_unit(f, &shift);
    bool is_day = f->info && f->info->unit == FUNIT_DAY;
    double x;

    if (n->kind == NODE_BOOL)
        json_write_bool(d->w, n->op != 0);
    else if (!is_day && number_of(d, n, f->scale10, shift - f->scale10, unit, &x))
        json_write_number(d->w, x);
    else
        put_text(d, n);
}

static void put_plain(DataWriter *d, const Node *n)
{
    static const DocField plain = {0};

    put_literal(d, n, &plain);
}

static void put_number_key(DataWriter *d, const char *key, const Node *n, int scale, NumUnit unit)
{
    double x;

    put_key(d, key);
    if (number_of(d, n, scale, 0, unit, &x))
        json_write_number(d->w, x);
    else
        put_text(d, n);
}

/* The input is in the data unless an edge brings it. */
static void put_input(DataWriter *d, const char *handle, const Node *n)
{
    if (has_edge(d, handle)) return;
    put_key(d, handle);
    put_plain(d, n);
}

/* ---- values ----------------------------------------------------------------------------------- */

static void put_inputs_of(DataWriter *d, const Node *n)
{
    for (size_t i = 0; i < plan_operand_count; i++)
        if (plan_operands[i].kind == n->kind && plan_operands[i].can_inline)
            put_input(d, plan_operands[i].handle, n->kids[plan_operands[i].kid]);
}

static const char *comparator_word(const Node *n)
{
    static const char *const cmps[] = {"", "<", "<=", ">", ">="};
    bool is_not = (n->flags & NF_NOT) != 0;

    switch (n->kind) {
    case NODE_CMP:
        return cmps[n->op];
    case NODE_IS:
        return is_not ? "!=" : "==";
    case NODE_BETWEEN:
        return "between";
    default:
        if (n->kids[1]->kind == NODE_RANGE) return is_not ? "not_in_range" : "in_range";
        return is_not ? "not_in" : "in";
    }
}

/* What a literal is compared with: numbers are in its scale when the document shows which that is. */
typedef struct Scale {
    DocField field;
    bool is_shown;
} Scale;

static Scale scale_of(const DataWriter *d)
{
    const PlanEdge *a = plan_input(d->plan, d->node, SPAN("a"));
    const PlanNode *left = a ? &d->plan->nodes.items[a->from] : NULL;

    if (!left) return (Scale){.is_shown = true};
    return (Scale){left->field, !left->holder && left->type != GRAPH_LET};
}

static void put_scaled(DataWriter *d, const Node *n, const Scale *s)
{
    if (s->is_shown || n->kind == NODE_BOOL)
        put_literal(d, n, &s->field);
    else
        put_text(d, n);
}

/* A list of what is compared with; null for what an edge brings. */
static void put_list(DataWriter *d, const char *key, Node *const *items, uint32_t count,
                     const Scale *s)
{
    put_key(d, key);
    json_write_array(d->w);
    for (uint32_t i = 0; i < count; i++) {
        char handle[16];
        Buf b;

        buf_init_fixed(&b, handle, sizeof handle);
        buf_uint(&b, i + 1);
        if (has_edge(d, buf_cstr(&b)))
            json_write_null(d->w);
        else
            put_scaled(d, items[i], s);
    }
    json_write_array_end(d->w);
}

static void put_comparator(DataWriter *d, const Node *n)
{
    Scale s = scale_of(d);

    put_word(d, "operator", comparator_word(n));
    put_input(d, "a", n->kids[0]);
    if (n->kind == NODE_BETWEEN) {
        put_list(d, "value", n->kids + 1, 2, &s);
    } else if (n->kind == NODE_IN) {
        put_list(d, "value", n->kids[1]->kids, n->kids[1]->kid_count, &s);
    } else if (!has_edge(d, "b")) {
        put_key(d, "value");
        put_scaled(d, n->kids[1], &s);
    }
}

static void put_math(DataWriter *d, const Node *n)
{
    static const char *const words[] = {"", "+", "-", "*", "/", "of"};

    put_word(d, "operator", n->kind == NODE_NEG ? "neg" : words[n->op]);
}

static void put_fn(DataWriter *d, const Node *n)
{
    bool has_literals = false;

    put_span(d, "fn", n->name);
    for (uint32_t i = 0; i < n->kid_count; i++) {
        char handle[16];
        Buf b;

        buf_init_fixed(&b, handle, sizeof handle);
        buf_uint(&b, i + 1);
        has_literals = has_literals || !has_edge(d, buf_cstr(&b));
    }
    if (has_literals) put_list(d, "args", n->kids, n->kid_count, &(Scale){.is_shown = true});
}

static void put_path(DataWriter *d, const char *key, const Node *path)
{
    Span text = node_path_text(d->scratch, path);
    DocField field;

    put_span(d, key, d->node->is_of_feed ? text : doc_path_column(d->scratch, text, &field));
}

static void put_indicator(DataWriter *d, const Node *n)
{
    bool has_period;

    put_word(d, "fn", doc_indicator_name(n->name, &has_period));
    if (!has_edge(d, "a")) put_path(d, "field", n->kids[0]);
    if (has_period) put_input(d, "period", n->kids[1]);
}

static void put_value_data(DataWriter *d, const Node *n)
{
    switch (d->node->type) {
    case GRAPH_INPUT:
        put_path(d, "field", n);
        break;
    case GRAPH_CONST:
        put_key(d, "value");
        put_plain(d, n);
        break;
    case GRAPH_INDICATOR:
        put_indicator(d, n);
        break;
    case GRAPH_COMPARATOR:
        put_comparator(d, n);
        return;
    case GRAPH_LOGIC:
        put_word(d, "operator",
                 d->node->wrapping     ? (d->node->wrapping == NODE_OR ? "OR" : "AND")
                 : n->kind == NODE_NOT ? "NOT"
                 : n->kind == NODE_OR  ? "OR"
                                       : "AND");
        return;
    case GRAPH_MATH:
        put_math(d, n);
        break;
    case GRAPH_CROSS:
        put_word(d, "operator", n->op == AST_CROSSES_ABOVE ? "above" : "below");
        break;
    case GRAPH_PREV:
        if (n->kid_count == 2) put_input(d, "n", n->kids[1]);
        break;
    case GRAPH_SAMPLE:
        if (n->kind == NODE_ACROSS) put_true(d, "across");
        break;
    case GRAPH_FN:
        put_fn(d, n);
        break;
    case GRAPH_FOLD:
        put_span(d, "fn", n->name);
        put_span(d, "counter", n->name2);
        put_input(d, "low", n->kids[0]->kids[0]);
        put_input(d, "high", n->kids[0]->kids[1]);
        break;
    default:
        break;
    }
    if (d->node->type != GRAPH_CONST) put_inputs_of(d, n);
}

/* ---- orders ----------------------------------------------------------------------------------- */

static void put_token(DataWriter *d, const char *key, const Node *token)
{
    static const char *const words[][2] = {
        {"up", "UP"}, {"down", "DOWN"}, {"yes", "YES"}, {"no", "NO"}};
    Span text = node_path_text(d->scratch, token);

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (span_eq_str(text, words[i][0])) text = span_str(words[i][1]);
    put_span(d, key, text);
}

static void put_size(DataWriter *d, const Node *size)
{
    if (!size) {
        put_word(d, "size_mode", "all");
    } else if (has_edge(d, "size")) {
        return;
    } else if (size->kind == NODE_NUMBER && size->unit == NUM_USD) {
        put_word(d, "size_mode", "fixed");
        put_number_key(d, "size_usdc", size, 0, NUM_USD);
    } else if (size->kind == NODE_NUMBER && size->unit == NUM_SHARES) {
        put_word(d, "size_mode", "shares");
        put_number_key(d, "size_shares", size, 0, NUM_SHARES);
    } else if (size->kind == NODE_BINARY) {
        put_word(d, "size_mode", "percent");
        put_number_key(d, "size_pct", size->kids[0], 2, NUM_PERCENT);
    } else {
        put_key(d, "size");
        put_text(d, size);
    }
}

static void put_price(DataWriter *d, const Node *price)
{
    bool is_market = price->kind == NODE_PRICE_MARKET;

    put_word(d, "order_type", is_market ? "market" : "limit");
    if (is_market && price->kids[0] && !has_edge(d, "within")) {
        put_key(d, "within");
        put_text(d, price->kids[0]);
    }
    if (is_market || has_edge(d, "price")) return;
    put_key(d, "price");
    put_literal(d, price, &(DocField){.info = field_info(1)}); /* as a bid */
}

static void put_modifiers(DataWriter *d, const Node *order)
{
    static const char *const words[] = {"", "post only", "good for ", "all or nothing",
                                        "now or never"};

    if (order->kid_count <= KID_ORDER_MODIFIERS) return;
    put_key(d, "modifiers");
    json_write_array(d->w);
    for (uint32_t i = KID_ORDER_MODIFIERS; i < order->kid_count; i++) {
        const Node *m = order->kids[i];
        Buf b;

        buf_init(&b, d->scratch, SOURCE_MAX_BYTES);
        buf_str(&b, words[m->op]);
        if (m->kids[0]) text_write_value(&b, m->kids[0], d->scratch);
        json_write_string(d->w, buf_span(&b));
    }
    json_write_array_end(d->w);
}

static void put_order(DataWriter *d, const Node *n)
{
    put_word(d, "signal", n->op == AST_SIDE_BUY ? "buy" : "sell");
    put_token(d, "outcome", n->kids[KID_ORDER_TOKEN]);
    put_size(d, n->kids[KID_ORDER_SIZE]);
    put_price(d, n->kids[KID_ORDER_PRICE]);
    put_modifiers(d, n);
}

static void put_action(DataWriter *d, const Node *n)
{
    switch (n->kind) {
    case NODE_ORDER:
        put_order(d, n);
        break;
    case NODE_CLOSE:
        put_word(d, "signal", "close");
        put_token(d, "outcome", n->kids[KID_CLOSE_TOKEN]);
        if (n->kids[KID_CLOSE_WITHIN]) put_input(d, "within", n->kids[KID_CLOSE_WITHIN]);
        break;
    case NODE_CANCEL:
        put_word(d, "signal", "cancel");
        if (n->kids[0]) put_token(d, "outcome", n->kids[0]);
        break;
    case NODE_SETS:
        put_word(d, "signal", n->op == AST_SETS_SPLIT ? "split" : "merge");
        put_size(d, n->kids[KID_SETS_SIZE]);
        put_span(d, "market", node_path_text(d->scratch, n->kids[KID_SETS_MARKET]));
        break;
    case NODE_SET:
        put_word(d, "signal", "set");
        put_span(d, "name", n->name);
        put_input(d, "value", n->kids[0]);
        break;
    default:
        put_word(d, "signal", "alert");
        put_span(d, "message", n->kids[0]->text);
        break;
    }
    if (d->node->holder) put_input(d, "if", d->node->holder->kids[KID_RULE_COND]);
}

/* ---- rules and what stands in them ------------------------------------------------------------ */

static void put_trigger(DataWriter *d, const Node *n)
{
    static const char *const words[] = {"", "when", "while", "on"};

    put_word(d, "on", words[n->op]);
    if (n->kids[KID_RULE_EVENT]) {
        Buf b;

        buf_init(&b, d->scratch, SOURCE_MAX_BYTES);
        text_write_event(&b, n->kids[KID_RULE_EVENT], d->scratch);
        put_span(d, "event", buf_span(&b));
    }
    if (n->kids[KID_RULE_COND]) put_input(d, "if", n->kids[KID_RULE_COND]);
}

static void put_quote(DataWriter *d, const Node *n)
{
    put_token(d, "token", n->kids[KID_QUOTE_TOKEN]);
    put_key(d, "sides");
    json_write_array(d->w);
    for (uint32_t i = KID_QUOTE_SIDES; i < n->kid_count; i++) {
        static const char *const keys[] = {"price", "size"};
        const Node *side = n->kids[i];
        bool is_side = side->kind == NODE_QUOTE_SIDE;

        json_write_object(d->w);
        put_word(d, "side", !is_side ? "refresh" : side->op == AST_QUOTE_BID ? "bid" : "ask");
        for (uint32_t k = 0; k < side->kid_count; k++) {
            char handle[24];
            Buf b;

            buf_init_fixed(&b, handle, sizeof handle);
            buf_fmt(&b, "%s%d", is_side ? keys[k] : "by", (int)i);
            if (has_edge(d, buf_cstr(&b))) continue;
            put_key(d, is_side ? keys[k] : "by");
            put_plain(d, side->kids[k]);
        }
        json_write_object_end(d->w);
    }
    json_write_array_end(d->w);
}

/* The row of a limit that a number says. */
static const DocLimit *original_limit(const DataWriter *d, const Node *n)
{
    const DocLimit *row = doc_limit_of(n);
    double x;

    if (!row || n->comments || !n->kids[0]) return NULL;
    return number_of(d, n->kids[0], row->unit == NUM_PERCENT ? 2 : 0, 0, (NumUnit)row->unit, &x)
               ? row
               : NULL;
}

/* The keys of the original suffice, and each stands once. */
static bool is_original_risk(const DataWriter *d, const Node *risk)
{
    uint32_t seen = 0;

    if (d->node->first_edge != PLAN_NONE) return false;
    for (uint32_t i = 0; i < risk->kid_count; i++) {
        const DocLimit *row = original_limit(d, risk->kids[i]);

        if (!row || (seen >> (row - doc_limits) & 1)) return false;
        seen |= 1u << (row - doc_limits);
    }
    return risk->kid_count > 0;
}

static void put_limit(DataWriter *d, const Node *n, uint32_t number)
{
    char handle[24];
    Buf b;

    buf_init_fixed(&b, handle, sizeof handle);
    buf_fmt(&b, "value%d", (int)number);
    json_write_object(d->w);
    put_word(d, "limit", limit_op_words((LimitOp)n->op));
    if (n->kids[0] && !has_edge(d, buf_cstr(&b))) {
        put_key(d, "value");
        put_plain(d, n->kids[0]);
    }
    if (n->op2) put_word(d, "per", per_op_words((PerOp)n->op2));
    json_write_object_end(d->w);
}

static void put_risk(DataWriter *d, const Node *risk)
{
    bool is_original = is_original_risk(d, risk);

    if (!is_original) put_key(d, "items");
    if (!is_original) json_write_array(d->w);
    for (uint32_t i = 0; i < risk->kid_count; i++) {
        const DocLimit *row = doc_limit_of(risk->kids[i]);

        if (is_original)
            put_number_key(d, row->key, risk->kids[i]->kids[0], row->unit == NUM_PERCENT ? 2 : 0,
                           (NumUnit)row->unit);
        else
            put_limit(d, risk->kids[i], i + 1);
    }
    if (!is_original) json_write_array_end(d->w);
}

/* ---- items ------------------------------------------------------------------------------------ */

static void put_choices(DataWriter *d, const char *key, const Node *choices)
{
    put_key(d, key);
    json_write_array(d->w);
    for (uint32_t i = 0; i < choices->kid_count; i++)
        put_plain(d, choices->kids[i]);
    json_write_array_end(d->w);
}

static void put_plain_key(DataWriter *d, const char *key, const Node *n)
{
    if (!n) return;
    put_key(d, key);
    put_plain(d, n);
}

static void put_param(DataWriter *d, const Node *n)
{
    const Node *domain = n->kids[KID_PARAM_DOMAIN];

    put_span(d, "name", n->name);
    put_plain_key(d, "value", n->kids[KID_PARAM_VALUE]);
    if (node_is(domain, NODE_CHOICES)) put_choices(d, "choices", domain);
    if (node_is(domain, NODE_RANGE)) {
        put_plain_key(d, "low", domain->kids[0]);
        put_plain_key(d, "high", domain->kids[1]);
    }
    put_plain_key(d, "step", n->kids[KID_PARAM_STEP]);
}

static void put_source(DataWriter *d, const Node *n)
{
    bool is_plain = !d->node && span_eq_str(n->name, "m"); /* the document's own */

    if (n->kind != NODE_USE && !is_plain) put_span(d, "name", n->name);
    if (n->kind != NODE_USE && n->name2.len) put_span(d, "venue", n->name2);
    switch (n->kind) {
    case NODE_USE:
        put_span(d, "path", n->kids[KID_USE_PATH]->text);
        if (n->kids[KID_USE_PIN]) put_span(d, "pin", n->kids[KID_USE_PIN]->text);
        break;
    case NODE_MARKET:
        put_span(d, "selector", n->kids[KID_MARKET_SELECTOR]->text);
        if (n->flags & NF_ANY) put_true(d, "any");
        put_plain_key(d, "stale", n->kids[KID_MARKET_STALE]);
        break;
    case NODE_LEADER:
        put_span(d, "selector", n->kids[KID_LEADER_SELECTOR]->text);
        put_plain_key(d, "grouped", n->kids[KID_LEADER_GROUPED]);
        break;
    case NODE_FEED:
        put_plain_key(d, "low", n->kids[KID_FEED_RANGE]->kids[0]);
        put_plain_key(d, "high", n->kids[KID_FEED_RANGE]->kids[1]);
        put_plain_key(d, "stale", n->kids[KID_FEED_STALE]);
        break;
    default:
        break;
    }
}

static void put_code(DataWriter *d, const Node *n)
{
    Buf b;

    buf_init(&b, d->scratch, 2 * SOURCE_MAX_BYTES);
    text_write_item(&b, n, d->scratch);
    put_span(d, "text", span_trim(buf_span(&b)));
}

static void put_item_data(DataWriter *d, const Node *n)
{
    switch (d->node->type) {
    case GRAPH_PARAM:
        put_param(d, n);
        break;
    case GRAPH_STATE:
        put_span(d, "name", n->name);
        put_input(d, "value", n->kids[0]);
        if (n->op) put_word(d, "per", per_op_words((PerOp)n->op));
        break;
    case GRAPH_TRIGGER:
        put_trigger(d, n);
        break;
    case GRAPH_ACTION:
        put_action(d, n);
        break;
    case GRAPH_REQUIRE:
        put_input(d, "a", n->kids[0]);
        put_span(d, "else", n->name);
        break;
    case GRAPH_QUOTE:
        put_quote(d, n);
        break;
    case GRAPH_LEGS:
        put_input(d, "within", n->kids[KID_TOGETHER_WITHIN]);
        put_word(d, "or", n->op == AST_TOGETHER_UNWIND ? "unwind" : "keep");
        break;
    case GRAPH_REPEAT:
        put_span(d, "counter", n->name);
        put_input(d, "low", n->kids[KID_REPEAT_RANGE]->kids[0]);
        put_input(d, "high", n->kids[KID_REPEAT_RANGE]->kids[1]);
        break;
    case GRAPH_RISK:
        put_risk(d, n);
        break;
    case GRAPH_SHOW:
        put_span(d, "name", n->name);
        break;
    case GRAPH_CODE:
        put_code(d, n);
        break;
    default:
        put_source(d, n);
        break;
    }
}

void graph_put_data(JsonWriter *w, const GraphPlan *plan, const PlanNode *node, Arena *scratch)
{
    JsonWriter own;
    DataWriter d = {.w = &own, .plan = plan, .node = node, .scratch = scratch};
    bool is_value = graph_types[node->type].class == GRAPH_CLASS_VALUE;
    Buf b;

    buf_init(&b, scratch, 2 * JSON_SIZE_MAX);
    json_write_init(&own, &b, false);
    json_write_object(&own);
    index_edges(&d);
    if (is_value && node->holder) put_span(&d, "name", node->holder->name);
    if (is_value && node->type != GRAPH_LET) put_value_data(&d, node->tree);
    if (!is_value) put_item_data(&d, node->tree);
    json_write_object_end(&own);
    if (b.len > 2 && !buf_is_full(&b)) {
        json_write_key(w, SPAN("data"));
        json_write_raw(w, buf_span(&b));
    }
}

void graph_put_market(JsonWriter *w, const Node *market, Arena *scratch)
{
    DataWriter d = {.w = w, .scratch = scratch};

    json_write_object(w);
    put_source(&d, market);
    json_write_object_end(w);
}
