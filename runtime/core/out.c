/* out.c — see out.h. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include "runtime/core/out.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

void out_survive_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void out_init(Out *o, int fd, const char *name)
{
    o->name = name;
    o->fd = fd;
    o->failed_errno = 0;
    o->used = 0;
}

static void write_all(Out *o, const char *ptr, size_t len)
{
    while (len && !o->failed_errno) {
        ssize_t n = write(o->fd, ptr, len);

        if (n > 0) {
            ptr += n;
            len -= (size_t)n;
        } else if (n < 0 && errno != EINTR) {
            o->failed_errno = errno;
        }
    }
}

void out_put(Out *o, Span s)
{
    if (s.len > sizeof o->bytes - o->used) {
        write_all(o, o->bytes, o->used);
        o->used = 0;
    }
    if (s.len > sizeof o->bytes) {
        write_all(o, s.ptr, s.len);
    } else if (s.len) {
        memcpy(o->bytes + o->used, s.ptr, s.len);
        o->used += s.len;
    }
}

Status out_flush(Out *o, Err *err)
{
    write_all(o, o->bytes, o->used);
    o->used = 0;
    if (!o->failed_errno) return ST_OK;
    return err_set(err, ST_IO, "%s: %s", o->name, strerrordesc_np(o->failed_errno));
}

bool out_has_failed(const Out *o)
{
    return o->failed_errno != 0;
}
