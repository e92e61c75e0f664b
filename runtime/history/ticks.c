/* ticks.c — see ticks.h. */
#include "runtime/history/ticks.h"

#include "runtime/history/cells.h"
#include "vm/base/fixed.h"
#include "vm/base/sort.h"
#include "vm/base/vec.h"

enum { MAX_COLUMNS = 256 };

typedef struct Reader {
    TickTable *t;
    Arena *arena;
    Err *err;
    Span name, want_symbol;
    const CellColumn *order[MAX_COLUMNS]; /* by position; NULL not known */
    size_t column_count, line;
    CellRow cells;
    CellHeld held; /* from row to row */
} Reader;

static Status bad_cell(Reader *r, const CellColumn *c, Span cell)
{
    return err_set(r->err, ST_BAD_DATA, "%S:%zu: column %S: `%S` is not what it should be", r->name,
                   r->line, c->name, span_sub(cell, 0, 40));
}

/* The label of a slot is kept once; a later row may still add what an earlier one did not know. */
static void keep_label(Reader *r)
{
    TickTable *t = r->t;
    SlotLabel *last = t->label_count ? &t->labels[t->label_count - 1] : NULL;
    struct {
        SlotLabel *items;
        size_t count, cap;
    } v = {t->labels, t->label_count, t->label_cap};

    if (!r->cells.row.slot_us || (r->cells.winner < 0 && !num_is_known(r->cells.spot_close)))
        return;
    if (last && last->slot_start_us == r->cells.row.slot_start_us) {
        if (r->cells.winner >= 0) last->winner = r->cells.winner;
        if (num_is_known(r->cells.spot_close)) last->spot_close = r->cells.spot_close;
        return;
    }
    vec_push(r->arena, &v,
             (SlotLabel){r->cells.row.slot_start_us, r->cells.row.slot_us, r->cells.winner,
                         r->cells.spot_close});
    t->labels = v.items;
    t->label_count = v.count;
    t->label_cap = v.cap;
}

static bool is_other_symbol(Reader *r)
{
    if (!r->cells.symbol.len) return false;
    if (!r->t->symbol.len) r->t->symbol = r->want_symbol.len ? r->want_symbol : r->cells.symbol;
    return !span_is(r->cells.symbol, r->t->symbol);
}

static Status keep_row(Reader *r)
{
    TickTable *t = r->t;
    struct {
        TickRow *items;
        size_t count, cap;
    } v = {t->rows, t->count, t->cap};

    cell_row_end(&r->cells);
    if (r->cells.row.ts_us == MICROS_UNKNOWN)
        return err_set(r->err, ST_BAD_DATA, "%S:%zu: the row has no time", r->name, r->line);
    if (!cell_row_is_sane(&r->cells))
        return err_set(r->err, ST_BAD_DATA, "%S:%zu: a time that is not between 1970 and 2200",
                       r->name, r->line);
    if (is_other_symbol(r)) {
        t->rows_other++;
        return ST_OK;
    }
    cell_hold(&r->held, &r->cells);
    keep_label(r);
    if (cell_row_is_outside(&r->cells)) {
        t->rows_outside++;
        return ST_OK;
    }
    if (t->count && r->cells.row.ts_us < t->rows[t->count - 1].ts_us) t->rows_back++;
    if (!vec_push(r->arena, &v, r->cells.row))
        return err_set(r->err, ST_LIMIT, "%S: too many rows to hold in memory", r->name);
    t->rows = v.items;
    t->count = v.count;
    t->cap = v.cap;
    return ST_OK;
}

static Status read_header(Reader *r, Span line)
{
    bool has_time = false;
    Span cell;

    while (span_cut(&line, ',', &cell)) {
        const CellColumn *c = cell_column(span_trim(cell));

        if (r->column_count == MAX_COLUMNS)
            return err_set(r->err, ST_LIMIT, "%S: more than %d columns", r->name, MAX_COLUMNS);
        r->order[r->column_count++] = c;
        if (!c) r->t->columns_unknown++;
        has_time |= cell_is_time(c);
    }
    if (has_time) return ST_OK;
    return err_set(r->err, ST_BAD_DATA,
                   "%S:1: no column says when: captured_at, captured_at_ms or ts_us", r->name);
}

static Status read_row(Reader *r, Span line)
{
    Span cell;

    cell_row_clear(&r->cells);
    for (size_t i = 0; span_cut(&line, ',', &cell); i++) {
        const CellColumn *c = i < r->column_count ? r->order[i] : NULL;

        if (i >= r->column_count)
            return err_set(r->err, ST_BAD_DATA, "%S:%zu: more cells than the header has columns",
                           r->name, r->line);
        if (!c || !cell.len) continue;
        if (!cell_put(&r->cells, c, cell)) return bad_cell(r, c, cell);
    }
    return keep_row(r);
}

static int row_cmp(const void *a, const void *b, void *ctx)
{
    const TickRow *x = a, *y = b;

    (void)ctx;
    return (x->ts_us > y->ts_us) - (x->ts_us < y->ts_us);
}

static Reader reader_new(TickTable *t, Span name, Arena *arena, Err *err)
{
    return (Reader){.t = t, .arena = arena, .err = err, .name = name, .held = CELL_HELD_NONE};
}

static Status read_file(Reader *r, Span csv)
{
    TickTable *t = r->t;
    size_t back = t->rows_back;
    Status st = ST_OK;
    Span line;

    while (st == ST_OK && span_cut(&csv, '\n', &line)) {
        r->line++;
        if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        if (!line.len) continue;
        st = r->column_count ? read_row(r, line) : read_header(r, line);
    }
    if (st == ST_OK && !r->column_count)
        st = err_set(r->err, ST_BAD_DATA, "%S: the file is empty", r->name);
    if (st == ST_OK && t->rows_back > back &&
        !sort_stable(t->rows, t->count, sizeof *t->rows, row_cmp, NULL, r->arena))
        st = err_set(r->err, ST_LIMIT, "%S: too many rows to sort in memory", r->name);
    t->held = r->held;
    return st;
}

Status ticks_parse(TickTable *t, Span name, Span csv, Span want_symbol, Arena *arena, Err *err)
{
    Reader r = reader_new(t, name, arena, err);

    r.want_symbol = want_symbol;
    *t = (TickTable){.symbol = {"", 0}};
    return read_file(&r, csv);
}

Status ticks_more(TickTable *t, Span name, Span csv, Arena *arena, Err *err)
{
    Reader r = reader_new(t, name, arena, err);

    r.held = t->held;
    return read_file(&r, csv);
}

void ticks_sha256(const TickTable *t, Span stream, uint8_t ret_sum[SHA256_SIZE])
{
    TapeSum s;

    tape_sum_init(&s, stream);
    tape_sum_rows(&s, t->rows, t->count);
    tape_sum_final(&s, t->labels, t->label_count, ret_sum);
}

/* ---- ticks as numbers ---------------------------------------------------------------------------- */

struct TickFeed {
    Reader reader; /* held values live on from block to block */
    int64_t last_us;
};

TickFeed *ticks_feed_new(Span name, const Span *names, size_t count, Arena *arena, Err *err)
{
    TickFeed *f = arena_new(arena, TickFeed);
    bool has_time = false;

    f->reader = reader_new(NULL, name, arena, err);
    f->last_us = INT64_MIN;
    if (count > MAX_COLUMNS) {
        err_set(err, ST_LIMIT, "%S: more than %d columns", name, MAX_COLUMNS);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const CellColumn *c = cell_column(names[i]);

        if (!cell_is_number(c)) {
            err_set(err, ST_BAD_DATA, "%S: `%S` is not a column of numbers", name,
                    span_sub(names[i], 0, 40));
            return NULL;
        }
        f->reader.order[f->reader.column_count++] = c;
        has_time |= cell_is_time(c);
    }
    if (has_time) return f;
    err_set(err, ST_BAD_DATA, "%S: no column says when: captured_at_ms or ts_us", name);
    return NULL;
}

size_t ticks_feed_columns(const TickFeed *f)
{
    return f->reader.column_count;
}

static Status bad_number(Reader *r, const CellColumn *c, double cell)
{
    return err_set(r->err, ST_BAD_DATA, "%S:%zu: column %S: %f is not what it should be", r->name,
                   r->line, c->name, cell);
}

static Status feed_row(TickFeed *f, const double *cells, size_t rows, size_t row)
{
    Reader *r = &f->reader;

    cell_row_clear(&r->cells);
    r->line++;
    for (size_t i = 0; i < r->column_count; i++) {
        double cell = cells[i * rows + row];

        if (!num_is_known(cell)) continue;
        if (!num_is_finite(cell) || !cell_put_number(&r->cells, r->order[i], cell))
            return bad_number(r, r->order[i], cell);
    }
    if (r->cells.row.ts_us != MICROS_UNKNOWN && r->cells.row.ts_us < f->last_us)
        return err_set(r->err, ST_BAD_DATA, "%S:%zu: the row is earlier than the one before",
                       r->name, r->line);
    f->last_us = r->cells.row.ts_us;
    return keep_row(r);
}

Status ticks_feed(TickFeed *f, TickTable *t, const double *cells, size_t rows, Arena *arena,
                  Err *err)
{
    Status st = ST_OK;

    f->reader.t = t;
    f->reader.arena = arena;
    f->reader.err = err;
    for (size_t row = 0; row < rows && st == ST_OK; row++)
        st = feed_row(f, cells, rows, row);
    return st;
}
