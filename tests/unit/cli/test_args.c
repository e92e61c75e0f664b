/* test_args.c — words of the command line: what is understood, and what is said when they are not. */
#include "runtime/cli/args.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"

enum { MOST_WORDS = 12 };

static const struct {
    const char *line;    /* behind `odx`, split at spaces */
    const char *message; /* "" when understood */
    CommandId command;
    size_t plain;
} cases[] = {
    {"", "", COMMAND_help, 0},
    {"--help", "", COMMAND_help, 0},
    {"check a.odx b.odx", "", COMMAND_check, 2},
    {"check --deny warnings a.odx", "", COMMAND_check, 1},
    {"check --deny=warnings a.odx", "", COMMAND_check, 1},
    {"check a.odx --deny warnings --deny ODX401", "", COMMAND_check, 1},
    {"check -- --odd", "", COMMAND_check, 1},
    {"fmt -", "", COMMAND_fmt, 1},
    {"check --help", "", COMMAND_check, 0},
    {"build a.odx -o b.odxb", "", COMMAND_build, 1},
    {"new", "", COMMAND_new, 0},
    {"chek a.odx", "there is no verb `chek`; did you mean `check`?", COMMAND_COUNT, 0},
    {"transmogrify", "there is no verb `transmogrify`; `odx help` lists them", COMMAND_COUNT, 0},
    {"check", "`odx check` needs FILE|FOLDER...", COMMAND_COUNT, 0},
    {"build a b", "`odx build` does not know what to do with `b`", COMMAND_COUNT, 0},
    {"check --dney warnings a", "`odx check` has no option `--dney`; did you mean `--deny`?",
     COMMAND_COUNT, 0},
    {"check --anything a", "`odx check` has no option `--anything`; `odx help check` lists them",
     COMMAND_COUNT, 0},
    {"test --ticks a.csv b", "`odx test` has no option `--ticks`; `odx help test` lists them",
     COMMAND_COUNT, 0},
    {"check a --deny", "`--deny` needs a value: LEVEL|CODE", COMMAND_COUNT, 0},
    {"fmt --check=yes a", "`--check` takes no value", COMMAND_COUNT, 0},
};

static int split(char *line, char **words)
{
    int n = 1;

    words[0] = "odx";
    for (char *at = line; *at && n < MOST_WORDS; n++) {
        words[n] = at;
        while (*at && *at != ' ')
            at++;
        if (*at) *at++ = 0;
    }
    return n;
}

static void test_lines(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        char line[200], *words[MOST_WORDS];
        Span message = SPAN("");
        Args args;
        bool ok;

        test_case(cases[i].line);
        memcpy(line, cases[i].line, strlen(cases[i].line) + 1);
        ok = args_read(&cli_table, &args, split(line, words), words, arena, &message);
        CHECK_INT(ok, cases[i].message[0] == 0);
        if (!ok) {
            CHECK_STR(arena_span(arena, message).ptr, cases[i].message);
            continue;
        }
        CHECK_INT(args.command, cases[i].command);
        CHECK_INT(args.plain_count, cases[i].plain);
    }
}

static void test_values(void)
{
    char *words[] = {"odx", "check", "--deny", "a", "x", "--deny=b"};
    Span message = SPAN("");
    Args args;

    CHECK(args_read(&cli_table, &args, 6, words, test_arena((size_t)16 << 20), &message));
    CHECK(args_has(&args, OPT_DENY) && !args_has(&args, OPT_ALLOW));
    CHECK_INT(args.counts[OPT_DENY], 2);
    CHECK_STR(args.values[OPT_DENY][0], "a");
    CHECK_STR(args_get(&args, OPT_DENY, "none"), "b");
    CHECK_STR(args_get(&args, OPT_ALLOW, "none"), "none");
}

/* Every verb has a page that names it, its arguments and its options. */
static void test_pages(void)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        const ArgVerb *c = command_info((CommandId)i);
        Buf page;

        test_case(c->name);
        buf_init(&page, arena, 1 << 16);
        args_help_verb(&cli_table, (unsigned)i, &page);
        CHECK(span_find(buf_span(&page), span_str(c->summary)) != SPAN_NONE_AT);
        CHECK(span_find(buf_span(&page), SPAN("--help")) != SPAN_NONE_AT);
        for (int k = 0; k < OPTION_COUNT; k++)
            if (option_info((OptionId)k)->command == (unsigned)i)
                CHECK(span_find(buf_span(&page), span_str(option_info((OptionId)k)->name)) !=
                      SPAN_NONE_AT);
    }
}

int main(void)
{
    TEST_RUN(test_lines);
    TEST_RUN(test_values);
    TEST_RUN(test_pages);
    return test_end();
}
