/* golden.c — strategies with their findings written on the lines: `#~ ODX104 bare 3`.
 *
 * golden [--bless] FOLDER...  Every .odx is checked; each mark must have a finding of that code on its
 * line whose title or label holds the text, each error and warning must have a mark, and notes may.
 * `#~ level ODX505 warning` anywhere sets a level.  --bless writes the marks anew and says where.
 * A finding inside a module may be marked on any line. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"

enum { MAX_FILES = 1024, MAX_BYTES = 1 << 20 };

typedef struct Golden {
    Arena *arena;
    const char *folder;
    const char *path;
    Span text;
    Compilation done;
    bool *is_met; /* findings that a mark spoke of */
} Golden;

static Span read_text(Arena *a, const char *path, bool *ret_found)
{
    FILE *f = fopen(path, "rb");
    char *bytes = arena_alloc(a, MAX_BYTES);
    size_t len = 0;

    *ret_found = f != NULL && bytes != NULL;
    if (f && bytes) len = fread(bytes, 1, MAX_BYTES - 1, f);
    if (f) fclose(f);
    return span_of(bytes, len);
}

static ModuleText load(void *ctx, Span path, Span from)
{
    Golden *g = ctx;
    Buf b;
    ModuleText t = {.name = path};

    (void)from;
    buf_init(&b, g->arena, 4096);
    buf_fmt(&b, "%s/%S", g->folder, path);
    t.text = read_text(g->arena, buf_cstr(&b), &t.is_found);
    return t;
}

static bool next_line(Span *rest, Span *ret_line)
{
    return span_cut(rest, '\n', ret_line);
}

/* The part behind the next `#~`, and the line in front of it. */
static bool next_mark(Span *line, Span *ret_mark)
{
    size_t at = span_find(*line, SPAN("#~")), end;

    if (at == SPAN_NONE_AT) return false;
    *line = span_from(*line, at + 2);
    end = span_find(*line, SPAN("#~"));
    *ret_mark = span_trim(span_sub(*line, 0, end));
    return true;
}

static DiagLevel level_named(Span name)
{
    for (DiagLevel l = LEVEL_OFF; l <= LEVEL_ERROR; l++)
        if (span_eq_str(name, diag_level_name(l))) return l;
    return LEVEL_WARNING;
}

static void read_levels(Span text, DiagLevels *levels)
{
    Span line, mark, word;

    diag_levels_default(levels);
    while (next_line(&text, &line))
        while (next_mark(&line, &mark)) {
            if (!span_cut(&mark, ' ', &word) || !span_eq_str(word, "level")) continue;
            if (!span_cut(&mark, ' ', &word)) continue;
            (void)diag_levels_set(levels, diag_code_find(word), level_named(span_trim(mark)));
        }
}

static uint32_t line_of(const Golden *g, const Diag *d)
{
    return source_position(sources_get(g->done.sources, d->place.file), d->place.begin).line;
}

static bool says(const Diag *d, Span text)
{
    return text.len == 0 || span_find(d->title, text) != SPAN_NONE_AT ||
           span_find(d->label, text) != SPAN_NONE_AT;
}

static void meet_mark(Golden *g, uint32_t line, Span mark)
{
    Span code = {NULL, 0};

    (void)span_cut(&mark, ' ', &code);
    if (span_eq_str(code, "level")) return;
    mark = span_trim(mark);
    for (size_t i = 0; i < diags_count(g->done.diags); i++) {
        const Diag *d = diags_get(g->done.diags, i);

        if (g->is_met[i] || (d->place.file == 0 && line_of(g, d) != line)) continue;
        if (!span_eq_str(code, diag_info(d->code)->code) || !says(d, mark)) continue;
        g->is_met[i] = true;
        test_check(true, __FILE__, __LINE__, "met");
        return;
    }
    test_check(false, g->path, (int)line, "no finding %.*s %.*s", (int)code.len, code.ptr,
               (int)mark.len, mark.ptr);
}

static void compare(Golden *g)
{
    Span rest = g->text, line, mark;
    uint32_t number = 0;

    while (next_line(&rest, &line)) {
        number++;
        while (next_mark(&line, &mark))
            meet_mark(g, number, mark);
    }
    for (size_t i = 0; i < diags_count(g->done.diags); i++) {
        const Diag *d = diags_get(g->done.diags, i);

        if (g->is_met[i] || d->level < LEVEL_WARNING || d->allowed.len) continue;
        test_check(false, g->path, (int)line_of(g, d), "unexpected %s %.*s",
                   diag_info(d->code)->code, (int)d->title.len, d->title.ptr);
    }
    test_check(true, __FILE__, __LINE__, "read");
}

/* The text with the marks of today, but for levels. */
static Span blessed(Golden *g)
{
    Span rest = g->text, line;
    uint32_t number = 0;
    Buf b;

    buf_init(&b, g->arena, MAX_BYTES);
    while (next_line(&rest, &line)) {
        size_t at = span_find(line, SPAN("#~"));
        bool is_level = at != SPAN_NONE_AT && span_find(line, SPAN("#~ level")) == at;
        Span kept = is_level || at == SPAN_NONE_AT ? line : span_sub(line, 0, at);

        while (!is_level && kept.len && kept.ptr[kept.len - 1] == ' ')
            kept.len--;
        buf_span_put(&b, kept);
        number++;
        for (size_t i = 0; i < diags_count(g->done.diags); i++) {
            const Diag *d = diags_get(g->done.diags, i);

            if (d->place.file == 0 && line_of(g, d) == number && d->level >= LEVEL_WARNING)
                buf_fmt(&b, "  #~ %s %S", diag_info(d->code)->code, d->title);
        }
        buf_char(&b, '\n');
    }
    return buf_span(&b);
}

static void bless(Golden *g)
{
    Span now = blessed(g);
    FILE *f;

    if (span_is(now, g->text)) return;
    f = fopen(g->path, "wb");
    if (f) fwrite(now.ptr, 1, now.len, f);
    if (f) fclose(f);
    printf("blessed %s\n", g->path);
}

static void run_file(const char *folder, const char *name, bool is_blessing)
{
    Golden g = {.arena = test_arena((size_t)64 << 20), .folder = folder};
    CompileOptions options = {.load = load, .ctx = &g, .until = STAGE_PROVE};
    DiagLevels levels;
    bool is_found;
    Buf b;

    buf_init(&b, g.arena, 4096);
    buf_fmt(&b, "%s/%s", folder, name);
    g.path = buf_cstr(&b);
    test_case(g.path);
    g.text = read_text(g.arena, g.path, &is_found);
    read_levels(g.text, &levels);
    options.levels = &levels;
    g.done = compile(span_str(name), g.text, &options, g.arena);
    g.is_met = arena_array(g.arena, bool, diags_count(g.done.diags) + 1);
    if (is_blessing)
        bless(&g);
    else
        compare(&g);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void run_folder(const char *folder, bool is_blessing)
{
    static char *names[MAX_FILES];
    DIR *dir = opendir(folder);
    size_t count = 0;

    test_check(dir != NULL, folder, 0, "no such folder");
    if (!dir) return;
    for (struct dirent *e = readdir(dir); e && count < MAX_FILES; e = readdir(dir))
        if (span_ends(span_str(e->d_name), SPAN(".odx"))) names[count++] = strdup(e->d_name);
    closedir(dir);
    qsort(names, count, sizeof names[0], by_name);
    for (size_t i = 0; i < count; i++) {
        run_file(folder, names[i], is_blessing);
        free(names[i]);
    }
}

static char **folders; /* for TEST_RUN, whose functions take nothing */
static bool is_bless;

static void run_folders(void)
{
    for (; *folders; folders++)
        run_folder(*folders, is_bless);
}

int main(int argc, char **argv)
{
    is_bless = argc > 1 && strcmp(argv[1], "--bless") == 0;
    folders = argv + 1 + is_bless;
    TEST_RUN(run_folders);
    return test_end();
}
