/* data.c — see data.h. */
#include "runtime/embed/data.h"

#include "runtime/embed/handles.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/request.h"
#include "runtime/history/import_text.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

enum { DATA_MAX_FILES = 4096, LINES_MOST = 4096 /* between two looks at what is left */ };
#define DATA_MAX_BYTES ((size_t)768 << 20)

typedef enum DataState { DATA_OPEN, DATA_READING, DATA_DONE } DataState;

typedef struct Reading { /* of the tapes of one stream */
    Dataset set;
    DatasetPlace place;
    DatasetLoad load;
} Reading;

struct Data {
    Arena arena;
    DataState state;
    Span stream; /* of recordings that do not say it */
    VEC(DatasetBytes) files;
    VEC(DataStream *) streams;
    VEC(Span) names;  /* of the streams that tapes have ... */
    size_t next_name; /* ... and which of them is read next */
    Reading *reading;
    size_t next_file; /* that may be a recording */
    ImportText *text;
    size_t next_sum, summed; /* stream, and its rows */
    TapeSum sum;
    VEC(Span) notes;
    VEC(Span) imports; /* reports, as JSON */
    uint64_t rows;     /* read so far */
    uint32_t users;
    bool is_closed;
};

static Handles handles; /* of this instance of the module */

static void data_free(Data *d)
{
    Arena arena = d->arena;

    arena_fini(&arena);
}

int32_t data_close(int32_t handle)
{
    Data *d = handles_find(&handles, handle);

    if (!d) return EMBED_HANDLE;
    handles_drop(&handles, handle);
    d->is_closed = true;
    if (!d->users) data_free(d);
    return 0;
}

Data *data_find(int32_t handle)
{
    Data *d = handles_find(&handles, handle);

    return d && d->state == DATA_DONE ? d : NULL;
}

void data_keep(Data *d)
{
    d->users++;
}

void data_let_go(Data *d)
{
    if (--d->users == 0 && d->is_closed) data_free(d);
}

uint32_t data_streams(const Data *d)
{
    return (uint32_t)d->streams.count;
}

const DataStream *data_stream(const Data *d, uint32_t i)
{
    return d->streams.items[i];
}

/* ---- opening ---------------------------------------------------------------------------------------- */

static bool data_key(void *ctx, RequestReader *r, Span key)
{
    Data *d = ctx;

    return span_is(key, SPAN("stream")) ? request_text(r, key, &d->stream)
                                        : request_unknown(r, key);
}

int32_t data_open(Span json)
{
    Arena arena;
    int32_t handle = 0, answer;
    Request *q;
    Work w;
    Data *d;

    work_begin(&w);
    q = arena_new(&w.arena, Request);
    arena_init(&arena, heap_source(), DATA_MAX_BYTES);
    d = arena_new(&arena, Data);
    if (arena_is_full(&arena) || arena_is_full(&w.arena)) {
        arena_fini(&arena);
        w.has_failed = true;
        return work_end(&w);
    }
    d->arena = arena;
    if (!request_read_more(q, json, &d->arena, data_key, d))
        work_error(&w, arena_span(&w.arena, q->error));
    else if (!(handle = handles_put(&handles, d)))
        work_error(&w, SPAN("too much data is open"));
    else
        work_count(&w, SPAN("data"), (uint64_t)handle);
    answer = work_end(&w);
    if (!handle || answer < 0) {
        handles_drop(&handles, handle);
        data_free(d);
    }
    return answer;
}

/* ---- files ------------------------------------------------------------------------------------------ */

static void take_file(Data *d, Span name, Span bytes, Work *w)
{
    Span kept_name = arena_span(&d->arena, name), kept = arena_span(&d->arena, bytes);

    if (d->state != DATA_OPEN) {
        work_error(w, SPAN("the data is being read already"));
    } else if (d->files.count == DATA_MAX_FILES) {
        work_error(w, SPAN("too many files"));
    } else if (arena_is_full(&d->arena) ||
               !vec_push(&d->arena, &d->files, (DatasetBytes){kept_name.ptr, kept})) {
        w->has_failed = true;
    } else {
        work_count(w, SPAN("files"), d->files.count);
        work_flag(w, SPAN("tape"), tape_is(kept));
    }
}

int32_t data_file(int32_t handle, uint32_t name_len, Span bytes)
{
    Data *d = handles_find(&handles, handle);
    Span name = span_sub(bytes, 0, name_len);
    Work w;

    if (!d) return EMBED_HANDLE;
    work_begin(&w);
    if (name_len > bytes.len || memchr(name.ptr ? name.ptr : "", 0, name.len))
        work_error(&w, SPAN("the file's name is longer than what was passed, or no name"));
    else
        take_file(d, name, span_from(bytes, name_len), &w);
    return work_end(&w);
}

/* ---- reading ---------------------------------------------------------------------------------------- */

/* Once, however many streams are read from the same files. */
static void note(Data *d, Span text)
{
    for (size_t i = 0; i < d->notes.count; i++)
        if (span_is(d->notes.items[i], text)) return;
    (void)vec_push(&d->arena, &d->notes, arena_span(&d->arena, text));
}

static bool knows(const Data *d, Span name)
{
    for (size_t i = 0; i < d->names.count; i++)
        if (span_is(d->names.items[i], name)) return true;
    return false;
}

/* What a damaged head does not say has no name, and is read where there is no other stream. */
static void find_streams(Data *d)
{
    bool has_tapes = false;

    for (size_t i = 0; i < d->files.count; i++) {
        Err err = ERR_NONE;
        Tape *t;

        if (!tape_is(d->files.items[i].bytes)) continue;
        if (tape_open_bytes(&t, d->files.items[i].name, d->files.items[i].bytes, &d->arena, &err) !=
            ST_OK) {
            note(d, span_str(err.text));
            d->files.count--;
            d->files.items[i] = d->files.items[d->files.count];
            i--;
            continue;
        }
        has_tapes = true;
        if (tape_info(t).stream.len && !knows(d, tape_info(t).stream))
            (void)vec_push(&d->arena, &d->names, arena_span(&d->arena, tape_info(t).stream));
    }
    if (has_tapes && !d->names.count) (void)vec_push(&d->arena, &d->names, SPAN(""));
    d->state = DATA_READING;
}

static DataStream *find_stream(Data *d, Span name)
{
    DataStream *s;

    for (size_t i = 0; i < d->streams.count; i++)
        if (span_is(d->streams.items[i]->name, name)) return d->streams.items[i];
    s = arena_new(&d->arena, DataStream);
    s->name = name;
    return vec_push(&d->arena, &d->streams, s) ? s : NULL;
}

static Status no_memory(Err *err)
{
    return err_set(err, ST_NO_MEMORY, "the data does not fit into the module's memory");
}

/* ---- tapes */

static Status begin_tapes(Data *d, Err *err)
{
    Span name = d->names.items[d->next_name++];
    DataStream *s = find_stream(d, name);
    Reading *r = arena_new(&d->arena, Reading);
    Status st;

    if (!s || arena_is_full(&d->arena)) return no_memory(err);
    st = dataset_open_bytes(&r->set, "the data", d->files.items, d->files.count, name, &d->arena,
                            err);
    if (st == ST_OK) st = dataset_load_begin(&r->load, &r->set, &s->table, err);
    d->reading = r;
    return st;
}

/* A block into the table. */
static Status more_tapes(Data *d, uint64_t *left, Err *err)
{
    DataStream *s = vec_last(&d->streams);
    Reading *r = d->reading;
    TickRow rows[TAPE_ROWS];
    uint32_t n = 0;

    if (dataset_next(&r->set, &r->place, rows, &n, err)) {
        d->rows += n;
        *left -= n < *left ? n : *left;
        return !n || dataset_keep(&r->load, rows, n) ? ST_OK : no_memory(err);
    }
    if (err->status != ST_OK) return err->status;
    d->reading = NULL;
    for (size_t i = 0; i < r->set.notes.count; i++)
        note(d, r->set.notes.items[i]);
    return dataset_load_end(&r->load, &r->set, &s->table, err);
}

/* ---- recordings */

static bool is_recording(const DatasetBytes *file)
{
    Span name = span_str(file->name), base = name;

    while (base.len && span_find_char(base, '/') != SPAN_NONE_AT)
        base = span_from(base, span_find_char(base, '/') + 1);
    return !tape_is(file->bytes) && !span_ends(base, SPAN(".jsonl")) &&
           !span_starts(base, SPAN("slots.")) && !span_starts(base, SPAN("fills."));
}

static Status begin_recording(Data *d, Err *err)
{
    const DatasetBytes *file = &d->files.items[d->next_file++];
    Buf text;

    if (!is_recording(file)) return ST_OK;
    if (!span_starts(file->bytes, SPAN("\x1f\x8b")))
        return import_text_open(&d->text, span_str(file->name), file->bytes, d->stream, &d->arena,
                                err);
    buf_init(&text, &d->arena, 1 << 12);
    buf_fmt(&text, "%s: is packed: unpack it first", file->name);
    note(d, buf_span(&text));
    return ST_OK;
}

/* Rows behind those that are there; two recordings of one time would show each tick twice. */
static Status append_rows(Data *d, DataStream *s, const TickTable *t, Err *err)
{
    TickTable *to = &s->table;
    struct {
        TickRow *items;
        size_t count, cap;
    } rows = {to->rows, to->count, to->cap};

    if (!t->count) return ST_OK;
    if (!rows.count) {
        to->rows = t->rows;
        to->count = t->count;
        to->cap = t->cap;
        return ST_OK;
    }
    if (t->rows[0].ts_us <= rows.items[rows.count - 1].ts_us)
        return err_set(err, ST_CONFLICT,
                       "two of the files are recordings of the same time of %S: use one of them",
                       s->name);
    if (!vec_reserve(&d->arena, &rows, t->count)) return no_memory(err);
    memcpy(rows.items + rows.count, t->rows, t->count * sizeof *t->rows);
    to->rows = rows.items;
    to->count = rows.count + t->count;
    to->cap = rows.cap;
    return ST_OK;
}

/* Both in the order of slots; what the first does not know the other may. */
static Status merge_labels(Data *d, DataStream *s, const TickTable *t, Err *err)
{
    const TickTable *to = &s->table;
    SlotLabel *all = arena_array(&d->arena, SlotLabel, to->label_count + t->label_count + 1);
    size_t n = 0, i = 0, k = 0;

    if (arena_is_full(&d->arena)) return no_memory(err);
    while (i < to->label_count || k < t->label_count) {
        bool is_old =
            i < to->label_count &&
            (k == t->label_count || to->labels[i].slot_start_us <= t->labels[k].slot_start_us);
        const SlotLabel *l = is_old ? &to->labels[i++] : &t->labels[k++];

        if (!n || all[n - 1].slot_start_us != l->slot_start_us) {
            all[n++] = *l;
            continue;
        }
        if (all[n - 1].winner < 0) all[n - 1].winner = l->winner;
        if (!num_is_known(all[n - 1].spot_close)) all[n - 1].spot_close = l->spot_close;
    }
    s->table.labels = all;
    s->table.label_count = s->table.label_cap = n;
    return ST_OK;
}

static Status end_recording(Data *d, Err *err)
{
    Status st = ST_OK;
    Buf report;

    for (size_t i = 0; i < import_text_streams(d->text) && st == ST_OK; i++) {
        DataStream *s;
        TickTable t;
        Span name;

        st = import_text_stream(d->text, i, &name, &t, err);
        if (st != ST_OK || (!t.count && !t.label_count)) continue;
        s = find_stream(d, name);
        if (!s) return no_memory(err);
        st = append_rows(d, s, &t, err);
        if (st == ST_OK) st = merge_labels(d, s, &t, err);
        if (!s->table.symbol.ptr) s->table.symbol = name;
    }
    buf_init(&report, &d->arena, 1 << 20);
    import_report_put(import_text_report(d->text), &report);
    if (!buf_is_full(&report)) (void)vec_push(&d->arena, &d->imports, buf_span(&report));
    d->text = NULL;
    return st;
}

/* Lines of a recording; what is none is said, and the rest goes on. */
static Status more_recording(Data *d, uint64_t *left, Err *err)
{
    uint64_t before = import_text_report(d->text)->rows,
             n = *left < LINES_MOST ? *left : LINES_MOST;
    bool goes_on = import_text_step(d->text, n, err);

    *left -= n;
    d->rows += import_text_report(d->text)->rows - before;
    if (goes_on) return ST_OK;
    if (err->status == ST_OK) return end_recording(d, err);
    if (err->status == ST_NO_MEMORY || err->status == ST_LIMIT) return err->status;
    note(d, span_str(err->text));
    *err = ERR_NONE;
    d->text = NULL;
    return ST_OK;
}

/* ---- sums */

/* Slots that ticks are of, and winners. */
static void count_slots(DataStream *s)
{
    const TickTable *t = &s->table;

    for (size_t i = 0; i < t->count; i++)
        s->slots +=
            t->rows[i].slot_us && (!i || t->rows[i].slot_start_us != t->rows[i - 1].slot_start_us);
    for (size_t i = 0; i < t->label_count; i++)
        s->winners += t->labels[i].winner >= 0;
}

static void more_sum(Data *d, uint64_t *left)
{
    DataStream *s = d->streams.items[d->next_sum];
    size_t n = s->table.count - d->summed;

    if (!d->summed) tape_sum_init(&d->sum, s->name);
    if (n > *left) n = (size_t)*left;
    tape_sum_rows(&d->sum, s->table.rows + d->summed, n);
    d->summed += n;
    *left -= n;
    if (d->summed < s->table.count) return;
    tape_sum_final(&d->sum, s->table.labels, s->table.label_count, s->sum);
    count_slots(s);
    d->next_sum++;
    d->summed = 0;
}

/* Tapes, then recordings, then sums: a piece of it. */
static Status read_more(Data *d, uint64_t *left, Err *err)
{
    if (d->state == DATA_OPEN) find_streams(d);
    if (d->reading) return more_tapes(d, left, err);
    if (d->text) return more_recording(d, left, err);
    if (d->next_name < d->names.count) return begin_tapes(d, err);
    if (d->next_file < d->files.count) return begin_recording(d, err);
    if (d->next_sum < d->streams.count)
        more_sum(d, left);
    else
        d->state = DATA_DONE;
    return ST_OK;
}

static void put_int(Work *w, Span key, int64_t value)
{
    json_write_key(&w->json, key);
    json_write_int(&w->json, value);
}

static void put_stream(Work *w, const DataStream *s)
{
    const TickTable *t = &s->table;
    char hex[2 * SHA256_SIZE + 1];

    sha256_hex(s->sum, hex);
    json_write_object(&w->json);
    work_text(w, SPAN("name"), s->name);
    work_count(w, SPAN("ticks"), t->count);
    work_count(w, SPAN("slots"), s->slots);
    work_count(w, SPAN("winners"), s->winners);
    if (t->count) {
        put_int(w, SPAN("first_us"), t->rows[0].ts_us);
        put_int(w, SPAN("last_us"), t->rows[t->count - 1].ts_us);
    }
    work_text(w, SPAN("tape_sha256"), span_str(hex));
    json_write_object_end(&w->json);
}

static void put_summary(Work *w, const Data *d)
{
    json_write_key(&w->json, SPAN("streams"));
    json_write_array(&w->json);
    for (size_t i = 0; i < d->streams.count; i++)
        put_stream(w, d->streams.items[i]);
    json_write_array_end(&w->json);
    json_write_key(&w->json, SPAN("notes"));
    json_write_array(&w->json);
    for (size_t i = 0; i < d->notes.count; i++)
        json_write_string(&w->json, d->notes.items[i]);
    json_write_array_end(&w->json);
    json_write_key(&w->json, SPAN("imports"));
    json_write_array(&w->json);
    for (size_t i = 0; i < d->imports.count; i++)
        json_write_raw(&w->json, d->imports.items[i]);
    json_write_array_end(&w->json);
}

int32_t data_read(int32_t handle, uint32_t rows)
{
    Data *d = handles_find(&handles, handle);
    uint64_t left = rows ? rows : UINT64_MAX;
    Err err = ERR_NONE;
    Work w;

    if (!d) return EMBED_HANDLE;
    work_begin(&w);
    while (d->state != DATA_DONE && left && read_more(d, &left, &err) == ST_OK)
        continue;
    if (arena_is_full(&d->arena)) (void)no_memory(&err);
    if (err.status != ST_OK) {
        work_error(&w, span_str(err.text));
    } else {
        work_flag(&w, SPAN("done"), d->state == DATA_DONE);
        work_count(&w, SPAN("rows"), d->rows);
        if (d->state == DATA_DONE) put_summary(&w, d);
    }
    return work_end(&w);
}

/* ---- columns for charts ------------------------------------------------------------------------------ */

typedef struct ColumnsRequest {
    int64_t stream, from_us, to_us, points;
} ColumnsRequest;

static bool columns_key(void *ctx, RequestReader *r, Span key)
{
    ColumnsRequest *q = ctx;
    const struct {
        Span name;
        int64_t *ret;
    } keys[] = {{SPAN_INIT("stream"), &q->stream},
                {SPAN_INIT("from_us"), &q->from_us},
                {SPAN_INIT("to_us"), &q->to_us},
                {SPAN_INIT("points"), &q->points}};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (span_is(keys[i].name, key)) return request_whole(r, key, keys[i].ret);
    return request_unknown(r, key);
}

enum { COLUMN_TS, COLUMN_BID, COLUMN_ASK, COLUMN_SPOT, COLUMN_LOW, COLUMN_HIGH, COLUMNS };
static const Span column_names[COLUMNS] = {SPAN_INIT("ts_us"), SPAN_INIT("bid"), SPAN_INIT("ask"),
                                           SPAN_INIT("spot"),  SPAN_INIT("low"), SPAN_INIT("high")};

static double dollars(int64_t micros)
{
    return micros == MICROS_UNKNOWN ? UNKNOWN : (double)micros / 1e6;
}

/* One point of rows `from` to before `to`: the last of them, the lowest bid and the highest ask of all. */
static void put_point(const TickRow *rows, size_t from, size_t to, double ret[COLUMNS])
{
    const TickRow *last = &rows[to - 1];

    ret[COLUMN_TS] = (double)last->ts_us;
    ret[COLUMN_BID] = dollars(last->data.bid[0].price_micros[0]);
    ret[COLUMN_ASK] = dollars(last->data.ask[0].price_micros[0]);
    ret[COLUMN_SPOT] = last->data.spot;
    ret[COLUMN_LOW] = ret[COLUMN_HIGH] = UNKNOWN;
    for (size_t i = from; i < to; i++) {
        double bid = dollars(rows[i].data.bid[0].price_micros[0]);
        double ask = dollars(rows[i].data.ask[0].price_micros[0]);

        if (num_is_known(bid) && !(ret[COLUMN_LOW] <= bid)) ret[COLUMN_LOW] = bid;
        if (num_is_known(ask) && !(ret[COLUMN_HIGH] >= ask)) ret[COLUMN_HIGH] = ask;
    }
}

/* The first row at or after an instant. */
static size_t find_row(const TickTable *t, int64_t ts_us)
{
    size_t low = 0, high = t->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->rows[middle].ts_us < ts_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void put_columns(Work *w, const TickTable *t, const ColumnsRequest *q)
{
    size_t from = find_row(t, q->from_us), to = q->to_us ? find_row(t, q->to_us) : t->count;
    size_t rows = to > from ? to - from : 0;
    size_t points = q->points && (uint64_t)q->points < rows ? (size_t)q->points : rows;
    double *cells = arena_array(&w->arena, double, points *COLUMNS + 1), point[COLUMNS];

    if (arena_is_full(&w->arena)) return;
    for (size_t i = 0; i < points; i++) {
        size_t first = from + (size_t)((uint64_t)rows * i / points);

        put_point(t->rows, first, from + (size_t)((uint64_t)rows * (i + 1) / points), point);
        for (size_t c = 0; c < COLUMNS; c++)
            cells[c * points + i] = point[c];
    }
    json_write_key(&w->json, SPAN("columns"));
    json_write_array(&w->json);
    for (size_t c = 0; c < COLUMNS; c++)
        json_write_string(&w->json, column_names[c]);
    json_write_array_end(&w->json);
    work_count(w, SPAN("rows"), points);
    w->bytes = (Span){(const char *)cells, points * COLUMNS * sizeof *cells};
}

int32_t data_columns(int32_t handle, Span json)
{
    Data *d = handles_find(&handles, handle);
    ColumnsRequest asked = {0};
    Request *q;
    Work w;

    if (!d) return EMBED_HANDLE;
    work_begin(&w);
    q = arena_new(&w.arena, Request);
    if (arena_is_full(&w.arena))
        w.has_failed = true;
    else if (!request_read_more(q, json, &w.arena, columns_key, &asked))
        work_error(&w, q->error);
    else if (d->state != DATA_DONE)
        work_error(&w, SPAN("the data is not read yet"));
    else if ((uint64_t)asked.stream >= d->streams.count)
        work_error(&w, SPAN("the data has no such stream"));
    else
        put_columns(&w, &d->streams.items[asked.stream]->table, &asked);
    return work_end(&w);
}
