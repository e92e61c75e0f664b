/* form_read.c — a form document (LANGUAGE 4.0 and 4.2) as the tree of its text.
 *
 * Groups of rules become one condition, the action one rule, the limits one `risk` block. */
#include "compiler/views/form_private.h"

DocKeys form_action_keys = {"outcome",     "size_mode",  "size_usdc", "size_pct",
                            "size_shares", "order_type", "price",     NULL};

/* Comments inside a condition have no place in the text. */
static void keep_notes(Doc *doc, const JsonValue *object)
{
    const JsonValue *notes = json_member(object, "x-notes");

    if (notes) doc_keep(doc, notes);
}

static Node *read_rule(Doc *doc, const JsonValue *rule)
{
    static DocKeys keys = {"indicator", "operator", "value", "period", "field", NULL};
    const JsonValue *what;
    DocField f = {0};
    Node *left;

    doc_check_keys(doc, rule, keys);
    keep_notes(doc, rule);
    what = doc_need(doc, rule, "indicator");
    if (!what) return tree_bad(doc, rule->place);
    if (what->kind == JSON_STRING && doc_is_indicator(what->text))
        left = doc_indicator(doc, rule, what, &f);
    else
        left = doc_field(doc, what, &f);
    return doc_compare(doc, rule, left, &f, NULL);
}

static bool read_joint(Doc *doc, const JsonValue *v)
{
    static DocKeys words = {"AND", "OR", NULL};

    return v && doc_word(doc, v, words) == 1;
}

static FormGroup *bad_group(Doc *doc, Place at)
{
    return group_rule(doc->arena, tree_bad(doc, at));
}

static FormGroup *read_group(Doc *doc, const JsonValue *group, uint32_t depth);

static FormGroup *read_member(Doc *doc, const JsonValue *v, uint32_t depth)
{
    if (!doc_is(doc, v, JSON_OBJECT)) return bad_group(doc, v->place);
    if (json_member(v, "rules") || json_member(v, "type")) return read_group(doc, v, depth + 1);
    return group_rule(doc->arena, read_rule(doc, v));
}

static bool read_not(Doc *doc, const JsonValue *v)
{
    if (v && v->kind == JSON_FALSE) doc_said(doc, v);
    if (v && v->kind != JSON_TRUE && v->kind != JSON_FALSE) doc_wrong(doc, v, "true or false");
    return v && v->kind == JSON_TRUE;
}

static FormGroup *read_group(Doc *doc, const JsonValue *group, uint32_t depth)
{
    static DocKeys keys = {"type", "rules", "not", NULL};
    const JsonValue *rules, *type;
    FormGroup *g = group_new(doc->arena, group->place);

    doc_check_keys(doc, group, keys);
    keep_notes(doc, group);
    if (depth > GROUPS_MAX_DEPTH) {
        doc_diag(doc, ODX702, group, group->place, T_JSON_GROUPS_DEEP, arg_int(GROUPS_MAX_DEPTH));
        return bad_group(doc, group->place);
    }
    type = doc_need(doc, group, "type");
    rules = doc_need(doc, group, "rules");
    if (!rules || !doc_is(doc, rules, JSON_ARRAY)) return bad_group(doc, group->place);
    if (!rules->count) {
        doc_diag(doc, ODX602, rules, rules->place, T_JSON_EMPTY_GROUP);
        return bad_group(doc, group->place);
    }
    JSON_EACH(rules, v) group_add(doc->arena, g, read_member(doc, v, depth));
    g->is_or = read_joint(doc, type);
    g->is_not = read_not(doc, json_member(group, "not"));
    return g;
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

/* What the text would not tell of the groups. */
static void keep_groups(Doc *doc, const FormGroup *list, Node *cond)
{
    Span shape = group_shape(doc->arena, list);

    if (diags_has_errors(doc->diags)) return;
    if (!span_is(shape, group_shape(doc->arena, group_of(doc->arena, cond)))) doc->groups = shape;
}

/* NULL: nothing to say, an action without a condition. */
static Node *read_conditions(Doc *doc, const JsonValue *conditions)
{
    const JsonValue *combine = json_member(doc->root, "combine");
    FormGroup *list = group_new(doc->arena, conditions->place);
    Node *cond;

    if (!doc_is(doc, conditions, JSON_ARRAY)) return tree_bad(doc, conditions->place);
    if (!conditions->count) return NULL;
    JSON_EACH(conditions, v) group_add(doc->arena, list, read_member(doc, v, 0));
    list->is_or = read_joint(doc, combine);
    if (!combine) doc_absent(doc, "combine");
    if (!combine && conditions->count > 1) report_unjoined(doc, conditions);
    cond = group_tree(doc, list);
    keep_groups(doc, list, cond);
    return cond;
}

/* A form that holds has no rule: what it says of one is kept. */
static void keep_idle(Doc *doc, const JsonValue *conditions, const JsonValue *action, size_t mark)
{
    const JsonValue *combine = json_member(doc->root, "combine");

    doc_diag(doc, ODX416, action, json_member(action, "signal")->place, T_JSON_HOLDS);
    vec_truncate(&doc->kept, mark); /* they are inside */
    doc->groups = (Span){0};
    if (combine) doc_keep(doc, combine);
    if (conditions && conditions->kind == JSON_ARRAY && conditions->count)
        doc_keep(doc, conditions);
    for (size_t i = 0; form_action_keys[i]; i++)
        if (json_member(action, form_action_keys[i]))
            doc_keep(doc, json_member(action, form_action_keys[i]));
    if (json_member(action, "x-notes")) doc_keep(doc, json_member(action, "x-notes"));
}

/* The rule, or NULL when the signal is to hold. */
static Node *read_rule_of(Doc *doc, Node *cond, const JsonValue *action, Nodes *limits)
{
    static DocKeys parts = {"block", "order", NULL};
    const JsonValue *notes = json_member(action, "x-notes");
    Nodes actions = {0};
    Node *order, *rule, *block;

    order = doc_action(doc, action, limits);
    if (!order) return NULL;
    if (!cond) {
        Diag *d = doc_diag(doc, ODX608, action, action->place, T_JSON_UNCONDITIONAL);

        diag_fact(d, T_JSON_NEVER_MEANT);
        cond = tree_bad(doc, action->place);
    }
    vec_push(doc->arena, &actions, order);
    block = GROW_LIST(BLOCK, action->place, &actions);
    rule = tree_op(GROW(RULE, action->place, NULL, cond, block), AST_RULE_WHEN);
    doc_check_notes(doc, notes, parts);
    doc_notes(doc, notes, rule);
    doc_notes_on(doc, notes, SPAN("block"), block);
    doc_notes_on(doc, notes, SPAN("order"), order);
    return rule;
}

static void check_action_keys(Doc *doc, const JsonValue *action)
{
    static DocKeys keys = {"signal",   "outcome",      "size_mode",   "size_usdc",
                           "size_pct", "size_shares",  "order_type",  "price",
                           "stoploss", "stoploss_pct", "take_profit", "take_profit_pct",
                           NULL};

    doc_check_keys(doc, action, keys);
}

/* The one rule, into the items. */
static void read_rule_part(Doc *doc, Nodes *items, Nodes *limits)
{
    const JsonValue *conditions = doc_need(doc, doc->root, "conditions");
    const JsonValue *action = doc_need(doc, doc->root, "action");
    size_t mark = doc->kept.count;
    Node *cond, *rule;

    cond = conditions ? read_conditions(doc, conditions) : tree_bad(doc, doc->root->place);
    if (!action || !doc_is(doc, action, JSON_OBJECT)) return;
    rule = read_rule_of(doc, cond, action, limits);
    if (rule) vec_push(doc->arena, items, rule);
    if (!rule) keep_idle(doc, conditions, action, mark);
    check_action_keys(doc, action);
}

/* Comments of limits go by their keys. */
static void note_limits(Doc *doc, const JsonValue *notes, const Nodes *limits)
{
    const char *parts[DOC_LIMITS + 1] = {NULL};
    size_t count = 0;

    for (size_t i = 0; i < limits->count; i++) {
        const DocLimit *l = doc_limit_of(limits->items[i]);

        if (!l) continue;
        doc_notes_on(doc, notes, span_str(l->key), limits->items[i]);
        if (count < DOC_LIMITS) parts[count++] = l->key;
    }
    doc_check_notes(doc, notes, parts);
}

static void read_limits(Doc *doc, Nodes *items, Nodes *limits)
{
    const JsonValue *risk = json_member(doc->root, "risk"), *notes = json_member(risk, "x-notes");
    Node *block;

    doc_risk(doc, risk, limits);
    if (!limits->count) {
        if (risk && !risk->count) doc_said(doc, risk);
        if (notes) doc_keep(doc, notes);
        return;
    }
    note_limits(doc, notes, limits);
    block = GROW_LIST(RISK, risk ? risk->place : doc->root->place, limits);
    doc_notes(doc, notes, block);
    vec_push(doc->arena, items, block);
}

static void read_anchor(Doc *doc, const JsonValue *v, Nodes *anchors)
{
    const JsonValue *anchor = json_member(v, "anchor"), *id = json_member(v, "id"),
                    *at = json_member(v, "at");
    Node *name = id && id->kind == JSON_STRING ? tree_string(doc, id->text, id->place) : NULL, *n;
    bool has_place = at && at->kind == JSON_ARRAY && at->count == 2;

    if (!anchor || anchor->kind != JSON_STRING || !doc_is_anchor(anchor->text)) {
        doc_wrong(doc, v, "an anchor");
        return;
    }
    n = GROW(ANCHOR, v->place, name, has_place ? tree_coordinate(doc, at->first) : NULL,
             has_place ? tree_coordinate(doc, at->last) : NULL);
    n->text = anchor->text;
    vec_push(doc->arena, anchors, n);
}

/* What other notations need, see FORM_LAYOUT. */
static void read_carried(Doc *doc, Nodes *anchors)
{
    const JsonValue *layout = json_member(doc->root, FORM_LAYOUT),
                    *kept = json_member(doc->root, FORM_CARRIED);

    if (layout && doc_is(doc, layout, JSON_ARRAY))
        JSON_EACH(layout, v) read_anchor(doc, v, anchors);
    if (layout && layout->kind == JSON_ARRAY && !layout->count) doc->no_layout = layout;
    if (!kept || !doc_is(doc, kept, JSON_OBJECT)) return;
    JSON_EACH(kept, v)
    if (!doc_is_of_graph(v->key))
        doc_diag(doc, ODX601, v, v->key_place, T_JSON_UNKNOWN_KEY, arg_text(v->key));
    doc->carried = kept;
}

Node *form_read(Doc *doc)
{
    static DocKeys keys = {"odx",    "mode", "name",      "market",     "combine", "conditions",
                           "action", "risk", FORM_LAYOUT, FORM_CARRIED, NULL};
    static DocKeys parts = {"file", "market", NULL};
    const JsonValue *notes = json_member(doc->root, "x-notes");
    Nodes items = {0}, limits = {0}, anchors = {0};
    Node *header, *file;

    doc_check_keys(doc, doc->root, keys);
    header = doc_head(doc, "Imported form", &items);
    if (!json_member(doc->root, "market") && items.count)
        doc_notes_on(doc, notes, SPAN("market"), items.items[0]);
    doc_check_notes(doc, notes, parts);
    read_rule_part(doc, &items, &limits);
    read_limits(doc, &items, &limits);
    read_carried(doc, &anchors);
    file = doc_finish(doc, header, &items, &anchors);
    doc_notes_on(doc, notes, SPAN("file"), file);
    return file;
}
