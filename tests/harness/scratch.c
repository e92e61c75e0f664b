/* scratch.c — see scratch.h. */
#define _GNU_SOURCE /* nftw, asprintf */
#include "tests/harness/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define PATHS_MAX 256

static char root[] = "/tmp/oddex-test-XXXXXX";
static char *paths[PATHS_MAX];
static int path_count;

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_all(void)
{
    nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    while (path_count)
        free(paths[--path_count]);
}

static void need(int ok, const char *what)
{
    if (ok) return;
    perror(what);
    exit(1);
}

const char *scratch_path(const char *name)
{
    if (!path_count) {
        need(mkdtemp(root) != NULL, root);
        atexit(remove_all);
    }
    need(path_count < PATHS_MAX, "too many scratch paths");
    need(asprintf(&paths[path_count], "%s/%s", root, name) > 0, name);
    return paths[path_count++];
}

const char *scratch_file(const char *name, const char *text)
{
    const char *path = scratch_path(name);
    FILE *f = fopen(path, "w");

    need(f && fputs(text, f) >= 0 && fclose(f) == 0, path);
    return path;
}

const char *scratch_folder(const char *name)
{
    const char *path = scratch_path(name);

    need(mkdir(path, 0777) == 0, path);
    return path;
}
