/* dataset_bytes.c — a data set's files in memory.  See dataset.h. */
#include "runtime/history/dataset.h"
#include "runtime/history/dataset_inside.h"

typedef struct Files {
    const DatasetBytes *items;
    size_t count;
} Files;

static Status open_bytes(void *ctx, Tape **ret_tape, const char *path, Arena *arena, Err *err)
{
    const Files *f = ctx;

    for (size_t i = 0; i < f->count; i++)
        if (span_eq_str(span_str(path), f->items[i].name) && tape_is(f->items[i].bytes))
            return tape_open_bytes(ret_tape, path, f->items[i].bytes, arena, err);
    return err_set(err, ST_NOT_FOUND, "%s: is not there", path);
}

static Span folder_of(Span name)
{
    while (name.len && name.ptr[name.len - 1] != '/')
        name.len--;
    return name;
}

Status dataset_open_bytes(Dataset *d, const char *name, const DatasetBytes *files, size_t count,
                          Span stream, Arena *arena, Err *err)
{
    const char **tapes = arena_array(arena, const char *, count + 1);
    Files *mine = arena_new(arena, Files);
    LabelRows rows = {0};
    size_t n = 0;
    Status st;

    if (arena_is_full(arena)) return err_set(err, ST_NO_MEMORY, "%s: too many files", name);
    *mine = (Files){files, count};
    *d = (Dataset){.arena = arena, .open = open_bytes, .ctx = mine};
    for (size_t i = 0; i < count; i++)
        if (tape_is(files[i].bytes)) tapes[n++] = files[i].name;
    if (!n) return err_set(err, ST_BAD_INPUT, "%s: no tapes in it", name);
    st = dataset_take(d, name, tapes, n, stream, err);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        if (!tape_is(files[i].bytes) && dataset_has_labels(span_str(files[i].name)) &&
            span_starts(span_str(files[i].name), folder_of(span_str(d->files.items[0].path))))
            dataset_labels(d, span_str(files[i].name), files[i].bytes, &rows);
    return st == ST_OK ? dataset_end_labels(d, &rows, err) : st;
}
