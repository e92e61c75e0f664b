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
#include "vm/base/fixed.h"

enum { WRITERS_MAX = 16 }; /* of one file at once */
enum { LINKS_MAX = 40 };   /* of one name, as the kernel has it */
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

/* ---- where a name leads ------------------------------------------------------------------------------ */

/* N of /dev/fd/N, which /dev/stdout leads to: opened for us, to be written to and not replaced.  -1: none. */
static int descriptor_named(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    Span name = span_str(path);
    int64_t fd;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        Span number = span_from(name, strlen(folders[i]));

        if (span_starts(name, span_str(folders[i])) &&
            strspn(number.ptr, "0123456789") == number.len && fx_parse(number, 0, FX_DOWN, &fd) &&
            fd <= INT_MAX)
            return (int)fd;
    }
    return -1;
}

/* The name behind the links that the last name of `path` is; nothing need be there.  0 or an errno. */
static int follow(const char *path, char ret[FILE_PATH_MAX])
{
    char target[FILE_PATH_MAX];

    if (snprintf(ret, FILE_PATH_MAX, "%s", path) >= FILE_PATH_MAX) return ENAMETOOLONG;
    for (int i = 0; i < LINKS_MAX && descriptor_named(ret) < 0; i++) {
        ssize_t n = readlink(ret, target, sizeof target);
        const char *slash = strrchr(ret, '/');
        size_t at = slash && n > 0 && target[0] != '/' ? (size_t)(slash + 1 - ret) : 0;

        if (n < 0) return errno == EINVAL || errno == ENOENT ? 0 : errno;
        if (at + (size_t)n >= FILE_PATH_MAX) return ENAMETOOLONG;
        memcpy(ret + at, target, (size_t)n);
        ret[at + (size_t)n] = '\0';
    }
    return descriptor_named(ret) < 0 ? ELOOP : 0;
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

static int open_descriptor(FileNew *f, int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) return EBADF;
    f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return f->fd < 0 ? errno : 0;
}

static int open_new(FileNew *f, const char *path)
{
    int code = follow(path, f->path), fd = code ? -1 : descriptor_named(f->path);
    struct stat st;

    if (code) return code;
    if (fd >= 0) return open_descriptor(f, fd);
    if (stat(path, &st) != 0) return errno == ENOENT ? open_temp(f) : errno;
    if (!S_ISREG(st.st_mode)) {
        f->fd = open(path, O_WRONLY | O_CLOEXEC);
        return f->fd < 0 ? errno : 0;
    }
    f->mode = st.st_mode & 07777;
    return access(f->path, W_OK) == 0 ? open_temp(f) : errno;
}

/* "." where the path has none. */
static Span folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) return SPAN(".");
    return slash == path ? SPAN("/") : span_of(path, (size_t)(slash - path));
}

/* The same of a path that is cut for it. */
static const char *cut_to_folder(char *path)
{
    Span folder = folder_of(path);

    if (folder.ptr == path) path[folder.len] = '\0';
    return folder.ptr;
}

static bool look_at_folder(const char *path, struct stat *ret)
{
    char copy[FILE_PATH_MAX];

    return snprintf(copy, sizeof copy, "%s", path) < (int)sizeof copy &&
           stat(cut_to_folder(copy), ret) == 0;
}

static Status no_folder(const char *path, Err *err)
{
    return err_set(err, ST_NOT_FOUND, "%s: there is no folder %S", path, folder_of(path));
}

static Status no_name(Err *err)
{
    return err_set(err, ST_BAD_INPUT, "-: name a file (one that is called so is ./-)");
}

static Status open_failed(const FileNew *f, int code, Err *err)
{
    const char *slash = strrchr(f->temp, '/');
    struct stat folder;

    if (!f->temp[0]) return fail(err, f->name, code);
    if (code == ENOENT && !look_at_folder(f->path, &folder)) return no_folder(f->path, err);
    return err_set(err, code == ENOENT ? ST_NOT_FOUND : ST_IO, "%s: cannot make %s beside it: %s",
                   f->name, slash ? slash + 1 : f->temp, strerrordesc_np(code));
}

Status file_new_open(FileNew *f, const char *path, Err *err)
{
    int code;

    if (path[0] == '-' && !path[1]) return no_name(err);
    *f = (FileNew){.name = path, .fd = -1, .mode = new_file_mode()};
    code = open_new(f, path);
    return code ? open_failed(f, code, err) : ST_OK;
}

Status file_can_replace(const char *path, Err *err)
{
    struct stat is;
    FileNew f;
    Status st;

    if (!file_is_descriptor(path) && stat(path, &is) == 0 && !S_ISREG(is.st_mode)) {
        if (S_ISDIR(is.st_mode)) return fail(err, path, EISDIR);
        return access(path, W_OK) == 0 ? ST_OK : fail(err, path, errno);
    }
    st = file_new_open(&f, path, err);
    if (st == ST_OK) file_new_drop(&f);
    return st;
}

Status file_can_update(const char *path, Err *err)
{
    char at[FILE_PATH_MAX];
    int code = follow(path, at);
    struct stat is;
    Status st;

    if (path[0] == '-' && !path[1]) return no_name(err);
    if (code) return fail(err, path, code);
    st = file_is_regular(path, err);
    if (st == ST_OK) return access(path, R_OK | W_OK) == 0 ? ST_OK : fail(err, path, errno);
    if (st != ST_NOT_FOUND) return st;
    if (!look_at_folder(at, &is)) return no_folder(at, err);
    return access(cut_to_folder(at), W_OK | X_OK) == 0 ? ST_OK : fail(err, path, errno);
}

/* On the disk before it gets the name. */
static int keep(const FileNew *f)
{
    struct stat now;

    if (!f->temp[0]) return 0;
    if (fchmod(f->fd, f->mode) != 0 || fsync(f->fd) != 0) return errno;
    if (lstat(f->path, &now) == 0 && !S_ISREG(now.st_mode)) return EEXIST; /* since it was opened */
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

bool file_has_name(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

Status file_is_regular(const char *path, Err *err)
{
    struct stat st;

    if (stat(path, &st) != 0) return fail(err, path, errno);
    return S_ISREG(st.st_mode) ? ST_OK : err_set(err, ST_BAD_INPUT, "%s: is no file", path);
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
    char at_a[FILE_PATH_MAX], at_b[FILE_PATH_MAX];
    const char *name_a, *name_b;
    struct stat of_a, of_b;

    if (follow(a, at_a) != 0 || follow(b, at_b) != 0) return false;
    name_a = strrchr(at_a, '/');
    name_b = strrchr(at_b, '/');
    return strcmp(name_a ? name_a + 1 : at_a, name_b ? name_b + 1 : at_b) == 0 &&
           look_at_folder(at_a, &of_a) && look_at_folder(at_b, &of_b) && is_one(&of_a, &of_b);
}

bool file_same(const char *a, const char *b)
{
    struct stat of_a, of_b;
    bool has_a = stat(a, &of_a) == 0, has_b = stat(b, &of_b) == 0;

    if (!has_a && !has_b) return will_be_same(a, b);
    return has_a && has_b && S_ISREG(of_a.st_mode) && is_one(&of_a, &of_b);
}

bool file_is_open_as(const char *path, int fd)
{
    struct stat of_fd, of_path;

    return fstat(fd, &of_fd) == 0 && stat(path, &of_path) == 0 && S_ISREG(of_fd.st_mode) &&
           is_one(&of_fd, &of_path);
}

bool file_is_descriptor(const char *path)
{
    char at[FILE_PATH_MAX];

    return follow(path, at) == 0 && descriptor_named(at) >= 0;
}

bool file_place(const char *path, char ret_place[FILE_PATH_MAX])
{
    char at[FILE_PATH_MAX], copy[FILE_PATH_MAX];
    Span name;
    size_t len;

    if (follow(path, at) != 0) return false;
    memcpy(copy, at, sizeof copy);
    if (!realpath(cut_to_folder(copy), ret_place)) return false;
    name = span_str(strrchr(at, '/') ? strrchr(at, '/') + 1 : at);
    len = strlen(ret_place);
    return snprintf(ret_place + len, FILE_PATH_MAX - len, "%s%.*s", len > 1 ? "/" : "",
                    (int)name.len, name.ptr) < (int)(FILE_PATH_MAX - len);
}
