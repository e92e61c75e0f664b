/* cmd_help.c — help, completions, and which version this is. */
#include "runtime/cli/cli.h"

int cmd_help(Cli *cli)
{
    Buf page = cli_buf(cli);

    if (!cli->args.plain_count) {
        args_help_all(&cli_table, &page);
        buf_str(&page, "Exit status: 0 clean, 1 findings, 2 wrong use, 3 a fault of ours.\n");
    } else {
        unsigned id = args_verb_find(&cli_table, cli->args.plain[0]);
        const char *near = args_verb_near(&cli_table, cli->args.plain[0]);

        if (id == COMMAND_COUNT)
            return cli_fail(cli, EXIT_USE, "there is no verb `%s`%s%s", cli->args.plain[0],
                            near ? "; did you mean " : "", near ? near : "");
        args_help_verb(&cli_table, id, &page);
    }
    cli_put(cli, buf_span(&page));
    return EXIT_CLEAN;
}

int cmd_completions(Cli *cli)
{
    Buf text = cli_buf(cli);

    if (!help_completions(cli->args.plain[0], &text))
        return cli_fail(cli, EXIT_USE, "completions are for bash, zsh and fish, not `%s`",
                        cli->args.plain[0]);
    cli_put(cli, buf_span(&text));
    return EXIT_CLEAN;
}

int cmd_version(Cli *cli)
{
    cli_put(cli, SPAN("odx " ODX_VERSION "\n"));
    return EXIT_CLEAN;
}
