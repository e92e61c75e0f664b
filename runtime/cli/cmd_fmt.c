/* cmd_fmt.c — files in the one style, in place; `-` from standard input to standard output. */
#include <string.h>

#include "compiler/diag/render.h"
#include "runtime/cli/cli.h"
#include "runtime/core/file.h"
#include "vm/base/fmt.h"

/* The findings of a file that cannot be read, on standard error. */
static int show_why_not(Cli *cli, const CliFile *file)
{
    CliCompile how = {.until = STAGE_PARSE};
    Compilation c;
    Buf text = cli_buf(cli);

    if (!cli_compile(cli, file, &how, cli->arena, &c)) return EXIT_USE;
    render_text(&text, c.diags, cli->has_colour);
    out_put(&cli->err, buf_span(&text));
    return EXIT_FINDINGS;
}

static int format_one(Cli *cli, const CliFile *file)
{
    bool is_stdin = strcmp(file->name.ptr, "standard input") == 0;
    Span text = compile_format(file->name, file->text, cli->arena);
    Err err = ERR_NONE;

    if (!text.ptr) return show_why_not(cli, file);
    if (args_has(&cli->args, OPT_FMT_CHECK)) {
        if (span_is(text, file->text)) return EXIT_CLEAN;
        cli_fail(cli, EXIT_FINDINGS, "%S is not formatted; `odx fmt %S` does it", file->name,
                 file->name);
        return EXIT_FINDINGS;
    }
    if (is_stdin) {
        cli_put_bytes(cli, text);
        return EXIT_CLEAN;
    }
    if (span_is(text, file->text)) return EXIT_CLEAN;
    if (file_replace(file->name.ptr, text, &err) != ST_OK) return cli_fail_err(cli, &err);
    return EXIT_CLEAN;
}

int cmd_fmt(Cli *cli)
{
    int worst = EXIT_CLEAN;
    CliFiles files;

    if (!cli_files(cli, &files)) return EXIT_USE;
    for (size_t i = 0; i < files.count; i++) {
        int code = format_one(cli, &files.items[i]);

        if (code > worst) worst = code;
    }
    return worst;
}
