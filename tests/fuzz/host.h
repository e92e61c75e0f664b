/* host.h — what fuzz targets that play the host of a browser module share: bytes passed in, answers read, the memory.
 *
 * Promises checked here: an answer is one JSON object; once everything is closed all of the memory is free. */
#pragma once

#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/base/span.h"

/* The bytes in a block; 0 when there is no memory for it. */
uint32_t host_put(Span bytes);
/* Reads the answer: the first number behind the key `name`, at most `depth` objects deep; -1 when it has none. */
int64_t host_number(Arena *arena, Span json, Span name, int depth);
/* A block that leaves so much memory and no more, whatever it has grown to before. */
uint32_t host_leave(uint32_t bytes);
/* Everything was closed: `blocker` (0: none) is given back, and one block takes it all. */
void host_end(uint32_t blocker);
