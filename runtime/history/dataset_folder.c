/* dataset_folder.c — a data set's files on the disk.  See dataset.h. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/core/cpu.h"
#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/history/dataset.h"
#include "runtime/history/dataset_inside.h"
#include "runtime/history/tape_file.h"
#include "vm/base/fmt.h"

enum { FILES_MAX = 100000 };
#define SLOTS_MAX ((size_t)1 << 30)

bool dataset_is(const char *path)
{
    char first[16];
    struct stat st;
    ssize_t n;
    int fd;

    if (stat(path, &st) != 0) return false;
    if (!S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode); /* to open a pipe is to take from its writer */
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    n = pread(fd, first, sizeof first, 0);
    close(fd);
    return n > 0 && tape_is(span_of(first, (size_t)n));
}

static Span folder_of(Span path)
{
    while (path.len && path.ptr[path.len - 1] != '/')
        path.len--;
    return path.len ? path : SPAN("./");
}

/* BEGIN...END: tapes, those in the making, and what lies beside them (docs/TAPE.md), whoever writes it. */
static bool is_name_of_tapes(Span name)
{
    static const struct {
        const char *begin, *end;
    } names[] = {{"", ".tape"},      {"", ".tape.part"},    {"slots.", ".csv"},
                 {"fills.", ".csv"}, {"imports.jsonl", ""}, {"trials.mark", ""}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_starts(name, span_str(names[i].begin)) && span_ends(name, span_str(names[i].end)))
            return true;
    return false;
}

bool dataset_has_place(const char *source, const char *path)
{
    char in[FILE_PATH_MAX], inside[FILE_PATH_MAX], place[FILE_PATH_MAX];
    const char *some = file_is_folder(source) ? "/." : ""; /* a file of the folder */
    Span file, folder;

    if (!dataset_is(source) || !file_place(path, place)) return false;
    if (snprintf(in, sizeof in, "%s%s", source, some) >= (int)sizeof in || !file_place(in, inside))
        return false;
    file = span_str(place);
    folder = folder_of(span_str(inside));
    return span_starts(file, folder) && is_name_of_tapes(span_from(file, folder_of(file).len));
}

static Status open_file(void *ctx, Tape **ret_tape, const char *path, Arena *arena, Err *err)
{
    (void)ctx;
    return tape_open(ret_tape, path, arena, err);
}

static Status find_files(const Dataset *d, const char *path, FolderFiles *ret_files, Err *err)
{
    Status st;

    if (!file_is_folder(path)) {
        const char **one = arena_array(d->arena, const char *, 1);

        *one = path;
        *ret_files = (FolderFiles){one, 1};
        return ST_OK;
    }
    st = folder_find(d->arena, path, ".tape", FILES_MAX, ret_files, err);
    if (st == ST_OK && !ret_files->count)
        st = err_set(err, ST_BAD_INPUT, "%s: no tapes in it; `odx import` makes them", path);
    return st;
}

/* Of several, those that are shorter than their own head are left out; an empty one is being made. */
static void drop_cut(Dataset *d, FolderFiles *files)
{
    size_t kept = 0;

    for (size_t i = 0; i < files->count; i++) {
        struct stat st;
        Buf line;

        if (files->count == 1 || stat(files->paths[i], &st) != 0 || st.st_size == 0 ||
            st.st_size >= TAPE_FILE_HEAD) {
            files->paths[kept++] = files->paths[i];
            continue;
        }
        d->headless++;
        buf_init(&line, d->arena, FILE_PATH_MAX + 64);
        buf_fmt(&line, "%s: is no tape, or cut off in its head: left out", files->paths[i]);
        (void)vec_push(d->arena, &d->notes, buf_span(&line));
    }
    files->count = kept;
}

/* Several of which nothing is known may be of different markets. */
static Status check_known(const Dataset *d, Err *err)
{
    if (d->stream.len || d->files.count < 2) return ST_OK;
    return err_set(err, ST_BAD_INPUT,
                   "%s and %s: their heads are damaged, so they may be of different markets; read "
                   "them one by one",
                   d->files.items[0].path, d->files.items[1].path);
}

static Status load_labels(Dataset *d, Err *err)
{
    const char *folder = arena_span(d->arena, folder_of(span_str(d->files.items[0].path))).ptr;
    LabelRows rows = {0};
    FolderFiles files;
    Status st = folder_find(d->arena, folder, ".csv", FILES_MAX, &files, err);

    for (size_t i = 0; i < files.count && st == ST_OK; i++) {
        Span path = span_str(files.paths[i]), text;

        if (!dataset_has_labels(path)) continue;
        st = file_read(d->arena, files.paths[i], SLOTS_MAX, &text, err);
        if (st == ST_OK) dataset_labels(d, path, text, &rows);
    }
    return st == ST_OK ? dataset_end_labels(d, &rows, err) : st;
}

Status dataset_open(Dataset *d, const char *path, Span stream, Arena *arena, Err *err)
{
    FolderFiles files;
    Status st;

    *d = (Dataset){.arena = arena, .open = open_file, .has_sha = cpu_has_sha()};
    st = find_files(d, path, &files, err);
    if (st == ST_OK) drop_cut(d, &files);
    if (st == ST_OK) st = dataset_take(d, path, files.paths, files.count, stream, err);
    if (st == ST_OK) st = check_known(d, err);
    return st == ST_OK ? load_labels(d, err) : st;
}
