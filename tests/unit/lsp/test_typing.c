/* test_typing.c — completion knows units: in every example, cut off behind a comparison's sign, the first item is a
 * literal of what stands to the left, though the statement is half written and the rest of the file may be gone. */
#include "compiler/lsp/ask_private.h"
#include "compiler/types/types.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/lsp/examples.h"

static Arena *arena;
static size_t tried;

static bool is_told(Type t)
{
    UnitName known[] = {UNIT_PRICE,   UNIT_USD,      UNIT_SHARES, UNIT_COINS,
                        UNIT_PERCOIN, UNIT_DURATION, UNIT_NUMBER};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (type_is_unit(t, known[i])) return true;
    return false;
}

static void complete_cut(Span text, uint32_t at, uint32_t end, Type want, const CompileOptions *how)
{
    Span cut;
    AskItems items;
    Ask *a;
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_span_put(&b, span_sub(text, 0, at));
    buf_span_put(&b, span_from(text, end));
    cut = arena_span(arena, buf_span(&b));
    a = ask_open(SPAN("a.odx"), cut, how, arena);
    items = ask_complete(a, at);
    tried++;
    test_check(items.count && items.items[0].kind == ASK_ITEM_LITERAL &&
                   span_is(items.items[0].detail, type_text(arena, want)),
               __FILE__, __LINE__, "behind `%.*s`: `%.*s`, want %.*s", 40,
               text.ptr + (at > 40 ? at - 40 : 0),
               (int)(items.count ? items.items[0].detail.len : 0),
               items.count ? items.items[0].detail.ptr : "", (int)type_text(arena, want).len,
               type_text(arena, want).ptr);
}

/* `in_def`: inputs have no unit of their own, so nobody can say. */
static void try_node(const Ask *full, const Node *n, const CompileOptions *how)
{
    for (uint32_t i = 0; i < n->kid_count; i++) {
        const Node *kid = n->kids[i];
        ArenaMark mark = arena_mark(arena);
        const Expr *left;

        if (!kid || kid->kind == NODE_DEF || kid->kind == NODE_FOLD || kid->kind == NODE_REPEAT ||
            kid->kind == NODE_TEST)
            continue;
        left = kid->kind == NODE_CMP ? ask_expr(full, kid->kids[0]->place) : NULL;
        if (left && left->type.shape == SHAPE_NUM && !left->type.bare && is_told(left->type)) {
            uint32_t at = kid->kids[1]->place.begin, line = at;

            while (line < full->text.len && full->text.ptr[line] != '\n')
                line++;
            complete_cut(full->text, at, line, left->type, how);
            complete_cut(full->text, at, (uint32_t)full->text.len, left->type, how);
        }
        arena_release(arena, mark);
        try_node(full, kid, how);
    }
}

static void test_examples(void)
{
    for (size_t i = 0; example_name(i); i++) {
        CompileOptions how;
        Ask *a;

        arena_reset(arena);
        how = example_options(arena);
        test_case(example_name(i));
        a = ask_open(SPAN("a.odx"), example_text(example_name(i), arena), &how, arena);
        try_node(a, a->c.tree, &how);
    }
    test_check(tried > 100, __FILE__, __LINE__, "%zu places are too few", tried);
}

int main(void)
{
    arena = test_arena((size_t)1 << 30);
    TEST_RUN(test_examples);
    return test_end();
}
