/* arena.h — memory that is taken piece by piece and given back all at once.
 *
 * Memory comes in chunks from an ArenaSource the caller provides, up to `limit` bytes.  Allocations
 * are 16-byte aligned and zeroed.  Promise: an exhausted arena never makes its user crash: requests
 * up to ARENA_PAGE still get writable memory (the emergency page, the same one each time, zeroed
 * again), larger ones get NULL, and a sticky flag says so.  The user tests the flag once per item. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/span.h"

#define ARENA_PAGE ((size_t)65536)
#define ARENA_ALIGN ((size_t)16)

/* Where chunks come from.  `take` returns 16-byte aligned memory of any content, or NULL. */
typedef struct ArenaSource {
    void *(*take)(void *ctx, size_t size);
    void (*give)(void *ctx, void *ptr, size_t size);
    void *ctx;
} ArenaSource;

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena { /* owned by the caller; fields are private to arena.c */
    ArenaSource source;
    ArenaChunk *chunk; /* the newest; older ones hang behind it */
    char *at, *end;    /* free part of the newest chunk */
    char *page;        /* the emergency page; NULL only when `source` refused it */
    size_t limit;      /* bytes of chunks that may be taken; the page is not counted */
    size_t taken;
    size_t next_size;
    bool is_full;
} Arena;

typedef struct ArenaMark {
    ArenaChunk *chunk;
    char *at;
} ArenaMark;

/* Takes the emergency page from `source`.  False when even that is refused: then every allocation
 * gives NULL and the arena is full from the start. */
bool arena_init(Arena *a, ArenaSource source, size_t limit);
/* Gives everything back. Accepts a zeroed Arena. */
void arena_fini(Arena *a);
/* Everything allocated is gone, the flag is cleared, the newest chunk is kept for reuse. */
void arena_reset(Arena *a);

/* `size` zeroed bytes (zero bytes count as one). */
void *arena_alloc(Arena *a, size_t size);
/* The same for `count` items; an overflowing product is a request that is too large. */
void *arena_alloc_array(Arena *a, size_t count, size_t item_size);
/* A copy of the bytes with a NUL behind it; the empty span when it does not fit. */
Span arena_span(Arena *a, Span s);

#define arena_new(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define arena_array(arena, Type, count) ((Type *)arena_alloc_array((arena), (count), sizeof(Type)))

/* What is allocated after a mark is gone after its release; the flag stays as it is. */
ArenaMark arena_mark(const Arena *a);
void arena_release(Arena *a, ArenaMark mark);

/* True once any request could not be served; sticky until arena_reset. */
static inline bool arena_is_full(const Arena *a)
{
    return a->is_full;
}

/* Bytes of chunks taken from the source, without the page. */
static inline size_t arena_taken(const Arena *a)
{
    return a->taken;
}
