/* parts_json.c — what forms and graphs have in common: head, action, risk, layout. */
#include "compiler/source/parser.h"
#include "compiler/views/document_private.h"

static Place start_of(const Doc *doc)
{
    return place_at(doc->source->file, 0, 0);
}

/* ---- the head --------------------------------------------------------------------------------- */

static Node *default_market(Doc *doc)
{
    Place at = start_of(doc);
    Node *n = GROW(MARKET, at, tree_string(doc, SPAN("btc-updown-15m"), at), NULL);

    doc_absent(doc, "market");
    tree_named(doc, n, SPAN("m"), at);
    n->name2 = interns_get(doc->parse->names, SPAN("polymarket"));
    n->name2_at = at;
    return n;
}

bool doc_check_name(Doc *doc, const JsonValue *v)
{
    bool is_name = v->text.len > 0 && v->text.len <= PARSE_MAX_NAME;

    if (!doc_is(doc, v, JSON_STRING)) return false;
    for (size_t i = 0; i < v->text.len; i++) {
        char c = v->text.ptr[i];

        is_name =
            is_name && ((c >= 'a' && c <= 'z') || (i > 0 && (c == '_' || (c >= '0' && c <= '9'))));
    }
    if (is_name && !word_is_reserved(v->text)) return true;
    if (is_name)
        doc_diag(doc, ODX002, v, v->place, T_RESERVED_NAME, arg_text(v->text));
    else
        doc_diag(doc, ODX001, v, v->place, T_JSON_NOT_A_NAME, arg_text(v->text));
    return false;
}

void doc_name_venue(Doc *doc, Node *n, const JsonValue *venue)
{
    if (!venue || !doc_is(doc, venue, JSON_STRING)) return;
    (void)doc_check_name(doc,
                         venue); /* the text could not say it; which one is meant is said later */
    n->name2 = interns_get(doc->parse->names, venue->text);
    n->name2_at = venue->place;
}

static void name_market(Doc *doc, Node *n, const JsonValue *m, const JsonValue *name)
{
    bool is_named = name && doc_check_name(doc, name);

    tree_named(doc, n, is_named ? name->text : SPAN("m"), name ? name->place : m->place);
    if (is_named && span_eq_str(name->text, "m") && !doc->is_graph) doc_said(doc, name);
}

static Node *read_market(Doc *doc, const JsonValue *m)
{
    static DocKeys keys = {"venue", "selector", "name", "any", NULL}, none = {NULL};
    static DocKeys of_graph = {"venue", "selector", "name", "any", "stale", NULL};
    const JsonValue *venue, *selector, *any = json_member(m, "any"),
                                       *stale = json_member(m, "stale");
    Node *n;

    if (!doc_is(doc, m, JSON_OBJECT)) return default_market(doc);
    doc_check_keys(doc, m, doc->is_graph ? of_graph : keys);
    venue = doc_need(doc, m, "venue");
    selector = doc_need(doc, m, "selector");
    if (!doc_is(doc, venue, JSON_STRING) || !doc_is(doc, selector, JSON_STRING))
        return default_market(doc);
    n = GROW(MARKET, m->place, tree_string(doc, selector->text, selector->place),
             stale && doc->is_graph ? doc_literal(doc, stale, &(DocField){0}) : NULL);
    name_market(doc, n, m, json_member(m, "name"));
    doc_name_venue(doc, n, venue);
    if (any && any->kind == JSON_TRUE) n->flags |= NF_ANY;
    if (any && any->kind == JSON_FALSE && !doc->is_graph) doc_said(doc, any);
    if (any && any->kind != JSON_TRUE && any->kind != JSON_FALSE)
        doc_wrong(doc, any, "true or false");
    doc_check_notes(doc, json_member(m, "x-notes"), none);
    doc_notes(doc, json_member(m, "x-notes"), n);
    return n;
}

Node *doc_head(Doc *doc, const char *title, Nodes *items)
{
    const JsonValue *name = json_member(doc->root, "name"),
                    *market = json_member(doc->root, "market");
    Place at = name ? name->place : start_of(doc);
    Span text = span_str(title);
    Node *header;

    if (!name) doc_absent(doc, "name");
    if (name && doc_is(doc, name, JSON_STRING)) text = name->text;
    header = tree_op(GROW(HEADER, at, tree_string(doc, text, at)), AST_HEADER_STRATEGY);
    doc_notes(doc, json_member(doc->root, "x-notes"), header);
    if (!doc->is_graph || !market || market->kind != JSON_NULL)
        vec_push(doc->arena, items, market ? read_market(doc, market) : default_market(doc));
    return header;
}

/* ---- actions ---------------------------------------------------------------------------------- */

static Node *percent_of_equity(Doc *doc, const JsonValue *v)
{
    Node *share = v->kind == JSON_STRING ? tree_from_text(doc, v)
                                         : tree_number(doc, v->number, 0, NUM_PERCENT, v->place);

    if (share->kind != NODE_NUMBER) return share; /* says itself what it is a part of */
    return tree_op(GROW(BINARY, v->place, share, tree_path(doc, SPAN("equity"), v->place)), AST_OF);
}

/* What a graph leaves out its own layout knows. */
static void note_absent(Doc *doc, const char *key)
{
    if (!doc->is_graph) doc_absent(doc, key);
}

Node *doc_order_size(Doc *doc, const JsonValue *action, bool *ret_is_all)
{
    enum { FIXED, PERCENT, SHARES, ALL };
    static DocKeys words = {"fixed", "percent", "shares", "all", NULL};
    static const char *const keys[] = {"size_usdc", "size_pct", "size_shares"};
    const JsonValue *mode = json_member(action, "size_mode"), *v;
    int which = mode ? doc_word(doc, mode, words) : FIXED;

    *ret_is_all = which == ALL;
    if (!mode) note_absent(doc, "size_mode");
    if (which < 0) return tree_bad(doc, mode->place);
    if (which == ALL) return NULL;
    v = doc_need(doc, action, keys[which]);
    if (!v) return tree_bad(doc, action->place);
    if (v->kind != JSON_STRING && !doc_is(doc, v, JSON_NUMBER)) return tree_bad(doc, v->place);
    if (which == PERCENT) return percent_of_equity(doc, v);
    if (v->kind == JSON_STRING) return tree_from_text(doc, v);
    return tree_number(doc, v->number, 0, which == SHARES ? NUM_SHARES : NUM_USD, v->place);
}

static Node *read_token(Doc *doc, const JsonValue *action)
{
    static DocKeys words = {"UP", "DOWN", "YES", "NO", NULL};
    static const char *const paths[] = {"up", "down", "yes", "no"};
    const JsonValue *v = doc_need(doc, action, "outcome");
    int which = v ? doc_word(doc, v, words) : -1;

    if (which < 0) return tree_bad(doc, v ? v->place : action->place);
    return tree_path(doc, span_str(paths[which]), v->place);
}

static Node *read_price(Doc *doc, const JsonValue *action)
{
    static DocKeys words = {"market", "limit", NULL};
    const JsonValue *type = json_member(action, "order_type");
    int which = type ? doc_word(doc, type, words) : 0;

    if (!type) note_absent(doc, "order_type");
    if (which <= 0) return GROW(PRICE_MARKET, type ? type->place : action->place, NULL);
    return doc_order_price(doc, action);
}

Node *doc_order_price(Doc *doc, const JsonValue *action)
{
    const JsonValue *v = doc_need(doc, action, "price");

    if (!v) return tree_bad(doc, action->place);
    if (v->kind == JSON_STRING) return tree_from_text(doc, v);
    if (!doc_is(doc, v, JSON_NUMBER)) return tree_bad(doc, v->place);
    return tree_number(doc, v->number, 2, NUM_CENT, v->place);
}

static void add_limit(Doc *doc, const JsonValue *v, LimitOp op, NumUnit unit, PerOp per,
                      Nodes *limits)
{
    Node *amount, *n;

    if (v->kind == JSON_STRING)
        amount = tree_from_text(doc, v);
    else if (doc_is(doc, v, JSON_NUMBER))
        amount = tree_number(doc, v->number, 0, unit, v->place);
    else
        amount = tree_bad(doc, v->place);
    n = tree_op(GROW(LIMIT, v->place, amount), op);
    n->op2 = (uint16_t)per;
    if (unit == NUM_PERCENT && v->kind == JSON_NUMBER && v->number > 100 &&
        op != AST_LIMIT_TAKE_PROFIT)
        doc_diag(doc, ODX109, v, v->place, T_JSON_STOP_ABOVE, arg_number(v->number));
    vec_push(doc->arena, limits, n);
}

void doc_exits(Doc *doc, const JsonValue *action, Nodes *risk)
{
    static const struct {
        const char *key;
        LimitOp op;
    } exits[] = {{"stoploss", AST_LIMIT_STOP_LOSS},
                 {"stoploss_pct", AST_LIMIT_STOP_LOSS},
                 {"take_profit", AST_LIMIT_TAKE_PROFIT},
                 {"take_profit_pct", AST_LIMIT_TAKE_PROFIT}};

    for (size_t i = 0; i < ARRAY_LEN(exits); i++) {
        const JsonValue *v = json_member(action, exits[i].key);

        if (v) add_limit(doc, v, exits[i].op, NUM_PERCENT, AST_PER_NONE, risk);
    }
}

Node *doc_action(Doc *doc, const JsonValue *action, Nodes *risk)
{
    static DocKeys signals = {"buy", "sell", "hold", NULL};
    const JsonValue *signal = doc_need(doc, action, "signal");
    int which = signal ? doc_word(doc, signal, signals) : -1;
    Node *size, *token, *n;
    bool is_all;

    doc_exits(doc, action, risk);
    if (which < 0 || which == 2) return which < 0 ? tree_bad(doc, action->place) : NULL;
    size = doc_order_size(doc, action, &is_all);
    token = read_token(doc, action);
    n = GROW(ORDER, action->place, size, token, read_price(doc, action));
    if (is_all) n->flags |= NF_ALL;
    return tree_op(n, which == 0 ? AST_SIDE_BUY : AST_SIDE_SELL);
}

/* ---- risk ------------------------------------------------------------------------------------- */

const DocLimit doc_limits[DOC_LIMITS + 1] = {
    {"stoploss_pct", AST_LIMIT_STOP_LOSS, NUM_PERCENT, AST_PER_NONE},
    {"take_profit_pct", AST_LIMIT_TAKE_PROFIT, NUM_PERCENT, AST_PER_NONE},
    {"max_position_usdc", AST_LIMIT_MAX_POSITION, NUM_USD, AST_PER_NONE},
    {"max_trades_per_slot", AST_LIMIT_MAX_TRADES, NUM_PLAIN, AST_PER_SLOT},
    {NULL, 0, 0, 0},
};

const DocLimit *doc_limit_of(const Node *limit)
{
    for (const DocLimit *l = doc_limits; l->key; l++)
        if (l->op == limit->op && l->per == limit->op2) return l;
    return NULL;
}

void doc_risk(Doc *doc, const JsonValue *risk, Nodes *limits)
{
    const char *keys[DOC_LIMITS + 1] = {NULL};

    if (!risk || !doc_is(doc, risk, JSON_OBJECT)) return;
    for (size_t i = 0; i < DOC_LIMITS; i++)
        keys[i] = doc_limits[i].key;
    doc_check_keys(doc, risk, keys);
    doc_limits_of(doc, risk, limits);
}

void doc_limits_of(Doc *doc, const JsonValue *risk, Nodes *limits)
{
    JSON_EACH(risk, v)
    for (const DocLimit *l = doc_limits; l->key; l++)
        if (span_eq_str(v->key, l->key))
            add_limit(doc, v, (LimitOp)l->op, (NumUnit)l->unit, (PerOp)l->per, limits);
}

/* ---- the file --------------------------------------------------------------------------------- */

void doc_put_json(JsonWriter *w, const JsonValue *v)
{
    switch (v->kind) {
    case JSON_OBJECT:
        json_write_object(w);
        JSON_EACH(v, m)
        {
            json_write_key(w, m->key);
            doc_put_json(w, m);
        }
        json_write_object_end(w);
        break;
    case JSON_ARRAY:
        json_write_array(w);
        JSON_EACH(v, m) doc_put_json(w, m);
        json_write_array_end(w);
        break;
    case JSON_STRING:
        json_write_string(w, v->text);
        break;
    default:
        json_write_raw(w, v->text);
        break;
    }
}

static void put_kept(Doc *doc, JsonWriter *w)
{
    json_write_key(w, SPAN("kept"));
    json_write_object(w);
    for (size_t i = 0; i < doc->kept.count; i++) {
        json_write_key(w, json_pointer(doc->arena, doc->kept.items[i]));
        doc_put_json(w, doc->kept.items[i]);
    }
    if (doc->carried) JSON_EACH(doc->carried, v)
        {
            json_write_key(w, v->key);
            doc_put_json(w, v);
        }
    json_write_object_end(w);
}

/* What the text cannot say; empty when there is nothing. */
static Span extra_text(Doc *doc)
{
    JsonWriter w;
    Buf b;

    buf_init(&b, doc->arena, 2 * JSON_SIZE_MAX);
    json_write_init(&w, &b, false);
    json_write_object(&w);
    if (doc->absent.count) {
        json_write_key(&w, SPAN("absent"));
        json_write_array(&w);
        for (size_t i = 0; i < doc->absent.count; i++)
            json_write_string(&w, doc->absent.items[i]);
        json_write_array_end(&w);
    }
    if (doc->said.count) {
        json_write_key(&w, SPAN("said"));
        json_write_array(&w);
        for (size_t i = 0; i < doc->said.count; i++)
            json_write_string(&w, json_pointer(doc->arena, doc->said.items[i]));
        json_write_array_end(&w);
    }
    if (doc->groups.len) json_write_key(&w, SPAN("groups"));
    if (doc->groups.len) json_write_string(&w, doc->groups);
    if (doc->kept.count || doc->carried) put_kept(doc, &w);
    json_write_object_end(&w);
    return b.len > 2 ? buf_span(&b) : (Span){0};
}

/* The layout block of a document, when its text has one: as ids and positions, as what the text cannot say,
 * or because it was there with nothing in it. */
static void add_layout(Doc *doc, Nodes *items, Nodes *anchors)
{
    Span extra = extra_text(doc);

    if (extra.len && doc->no_layout) {
        doc_said(doc, doc->no_layout);
        extra = extra_text(doc);
    }
    if (extra.len)
        vec_push(doc->arena, anchors,
                 GROW(EXTRA, start_of(doc), tree_string(doc, extra, start_of(doc))));
    if (anchors->count || doc->no_layout)
        vec_push(doc->arena, items, GROW_LIST(LAYOUT, start_of(doc), anchors));
}

Node *doc_finish(Doc *doc, Node *header, Nodes *items, Nodes *anchors)
{
    Place all = place_at(doc->source->file, 0, (uint32_t)doc->source->text.len);
    Node *file;

    if (doc->has_layout) add_layout(doc, items, anchors);
    file = tree_of(doc, NODE_FILE, all, &header, 1, items);
    file->num = 1;
    return file;
}
