/* file.h — whole files in and out, with errors that say what happened; bytes at a place of an open one.
 *
 * In: a path ("-" is standard input).  Out: bytes in an arena, or one line of text in an Err that
 * names the path and the reason of the system.  Promise: a write replaces the file whole or leaves
 * it as it was: a full disk, a crash or a signal never leaves half a file under the name. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "vm/base/arena.h"
#include "vm/base/err.h"

/* All bytes of a file, a NUL behind them (not counted).  More than `max` bytes is ST_LIMIT, and at
 * most max + 1 are read, whatever the file claims to be. */
Status file_read(Arena *arena, const char *path, size_t max, Span *ret_bytes, Err *err);

enum { FILE_PATH_MAX = 4096 };

/* A file that is being written: a neighbour called .NAME.odx0 (or a higher number where several are at it) until it is whole. */
typedef struct FileNew {
    const char *name; /* as the caller said it; borrowed */
    int fd;           /* to be written to */
    mode_t mode;
    char path[FILE_PATH_MAX], temp[FILE_PATH_MAX]; /* temp: empty where `fd` is the file itself */
} FileNew;

/* Follows symbolic links, also to what is not there yet; keeps the mode.  What is not a regular file (/dev/full, a
 * pipe) is written directly, and so is what a descriptor's name leads to (/dev/stdout, /dev/fd/N), whatever that is.
 * What a killed process left of its neighbour is used again. */
Status file_new_open(FileNew *f, const char *path, Err *err);
/* It is on the disk under its name from now on; when that fails, the file is as it was. */
Status file_new_keep(FileNew *f, Err *err);
/* The file stays as it was. */
void file_new_drop(FileNew *f);

/* What file_new_open would refuse now; nothing is left beside the file, and a pipe is not opened. */
Status file_can_replace(const char *path, Err *err);

/* The same for a file that is read and written where it stands: a regular one, or none yet. */
Status file_can_update(const char *path, Err *err);

/* All of it at once. */
Status file_replace(const char *path, Span bytes, Err *err);

/* Bytes from place `at` on, interruptions or not: how many there were up to the end, or -1 with the reason in
 * errno. */
ssize_t file_read_at(int fd, off_t at, void *ret_bytes, size_t len);
/* All of them; false with the reason in errno: then some may be written. */
bool file_write_at(int fd, off_t at, const void *bytes, size_t len);

/* Whether something is there, and whether it is a folder. */
bool file_exists(const char *path);
/* ... be it a link that leads nowhere. */
bool file_has_name(const char *path);
/* Is it a regular file, behind whatever links?  Nothing is opened: a pipe's writer is left alone. */
Status file_is_regular(const char *path, Err *err);
bool file_is_folder(const char *path);
/* Do both names lead to one regular file, or would they once it is made?  What is no file (/dev/null, a pipe) is
 * never the same as another. */
bool file_same(const char *a, const char *b);
/* Is that regular file what the descriptor has open? */
bool file_is_open_as(const char *path, int fd);
/* Is it the name of a descriptor: /dev/stdout, /dev/fd/N? */
bool file_is_descriptor(const char *path);
/* The name without links that a write to `path` would end under; false where there is no folder for it. */
bool file_place(const char *path, char ret_place[FILE_PATH_MAX]);
