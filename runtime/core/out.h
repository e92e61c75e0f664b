/* out.h — buffered output to a descriptor, with one honest error at the end.
 *
 * In: spans.  Out: bytes on the descriptor, in order.  Promise: after the first failed write nothing
 * more is written, and out_flush says why: a full disk, a closed pipe, a quota. */
#pragma once

#include <stdbool.h>

#include "vm/base/err.h"

typedef struct Out {
    const char *name; /* for the error text: "standard output", a path; borrowed */
    int fd;
    int failed_errno; /* of the first failed write; 0 while all is well */
    size_t used;
    char bytes[65536];
} Out;

/* A closed pipe, and a file as large as it may become, are errors of what is written, not signals that end the
 * process: call it first. */
void out_survive_signals(void);

void out_init(Out *o, int fd, const char *name);
void out_put(Out *o, Span s);
/* Writes what is buffered. ST_IO with the reason when this or any earlier write failed. */
Status out_flush(Out *o, Err *err);
/* True once a write failed: a long producer may stop. */
bool out_has_failed(const Out *o);
