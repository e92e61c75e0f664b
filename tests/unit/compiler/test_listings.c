/* test_listings.c — the fifteen strategies of the language compile to images that verify, plain and optimised;
 * their listings are golden files (tests/golden/code and ir, `--bless` rewrites them). */
#include <stdio.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/emit/emit.h"
#include "compiler/ir/dump.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"
#include "vm/disasm.h"

static const char *const names[] = {
    "late_mover",   "trend",        "rebound", "equilibrage",   "two_sided_maker",
    "two_venues",   "lead_and_lag", "grid",    "funding_carry", "daily_saver",
    "mirror_hedge", "shadow",       "scanner", "full_set",      "fade",
};
enum { NAMES = sizeof names / sizeof *names, MAX_FILE = 1 << 20 };

static bool is_blessing;

static Span read_text(Arena *arena, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *to = arena_alloc(arena, MAX_FILE);
    size_t len;

    if (!f) return (Span){0};
    len = fread(to, 1, MAX_FILE, f);
    (void)fclose(f);
    return span_of(to, len);
}

static ModuleText load(void *ctx, Span path, Span from)
{
    char full[256];
    ModuleText t = {.name = path};

    (void)from;
    (void)snprintf(full, sizeof full, "examples/%.*s", (int)path.len, path.ptr);
    t.text = read_text(ctx, full);
    t.is_found = t.text.ptr != NULL;
    return t;
}

static Compilation compile_example(Arena *arena, const char *name, bool is_plain)
{
    CompileOptions options = {
        .load = load, .ctx = arena, .until = STAGE_EMIT, .is_plain = is_plain};
    char path[256];

    (void)snprintf(path, sizeof path, "examples/%s.odx", name);
    return compile(span_str(path), read_text(arena, path), &options, arena);
}

static void check_golden(Arena *arena, const char *folder, const char *name, Span got)
{
    char path[256];
    FILE *f;

    (void)snprintf(path, sizeof path, "tests/golden/%s/%s", folder, name);
    if (is_blessing) {
        f = fopen(path, "wb");
        if (!f) return;
        (void)fwrite(got.ptr, 1, got.len, f);
        (void)fclose(f);
    }
    CHECK(span_is(read_text(arena, path), got));
}

static void check_listing(Arena *arena, const char *name, const Image *img)
{
    char file[64];
    Buf out;

    (void)snprintf(file, sizeof file, "%s.dis", name);
    buf_init(&out, arena, MAX_FILE);
    disasm_image(img, &out);
    check_golden(arena, "code", file, buf_span(&out));
}

/* Values and blocks of a few, for those who change passes. */
static void check_ir(Arena *arena, const char *name, const Program *program)
{
    static const char *const shown[] = {"late_mover", "fade", "grid", "shadow"};
    EmitOptions options = {0};
    char file[64];
    Buf out;

    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (strcmp(shown[i], name) != 0) continue;
        (void)snprintf(file, sizeof file, "%s.ir", name);
        buf_init(&out, arena, MAX_FILE);
        ir_dump(emit_ir(program, &options, arena), &out);
        check_golden(arena, "ir", file, buf_span(&out));
    }
}

static void check_example(const char *name, bool is_plain)
{
    Arena *arena = test_arena(1 << 26);
    Compilation c = compile_example(arena, name, is_plain);
    const Image *img;
    Refusal why;

    test_case(name);
    if (!test_check(c.image.len > 0, __FILE__, __LINE__, "%s: %.*s",
                    is_plain ? "plain" : "optimised", (int)c.broken_why.len,
                    c.broken_why.ptr ? c.broken_why.ptr : "")) {
        for (size_t i = 0; i < diags_count(c.diags); i++) {
            const Diag *d = diags_get(c.diags, i);
            if (d->level == LEVEL_ERROR) printf("  %.*s\n", (int)d->title.len, d->title.ptr);
        }
        return;
    }
    img = image_load(c.image, arena, &why);
    CHECK(img != NULL);
    if (!img || is_plain) return;
    check_listing(arena, name, img);
    check_ir(arena, name, c.program);
}

static void test_listings(void)
{
    for (size_t i = 0; i < NAMES; i++) {
        check_example(names[i], false);
        check_example(names[i], true);
    }
}

int main(int argc, char **argv)
{
    is_blessing = argc > 1 && strcmp(argv[1], "--bless") == 0;
    TEST_RUN(test_listings);
    return test_end();
}
