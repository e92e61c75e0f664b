/* cmd_test.c — runs the test blocks of files; says what failed, what was reached, and how often. */
#include <string.h>

#include "compiler/diag/changes.h"
#include "compiler/diag/render.h"
#include "runtime/cli/bless.h"
#include "runtime/cli/cli.h"
#include "runtime/core/file.h"
#include "runtime/proof/testrun.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

typedef struct Tally {
    uint32_t passed, failed;
} Tally;

static bool is_json(const Cli *cli)
{
    return strcmp(args_get(&cli->args, OPT_TEST_FORMAT, "text"), "json") == 0;
}

static bool check_format(Cli *cli)
{
    const char *word = args_get(&cli->args, OPT_TEST_FORMAT, "text");

    if (is_json(cli) || strcmp(word, "text") == 0) return true;
    cli_fail(cli, EXIT_USE, "`--format %s`: there are text and json", word);
    return false;
}

static void put_text(Cli *cli, const CliFile *file, const Test *t, const TestResult *r)
{
    Buf out = cli_buf(cli);

    buf_fmt(&out, "%s %S: %S\n", r->has_passed ? "ok  " : "FAIL", file->name, t->name);
    if (!r->has_passed) render_text(&out, r->diags, cli->has_colour);
    cli_put(cli, buf_span(&out));
}

static void put_json(Cli *cli, const CliFile *file, const Test *t, const TestResult *r)
{
    Buf out = cli_buf(cli);
    JsonWriter w;

    json_write_init(&w, &out, false);
    json_write_object(&w);
    json_write_key(&w, SPAN("file"));
    json_write_string(&w, file->name);
    json_write_key(&w, SPAN("test"));
    json_write_string(&w, t->name);
    json_write_key(&w, SPAN("passed"));
    json_write_bool(&w, r->has_passed);
    json_write_key(&w, SPAN("orders"));
    json_write_uint(&w, r->orders);
    json_write_key(&w, SPAN("skips"));
    json_write_uint(&w, r->skips);
    json_write_object_end(&w);
    buf_char(&out, '\n');
    if (!r->has_passed) render_json_lines(&out, r->diags);
    cli_put_bytes(cli, buf_span(&out));
}

/* ---- coverage -------------------------------------------------------------------------------------- */

static uint32_t count_above_zero(const uint32_t *list, uint32_t n)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < n; i++)
        found += list[i] > 0;
    return found;
}

/* Rules that never fired and requires that never refused. */
static void put_coverage(Cli *cli, const Program *p, const TestCoverage *cov)
{
    Buf out = cli_buf(cli);

    buf_fmt(&out, "     %u of %u rules reached, %u of %u requires refused\n",
            count_above_zero(cov->fired, cov->rule_count), cov->rule_count,
            count_above_zero(cov->failed, cov->reason_count), cov->reason_count);
    for (uint32_t i = 0; i < cov->rule_count; i++)
        if (!cov->fired[i])
            buf_fmt(&out, "     never reached: rule %u %S\n", i + 1, p->rules[i].label);
    for (uint32_t i = 0; i < cov->reason_count; i++)
        if (!cov->failed[i]) buf_fmt(&out, "     never refused: %S\n", p->reasons[i]);
    cli_put(cli, buf_span(&out));
}

static void put_coverage_json(Cli *cli, const CliFile *file, const Program *p,
                              const TestCoverage *cov)
{
    Buf out = cli_buf(cli);
    JsonWriter w;

    json_write_init(&w, &out, false);
    json_write_object(&w);
    json_write_key(&w, SPAN("file"));
    json_write_string(&w, file->name);
    json_write_key(&w, SPAN("rules"));
    json_write_array(&w);
    for (uint32_t i = 0; i < cov->rule_count; i++)
        json_write_uint(&w, cov->fired[i]);
    json_write_array_end(&w);
    json_write_key(&w, SPAN("requires"));
    json_write_object(&w);
    for (uint32_t i = 0; i < cov->reason_count; i++) {
        json_write_key(&w, p->reasons[i]);
        json_write_uint(&w, cov->failed[i]);
    }
    json_write_object_end(&w);
    json_write_object_end(&w);
    buf_char(&out, '\n');
    cli_put_bytes(cli, buf_span(&out));
}

/* ---- blessing -------------------------------------------------------------------------------------- */

/* Writes what happens into the file, and shows the difference. */
static int bless(Cli *cli, const CliFile *file, const TestBed *bed)
{
    Span only = span_str(args_get(&cli->args, OPT_TEST_NAME, ""));
    Span text = bless_text(bed, file->text, only, cli->arena);
    Buf out = cli_buf(cli);
    Err err = ERR_NONE;

    if (span_is(text, file->text)) return EXIT_CLEAN;
    changes_show(cli->arena, file->name, file->text, text, &out);
    cli_put(cli, buf_span(&out));
    if (file_replace(file->name.ptr, text, &err) != ST_OK) return cli_fail_err(cli, &err);
    return EXIT_CLEAN;
}

static bool is_wanted(const Cli *cli, const Test *t)
{
    const char *only = args_get(&cli->args, OPT_TEST_NAME, NULL);

    return !only || span_find(t->name, span_str(only)) != SPAN_NONE_AT;
}

static int test_file(Cli *cli, const CliFile *file, Tally *tally)
{
    CliCompile how = {.until = STAGE_EMIT, .has_tests = true};
    bool wants_coverage = args_has(&cli->args, OPT_COVERAGE);
    TestCoverage cov;
    Compilation c;
    TestBed bed;

    if (!cli_compile_sound(cli, file, &how, &c)) return EXIT_FINDINGS;
    if (c.program->is_module) return EXIT_CLEAN;
    if (!testbed_open(&bed, &c, cli->arena))
        return cli_fail(cli, EXIT_FAULT, "our mistake: the image of %S does not load", file->name);
    if (args_has(&cli->args, OPT_BLESS)) return bless(cli, file, &bed);
    cov = test_coverage_new(c.program, cli->arena);
    for (uint32_t i = 0; i < c.program->tests_count; i++) {
        ArenaMark mark = arena_mark(cli->arena);
        const Test *t = &c.program->tests[i];
        TestResult r;

        if (!is_wanted(cli, t)) continue;
        r = testrun_play(&bed, t, NULL, wants_coverage ? &cov : NULL, cli->arena);
        *(r.has_passed ? &tally->passed : &tally->failed) += 1;
        if (is_json(cli))
            put_json(cli, file, t, &r);
        else
            put_text(cli, file, t, &r);
        arena_release(cli->arena, mark);
    }
    if (wants_coverage && is_json(cli)) put_coverage_json(cli, file, c.program, &cov);
    if (wants_coverage && !is_json(cli)) put_coverage(cli, c.program, &cov);
    return EXIT_CLEAN;
}

int cmd_test(Cli *cli)
{
    Tally tally = {0};
    int worst = EXIT_CLEAN;
    CliFiles files;
    Buf out = cli_buf(cli);

    if (!check_format(cli) || !cli_files(cli, &files)) return EXIT_USE;
    for (size_t i = 0; i < files.count; i++) {
        int code = test_file(cli, &files.items[i], &tally);

        if (code > worst) worst = code;
    }
    if (!is_json(cli) && !args_has(&cli->args, OPT_BLESS)) {
        buf_fmt(&out, "%u passed, %u failed\n", tally.passed, tally.failed);
        cli_put(cli, buf_span(&out));
    }
    return tally.failed && worst == EXIT_CLEAN ? EXIT_FINDINGS : worst;
}
