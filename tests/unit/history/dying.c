/* dying.c — see dying.h.  These definitions stand before the C library's when a program is linked. */
#define _GNU_SOURCE /* syscall */
#include "tests/unit/history/dying.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t steps_left; /* counted down by any thread */

void dying_at(uint32_t step)
{
    steps_left = step;
}

static bool is_last(void)
{
    return __atomic_load_n(&steps_left, __ATOMIC_RELAXED) &&
           __atomic_sub_fetch(&steps_left, 1, __ATOMIC_RELAXED) == 0;
}

static _Noreturn void die(void)
{
    for (;;)
        (void)raise(SIGKILL);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    bool dies = is_last();
    ssize_t n = syscall(SYS_write, fd, bytes, dies ? len / 2 : len);

    if (dies) die();
    return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    bool dies = is_last();
    ssize_t n = syscall(SYS_pwrite64, fd, bytes, dies ? len / 2 : len, at);

    if (dies) die();
    return n;
}

int ftruncate(int fd, off_t len)
{
    if (is_last()) die();
    return (int)syscall(SYS_ftruncate, fd, len);
}

int rename(const char *from, const char *to)
{
    if (is_last()) die();
    return (int)syscall(SYS_rename, from, to);
}

int unlink(const char *path)
{
    if (is_last()) die();
    return (int)syscall(SYS_unlink, path);
}

/* Nobody pulls the plug of a test, and waiting for a disk that is busy is what takes the time. */
int fsync(int fd)
{
    (void)fd;
    if (is_last()) die();
    return 0;
}

int fdatasync(int fd)
{
    return fsync(fd);
}

int dying_end(pid_t child)
{
    int status = 0;

    if (waitpid(child, &status, 0) != child) return 255;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return WTERMSIG(status) == SIGKILL ? -1 : 255;
}
