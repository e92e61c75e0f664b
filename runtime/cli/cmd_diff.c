/* cmd_diff.c — what changed between two strategies, by meaning; each may be a text, a form or a graph.
 *
 * The comparing is compiler/views/diff.h.  Promise: exit 0 exactly when both mean the same. */
#include "compiler/views/diff.h"

#include "runtime/cli/cli.h"

static bool open_side(Cli *cli, const char *path, Compilation *ret_c, int *ret_code)
{
    CliCompile how = {.until = STAGE_EMIT};
    CliFile file;

    *ret_code = EXIT_USE;
    if (!cli_file(cli, path, &file)) return false;
    *ret_code = EXIT_FINDINGS;
    return cli_compile_sound(cli, &file, &how, ret_c);
}

int cmd_diff(Cli *cli)
{
    Buf out = cli_buf(cli);
    Compilation a, b;
    Diff d;
    int code;

    if (!open_side(cli, cli->args.plain[0], &a, &code)) return code;
    if (!open_side(cli, cli->args.plain[1], &b, &code)) return code;
    d = diff_make(&a, &b, cli->arena);
    if (args_has(&cli->args, OPT_DIFF_JSON))
        diff_put_json(&out, &d);
    else
        diff_put_text(&out, &d);
    (args_has(&cli->args, OPT_DIFF_JSON) ? cli_put_bytes : cli_put)(cli, buf_span(&out));
    return d.is_same ? EXIT_CLEAN : EXIT_FINDINGS;
}
