/* folder.c — see folder.h. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include "runtime/core/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/core/file.h"
#include "vm/base/buf.h"

#define DEPTH_MAX 32
#define PATH_BYTES 4096

typedef struct Search {
    Arena *arena;
    Span ending;
    FolderFiles found;
    size_t max;
    Err *err;
} Search;

static Status search_folder(Search *s, const char *folder, int depth);

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_wanted(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* What lies in the folder one stands in has its bare name: findings on a pull request need it. */
static const char *join(Arena *arena, const char *folder, const char *name)
{
    bool is_here = strcmp(folder, ".") == 0 || strcmp(folder, "./") == 0;
    bool needs_slash = !is_here && !span_ends(span_str(folder), SPAN("/"));
    Buf b;

    buf_init(&b, arena, PATH_BYTES);
    buf_fmt(&b, "%s%s%s", is_here ? "" : folder, needs_slash ? "/" : "", name);
    return buf_is_full(&b) ? NULL : buf_cstr(&b);
}

static Status take_file(Search *s, const char *path)
{
    if (!span_ends(span_str(path), s->ending)) return ST_OK;
    if (s->found.count == s->max)
        return err_set(s->err, ST_LIMIT, "%s: more than %zu files", path, s->max);
    s->found.paths[s->found.count++] = path;
    return ST_OK;
}

static Status search_entry(Search *s, const char *folder, const char *name, int depth)
{
    const char *path = join(s->arena, folder, name);
    struct stat st;

    if (!path) return err_set(s->err, ST_LIMIT, "%s: a path below it is too long", folder);
    if (lstat(path, &st) != 0) return ST_OK; /* gone since the folder was read */
    if (S_ISDIR(st.st_mode)) return search_folder(s, path, depth + 1);
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? take_file(s, path) : ST_OK;
}

static Status search_folder(Search *s, const char *folder, int depth)
{
    struct dirent **entries;
    Status st = ST_OK;
    int count;

    if (depth > DEPTH_MAX) return err_set(s->err, ST_LIMIT, "%s: folders too deep", folder);
    count = scandir(folder, &entries, is_wanted, by_bytes);
    if (count < 0)
        return err_set(s->err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, "%s: %s", folder,
                       strerrordesc_np(errno));
    for (int i = 0; i < count; i++) {
        if (st == ST_OK) st = search_entry(s, folder, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
    return st;
}

Status folder_find(Arena *arena, const char *folder, const char *ending, size_t max,
                   FolderFiles *ret_files, Err *err)
{
    Search s = {arena, span_str(ending), {arena_array(arena, const char *, max), 0}, max, err};
    Status st;

    if (!s.found.paths) return err_set(err, ST_NO_MEMORY, "%s: no memory for a list", folder);
    st = search_folder(&s, folder, 0);
    if (st == ST_OK && arena_is_full(arena))
        st = err_set(err, ST_NO_MEMORY, "%s: no memory for a list", folder);
    if (st == ST_OK) *ret_files = s.found;
    return st;
}

Status folder_make(const char *folder, Err *err)
{
    char path[PATH_BYTES];
    size_t len = strlen(folder);

    if (len >= sizeof path) return err_set(err, ST_LIMIT, "%s: the name is too long", folder);
    for (size_t i = 1; i <= len; i++) {
        if (i < len && folder[i] != '/') continue;
        memcpy(path, folder, i);
        path[i] = 0;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return err_set(err, ST_IO, "%s: %s", path, strerrordesc_np(errno));
    }
    if (!file_is_folder(folder)) return err_set(err, ST_IO, "%s: is no folder", folder);
    return ST_OK;
}
