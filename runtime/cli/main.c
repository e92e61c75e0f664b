/* main.c — odx: looks the verb up, runs it, flushes what it wrote.  Opens no network, needs no
 * configuration. */
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/core/memory.h"
#include "runtime/core/term.h"
#include "vm/base/fmt.h"
#include "vm/base/utf8.h"

enum { ARENA_LIMIT_MIB = 2048, TEXT_LIMIT_MIB = 512, LINE_PIECE = 1024, MESSAGE_MAX = 16384 };

Buf cli_buf(Cli *cli)
{
    Buf b;

    buf_init(&b, cli->arena, (size_t)TEXT_LIMIT_MIB << 20);
    return b;
}

/* How long a colour of ours at the beginning of `s` is (ESC [ NUMBERS m); 0: there is none. */
static size_t colour_at(Span s)
{
    size_t len = 2;

    if (!span_starts(s, SPAN("\x1b["))) return 0;
    while (len < s.len && ((s.ptr[len] >= '0' && s.ptr[len] <= '9') || s.ptr[len] == ';'))
        len++;
    return len < s.len && s.ptr[len] == 'm' ? len + 1 : 0;
}

/* Needs no memory: it says, too, that there is none left. */
static void put_visible(Out *out, Span text)
{
    char room[LINE_PIECE * 3 + 1]; /* U+FFFD has three bytes */

    while (text.len) {
        Span piece = utf8_truncate(text, LINE_PIECE);
        Buf b;

        buf_init_fixed(&b, room, sizeof room);
        buf_visible(&b, piece);
        out_put(out, buf_span(&b));
        text = span_from(text, piece.len);
    }
}

void cli_put(Cli *cli, Span s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.len; i++) {
        Span rest = span_from(s, i);
        size_t keep = s.ptr[i] == '\n' ? 1 : cli->has_colour ? colour_at(rest) : 0;

        if (!keep) continue;
        put_visible(&cli->out, span_sub(s, from, i - from));
        out_put(&cli->out, span_sub(rest, 0, keep));
        from = i + keep;
        i = from - 1;
    }
    put_visible(&cli->out, span_from(s, from));
}

void cli_put_bytes(Cli *cli, Span s)
{
    out_put(&cli->out, s);
}

void cli_lines(Out *out, const char *head, Span lines)
{
    Span line;

    while (span_cut(&lines, '\n', &line)) {
        out_put(out, span_str(head));
        put_visible(out, line);
        out_put(out, SPAN("\n"));
    }
}

int cli_fail(Cli *cli, int code, const char *fmt, ...)
{
    static const char cut[] = {'.', '.', '.'};
    char room[MESSAGE_MAX];
    Buf text;
    va_list args;

    buf_init_fixed(&text, room, sizeof room - sizeof cut);
    va_start(args, fmt);
    fmt_put(&text, fmt, args);
    va_end(args);
    if (buf_is_full(&text)) {
        memcpy(text.ptr + text.len, cut, sizeof cut);
        text.len += sizeof cut;
    }
    cli_lines(&cli->err, "odx: ", buf_span(&text));
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
    if (arena_is_full(cli->arena) && code != EXIT_USE) /* else it was said */
        code = cli_fail(cli, EXIT_USE, "out of memory");
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
