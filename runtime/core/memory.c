/* memory.c — see memory.h. */
#include "runtime/core/memory.h"

#include <stdalign.h>
#include <stdlib.h>

_Static_assert(alignof(max_align_t) >= ARENA_ALIGN, "malloc aligns as an arena asks");

static void *take(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void give(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

ArenaSource memory_source(void)
{
    return (ArenaSource){take, give, NULL};
}
