/* gzip.h — .gz files unpacked, in memory or from descriptor to descriptor; bytes packed.  The only place that
 * includes zlib.
 *
 * In: packed bytes.  Out: the text, at most `max` bytes.  Promise: a damaged or cut file is an error
 * that names the file, never a shorter result. */
#pragma once

#include "vm/base/arena.h"
#include "vm/base/err.h"

bool gzip_is(Span bytes);
Status gzip_unpack(Span name, Span bytes, size_t max, Arena *arena, Span *ret_text, Err *err);
/* Unpacks `head` and what follows it on `fd` onto `out`; false when it is damaged or cut off, or when nobody
 * takes what comes out. */
bool gzip_stream(Span head, int fd, int out);
/* As small as zlib makes it; equal bytes give equal packed bytes. */
Status gzip_pack(Span name, Span bytes, Arena *arena, Span *ret_packed, Err *err);
