/* test_project.c — odx.toml: levels, paths, deny; every mistake with its line. */
#include "runtime/cli/project.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"

static const struct {
    const char *text, *file; /* for which file levels are asked */
    DiagCode code;
    DiagLevel want;
} levels[] = {
    {"", "a.odx", ODX501, LEVEL_WARNING},
    {"[levels]\nODX501 = \"off\"\n", "a.odx", ODX501, LEVEL_OFF},
    {"# all\n[levels] # of them\nODX501 = \"error\"\n", "a.odx", ODX501, LEVEL_ERROR},
    {"[levels.\"old/\"]\nODX501 = \"note\"\n", "old/a.odx", ODX501, LEVEL_NOTE},
    {"[levels.\"old/\"]\nODX501 = \"note\"\n", "new/a.odx", ODX501, LEVEL_WARNING},
    {"[levels]\nODX501 = \"off\"\n[levels.\"old/\"]\nODX501 = \"note\"\n", "old/a.odx", ODX501,
     LEVEL_NOTE},
    {"[levels]\nODX101 = \"error\"\n", "a.odx", ODX101, LEVEL_ERROR},
};

static const struct {
    const char *text, *message;
} mistakes[] = {
    {"foo = 1\n", "odx.toml:1: there is no key `foo`; known: deny, and codes under [levels]"},
    {"[other]\n", "odx.toml:1: there is no table `other`; the one table is [levels]"},
    {"[levels]\nODX999 = \"off\"\n", "odx.toml:2: there is no code `ODX999`"},
    {"[levels]\nODX501 = \"loud\"\n",
     "odx.toml:2: a level is \"off\", \"note\", \"warning\" or \"error\", not \"loud\""},
    {"[levels]\nODX101 = \"off\"\n", "odx.toml:2: ODX101 is an error and stays one"},
    {"deny = warnings\n", "odx.toml:1: write deny = [\"warnings\"], not `warnings`"},
    {"deny = [\"all\"]\n", "odx.toml:1: deny takes \"warnings\" and \"notes\", not \"all\""},
    {"levels\n", "odx.toml:1: expected KEY = VALUE, found `levels`"},
    {"x = 1\ny = 2\n", "odx.toml:1: there is no key `x`; known: deny, and codes under [levels]\n"
                       "odx.toml:2: there is no key `y`; known: deny, and codes under [levels]"},
};

static void test_levels(void)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        Project p = {0};
        DiagLevels got;
        Err err = ERR_NONE;

        test_case(levels[i].text);
        CHECK_INT(project_parse(&p, SPAN("odx.toml"), span_str(levels[i].text), arena, &err),
                  ST_OK);
        diag_levels_default(&got);
        project_levels(&p, span_str(levels[i].file), &got);
        CHECK_INT(got.level[levels[i].code], levels[i].want);
    }
}

static void test_mistakes(void)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        Project p = {0};
        Err err = ERR_NONE;

        test_case(mistakes[i].text);
        CHECK_INT(project_parse(&p, SPAN("odx.toml"), span_str(mistakes[i].text), arena, &err),
                  ST_BAD_INPUT);
        CHECK_STR(err.text, mistakes[i].message);
    }
}

static void test_deny(void)
{
    Arena *arena = test_arena((size_t)16 << 20);
    Project p = {0};
    Err err = ERR_NONE;

    CHECK_INT(project_parse(&p, SPAN("odx.toml"), SPAN("deny = [\"warnings\"]\n"), arena, &err),
              ST_OK);
    CHECK(p.denies_warnings && !p.denies_notes);
    CHECK_INT(project_parse(&p, SPAN("odx.toml"), SPAN("deny = [ \"notes\" ]\n"), arena, &err),
              ST_OK);
    CHECK(p.denies_warnings && p.denies_notes);
}

int main(void)
{
    TEST_RUN(test_levels);
    TEST_RUN(test_mistakes);
    TEST_RUN(test_deny);
    return test_end();
}
