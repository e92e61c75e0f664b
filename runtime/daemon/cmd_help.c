/* cmd_help.c — help, and which version this is. */
#include "runtime/daemon/daemon.h"
#include "runtime/engine/engine.h"

enum { PAGE_BYTES = 1 << 16 };

int cmd_help(Daemon *d)
{
    unsigned verb;
    Buf page;

    buf_init(&page, d->arena, PAGE_BYTES);
    if (!d->args.plain_count) {
        args_help_all(&daemon_table, &page);
        buf_str(&page, "Exit status: 0 stopped as asked, 2 wrong use or nothing to serve.\n");
    } else {
        verb = args_verb_find(&daemon_table, d->args.plain[0]);
        if (verb == COMMAND_COUNT) return daemon_fail(d, "there is no verb `%s`", d->args.plain[0]);
        args_help_verb(&daemon_table, verb, &page);
    }
    out_put(&d->out, buf_span(&page));
    return EXIT_CLEAN;
}

int cmd_version(Daemon *d)
{
    return daemon_print(d, "oddexd %s", ENGINE_VERSION) ? EXIT_CLEAN : EXIT_USE;
}
