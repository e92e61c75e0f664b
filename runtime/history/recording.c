/* recording.c — see recording.h. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include "runtime/history/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/history/gzip.h"
#include "vm/base/hash.h"

enum { KEY_BYTES = 1 << 16, CHILD_DAMAGED = 1 };

static Status io_error(Err *err, const char *name)
{
    return err_set(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, "%s: %s", name,
                   strerrordesc_np(errno));
}

/* At the end of what it wrote: was it all? */
static void end_child(Recording *s)
{
    int status = 0;

    if (!s->child) return;
    close(s->pipe_fd);
    s->pipe_fd = -1;
    if (waitpid(s->child, &status, 0) == s->child && WIFEXITED(status) &&
        WEXITSTATUS(status) == CHILD_DAMAGED && s->failure.status == ST_OK)
        err_set(&s->failure, ST_BAD_DATA, "%s: the packed data are damaged or cut off", s->name);
    s->child = 0;
}

/* Moves what is left to the front and reads on; false when nothing came. */
static bool fill(Recording *s)
{
    ssize_t n;

    if (s->is_end) return false;
    memmove(s->bytes, s->bytes + s->from, s->to - s->from);
    s->to -= s->from;
    s->from = 0;
    if (s->to == RECORDING_BUFFER) return false;
    do
        n = read(s->pipe_fd, s->bytes + s->to, RECORDING_BUFFER - s->to);
    while (n < 0 && errno == EINTR);
    if (n < 0) io_error(&s->failure, s->name);
    if (n <= 0) {
        s->is_end = true;
        end_child(s);
        return false;
    }
    s->to += (size_t)n;
    return true;
}

/* The child: what was read already, then the rest of the file, unpacked into the pipe. */
__attribute__((noreturn)) static void unpack(Recording *s, int out)
{
    Span head = span_of(s->bytes + s->from, s->to - s->from);

    (void)signal(SIGPIPE, SIG_DFL);
    _exit(gzip_stream(head, s->fd, out) ? 0 : CHILD_DAMAGED);
}

static Status start_child(Recording *s, Err *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) return io_error(err, s->name);
    (void)fcntl(ends[1], F_SETPIPE_SZ, RECORDING_BUFFER);
    s->child = fork();
    if (s->child == 0) {
        close(ends[0]);
        unpack(s, ends[1]);
    }
    close(ends[1]);
    if (s->child < 0) {
        s->child = 0;
        close(ends[0]);
        return io_error(err, s->name);
    }
    s->pipe_fd = ends[0];
    s->from = s->to = 0;
    s->is_end = false;
    return ST_OK;
}

Status recording_open(Recording *s, const char *path, Arena *arena, Err *err)
{
    bool is_stdin = path[0] == '-' && !path[1];
    struct stat st;

    *s = (Recording){.name = is_stdin ? "standard input" : path, .failure = ERR_NONE};
    s->bytes = arena_alloc(arena, RECORDING_BUFFER);
    if (!s->bytes || arena_is_full(arena)) return err_set(err, ST_NO_MEMORY, "%s: no memory", path);
    s->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    s->pipe_fd = s->fd;
    if (s->fd < 0) return io_error(err, path);
    if (fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode)) s->size = (uint64_t)st.st_size;
    while (s->to < 3 && fill(s))
        ;
    if (s->failure.status != ST_OK) return recording_close(s, err);
    if (gzip_is(span_of(s->bytes, s->to))) return start_child(s, err);
    return ST_OK;
}

uint64_t recording_key(Recording *s)
{
    while (s->to - s->from < KEY_BYTES && fill(s))
        ;
    return hash_span(span_sub(span_of(s->bytes + s->from, s->to - s->from), 0, KEY_BYTES));
}

bool recording_line(Recording *s, Span *ret_line)
{
    const char *end;
    size_t seen = 0;

    while (!(end = memchr(s->bytes + s->from + seen, '\n', s->to - s->from - seen))) {
        seen = s->to - s->from;
        if (fill(s)) continue;
        if (!seen) return false;
        if (!s->is_end)
            err_set(&s->failure, ST_LIMIT, "%s: a line of more than a megabyte", s->name);
        end = s->bytes + s->to;
        break;
    }
    *ret_line = span_of(s->bytes + s->from, (size_t)(end - (s->bytes + s->from)));
    s->from += ret_line->len + 1;
    if (s->from > s->to) s->from = s->to;
    return s->failure.status == ST_OK;
}

bool recording_bytes(Recording *s, size_t count, Span *ret_bytes)
{
    while (s->to - s->from < count)
        if (!fill(s)) return false;
    *ret_bytes = span_of(s->bytes + s->from, count);
    s->from += count;
    return true;
}

uint64_t recording_place(const Recording *s)
{
    off_t at = s->size ? lseek(s->fd, 0, SEEK_CUR) : 0; /* a child reads through the same offset */

    return at > 0 ? (uint64_t)at : 0;
}

Status recording_close(Recording *s, Err *err)
{
    end_child(s);
    if (s->fd > STDIN_FILENO) close(s->fd);
    if (s->failure.status != ST_OK) err_set(err, s->failure.status, "%s", s->failure.text);
    return s->failure.status;
}
