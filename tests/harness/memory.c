/* memory.c — see memory.h. */
#include "tests/harness/memory.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct OwnArena {
    Arena arena;
    struct OwnArena *next;
} OwnArena;

static OwnArena *arenas;

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

ArenaSource test_source(void)
{
    return (ArenaSource){take, give, NULL};
}

static void release_all(void)
{
    while (arenas) {
        OwnArena *a = arenas;

        arenas = a->next;
        arena_fini(&a->arena);
        free(a);
    }
}

Arena *test_arena(size_t limit)
{
    OwnArena *a = calloc(1, sizeof *a);

    if (!a || !arena_init(&a->arena, test_source(), limit)) {
        fprintf(stderr, "test_arena: out of memory\n");
        exit(1);
    }
    if (!arenas) atexit(release_all);
    a->next = arenas;
    arenas = a;
    return &a->arena;
}

static void *take_budget(void *ctx, size_t size)
{
    TestBudget *b = ctx;
    void *got = size <= b->left ? malloc(size) : NULL;

    if (!got) return NULL;
    b->left -= size;
    b->taken += size;
    b->count++;
    return got;
}

static void give_budget(void *ctx, void *ptr, size_t size)
{
    TestBudget *b = ctx;

    b->left += size;
    b->taken -= size;
    b->count--;
    free(ptr);
}

ArenaSource test_source_budget(TestBudget *budget)
{
    return (ArenaSource){take_budget, give_budget, budget};
}
