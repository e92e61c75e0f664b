/* import.c — drives an import from a file into a folder: row by row, and the end.  See import.h. */
#include "runtime/history/import.h"

#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/history/dataset.h"
#include "runtime/history/import_inside.h"
#include "runtime/history/rowbinary.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

#define REPORTS_MAX ((size_t)64 << 20)

/* ---- rows ------------------------------------------------------------------------------------------ */

static Status read_csv(Import *im, Recording *source)
{
    Status st = ST_OK;
    Span line;

    while (st == ST_OK && recording_line(source, &line)) {
        if (!im->line && span_starts(line, SPAN(CELLS_BOM)))
            line = span_from(line, sizeof CELLS_BOM - 1);
        st = import_line(im, line);
    }
    if (st == ST_OK && !im->format && source->failure.status == ST_OK)
        st = err_set(im->err, ST_BAD_DATA, "%S: the file is empty", im->report->file);
    return st;
}

static Status read_binary(Import *im, Recording *source)
{
    RowBinary b;
    Status st = rowbinary_open(&b, source, im->arena, im->err);

    if (st != ST_OK) return st;
    im->column_count = b.count;
    memcpy(im->names, b.names, sizeof im->names);
    im->limit = b.text;
    st = import_format(im);
    while (st == ST_OK && rowbinary_row(&b, im->cells)) {
        im->line++;
        st = import_cells(im, b.count);
    }
    return st;
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static const char *reports_path(const Import *im)
{
    Buf path;

    buf_init(&path, im->arena, 4096);
    buf_fmt(&path, "%s/imports.jsonl", im->how->folder);
    return buf_cstr(&path);
}

/* Is there a report of this recording? */
bool import_was_there(Import *im, Span *ret_reports)
{
    Err none = ERR_NONE;
    char word[32];
    Buf key;

    buf_init_fixed(&key, word, sizeof word);
    buf_str(&key, "\"key\":\"");
    buf_hex(&key, im->report->key, 16);
    if (!file_exists(reports_path(im)) ||
        file_read(im->arena, reports_path(im), REPORTS_MAX, ret_reports, &none) != ST_OK)
        *ret_reports = (Span){"", 0};
    return span_find(*ret_reports, buf_span(&key)) != SPAN_NONE_AT;
}

/* Recordings of the same time beside each other have no sum together. */
static Span sum_of(const Import *im, const Stream *s)
{
    char hex[2 * SHA256_SIZE + 1];
    uint8_t sum[SHA256_SIZE];
    Err none = ERR_NONE;
    Dataset d;

    if (dataset_open(&d, s->folder, s->name, im->arena, &none) != ST_OK) return SPAN("");
    if (dataset_sha256(&d, sum, &none) != ST_OK) return SPAN("");
    sha256_hex(sum, hex);
    return arena_span(im->arena, span_str(hex));
}

static Status keep(Import *im, Span reports)
{
    Status st = ST_OK;
    Buf text;

    for (size_t i = 0; i < im->streams.count && st == ST_OK; i++)
        st = import_stream_finish(im, im->streams.items[i]);
    if (st != ST_OK) return st;
    for (size_t i = 0; i < im->streams.count; i++)
        im->report->streams.items[i].sha256 = sum_of(im, im->streams.items[i]);
    buf_init(&text, im->arena, REPORTS_MAX);
    buf_span_put(&text, reports);
    import_report_put(im->report, &text);
    buf_char(&text, '\n');
    return file_replace(reports_path(im), buf_span(&text), im->err);
}

/* A recording that was read to its end: kept, or refused as a whole. */
Status import_conclude(Import *im, Span reports)
{
    bool is_empty;

    import_sum_up(im);
    import_leaks(im);
    is_empty = !im->report->ticks && !im->report->labels && !im->report->fills;
    if (!is_empty && !import_is_refused(im)) return keep(im, reports);
    for (size_t i = 0; i < im->streams.count; i++)
        import_stream_drop(im->streams.items[i]);
    return err_set(im->err, ST_REFUSED, "%S: %s; nothing was kept", im->report->file,
                   is_empty ? "no tick, no result and no fill in it"
                            : "refused, as --strict wants");
}

typedef struct Watch { /* progress with the source's place */
    const ImportOptions *how;
    const Recording *source;
} Watch;

static void tell(void *ctx, const ImportProgress *p)
{
    const Watch *w = ctx;

    if (w->how->progress)
        w->how->progress(w->how->ctx,
                         &(ImportProgress){p->rows, recording_place(w->source), w->source->size});
}

static Status import_source(Import *im, Recording *source)
{
    Span reports;
    Status st;

    im->report->key = recording_key(source);
    im->report->was_there = import_was_there(im, &reports);
    if (im->report->was_there) return ST_OK;
    st = im->how->is_binary ? read_binary(im, source) : read_csv(im, source);
    if (st == ST_OK && source->failure.status != ST_OK)
        st = err_set(im->err, source->failure.status, "%s", source->failure.text);
    if (st == ST_OK && arena_is_full(im->arena))
        st = err_set(im->err, ST_NO_MEMORY, "out of memory");
    return st == ST_OK ? import_conclude(im, reports) : st;
}

static Span base_name(Span path)
{
    while (span_find_char(path, '/') != SPAN_NONE_AT)
        path = span_from(path, span_find_char(path, '/') + 1);
    return path;
}

Status import_run(const char *path, const ImportOptions *how, ImportReport *ret_report,
                  Arena *arena, Err *err)
{
    Import *im = arena_new(arena, Import);
    Recording source;
    Watch watch = {how, &source};
    ImportOptions mine = *how;
    Err ignored = ERR_NONE;
    Status st;

    mine.progress = tell;
    mine.ctx = &watch;
    *ret_report = (ImportReport){.file = base_name(span_str(path))};
    *im = (Import){
        .how = &mine, .report = ret_report, .arena = arena, .err = err, .sink = &import_days};
    st = folder_make(how->folder, err);
    if (st == ST_OK) st = recording_open(&source, path, arena, err);
    if (st != ST_OK) return st;
    st = import_source(im, &source);
    (void)recording_close(&source, &ignored); /* what failed was said */
    for (size_t i = 0; i < im->streams.count; i++)
        import_stream_abandon(im->streams.items[i]);
    return st;
}
