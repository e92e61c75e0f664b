/* dataset.c — see dataset.h; dataset_folder.c finds the files. */
#include "runtime/history/dataset.h"

#include <stdarg.h>
#include <string.h>

#include "runtime/history/dataset_inside.h"
#include "vm/base/fmt.h"
#include "vm/base/sort.h"

enum { LINE_MAX_BYTES = 1024 };

Span dataset_stream(Span venue, Span selector, Arena *arena)
{
    Span asset = span_sub(selector, 0, span_find_char(selector, '-')), last = selector;
    Buf name;

    while (span_find_char(last, '-') != SPAN_NONE_AT)
        last = span_from(last, span_find_char(last, '-') + 1);
    if (!asset.len || !last.len || last.len == selector.len) return SPAN("");
    if (last.ptr[0] < '1' || last.ptr[0] > '9') return SPAN("");
    buf_init(&name, arena, TAPE_STREAM_MAX);
    buf_fmt(&name, "%S:%S:%S", venue, asset, last);
    return buf_span(&name);
}

/* ---- which files ----------------------------------------------------------------------------------- */

typedef struct Found { /* every tape below the path */
    DatasetFile file;
    Span stream;
} Found;

typedef VEC(Found) FoundList;

static Status too_many(Err *err)
{
    return err_set(err, ST_NO_MEMORY, "too many tapes");
}

static Status note(Dataset *d, Err *err, const char *fmt, ...)
{
    va_list words;
    Buf line;

    buf_init(&line, d->arena, LINE_MAX_BYTES);
    va_start(words, fmt);
    fmt_put(&line, fmt, words);
    va_end(words);
    return vec_push(d->arena, &d->notes, buf_span(&line)) ? ST_OK : too_many(err);
}

static Status look_at(Dataset *d, const char *path, FoundList *found, Err *err)
{
    Status st;
    int64_t day;
    Found f = {{.path = path, .min_ts_us = INT64_MAX, .max_ts_us = INT64_MIN}, {"", 0}};
    Tape *t;

    st = d->open(d->ctx, &t, path, d->arena, err);
    if (st != ST_OK) return st;
    f.stream = arena_span(d->arena, tape_info(t).stream);
    f.file.source = tape_info(t).source;
    f.file.rows = tape_row_count(t);
    f.file.has_day_sum = tape_day_sum(t, &day, f.file.day_sum);
    for (uint32_t i = 0; i < tape_block_count(t); i++) {
        const TapeEntry *e = tape_entry(t, i);

        if (e->min_ts_us < f.file.min_ts_us) f.file.min_ts_us = e->min_ts_us;
        if (e->max_ts_us > f.file.max_ts_us) f.file.max_ts_us = e->max_ts_us;
    }
    tape_close(t);
    if (!f.stream.len && !f.file.rows)
        return note(d, err, "%s: empty: its import has just begun, or was cut off", path);
    return vec_push(d->arena, found, f) ? ST_OK : too_many(err);
}

/* Beside tapes of a stream, those whose head is damaged are left out. */
static Status drop_headless(Dataset *d, FoundList *found, Err *err)
{
    size_t kept = 0;
    Status st = ST_OK;

    for (size_t i = 0; i < found->count; i++)
        kept += found->items[i].stream.len > 0;
    if (!kept) return ST_OK;
    kept = 0;
    for (size_t i = 0; i < found->count && st == ST_OK; i++) {
        const Found *f = &found->items[i];

        if (f->stream.len) {
            found->items[kept++] = *f;
            continue;
        }
        d->headless++;
        st = note(d, err, "%s: its head is damaged, its stream is not known: %llu rows left out",
                  f->file.path, (unsigned long long)f->file.rows);
    }
    found->count = kept;
    return st;
}

static bool has_stream(const FoundList *found, size_t until, Span stream)
{
    for (size_t i = 0; i < until; i++)
        if (span_is(found->items[i].stream, stream)) return true;
    return false;
}

/* The wanted one, or the only one. */
static Status choose_stream(Dataset *d, const char *path, const FoundList *found, Span wanted,
                            Err *err)
{
    Buf names;
    size_t count = 0;

    buf_init(&names, d->arena, 160);
    for (size_t i = 0; i < found->count; i++) {
        if (has_stream(found, i, found->items[i].stream)) continue;
        buf_fmt(&names, "%s%S", count++ ? ", " : "", found->items[i].stream);
    }
    d->stream = found->items[0].stream;
    if (wanted.len && has_stream(found, found->count, wanted)) d->stream = wanted;
    if (count == 1 || (wanted.len && span_is(d->stream, wanted))) return ST_OK;
    return err_set(err, ST_BAD_INPUT, "%s: several streams (%S); name one or its folder", path,
                   buf_span(&names));
}

static int file_cmp(const void *a, const void *b, void *ctx)
{
    const DatasetFile *x = a, *y = b;

    (void)ctx;
    return (x->min_ts_us > y->min_ts_us) - (x->min_ts_us < y->min_ts_us);
}

/* Files of the stream in the order of time; two recordings of one time would show each tick twice. */
static Status take_files(Dataset *d, const FoundList *found, Err *err)
{
    for (size_t i = 0; i < found->count; i++)
        if (span_is(found->items[i].stream, d->stream)) {
            if (!vec_push(d->arena, &d->files, found->items[i].file)) return too_many(err);
            d->rows += found->items[i].file.rows;
        }
    if (!sort_stable(d->files.items, d->files.count, sizeof *d->files.items, file_cmp, NULL,
                     d->arena))
        return too_many(err);
    for (size_t i = 1; i < d->files.count; i++) {
        const DatasetFile *a = &d->files.items[i - 1], *b = &d->files.items[i];

        if (a->source != b->source && b->min_ts_us <= a->max_ts_us)
            return err_set(err, ST_CONFLICT,
                           "%s and %s are recordings of the same time: use one of them", a->path,
                           b->path);
    }
    return ST_OK;
}

/* ---- labels ---------------------------------------------------------------------------------------- */

/* slots.KEY.csv; lines that cannot be read are no labels. */
static void read_labels(Arena *arena, Span text, uint32_t rank, LabelRows *rows)
{
    const CellColumn *columns[16] = {0};
    uint32_t count = 0;
    Span line, cell;

    if (!span_cut(&text, '\n', &line)) return;
    while (count < ARRAY_LEN(columns) && span_cut(&line, ',', &cell))
        columns[count++] = cell_column(cell);
    while (span_cut(&text, '\n', &line)) {
        CellRow row;
        bool is_fine = true;

        cell_row_clear(&row);
        for (uint32_t i = 0; i < count && span_cut(&line, ',', &cell); i++)
            if (columns[i] && cell.len) is_fine &= cell_put(&row, columns[i], cell);
        if (!is_fine || !row.row.slot_us || (row.winner < 0 && !num_is_known(row.spot_close)))
            continue;
        (void)vec_push(
            arena, rows,
            (LabelRow){{row.row.slot_start_us, row.row.slot_us, row.winner, row.spot_close},
                       rank,
                       (uint32_t)rows->count});
    }
}

static bool is_of_recording(const Dataset *d, Span path)
{
    char key[24];
    Buf word;

    for (size_t i = 0; i < d->files.count; i++) {
        buf_init_fixed(&word, key, sizeof key);
        buf_hex(&word, d->files.items[i].source, 16);
        if (span_find(path, buf_span(&word)) != SPAN_NONE_AT) return true;
    }
    return false;
}

static int label_cmp(const void *a, const void *b, void *ctx)
{
    const LabelRow *x = a, *y = b;
    int64_t by = x->label.slot_start_us - y->label.slot_start_us;

    (void)ctx;
    if (by) return by < 0 ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* One label a slot; what the first does not know a later one may. */
static bool merge_labels(Dataset *d, const LabelRows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const SlotLabel *l = &rows->items[i].label;
        SlotLabel *last = d->labels.count ? &vec_last(&d->labels) : NULL;

        if (!last || last->slot_start_us != l->slot_start_us) {
            if (!vec_push(d->arena, &d->labels, *l)) return false;
            continue;
        }
        if (last->winner < 0) last->winner = l->winner;
        if (!num_is_known(last->spot_close)) last->spot_close = l->spot_close;
    }
    return true;
}

bool dataset_has_labels(Span path)
{
    size_t name = path.len;

    while (name && path.ptr[name - 1] != '/')
        name--;
    return span_starts(span_from(path, name), SPAN("slots."));
}

void dataset_labels(Dataset *d, Span path, Span text, LabelRows *rows)
{
    read_labels(d->arena, text, !is_of_recording(d, path), rows);
}

Status dataset_end_labels(Dataset *d, LabelRows *rows, Err *err)
{
    if (!sort_stable(rows->items, rows->count, sizeof *rows->items, label_cmp, NULL, d->arena) ||
        !merge_labels(d, rows))
        return err_set(err, ST_NO_MEMORY, "too many slots");
    return ST_OK;
}

/* ---- reading --------------------------------------------------------------------------------------- */

Status dataset_take(Dataset *d, const char *name, const char *const *paths, size_t count,
                    Span stream, Err *err)
{
    FoundList found = {0};
    Status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = look_at(d, paths[i], &found, err);
    if (st == ST_OK && !found.count)
        return err_set(err, ST_BAD_INPUT, "%s: nothing in its tapes yet; `odx import` fills them",
                       name);
    if (st == ST_OK) st = drop_headless(d, &found, err);
    if (st == ST_OK) st = choose_stream(d, name, &found, stream, err);
    return st == ST_OK ? take_files(d, &found, err) : st;
}

static void note_damage(Dataset *d, const Tape *t)
{
    for (uint32_t i = 0; i <= tape_damage_count(t); i++) {
        bool is_last = i == tape_damage_count(t);
        Buf line;

        if (is_last && tape_is_closed(t)) return;
        buf_init(&line, d->arena, LINE_MAX_BYTES);
        if (is_last)
            buf_fmt(&line,
                    "%s: not closed: still being written, or cut off; %llu bytes at its end are no "
                    "block",
                    tape_path(t), (unsigned long long)tape_tail_bytes(t));
        else
            tape_damage_put(t, i, &line);
        (void)vec_push(d->arena, &d->notes, buf_span(&line));
    }
}

static uint64_t columns_of(const TapeHead *h)
{
    uint64_t columns = 0;

    for (uint32_t i = 0; i < h->column_count; i++)
        columns |= UINT64_C(1) << h->columns[i].id;
    for (uint32_t id = TAPE_BOOK2; id < TAPE_BOOK_END && h->is_mirrored; id++)
        if (columns >> tape_column_info(id)->of & 1) columns |= UINT64_C(1) << id;
    return columns;
}

static void end_file(Dataset *d, DatasetPlace *p)
{
    note_damage(d, p->tape);
    d->files.items[p->file].has_day_sum &= tape_damage_count(p->tape) == 0;
    tape_close(p->tape);
    p->tape = NULL;
    p->file++;
    p->block = 0;
}

bool dataset_next(Dataset *d, DatasetPlace *p, TickRow ret_rows[TAPE_ROWS], uint32_t *ret_count,
                  Err *err)
{
    TapeHead h;
    Span block;

    if (!p->scratch) p->scratch = arena_new(d->arena, TapeValues);
    if (arena_is_full(d->arena)) {
        (void)err_set(err, ST_NO_MEMORY, "no memory to read tapes");
        return false;
    }
    while (!p->tape || p->block == tape_block_count(p->tape)) {
        if (p->tape) end_file(d, p);
        if (p->file == d->files.count) return false;
        if (d->open(d->ctx, &p->tape, d->files.items[p->file].path, d->arena, err) != ST_OK)
            return false;
    }
    *ret_count = tape_rows(p->tape, p->block, p->scratch, ret_rows);
    if (*ret_count && tape_block(p->tape, p->block, &h, &block)) d->columns |= columns_of(&h);
    p->block++;
    return true;
}

Status dataset_read(Dataset *d, bool (*take)(void *ctx, const TickRow *rows, uint32_t count),
                    void *ctx, Err *err)
{
    TickRow *rows = arena_array(d->arena, TickRow, TAPE_ROWS);
    DatasetPlace place = {0};
    Err failure = ERR_NONE;
    uint32_t n;

    if (arena_is_full(d->arena)) return err_set(err, ST_NO_MEMORY, "no memory to read tapes");
    while (dataset_next(d, &place, rows, &n, &failure))
        if (n && !take(ctx, rows, n)) break;
    if (place.tape) end_file(d, &place);
    return failure.status == ST_OK ? ST_OK : err_set(err, failure.status, "%s", failure.text);
}

/* ---- its sum --------------------------------------------------------------------------------------- */

/* Does the file alone have its day?  Those before it end with `latest`. */
static bool has_own_day(const Dataset *d, size_t i, int64_t latest)
{
    const DatasetFile *f = &d->files.items[i];
    int64_t day = tape_day(f->min_ts_us);
    bool is_last = i + 1 == d->files.count;

    return f->has_day_sum && latest < day && (is_last || tape_day(f[1].min_ts_us) > day);
}

static Status sum_rows(Dataset *d, const DatasetFile *f, TapeSum *s, TapeValues *scratch,
                       TickRow rows[TAPE_ROWS], Err *err)
{
    Tape *t;
    Status st = d->open(d->ctx, &t, f->path, d->arena, err);

    if (st != ST_OK) return st;
    for (uint32_t i = 0; i < tape_block_count(t); i++)
        tape_sum_rows(s, rows, tape_rows(t, i, scratch, rows));
    tape_close(t);
    return ST_OK;
}

Status dataset_sha256(Dataset *d, uint8_t ret_sum[SHA256_SIZE], Err *err)
{
    TapeValues *scratch = arena_new(d->arena, TapeValues);
    TickRow *rows = arena_array(d->arena, TickRow, TAPE_ROWS);
    int64_t latest = INT64_MIN; /* day */
    Status st = ST_OK;
    TapeSum s;

    if (arena_is_full(d->arena)) return err_set(err, ST_NO_MEMORY, "no memory to read tapes");
    tape_sum_init(&s, d->stream);
    s.has_sha = d->has_sha;
    for (size_t i = 0; i < d->files.count && st == ST_OK; i++) {
        const DatasetFile *f = &d->files.items[i];

        if (has_own_day(d, i, latest))
            tape_sum_day(&s, tape_day(f->min_ts_us), f->rows, f->day_sum);
        else
            st = sum_rows(d, f, &s, scratch, rows, err);
        if (f->rows && tape_day(f->max_ts_us) > latest) latest = tape_day(f->max_ts_us);
    }
    if (st == ST_OK) tape_sum_final(&s, d->labels.items, d->labels.count, ret_sum);
    return st;
}

/* ---- into a table ---------------------------------------------------------------------------------- */

static bool take_rows(void *ctx, const TickRow *rows, uint32_t count)
{
    return dataset_keep(ctx, rows, count);
}

static int row_cmp(const void *a, const void *b, void *ctx)
{
    const TickRow *x = a, *y = b;

    (void)ctx;
    return (x->ts_us > y->ts_us) - (x->ts_us < y->ts_us);
}

static Status add_labels(const Dataset *d, TickTable *t, Err *err)
{
    VEC(SlotLabel) labels = {t->labels, t->label_count, t->label_cap};

    for (size_t i = 0; i < d->labels.count; i++) {
        const SlotLabel *l = &d->labels.items[i];

        if (labels.count && labels.items[labels.count - 1].slot_start_us >= l->slot_start_us)
            continue;
        if (!vec_push(d->arena, &labels, *l)) return err_set(err, ST_NO_MEMORY, "too many slots");
    }
    t->labels = labels.items;
    t->label_count = labels.count;
    t->label_cap = labels.cap;
    return ST_OK;
}

Status dataset_load_begin(DatasetLoad *l, const Dataset *d, const TickTable *t, Err *err)
{
    *l = (DatasetLoad){.arena = d->arena, .rows = {t->rows, t->count, t->cap}};
    if (vec_reserve(d->arena, &l->rows, (size_t)d->rows)) return ST_OK;
    return err_set(err, ST_LIMIT, "%S: too many rows to hold in memory", d->stream);
}

bool dataset_keep(DatasetLoad *l, const TickRow *rows, uint32_t count)
{
    if (!vec_reserve(l->arena, &l->rows, count)) return false;
    for (uint32_t i = 0; i < count; i++) {
        l->goes_back |= l->rows.count && rows[i].ts_us < l->rows.items[l->rows.count - 1].ts_us;
        l->rows.items[l->rows.count++] = rows[i];
    }
    return true;
}

Status dataset_load_end(DatasetLoad *l, const Dataset *d, TickTable *t, Err *err)
{
    if (l->goes_back &&
        !sort_stable(l->rows.items, l->rows.count, sizeof *l->rows.items, row_cmp, NULL, d->arena))
        return err_set(err, ST_LIMIT, "%S: too many rows to sort in memory", d->stream);
    t->rows = l->rows.items;
    t->count = l->rows.count;
    t->cap = l->rows.cap;
    if (!t->symbol.ptr) t->symbol = d->stream;
    return add_labels(d, t, err);
}

Status dataset_load(Dataset *d, TickTable *t, Err *err)
{
    DatasetLoad l;
    Status st = dataset_load_begin(&l, d, t, err);

    if (st == ST_OK) st = dataset_read(d, take_rows, &l, err);
    return st == ST_OK ? dataset_load_end(&l, d, t, err) : st;
}
