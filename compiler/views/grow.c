/* grow.c — nodes of the tree for what a JSON document says.  See document_private.h. */
#include <string.h>

#include "compiler/views/document_private.h"
#include "vm/base/num.h"

enum { LONGEST_NUMBER = 40 }; /* digits before or behind the point */

static uint8_t deepest(Node *const *kids, size_t count, uint8_t depth)
{
    for (size_t i = 0; i < count; i++)
        if (kids[i] && kids[i]->depth > depth) depth = kids[i]->depth;
    return depth;
}

Node *tree_bad(Doc *doc, Place at)
{
    Node *n = node_new(doc->arena, NODE_BAD, at, 0);

    n->id = doc->parse->node_count++;
    n->flags = NF_BAD;
    n->depth = 1;
    return n;
}

Node *tree_of(Doc *doc, NodeKind kind, Place at, Node *const *kids, size_t count, const Nodes *list)
{
    size_t more = list ? list->count : 0;
    uint8_t depth = deepest(kids, count, 0);
    Node *n;

    if (more) depth = deepest(list->items, more, depth);
    if (depth >= NODE_MAX_DEPTH && kind != NODE_FILE) {
        diag_add(doc->diags, ODX702, at, T_TOO_DEEP, arg_int(NODE_MAX_DEPTH));
        return tree_bad(doc, at);
    }
    n = node_new(doc->arena, kind, at, (uint32_t)(count + more));
    if (arena_is_full(doc->arena)) return tree_bad(doc, at);
    n->id = doc->parse->node_count++;
    n->depth = (uint8_t)(depth + 1);
    if (count) memcpy(n->kids, kids, count * sizeof *kids);
    if (more) memcpy(n->kids + count, list->items, more * sizeof *list->items);
    return n;
}

Node *tree_op(Node *n, uint32_t op)
{
    n->op = (uint16_t)op;
    return n;
}

Node *tree_named(Doc *doc, Node *n, Span name, Place at)
{
    n->name = interns_get(doc->parse->names, name);
    n->name_at = at;
    return n;
}

Node *tree_string(Doc *doc, Span text, Place at)
{
    Node *n = GROW0(STRING, at);

    n->text = text;
    return n;
}

Node *tree_path(Doc *doc, Span dotted, Place at)
{
    Nodes words = {0};
    Span w;

    while (span_cut(&dotted, '.', &w))
        vec_push(doc->arena, &words, tree_named(doc, GROW0(WORD, at), w, at));
    return GROW_LIST(PATH, at, &words);
}

/* ---- numbers ---------------------------------------------------------------------------------- */

typedef struct Decimal {
    char digits[32];
    int count, point; /* 0.DIGITS times ten to the point */
} Decimal;

static Decimal take_digits(Span t)
{
    Decimal d = {.count = 0};
    int exp = 0, sign = 1;
    bool is_fraction = false, is_exp = false;

    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];

        if (c == '.') {
            is_fraction = true;
        } else if (c == 'e') {
            is_exp = true;
        } else if (c == '-' && is_exp) {
            sign = -1;
        } else if (c >= '0' && c <= '9' && is_exp) {
            exp = exp * 10 + (c - '0');
        } else if (c >= '0' && c <= '9') {
            if (c != '0' || d.count) {
                if (d.count < (int)sizeof d.digits) d.digits[d.count++] = c;
                d.point += !is_fraction;
            } else {
                d.point -= is_fraction;
            }
        }
    }
    d.point += sign * exp;
    return d;
}

static void put_digits(Buf *b, const Decimal *d)
{
    bool groups = d->point > 4;
    int from = d->point < 0 ? d->point : 0, last = d->count > d->point ? d->count : d->point;

    while (last > d->point && last > 0 && d->digits[last - 1] == '0')
        last--;
    if (d->point <= 0) buf_char(b, '0');
    if (d->point <= 0 && d->count) buf_char(b, '.');
    for (int i = from; i < last; i++) {
        if (i == d->point && i > 0) buf_char(b, '.');
        if (groups && i > 0 && i < d->point && (d->point - i) % 3 == 0) buf_char(b, '_');
        buf_char(b, i >= 0 && i < d->count ? d->digits[i] : '0');
    }
}

/* The decimal digits of x * 10^shift, without an exponent, groups of three from 10,000 on. */
static Span plain_digits(Arena *arena, double x, int shift)
{
    char text[NUM_TEXT_MAX];
    Decimal d = take_digits(span_of(text, num_shortest(x, text)));
    Buf b;

    buf_init(&b, arena, 4 * LONGEST_NUMBER);
    if (d.count) d.point += shift;
    if (d.point > LONGEST_NUMBER || d.point < -LONGEST_NUMBER) return (Span){0};
    put_digits(&b, &d);
    return buf_span(&b);
}

/* As the text would give it, so that both have the same bits. */
static double value_of(Arena *arena, Span digits, NumUnit unit)
{
    static const int8_t exps[NUM_UNIT_COUNT] = {
        [NUM_CENT] = -2, [NUM_PERCENT] = -2, [NUM_BPS] = -4, [NUM_MS] = -3};
    double x = 0;
    Buf b;

    buf_init(&b, arena, digits.len + 1);
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] != '_') buf_char(&b, digits.ptr[i]);
    (void)num_parse_scaled(buf_span(&b), exps[unit], &x);
    return unit == NUM_M ? x * 60 : x;
}

Span grow_number_text(Arena *arena, double x, int shift, NumUnit unit)
{
    Span digits = plain_digits(arena, x, shift);
    Buf b;

    if (!digits.len) return digits;
    buf_init(&b, arena, digits.len + 8);
    if (unit == NUM_USD) buf_char(&b, '$');
    buf_span_put(&b, digits);
    if (unit != NUM_USD && unit != NUM_SHARES && unit != NUM_COINS)
        buf_str(&b, num_unit_text(unit));
    return buf_span(&b);
}

Node *tree_number(Doc *doc, double x, int shift, NumUnit unit, Place at)
{
    Node *n = GROW0(NUMBER, at);

    n->text = grow_number_text(doc->arena, num_abs(x), shift, unit);
    if (!n->text.len) {
        diag_add(doc->diags, ODX005, at, T_NUMBER_TOO_LARGE, arg_source(at));
        return tree_bad(doc, at);
    }
    n->unit = (uint8_t)unit;
    n->num = value_of(doc->arena, plain_digits(doc->arena, num_abs(x), shift), unit);
    return x < 0 ? GROW(NEG, at, n) : n;
}

Node *tree_coordinate(Doc *doc, const JsonValue *v)
{
    double x = v && v->kind == JSON_NUMBER ? v->number : 0;
    Node *n = GROW0(NUMBER, v ? v->place : place_at(doc->source->file, 0, 0));
    Buf b;

    if (!(num_abs(x) <= COORDINATE_MAX)) x = 0;
    if (num_abs(x) < 1e-9) x = 0;
    buf_init(&b, doc->arena, 4 * LONGEST_NUMBER);
    if (x == num_rint(x)) {
        buf_int(&b, (int64_t)x);
    } else {
        if (x < 0) buf_char(&b, '-');
        buf_span_put(&b, plain_digits(doc->arena, num_abs(x), 0));
    }
    n->text = buf_span(&b);
    n->num = x;
    return n;
}

/* ---- text inside JSON ------------------------------------------------------------------------- */

static void move_to(Node *n, Place at)
{
    n->place = n->name_at = n->name2_at = at;
    for (uint32_t i = 0; i < n->kid_count; i++)
        if (n->kids[i]) move_to(n->kids[i], at);
}

/* Parses a file of its own; findings in it are told as one. */
static const Node *parse_piece(Doc *doc, Span text)
{
    Parse own = *doc->parse;
    const Node *file;

    if (!doc->pieces) doc->pieces = arena_new(doc->arena, Sources);
    if (arena_is_full(doc->arena)) return NULL;
    sources_init(doc->pieces, doc->arena);
    if (!sources_add(doc->pieces, SPAN("piece"), text)) return NULL;
    own.sources = doc->pieces;
    own.diags = diags_new(doc->arena, doc->pieces, NULL);
    file = parse_file(&own, 0);
    doc->parse->node_count = own.node_count;
    return diags_has_errors(own.diags) ? NULL : file;
}

Node *tree_from_text(Doc *doc, const JsonValue *v)
{
    const Node *file, *let;
    Buf b;

    buf_init(&b, doc->arena, SOURCE_MAX_BYTES);
    buf_fmt(&b, "odx 1\nstrategy \"x\"\nlet x = %S\n", v->text);
    file = buf_is_full(&b) ? NULL : parse_piece(doc, buf_span(&b));
    let = file && file->kid_count == 2 ? file->kids[KID_FILE_ITEMS] : NULL;
    if (!node_is(let, NODE_LET)) {
        doc_diag(doc, ODX001, v, v->place, T_JSON_NOT_A_VALUE, arg_text(v->text));
        return tree_bad(doc, v->place);
    }
    move_to(let->kids[0], v->place);
    return let->kids[0];
}

/* The only item of that text, or NULL. */
static Node *parse_item(Doc *doc, Span head, Span text, Span tail)
{
    const Node *file;
    Buf b;

    buf_init(&b, doc->arena, 2 * SOURCE_MAX_BYTES);
    buf_fmt(&b, "odx 1\nstrategy \"x\"\n%S%S%S\n", head, text, tail);
    file = buf_is_full(&b) ? NULL : parse_piece(doc, buf_span(&b));
    return file && file->kid_count == 2 ? file->kids[KID_FILE_ITEMS] : NULL;
}

Node *tree_event(Doc *doc, const JsonValue *v)
{
    Node *rule = parse_item(doc, SPAN("on "), v->text, SPAN(" { }"));
    bool is_event = node_is(rule, NODE_RULE) && rule->kids[KID_RULE_EVENT] &&
                    !rule->kids[KID_RULE_COND] && !rule->kids[KID_RULE_BLOCK]->kid_count;

    if (!is_event) {
        doc_diag(doc, ODX001, v, v->place, T_JSON_NOT_AN_EVENT, arg_text(v->text));
        return tree_bad(doc, v->place);
    }
    move_to(rule->kids[KID_RULE_EVENT], v->place);
    return rule->kids[KID_RULE_EVENT];
}

Node *tree_item(Doc *doc, const JsonValue *v)
{
    Node *item = parse_item(doc, SPAN(""), v->text, SPAN(""));

    if (!node_is(item, NODE_DEF) && !node_is(item, NODE_TEST) && !node_is(item, NODE_ALWAYS)) {
        doc_diag(doc, ODX001, v, v->place, T_JSON_NOT_CODE);
        return tree_bad(doc, v->place);
    }
    move_to(item, v->place);
    return item;
}
