/* fixes.c — how is it mended: the fixes of findings, formatting, and changes of what is selected.
 *
 * In: findings and the tree.  Out: edits.  Promise: a safe fix is only offered as the finding made it;
 * a change of what is selected leaves a text of the same meaning. */
#include "compiler/lsp/ask_private.h"

#include "compiler/source/parse.h"
#include "compiler/views/document.h"
#include "vm/base/fmt.h"

enum { FIXES_MAX = 200 };

/* ---- fixes of findings ------------------------------------------------------------------------ */

static bool touches(Place at, uint32_t begin, uint32_t end)
{
    return at.file == 0 && at.begin <= end && begin <= at.end;
}

static bool is_in_main(const DiagEdit *e)
{
    for (; e; e = e->next)
        if (e->place.file != 0) return false;
    return true;
}

static void add_fix(Ask *a, AskFixes *fixes, AskFix fix)
{
    if (fixes->count < FIXES_MAX) (void)vec_push(a->arena, fixes, fix);
}

static void add_help(Ask *a, const Diag *d, const DiagHelp *h, AskFixes *fixes)
{
    AskFix fix = {.title = h->text, .kind = SPAN("quickfix"), .fix = h->fix, .diag = d};

    if (h->fix == FIX_NONE || !is_in_main(h->edits) || (!h->edits && h->fix != FIX_CHOICE)) return;
    fix.edits = changes_new(a->arena, a->text);
    changes_add(&fix.edits, h->edits);
    add_fix(a, fixes, fix);
}

static void add_format_fix(Ask *a, const Diag *d, AskFixes *fixes)
{
    AskFix fix = {
        .title = SPAN("format the file"), .kind = SPAN("quickfix"), .fix = FIX_SAFE, .diag = d};

    fix.edits = ask_format(a);
    if (fix.edits.count) add_fix(a, fixes, fix);
}

/* `# odx: allow CODE because ...` above the line of the finding. */
static void add_allow(Ask *a, const Diag *d, AskFixes *fixes)
{
    AskFix fix = {.kind = SPAN("quickfix"), .diag = d};
    uint32_t begin = d->place.begin;
    Buf title, insert;

    if (d->level != LEVEL_WARNING || d->place.file != 0 || begin > a->text.len) return;
    while (begin > 0 && a->text.ptr[begin - 1] != '\n')
        begin--;
    buf_init(&title, a->arena, 128);
    buf_fmt(&title, "allow %s here, with a reason", diag_info(d->code)->code);
    buf_init(&insert, a->arena, 256);
    for (uint32_t i = begin; i < a->text.len && a->text.ptr[i] == ' '; i++)
        buf_char(&insert, ' ');
    buf_fmt(&insert, "# odx: allow %s because \n", diag_info(d->code)->code);
    fix.title = buf_span(&title);
    fix.edits = changes_new(a->arena, a->text);
    changes_put(&fix.edits, begin, begin, buf_span(&insert));
    add_fix(a, fixes, fix);
}

static void add_finding(Ask *a, const Diag *d, AskFixes *fixes)
{
    bool is_text = !document_is_json(a->name, a->text);

    for (const DiagHelp *h = d->helps; h; h = h->next)
        add_help(a, d, h, fixes);
    if (d->code == ODX506) add_format_fix(a, d, fixes);
    if (is_text) add_allow(a, d, fixes);
}

/* ---- changes of what is selected -------------------------------------------------------------- */

/* The item of the file that holds the place. */
static const Node *item_of(const Ask *a, uint32_t offset)
{
    const Node *tree = a->c.tree;

    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++)
        if (tree->kids[i]->place.begin <= offset && offset <= tree->kids[i]->place.end)
            return tree->kids[i];
    return NULL;
}

/* Where a new item goes: above the lines of comments that belong to `item`. */
static uint32_t above(const Ask *a, const Node *item)
{
    uint32_t at = item->place.begin;

    if (item->comments && item->comments->before) at = item->comments->before->place.begin;
    while (at > 0 && a->text.ptr[at - 1] != '\n')
        at--;
    return at;
}

static bool is_free(Ask *a, Span name)
{
    const Names *n = ask_names(a);

    for (size_t i = 0; i < n->symbols.count; i++)
        if (span_is(n->symbols.items[i].name, name)) return false;
    return !word_is_reserved(name);
}

/* "knob", "knob_2", ... */
static Span free_name(Ask *a, const char *stem)
{
    Buf b;

    buf_init(&b, a->arena, 64);
    buf_str(&b, stem);
    for (int i = 2; i < 1000 && !is_free(a, buf_span(&b)); i++) {
        buf_clear(&b);
        buf_fmt(&b, "%s_%d", stem, i);
    }
    return buf_span(&b);
}

static Span item_text(Ask *a, const char *fmt, Span name, Span value)
{
    Buf b;

    buf_init(&b, a->arena, value.len + 256);
    buf_fmt(&b, fmt, name, value);
    return buf_span(&b);
}

/* Does the value read a name that only exists inside its rule or definition? */
static bool reads_local(Ask *a, Place at)
{
    const Names *n = ask_names(a);

    for (size_t i = 0; i < n->uses.count; i++) {
        const NameUse *u = &n->uses.items[i];

        if (place_contains(at, u->at) && n->symbols.items[u->symbol].is_local) return true;
    }
    return false;
}

/* `fill.*` and `trade.*` live in their handler. */
static bool reads_record(const Node *n)
{
    if (!n) return false;
    if (n->kind == NODE_PATH && n->kid_count &&
        (span_eq_str(n->kids[0]->name, "fill") || span_eq_str(n->kids[0]->name, "trade")))
        return true;
    for (uint32_t i = 0; i < n->kid_count; i++)
        if (reads_record(n->kids[i])) return true;
    return false;
}

static void add_extract(Ask *a, const Node *value, const Node *item, AskFixes *fixes)
{
    AskFix fix = {.title = SPAN("extract into a `let`"), .kind = SPAN("refactor.extract")};
    const Expr *e = ask_expr(a, value->place);
    Span name = free_name(a, "value"), text = source_text(a->c.sources, value->place);

    if (item->kind != NODE_RULE && item->kind != NODE_LET && item->kind != NODE_RISK &&
        item->kind != NODE_SHOW)
        return;
    if (!e || (e->type.shape != SHAPE_NUM && e->type.shape != SHAPE_BOOL)) return;
    if (reads_local(a, value->place) || reads_record(value)) return;
    fix.edits = changes_new(a->arena, a->text);
    changes_put(&fix.edits, above(a, item), above(a, item),
                item_text(a, "let %S = %S\n\n", name, text));
    changes_put(&fix.edits, value->place.begin, value->place.end, name);
    add_fix(a, fixes, fix);
}

static void add_param(Ask *a, const Node *value, const Node *item, AskFixes *fixes)
{
    AskFix fix = {.title = SPAN("make it a `param`"), .kind = SPAN("refactor.extract")};
    Span name = free_name(a, "knob"), text = source_text(a->c.sources, value->place);

    if (item->kind != NODE_RULE && item->kind != NODE_LET && item->kind != NODE_RISK) return;
    fix.edits = changes_new(a->arena, a->text);
    changes_put(&fix.edits, above(a, item), above(a, item),
                item_text(a, "param %S = %S\n\n", name, text));
    changes_put(&fix.edits, value->place.begin, value->place.end, name);
    add_fix(a, fixes, fix);
}

/* Binds at least as tight as a name, wherever it stands. */
static bool is_tight(const Node *n)
{
    return n->kind == NODE_NUMBER || n->kind == NODE_PATH || n->kind == NODE_CALL ||
           n->kind == NODE_BOOL || n->kind == NODE_FOLD;
}

/* Would a name of the value mean something else where a local has the same one? */
static bool is_shadowed(Ask *a, Place value)
{
    const Names *n = ask_names(a);

    for (size_t i = 0; i < n->uses.count; i++) {
        Span name = n->symbols.items[n->uses.items[i].symbol].name;

        if (!place_contains(value, n->uses.items[i].at)) continue;
        for (size_t k = 0; k < n->symbols.count; k++)
            if (n->symbols.items[k].is_local && span_is(n->symbols.items[k].name, name))
                return true;
    }
    return false;
}

/* The line of an item with its line end, and its comments. */
static void cut_item(Ask *a, const Node *item, Changes *edits)
{
    uint32_t begin = above(a, item), end = item->place.end;

    while (end < a->text.len && a->text.ptr[end] != '\n')
        end++;
    changes_put(edits, begin, end < a->text.len ? end + 1 : end, (Span){NULL, 0});
}

static void add_inline(Ask *a, const NameUse *at, AskFixes *fixes)
{
    const Names *n = ask_names(a);
    const Symbol *s = &n->symbols.items[at->symbol];
    const Node *value = s->kind == SYM_LET ? node_kid(s->node, 0) : NULL;
    AskFix fix = {.title = SPAN("inline this `let`"), .kind = SPAN("refactor.inline")};
    Span text;

    if (!value || s->at.file != 0 || s->is_local || is_shadowed(a, value->place)) return;
    text = source_text(a->c.sources, value->place);
    if (!is_tight(value)) text = item_text(a, "%S(%S)", (Span){NULL, 0}, text);
    fix.edits = changes_new(a->arena, a->text);
    cut_item(a, s->node, &fix.edits);
    for (size_t i = 0; i < n->uses.count; i++)
        if (n->uses.items[i].symbol == at->symbol &&
            !place_contains(s->node->place, n->uses.items[i].at))
            changes_put(&fix.edits, n->uses.items[i].at.begin, n->uses.items[i].at.end, text);
    add_fix(a, fixes, fix);
}

/* ---- a test for a rule ------------------------------------------------------------------------ */

static void put_order(const Ask *a, const Node *order, Buf *out)
{
    Place at = order->place;
    const Node *price = node_kid(order, KID_ORDER_PRICE);

    if (price) at.end = price->place.end;
    buf_fmt(out, "  after 60s expect %S\n", source_text(a->c.sources, at));
}

static void add_test(Ask *a, const Node *rule, AskFixes *fixes)
{
    AskFix fix = {.title = SPAN("write a `test` for this rule"), .kind = SPAN("refactor.rewrite")};
    const Node *block = node_kid(rule, KID_RULE_BLOCK);
    uint32_t end = (uint32_t)a->text.len;
    Span label = node_label(rule);
    Buf b;

    buf_init(&b, a->arena, a->text.len + 1024);
    buf_fmt(&b, "%s\ntest \"%S\" {\n  given up.bid = 48c, up.ask = 50c\n",
            end && a->text.ptr[end - 1] == '\n' ? "" : "\n",
            label.len ? label : SPAN("this rule acts"));
    for (uint32_t i = 0; block && i < block->kid_count; i++)
        if (node_is(block->kids[i], NODE_ORDER)) put_order(a, block->kids[i], &b);
    buf_str(&b, "}\n");
    fix.edits = changes_new(a->arena, a->text);
    changes_put(&fix.edits, end, end, buf_span(&b));
    add_fix(a, fixes, fix);
}

static void add_changes(Ask *a, uint32_t begin, uint32_t end, AskFixes *fixes)
{
    const NameUse *use = names_at(ask_names(a), begin);
    const Node *item = item_of(a, begin), *leaf;
    Trail t;

    trail_cover(&t, a->c.tree, begin, end);
    leaf = trail_leaf(&t);
    if (node_is(leaf, NODE_WORD)) leaf = trail_last(&t, NODE_PATH);
    if (item && leaf && leaf->kind == NODE_NUMBER) add_param(a, leaf, item, fixes);
    if (item && node_is_value(leaf) && begin < end) add_extract(a, leaf, item, fixes);
    if (use) add_inline(a, use, fixes);
    if (item && item->kind == NODE_RULE && begin <= item->place.begin + 5) add_test(a, item, fixes);
}

/* ---- doors ------------------------------------------------------------------------------------ */

Changes ask_format(Ask *a)
{
    Span after = compile_format(a->name, a->text, a->arena);

    if (!after.ptr || arena_is_full(a->arena)) return changes_new(a->arena, a->text);
    return changes_between(a->arena, a->text, after);
}

AskFixes ask_fixes(Ask *a, uint32_t begin, uint32_t end)
{
    AskFixes fixes = {.count = 0};
    bool is_text = !document_is_json(a->name, a->text);

    if (end > a->text.len) end = (uint32_t)a->text.len;
    if (begin > end) begin = end;
    for (size_t i = 0; i < diags_count(a->c.diags); i++) {
        const Diag *d = diags_get(a->c.diags, i);

        if (!d->allowed.len && touches(d->place, begin, end)) add_finding(a, d, &fixes);
    }
    if (is_text && node_is(a->c.tree, NODE_FILE)) add_changes(a, begin, end, &fixes);
    return fixes;
}

Changes ask_fix_all(Ask *a)
{
    Changes all = changes_new(a->arena, a->text);

    for (size_t i = 0; i < diags_count(a->c.diags); i++) {
        const Diag *d = diags_get(a->c.diags, i);

        for (const DiagHelp *h = d->allowed.len ? NULL : d->helps; h; h = h->next) {
            if (h->fix != FIX_SAFE || !changes_can_add(&all, h->edits)) continue;
            changes_add(&all, h->edits);
            break;
        }
    }
    return all;
}
