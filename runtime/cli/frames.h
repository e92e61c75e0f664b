/* frames.h — messages out of a stream of bytes: `Content-Length: N`, an empty line, N bytes.
 *
 * In: bytes as they arrive, cut anywhere.  Out: whole messages.  Promise: headers that make no sense are
 * skipped, a message beyond the limit is skipped and told as such, and memory stays below that limit. */
#pragma once

#include "vm/base/arena.h"
#include "vm/base/span.h"

typedef enum FrameStatus {
    FRAME_WAITS,   /* more bytes are needed */
    FRAME_MESSAGE, /* *ret_message, valid until the next call */
    FRAME_TOO_BIG, /* its length is ret_message->len; it has no bytes */
} FrameStatus;

typedef struct Frames {
    char *bytes; /* `max` and a header fit */
    size_t len, cap, max;
    size_t taken; /* bytes of the message handed out last */
    size_t skip;  /* bytes of a message that is too large, still to come */
} Frames;

/* False without memory for messages of `max` bytes. */
bool frames_init(Frames *f, size_t max, Arena *arena);
/* Where the next bytes go, and how many fit. */
char *frames_room(Frames *f, size_t *ret_size);
void frames_fed(Frames *f, size_t size);
FrameStatus frames_next(Frames *f, Span *ret_message);
