/* text_value.c — values as text: brackets where the grammar needs them, breaks where a line is full.
 *
 * A value that does not fit is broken at its loosest operators, which then stand below each other at
 * the start of their lines.  Promise: the text parses to an equal tree. */
#include "compiler/views/text_private.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/base/utf8.h"

/* ---- writing ---------------------------------------------------------------------------------- */

size_t text_column(const TextWriter *w)
{
    return utf8_width(span_from(buf_span(w->out), w->line_at));
}

void text_newline(TextWriter *w, size_t column)
{
    buf_char(w->out, '\n');
    w->line_at = w->out->len;
    buf_fill(w->out, ' ', column);
}

void text_str(TextWriter *w, const char *text)
{
    buf_str(w->out, text);
}

void text_span(TextWriter *w, Span text)
{
    buf_span_put(w->out, text);
}

void text_quoted(TextWriter *w, Span text)
{
    buf_char(w->out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '"' || c == '\\') buf_char(w->out, '\\');
        if (c == '\n')
            buf_str(w->out, "\\n");
        else
            buf_char(w->out, c);
    }
    buf_char(w->out, '"');
}

size_t text_flat_width(const TextWriter *w, void (*put)(TextWriter *, const void *),
                       const void *arg)
{
    ArenaMark mark = arena_mark(w->scratch);
    TextWriter flat = {.scratch = w->scratch, .is_flat = true};
    size_t width;
    Buf b;

    buf_init(&b, w->scratch, 4 * SOURCE_MAX_BYTES);
    flat.out = &b;
    put(&flat, arg);
    width = buf_is_full(&b) ? SIZE_MAX / 2 : text_column(&flat);
    arena_release(w->scratch, mark);
    return width;
}

/* ---- how tightly a value binds ---------------------------------------------------------------- */

static TextLevel binary_level(const Node *n)
{
    return n->op == AST_ADD || n->op == AST_SUB ? BIND_SUM : BIND_PRODUCT;
}

static TextLevel level_of(const Node *n)
{
    switch (n->kind) {
    case NODE_SIDE:
        return BIND_ANY;
    case NODE_IF:
        return BIND_PLAIN;
    case NODE_OR:
        return BIND_OR;
    case NODE_AND:
        return BIND_AND;
    case NODE_NOT:
        return BIND_NOT;
    case NODE_FOR:
        return BIND_FOR;
    case NODE_CMP:
    case NODE_IS:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_CROSSES:
        return BIND_RELATION;
    case NODE_OTHERWISE:
        return BIND_OTHERWISE;
    case NODE_BINARY:
        return binary_level(n);
    case NODE_NEG:
        return BIND_UNARY;
    case NODE_EVERY:
    case NODE_ACROSS:
        return BIND_POSTFIX;
    default:
        return BIND_PRIMARY;
    }
}

/* ---- single values ---------------------------------------------------------------------------- */

/* For numbers that nobody wrote: the unit's own scale. */
static void put_computed_number(TextWriter *w, const Node *n)
{
    static const int exp10[NUM_UNIT_COUNT] = {
        [NUM_CENT] = 2, [NUM_PERCENT] = 2, [NUM_BPS] = 4, [NUM_MS] = 3};
    static const double per[NUM_UNIT_COUNT] = {[NUM_M] = 60, [NUM_H] = 3600, [NUM_D] = 86400};
    double v = n->num;
    char text[NUM_TEXT_MAX];
    size_t len = num_shortest(v, text);

    if (exp10[n->unit]) (void)num_parse_scaled(span_of(text, len), exp10[n->unit], &v);
    if (per[n->unit] > 0) v /= per[n->unit];
    if (n->unit == NUM_USD) buf_char(w->out, '$');
    buf_num(w->out, v);
}

static void put_number(TextWriter *w, const Node *n)
{
    bool is_written = n->text.len > 0;

    if (is_written)
        text_span(w, n->text);
    else
        put_computed_number(w, n);
    if (n->unit == NUM_SHARES || n->unit == NUM_COINS) {
        buf_char(w->out, ' ');
        text_str(w, num_unit_text((NumUnit)n->unit));
    } else if (!is_written && n->unit != NUM_USD) {
        text_str(w, num_unit_text((NumUnit)n->unit));
    }
}

static void put_path(TextWriter *w, const Node *n)
{
    for (uint32_t i = 0; i < n->kid_count; i++) {
        if (i) buf_char(w->out, '.');
        text_span(w, n->kids[i]->name);
    }
}

static bool fits(TextWriter *w, const Node *n);

/* A separator between two parts: a blank, or a new line at the chain's start. */
static void put_break(TextWriter *w, size_t start, bool is_broken)
{
    if (is_broken)
        text_newline(w, start);
    else
        buf_char(w->out, ' ');
}

static void put_item(TextWriter *w, const Node *list, uint32_t i)
{
    if (list->kind == NODE_CALL)
        text_value(w, list->kids[i], BIND_ANY);
    else
        text_choice(w, list->kids[i]);
}

/* Items between an opening mark already written and a closing one, as many on a line as fit. */
static void put_items(TextWriter *w, const Node *n, const char *close)
{
    size_t start = text_column(w), tail = w->tail;

    for (uint32_t i = 0; i < n->kid_count; i++) {
        w->tail = i + 1 == n->kid_count ? tail + 1 : 1;
        if (i) {
            text_str(w, ",");
            w->tail++;
            put_break(w, start, !fits(w, n->kids[i]));
            w->tail--;
        }
        put_item(w, n, i);
    }
    w->tail = tail;
    text_str(w, close);
}

static void put_fold(TextWriter *w, const Node *n)
{
    text_span(w, n->name);
    buf_char(w->out, '(');
    text_span(w, n->name2);
    text_str(w, " in ");
    text_value(w, n->kids[0], BIND_ANY);
    text_str(w, ": ");
    text_value_before(w, n->kids[1], BIND_ANY, w->tail + 1);
    buf_char(w->out, ')');
}

/* ---- chains of operators ---------------------------------------------------------------------- */

static void put_terms(TextWriter *w, const Node *n, bool is_broken)
{
    bool is_or = n->kind == NODE_OR;
    size_t start = text_column(w), tail = w->tail;

    for (uint32_t i = 0; i < n->kid_count; i++) {
        if (i) {
            put_break(w, start, is_broken);
            text_str(w, is_or ? "or " : "and ");
        }
        text_value_before(w, n->kids[i], is_or ? BIND_AND : BIND_NOT,
                          i + 1 == n->kid_count ? tail : 0);
    }
}

static const char *binary_word(const Node *n)
{
    static const char *const words[] = {"", "+ ", "- ", "* ", "/ ", "of "};

    return words[n->op <= AST_OF ? n->op : 0];
}

/* a - b + c is one chain, leaning left. */
static void put_binary(TextWriter *w, const Node *n, size_t start, bool is_broken)
{
    TextLevel level = binary_level(n);
    const Node *left = n->kids[0];
    size_t tail = w->tail;

    if (left->kind == NODE_BINARY && binary_level(left) == level) {
        w->tail = 0;
        put_binary(w, left, start, is_broken);
        w->tail = tail;
    } else {
        text_value_before(w, left, level, 0);
    }
    put_break(w, start, is_broken);
    text_str(w, binary_word(n));
    text_value_before(w, n->kids[1], (TextLevel)(level + 1), tail);
}

static void put_if(TextWriter *w, const Node *n, bool is_broken)
{
    size_t start = text_column(w), tail = w->tail;

    text_str(w, "if ");
    text_value_before(w, n->kids[KID_IF_COND], BIND_ANY, 0);
    put_break(w, start, is_broken);
    text_str(w, "then ");
    text_value_before(w, n->kids[KID_IF_THEN], BIND_ANY, 0);
    put_break(w, start, is_broken);
    text_str(w, "else ");
    text_value_before(w, n->kids[KID_IF_ELSE], BIND_ANY, tail);
}

static void put_otherwise(TextWriter *w, const Node *n, bool is_broken)
{
    size_t start = text_column(w), tail = w->tail;

    text_value_before(w, n->kids[0], BIND_SUM, 0);
    put_break(w, start, is_broken);
    text_str(w, "otherwise ");
    text_value_before(w, n->kids[1], BIND_OTHERWISE, tail);
}

/* ---- relations -------------------------------------------------------------------------------- */

static const char *relation_word(const Node *n)
{
    static const char *const compare[] = {"", "<", "<=", ">", ">="};
    bool is_not = (n->flags & NF_NOT) != 0;

    switch (n->kind) {
    case NODE_CMP:
        return compare[n->op <= AST_CMP_GE ? n->op : 0];
    case NODE_IS:
        return is_not ? "is not" : "is";
    case NODE_IN:
        return is_not ? "not in" : "in";
    case NODE_BETWEEN:
        return "between";
    default:
        return n->op == AST_CROSSES_ABOVE ? "crosses above" : "crosses below";
    }
}

static void put_relation(TextWriter *w, const Node *n)
{
    const Node *right = n->kids[1];
    bool takes_any = n->kind == NODE_IN || (n->kind == NODE_IS && right->kind == NODE_SIDE);
    size_t tail = w->tail;

    text_value_before(w, n->kids[0], BIND_OTHERWISE, 0);
    buf_char(w->out, ' ');
    text_str(w, relation_word(n));
    buf_char(w->out, ' ');
    text_value_before(w, right, takes_any ? BIND_ANY : BIND_OTHERWISE,
                      n->kind == NODE_BETWEEN ? 0 : tail);
    if (n->kind != NODE_BETWEEN) return;
    text_str(w, " and ");
    text_value_before(w, n->kids[2], BIND_OTHERWISE, tail);
}

/* ---- all together ----------------------------------------------------------------------------- */

static void put_prefix(TextWriter *w, const Node *n)
{
    bool is_not = n->kind == NODE_NOT;

    text_str(w, is_not ? "not " : "-");
    text_value_before(w, n->kids[0], is_not ? BIND_NOT : BIND_UNARY, w->tail);
}

/* x every d, x across slots, c for d */
static void put_suffix(TextWriter *w, const Node *n)
{
    bool is_for = n->kind == NODE_FOR;

    text_value_before(w, n->kids[0], is_for ? BIND_RELATION : BIND_POSTFIX, 0);
    if (n->kind == NODE_ACROSS) {
        text_str(w, " across slots");
        return;
    }
    text_str(w, is_for ? " for " : " every ");
    text_value(w, n->kids[1], BIND_PRIMARY);
}

static void put_listed(TextWriter *w, const Node *n)
{
    if (n->kind == NODE_CALL) text_span(w, n->name);
    buf_char(w->out, n->kind == NODE_CALL ? '(' : '[');
    put_items(w, n, n->kind == NODE_CALL ? ")" : "]");
}

static void put_range(TextWriter *w, const Node *n)
{
    text_value(w, n->kids[0], BIND_SUM);
    text_str(w, " .. ");
    text_value(w, n->kids[1], BIND_SUM);
}

static void put_value(TextWriter *w, const Node *n, bool is_broken)
{
    switch (n->kind) {
    case NODE_IF:
        put_if(w, n, is_broken);
        break;
    case NODE_OR:
    case NODE_AND:
        put_terms(w, n, is_broken);
        break;
    case NODE_NOT:
    case NODE_NEG:
        put_prefix(w, n);
        break;
    case NODE_CMP:
    case NODE_IS:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_CROSSES:
        put_relation(w, n);
        break;
    case NODE_RANGE:
        put_range(w, n);
        break;
    case NODE_CALL:
    case NODE_CHOICES:
        put_listed(w, n);
        break;
    case NODE_FOR:
    case NODE_EVERY:
    case NODE_ACROSS:
        put_suffix(w, n);
        break;
    case NODE_OTHERWISE:
        put_otherwise(w, n, is_broken);
        break;
    case NODE_BINARY:
        put_binary(w, n, text_column(w), is_broken);
        break;
    case NODE_NUMBER:
        put_number(w, n);
        break;
    case NODE_BOOL:
        text_str(w, n->op ? "true" : "false");
        break;
    case NODE_SIDE:
        text_str(w, n->op == AST_SIDE_BUY ? "buy" : "sell");
        break;
    case NODE_PATH:
        put_path(w, n);
        break;
    case NODE_FOLD:
        put_fold(w, n);
        break;
    case NODE_STRING:
        text_quoted(w, n->text);
        break;
    default:
        break;
    }
}

static void put_flat(TextWriter *w, const void *n)
{
    put_value(w, n, false);
}

static bool fits(TextWriter *w, const Node *n)
{
    if (w->is_flat) return true;
    return text_column(w) + text_flat_width(w, put_flat, n) + w->tail <= TEXT_WIDTH;
}

void text_value(TextWriter *w, const Node *n, TextLevel level)
{
    bool has_brackets = level_of(n) < level, was_flat = w->is_flat;

    if (has_brackets) {
        buf_char(w->out, '(');
        w->tail++;
    }
    w->is_flat = fits(w, n); /* what fits need not be measured again inside */
    put_value(w, n, !w->is_flat);
    w->is_flat = was_flat;
    if (has_brackets) {
        buf_char(w->out, ')');
        w->tail--;
    }
}

void text_choice(TextWriter *w, const Node *n)
{
    text_value(w, n, n->kind == NODE_SIDE ? BIND_ANY : BIND_SUM);
}

void text_value_before(TextWriter *w, const Node *n, TextLevel level, size_t tail)
{
    size_t before = w->tail;

    w->tail = tail;
    text_value(w, n, level);
    w->tail = before;
}

/* Is there an `of` that no brackets protect? */
static bool shows_of(const Node *n)
{
    if (n->kind != NODE_BINARY) return false;
    if (n->op == AST_OF) return true;
    for (uint32_t i = 0; i < 2; i++)
        if (level_of(n->kids[i]) >= binary_level(n) + i && shows_of(n->kids[i])) return true;
    return false;
}

void text_size(TextWriter *w, const Node *n)
{
    text_value(w, n, shows_of(n) || n->kind == NODE_SIDE ? BIND_PRIMARY : BIND_SUM);
}

void text_write_value(Buf *out, const Node *value, Arena *scratch)
{
    TextWriter w = {.out = out, .scratch = scratch, .line_at = out->len, .is_flat = true};

    text_value(&w, value, BIND_ANY);
}
