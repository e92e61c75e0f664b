/* import_text.c — see import_text.h: the rows of an import, kept in memory. */
#include "runtime/history/import_text.h"

#include "runtime/history/import_inside.h"
#include "vm/base/hash.h"
#include "vm/base/sort.h"

enum { KEY_BYTES = 1 << 16 /* as recording_key */ };

struct ImportText {
    ImportOptions how;
    Import import;
    ImportReport report;
    Span left;
    bool is_done;
};

static Status keep(Import *im, Stream *s, const TickRow *row, bool is_late)
{
    s->goes_back |= is_late;
    if (vec_push(im->arena, &s->rows, *row)) return ST_OK;
    return err_set(im->err, ST_LIMIT, "%S: too many rows to hold in memory", im->report->file);
}

static const ImportSink in_memory = {NULL, keep};

Status import_text_open(ImportText **ret_text, Span name, Span text, Span stream, Arena *arena,
                        Err *err)
{
    ImportText *t = arena_new(arena, ImportText);

    if (arena_is_full(arena)) return err_set(err, ST_NO_MEMORY, "%S: no memory to read it", name);
    t->how = (ImportOptions){.stream = stream};
    t->report = (ImportReport){.file = name, .key = hash_span(span_sub(text, 0, KEY_BYTES))};
    t->import = (Import){.how = &t->how, .sink = &in_memory, .report = &t->report, .arena = arena};
    t->left = text;
    *ret_text = t;
    return ST_OK;
}

static Status end(ImportText *t)
{
    Import *im = &t->import;

    if (!im->format)
        return err_set(im->err, ST_BAD_DATA, "%S: the file is empty", im->report->file);
    import_sum_up(im);
    import_leaks(im);
    t->is_done = true;
    return ST_OK;
}

bool import_text_step(ImportText *t, uint64_t rows, Err *err)
{
    Import *im = &t->import;
    Status st = ST_OK;
    Span line;

    im->err = err;
    for (; rows && st == ST_OK && !t->is_done; rows--)
        st = span_cut(&t->left, '\n', &line) ? import_line(im, line) : end(t);
    if (st == ST_OK && arena_is_full(im->arena))
        st = err_set(err, ST_NO_MEMORY, "%S: no memory for what is in it", im->report->file);
    return st == ST_OK && !t->is_done;
}

const ImportReport *import_text_report(const ImportText *t)
{
    return &t->report;
}

size_t import_text_streams(const ImportText *t)
{
    return t->import.streams.count;
}

static int row_cmp(const void *a, const void *b, void *ctx)
{
    const TickRow *x = a, *y = b;

    (void)ctx;
    return (x->ts_us > y->ts_us) - (x->ts_us < y->ts_us);
}

/* In the order of slots, which is that of the map. */
static bool take_labels(const Stream *s, TickTable *t, Arena *arena)
{
    MapIter it = mapnum_iter(&s->slots);

    t->labels = arena_array(arena, SlotLabel, mapnum_count(&s->slots) + 1);
    if (arena_is_full(arena)) return false;
    for (MapNode *n; (n = map_next(&it));) {
        const Slot *slot = n->ptr;

        if (slot->winner < 0 && !num_is_known(slot->price_end)) continue;
        t->labels[t->label_count++] =
            (SlotLabel){slot->start_us, slot->length_us, slot->winner, slot->price_end};
    }
    t->label_cap = t->label_count;
    return true;
}

static int label_cmp(const void *a, const void *b, void *ctx)
{
    const SlotLabel *x = a, *y = b;

    (void)ctx;
    return (x->slot_start_us > y->slot_start_us) - (x->slot_start_us < y->slot_start_us);
}

Status import_text_stream(ImportText *t, size_t i, Span *ret_name, TickTable *ret_table, Err *err)
{
    Stream *s = t->import.streams.items[i];
    Arena *arena = t->import.arena;
    TickTable table = {
        .rows = s->rows.items, .count = s->rows.count, .cap = s->rows.cap, .symbol = s->name};

    if ((s->goes_back &&
         !sort_stable(table.rows, table.count, sizeof *table.rows, row_cmp, NULL, arena)) ||
        !take_labels(s, &table, arena) ||
        !sort_stable(table.labels, table.label_count, sizeof *table.labels, label_cmp, NULL, arena))
        return err_set(err, ST_LIMIT, "%S: too many rows to sort in memory", s->name);
    *ret_name = s->name;
    *ret_table = table;
    return ST_OK;
}
