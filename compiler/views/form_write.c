/* form_write.c — the tree as a form document; what a form cannot say is told, part by part.
 *
 * The inverse of form_read.c: groups, notes, kept JSON and what was left out come back from the layout's
 * `extra`.  Promise: what is written reads back as the same text; nothing is dropped without a finding. */
#include "compiler/views/form_private.h"
#include "compiler/views/text_write.h"
#include "vm/base/num.h"

typedef struct FormWriter {
    JsonWriter w;
    Arena *scratch;
    Doc doc;                /* for making nodes and reporting */
    const JsonValue *extra; /* what the layout keeps; NULL: nothing */
    const Node *layout;     /* NULL: none */
    bool *is_placed;        /* members of `kept` that are in the form again */
    Buf pointer;
    bool is_refused;
} FormWriter;

/* The finding; the writer wants whole pairs, whatever becomes of them. */
#define refuse(f, at, text, ...)                                             \
    do {                                                                     \
        (f)->is_refused = true;                                              \
        (void)diag_add((f)->doc.diags, ODX610, (at), (text), ##__VA_ARGS__); \
        if ((f)->w.has_key) json_write_null(&(f)->w);                        \
    } while (0)

static bool has_word(const FormWriter *f, const char *list, Span word)
{
    const JsonValue *words = json_member(f->extra, list);

    if (!words || words->kind != JSON_ARRAY) return false;
    JSON_EACH(words, v)
    if (v->kind == JSON_STRING && span_is(v->text, word)) return true;
    return false;
}

static bool is_absent(const FormWriter *f, const char *key)
{
    return has_word(f, "absent", span_str(key));
}

/* Did the document say what the text need not? */
static bool is_said(FormWriter *f, const char *key)
{
    size_t len = f->pointer.len;
    bool is;

    buf_fmt(&f->pointer, "/%s", key);
    is = has_word(f, "said", buf_span(&f->pointer));
    buf_truncate(&f->pointer, len);
    return is;
}

static void put_word(FormWriter *f, const char *key, const char *word)
{
    json_write_key(&f->w, span_str(key));
    json_write_string(&f->w, span_str(word));
}

static void put_bool(FormWriter *f, const char *key, bool value)
{
    json_write_key(&f->w, span_str(key));
    json_write_bool(&f->w, value);
}

/* ---- what the layout keeps -------------------------------------------------------------------- */

/* The key of a kept value when it belongs right into the object of the pointer. */
static Span kept_key(const JsonValue *v, Span object)
{
    Span key = span_from(v->key, object.len);

    if (!span_starts(v->key, object) || !key.len || key.ptr[0] != '/') return (Span){0};
    key = span_from(key, 1);
    return span_find_char(key, '/') == SPAN_NONE_AT ? key : (Span){0};
}

static const JsonValue *kept(const FormWriter *f)
{
    const JsonValue *v = json_member(f->extra, "kept");

    return v && v->kind == JSON_OBJECT ? v : NULL;
}

static bool has_kept(const FormWriter *f, const char *object)
{
    if (!kept(f)) return false;
    JSON_EACH(kept(f), v)
    if (kept_key(v, span_str(object)).len) return true;
    return false;
}

static void place(FormWriter *f, const JsonValue *v, Span key)
{
    f->is_placed[v->index] = true;
    json_write_key(&f->w, key);
    doc_put_json(&f->w, v);
}

/* Can it be there besides what is written anyway? The layout may say anything. */
static bool is_free(const FormWriter *f, Span key)
{
    if (span_eq_str(key, FORM_LAYOUT) || span_eq_str(key, FORM_CARRIED)) return false;
    if (span_eq_str(key, "x-notes")) return span_starts(buf_span(&f->pointer), SPAN("/conditions"));
    return doc_is_foreign(key);
}

/* Foreign keys of the object the pointer names. */
static void put_kept(FormWriter *f)
{
    if (!kept(f)) return;
    JSON_EACH(kept(f), v)
    {
        Span key = kept_key(v, buf_span(&f->pointer));

        if (!key.len || f->is_placed[v->index]) continue;
        key = json_pointer_key(f->scratch, key);
        if (is_free(f, key)) place(f, v, key);
    }
}

/* A member that a form has and a text does not, because the form holds. */
static bool put_unused(FormWriter *f, const char *key)
{
    if (!kept(f)) return false;
    JSON_EACH(kept(f), v)
    {
        if (!span_eq_str(kept_key(v, buf_span(&f->pointer)), key)) continue;
        place(f, v, span_str(key));
        return true;
    }
    return false;
}

/* What belongs to a graph is taken along, for whoever goes back to it. */
static void put_carried(FormWriter *f)
{
    bool is_open = false;

    if (!kept(f)) return;
    JSON_EACH(kept(f), v)
    {
        if (f->is_placed[v->index]) continue;
        if (!doc_is_of_graph(v->key)) {
            (void)diag_add(f->doc.diags, ODX612, f->layout->place, T_KEPT_GONE, arg_text(v->key));
            continue;
        }
        if (!is_open) json_write_key(&f->w, SPAN(FORM_CARRIED));
        if (!is_open) json_write_object(&f->w);
        is_open = true;
        json_write_key(&f->w, v->key);
        doc_put_json(&f->w, v);
    }
    if (is_open) json_write_object_end(&f->w);
}

static void put_coordinate(FormWriter *f, const Node *n)
{
    json_write_number(&f->w, n->kind == NODE_NEG ? -n->kids[0]->num : n->num);
}

static void put_anchor(FormWriter *f, const Node *n)
{
    const Node *id = n->kids[KID_ANCHOR_ID];

    json_write_object(&f->w);
    json_write_key(&f->w, SPAN("anchor"));
    json_write_string(&f->w, n->text);
    if (id) json_write_key(&f->w, SPAN("id"));
    if (id) json_write_string(&f->w, id->text);
    if (n->kids[KID_ANCHOR_X]) {
        json_write_key(&f->w, SPAN("at"));
        json_write_array(&f->w);
        put_coordinate(f, n->kids[KID_ANCHOR_X]);
        put_coordinate(f, n->kids[KID_ANCHOR_Y]);
        json_write_array_end(&f->w);
    }
    json_write_object_end(&f->w);
}

/* Ids and positions of a graph: a form keeps them too, and a layout in which there is nothing. */
static void put_layout(FormWriter *f)
{
    const Node *layout = f->layout;
    bool is_open = layout && (!layout->kid_count || is_said(f, FORM_LAYOUT));

    if (layout && layout->comments) refuse(f, layout->place, T_FORM_COMMENT);
    if (is_open) json_write_key(&f->w, SPAN(FORM_LAYOUT));
    if (is_open) json_write_array(&f->w);
    for (uint32_t i = 0; layout && i < layout->kid_count; i++) {
        if (layout->kids[i]->comments) refuse(f, layout->kids[i]->place, T_FORM_COMMENT);
        if (layout->kids[i]->kind != NODE_ANCHOR) continue;
        if (!is_open) json_write_key(&f->w, SPAN(FORM_LAYOUT));
        if (!is_open) json_write_array(&f->w);
        is_open = true;
        put_anchor(f, layout->kids[i]);
    }
    if (is_open) json_write_array_end(&f->w);
}

static void put_text(FormWriter *f, const Node *n)
{
    Buf b;

    buf_init(&b, f->scratch, SOURCE_MAX_BYTES);
    text_write_value(&b, n, f->scratch);
    json_write_string(&f->w, buf_span(&b));
}

/* ---- values ----------------------------------------------------------------------------------- */

static bool is_number(const Node *n)
{
    return n->kind == NODE_NUMBER || (n->kind == NODE_NEG && n->kids[0]->kind == NODE_NUMBER);
}

/* As a number when that reads back as the same spelling, else as the text has it. */
static void put_number(FormWriter *f, const Node *n, int scale, int shift, NumUnit unit)
{
    const Node *number = n->kind == NODE_NEG ? n->kids[0] : n;
    char text[NUM_TEXT_MAX];
    double x = unit == NUM_M ? number->num / 60 : number->num;
    Span digits = span_of(text, num_shortest(x, text));

    if (number->unit == unit && num_parse_scaled(digits, scale, &x) &&
        span_is(number->text, grow_number_text(f->scratch, x, shift, unit)))
        json_write_number(&f->w, n->kind == NODE_NEG ? -x : x);
    else
        put_text(f, n);
}

static void put_literal(FormWriter *f, const Node *n, const DocField *field)
{
    int shift;
    NumUnit unit = doc_unit(field, &shift);

    if (is_number(n))
        put_number(f, n, field->scale10, shift - field->scale10, unit);
    else if (n->kind == NODE_BOOL)
        json_write_bool(&f->w, n->op != 0);
    else if (n->kind == NODE_PATH && n->kid_count == 1 && field->info &&
             (field->info->unit == FUNIT_DAY || field->info->unit == FUNIT_OUTCOME))
        put_text(f, n);
    else
        refuse(f, n->place, T_FORM_VALUE);
}

static bool is_operand(const Node *n)
{
    return n->kind == NODE_PATH || n->kind == NODE_CALL;
}

/* Keys of an operand into the open object. */
static void put_operand(FormWriter *f, const Node *n, DocField *ret)
{
    bool has_period;
    const char *name = n->kind == NODE_CALL ? doc_indicator_name(n->name, &has_period) : NULL;
    const Node *path = name && n->kid_count ? n->kids[0] : n;
    DocField plain = {0};
    Span column;

    *ret = plain;
    if (path->kind != NODE_PATH || (name && n->kid_count != (has_period ? 2u : 1u))) {
        refuse(f, n->place, T_FORM_FIELD);
        return;
    }
    column = doc_path_column(f->scratch, node_path_text(f->scratch, path), ret);
    if (name) put_word(f, "indicator", name);
    json_write_key(&f->w, name ? SPAN("field") : SPAN("indicator"));
    json_write_string(&f->w, column);
    if (!ret->info) refuse(f, path->place, T_FORM_FIELD);
    if (!name) return;
    if (has_period) {
        json_write_key(&f->w, SPAN("period"));
        put_literal(f, n->kids[1], &plain);
    }
    if (span_eq_str(n->name, "rsi")) *ret = plain;
}

static void put_side(FormWriter *f, const Node *n, const DocField *field, const char *step)
{
    size_t len = f->pointer.len;
    DocField own;
    bool is_word = n->kind == NODE_PATH && field->info &&
                   (field->info->unit == FUNIT_DAY || field->info->unit == FUNIT_OUTCOME);

    if (!is_operand(n) || is_word) {
        put_literal(f, n, field);
        return;
    }
    buf_fmt(&f->pointer, "/value%s", step);
    json_write_object(&f->w);
    put_operand(f, n, &own);
    put_kept(f);
    json_write_object_end(&f->w);
    buf_truncate(&f->pointer, len);
}

/* ---- conditions ------------------------------------------------------------------------------- */

static const char *operator_of(const Node *n)
{
    static const char *const cmps[] = {NULL, "<", "<=", ">", ">="};

    switch (n->kind) {
    case NODE_CMP:
        return cmps[n->op];
    case NODE_IS:
        return n->flags & NF_NOT ? "!=" : "==";
    case NODE_CROSSES:
        return n->op == AST_CROSSES_ABOVE ? "cross_above" : "cross_below";
    case NODE_BETWEEN:
        return "between";
    default:
        return NULL;
    }
}

static void put_rule(FormWriter *f, const Node *n)
{
    const char *op = operator_of(n);
    bool is_between = n->kind == NODE_BETWEEN;
    DocField field = {0};

    json_write_object(&f->w);
    if (op) {
        put_operand(f, n->kids[0], &field);
        put_word(f, "operator", op);
        json_write_key(&f->w, SPAN("value"));
        if (is_between) json_write_array(&f->w);
        put_side(f, n->kids[1], &field, is_between ? "/0" : "");
        if (is_between) put_side(f, n->kids[2], &field, "/1");
        if (is_between) json_write_array_end(&f->w);
    } else {
        refuse(f, n->place, T_FORM_CONDITION);
    }
    put_kept(f);
    json_write_object_end(&f->w);
}

static void put_group(FormWriter *f, const FormGroup *g);

static void put_members(FormWriter *f, const char *list, const FormGroup *g)
{
    size_t len = f->pointer.len;
    int index = 0;

    json_write_key(&f->w, span_str(list));
    json_write_array(&f->w);
    for (const FormGroup *m = g->first; m; m = m->next) {
        buf_fmt(&f->pointer, "/%s/%d", list, index++);
        if (m->rule)
            put_rule(f, m->rule);
        else
            put_group(f, m);
        buf_truncate(&f->pointer, len);
    }
    json_write_array_end(&f->w);
}

static void put_group(FormWriter *f, const FormGroup *g)
{
    json_write_object(&f->w);
    put_word(f, "type", g->is_or ? "OR" : "AND");
    if (g->is_not || is_said(f, "not")) put_bool(f, "not", g->is_not);
    put_members(f, "rules", g);
    put_kept(f);
    json_write_object_end(&f->w);
}

/* The groups the form had, if the condition is still the same; else the plainest ones. */
static const FormGroup *groups_of(FormWriter *f, Node *cond)
{
    const JsonValue *shape = json_member(f->extra, "groups");
    const FormGroup *g = NULL;

    if (shape && shape->kind == JSON_STRING) g = group_fit(&f->doc, shape->text, cond);
    return g ? g : group_of(f->scratch, cond);
}

static void put_conditions(FormWriter *f, Node *cond)
{
    const FormGroup *g = groups_of(f, cond);

    if (group_depth(g) > GROUPS_MAX_DEPTH)
        refuse(f, cond->place, T_FORM_DEPTH, arg_int(GROUPS_MAX_DEPTH));
    if (g->is_or || !is_absent(f, "combine")) put_word(f, "combine", g->is_or ? "OR" : "AND");
    put_members(f, "conditions", g);
}

/* ---- action and risk -------------------------------------------------------------------------- */

static void put_size(FormWriter *f, const Node *order)
{
    const Node *size = order->kids[KID_ORDER_SIZE];
    bool is_share = node_is(size, NODE_BINARY) && size->op == AST_OF && is_number(size->kids[0]) &&
                    size->kids[1]->kind == NODE_PATH &&
                    span_eq_str(node_path_text(f->scratch, size->kids[1]), "equity");
    bool is_usd = node_is(size, NODE_NUMBER) && size->unit == NUM_USD;
    bool is_shares = node_is(size, NODE_NUMBER) && size->unit == NUM_SHARES;

    if (!size) {
        put_word(f, "size_mode", "all");
        return;
    }
    if (!is_share && !is_usd && !is_shares) {
        refuse(f, size->place, T_FORM_SIZE);
        return;
    }
    if (!is_usd || !is_absent(f, "size_mode"))
        put_word(f, "size_mode", is_usd ? "fixed" : is_shares ? "shares" : "percent");
    json_write_key(&f->w, span_str(is_usd ? "size_usdc" : is_shares ? "size_shares" : "size_pct"));
    if (is_share)
        put_number(f, size->kids[0], 2, 0, NUM_PERCENT);
    else
        put_number(f, size, 0, 0, (NumUnit)size->unit);
}

static void put_price(FormWriter *f, const Node *order)
{
    const Node *price = order->kids[KID_ORDER_PRICE];
    bool is_market = node_is(price, NODE_PRICE_MARKET);

    for (uint32_t i = KID_ORDER_MODIFIERS; i < order->kid_count; i++)
        refuse(f, order->kids[i]->place, T_FORM_MODIFIER);
    if (is_market && price->kids[0]) refuse(f, price->kids[0]->place, T_FORM_WITHIN);
    if (!is_market || !is_absent(f, "order_type"))
        put_word(f, "order_type", is_market ? "market" : "limit");
    if (is_market) return;
    json_write_key(&f->w, SPAN("price"));
    put_literal(f, price, &(DocField){.info = field_info(1)}); /* as a bid */
}

static void put_token(FormWriter *f, const Node *token)
{
    static const char *const words[][2] = {
        {"up", "UP"}, {"down", "DOWN"}, {"yes", "YES"}, {"no", "NO"}};
    Span text = token->kind == NODE_PATH ? node_path_text(f->scratch, token) : (Span){0};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!span_eq_str(text, words[i][0])) continue;
        put_word(f, "outcome", words[i][1]);
        return;
    }
    refuse(f, token->place, T_FORM_TOKEN);
}

static void note(FormWriter *f, DocNotes *notes, const char *on, const Node *n)
{
    vec_push(f->scratch, notes, (DocNote){on, n});
}

static void put_order(FormWriter *f, const Node *rule, const Node *order)
{
    const Node *block = rule->kids[KID_RULE_BLOCK];
    DocNotes notes = {0};

    note(f, &notes, "", rule);
    note(f, &notes, "block", block);
    note(f, &notes, "order", order);
    put_word(f, "signal", order->op == AST_SIDE_BUY ? "buy" : "sell");
    put_token(f, order->kids[KID_ORDER_TOKEN]);
    put_size(f, order);
    put_price(f, order);
    doc_put_notes(&f->w, f->scratch, &notes);
}

static void put_action(FormWriter *f, const Node *rule)
{
    const Node *block = rule ? rule->kids[KID_RULE_BLOCK] : NULL;

    json_write_key(&f->w, SPAN("action"));
    json_write_object(&f->w);
    buf_str(&f->pointer, "/action");
    if (!rule) put_word(f, "signal", "hold");
    for (size_t i = 0; !rule && form_action_keys[i]; i++)
        (void)put_unused(f, form_action_keys[i]);
    if (!rule) (void)put_unused(f, "x-notes");
    if (rule && !block->kid_count) refuse(f, block->place, T_FORM_NOT_ORDER);
    for (uint32_t i = 0; rule && i < block->kid_count; i++)
        if (i > 0)
            refuse(f, block->kids[i]->place, T_FORM_ACTIONS);
        else if (block->kids[i]->kind != NODE_ORDER)
            refuse(f, block->kids[i]->place, T_FORM_NOT_ORDER);
        else
            put_order(f, rule, block->kids[i]);
    put_kept(f);
    buf_clear(&f->pointer);
    json_write_object_end(&f->w);
}

static bool has_limit(const DocNotes *written, const char *key)
{
    for (size_t i = 0; i < written->count; i++)
        if (span_eq_str(span_str(written->items[i].on), key)) return true;
    return false;
}

static void put_limit(FormWriter *f, const Node *n, DocNotes *notes)
{
    const DocLimit *l = doc_limit_of(n);

    if (!l) {
        refuse(f, n->place, T_FORM_LIMIT, arg_str(limit_op_words((LimitOp)n->op)),
               arg_str(n->op2 ? " " : ""), arg_str(n->op2 ? per_op_words((PerOp)n->op2) : ""));
    } else if (has_limit(notes, l->key)) {
        refuse(f, n->place, T_FORM_SECOND, arg_str(limit_op_words((LimitOp)n->op)));
    } else {
        note(f, notes, l->key, n);
        json_write_key(&f->w, span_str(l->key));
        if (is_number(n->kids[0]))
            put_number(f, n->kids[0], l->unit == NUM_PERCENT ? 2 : 0, 0, (NumUnit)l->unit);
        else
            refuse(f, n->kids[0]->place, T_FORM_AMOUNT);
    }
}

/* NULL: the text has none, the document had an empty one. */
static void put_risk(FormWriter *f, const Node *risk)
{
    DocNotes notes = {0};

    if (!risk && !is_said(f, "risk") && !has_kept(f, "/risk")) return;
    json_write_key(&f->w, SPAN("risk"));
    json_write_object(&f->w);
    if (risk) note(f, &notes, "", risk);
    for (uint32_t i = 0; risk && i < risk->kid_count; i++)
        put_limit(f, risk->kids[i], &notes);
    doc_put_notes(&f->w, f->scratch, &notes);
    buf_str(&f->pointer, "/risk");
    if (!risk) (void)put_unused(f, "x-notes");
    put_kept(f);
    buf_clear(&f->pointer);
    json_write_object_end(&f->w);
}

/* ---- the document ----------------------------------------------------------------------------- */

static void put_market(FormWriter *f, const Node *m)
{
    DocNotes notes = {0};

    if (m->kids[KID_MARKET_STALE]) refuse(f, m->kids[KID_MARKET_STALE]->place, T_FORM_STALE);
    if (is_absent(f, "market")) return;
    json_write_key(&f->w, SPAN("market"));
    json_write_object(&f->w);
    buf_str(&f->pointer, "/market");
    json_write_key(&f->w, SPAN("venue"));
    json_write_string(&f->w, m->name2);
    json_write_key(&f->w, SPAN("selector"));
    json_write_string(&f->w, m->kids[KID_MARKET_SELECTOR]->text);
    if (!span_eq_str(m->name, "m") || is_said(f, "name")) {
        json_write_key(&f->w, SPAN("name"));
        json_write_string(&f->w, m->name);
    }
    if ((m->flags & NF_ANY) || is_said(f, "any")) put_bool(f, "any", m->flags & NF_ANY);
    note(f, &notes, "", m);
    doc_put_notes(&f->w, f->scratch, &notes);
    put_kept(f);
    buf_clear(&f->pointer);
    json_write_object_end(&f->w);
}

static void put_head(FormWriter *f, const Node *file, const Node *market)
{
    const Node *header = file->kids[KID_FILE_HEADER];
    DocNotes notes = {0};

    if (header->op == AST_HEADER_MODULE) refuse(f, header->place, T_FORM_MODULE);
    if (!is_absent(f, "odx")) {
        json_write_key(&f->w, SPAN("odx"));
        json_write_int(&f->w, 1);
    }
    put_word(f, "mode", "form");
    if (!is_absent(f, "name") || !span_eq_str(header->kids[0]->text, "Imported form")) {
        json_write_key(&f->w, SPAN("name"));
        json_write_string(&f->w, header->kids[0]->text);
    }
    note(f, &notes, "", header);
    note(f, &notes, "file", file);
    /* a document that names no market has room for comments of the text's one here */
    if (market && is_absent(f, "market")) note(f, &notes, "market", market);
    doc_put_notes(&f->w, f->scratch, &notes);
}

/* Conditions of a form that holds: the text has no use for them. */
static void put_idle(FormWriter *f)
{
    (void)put_unused(f, "combine");
    if (put_unused(f, "conditions")) return;
    json_write_key(&f->w, SPAN("conditions"));
    json_write_array(&f->w);
    json_write_array_end(&f->w);
}

/* The one rule; NULL: the form holds, and keeps the conditions it does not use. */
static void put_when(FormWriter *f, const Node *rule)
{
    if (rule && rule->op != AST_RULE_WHEN)
        refuse(f, rule->place, T_FORM_RULE);
    else if (rule)
        put_conditions(f, rule->kids[KID_RULE_COND]);
    else
        put_idle(f);
    put_action(f, rule);
}

/* The parts of a form, each at most once and in this order. */
enum { PART_MARKET, PART_RULE, PART_RISK, PARTS };

static bool find_part(const Node *n, size_t *ret)
{
    static const NodeKind kinds[PARTS] = {NODE_MARKET, NODE_RULE, NODE_RISK};

    for (*ret = 0; *ret < PARTS; (*ret)++)
        if (n->kind == kinds[*ret]) return true;
    return false;
}

static void find_parts(FormWriter *f, const Node *file, const Node *parts[PARTS])
{
    size_t which, last = 0;

    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++) {
        const Node *n = file->kids[i];

        if (n->kind == NODE_LAYOUT) {
            f->layout = n;
        } else if (!find_part(n, &which)) {
            refuse(f, n->place, T_FORM_ITEM, arg_str(node_kind_says((NodeKind)n->kind)));
        } else if (parts[which]) {
            refuse(f, n->place, T_FORM_SECOND, arg_str(node_kind_says((NodeKind)n->kind)));
        } else {
            if (which < last) refuse(f, n->place, T_FORM_ORDER);
            parts[which] = n;
            last = which;
        }
    }
    if (!parts[PART_MARKET]) refuse(f, file->kids[KID_FILE_HEADER]->place, T_FORM_NO_MARKET);
}

static void read_extra(FormWriter *f)
{
    const Node *layout = f->layout;

    for (uint32_t i = 0; layout && i < layout->kid_count; i++)
        if (layout->kids[i]->kind == NODE_EXTRA)
            f->extra = json_tree_read(f->scratch, 0, layout->kids[i]->kids[0]->text).root;
    if (!kept(f)) return;
    f->is_placed = arena_array(f->scratch, bool, kept(f)->count);
    if (!f->is_placed) f->extra = NULL;
}

bool form_write(Buf *out, Node *file, Diags *diags, Arena *scratch)
{
    const Node *parts[PARTS] = {NULL};
    Parse parse = {.arena = scratch, .diags = diags};
    FormWriter f = {.scratch = scratch, .doc = {.arena = scratch, .parse = &parse, .diags = diags}};

    if (!file->kids[KID_FILE_HEADER]) return false; /* said by the parser */
    json_write_init(&f.w, out, true);
    json_write_object(&f.w);
    find_parts(&f, file, parts);
    read_extra(&f);
    buf_init(&f.pointer, scratch, 4096);
    put_head(&f, file, parts[PART_MARKET]);
    if (parts[PART_MARKET]) put_market(&f, parts[PART_MARKET]);
    put_when(&f, parts[PART_RULE]);
    put_risk(&f, parts[PART_RISK]);
    put_layout(&f);
    put_kept(&f);
    put_carried(&f);
    json_write_object_end(&f.w);
    buf_char(out, '\n');
    return !f.is_refused;
}
