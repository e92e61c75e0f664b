/* form_write.c — the tree as a form document, as far as forms go (LANGUAGE 4.4).
 *
 * In: a FILE without unreadable parts.  Out: JSON that form_read takes back to the same text, or the part
 * of the tree that no form can say.  Numbers go in their column's scale; other spellings as text. */
#include "compiler/views/document_private.h"
#include "compiler/views/text_write.h"
#include "vm/base/num.h"

typedef struct FormWriter {
    JsonWriter w;
    Arena *scratch;
    const JsonValue *extra; /* what the layout keeps; NULL: nothing */
    Buf pointer;
    const Node *why; /* what a form cannot say */
} FormWriter;

static void refuse(FormWriter *f, const Node *n)
{
    if (!f->why) f->why = n;
    if (f->w.has_key)
        json_write_null(&f->w); /* the writer wants whole pairs, whatever becomes of them */
}

static bool is_absent(const FormWriter *f, const char *key)
{
    const JsonValue *absent = json_member(f->extra, "absent");

    if (!absent || absent->kind != JSON_ARRAY) return false;
    JSON_EACH(absent, v)
    if (span_eq_str(v->text, key)) return true;
    return false;
}

static void put_word(FormWriter *f, const char *key, const char *word)
{
    json_write_key(&f->w, span_str(key));
    json_write_string(&f->w, span_str(word));
}

/* Own comments as notes; those a form has no place for stand in the way. */
static void put_notes(FormWriter *f, const Node *n)
{
    const Comments *c = n->comments;

    if (!c) return;
    if (c->open || c->trailing || c->end) refuse(f, n);
    if (!c->before) return;
    json_write_key(&f->w, SPAN("x-notes"));
    json_write_array(&f->w);
    for (const Comment *one = c->before; one; one = one->next) {
        Buf b;

        buf_init(&b, f->scratch, SOURCE_MAX_BYTES);
        buf_fmt(&b, "%s %S", one->is_doc ? "##" : "#", one->text);
        json_write_string(&f->w, buf_span(&b));
    }
    json_write_array_end(&f->w);
}

/* Foreign keys of the object the pointer names. */
static void put_kept(FormWriter *f)
{
    const JsonValue *kept = json_member(f->extra, "kept");
    Span here = buf_span(&f->pointer);

    if (!kept || kept->kind != JSON_OBJECT) return;
    JSON_EACH(kept, v)
    {
        Span key = span_from(v->key, here.len + 1);

        if (!span_starts(v->key, here) || v->key.len <= here.len || v->key.ptr[here.len] != '/')
            continue;
        if (span_find_char(key, '/') != SPAN_NONE_AT) continue;
        json_write_key(&f->w, key);
        doc_put_json(&f->w, v);
    }
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
        refuse(f, n);
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
        refuse(f, n);
        return;
    }
    column = doc_path_column(f->scratch, node_path_text(f->scratch, path), ret);
    if (name) put_word(f, "indicator", name);
    json_write_key(&f->w, name ? SPAN("field") : SPAN("indicator"));
    json_write_string(&f->w, column);
    if (!ret->info) refuse(f, path);
    if (!name) return;
    if (has_period) {
        json_write_key(&f->w, SPAN("period"));
        put_literal(f, n->kids[1], &plain);
    }
    if (span_eq_str(n->name, "rsi")) *ret = plain;
}

static void put_side(FormWriter *f, const Node *n, const DocField *field)
{
    DocField own;
    bool is_word = n->kind == NODE_PATH && field->info &&
                   (field->info->unit == FUNIT_DAY || field->info->unit == FUNIT_OUTCOME);

    if (!is_operand(n) || is_word) {
        put_literal(f, n, field);
        return;
    }
    json_write_object(&f->w);
    put_operand(f, n, &own);
    json_write_object_end(&f->w);
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
    DocField field = {0};

    if (!op) {
        refuse(f, n);
        json_write_null(&f->w);
        return;
    }
    json_write_object(&f->w);
    put_operand(f, n->kids[0], &field);
    put_word(f, "operator", op);
    json_write_key(&f->w, SPAN("value"));
    if (n->kind == NODE_BETWEEN) json_write_array(&f->w);
    put_side(f, n->kids[1], &field);
    if (n->kind == NODE_BETWEEN) {
        put_side(f, n->kids[2], &field);
        json_write_array_end(&f->w);
    }
    put_kept(f);
    json_write_object_end(&f->w);
}

static void put_group(FormWriter *f, const Node *n);

static void put_member(FormWriter *f, const Node *n, uint32_t index)
{
    size_t len = f->pointer.len;

    buf_fmt(&f->pointer, "/rules/%d", (int)index);
    if (n->kind == NODE_NOT || n->kind == NODE_AND || n->kind == NODE_OR)
        put_group(f, n);
    else
        put_rule(f, n);
    buf_truncate(&f->pointer, len);
}

static void put_group(FormWriter *f, const Node *n)
{
    bool is_not = n->kind == NODE_NOT;
    const Node *inner = is_not ? n->kids[0] : n;
    bool is_chain = inner->kind == NODE_AND || inner->kind == NODE_OR;

    json_write_object(&f->w);
    put_word(f, "type", inner->kind == NODE_OR ? "OR" : "AND");
    if (is_not) {
        json_write_key(&f->w, SPAN("not"));
        json_write_bool(&f->w, true);
    }
    json_write_key(&f->w, SPAN("rules"));
    json_write_array(&f->w);
    for (uint32_t i = 0; is_chain && i < inner->kid_count; i++)
        put_member(f, inner->kids[i], i);
    if (!is_chain) put_member(f, inner, 0);
    json_write_array_end(&f->w);
    put_kept(f);
    json_write_object_end(&f->w);
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
        refuse(f, size);
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

    if (order->kid_count > KID_ORDER_MODIFIERS) refuse(f, order->kids[KID_ORDER_MODIFIERS]);
    if (is_market && price->kids[0]) refuse(f, price);
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
    refuse(f, token);
}

static void put_action(FormWriter *f, const Node *rule)
{
    const Node *block = rule->kids[KID_RULE_BLOCK];
    const Node *order = block->kid_count ? block->kids[0] : NULL;

    if (block->kid_count != 1 || !node_is(order, NODE_ORDER)) {
        refuse(f, block->kid_count > 1 ? block->kids[1] : order ? order : rule);
        return;
    }
    if (order->comments || block->comments) refuse(f, order);
    json_write_key(&f->w, SPAN("action"));
    json_write_object(&f->w);
    put_word(f, "signal", order->op == AST_SIDE_BUY ? "buy" : "sell");
    put_token(f, order->kids[KID_ORDER_TOKEN]);
    put_size(f, order);
    put_price(f, order);
    put_notes(f, rule);
    buf_str(&f->pointer, "/action");
    put_kept(f);
    buf_clear(&f->pointer);
    json_write_object_end(&f->w);
}

static void put_limit(FormWriter *f, const Node *n)
{
    static const struct {
        LimitOp op;
        PerOp per;
        const char *key;
        NumUnit unit;
    } rows[] = {
        {AST_LIMIT_STOP_LOSS, AST_PER_NONE, "stoploss_pct", NUM_PERCENT},
        {AST_LIMIT_TAKE_PROFIT, AST_PER_NONE, "take_profit_pct", NUM_PERCENT},
        {AST_LIMIT_MAX_POSITION, AST_PER_NONE, "max_position_usdc", NUM_USD},
        {AST_LIMIT_MAX_TRADES, AST_PER_SLOT, "max_trades_per_slot", NUM_PLAIN},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].op != n->op || rows[i].per != n->op2 || n->comments || !is_number(n->kids[0]))
            continue;
        json_write_key(&f->w, span_str(rows[i].key));
        put_number(f, n->kids[0], rows[i].unit == NUM_PERCENT ? 2 : 0, 0, rows[i].unit);
        return;
    }
    refuse(f, n);
}

/* ---- the document ----------------------------------------------------------------------------- */

static void put_market(FormWriter *f, const Node *m)
{
    if (m->kids[KID_MARKET_STALE]) refuse(f, m);
    if (is_absent(f, "market")) return;
    json_write_key(&f->w, SPAN("market"));
    json_write_object(&f->w);
    json_write_key(&f->w, SPAN("venue"));
    json_write_string(&f->w, m->name2);
    json_write_key(&f->w, SPAN("selector"));
    json_write_string(&f->w, m->kids[KID_MARKET_SELECTOR]->text);
    if (!span_eq_str(m->name, "m")) {
        json_write_key(&f->w, SPAN("name"));
        json_write_string(&f->w, m->name);
    }
    if (m->flags & NF_ANY) {
        json_write_key(&f->w, SPAN("any"));
        json_write_bool(&f->w, true);
    }
    put_notes(f, m);
    json_write_object_end(&f->w);
}

static void put_head(FormWriter *f, const Node *header)
{
    if (!is_absent(f, "odx")) {
        json_write_key(&f->w, SPAN("odx"));
        json_write_int(&f->w, 1);
    }
    put_word(f, "mode", "form");
    if (!is_absent(f, "name")) {
        json_write_key(&f->w, SPAN("name"));
        json_write_string(&f->w, header->kids[0]->text);
    }
    put_notes(f, header);
}

static void put_when(FormWriter *f, const Node *rule)
{
    const Node *cond = rule->kids[KID_RULE_COND];

    if (rule->op != AST_RULE_WHEN) {
        refuse(f, rule);
        return;
    }
    if (!is_absent(f, "combine")) put_word(f, "combine", "AND");
    json_write_key(&f->w, SPAN("conditions"));
    json_write_array(&f->w);
    buf_str(&f->pointer, "/conditions/0");
    put_group(f, cond);
    buf_clear(&f->pointer);
    json_write_array_end(&f->w);
    put_action(f, rule);
}

static void put_risk(FormWriter *f, const Node *risk)
{
    json_write_key(&f->w, SPAN("risk"));
    json_write_object(&f->w);
    for (uint32_t i = 0; i < risk->kid_count; i++)
        put_limit(f, risk->kids[i]);
    put_notes(f, risk);
    buf_str(&f->pointer, "/risk");
    put_kept(f);
    buf_clear(&f->pointer);
    json_write_object_end(&f->w);
}

static void put_item(FormWriter *f, const Node *n, uint32_t seen[NODE_KIND_COUNT])
{
    if (seen[n->kind]++) {
        refuse(f, n);
        return;
    }
    if (n->kind == NODE_MARKET)
        put_market(f, n);
    else if (n->kind == NODE_RULE)
        put_when(f, n);
    else if (n->kind == NODE_RISK)
        put_risk(f, n);
    else if (n->kind != NODE_LAYOUT)
        refuse(f, n);
}

static const JsonValue *read_extra(const Node *file, Arena *arena)
{
    const Node *last = file->kid_count > 1 ? file->kids[file->kid_count - 1] : NULL;

    if (!node_is(last, NODE_LAYOUT)) return NULL;
    for (uint32_t i = 0; i < last->kid_count; i++)
        if (last->kids[i]->kind == NODE_EXTRA)
            return json_tree_read(arena, 0, last->kids[i]->kids[0]->text).root;
    return NULL;
}

const Node *form_write(Buf *out, const Node *file, Arena *scratch)
{
    FormWriter f = {.scratch = scratch};
    uint32_t seen[NODE_KIND_COUNT] = {0};

    if (!file->kids[KID_FILE_HEADER] || file->comments) return file;
    f.extra = read_extra(file, scratch);
    buf_init(&f.pointer, scratch, 4096);
    json_write_init(&f.w, out, true);
    json_write_object(&f.w);
    put_head(&f, file->kids[KID_FILE_HEADER]);
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++)
        put_item(&f, file->kids[i], seen);
    if (!seen[NODE_RULE] || !seen[NODE_MARKET]) refuse(&f, file);
    put_kept(&f);
    if (f.why) return f.why;
    json_write_object_end(&f.w);
    buf_char(out, '\n');
    return NULL;
}
