/* file.c — see file.h. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include "runtime/core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/base/buf.h"

static Status fail(Err *err, const char *path, int code)
{
    Status st = code == ENOENT ? ST_NOT_FOUND : ST_IO;

    return err_set(err, st, "%s: %s", path, strerrordesc_np(code));
}

/* Reads until the end or until `b` has no room; 0 or an errno. */
static int read_all(int fd, Buf *b)
{
    char piece[65536];
    ssize_t n;

    while (!buf_is_full(b)) {
        n = read(fd, piece, sizeof piece);
        if (n == 0) return 0;
        if (n > 0)
            buf_put(b, piece, (size_t)n);
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

Status file_read(Arena *arena, const char *path, size_t max, Span *ret_bytes, Err *err)
{
    bool is_stdin = path[0] == '-' && !path[1];
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int code;
    Buf b;

    if (fd < 0) return fail(err, path, errno);
    buf_init(&b, arena, max);
    code = read_all(fd, &b);
    if (!is_stdin) close(fd);
    if (code) return fail(err, is_stdin ? "standard input" : path, code);
    if (arena_is_full(arena)) return err_set(err, ST_NO_MEMORY, "%s: no memory for it", path);
    if (buf_is_full(&b)) return err_set(err, ST_LIMIT, "%s: longer than %zu bytes", path, max);
    buf_cstr(&b);
    *ret_bytes = buf_span(&b);
    return ST_OK;
}

/* 0 or an errno. */
static int write_all(int fd, Span bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n > 0)
            bytes = span_from(bytes, (size_t)n);
        else if (n < 0 && errno != EINTR)
            return errno;
    }
    return 0;
}

static int write_direct(const char *path, Span bytes)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC), code;

    if (fd < 0) return errno;
    code = write_all(fd, bytes);
    if (close(fd) != 0 && !code) code = errno;
    return code;
}

/* Fills the new file completely, down to the disk, before it gets the name. */
static int write_neighbour(int fd, Span bytes, mode_t mode)
{
    int code = write_all(fd, bytes);

    if (!code && fchmod(fd, mode) != 0) code = errno;
    if (!code && fsync(fd) != 0) code = errno;
    if (close(fd) != 0 && !code) code = errno;
    return code;
}

static int replace(const char *path, Span bytes, mode_t mode)
{
    char temp[PATH_MAX];
    int fd, code;

    if (snprintf(temp, sizeof temp, "%s.XXXXXX", path) >= (int)sizeof temp) return ENAMETOOLONG;
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0) return errno;
    code = write_neighbour(fd, bytes, mode);
    if (!code && rename(temp, path) != 0) code = errno;
    if (code) unlink(temp);
    return code;
}

/* What a new file may be used for, as the user's umask has it. */
static mode_t new_file_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

Status file_replace(const char *path, Span bytes, Err *err)
{
    char real[PATH_MAX];
    struct stat st;
    int code;

    if (stat(path, &st) != 0)
        code = errno == ENOENT ? replace(path, bytes, new_file_mode()) : errno;
    else if (!S_ISREG(st.st_mode))
        code = write_direct(path, bytes);
    else if (access(path, W_OK) != 0 || !realpath(path, real))
        code = errno;
    else
        code = replace(real, bytes, st.st_mode & 07777);
    return code ? fail(err, path, code) : ST_OK;
}

ssize_t file_read_at(int fd, off_t at, void *ret_bytes, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = pread(fd, (char *)ret_bytes + done, len - done, at + (off_t)done);

        if (n == 0) break;
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)done;
}

bool file_write_at(int fd, off_t at, const void *bytes, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = pwrite(fd, (const char *)bytes + done, len - done, at + (off_t)done);

        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            return false;
    }
    return true;
}

bool file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}
