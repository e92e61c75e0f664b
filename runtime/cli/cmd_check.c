/* cmd_check.c — findings of files in one of four formats, and the exit status they deserve.
 *
 * In: files and folders.  Out: findings on standard output (text, JSON lines, SARIF, workflow commands),
 * totals of the text form on standard error.  Promise: the exit status depends on the findings and on
 * what is denied, never on the format. */
#include <stdlib.h>
#include <string.h>

#include "compiler/diag/render.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/lock.h"
#include "runtime/cli/project.h"
#include "runtime/cli/watch.h"
#include "runtime/core/file.h"
#include "vm/base/vec.h"

enum { SUMMARY_MAX_BYTES = 1 << 20 }; /* what the platform keeps of a step */

typedef enum Format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_GITHUB, FORMATS } Format;
static const char *const format_names[FORMATS] = {"text", "json", "sarif", "github"};

typedef struct Check {
    Cli *cli;
    Format format;
    CliFiles files;
    VEC(const Diags *) list;
    LockList lock;
    int worst;
} Check;

static bool read_format(Cli *cli, Format *ret)
{
    const char *word = args_get(&cli->args, OPT_FORMAT, "text");

    for (*ret = 0; *ret < FORMATS; (*ret)++)
        if (strcmp(word, format_names[*ret]) == 0) return true;
    cli_fail(cli, EXIT_USE, "`--format %s`: there are text, json, sarif and github", word);
    return false;
}

static bool check_deny_words(Cli *cli)
{
    for (size_t i = 0; i < cli->args.counts[OPT_DENY]; i++) {
        const char *word = cli->args.values[OPT_DENY][i];

        if (strcmp(word, "warnings") == 0 || strcmp(word, "notes") == 0) continue;
        if (diag_code_find(span_str(word)) != ODX_NONE) continue;
        cli_fail(cli, EXIT_USE, "`--deny %s`: write warnings, notes or a code", word);
        return false;
    }
    return true;
}

static bool is_denied(const Cli *cli, const Diag *d)
{
    for (size_t i = 0; i < cli->args.counts[OPT_DENY]; i++) {
        const char *word = cli->args.values[OPT_DENY][i];

        if (strcmp(word, "warnings") == 0 && d->level >= LEVEL_WARNING) return true;
        if (strcmp(word, "notes") == 0 && d->level >= LEVEL_NOTE) return true;
        if (diag_code_find(span_str(word)) == d->code) return true;
    }
    return false;
}

static void raise(Check *k, int code)
{
    if (code > k->worst) k->worst = code;
}

/* What the findings of one file mean for the exit status. */
static void judge(Check *k, const CliSettings *settings, const Diags *ds)
{
    for (size_t i = 0; i < diags_count(ds); i++) {
        const Diag *d = diags_get(ds, i);
        bool fails = d->level == LEVEL_ERROR || is_denied(k->cli, d) ||
                     (settings->denies_warnings && d->level == LEVEL_WARNING) ||
                     (settings->denies_notes && d->level == LEVEL_NOTE);

        if (fails && !d->allowed.len) raise(k, EXIT_FINDINGS);
    }
}

static void put_findings(Check *k, const Diags *ds)
{
    Buf out = cli_buf(k->cli);

    if (k->format == FORMAT_TEXT) render_text(&out, ds, k->cli->has_colour);
    if (k->format == FORMAT_JSON) render_json_lines(&out, ds);
    if (k->format == FORMAT_TEXT && out.len) buf_char(&out, '\n');
    (k->format == FORMAT_TEXT ? cli_put : cli_put_bytes)(k->cli, buf_span(&out));
}

static void check_file(Check *k, const CliFile *file)
{
    CliCompile how = {.until = STAGE_EMIT,
                      .has_tests = true,
                      .has_format_note = true,
                      .lock = &k->lock,
                      .ignores_lock = args_has(&k->cli->args, OPT_LOCK)};
    CliSettings settings = {0};
    Compilation c;

    how.ret_settings = &settings;
    if (!cli_compile(k->cli, file, &how, k->cli->arena, &c)) {
        raise(k, EXIT_USE);
        return;
    }
    if (c.is_broken) {
        raise(k, cli_fail(k->cli, EXIT_FAULT, "our mistake: %S: %S", file->name, c.broken_why));
        return;
    }
    judge(k, &settings, c.diags);
    put_findings(k, c.diags);
    vec_push(k->cli->arena, &k->list, c.diags);
}

static RenderSet set_of(const Check *k)
{
    return (RenderSet){k->list.items, k->list.count};
}

static void put_whole(Check *k)
{
    Buf out = cli_buf(k->cli);

    if (k->format == FORMAT_SARIF) render_sarif(&out, set_of(k), SPAN(ODX_VERSION), k->cli->arena);
    if (k->format == FORMAT_GITHUB) render_github(&out, set_of(k), k->files.count);
    cli_put_bytes(k->cli, buf_span(&out));
}

static bool has_findings(const Check *k)
{
    for (size_t i = 0; i < k->list.count; i++)
        if (diags_count(k->list.items[i])) return true;
    return false;
}

static void say_totals(Check *k)
{
    Buf out = cli_buf(k->cli);

    if (k->format != FORMAT_TEXT || !has_findings(k)) return;
    if (out_flush(&k->cli->out, NULL) != ST_OK) return; /* that will be the one line */
    buf_str(&out, "odx: ");
    render_totals(&out, set_of(k), k->files.count);
    if (out.len && out.ptr[out.len - 1] != '\n') buf_char(&out, '\n');
    out_put(&k->cli->err, buf_span(&out));
}

/* The whole list as a table where the platform shows step summaries. */
static void put_step_summary(Check *k)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    Buf out = cli_buf(k->cli);
    Err err = ERR_NONE;
    Span before = {0};

    if (k->format != FORMAT_GITHUB || !path || !path[0]) return;
    if (file_exists(path) &&
        file_read(k->cli->arena, path, SUMMARY_MAX_BYTES, &before, &err) != ST_OK) {
        raise(k, cli_fail_err(k->cli, &err));
        return;
    }
    buf_span_put(&out, before);
    render_github_summary(&out, set_of(k), k->files.count);
    if (file_replace(path, buf_span(&out), &err) != ST_OK) raise(k, cli_fail_err(k->cli, &err));
}

static int check_once(Cli *cli, CliFiles *ret_files)
{
    Check k = {.cli = cli};
    Err err = ERR_NONE;

    if (!read_format(cli, &k.format) || !check_deny_words(cli)) return EXIT_USE;
    if (!cli_files(cli, &k.files)) return EXIT_USE;
    for (size_t i = 0; i < k.files.count; i++)
        check_file(&k, &k.files.items[i]);
    put_whole(&k);
    say_totals(&k);
    put_step_summary(&k);
    if (args_has(&cli->args, OPT_LOCK) && k.files.count && k.worst < EXIT_USE &&
        lock_write(&k.lock, k.files.items[0].name.ptr, cli->arena, &err) != ST_OK)
        raise(&k, cli_fail_err(cli, &err));
    *ret_files = k.files;
    return k.worst;
}

int cmd_check(Cli *cli)
{
    bool watches = args_has(&cli->args, OPT_WATCH);
    CliFiles files = {0};
    int code;

    for (;;) {
        ArenaMark mark = arena_mark(cli->arena);
        Err err = ERR_NONE;

        code = check_once(cli, &files);
        if (!watches || code >= EXIT_USE) return code;
        if (out_flush(&cli->out, &err) != ST_OK) return EXIT_USE;
        out_flush(&cli->err, NULL);
        watch_wait(cli, &files);
        arena_release(cli->arena, mark);
    }
}
