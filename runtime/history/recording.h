/* recording.h — a recording as a stream of lines or bytes: a file, a packed file, standard input.
 *
 * What is packed is unpacked by a child process while its lines are being read.  Promise: a damaged or cut
 * packed file is an error that names it, after all lines before the damage; memory does not grow. */
#pragma once

#include <sys/types.h>

#include "vm/base/arena.h"
#include "vm/base/err.h"

typedef struct Recording {
    const char *name;
    int fd, pipe_fd; /* the file; what is read: the same, or the child's end */
    pid_t child;     /* 0: none */
    uint64_t size;   /* of the file; 0 not known */
    char *bytes;
    size_t from, to;
    bool is_end;
    Err failure;
} Recording;

enum { RECORDING_BUFFER = 1 << 20 };

Status recording_open(Recording *s, const char *path, Arena *arena, Err *err);
/* Tells recordings apart: the hash of the first 64 KB of text, however packed. */
uint64_t recording_key(Recording *s);
/* The next line without its end, valid until the next call; false at the end, or when reading failed. */
bool recording_line(Recording *s, Span *ret_line);
/* The next `count` bytes, at most half a buffer. */
bool recording_bytes(Recording *s, size_t count, Span *ret_bytes);
/* Bytes of the file that were read so far. */
uint64_t recording_place(const Recording *s);
/* ST_OK when all of it could be read. */
Status recording_close(Recording *s, Err *err);
