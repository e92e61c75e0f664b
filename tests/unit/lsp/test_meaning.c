/* test_meaning.c — extracting and inlining a let, and renaming, leave every example the same strategy (M1, M2):
 * the stripped image of the changed text is the image of the text. */
#include "compiler/lsp/server.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/lsp/examples.h"

static Arena *arena;

static Span image_of(Span text)
{
    CompileOptions o = example_options(arena);

    o.is_stripped = true;
    return compile(SPAN("a.odx"), text, &o, arena).image;
}

static void check_same(const char *what, const Changes *edits, Span image, bool is_regrouped)
{
    Span after = changes_apply(edits), made = image_of(after);

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
        check_same(title, &fixes.items[i].edits, image, is_regrouped);
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
        Lsp lsp = {.host = {.load = example_options(arena).load, .ctx = arena}};
        Document doc = {.name = a->name, .uri = a->name};
        Call call = {.lsp = &lsp, .arena = arena, .doc = &doc, .ask = a, .at = s->at.begin};
        Members renamed = {.count = 0};

        if (s->kind == SYM_LET && !s->is_local)
            tried += try_fixes(a, s->at.begin, s->at.begin, "refactor.inline", "inline", image,
                               is_chain(s->node));
        if (s->at.file != 0) continue;
        if (s->kind != SYM_LET && s->kind != SYM_DEF && s->kind != SYM_COUNTER &&
            s->kind != SYM_INPUT)
            continue; /* others are in the image */
        test_check(!rename_edits(&call, SPAN("zz_other"), &renamed), __FILE__, __LINE__,
                   "%.*s has no new name", (int)s->name.len, s->name.ptr);
        check_same("rename", &renamed.items[0].edits, image, false);
        tried++;
    }
    return tried;
}

static void test_examples(void)
{
    size_t tried = 0;

    for (size_t i = 0; example_name(i); i++) {
        CompileOptions how;
        Span text, image;
        Ask *a;

        arena_reset(arena);
        how = example_options(arena);
        text = example_text(example_name(i), arena);
        test_case(example_name(i));
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
