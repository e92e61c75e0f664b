/* test_meaning.c — extracting and inlining a let, and renaming, leave every example the same strategy (M1, M2):
 * the stripped image of the changed text is the image of the text. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/lsp/server.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/bug.h"

static const char *const files[] = {
    "daily_saver", "equilibrage",  "fade",          "full_set",   "funding_carry",
    "grid",        "heavy_side",   "late_leader",   "late_mover", "lead_and_lag",
    "long_shot",   "mirror_hedge", "rebound",       "scanner",    "shadow",
    "slot_trend",  "snap_back",    "spread_keeper", "trend",      "two_sided_maker",
    "two_venues"};

static Arena *arena;

static Span read_file(const char *path)
{
    Buf b;
    FILE *f;
    int ch;

    f = fopen(path, "rb");
    buf_init(&b, arena, 1 << 20);
    while (f && (ch = fgetc(f)) != EOF)
        buf_char(&b, (char)ch);
    if (f) fclose(f);
    return arena_span(arena, buf_span(&b));
}

static ModuleText load(void *ctx, Span path, Span from)
{
    char file[256];

    (void)ctx;
    (void)from;
    snprintf(file, sizeof file, "examples/%.*s", (int)path.len, path.ptr);
    return (ModuleText){true, path, read_file(file)};
}

static const CompileOptions how = {.until = STAGE_EMIT, .load = load};

static Span image_of(Span text)
{
    CompileOptions o = how;

    o.is_stripped = true;
    return compile(SPAN("a.odx"), text, &o, arena).image;
}

static void check_same(const char *what, Span before, const AskEdits *edits, Span image,
                       bool is_regrouped)
{
    Span after = edits_apply(arena, before, edits), made = image_of(after);

    if (is_regrouped) image = made;
    test_check(made.len && span_is(made, image), __FILE__, __LINE__,
               "%s: not the same image (%zu bytes) of\n%.*s", what, made.len, (int)after.len,
               after.ptr);
}

static size_t try_fixes(Ask *a, uint32_t begin, uint32_t end, const char *kind, const char *title,
                        Span image, bool is_regrouped)
{
    AskFixes fixes = ask_fixes(a, begin, end);
    size_t tried = 0;

    for (size_t i = 0; i < fixes.count; i++) {
        if (!span_eq_str(fixes.items[i].kind, kind) ||
            span_find(fixes.items[i].title, span_str(title)) == SPAN_NONE_AT)
            continue;
        check_same(title, a->text, &fixes.items[i].edits, image, is_regrouped);
        tried++;
    }
    return tried;
}

/* Every value of rules, lets and limits. */
static size_t try_values(Ask *a, const Node *n, Span image)
{
    size_t tried = 0;

    for (uint32_t i = 0; i < n->kid_count; i++) {
        const Node *kid = n->kids[i];

        if (!kid || kid->kind == NODE_TEST) continue;
        if (node_is_value(kid) && kid->kid_count && kid->kind != NODE_PATH)
            tried += try_fixes(a, kid->place.begin, kid->place.end, "refactor.extract", "extract",
                               image, false);
        tried += try_values(a, kid, image);
    }
    return tried;
}

/* `and` and `or` of a let stand in brackets of their own; without them they join the chain around them. */
static bool is_chain(const Node *let)
{
    return let->kids[0]->kind == NODE_AND || let->kids[0]->kind == NODE_OR;
}

static size_t try_names(Ask *a, Span image)
{
    const Names *n = ask_names(a);
    size_t tried = 0;

    for (size_t i = 0; i < n->symbols.count; i++) {
        const Symbol *s = &n->symbols.items[i];
        AskEdits edits = {.count = 0};

        if (s->kind == SYM_LET && !s->is_local)
            tried += try_fixes(a, s->at.begin, s->at.begin, "refactor.inline", "inline", image,
                               is_chain(s->node));
        if (s->at.file != 0) continue;
        if (s->kind != SYM_LET && s->kind != SYM_DEF && s->kind != SYM_COUNTER &&
            s->kind != SYM_INPUT)
            continue; /* others are in the image */
        test_check(!rename_edits(a, s->at.begin, SPAN("zz_other"), &edits), __FILE__, __LINE__,
                   "%.*s has no new name", (int)s->name.len, s->name.ptr);
        check_same("rename", a->text, &edits, image, false);
        tried++;
    }
    return tried;
}

static void test_examples(void)
{
    size_t tried = 0;

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        Span text, image;
        char path[256];
        Ask *a;

        arena_reset(arena);
        snprintf(path, sizeof path, "examples/%s.odx", files[i]);
        text = read_file(path);
        test_case(files[i]);
        image = image_of(text);
        CHECK(image.len > 0);
        a = ask_open(SPAN("a.odx"), text, &how, arena);
        tried += try_values(a, a->c.tree, image);
        tried += try_names(a, image);
        CHECK(!arena_is_full(arena));
    }
    test_check(tried > 300, __FILE__, __LINE__, "%zu changes are too few", tried);
}

int main(void)
{
    arena = test_arena((size_t)1 << 30);
    TEST_RUN(test_examples);
    return test_end();
}
