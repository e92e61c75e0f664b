/* progress.c — see progress.h. */
#include "runtime/cli/progress.h"

#include <unistd.h>

#include "runtime/core/clock.h"
#include "runtime/core/term.h"
#include "vm/base/fmt.h"

enum { TELL_NS = 200000000, BAR = 24 };

Progress progress_begin(Cli *cli, const char *what)
{
    return (Progress){.cli = cli,
                      .what = what,
                      .start_ns = clock_mono_ns(),
                      .is_on = term_is_terminal(STDERR_FILENO)};
}

bool progress_is_due(const Progress *p)
{
    int64_t since = p->told_ns ? p->told_ns : p->start_ns;

    return p->is_on && clock_mono_ns() - since >= TELL_NS;
}

void progress_tell(Progress *p, double part, Span more)
{
    char room[512];
    Buf line;
    double seconds;

    buf_init_fixed(&line, room, sizeof room);
    p->told_ns = clock_mono_ns();
    seconds = (double)(p->told_ns - p->start_ns) / 1e9;
    buf_char(&line, '\r');
    buf_visible(&line, span_str(p->what));
    buf_char(&line, ' ');
    if (part >= 0) {
        buf_char(&line, '[');
        for (int i = 0; i < BAR; i++)
            buf_char(&line, i < (int)(part * BAR) ? '#' : '.');
        buf_fmt(&line, "] %d%% ", (int)(part * 100));
    }
    buf_span_put(&line, more);
    if (part > 0) buf_fmt(&line, ", %d s to go", (int)(seconds * (1 - part) / part) + 1);
    buf_str(&line, "\x1b[K");
    out_put(&p->cli->err, buf_span(&line));
    (void)out_flush(&p->cli->err, NULL);
}

void progress_end(const Progress *p)
{
    if (!p->told_ns) return;
    out_put(&p->cli->err, SPAN("\r\x1b[K"));
    (void)out_flush(&p->cli->err, NULL); /* what comes next may be standard output */
}
