/* test_folder.c — the files below a folder: order, what is left out, limits. */
#include "runtime/core/folder.h"

#include <string.h>
#include <unistd.h>

#include "runtime/core/memory.h"
#include "tests/harness/scratch.h"
#include "tests/harness/test.h"
#include "vm/base/bug.h"

static Arena arena;

/* A small tree whose order differs between bytes and most locales. */
static const char *tree(void)
{
    const char *top = scratch_folder("tree");

    scratch_folder("tree/mid");
    scratch_folder("tree/.hidden");
    scratch_file("tree/b.odx", "");
    scratch_file("tree/B.odx", "");
    scratch_file("tree/mid/a.odx", "");
    scratch_file("tree/mid/a.txt", "");
    scratch_file("tree/.hidden/c.odx", "");
    scratch_file("tree/.d.odx", "");
    CHECK(symlink("mid", scratch_path("tree/loop")) == 0);
    CHECK(symlink("b.odx", scratch_path("tree/z.odx")) == 0);
    CHECK(symlink("nothing", scratch_path("tree/dangling.odx")) == 0);
    return top;
}

static void finds_in_order(const char *top)
{
    static const char *const want[] = {"/B.odx", "/b.odx", "/mid/a.odx", "/z.odx"};
    FolderFiles files = {NULL, 0};

    CHECK_INT(folder_find(&arena, top, ".odx", 99, &files, NULL), ST_OK);
    CHECK_INT(files.count, 4);
    for (size_t i = 0; i < files.count && i < 4; i++)
        CHECK_STR(files.paths[i] + strlen(top), want[i]);
}

static void limits_and_reasons(const char *top)
{
    FolderFiles files = {NULL, 7};
    Err err = ERR_NONE;

    CHECK_INT(folder_find(&arena, top, ".odx", 3, &files, &err), ST_LIMIT);
    CHECK(strstr(err.text, "more than 3 files") != NULL);
    CHECK_INT(files.count, 7);
    CHECK_INT(folder_find(&arena, scratch_path("nowhere"), "", 9, &files, &err), ST_NOT_FOUND);
    CHECK_INT(folder_find(&arena, "/dev/null", "", 9, &files, &err), ST_IO);
    CHECK_STR(err.text, "/dev/null: Not a directory");
}

static void here_has_bare_names(const char *top)
{
    static const char *const here[] = {".", "./"};
    char before[4096];

    CHECK(getcwd(before, sizeof before) != NULL);
    CHECK(chdir(top) == 0);
    for (size_t i = 0; i < ARRAY_LEN(here); i++) {
        FolderFiles files = {NULL, 0};

        CHECK_INT(folder_find(&arena, here[i], ".odx", 99, &files, NULL), ST_OK);
        CHECK_INT(files.count, 4);
        CHECK_STR(files.paths[0], "B.odx");
        CHECK_STR(files.paths[2], "mid/a.odx");
    }
    CHECK(chdir(before) == 0);
}

static void all(void)
{
    const char *top = tree();

    here_has_bare_names(top);

    finds_in_order(top);
    limits_and_reasons(top);
}

int main(void)
{
    CHECK(arena_init(&arena, memory_source(), (size_t)16 << 20));
    TEST_RUN(all);
    arena_fini(&arena);
    return test_end();
}
