/* cmd_new.c — start from one of the examples. */
#include <string.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/embedded.h"
#include "runtime/core/file.h"
#include "vm/base/fmt.h"

/* Trades on made-up markets (`odx synth`) as well. */
#define DEFAULT_KIND "late_leader"

/* The `##` line above `strategy`, or its title. */
static Span first_sentence(const EmbeddedFile *f)
{
    Span text = span_of(f->text, f->len), line;

    while (span_cut(&text, '\n', &line)) {
        if (span_starts(line, SPAN("## "))) return span_from(line, 3);
        if (span_starts(line, SPAN("strategy "))) return span_from(line, 9);
    }
    return SPAN("");
}

static int list(Cli *cli)
{
    Buf out = cli_buf(cli);

    for (size_t i = 0; i < example_files_count; i++)
        buf_fmt(&out, "%-18s %S\n", example_files[i].name, first_sentence(&example_files[i]));
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}

static const EmbeddedFile *find(const char *name)
{
    for (size_t i = 0; i < example_files_count; i++)
        if (strcmp(example_files[i].name, name) == 0) return &example_files[i];
    return NULL;
}

int cmd_new(Cli *cli)
{
    const char *path = args_get(&cli->args, OPT_NEW_OUTPUT, NULL);
    const EmbeddedFile *f;
    Err err = ERR_NONE;

    if (!cli->args.plain_count && !path) return list(cli);
    f = find(cli->args.plain_count ? cli->args.plain[0] : DEFAULT_KIND);
    if (!f)
        return cli_fail(cli, EXIT_USE, "there is no example `%s`; `odx new` lists them",
                        cli->args.plain[0]);
    if (!path) {
        cli_put_bytes(cli, span_of(f->text, f->len));
        return EXIT_CLEAN;
    }
    if (file_exists(path))
        return cli_fail(cli, EXIT_USE, "%s exists already; nothing was written", path);
    if (file_replace(path, span_of(f->text, f->len), &err) != ST_OK) return cli_fail_err(cli, &err);
    return EXIT_CLEAN;
}
