/* file.c — see file.h. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include "runtime/core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/base/buf.h"

enum { WRITERS_MAX = 16 }; /* of one file at once */
_Static_assert(PATH_MAX <= FILE_PATH_MAX, "a path fits");

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

/* ---- a new file in the place of another -------------------------------------------------------------- */

static bool temp_name(FileNew *f, int number)
{
    const char *slash = strrchr(f->path, '/'), *name = slash ? slash + 1 : f->path;

    return snprintf(f->temp, sizeof f->temp, "%.*s.%s.odx%d", (int)(name - f->path), f->path, name,
                    number) < (int)sizeof f->temp;
}

/* Ours alone: under a lock, still of that name, and nothing that another user laid there.  EAGAIN: taken. */
static int claim(const FileNew *f)
{
    struct stat own, now;

    while (flock(f->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return EAGAIN;
        if (errno != EINTR) break; /* a file system without locks */
    }
    if (fstat(f->fd, &own) != 0) return errno;
    if (lstat(f->temp, &now) != 0 || own.st_ino != now.st_ino || own.st_dev != now.st_dev)
        return EAGAIN;
    if (!S_ISREG(own.st_mode) || own.st_nlink != 1 || own.st_uid != geteuid()) return EEXIST;
    return ftruncate(f->fd, 0) == 0 ? 0 : errno;
}

/* The name is always the same, so that what a killed process left there is used by the next one; numbers are
 * for several at once. */
static int open_temp(FileNew *f)
{
    int code = EAGAIN;

    for (int number = 0; code == EAGAIN && number < WRITERS_MAX; number++) {
        if (!temp_name(f, number)) return ENAMETOOLONG;
        f->fd = open(f->temp, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
        if (f->fd < 0) return errno;
        code = claim(f);
        if (code) close(f->fd);
    }
    return code;
}

/* What a new file may be used for, as the user's umask has it. */
static mode_t new_file_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

static int open_new(FileNew *f, const char *path)
{
    struct stat st;

    *f = (FileNew){.name = path, .fd = -1, .mode = new_file_mode()};
    if (stat(path, &st) != 0) {
        if (errno != ENOENT) return errno;
        if (snprintf(f->path, sizeof f->path, "%s", path) >= (int)sizeof f->path)
            return ENAMETOOLONG;
        return open_temp(f);
    }
    if (!S_ISREG(st.st_mode)) {
        f->fd = open(path, O_WRONLY | O_CLOEXEC);
        return f->fd < 0 ? errno : 0;
    }
    f->mode = st.st_mode & 07777;
    if (access(path, W_OK) != 0 || !realpath(path, f->path)) return errno;
    return open_temp(f);
}

/* "." where the path has none. */
static Span folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) return SPAN(".");
    return slash == path ? SPAN("/") : span_of(path, (size_t)(slash - path));
}

static bool look_at_folder(const char *path, struct stat *ret)
{
    char folder[FILE_PATH_MAX];
    Span name = folder_of(path);

    if (name.len >= sizeof folder) return false;
    memcpy(folder, name.ptr, name.len);
    folder[name.len] = '\0';
    return stat(folder, ret) == 0;
}

Status file_new_open(FileNew *f, const char *path, Err *err)
{
    struct stat folder;
    int code;

    if (path[0] == '-' && !path[1])
        return err_set(err, ST_BAD_INPUT, "-: name a file (one that is called so is ./-)");
    code = open_new(f, path);
    if (code == ENOENT && !look_at_folder(path, &folder))
        return err_set(err, ST_NOT_FOUND, "%s: there is no folder %S", path, folder_of(path));
    return code ? fail(err, path, code) : ST_OK;
}

Status file_can_replace(const char *path, Err *err)
{
    struct stat is;
    FileNew f;
    Status st;

    if (stat(path, &is) == 0 && !S_ISREG(is.st_mode)) {
        if (S_ISDIR(is.st_mode)) return fail(err, path, EISDIR);
        return access(path, W_OK) == 0 ? ST_OK : fail(err, path, errno);
    }
    st = file_new_open(&f, path, err);
    if (st == ST_OK) file_new_drop(&f);
    return st;
}

/* On the disk before it gets the name. */
static int keep(const FileNew *f)
{
    if (!f->temp[0]) return 0;
    if (fchmod(f->fd, f->mode) != 0 || fsync(f->fd) != 0) return errno;
    return rename(f->temp, f->path) == 0 ? 0 : errno;
}

Status file_new_keep(FileNew *f, Err *err)
{
    int code = keep(f);

    if (code)
        file_new_drop(f);
    else if (close(f->fd) != 0)
        code = errno;
    return code ? fail(err, f->name, code) : ST_OK;
}

void file_new_drop(FileNew *f)
{
    if (f->temp[0]) unlink(f->temp);
    close(f->fd);
}

Status file_replace(const char *path, Span bytes, Err *err)
{
    FileNew f;
    Status st = file_new_open(&f, path, err);
    int code;

    if (st != ST_OK) return st;
    code = write_all(f.fd, bytes);
    if (!code) return file_new_keep(&f, err);
    file_new_drop(&f);
    return fail(err, path, code);
}

/* ---- at a place -------------------------------------------------------------------------------------- */

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

/* ---- questions --------------------------------------------------------------------------------------- */

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

static bool is_one(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Neither is there yet: the same name in the same folder. */
static bool will_be_same(const char *a, const char *b)
{
    const char *name_a = strrchr(a, '/'), *name_b = strrchr(b, '/');
    struct stat of_a, of_b;

    return strcmp(name_a ? name_a + 1 : a, name_b ? name_b + 1 : b) == 0 &&
           look_at_folder(a, &of_a) && look_at_folder(b, &of_b) && is_one(&of_a, &of_b);
}

bool file_same(const char *a, const char *b)
{
    struct stat of_a, of_b;
    bool has_a = stat(a, &of_a) == 0, has_b = stat(b, &of_b) == 0;

    if (!has_a && !has_b) return will_be_same(a, b);
    return has_a && has_b && S_ISREG(of_a.st_mode) && is_one(&of_a, &of_b);
}
