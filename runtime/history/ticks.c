/* ticks.c — see ticks.h. */
#include "runtime/history/ticks.h"

#include "vm/base/fixed.h"
#include "vm/base/sort.h"
#include "vm/base/vec.h"

typedef enum ColumnPlace {
    IGNORED,
    TIME_MS,
    TIME_ISO,
    TIME_US,
    SLOT_S,
    SLOT_LENGTH_S,
    BID,
    ASK,
    BID_SIZE,
    ASK_SIZE,
    MID,
    SPREAD,
    SIZE_RATIO,
    SPOT,
    MOVE,
    ABS_MOVE,
    VOLUME,
    LIQUIDITY,
    MARK,
    FUNDING,
    WINNER,
    LABEL,
    SPOT_CLOSE,
    SYMBOL
} ColumnPlace;

typedef struct ColumnInfo {
    Span name;
    ColumnPlace place;
    uint8_t outcome, level;
} ColumnInfo;

static const ColumnInfo columns[] = {
#define COLUMN(name, place, outcome, level) {SPAN_INIT(name), place, outcome, level},
#include "runtime/history/columns.def"
#undef COLUMN
};

enum { MAX_COLUMNS = 256 };

typedef struct Reader {
    TickTable *t;
    Arena *arena;
    Err *err;
    Span name, want_symbol;
    const ColumnInfo *order[MAX_COLUMNS]; /* by position; NULL not known */
    size_t column_count, line;
    TickRow row;
    double spot, spot_other; /* held from row to row */
    int64_t volume, liquidity;
    int8_t winner;
    double spot_close;
    Span symbol;
} Reader;

static const ColumnInfo *column_find(Span name)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        if (span_is(columns[i].name, name)) return &columns[i];
    return NULL;
}

static Status bad_cell(Reader *r, const ColumnInfo *c, Span cell)
{
    return err_set(r->err, ST_BAD_DATA, "%S:%zu: column %S: `%S` is not what it should be", r->name,
                   r->line, c->name, span_sub(cell, 0, 40));
}

static int64_t digits_us(Span s, size_t at, size_t n)
{
    int64_t v = 0;

    for (size_t i = at; i < at + n; i++) {
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9') return -1;
        v = v * 10 + (s.ptr[i] - '0');
    }
    return v;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t days_from_date(int64_t y, int64_t m, int64_t d)
{
    int64_t era, year_of_era, day_of_year;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    year_of_era = y - era * 400;
    day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static bool parse_iso(Span s, int64_t *ret_us)
{
    int64_t y = digits_us(s, 0, 4), mo = digits_us(s, 5, 2), d = digits_us(s, 8, 2), h = 0, mi = 0;
    int64_t sec_us = 0;

    if (s.len && (s.ptr[s.len - 1] == 'Z' || s.ptr[s.len - 1] == 'z')) s.len--;
    if (y < 0 || mo < 1 || mo > 12 || d < 1 || d > 31 || s.ptr[4] != '-') return false;
    if (s.len > 10) {
        h = digits_us(s, 11, 2);
        mi = digits_us(s, 14, 2);
        if (h < 0 || h > 23 || mi < 0 || mi > 59) return false;
        if (s.len > 16 && (s.ptr[16] != ':' || !fx_parse(span_from(s, 17), 6, FX_DOWN, &sec_us)))
            return false;
    }
    *ret_us = ((days_from_date(y, mo, d) * 24 + h) * 60 + mi) * 60 * FX_ONE + sec_us;
    return true;
}

bool time_parse(Span text, int64_t *ret_us)
{
    text = span_trim(text);
    if (text.len >= 10 && text.ptr[4] == '-') return parse_iso(text, ret_us);
    return text.len && fx_parse(text, 6, FX_DOWN, ret_us);
}

static bool put_number(Span cell, int scale, double *ret)
{
    return num_parse_scaled(cell, scale, ret);
}

static bool put_micros(Span cell, int64_t *ret)
{
    return fx_parse(cell, FX_PLACES, FX_HALF_EVEN, ret) || false;
}

static bool put_winner(Reader *r, Span cell)
{
    static const char *const up[] = {"up", "UP", "Up", "yes", "YES"};
    static const char *const down[] = {"down", "DOWN", "Down", "no", "NO"};

    for (size_t i = 0; i < ARRAY_LEN(up); i++) {
        if (span_eq_str(cell, up[i])) r->winner = 0;
        if (span_eq_str(cell, down[i])) r->winner = 1;
    }
    return r->winner >= 0;
}

static bool put_time(Span cell, ColumnPlace place, int64_t *ret_us)
{
    int64_t v;

    if (place == TIME_ISO) return time_parse(cell, ret_us);
    if (!fx_parse(cell, place == TIME_MS ? 3 : place == TIME_US ? 0 : 6, FX_DOWN, &v)) return false;
    *ret_us = v;
    return true;
}

/* A cell that is not empty goes to its place in the row. */
static bool put_cell(Reader *r, const ColumnInfo *c, Span cell)
{
    TickData *d = &r->row.data;

    switch (c->place) {
    case IGNORED:
    case LABEL:
        return true;
    case TIME_MS:
    case TIME_ISO:
    case TIME_US:
        return put_time(cell, c->place, &r->row.ts_us);
    case SLOT_S:
        return put_time(cell, SLOT_S, &r->row.slot_start_us);
    case SLOT_LENGTH_S:
        return put_time(cell, SLOT_S, &r->row.slot_us);
    case BID:
        return put_micros(cell, &d->bid[c->outcome].price_micros[c->level]);
    case ASK:
        return put_micros(cell, &d->ask[c->outcome].price_micros[c->level]);
    case BID_SIZE:
        return put_micros(cell, &d->bid[c->outcome].size_micros[c->level]);
    case ASK_SIZE:
        return put_micros(cell, &d->ask[c->outcome].size_micros[c->level]);
    case MID:
        return put_number(cell, 0, &d->mid[c->outcome]);
    case SPREAD:
        return put_number(cell, 0, &d->spread[c->outcome]);
    case SIZE_RATIO:
        return put_number(cell, 0, &d->size_ratio[c->outcome]);
    case SPOT:
        return put_number(cell, 0, c->level ? &r->spot_other : &r->spot);
    case MOVE:
        return put_number(cell, -2, &d->move);
    case ABS_MOVE:
        return put_number(cell, -2, &d->abs_move);
    case VOLUME:
        return put_micros(cell, &r->volume);
    case LIQUIDITY:
        return put_micros(cell, &r->liquidity);
    case MARK:
        return put_number(cell, 0, &d->mark);
    case FUNDING:
        return put_number(cell, -2, &d->funding);
    case WINNER:
        return put_winner(r, cell);
    case SPOT_CLOSE:
        return put_number(cell, 0, &r->spot_close);
    case SYMBOL:
        r->symbol = cell;
        return true;
    }
    return false;
}

static void side_clear(BookSide *s)
{
    for (int i = 0; i < BOOK_LEVELS; i++)
        s->price_micros[i] = s->size_micros[i] = MICROS_UNKNOWN;
}

static void row_clear(Reader *r)
{
    TickData *d = &r->row.data;

    r->row = (TickRow){.ts_us = MICROS_UNKNOWN, .slot_start_us = MICROS_UNKNOWN};
    for (int o = 0; o < 2; o++) {
        side_clear(&d->bid[o]);
        side_clear(&d->ask[o]);
        d->mid[o] = d->spread[o] = d->size_ratio[o] = UNKNOWN;
    }
    d->spot = d->move = d->abs_move = d->mark = d->funding = UNKNOWN;
    d->volume_micros = d->liquidity_micros = MICROS_UNKNOWN;
    d->funding_in_us = d->closes_in_us = MICROS_UNKNOWN;
    r->winner = -1;
    r->spot_close = UNKNOWN;
    r->symbol = (Span){"", 0};
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

    if (!r->row.slot_us || (r->winner < 0 && !num_is_known(r->spot_close))) return;
    if (last && last->slot_start_us == r->row.slot_start_us) {
        if (r->winner >= 0) last->winner = r->winner;
        if (num_is_known(r->spot_close)) last->spot_close = r->spot_close;
        return;
    }
    vec_push(r->arena, &v,
             (SlotLabel){r->row.slot_start_us, r->row.slot_us, r->winner, r->spot_close});
    t->labels = v.items;
    t->label_count = v.count;
    t->label_cap = v.cap;
}

static bool is_outside(const TickRow *row)
{
    return row->slot_us &&
           (row->ts_us < row->slot_start_us || row->ts_us >= row->slot_start_us + row->slot_us);
}

static bool is_other_symbol(Reader *r)
{
    if (!r->symbol.len) return false;
    if (!r->t->symbol.len) r->t->symbol = r->want_symbol.len ? r->want_symbol : r->symbol;
    return !span_is(r->symbol, r->t->symbol);
}

/* Times that sums of them cannot carry away: 1970 to 2200, slots of a year at most. */
static bool has_sane_times(const TickRow *row)
{
    const int64_t latest_us = INT64_C(7258118400) * FX_ONE, longest_us = 366 * 86400 * FX_ONE;
    bool is_start_sane = row->slot_start_us == MICROS_UNKNOWN ||
                         (row->slot_start_us >= 0 && row->slot_start_us <= latest_us);

    return row->ts_us >= 0 && row->ts_us <= latest_us && is_start_sane && row->slot_us >= 0 &&
           row->slot_us <= longest_us;
}

static Status keep_row(Reader *r)
{
    TickTable *t = r->t;
    struct {
        TickRow *items;
        size_t count, cap;
    } v = {t->rows, t->count, t->cap};

    if (r->row.ts_us == MICROS_UNKNOWN)
        return err_set(r->err, ST_BAD_DATA, "%S:%zu: the row has no time", r->name, r->line);
    if (!has_sane_times(&r->row))
        return err_set(r->err, ST_BAD_DATA, "%S:%zu: a time that is not between 1970 and 2200",
                       r->name, r->line);
    if (is_other_symbol(r)) {
        t->rows_other++;
        return ST_OK;
    }
    r->row.data.spot = num_is_known(r->spot) ? r->spot : r->spot_other;
    r->row.data.volume_micros = r->volume;
    r->row.data.liquidity_micros = r->liquidity;
    keep_label(r);
    if (is_outside(&r->row)) {
        t->rows_outside++;
        return ST_OK;
    }
    if (t->count && r->row.ts_us < t->rows[t->count - 1].ts_us) t->rows_back++;
    if (!vec_push(r->arena, &v, r->row))
        return err_set(r->err, ST_LIMIT, "%S: too many rows to hold in memory", r->name);
    t->rows = v.items;
    t->count = v.count;
    t->cap = v.cap;
    return ST_OK;
}

/* Does the column say when? */
static bool is_time(const ColumnInfo *c)
{
    return c && (c->place == TIME_MS || c->place == TIME_ISO || c->place == TIME_US);
}

static Status read_header(Reader *r, Span line)
{
    bool has_time = false;
    Span cell;

    while (span_cut(&line, ',', &cell)) {
        const ColumnInfo *c = column_find(span_trim(cell));

        if (r->column_count == MAX_COLUMNS)
            return err_set(r->err, ST_LIMIT, "%S: more than %d columns", r->name, MAX_COLUMNS);
        r->order[r->column_count++] = c;
        if (!c) r->t->columns_unknown++;
        has_time |= is_time(c);
    }
    if (has_time) return ST_OK;
    return err_set(r->err, ST_BAD_DATA,
                   "%S:1: no column says when: captured_at, captured_at_ms or ts_us", r->name);
}

static Status read_row(Reader *r, Span line)
{
    Span cell;

    row_clear(r);
    for (size_t i = 0; span_cut(&line, ',', &cell); i++) {
        const ColumnInfo *c = i < r->column_count ? r->order[i] : NULL;

        if (i >= r->column_count)
            return err_set(r->err, ST_BAD_DATA, "%S:%zu: more cells than the header has columns",
                           r->name, r->line);
        if (!c || !cell.len) continue;
        if (!put_cell(r, c, cell)) return bad_cell(r, c, cell);
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
    return (Reader){.t = t,
                    .arena = arena,
                    .err = err,
                    .name = name,
                    .spot = UNKNOWN,
                    .spot_other = UNKNOWN,
                    .volume = MICROS_UNKNOWN,
                    .liquidity = MICROS_UNKNOWN};
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
    t->held = (TickHeld){r->spot, r->spot_other, r->volume, r->liquidity};
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

    r.spot = t->held.spot;
    r.spot_other = t->held.spot_other;
    r.volume = t->held.volume_micros;
    r.liquidity = t->held.liquidity_micros;
    return read_file(&r, csv);
}

/* ---- ticks as numbers ---------------------------------------------------------------------------- */

struct TickFeed {
    Reader reader; /* held values live on from block to block */
    int64_t last_us;
};

/* Whole units of a cell whose decimal has no more places than the unit; others go the long way. */
static bool is_whole(double cell, double unit, int64_t *ret)
{
    double x = cell * unit, whole = num_rint(x);

    if (num_abs(x) > 4e15 || (num_abs(x - whole) > 1e-3 && num_abs(x) > 0.25)) return false;
    *ret = (int64_t)whole;
    return true;
}

static bool put_shortest(Reader *r, const ColumnInfo *c, double cell)
{
    char text[NUM_TEXT_MAX];

    return put_cell(r, c, (Span){text, num_shortest(cell, text)});
}

/* What put_cell makes of the cell's shortest decimal, without the text where that is the same. */
static bool put_number_cell(Reader *r, const ColumnInfo *c, double cell)
{
    TickData *d = &r->row.data;

    switch (c->place) {
    case BID:
        return is_whole(cell, 1e6, &d->bid[c->outcome].price_micros[c->level]) ||
               put_shortest(r, c, cell);
    case ASK:
        return is_whole(cell, 1e6, &d->ask[c->outcome].price_micros[c->level]) ||
               put_shortest(r, c, cell);
    case BID_SIZE:
        return is_whole(cell, 1e6, &d->bid[c->outcome].size_micros[c->level]) ||
               put_shortest(r, c, cell);
    case ASK_SIZE:
        return is_whole(cell, 1e6, &d->ask[c->outcome].size_micros[c->level]) ||
               put_shortest(r, c, cell);
    case WINNER:
        if (cell == 0 || cell == 1) r->winner = (int8_t)cell;
        return cell == 0 || cell == 1;
    default:
        return put_shortest(r, c, cell);
    }
}

static bool is_numeric(const ColumnInfo *c)
{
    return c && c->place != TIME_ISO && c->place != SYMBOL;
}

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
        const ColumnInfo *c = column_find(names[i]);

        if (!is_numeric(c)) {
            err_set(err, ST_BAD_DATA, "%S: `%S` is not a column of numbers", name,
                    span_sub(names[i], 0, 40));
            return NULL;
        }
        f->reader.order[f->reader.column_count++] = c;
        has_time |= is_time(c);
    }
    if (has_time) return f;
    err_set(err, ST_BAD_DATA, "%S: no column says when: captured_at_ms or ts_us", name);
    return NULL;
}

size_t ticks_feed_columns(const TickFeed *f)
{
    return f->reader.column_count;
}

static Status bad_number(Reader *r, const ColumnInfo *c, double cell)
{
    return err_set(r->err, ST_BAD_DATA, "%S:%zu: column %S: %f is not what it should be", r->name,
                   r->line, c->name, cell);
}

static Status feed_row(TickFeed *f, const double *cells, size_t rows, size_t row)
{
    Reader *r = &f->reader;

    row_clear(r);
    r->line++;
    for (size_t i = 0; i < r->column_count; i++) {
        double cell = cells[i * rows + row];

        if (!num_is_known(cell)) continue;
        if (!num_is_finite(cell) || !put_number_cell(r, r->order[i], cell))
            return bad_number(r, r->order[i], cell);
    }
    if (r->row.ts_us != MICROS_UNKNOWN && r->row.ts_us < f->last_us)
        return err_set(r->err, ST_BAD_DATA, "%S:%zu: the row is earlier than the one before",
                       r->name, r->line);
    f->last_us = r->row.ts_us;
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
