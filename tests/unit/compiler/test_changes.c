/* test_changes.c — edits without overlap, and differences line by line. */
#include "compiler/diag/changes.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"

typedef struct Edit {
    uint32_t begin, end;
    const char *insert;
} Edit;

static const struct {
    const char *name, *text;
    Edit edits[3];
    const char *want;
} cases[] = {
    {"insert", "ab", {{1, 1, "x"}}, "axb"},
    {"replace", "abc", {{1, 2, "yy"}}, "ayyc"},
    {"delete", "abc", {{0, 3, ""}}, ""},
    {"out of order", "abcd", {{3, 4, "D"}, {0, 1, "A"}}, "AbcD"},
    {"side by side", "abcd", {{1, 2, "B"}, {2, 3, "C"}}, "aBCd"},
    {"overlap is refused", "abcd", {{0, 3, "x"}, {2, 4, "y"}}, "xd"},
    {"twice at one place is refused", "ab", {{1, 1, "x"}, {1, 1, "y"}}, "axb"},
    {"behind the end is refused", "ab", {{1, 9, "x"}, {2, 2, "!"}}, "ab!"},
};

static void test_edits(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        Changes c;

        test_case(cases[i].name);
        c = changes_new(arena, span_str(cases[i].text));
        for (size_t k = 0; k < 3 && cases[i].edits[k].insert; k++) {
            const Edit *e = &cases[i].edits[k];
            DiagEdit edit = {.place = place_at(0, e->begin, e->end), .insert = span_str(e->insert)};

            if (changes_can_add(&c, &edit)) changes_add(&c, &edit);
        }
        CHECK(span_eq_str(changes_apply(&c), cases[i].want));
    }
}

static const struct {
    const char *before, *after, *want;
} shown[] = {
    {"a\nb\nc\n", "a\nb\nc\n", "f\n"},       {"a\nb\nc\n", "a\nB\nc\n", "f\n- 2 | b\n+ 2 | B\n"},
    {"a\nc\n", "a\nb\nc\n", "f\n+ 2 | b\n"}, {"a\nb\nc\n", "a\nc\n", "f\n- 2 | b\n"},
    {"a\n", "a\nb\n", "f\n+ 2 | b\n"},
};

static void test_shown(void)
{
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        Changes found;
        Buf out;

        test_case(shown[i].after);
        buf_init(&out, arena, 4096);
        changes_show(arena, SPAN("f"), span_str(shown[i].before), span_str(shown[i].after), &out);
        CHECK_STR(buf_cstr(&out), shown[i].want);
        found = changes_between(arena, span_str(shown[i].before), span_str(shown[i].after));
        CHECK(span_eq_str(changes_apply(&found), shown[i].after));
    }
}

int main(void)
{
    TEST_RUN(test_edits);
    TEST_RUN(test_shown);
    return test_end();
}
