/* text_write.c — see text_write.h: lines, blocks, columns and comments.
 *
 * Every statement is a line of cells; in a run of like lines the cells start in the same columns.
 * What does not fit is written alone, with its values broken. */
#include "compiler/views/text_write.h"

#include "compiler/views/text_private.h"
#include "vm/base/bug.h"

#define CELLS_MAX 4
#define LIMIT_COLUMN 14 /* behind `trailing stop` and `no entry when`, the longest limits */

/* ---- cells ------------------------------------------------------------------------------------ */

uint32_t text_cell_count(const Node *n)
{
    switch (n->kind) {
    case NODE_USE:
        return text_kid(n, KID_USE_PIN) ? 2 : 1;
    case NODE_MARKET:
        return text_kid(n, KID_MARKET_STALE) ? 4 : 3;
    case NODE_LEADER:
        return text_kid(n, KID_LEADER_GROUPED) ? 4 : 3;
    case NODE_ACCOUNT:
        return n->name2.len ? 2 : 1;
    case NODE_FEED:
        return text_kid(n, KID_FEED_STALE) ? 3 : 2;
    case NODE_PARAM:
        return text_kid(n, KID_PARAM_STEP) ? 4 : text_kid(n, KID_PARAM_DOMAIN) ? 3 : 2;
    case NODE_STATE:
        return n->op ? 3 : 2;
    case NODE_ORDER:
        return n->kid_count > KID_ORDER_MODIFIERS ? 4 : text_kid(n, KID_ORDER_PRICE) ? 3 : 2;
    case NODE_LIMIT:
        return text_kid(n, 0) ? 2 : 1;
    case NODE_QUOTE_SIDE:
        return 3;
    case NODE_LET:
    case NODE_SHOW:
    case NODE_SET:
    case NODE_REQUIRE:
        return 2;
    default:
        return 1;
    }
}

void text_named(TextWriter *w, const char *head, Span name)
{
    text_str(w, head);
    buf_char(w->out, ' ');
    text_span(w, name);
}

void text_after(TextWriter *w, const char *head, const Node *n, TextLevel level)
{
    text_str(w, head);
    buf_char(w->out, ' ');
    text_value(w, n, level);
}

static void put_choice_after(TextWriter *w, const char *head, const Node *n)
{
    text_str(w, head);
    buf_char(w->out, ' ');
    text_choice(w, n);
}

static void put_source_cell(TextWriter *w, const Node *n, uint32_t cell)
{
    bool is_market = n->kind == NODE_MARKET;

    if (cell == 0) text_named(w, is_market ? "market" : "leader", n->name);
    if (cell == 1) text_named(w, "=", n->name2);
    if (cell == 2 && (n->flags & NF_ANY)) text_str(w, "any ");
    if (cell == 2) text_value(w, text_kid(n, 0), BIND_PRIMARY);
    if (cell == 3) text_after(w, is_market ? "stale after" : "grouped", text_kid(n, 1), BIND_ANY);
}

static void put_param_cell(TextWriter *w, const Node *n, uint32_t cell)
{
    if (cell == 0) text_named(w, "param", n->name);
    if (cell == 1) put_choice_after(w, "=", text_kid(n, KID_PARAM_VALUE));
    if (cell == 2) text_after(w, "in", text_kid(n, KID_PARAM_DOMAIN), BIND_ANY);
    if (cell == 3) text_after(w, "step", text_kid(n, KID_PARAM_STEP), BIND_SUM);
}

/* let, state, set, show */
static void put_named_cell(TextWriter *w, const Node *n, uint32_t cell)
{
    const char *head = n->kind == NODE_LET     ? "let"
                       : n->kind == NODE_STATE ? "state"
                       : n->kind == NODE_SET   ? "set"
                                               : "show";

    if (cell == 0) text_named(w, head, n->name);
    if (cell == 1) text_after(w, "=", text_kid(n, 0), BIND_ANY);
    if (cell == 2) text_str(w, per_op_words((PerOp)n->op));
}

static void put_modifier(TextWriter *w, const Node *n)
{
    static const char *const words[] = {"", "post only", "good for", "all or nothing",
                                        "now or never"};

    text_str(w, words[n->op <= AST_MODIFIER_NOW_OR_NEVER ? n->op : 0]);
    if (!text_kid(n, 0)) return;
    buf_char(w->out, ' ');
    text_value(w, text_kid(n, 0), BIND_PRIMARY);
}

static void put_price(TextWriter *w, const Node *n)
{
    if (n->kind != NODE_PRICE_MARKET) {
        text_value(w, n, BIND_SUM);
        return;
    }
    text_str(w, "market");
    if (!text_kid(n, 0)) return;
    buf_char(w->out, ' ');
    text_after(w, "within", text_kid(n, 0), BIND_SUM);
}

static void put_order_cell(TextWriter *w, const Node *n, uint32_t cell)
{
    if (cell == 0) text_str(w, n->op == AST_SIDE_BUY ? "buy" : "sell");
    if (cell == 1 && (n->flags & NF_ALL)) text_str(w, "all");
    if (cell == 1 && !(n->flags & NF_ALL)) text_size(w, text_kid(n, KID_ORDER_SIZE));
    if (cell == 1) text_str(w, " of ");
    if (cell == 1) text_value(w, text_kid(n, KID_ORDER_TOKEN), BIND_PRIMARY);
    if (cell == 2) text_str(w, "at ");
    if (cell == 2) put_price(w, text_kid(n, KID_ORDER_PRICE));
    if (cell != 3) return;
    for (uint32_t i = KID_ORDER_MODIFIERS; i < n->kid_count; i++) {
        if (i > KID_ORDER_MODIFIERS) buf_char(w->out, ' ');
        put_modifier(w, text_kid(n, i));
    }
}

static void put_limit_cell(TextWriter *w, const Node *n, uint32_t cell)
{
    if (cell == 0) {
        text_str(w, limit_op_words((LimitOp)n->op));
        return;
    }
    text_value(w, text_kid(n, 0), BIND_ANY);
    if (!n->op2) return;
    buf_char(w->out, ' ');
    text_str(w, per_op_words((PerOp)n->op2));
}

static void put_small_cell(TextWriter *w, const Node *n, uint32_t cell)
{
    switch (n->kind) {
    case NODE_USE:
        text_str(w, cell ? "pin " : "use ");
        text_value(w, text_kid(n, cell), BIND_PRIMARY);
        break;
    case NODE_ACCOUNT:
        text_named(w, cell ? "=" : "account", cell ? n->name2 : n->name);
        break;
    case NODE_FEED:
        if (cell == 0) text_named(w, "feed", n->name);
        if (cell == 1) text_after(w, "in", text_kid(n, KID_FEED_RANGE), BIND_ANY);
        if (cell == 2) text_after(w, "stale after", text_kid(n, KID_FEED_STALE), BIND_ANY);
        break;
    case NODE_REQUIRE:
        if (cell == 0)
            text_after(w, "require", text_kid(n, 0), BIND_ANY);
        else
            text_named(w, "else", n->name);
        break;
    case NODE_QUOTE_SIDE:
        if (cell == 0) text_str(w, n->op == AST_QUOTE_BID ? "bid" : "ask");
        if (cell == 1) text_value(w, text_kid(n, KID_QUOTE_SIDE_PRICE), BIND_SUM);
        if (cell == 2) text_after(w, "size", text_kid(n, KID_QUOTE_SIDE_SIZE), BIND_SUM);
        break;
    default:
        break;
    }
}

/* ---- statements of one cell ------------------------------------------------------------------- */

static void put_def_head(TextWriter *w, const Node *n)
{
    text_named(w, "def", n->name);
    buf_char(w->out, '(');
    for (uint32_t i = KID_DEF_FORMALS; i < n->kid_count; i++) {
        const Node *formal = text_kid(n, i);

        if (i > KID_DEF_FORMALS) text_str(w, ", ");
        text_span(w, formal->name);
        if (formal->op) text_str(w, ": ");
        text_str(w, type_word_text((TypeWord)formal->op));
    }
    buf_char(w->out, ')');
    if (n->op) text_str(w, " -> ");
    text_str(w, type_word_text((TypeWord)n->op));
    text_str(w, " =");
}

static void put_body(TextWriter *w, const void *def)
{
    text_value(w, text_kid(def, KID_DEF_BODY), BIND_ANY);
}

/* What is calculated goes below when it does not fit behind its name. */
static void put_def(TextWriter *w, const Node *n)
{
    put_def_head(w, n);
    if (!w->is_flat && text_column(w) + 1 + text_flat_width(w, put_body, n) > TEXT_WIDTH)
        text_newline(w, w->indent + 2);
    else
        buf_char(w->out, ' ');
    put_body(w, n);
}

static void put_anchor(TextWriter *w, const Node *n)
{
    text_span(w, n->text);
    if (text_kid(n, KID_ANCHOR_ID)) text_str(w, " id ");
    if (text_kid(n, KID_ANCHOR_ID)) text_value(w, text_kid(n, KID_ANCHOR_ID), BIND_PRIMARY);
    if (!text_kid(n, KID_ANCHOR_X)) return;
    text_str(w, " at ");
    text_value(w, text_kid(n, KID_ANCHOR_X), BIND_ANY);
    text_str(w, ", ");
    text_value(w, text_kid(n, KID_ANCHOR_Y), BIND_ANY);
}

static void put_close(TextWriter *w, const Node *n)
{
    text_after(w, "close", text_kid(n, KID_CLOSE_TOKEN), BIND_PRIMARY);
    if (!text_kid(n, KID_CLOSE_WITHIN)) return;
    buf_char(w->out, ' ');
    text_after(w, "within", text_kid(n, KID_CLOSE_WITHIN), BIND_SUM);
}

static void put_sets(TextWriter *w, const Node *n)
{
    text_str(w, n->op == AST_SETS_SPLIT ? "split " : "merge ");
    text_size(w, text_kid(n, KID_SETS_SIZE));
    text_str(w, " of ");
    text_value(w, text_kid(n, KID_SETS_MARKET), BIND_PRIMARY);
}

static void put_whole(TextWriter *w, const Node *n)
{
    switch (n->kind) {
    case NODE_HEADER:
        text_after(w, n->op == AST_HEADER_STRATEGY ? "strategy" : "module", text_kid(n, 0),
                   BIND_PRIMARY);
        break;
    case NODE_DEF:
        put_def(w, n);
        break;
    case NODE_ALWAYS:
        text_after(w, "always", text_kid(n, 0), BIND_PLAIN);
        break;
    case NODE_CLOSE:
        put_close(w, n);
        break;
    case NODE_CANCEL:
        if (n->flags & NF_ALL)
            text_str(w, "cancel all");
        else
            text_after(w, "cancel", text_kid(n, 0), BIND_PRIMARY);
        break;
    case NODE_SETS:
        put_sets(w, n);
        break;
    case NODE_ALERT:
        text_after(w, "alert", text_kid(n, 0), BIND_PRIMARY);
        break;
    case NODE_REFRESH:
        text_after(w, "refresh", text_kid(n, 0), BIND_SUM);
        break;
    case NODE_ANCHOR:
        put_anchor(w, n);
        break;
    case NODE_EXTRA:
        text_after(w, "extra", text_kid(n, 0), BIND_PRIMARY);
        break;
    default:
        break;
    }
}

void text_cell(TextWriter *w, const Node *n, uint32_t cell)
{
    switch (n->kind) {
    case NODE_MARKET:
    case NODE_LEADER:
        put_source_cell(w, n, cell);
        break;
    case NODE_PARAM:
        put_param_cell(w, n, cell);
        break;
    case NODE_LET:
    case NODE_STATE:
    case NODE_SET:
    case NODE_SHOW:
        put_named_cell(w, n, cell);
        break;
    case NODE_ORDER:
        put_order_cell(w, n, cell);
        break;
    case NODE_LIMIT:
        put_limit_cell(w, n, cell);
        break;
    case NODE_USE:
    case NODE_ACCOUNT:
    case NODE_FEED:
    case NODE_REQUIRE:
    case NODE_QUOTE_SIDE:
        put_small_cell(w, n, cell);
        break;
    default:
        put_whole(w, n);
        break;
    }
}

/* ---- columns ---------------------------------------------------------------------------------- */

/* Two blanks set off what qualifies a line when like lines stand below each other. */
static size_t gap_before(const Node *n, uint32_t cell, bool is_run)
{
    switch (n->kind) {
    case NODE_PARAM:
        return cell == 2 && is_run ? 2 : 1;
    case NODE_MARKET:
        return cell == 3 && is_run ? 2 : 1;
    case NODE_FEED:
        return cell == 2 && is_run ? 2 : 1;
    case NODE_QUOTE_SIDE:
        return 2;
    default:
        return 1;
    }
}

typedef struct CellOf {
    const Node *n;
    uint32_t cell;
} CellOf;

static void put_one_cell(TextWriter *w, const void *arg)
{
    const CellOf *c = arg;

    text_cell(w, c->n, c->cell);
}

static size_t cell_width(const TextWriter *w, const Node *n, uint32_t cell)
{
    const CellOf c = {n, cell};

    return text_flat_width(w, put_one_cell, &c);
}

typedef struct Columns {
    size_t at[CELLS_MAX]; /* relative to the indent; 0: wherever the cell before ends */
} Columns;

static size_t line_width(const TextWriter *w, const Node *n, const Columns *c, bool is_run)
{
    size_t end = 0;

    for (uint32_t k = 0; k < text_cell_count(n); k++) {
        if (k) end += gap_before(n, k, is_run);
        if (end < c->at[k]) end = c->at[k];
        end += cell_width(w, n, k);
    }
    return w->indent + end;
}

/* Where cell `k` would start behind the cells before it. */
static size_t cell_start(const TextWriter *w, const Node *n, uint32_t k, const Columns *c,
                         bool is_run)
{
    size_t end = 0;

    for (uint32_t i = 0; i < k; i++) {
        if (end < c->at[i]) end = c->at[i];
        end += cell_width(w, n, i) + gap_before(n, i + 1, is_run);
    }
    return end;
}

/* Columns in which the cells of a run stand; none when a line would grow too long. */
static Columns align(const TextWriter *w, Node *const *lines, uint32_t count)
{
    static const Columns none = {{0}}, limits = {{0, LIMIT_COLUMN}};
    Columns c = count && lines[0]->kind == NODE_LIMIT ? limits : none;

    for (uint32_t k = 1; k < CELLS_MAX; k++)
        for (uint32_t i = 0; i < count; i++) {
            size_t start =
                k < text_cell_count(lines[i]) ? cell_start(w, lines[i], k, &c, count > 1) : 0;

            if (start > c.at[k]) c.at[k] = start;
        }
    for (uint32_t i = 0; i < count; i++)
        if (line_width(w, lines[i], &c, count > 1) > TEXT_WIDTH) return none;
    return c;
}

/* Where a line that is too long may go on in the next one. */
static bool can_wrap_before(const TextWriter *w, const Node *n, uint32_t cell, size_t at)
{
    if (cell < 2 && n->kind != NODE_REQUIRE) return false;
    return at + cell_width(w, n, cell) > TEXT_WIDTH;
}

static void put_cells(TextWriter *w, const Node *n, const Columns *c, bool is_run)
{
    for (uint32_t k = 0; k < text_cell_count(n); k++) {
        size_t at = text_column(w) + (k ? gap_before(n, k, is_run) : 0);

        if (at < w->indent + c->at[k]) at = w->indent + c->at[k];
        if (k && can_wrap_before(w, n, k, at))
            text_newline(w, w->indent + 4);
        else
            buf_fill(w->out, ' ', at - text_column(w));
        text_cell(w, n, k);
    }
}

/* ---- comments --------------------------------------------------------------------------------- */

static const Comments no_comments;

const Comments *text_comments_of(const Node *n)
{
    return n->comments ? n->comments : &no_comments;
}

static void put_comment(TextWriter *w, const Comment *c)
{
    text_str(w, c->is_doc ? "##" : "#");
    if (c->text.len) buf_char(w->out, ' ');
    text_span(w, c->text);
}

/* On lines of their own, the cursor at the start of a line before and after. */
void text_comments(TextWriter *w, const Comment *c)
{
    for (; c; c = c->next) {
        buf_fill(w->out, ' ', w->indent);
        put_comment(w, c);
        text_newline(w, 0);
    }
}

void text_trailing(TextWriter *w, const Comment *c)
{
    for (; c; c = c->next) {
        text_str(w, "  ");
        put_comment(w, c);
        if (c->next) text_newline(w, w->indent);
    }
}

/* ---- blocks ----------------------------------------------------------------------------------- */

static void put_lines(TextWriter *w, const Node *container, uint32_t from, uint32_t to);

static void open_block(TextWriter *w, const Node *container)
{
    text_str(w, " {");
    text_trailing(w, text_comments_of(container)->open);
    text_newline(w, 0);
    w->indent += 2;
}

static void close_block(TextWriter *w, const Node *container)
{
    text_comments(w, text_comments_of(container)->end);
    w->indent -= 2;
    buf_fill(w->out, ' ', w->indent);
    buf_char(w->out, '}');
}

static void put_block(TextWriter *w, const Node *container, uint32_t from)
{
    open_block(w, container);
    put_lines(w, container, from, container->kid_count);
    close_block(w, container);
}

static void put_event(TextWriter *w, const Node *n)
{
    static const char *const words[] = {"",     "every", "slot open", "slot close", "fill",
                                        "tick", "start", "resolve",   "reject",     ""};
    const Node *of = text_kid(n, 0);

    text_str(w, words[n->op <= AST_EVENT_PATH ? n->op : 0]);
    if (!of) return;
    if (n->op == AST_EVENT_EVERY) buf_char(w->out, ' ');
    if (n->op != AST_EVENT_EVERY && n->op != AST_EVENT_PATH) text_str(w, " of ");
    text_value(w, of, BIND_PRIMARY);
}

static void put_rule(TextWriter *w, const Node *n)
{
    const Node *cond = text_kid(n, KID_RULE_COND);

    text_str(w, n->op == AST_RULE_WHEN ? "when " : n->op == AST_RULE_WHILE ? "while " : "on ");
    if (text_kid(n, KID_RULE_EVENT)) put_event(w, text_kid(n, KID_RULE_EVENT));
    if (cond && n->op == AST_RULE_ON) text_str(w, " if ");
    if (cond) text_value_before(w, cond, BIND_ANY, 2);
    put_block(w, text_kid(n, KID_RULE_BLOCK), 0);
}

static void put_block_statement(TextWriter *w, const Node *n)
{
    switch (n->kind) {
    case NODE_RULE:
        put_rule(w, n);
        break;
    case NODE_TOGETHER:
        text_after(w, "together within", text_kid(n, KID_TOGETHER_WITHIN), BIND_SUM);
        text_str(w, n->op == AST_TOGETHER_UNWIND ? " or unwind" : " or keep");
        put_block(w, text_kid(n, KID_TOGETHER_BLOCK), 0);
        break;
    case NODE_REPEAT:
        text_named(w, "repeat", n->name);
        text_str(w, " in ");
        text_value(w, text_kid(n, KID_REPEAT_RANGE), BIND_ANY);
        put_block(w, text_kid(n, KID_REPEAT_BLOCK), 0);
        break;
    case NODE_QUOTE:
        text_after(w, "quote", text_kid(n, KID_QUOTE_TOKEN), BIND_PRIMARY);
        put_block(w, n, KID_QUOTE_SIDES);
        break;
    case NODE_RISK:
        text_str(w, "risk");
        put_block(w, n, 0);
        break;
    case NODE_LAYOUT:
        text_str(w, "layout");
        put_block(w, n, 0);
        break;
    case NODE_TEST:
        text_after(w, "test", text_kid(n, KID_TEST_TITLE), BIND_PRIMARY);
        open_block(w, n);
        text_rows(w, n);
        close_block(w, n);
        break;
    default:
        break;
    }
}

static bool is_block_statement(const Node *n)
{
    switch (n->kind) {
    case NODE_RULE:
    case NODE_TOGETHER:
    case NODE_REPEAT:
    case NODE_QUOTE:
    case NODE_RISK:
    case NODE_LAYOUT:
    case NODE_TEST:
        return true;
    default:
        return false;
    }
}

/* ---- runs of lines ---------------------------------------------------------------------------- */

static bool fits_one_line(const TextWriter *w, const Node *n)
{
    static const Columns none = {{0}};

    return !is_block_statement(n) && line_width(w, n, &none, false) <= TEXT_WIDTH;
}

static bool has_comments_before(const Node *n)
{
    return text_comments_of(n)->before != NULL;
}

/* The end of the run of like lines that starts at `i`. */
static uint32_t run_end(const TextWriter *w, const Node *container, uint32_t i, uint32_t to)
{
    const Node *first = container->kids[i];

    if (!fits_one_line(w, first)) return i + 1;
    for (i++; i < to; i++) {
        const Node *n = container->kids[i];

        if (n->kind != first->kind || has_comments_before(n) || !fits_one_line(w, n)) break;
    }
    return i;
}

/* An empty line between two runs: always in the file, in a block where a run has several lines. */
static bool wants_gap(const Node *container, uint32_t run_before, uint32_t run, const Node *before,
                      const Node *next)
{
    switch (container->kind) {
    case NODE_FILE:
        return true;
    case NODE_BLOCK:
        return before->kind != next->kind && (run_before > 1 || run > 1);
    default:
        return false;
    }
}

static void put_line(TextWriter *w, const Node *n, const Columns *c, bool is_run)
{
    text_comments(w, text_comments_of(n)->before);
    buf_fill(w->out, ' ', w->indent);
    if (is_block_statement(n))
        put_block_statement(w, n);
    else
        put_cells(w, n, c, is_run);
    text_trailing(w, text_comments_of(n)->trailing);
    text_newline(w, 0);
}

static void put_lines(TextWriter *w, const Node *container, uint32_t from, uint32_t to)
{
    uint32_t last_run = 0;

    for (uint32_t i = from; i < to;) {
        uint32_t end = run_end(w, container, i, to), run = end - i;
        Columns c = align(w, &container->kids[i], fits_one_line(w, container->kids[i]) ? run : 0);

        if (i > from &&
            wants_gap(container, last_run, run, container->kids[i - 1], container->kids[i]))
            text_newline(w, 0);
        for (; i < end; i++)
            put_line(w, container->kids[i], &c, run > 1);
        last_run = run;
    }
}

void text_write_item(Buf *out, const Node *item, Arena *scratch)
{
    static const Columns none = {{0}};
    TextWriter w = {.out = out, .scratch = scratch, .line_at = out->len};

    put_line(&w, item, &none, false);
}

/* ---- the file --------------------------------------------------------------------------------- */

/* Modules to use come above the title, whichever way round they were written. */
static uint32_t leading_uses(const Node *file)
{
    uint32_t i = KID_FILE_ITEMS;

    while (i < file->kid_count && file->kids[i]->kind == NODE_USE)
        i++;
    return i;
}

void text_write(Buf *out, const Node *file, Arena *scratch)
{
    static const Columns none = {{0}};
    TextWriter w = {.out = out, .scratch = scratch, .line_at = out->len};
    uint32_t uses = leading_uses(file);
    const Node *header = text_kid(file, KID_FILE_HEADER);

    text_comments(&w, text_comments_of(file)->before);
    text_str(&w, "odx 1");
    text_trailing(&w, text_comments_of(file)->open);
    text_newline(&w, 0);
    if (uses > KID_FILE_ITEMS) text_newline(&w, 0);
    put_lines(&w, file, KID_FILE_ITEMS, uses);
    if (header) text_newline(&w, 0);
    if (header) put_line(&w, header, &none, false);
    if (uses < file->kid_count) text_newline(&w, 0);
    put_lines(&w, file, uses, file->kid_count);
    if (text_comments_of(file)->end) text_newline(&w, 0);
    text_comments(&w, text_comments_of(file)->end);
}

void text_write_event(Buf *out, const Node *event, Arena *scratch)
{
    TextWriter w = {.out = out, .scratch = scratch, .line_at = out->len, .is_flat = true};

    put_event(&w, event);
}
