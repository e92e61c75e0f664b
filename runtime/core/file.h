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

/* Writes a temporary neighbour and renames it over `path`; follows symbolic links, keeps the mode.
 * What is not a regular file (/dev/full, a pipe) is written directly. */
Status file_replace(const char *path, Span bytes, Err *err);

/* Bytes from place `at` on, interruptions or not: how many there were up to the end, or -1 with the reason in
 * errno. */
ssize_t file_read_at(int fd, off_t at, void *ret_bytes, size_t len);
/* All of them; false with the reason in errno: then some may be written. */
bool file_write_at(int fd, off_t at, const void *bytes, size_t len);

/* Whether something is there, and whether it is a folder. */
bool file_exists(const char *path);
bool file_is_folder(const char *path);
