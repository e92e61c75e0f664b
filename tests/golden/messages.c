/* messages.c — what traders read, byte for byte: NN_name.odx (or .json) gives the finding in NN_name.out.
 *
 * Other findings of the same file are allowed; the one in the .out must be there as it stands. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

enum { MAX_BYTES = 1 << 16, MAX_NAMES = 256 };

static const char *folder;

static Span read_file(Arena *a, const char *name)
{
    char path[512];
    char *bytes = arena_alloc(a, MAX_BYTES);
    FILE *f;
    size_t n;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "rb");
    if (!f) return (Span){NULL, 0};
    n = fread(bytes, 1, MAX_BYTES - 1, f);
    fclose(f);
    return span_of(bytes, n);
}

static void check_message(const char *name)
{
    Arena *a = test_arena((size_t)64 << 20);
    CompileOptions options = {.until = STAGE_PROVE};
    char out_name[256];
    Span text = read_file(a, name), want;
    Compilation c;
    Buf got;

    snprintf(out_name, sizeof out_name, "%.*s.out", (int)(strrchr(name, '.') - name), name);
    want = read_file(a, out_name);
    test_case(name);
    CHECK(want.len > 0);
    c = compile(span_str(name + 3), text, &options, a);
    buf_init(&got, a, 1 << 20);
    render_text(&got, c.diags, false);
    if (span_find(buf_span(&got), want) == SPAN_NONE_AT) CHECK_STR(buf_cstr(&got), want.ptr);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_source(const char *name)
{
    const char *end = strrchr(name, '.');

    return end && end - name > 3 && (strcmp(end, ".odx") == 0 || strcmp(end, ".json") == 0);
}

static void messages(void)
{
    static char *names[MAX_NAMES];
    size_t count = 0;
    DIR *dir = opendir(folder);

    CHECK(dir != NULL);
    for (struct dirent *e; dir && (e = readdir(dir)) && count < MAX_NAMES;)
        if (is_source(e->d_name)) names[count++] = strdup(e->d_name);
    if (dir) closedir(dir);
    qsort(names, count, sizeof *names, compare);
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        check_message(names[i]);
        free(names[i]);
    }
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "tests/golden/messages";
    TEST_RUN(messages);
    return test_end();
}
