/* golden.c — strategies with their findings written on the lines: `#~ ODX104 bare 3`.
 *
 * golden [--bless] FOLDER...  Every .odx is compiled; each mark must have a finding of that code on its
 * line whose title or label holds the text, each error and warning must have a mark, and notes may.
 * `#~ level ODX505 warning` anywhere sets a level, `#~ format` asks for ODX506, `#~ lock PATH HASH` is a
 * line of odx.lock.  A finding inside a module may be marked on any line.  In a file called `..._near` no
 * finding of the code that its name begins with may go without a mark, not even a note.  --bless writes
 * the marks anew and says where.
 *
 * golden --mutants FOLDER...  Takes one code after the other away: some file must fail without it.
 * golden_sites --sites FOLDER...  The same for each call of diag_add, by its place and text: the
 * program is built with -DDIAG_SITES (tests/lint/mutate_codes.sh). */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/compiler.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"

enum { MAX_FILES = 1024, MAX_BYTES = 1 << 20, MAX_SITES = 1024 };

typedef struct Golden {
    Arena *arena;
    const char *folder;
    const char *path;
    Span text;
    Compilation done;
    bool *is_met;    /* findings that a mark spoke of */
    DiagCode missed; /* what a near miss must not have */
    bool is_quiet;   /* a mutant's failures are counted, not told */
    uint32_t wrongs; /* marks without a finding, findings without a mark */
} Golden;

typedef struct File {
    const char *folder;
    char *name;
} File;

static File files[MAX_FILES];
static size_t file_count, file_now; /* the one that is being compiled */

#ifdef DIAG_SITES
/* What diag_add calls in the build with places: the code, or none at the place that is taken away. */
typedef struct Site {
    const char *file;
    int line;
    DiagCode code;
    TextId text;
    uint8_t files[MAX_FILES / 8]; /* which of them come here */
} Site;

static Site sites[MAX_SITES];
static size_t site_count, muted_site = MAX_SITES;

static size_t find_site(const char *file, int line, DiagCode code, TextId text)
{
    for (size_t i = 0; i < site_count; i++)
        if (sites[i].line == line && sites[i].text == text && sites[i].code == code &&
            strcmp(sites[i].file, file) == 0)
            return i;
    return site_count;
}

DiagCode diag_site(const char *file, int line, DiagCode code, TextId text)
{
    size_t i = find_site(file, line, code, text);

    if (i == site_count) {
        if (site_count == MAX_SITES) abort();
        sites[site_count++] = (Site){.file = file, .line = line, .code = code, .text = text};
    }
    sites[i].files[file_now / 8] |= (uint8_t)(1 << file_now % 8);
    return i == muted_site ? ODX_NONE : code;
}
#endif

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

/* The line of odx.lock for a module. */
static Span locked(void *ctx, Span path)
{
    const Golden *g = ctx;
    Span rest = g->text, line, mark, word;

    while (next_line(&rest, &line))
        while (next_mark(&line, &mark))
            if (span_cut(&mark, ' ', &word) && span_eq_str(word, "lock") &&
                span_cut(&mark, ' ', &word) && span_is(word, path))
                return span_trim(mark);
    return (Span){NULL, 0};
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

/* Does the mark speak to the runner instead of naming a code? */
static bool is_for_runner(Span word)
{
    return span_eq_str(word, "level") || span_eq_str(word, "format") || span_eq_str(word, "lock");
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
    if (is_for_runner(code)) return;
    mark = span_trim(mark);
    for (size_t i = 0; i < diags_count(g->done.diags); i++) {
        const Diag *d = diags_get(g->done.diags, i);

        if (g->is_met[i] || (d->place.file == 0 && line_of(g, d) != line)) continue;
        if (!span_eq_str(code, diag_info(d->code)->code) || !says(d, mark)) continue;
        g->is_met[i] = true;
        if (!g->is_quiet) test_check(true, __FILE__, __LINE__, "met");
        return;
    }
    g->wrongs++;
    if (g->is_quiet) return;
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

        if (g->is_met[i] || d->allowed.len) continue;
        if (d->level < LEVEL_WARNING && d->code != g->missed) continue;
        g->wrongs++;
        if (g->is_quiet) continue;
        test_check(false, g->path, (int)line_of(g, d), "unexpected %s %.*s",
                   diag_info(d->code)->code, (int)d->title.len, d->title.ptr);
    }
    if (!g->is_quiet) test_check(true, __FILE__, __LINE__, "read");
}

static Span word_behind(Span line, size_t mark)
{
    Span word = {NULL, 0}, rest = span_trim(span_from(line, mark + 2));

    (void)span_cut(&rest, ' ', &word);
    return word;
}

/* The text with the marks of today, but for those that speak to the runner. */
static Span blessed(Golden *g)
{
    Span rest = g->text, line;
    uint32_t number = 0;
    Buf b;

    buf_init(&b, g->arena, MAX_BYTES);
    while (next_line(&rest, &line)) {
        size_t at = span_find(line, SPAN("#~"));
        bool is_level = at != SPAN_NONE_AT && is_for_runner(word_behind(line, at));
        Span kept = is_level || at == SPAN_NONE_AT ? line : span_sub(line, 0, at);

        while (!is_level && kept.len && kept.ptr[kept.len - 1] == ' ')
            kept.len--;
        buf_span_put(&b, kept);
        number++;
        for (size_t i = 0; i < diags_count(g->done.diags); i++) {
            const Diag *d = diags_get(g->done.diags, i);

            if (d->place.file == 0 && line_of(g, d) == number &&
                (g->is_met[i] || d->level >= LEVEL_WARNING))
                buf_fmt(&b, "  #~ %s %S", diag_info(d->code)->code, d->title);
        }
        buf_char(&b, '\n');
    }
    return buf_span(&b);
}

static void bless(Golden *g)
{
    Span now;
    FILE *f;

    g->is_quiet = true;
    compare(g);
    now = blessed(g);
    if (g->wrongs == 0) return;
    f = fopen(g->path, "wb");
    if (f) fwrite(now.ptr, 1, now.len, f);
    if (f) fclose(f);
    printf("blessed %s\n", g->path);
}

/* "units_104_plain_near.odx" is a near miss of ODX104. */
static DiagCode missed_by(const char *name)
{
    char code[] = "ODX000";
    size_t at = strcspn(name, "0123456789");

    if (!strstr(name, "near.odx") || strlen(name) < at + 3) return ODX_NONE;
    memcpy(code + 3, name + at, 3);
    return diag_code_find(span_str(code));
}

/* Compiles one file; `muted` is a code that reports nothing, or ODX_NONE. */
static Golden compile_file(size_t at, DiagCode muted)
{
    Golden g = {.arena = test_arena((size_t)64 << 20), .folder = files[at].folder};
    CompileOptions options = {.load = load, .locked = locked, .until = STAGE_EMIT};
    DiagLevels levels;
    bool is_found;
    Buf b;

    file_now = at;
    buf_init(&b, g.arena, 4096);
    buf_fmt(&b, "%s/%s", files[at].folder, files[at].name);
    g.path = buf_cstr(&b);
    g.text = read_text(g.arena, g.path, &is_found);
    g.missed = missed_by(files[at].name);
    read_levels(g.text, &levels);
    if (muted != ODX_NONE) levels.level[muted] = LEVEL_OFF;
    options.ctx = &g;
    options.levels = &levels;
    options.has_format_note = span_find(g.text, SPAN("#~ format")) != SPAN_NONE_AT;
    g.done = compile(span_str(files[at].name), g.text, &options, g.arena);
    g.is_met = arena_array(g.arena, bool, diags_count(g.done.diags) + 1);
    return g;
}

static void check_files(void)
{
    for (size_t i = 0; i < file_count; i++) {
        Golden g = compile_file(i, ODX_NONE);

        test_case(g.path);
        compare(&g);
    }
}

static void bless_files(void)
{
    for (size_t i = 0; i < file_count; i++) {
        Golden g = compile_file(i, ODX_NONE);

        bless(&g);
    }
}

/* ---- mutants ---------------------------------------------------------------------------------- */

static bool fails(size_t at, DiagCode muted)
{
    Golden g = compile_file(at, muted);

    g.is_quiet = true;
    compare(&g);
    return g.wrongs > 0;
}

/* In a process of its own: a compiler that overlooks a mistake may well stop at a later one, which is
 * noticed too. */
static bool is_noticed(const uint8_t *where, DiagCode muted)
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(2);
        for (size_t i = 0; i < file_count; i++)
            if ((where[i / 8] >> i % 8 & 1) && fails(i, muted)) _exit(1);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) abort();
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* Codes that no text alone can trigger, or that a room above the compiler reports: tests/lint/codes.py
 * says where they are tested. */
static bool is_elsewhere(DiagCode code)
{
    static const DiagCode others[] = {ODX203, ODX801, ODX804};
    DiagChapter chapter = diag_about(code)->chapter;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] == code) return true;
    return chapter == CHAPTER_GRAPH || chapter == CHAPTER_BYTECODE;
}

static void mute_codes(void)
{
    static uint8_t found[DIAG_CODE_COUNT][MAX_FILES / 8];

    for (size_t i = 0; i < file_count; i++) {
        Golden g = compile_file(i, ODX_NONE);

        for (size_t k = 0; k < diags_count(g.done.diags); k++)
            found[diags_get(g.done.diags, k)->code][i / 8] |= (uint8_t)(1 << i % 8);
    }
    for (DiagCode c = ODX_NONE + 1; c < DIAG_CODE_COUNT; c++)
        test_check(is_elsewhere(c) || is_noticed(found[c], c), diag_info(c)->code, 0,
                   "no file needs this code");
}

static void mute_sites(void)
{
#ifdef DIAG_SITES
    for (size_t i = 0; i < file_count; i++)
        (void)compile_file(i, ODX_NONE);
    for (muted_site = 0; muted_site < site_count; muted_site++) {
        const Site *s = &sites[muted_site];

        test_check(is_noticed(s->files, ODX_NONE), s->file, s->line, "nobody misses %s %s",
                   diag_info(s->code)->code, diag_text(s->text));
        printf("site %s %d %s\n", s->file, s->line, diag_info(s->code)->code);
    }
#endif
}

/* ---- folders ---------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const File *)a)->name, ((const File *)b)->name);
}

static void list_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t first = file_count;

    test_check(dir != NULL, folder, 0, "no such folder");
    if (!dir) return;
    for (struct dirent *e = readdir(dir); e && file_count < MAX_FILES; e = readdir(dir))
        if (span_ends(span_str(e->d_name), SPAN(".odx")))
            files[file_count++] = (File){folder, strdup(e->d_name)};
    closedir(dir);
    qsort(files + first, file_count - first, sizeof *files, by_name);
}

static void free_files(void)
{
    while (file_count)
        free(files[--file_count].name);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *option;
        void (*run)(void);
    } modes[] = {{"--bless", bless_files}, {"--mutants", mute_codes}, {"--sites", mute_sites}};
    void (*run)(void) = check_files;

    for (int i = 1; i < argc; i++) {
        bool is_option = false;

        for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
            if (strcmp(argv[i], modes[m].option) == 0) {
                run = modes[m].run;
                is_option = true;
            }
        if (!is_option) list_folder(argv[i]);
    }
    test_run("golden", run);
    free_files();
    return test_end();
}
