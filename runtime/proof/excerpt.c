/* excerpt.c — see excerpt.h. */
#include "runtime/proof/excerpt.h"

#include "runtime/proof/facts.h"
#include "runtime/proof/markets.h"
#include "runtime/proof/testtext.h"
#include "vm/base/num.h"
#include "vm/base/vec.h"

enum { ROWS_MAX = 24 };
#define LOOK_BACK_US INT64_C(600000000) /* of markets without slots */
#define MS INT64_C(1000)

typedef struct Excerpt {
    const Program *p;
    const MarketRows *rows;
    int64_t start_us, end_us;
    double *said; /* by input: what the test said last */
    bool *has_said;
    VEC(TestRow) out;
    RowEffects *per_row;
    Arena *arena;
} Excerpt;

/* How many of a market's rows come before the instant. */
static size_t rows_before(const MarketRows *m, int64_t us)
{
    size_t low = 0, high = m->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (m->rows[mid].ts_us < us)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The slot that was open, else some minutes. */
static int64_t start_of(const Excerpt *x)
{
    int64_t first = x->end_us;

    for (uint32_t i = 0; i < x->p->markets_count; i++) {
        const MarketRows *m = &x->rows[i];
        size_t count = rows_before(m, x->end_us + 1);

        if (!count) continue;
        if (m->rows[count - 1].slot_us) return m->rows[count - 1].slot_start_us;
        if (m->rows[0].ts_us < first) first = m->rows[0].ts_us;
    }
    return first > x->end_us - LOOK_BACK_US ? first : x->end_us - LOOK_BACK_US;
}

/* ---- rows ------------------------------------------------------------------------------------- */

static bool is_news(const Excerpt *x, uint32_t input, double value)
{
    double old = x->said[input];

    if (!x->has_said[input]) return num_is_known(value);
    return num_is_known(value) ? value != old : num_is_known(old);
}

/* What the market shows now and the test has not said yet. */
static void add_facts(Excerpt *x, uint32_t market, const TickData *d, TestRow *row)
{
    for (uint32_t i = 0; i < x->p->inputs_count; i++) {
        const Input *in = &x->p->inputs[i];
        Happening h = {.kind = HAP_FACT, .fact = {.kind = FACT_INPUT, .index = i}};

        if (in->market != market || !facts_read(x->p, in, d, &h.fact.value)) continue;
        if (!is_news(x, i, h.fact.value)) continue;
        h.fact.unknown = !num_is_known(h.fact.value);
        x->said[i] = h.fact.value;
        x->has_said[i] = true;
        row->happenings[row->happening_count++] = h;
    }
}

/* All markets as they stand at the instant. */
static void add_row(Excerpt *x, int64_t us)
{
    TestRow row = {.at_us = (us - x->start_us) / MS * MS};

    row.happenings = arena_array(x->arena, Happening, x->p->inputs_count + 1);
    if (arena_is_full(x->arena)) return;
    for (uint32_t i = 0; i < x->p->markets_count; i++) {
        const MarketRows *m = &x->rows[i];
        size_t count = rows_before(m, us + 1);

        if (count && m->rows[count - 1].ts_us >= x->start_us)
            add_facts(x, i, &m->rows[count - 1].data, &row);
    }
    if (row.happening_count) vec_push(x->arena, &x->out, row);
}

/* Ticks of the busiest market, evenly thinned out; the last one stays. */
static void add_rows(Excerpt *x)
{
    const MarketRows *busiest = &x->rows[0];
    size_t most = 0, first = 0;

    for (uint32_t i = 0; i < x->p->markets_count; i++) {
        size_t begin = rows_before(&x->rows[i], x->start_us);
        size_t count = rows_before(&x->rows[i], x->end_us + 1) - begin;

        if (count <= most) continue;
        most = count;
        first = begin;
        busiest = &x->rows[i];
    }
    for (size_t k = 0, rows = most < ROWS_MAX ? most : ROWS_MAX; k < rows; k++)
        add_row(x, busiest->rows[first + (k + 1) * most / rows - 1].ts_us);
}

/* ---- what happens ------------------------------------------------------------------------------ */

static bool keep_row(void *ctx, uint32_t row, const RowEffects *effects, const Engine *engine)
{
    Excerpt *x = ctx;

    x->per_row[row].engine = engine;
    for (size_t i = 0; i < effects->count; i++)
        vec_push(x->arena, &x->per_row[row], effects->items[i]);
    return true;
}

static void put_row(const Excerpt *x, size_t at, Buf *out)
{
    const TestRow *row = &x->out.items[at];

    buf_str(out, "  ");
    row_time_put(row->at_us, out);
    for (uint32_t i = 0; i < row->happening_count; i++) {
        buf_str(out, i ? ", " : "  ");
        happening_put(x->p, &row->happenings[i], out);
    }
    buf_str(out, "  ");
    expectations_put(x->p, &x->per_row[at], out);
    buf_char(out, '\n');
}

/* A title has no quotes, and stands on one line. */
static void put_title(Span title, Buf *out)
{
    buf_str(out, "test \"");
    for (size_t i = 0; i < title.len; i++)
        buf_char(out, title.ptr[i] == '"' || title.ptr[i] < ' ' ? ' ' : title.ptr[i]);
    buf_str(out, "\" {\n");
}

void excerpt_put(const TestBed *bed, const MarketRows *rows, int64_t at_us, Span title,
                 Arena *scratch, Buf *out)
{
    TestBed wide = *bed;
    Excerpt x = {.rows = rows, .end_us = at_us, .arena = scratch};
    TestWatch watch = {.row = keep_row, .ctx = &x, .compares_nothing = true};
    Test test = {.name = title};

    wide.program = x.p = markets_program(bed->program, scratch);
    if (arena_is_full(scratch) || !x.p->markets_count) return;
    x.start_us = start_of(&x);
    x.said = arena_array(scratch, double, x.p->inputs_count + 1);
    x.has_said = arena_array(scratch, bool, x.p->inputs_count + 1);
    add_rows(&x);
    x.per_row = arena_array(scratch, RowEffects, x.out.count + 1);
    if (!x.out.count || arena_is_full(scratch)) return;
    test.rows = x.out.items;
    test.row_count = (uint32_t)x.out.count;
    testrun_play(&wide, &test, &watch, NULL, scratch);
    put_title(title, out);
    for (size_t i = 0; i < x.out.count; i++)
        put_row(&x, i, out);
    buf_str(out, "}\n");
}
