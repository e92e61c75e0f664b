/* pool.c — see pool.h.  One list of waiting chunks for each power of two. */
#include "tests/fuzz/pool.h"

#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
void __asan_poison_memory_region(const volatile void *start, size_t size);
void __asan_unpoison_memory_region(const volatile void *start, size_t size);
#define FORBID(start, size) __asan_poison_memory_region((start), (size))
#define ALLOW(start, size) __asan_unpoison_memory_region((start), (size))
#endif
#endif
#ifndef FORBID
#define FORBID(start, size) ((void)(start), (void)(size))
#define ALLOW(start, size) ((void)(start), (void)(size))
#endif

typedef struct Chunk {
    struct Chunk *next;
    void *pad; /* 16 bytes, which is what chunks are aligned to */
} Chunk;

static Chunk *waiting[64];

static int list_of(size_t size)
{
    return size <= 64 ? 6 : 64 - __builtin_clzll(size - 1);
}

static void *take(void *ctx, size_t size)
{
    int list = list_of(size);
    Chunk *c = waiting[list];

    (void)ctx;
    if (!c) return malloc((size_t)1 << list);
    ALLOW(c, size);
    waiting[list] = c->next;
    return c;
}

static void give(void *ctx, void *ptr, size_t size)
{
    int list = list_of(size);
    Chunk *c = ptr;

    (void)ctx;
    c->next = waiting[list];
    waiting[list] = c;
    if (size > sizeof *c) FORBID(c + 1, size - sizeof *c); /* the leak detector follows the list */
}

ArenaSource pool_source(void)
{
    return (ArenaSource){take, give, NULL};
}

Arena pool_arena(size_t limit)
{
    Arena a;

    if (!arena_init(&a, pool_source(), limit)) abort();
    return a;
}
