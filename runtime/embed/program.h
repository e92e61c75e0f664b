/* program.h — a request's strategy, compiled and set: what runs and backtests begin with.
 *
 * In: a request that was read.  Out: compilation, image, params, cash; findings in the answer.  Promise: every
 * mistake is a finding or a sentence. */
#pragma once

#include "runtime/embed/request.h"
#include "runtime/embed/work.h"
#include "vm/image.h"

typedef struct EmbedProgram {
    Request request; /* by the caller */
    Compilation c;
    const Image *image;
    double *params;
    int64_t cash_micros;
} EmbedProgram;

/* False with findings or `error` in the answer, or with what lacks memory in `w`. */
bool program_open(EmbedProgram *p, Arena *arena, Work *w);
/* A sentence with a word of the caller's in it. */
void program_error(Work *w, const char *fmt, Span word);
