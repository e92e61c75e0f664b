/* build.c — makes the nodes the grammar asks for.
 *
 * See grammar_support.h.  Depth is counted here, so that no later pass can be led too deep; when the
 * arena is full, one spare node stands for everything. */
#include <string.h>

#include "compiler/source/grammar.h"
#include "compiler/source/grammar_support.h"
#include "vm/base/buf.h"

void *parser_stack(Parser *ps, size_t size)
{
    void *stack = ps ? arena_alloc(ps->arena, size) : NULL;

    if (!ps) return NULL;
    return arena_is_full(ps->arena) ? NULL : stack;
}

/* ---- nodes and lists -------------------------------------------------------------------------- */

static uint8_t deepest(Node **kids, size_t count, uint8_t depth)
{
    for (size_t i = 0; i < count; i++)
        if (kids[i] && kids[i]->depth > depth) depth = kids[i]->depth;
    return depth;
}

static Node *too_deep(Parser *ps, Place at)
{
    if (!ps->is_stopped) {
        diag_add(ps->diags, ODX702, at, T_TOO_DEEP, arg_int(NODE_MAX_DEPTH));
        ps->is_stopped = true;
    }
    return bad(ps, at);
}

Node *make_node(Parser *ps, NodeKind kind, Place at, Node **kids, size_t count, NodeList *list)
{
    size_t more = list ? list->count : 0;
    uint8_t depth = deepest(kids, count, 0);
    Node *n;

    if (more) depth = deepest(list->items, more, depth);
    if (depth >= NODE_MAX_DEPTH && kind != NODE_FILE) return too_deep(ps, at);
    n = node_new(ps->arena, kind, at, (uint32_t)(count + more));
    if (arena_is_full(ps->arena)) return ps->spare;
    n->id = ps->parse->node_count++;
    n->depth = (uint8_t)(depth + 1);
    if (count) memcpy(n->kids, kids, count * sizeof *kids);
    if (more) memcpy(n->kids + count, list->items, more * sizeof *kids);
    return n;
}

Node *with_op(Node *n, uint32_t op)
{
    n->op = (uint16_t)op;
    return n;
}

Node *with_flag(Node *n, unsigned flag)
{
    n->flags = (uint16_t)(n->flags | flag);
    return n;
}

Node *with_name(Node *n, Span name, Place at)
{
    n->name = name;
    n->name_at = at;
    return n;
}

Node *with_names(Node *n, Span name, Place at, Span name2, Place at2)
{
    n->name2 = name2;
    n->name2_at = at2;
    return with_name(n, name, at);
}

Node *with_venue(Node *account, Node *venue_or_null)
{
    if (!venue_or_null) return account;
    account->name2 = venue_or_null->name;
    account->name2_at = venue_or_null->name_at;
    return account;
}

NodeList *list_new(Parser *ps)
{
    NodeList *list = arena_new(ps->arena, NodeList);

    return arena_is_full(ps->arena) ? ps->spare_list : list;
}

NodeList *list_add(Parser *ps, NodeList *list, Node *n)
{
    if (list != ps->spare_list) (void)vec_push(ps->arena, list, n);
    return list;
}

NodeList *list_join(Parser *ps, NodeList *a, NodeList *b)
{
    for (size_t i = 0; i < b->count; i++)
        list_add(ps, a, b->items[i]);
    return a;
}

Node *bad(Parser *ps, Place at)
{
    Node *n = node_new(ps->arena, NODE_BAD, at, 0);

    if (arena_is_full(ps->arena)) return ps->spare;
    n->id = ps->parse->node_count++;
    n->flags = NF_BAD;
    return n;
}

/* ---- words ------------------------------------------------------------------------------------ */

Span word(Parser *ps, const char *text)
{
    return interns_get(ps->parse->names, span_str(text));
}

Span source_span(Parser *ps, Place at)
{
    return span_of(ps->lexer.text + at.begin, at.end - at.begin);
}

Node *make_word(Parser *ps, Span name, Place at)
{
    return with_name(MK0(WORD, at), name, at);
}

Node *finish_path(Parser *ps, NodeList *words, Place at)
{
    return MKLIST0(PATH, at, words);
}

static bool is_word(const Node *path, const char *text)
{
    return path->kind == NODE_PATH && path->kid_count == 1 &&
           span_eq_str(path->kids[0]->name, text);
}

uint32_t check_type_word(Parser *ps, Span name, Place at)
{
    TypeWord w = type_word_find(name);

    if (w == AST_TYPE_NONE) {
        Diag *d = diag_add(ps->diags, ODX001, at, T_TYPE_WORD, arg_text(name));

        diag_fact(d, T_TYPE_WORDS);
        parser_mistake(ps);
    }
    return w;
}

/* ---- values ----------------------------------------------------------------------------------- */

Node *make_chain(Parser *ps, NodeKind kind, NodeList *terms, Place at)
{
    NodeList *flat = list_new(ps);

    for (size_t i = 0; i < terms->count; i++) {
        Node *t = terms->items[i];

        if (t->kind != kind) {
            list_add(ps, flat, t);
            continue;
        }
        for (uint32_t k = 0; k < t->kid_count; k++)
            list_add(ps, flat, t->kids[k]);
    }
    return make_node(ps, kind, at, NULL, 0, flat);
}

static bool is_counter(const Node *n)
{
    return n->kind == NODE_IN && !(n->flags & NF_NOT) && n->kids[0]->kind == NODE_PATH &&
           n->kids[0]->kid_count == 1 && n->kids[1]->kind == NODE_RANGE;
}

Node *make_fold(Parser *ps, Span name, Place name_at, Node *head, Node *body, Place at)
{
    Node *n;

    if (!is_counter(head)) {
        Diag *d = diag_add(ps->diags, ODX001, head->place, T_FOLD_HEAD, arg_source(head->place));

        diag_label(d, T_FOLD_HEAD_LABEL);
        parser_mistake(ps);
        return bad(ps, at);
    }
    n = MK(FOLD, at, head->kids[1], body);
    return with_names(n, name, name_at, head->kids[0]->kids[0]->name, head->kids[0]->place);
}

Node *counted(Parser *ps, Node *number, NumUnit unit, Place at)
{
    if (number->unit != NUM_PLAIN) {
        Diag *d = diag_add(ps->diags, ODX005, at, T_NUMBER_UNREADABLE, arg_source(at));

        diag_label(d, T_NUMBER_TWO_UNITS, arg_str(num_unit_text(unit)));
        parser_mistake(ps);
        return number;
    }
    number->unit = (uint8_t)unit;
    number->place = at;
    return number;
}

Node *negated(Parser *ps, Node *number, Place at)
{
    Node *n = MK0(NUMBER, at);

    n->text = source_span(ps, at);
    n->num = -number->num;
    n->unit = number->unit;
    return n;
}

/* ---- statements ------------------------------------------------------------------------------- */

Node *make_version(Parser *ps, Node *number, Place at)
{
    if (!span_eq_str(number->text, "1")) {
        Diag *d = diag_add(ps->diags, ODX003, number->place, T_VERSION, arg_source(number->place));

        diag_label(d, T_VERSION_LABEL);
        parser_mistake(ps);
    }
    number->place = at;
    return number;
}

static const struct {
    const char *word;
    EventOp op;
    bool takes_of;
} events[] = {
    {"fill", AST_EVENT_FILL, true},     {"tick", AST_EVENT_TICK, true},
    {"start", AST_EVENT_START, false},  {"resolve", AST_EVENT_RESOLVE, true},
    {"reject", AST_EVENT_REJECT, true},
};

Node *make_event(Parser *ps, Node *path, Node *of, Place at)
{
    EventOp op = AST_EVENT_PATH;
    bool takes_of = false;

    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (!is_word(path, events[i].word)) continue;
        op = events[i].op;
        takes_of = events[i].takes_of;
    }
    if (of && !takes_of) {
        Diag *d = diag_add(ps->diags, ODX001, of->place, T_NOT_EXPECTED, arg_source(of->place));

        diag_label(d, T_EVENT_NO_OF, arg_source(path->place));
        parser_mistake(ps);
    }
    return with_op(MK(EVENT, at, op == AST_EVENT_PATH ? path : of), op);
}

Node *make_fact(Parser *ps, Node *path, Node *value, Place at)
{
    if (is_word(value, "unknown")) return with_flag(MK(FACT, at, path, NULL), NF_UNKNOWN);
    return MK(FACT, at, path, value);
}

Node *make_anchor(Parser *ps, Span name, Node *id, Node *at_pair, Place at)
{
    Node *x = at_pair ? node_kid(at_pair, 0) : NULL, *y = at_pair ? node_kid(at_pair, 1) : NULL;
    Node *n = MK(ANCHOR, at, id, x, y);
    Buf b;

    buf_init(&b, ps->arena, name.len + 1);
    for (size_t i = 0; i < name.len; i++)
        if (!span_is_space(name.ptr[i])) buf_char(&b, name.ptr[i]);
    n->text = buf_span(&b);
    return n;
}

Node *max_limit(Parser *ps, LimitOp op, Node *amount, uint32_t per, Place at)
{
    Node *n = with_op(MK(LIMIT, at, amount), op);

    n->op2 = (uint16_t)per;
    return n;
}

Node *order_all(Parser *ps, SideOp side, Node *token, Node *price, NodeList *modifiers, Place at)
{
    return with_flag(with_op(MKLIST(ORDER, at, modifiers, NULL, token, price), side), NF_ALL);
}

Node *two_ofs(Parser *ps, Node *size, Place first_of, Node *path, Place second_of)
{
    Place both = place_join(size->place, path->place);
    Diag *d = diag_add(ps->diags, ODX001, second_of, T_TWO_OFS, arg_source(path->place));

    diag_label(d, T_EXPECTED_ONE, arg_str("`at`"));
    diag_mark(d, first_of, T_TWO_OFS_SIZE, arg_source(size->place));
    diag_fix(d, FIX_SAFE, T_TWO_OFS_FIX);
    diag_edit(d, parser_place(ps, both.begin, both.begin), SPAN("("));
    diag_edit(d, parser_place(ps, both.end, both.end), SPAN(")"));
    parser_mistake(ps);
    return with_flag(with_op(MK(BINARY, both, size, path), AST_OF), NF_BRACKETS);
}

/* ---- tests ------------------------------------------------------------------------------------ */

Node *check_row_time(Parser *ps, Node *number)
{
    bool is_time = number->unit >= NUM_MS && number->unit <= NUM_D;

    if (!is_time && !(number->num == 0 && number->unit == NUM_PLAIN)) {
        Diag *d = diag_add(ps->diags, ODX001, number->place, T_ROW_TIME, arg_source(number->place));

        diag_label(d, T_ROW_TIME_LABEL);
        parser_mistake(ps);
    }
    return number;
}

Node *expect_value(Parser *ps, Node *value, Place at)
{
    if (is_word(value, "nothing")) return with_op(MK(EXPECT, at, NULL, NULL), AST_EXPECT_NOTHING);
    return with_op(MK(EXPECT, at, value, NULL), AST_EXPECT_COND);
}

Node *expect_order(Parser *ps, SideOp side, Node *size, Node *token, Node *price,
                   NodeList *modifiers, Node *because, Place at, Place end)
{
    Node *order = MKLIST(ORDER, place_join(place_at(at.file, at.begin, at.begin), end), modifiers,
                         size, token, price);

    with_op(order, side);
    if (!size) with_flag(order, NF_ALL);
    return with_op(MK(EXPECT, at, order, because), AST_EXPECT_ORDER);
}

/* ---- the file --------------------------------------------------------------------------------- */

static void report_no_version(Parser *ps, uint32_t begin)
{
    Diag *d = diag_add(ps->diags, ODX001, parser_place(ps, begin, begin), T_NO_VERSION);

    diag_fix(d, FIX_SAFE, T_NO_VERSION_FIX);
    diag_edit(d, parser_place(ps, begin, begin), SPAN("odx 1\n\n"));
    parser_mistake(ps);
}

static void report_misplaced(Parser *ps, const Node *n, TextId title)
{
    diag_add(ps->diags, ODX001, n->place, title, arg_source(n->place));
    parser_mistake(ps);
}

/* The first lines: `odx 1`, modules to use, then the title. */
static void check_top(Parser *ps, const NodeList *items, const Node *header)
{
    size_t i = 0;

    if (items->count == 0 || items->items[0]->kind != NODE_NUMBER)
        report_no_version(ps, items->count ? items->items[0]->place.begin : 0);
    else
        i = 1;
    while (i < items->count && items->items[i]->kind == NODE_USE)
        i++;
    if (!header)
        diag_add(ps->diags, ODX001, parser_place(ps, ps->lexer.len, ps->lexer.len), T_NO_HEADER);
    else if (items->items[i] != header)
        report_misplaced(ps, header, T_HEADER_LATE);
}

void finish_file(Parser *ps, NodeList *items, Place at)
{
    NodeList *kept = list_new(ps);
    Node *header = NULL, *version = NULL, *file;
    bool is_clean = ps->mistakes == 0;

    (void)at;
    for (size_t i = 0; i < items->count; i++) {
        Node *n = items->items[i];
        Node **first = n->kind == NODE_NUMBER ? &version : n->kind == NODE_HEADER ? &header : NULL;

        if (!first)
            list_add(ps, kept, n);
        else if (!*first)
            *first = n;
        else
            report_misplaced(ps, n, T_SECOND_HEADER);
    }
    if (is_clean && !ps->is_stopped) check_top(ps, items, header);
    file = MKLIST(FILE, parser_place(ps, 0, ps->lexer.len), kept, header);
    if (file == ps->spare) return; /* the empty file stays */
    file->num = version ? version->num : 1;
    ps->version_end = version ? version->place.end : 0;
    ps->result = file;
}
