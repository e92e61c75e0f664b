/* main.c — oddexd: looks the verb up and runs it. */
#include <stdarg.h>
#include <unistd.h>

#include "runtime/core/memory.h"
#include "runtime/daemon/daemon.h"
#include "vm/base/fmt.h"

enum { ARENA_LIMIT_MIB = 2048, LINE_BYTES = 1 << 16 };

static const ArgVerb verbs[] = {
#define COMMAND(name, fn, arguments, min, max, summary, more) \
    {#name, arguments, min, max, summary, more},
#include "runtime/daemon/commands.def"
};

static const ArgOption options[] = {
#define OPTION(command, id, name, value, help) {COMMAND_##command, name, value, help},
#include "runtime/daemon/commands.def"
};

static int (*const functions[])(Daemon *d) = {
#define COMMAND(name, fn, ...) fn,
#include "runtime/daemon/commands.def"
};

const ArgTable daemon_table = {
    .program = "oddexd",
    .about = "the server of the strategy editor",
    .verbs = verbs,
    .verb_count = COMMAND_COUNT,
    .help_verb = COMMAND_help,
    .version_verb = COMMAND_version,
    .options = options,
    .option_count = OPTION_COUNT,
    .help_option = OPT_HELP,
};

static void put_line(Daemon *d, Out *out, const char *head, const char *fmt, va_list words)
{
    Buf text, line;

    buf_init(&text, d->arena, LINE_BYTES);
    buf_init(&line, d->arena, 4 * LINE_BYTES); /* what is no text is written with more bytes */
    fmt_put(&text, fmt, words);
    buf_str(&line, head);
    buf_visible(&line, buf_span(&text));
    buf_char(&line, '\n');
    out_put(out, buf_span(&line));
}

int daemon_fail(Daemon *d, const char *fmt, ...)
{
    va_list words;

    va_start(words, fmt);
    put_line(d, &d->err, "oddexd: ", fmt, words);
    va_end(words);
    return EXIT_USE;
}

void daemon_say(Daemon *d, const char *fmt, ...)
{
    va_list words;

    va_start(words, fmt);
    put_line(d, &d->err, "oddexd: ", fmt, words);
    va_end(words);
    out_flush(&d->err, NULL);
}

bool daemon_print(Daemon *d, const char *fmt, ...)
{
    va_list words;
    Err err = ERR_NONE;

    va_start(words, fmt);
    put_line(d, &d->out, "", fmt, words);
    va_end(words);
    if (out_flush(&d->out, &err) == ST_OK) return true;
    daemon_fail(d, "%s", err.text);
    return false;
}

static int run(Daemon *d, int argc, char **argv)
{
    Span message = {0};
    Buf page;

    if (!args_read(&daemon_table, &d->args, argc, argv, d->arena, &message))
        return daemon_fail(d, "%S", message);
    if (!args_has(&d->args, OPT_HELP)) return functions[d->args.command](d);
    buf_init(&page, d->arena, LINE_BYTES);
    args_help_verb(&daemon_table, d->args.command, &page);
    out_put(&d->out, buf_span(&page));
    return EXIT_CLEAN;
}

static int finish(Daemon *d, int code)
{
    Err err = ERR_NONE;

    if (out_flush(&d->out, &err) != ST_OK && code == EXIT_CLEAN)
        code = daemon_fail(d, "%s", err.text);
    out_flush(&d->err, NULL);
    return code;
}

int main(int argc, char **argv)
{
    static Daemon d;
    static Arena arena;

    out_survive_signals();
    out_init(&d.out, STDOUT_FILENO, "standard output");
    out_init(&d.err, STDERR_FILENO, "standard error");
    arena_init(&arena, memory_source(), (size_t)ARENA_LIMIT_MIB << 20);
    d.arena = &arena;
    return finish(&d, run(&d, argc, argv));
}
