/* answer.h — what a call found out, kept until the caller has read it.
 *
 * An answer is JSON and, for some, bytes (an image, rows of shows); it is named by a handle that is never
 * given out twice in a row.  Promise: an old or invented handle is recognised. */
#pragma once

#include "runtime/embed/embed.h"
#include "vm/base/span.h"

enum { ANSWER_MAX = 256 }; /* open at one time */

/* A copy of both; the handle, or a problem. */
int32_t answer_new(Span json, Span bytes);
/* The parts of an answer; NULL when there is no such handle. */
typedef struct Answer {
    uint32_t json, json_len, bytes, bytes_len; /* offsets */
    uint32_t turn;                             /* how often the place was used */
    bool is_open;
} Answer;
const Answer *answer_find(int32_t handle);
int32_t answer_release(int32_t handle);
