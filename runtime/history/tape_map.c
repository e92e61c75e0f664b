/* tape_map.c — tape files as bytes: mapped, mapped anew when they have grown.  See tape.h. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/core/cpu.h"
#include "runtime/history/tape.h"
#include "runtime/history/tape_file.h"

static Status io_error(Err *err, const char *path)
{
    return err_set(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, "%s: %s", path,
                   strerrordesc_np(errno));
}

static Status map(Tape *t, Err *err)
{
    struct stat st;
    void *bytes = NULL;

    if (fstat(t->fd, &st) != 0) return io_error(err, t->path);
    if (!S_ISREG(st.st_mode)) return err_set(err, ST_BAD_DATA, "%s: is no file", t->path);
    if (st.st_size > 0) bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, t->fd, 0);
    if (bytes == MAP_FAILED) return io_error(err, t->path);
    if (t->bytes) munmap((void *)(uintptr_t)t->bytes, (size_t)t->size);
    t->bytes = bytes;
    t->size = (uint64_t)st.st_size;
    return ST_OK;
}

static void give_back(Tape *t)
{
    if (t->bytes) munmap((void *)(uintptr_t)t->bytes, (size_t)t->size);
    if (t->fd >= 0) close(t->fd);
    t->bytes = NULL;
    t->fd = -1;
}

Status tape_open(Tape **ret_tape, const char *path, Arena *arena, Err *err)
{
    Tape *t = tape_new(path, arena, err);
    Status st;

    if (!t) return ST_NO_MEMORY;
    t->has_sha = cpu_has_sha();
    t->give_back = give_back;
    t->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (t->fd < 0) return io_error(err, path);
    st = map(t, err);
    if (st == ST_OK) st = tape_begin(t, err);
    if (st == ST_OK)
        *ret_tape = t;
    else
        tape_close(t);
    return st;
}

Status tape_refresh(Tape *t, Err *err)
{
    Status st = map(t, err);

    return st == ST_OK ? tape_go_on(t, err) : st;
}
