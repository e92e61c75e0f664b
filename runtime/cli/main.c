/* main.c — odx: looks the verb up, runs it, flushes what it wrote.  Opens no network, needs no
 * configuration. */
#include <stdarg.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/core/memory.h"
#include "runtime/core/term.h"
#include "vm/base/fmt.h"

enum { ARENA_LIMIT_MIB = 2048, TEXT_LIMIT_MIB = 512 };

Buf cli_buf(Cli *cli)
{
    Buf b;

    buf_init(&b, cli->arena, (size_t)TEXT_LIMIT_MIB << 20);
    return b;
}

void cli_put(Cli *cli, Span s)
{
    out_put(&cli->out, s);
}

void cli_lines(Cli *cli, Out *out, const char *head, Span lines)
{
    Buf text = cli_buf(cli);
    Span line;

    while (span_cut(&lines, '\n', &line)) {
        buf_str(&text, head);
        buf_visible(&text, line);
        buf_char(&text, '\n');
    }
    out_put(out, buf_span(&text));
}

int cli_fail(Cli *cli, int code, const char *fmt, ...)
{
    Buf text = cli_buf(cli);
    va_list args;

    va_start(args, fmt);
    fmt_put(&text, fmt, args);
    va_end(args);
    cli_lines(cli, &cli->err, "odx: ", buf_span(&text));
    return code;
}

int cli_fail_err(Cli *cli, const Err *err)
{
    return cli_fail(cli, err->status == ST_BUG ? EXIT_FAULT : EXIT_USE, "%s", err->text);
}

static int choose_colour(Cli *cli)
{
    const char *when = args_get(&cli->args, OPT_COLOUR, "auto");

    if (span_eq_str(SPAN("auto"), when))
        cli->has_colour = term_wants_colour(STDOUT_FILENO);
    else if (span_eq_str(SPAN("always"), when))
        cli->has_colour = true;
    else if (!span_eq_str(SPAN("never"), when))
        return cli_fail(cli, EXIT_USE, "`--color` is auto, always or never, not `%s`", when);
    return EXIT_CLEAN;
}

static int run(Cli *cli, int argc, char **argv)
{
    Span message = {0};
    int code;

    if (!args_read(&cli_table, &cli->args, argc, argv, cli->arena, &message))
        return cli_fail(cli, EXIT_USE, "%S", message);
    code = choose_colour(cli);
    if (code != EXIT_CLEAN) return code;
    if (args_has(&cli->args, OPT_HELP)) {
        Buf page = cli_buf(cli);

        args_help_verb(&cli_table, cli->args.command, &page);
        cli_put(cli, buf_span(&page));
        return EXIT_CLEAN;
    }
    return command_run((CommandId)cli->args.command, cli);
}

/* A result that could not be written is no result: exit 2, whatever the verb said. */
static int finish(Cli *cli, int code)
{
    Err err = ERR_NONE;

    if (out_flush(&cli->out, &err) != ST_OK) code = cli_fail_err(cli, &err);
    if (arena_is_full(cli->arena)) code = cli_fail(cli, EXIT_USE, "out of memory");
    out_flush(&cli->err, NULL);
    return code;
}

int main(int argc, char **argv)
{
    static Cli cli;
    static Arena arena, scratch;

    out_survive_signals();
    out_init(&cli.out, STDOUT_FILENO, "standard output");
    out_init(&cli.err, STDERR_FILENO, "standard error");
    arena_init(&arena, memory_source(), (size_t)ARENA_LIMIT_MIB << 20);
    arena_init(&scratch, memory_source(), (size_t)ARENA_LIMIT_MIB << 20);
    cli.arena = &arena;
    cli.scratch = &scratch;
    return finish(&cli, run(&cli, argc, argv));
}
