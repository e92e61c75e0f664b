/* cmd_fix.c — applies fixes: safe ones at once, suggested ones one by one on a terminal. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compiler/diag/changes.h"
#include "runtime/cli/cli.h"
#include "runtime/core/file.h"
#include "runtime/core/term.h"
#include "vm/base/fmt.h"

enum { MAX_ROUNDS = 10 }; /* a fix may make room for the next one */

/* Asks on the terminal; anything but y is no. */
static bool ask(Cli *cli, const Diag *d, const DiagHelp *h)
{
    char answer[16] = "";
    Buf line = cli_buf(cli);

    buf_fmt(&line, "%s: %S\n  %S  [y/N] ", diag_info(d->code)->code, d->title, h->text);
    out_put(&cli->err, buf_span(&line));
    out_flush(&cli->err, NULL);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool is_wanted(Cli *cli, const Diag *d, const DiagHelp *h)
{
    if (!h->edits || d->allowed.len) return false;
    if (h->fix == FIX_SAFE) return true;
    return h->fix == FIX_SUGGESTED && args_has(&cli->args, OPT_SUGGESTED) && ask(cli, d, h);
}

/* The wanted fixes of one round; those that overlap an earlier one wait for the next. */
static bool fix_round(Cli *cli, CliFile *file)
{
    CliCompile how = {.until = STAGE_PROVE};
    Changes changes;
    Compilation c;

    if (!cli_compile(cli, file, &how, cli->arena, &c)) return false;
    changes_init(&changes, cli->arena, file->text);
    for (size_t i = 0; i < diags_count(c.diags); i++) {
        const Diag *d = diags_get(c.diags, i);

        for (const DiagHelp *h = d->helps; h && d->place.file == 0; h = h->next) {
            if (!changes_can_add(&changes, h->edits) || !is_wanted(cli, d, h)) continue;
            changes_add(&changes, h->edits);
            break;
        }
    }
    if (!changes.count) return false;
    file->text = changes_apply(&changes);
    return true;
}

static int fix_file(Cli *cli, const CliFile *original)
{
    CliFile file = *original;
    Buf out = cli_buf(cli);
    Err err = ERR_NONE;

    for (int round = 0; round < MAX_ROUNDS && fix_round(cli, &file); round++)
        if (args_has(&cli->args, OPT_SUGGESTED)) break; /* asked once, not again and again */
    if (span_is(file.text, original->text)) return EXIT_CLEAN;
    if (args_has(&cli->args, OPT_FIX_DIFF)) {
        changes_show(original->name, original->text, file.text, &out);
        cli_put(cli, buf_span(&out));
        return EXIT_CLEAN;
    }
    if (strcmp(original->name.ptr, "standard input") == 0) {
        cli_put(cli, file.text);
        return EXIT_CLEAN;
    }
    if (file_replace(original->name.ptr, file.text, &err) != ST_OK) return cli_fail_err(cli, &err);
    return EXIT_CLEAN;
}

int cmd_fix(Cli *cli)
{
    int worst = EXIT_CLEAN;
    CliFiles files;

    if (args_has(&cli->args, OPT_SUGGESTED) && !term_is_terminal(STDIN_FILENO))
        return cli_fail(cli, EXIT_USE, "--suggested asks before each fix and needs a terminal");
    if (!cli_files(cli, &files)) return EXIT_USE;
    for (size_t i = 0; i < files.count; i++) {
        int code = fix_file(cli, &files.items[i]);

        if (code > worst) worst = code;
    }
    return worst;
}
