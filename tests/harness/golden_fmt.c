/* golden_fmt.c — texts and what the formatter makes of them: NAME.in beside NAME.out.
 *
 * golden_fmt [--bless] FOLDER...  Every .in must format to its .out, and the .out to itself; .odx files
 * must be formatted already.  --bless writes the .out files anew and says which changed. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

enum { MAX_FILES = 512, MAX_PATH = 512 };

static Span read_file(Arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *bytes = arena_alloc(a, SOURCE_MAX_BYTES);
    size_t len = 0;

    if (f && bytes) len = fread(bytes, 1, SOURCE_MAX_BYTES - 1, f);
    if (f) fclose(f);
    return span_of(bytes, len);
}

static void write_file(const char *path, Span text)
{
    FILE *f = fopen(path, "wb");

    if (!f) return;
    (void)fwrite(text.ptr, 1, text.len, f);
    fclose(f);
    printf("blessed %s\n", path);
}

static const char *text_of(Arena *a, Span s)
{
    return arena_span(a, s).ptr;
}

static void check_pair(Arena *a, const char *in, bool is_blessing)
{
    char out[MAX_PATH];
    Span got = compile_format(span_str(in), read_file(a, in), a), want;

    snprintf(out, sizeof out, "%.*sout", (int)strlen(in) - 2, in);
    want = read_file(a, out);
    test_case(in);
    CHECK(got.len > 0);
    if (is_blessing && !span_is(got, want)) {
        write_file(out, got);
        return;
    }
    CHECK_STR(text_of(a, got), text_of(a, want));
    CHECK_STR(text_of(a, compile_format(span_str(out), want, a)), text_of(a, want));
}

static void check_formatted(Arena *a, const char *path)
{
    Span text = read_file(a, path);

    test_case(path);
    CHECK_STR(text_of(a, compile_format(span_str(path), text, a)), text_of(a, text));
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void run_folder(Arena *a, const char *folder, bool is_blessing)
{
    static char names[MAX_FILES][256];
    DIR *dir = opendir(folder);
    size_t count = 0;
    char path[MAX_PATH];

    if (!CHECK(dir != NULL)) return;
    for (struct dirent *e; (e = readdir(dir)) && count < MAX_FILES;)
        if (e->d_name[0] != '.') snprintf(names[count++], sizeof names[0], "%s", e->d_name);
    closedir(dir);
    qsort(names, count, sizeof names[0], by_name);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(names[i]);

        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        arena_reset(a);
        if (len > 3 && strcmp(names[i] + len - 3, ".in") == 0) check_pair(a, path, is_blessing);
        if (len > 4 && strcmp(names[i] + len - 4, ".odx") == 0) check_formatted(a, path);
    }
    CHECK(count > 0);
}

static struct {
    char **folders;
    int count;
    bool is_blessing;
} args;

static void run(void)
{
    Arena *a = test_arena((size_t)64 << 20);

    for (int i = 0; i < args.count; i++)
        run_folder(a, args.folders[i], args.is_blessing);
}

int main(int argc, char **argv)
{
    args.is_blessing = argc > 1 && strcmp(argv[1], "--bless") == 0;
    args.folders = argv + 1 + args.is_blessing;
    args.count = argc - 1 - args.is_blessing;
    TEST_RUN(run);
    return test_end();
}
