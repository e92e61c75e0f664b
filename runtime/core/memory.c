/* memory.c — see memory.h. */
#include "runtime/core/memory.h"

#include <stdalign.h>
#include <stdlib.h>
#include <sys/mman.h>

_Static_assert(alignof(max_align_t) >= ARENA_ALIGN, "malloc aligns as an arena asks");

enum { HUGE_PAGE = 1 << 21, HUGE_LEAST = 2 * HUGE_PAGE };

/* Columns of millions of ticks are read from many places at once, which pages of 4 KB make slow. */
static void *take_huge(size_t size)
{
    size_t whole = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void *got = whole < size ? NULL : aligned_alloc(HUGE_PAGE, whole);

#ifdef MADV_HUGEPAGE
    if (got) (void)madvise(got, whole, MADV_HUGEPAGE); /* a wish: without it all works the same */
#endif
    return got;
}

static void *take(void *ctx, size_t size)
{
    (void)ctx;
    return size < HUGE_LEAST ? malloc(size) : take_huge(size);
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
