/* form_read.c — a form document (LANGUAGE 4.0 and 4.2) as the tree of its text.
 *
 * Groups of rules become one condition, the action one rule, the limits one `risk` block. */
#include "compiler/views/document_private.h"

enum { GROUPS_MAX_DEPTH = 8 };

static Node *read_rule(Doc *doc, const JsonValue *rule)
{
    static DocKeys keys = {"indicator", "operator", "value", "period", "field", NULL};
    const JsonValue *what;
    DocField f = {0};
    Node *left;

    doc_check_keys(doc, rule, keys);
    what = doc_need(doc, rule, "indicator");
    if (!what) return tree_bad(doc, rule->place);
    if (what->kind == JSON_STRING && doc_is_indicator(what->text))
        left = doc_indicator(doc, rule, what, &f);
    else
        left = doc_field(doc, what, &f);
    return doc_compare(doc, rule, left, &f, NULL);
}

/* Terms joined by AND or OR; a nested chain of the same word is merged in, as in text. */
static Node *join(Doc *doc, NodeKind kind, const Nodes *terms, Place at)
{
    Nodes flat = {0};

    if (terms->count == 1) return terms->items[0];
    for (size_t i = 0; i < terms->count; i++) {
        Node *t = terms->items[i];

        if (t->kind != kind) vec_push(doc->arena, &flat, t);
        for (uint32_t k = 0; t->kind == kind && k < t->kid_count; k++)
            vec_push(doc->arena, &flat, t->kids[k]);
    }
    return tree_of(doc, kind, at, NULL, 0, &flat);
}

static NodeKind read_joint(Doc *doc, const JsonValue *v)
{
    static DocKeys words = {"AND", "OR", NULL};

    return v && doc_word(doc, v, words) == 1 ? NODE_OR : NODE_AND;
}

static Node *read_group(Doc *doc, const JsonValue *group, uint32_t depth);

static Node *read_member(Doc *doc, const JsonValue *v, uint32_t depth)
{
    if (!doc_is(doc, v, JSON_OBJECT)) return tree_bad(doc, v->place);
    return json_member(v, "rules") || json_member(v, "type") ? read_group(doc, v, depth + 1)
                                                             : read_rule(doc, v);
}

static Node *read_group(Doc *doc, const JsonValue *group, uint32_t depth)
{
    static DocKeys keys = {"type", "rules", "not", NULL};
    const JsonValue *rules, *type, *is_not = json_member(group, "not");
    Nodes terms = {0};
    Node *n;

    doc_check_keys(doc, group, keys);
    if (depth > GROUPS_MAX_DEPTH) {
        doc_diag(doc, ODX702, group, group->place, T_JSON_GROUPS_DEEP, arg_int(GROUPS_MAX_DEPTH));
        return tree_bad(doc, group->place);
    }
    type = doc_need(doc, group, "type");
    rules = doc_need(doc, group, "rules");
    if (!rules || !doc_is(doc, rules, JSON_ARRAY)) return tree_bad(doc, group->place);
    if (!rules->count) {
        doc_diag(doc, ODX602, rules, rules->place, T_JSON_EMPTY_GROUP);
        return tree_bad(doc, group->place);
    }
    JSON_EACH(rules, v) vec_push(doc->arena, &terms, read_member(doc, v, depth));
    n = join(doc, read_joint(doc, type), &terms, group->place);
    if (is_not && is_not->kind != JSON_TRUE && is_not->kind != JSON_FALSE)
        doc_wrong(doc, is_not, "true or false");
    return is_not && is_not->kind == JSON_TRUE ? GROW(NOT, group->place, n) : n;
}

static void report_unjoined(Doc *doc, const JsonValue *conditions)
{
    Diag *d = doc_diag(doc, ODX609, conditions, conditions->key_place, T_JSON_UNJOINED,
                       arg_int(conditions->count));
    uint32_t begin = conditions->key_place.begin;
    Place at = place_at(conditions->place.file, begin, begin);

    diag_label(d, T_JSON_READ_AS_AND);
    diag_fact(d, T_JSON_AND_IS_SAFE);
    diag_fix(d, FIX_SUGGESTED, T_JSON_COMBINE, arg_str("AND"));
    diag_edit(d, at, SPAN("\"combine\": \"AND\", "));
    diag_fix(d, FIX_CHOICE, T_JSON_COMBINE, arg_str("OR"));
    diag_edit(d, at, SPAN("\"combine\": \"OR\", "));
}

/* NULL: nothing to say, an action without a condition. */
static Node *read_conditions(Doc *doc, const JsonValue *conditions)
{
    const JsonValue *combine = json_member(doc->root, "combine");
    Nodes groups = {0};

    if (!doc_is(doc, conditions, JSON_ARRAY)) return tree_bad(doc, conditions->place);
    if (!conditions->count) return NULL;
    JSON_EACH(conditions, v) vec_push(doc->arena, &groups, read_member(doc, v, 0));
    if (!combine) doc_absent(doc, "combine");
    if (!combine && conditions->count > 1) report_unjoined(doc, conditions);
    return join(doc, read_joint(doc, combine), &groups, conditions->place);
}

/* The rule, or NULL when the signal is to hold. */
static Node *read_rule_of(Doc *doc, Node *cond, const JsonValue *action, Nodes *limits)
{
    static DocKeys keys = {"signal",   "outcome",      "size_mode",   "size_usdc",
                           "size_pct", "size_shares",  "order_type",  "price",
                           "stoploss", "stoploss_pct", "take_profit", "take_profit_pct",
                           NULL};
    Nodes actions = {0};
    Node *order, *rule;

    if (!action || !doc_is(doc, action, JSON_OBJECT)) return NULL;
    doc_check_keys(doc, action, keys);
    order = doc_action(doc, action, limits);
    if (!order) return NULL;
    if (!cond) {
        Diag *d = doc_diag(doc, ODX608, action, action->place, T_JSON_UNCONDITIONAL);

        diag_fact(d, T_JSON_NEVER_MEANT);
        cond = tree_bad(doc, action->place);
    }
    vec_push(doc->arena, &actions, order);
    rule = GROW(RULE, action->place, NULL, cond, GROW_LIST(BLOCK, action->place, &actions));
    doc_notes(doc, json_member(action, "x-notes"), rule);
    return tree_op(rule, AST_RULE_WHEN);
}

Node *form_read(Doc *doc)
{
    static DocKeys keys = {"odx",        "mode",   "name", "market", "combine",
                           "conditions", "action", "risk", NULL};
    const JsonValue *conditions, *action, *risk = json_member(doc->root, "risk");
    Nodes items = {0}, limits = {0}, anchors = {0};
    Node *header, *cond, *rule, *block;

    doc_check_keys(doc, doc->root, keys);
    header = doc_head(doc, "Imported form", &items);
    conditions = doc_need(doc, doc->root, "conditions");
    action = doc_need(doc, doc->root, "action");
    cond = conditions ? read_conditions(doc, conditions) : tree_bad(doc, doc->root->place);
    rule = read_rule_of(doc, cond, action, &limits);
    if (rule) vec_push(doc->arena, &items, rule);
    doc_risk(doc, risk, &limits);
    if (limits.count) {
        block = GROW_LIST(RISK, risk ? risk->place : doc->root->place, &limits);
        doc_notes(doc, json_member(risk, "x-notes"), block);
        vec_push(doc->arena, &items, block);
    }
    return doc_finish(doc, header, &items, &anchors);
}
