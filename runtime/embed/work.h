/* work.h — one call: memory that lives as long as it, and the answer it writes.
 *
 * Between work_begin and work_end the JSON object of the answer is open.  Promise: work_end gives
 * everything back and returns a handle or a problem, whatever happened in between. */
#pragma once

#include "runtime/embed/embed.h"
#include "vm/base/json.h"

typedef struct Work {
    Arena arena;
    Buf out;
    JsonWriter json; /* writes `out`; the object is open */
    Span bytes;      /* the answer's other part */
    bool has_failed; /* for want of memory */
} Work;

enum { WORK_MAX_BYTES = 512 << 20, WORK_MAX_ANSWER = 128 << 20 };

void work_begin(Work *w);
int32_t work_end(Work *w);

void work_text(Work *w, Span key, Span text);
void work_error(Work *w, Span sentence);
void work_count(Work *w, Span key, uint64_t count);
void work_flag(Work *w, Span key, bool flag);
/* The bytes of a caller's, which heap_owns has looked at. */
Span work_given(uint32_t ptr, uint32_t len);
