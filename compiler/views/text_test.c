/* text_test.c — the rows of a test as text: times end together, expectations start together.
 *
 * A row that does not fit puts its expectations on the next line, below its happenings. */
#include "compiler/views/text_private.h"

static void put_fact(TextWriter *w, const Node *n)
{
    text_value(w, text_kid(n, KID_FACT_PATH), BIND_PRIMARY);
    text_str(w, " = ");
    if (n->flags & NF_UNKNOWN)
        text_str(w, "unknown");
    else
        text_choice(w, text_kid(n, KID_FACT_VALUE));
}

static void put_fill(TextWriter *w, const Node *n)
{
    static const char *const words[] = {"fill ", "fill buy ", "fill sell "};

    text_str(w, words[n->op <= AST_SIDE_SELL ? n->op : 0]);
    text_size(w, text_kid(n, KID_FILL_SIZE));
    text_str(w, " of ");
    text_value(w, text_kid(n, KID_FILL_TOKEN), BIND_PRIMARY);
    text_str(w, " at ");
    text_value(w, text_kid(n, KID_FILL_PRICE), BIND_SUM);
}

static void put_leader(TextWriter *w, const Node *n)
{
    static const char *const words[] = {"", " buy ", " sell ", " split ", " merge "};

    text_value(w, text_kid(n, KID_TRADE_LEADER), BIND_PRIMARY);
    text_str(w, words[n->op <= AST_LEADER_MERGE ? n->op : 0]);
    text_size(w, text_kid(n, KID_TRADE_SIZE));
    if (text_kid(n, KID_TRADE_TOKEN)) text_str(w, " of ");
    if (text_kid(n, KID_TRADE_TOKEN)) text_value(w, text_kid(n, KID_TRADE_TOKEN), BIND_PRIMARY);
    if (!text_kid(n, KID_TRADE_PRICE)) return;
    text_str(w, " at ");
    text_value(w, text_kid(n, KID_TRADE_PRICE), BIND_SUM);
}

static void put_order_flat(TextWriter *w, const Node *n)
{
    for (uint32_t k = 0; k < text_cell_count(n); k++) {
        if (k) buf_char(w->out, ' ');
        text_cell(w, n, k);
    }
}

static void put_expect(TextWriter *w, const Node *n)
{
    const Node *what = text_kid(n, KID_EXPECT_WHAT), *because = text_kid(n, KID_EXPECT_BECAUSE);

    text_str(w, "expect ");
    switch (n->op) {
    case AST_EXPECT_NOTHING:
        text_str(w, "nothing");
        break;
    case AST_EXPECT_SKIP:
        text_named(w, "skip", n->name);
        break;
    case AST_EXPECT_CLOSE:
        text_after(w, "close", what, BIND_PRIMARY);
        break;
    case AST_EXPECT_ORDER:
        put_order_flat(w, what);
        break;
    default:
        text_value(w, what, BIND_PLAIN);
        break;
    }
    if (!because) return;
    text_named(w, " because", because->name);
    buf_char(w->out, ' ');
    text_span(w, because->name2);
}

static void put_step(TextWriter *w, const void *arg)
{
    const Node *n = arg;

    switch (n->kind) {
    case NODE_FACT:
        put_fact(w, n);
        break;
    case NODE_HAPPEN_FILL:
        put_fill(w, n);
        break;
    case NODE_HAPPEN_LEADER:
        put_leader(w, n);
        break;
    case NODE_HAPPEN_SLOT:
        text_str(w, n->op == AST_EVENT_SLOT_OPEN ? "slot open" : "slot close");
        if (text_kid(n, 0)) text_str(w, " of ");
        if (text_kid(n, 0)) text_value(w, text_kid(n, 0), BIND_PRIMARY);
        break;
    case NODE_HAPPEN_RESOLVE:
        text_after(w, "resolve", text_kid(n, 0), BIND_PRIMARY);
        break;
    case NODE_HAPPEN_REJECT:
        text_after(w, "reject", text_kid(n, 0), BIND_PRIMARY);
        break;
    case NODE_EXPECT:
        put_expect(w, n);
        break;
    default:
        break;
    }
}

/* Steps [from, to), `between` them, on as many lines as it takes, each starting in this column. */
static void put_steps(TextWriter *w, const Node *n, uint32_t from, uint32_t to, const char *between)
{
    size_t start = text_column(w), gap = span_str(between).len;
    bool has_comma = between[0] == ',';

    for (uint32_t i = from; i < to; i++) {
        size_t width = text_flat_width(w, put_step, text_kid(n, i));
        bool is_last = i + 1 == to;

        if (i > from) {
            bool is_full =
                !w->is_flat && text_column(w) + gap + width + (has_comma && !is_last) > TEXT_WIDTH;

            if (!is_full) text_str(w, between);
            if (is_full && has_comma) buf_char(w->out, ',');
            if (is_full) text_newline(w, start);
        }
        w->tail = has_comma && !is_last;
        put_step(w, text_kid(n, i));
        w->tail = 0;
    }
}

static uint32_t first_expect(const Node *row)
{
    uint32_t i = KID_ROW_STEPS;

    while (i < row->kid_count && row->kids[i]->kind != NODE_EXPECT)
        i++;
    return i;
}

typedef struct RowWidths {
    size_t time, happenings, expects;
} RowWidths;

static void put_time(TextWriter *w, const void *row)
{
    text_value(w, text_kid(row, KID_ROW_TIME), BIND_PRIMARY);
}

static void put_happenings(TextWriter *w, const void *row)
{
    put_steps(w, row, KID_ROW_STEPS, first_expect(row), ", ");
}

static void put_expects(TextWriter *w, const void *arg)
{
    const Node *row = arg;

    put_steps(w, row, first_expect(row), row->kid_count, "  ");
}

static RowWidths measure_row(const TextWriter *w, const Node *row)
{
    return (RowWidths){text_flat_width(w, put_time, row), text_flat_width(w, put_happenings, row),
                       text_flat_width(w, put_expects, row)};
}

/* Where things stand in all rows of a test. */
typedef struct RowColumns {
    size_t time;    /* width of the times, which end together */
    size_t expects; /* column of the expectations, 0 when there are none */
} RowColumns;

static size_t happenings_column(const TextWriter *w, const RowColumns *c)
{
    return w->indent + 6 + c->time + 2; /* "after " and two blanks */
}

/* What stands between time, happenings and expectations. */
static size_t expects_column(const TextWriter *w, const RowColumns *c, const RowWidths *m)
{
    return happenings_column(w, c) + (m->happenings ? m->happenings + 3 : 0);
}

static RowColumns align_rows(const TextWriter *w, const Node *test)
{
    RowColumns c = {0};

    for (uint32_t i = KID_TEST_ROWS; i < test->kid_count; i++) {
        size_t time = text_flat_width(w, put_time, text_kid(test, i));

        if (time > c.time) c.time = time;
    }
    for (uint32_t i = KID_TEST_ROWS; i < test->kid_count; i++) {
        RowWidths m = measure_row(w, text_kid(test, i));
        size_t at = expects_column(w, &c, &m);

        if (m.expects && at + m.expects <= TEXT_WIDTH && at > c.expects) c.expects = at;
    }
    return c;
}

static void put_row(TextWriter *w, const Node *row, const RowColumns *c)
{
    RowWidths m = measure_row(w, row);
    size_t at = expects_column(w, c, &m);

    text_str(w, "after ");
    buf_fill(w->out, ' ', c->time - m.time);
    put_time(w, row);
    if (m.happenings) {
        text_str(w, "  ");
        put_happenings(w, row);
    }
    if (!m.expects) return;
    if (c->expects + m.expects <= TEXT_WIDTH && at <= c->expects) at = c->expects;
    if (at + m.expects > TEXT_WIDTH && m.happenings)
        text_newline(w, happenings_column(w, c));
    else
        buf_fill(w->out, ' ', at - text_column(w));
    put_expects(w, row);
}

static void put_given(TextWriter *w, const Node *given)
{
    if (given->kind != NODE_GIVEN) return;
    text_comments(w, text_comments_of(given)->before);
    buf_fill(w->out, ' ', w->indent);
    text_str(w, "given ");
    put_steps(w, given, 0, given->kid_count, ", ");
    text_trailing(w, text_comments_of(given)->trailing);
    text_newline(w, 0);
}

void text_rows(TextWriter *w, const Node *test)
{
    RowColumns c = align_rows(w, test);

    if (text_kid(test, KID_TEST_GIVEN)) put_given(w, text_kid(test, KID_TEST_GIVEN));
    for (uint32_t i = KID_TEST_ROWS; i < test->kid_count; i++) {
        const Node *row = text_kid(test, i);

        text_comments(w, text_comments_of(row)->before);
        buf_fill(w->out, ' ', w->indent);
        put_row(w, row, &c);
        text_trailing(w, text_comments_of(row)->trailing);
        text_newline(w, 0);
    }
}
