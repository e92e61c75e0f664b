/* heap.c — see heap.h. */
#include "runtime/embed/heap.h"

#include "runtime/embed/page.h"
#include "vm/base/bug.h"

typedef struct Head {
    uint32_t size; /* of the bytes behind it, a multiple of 16 */
    uint32_t use;  /* HeapUse */
    uint32_t unused[2];
} Head;
_Static_assert(sizeof(Head) == 16, "blocks stay aligned");

enum { HEAD = sizeof(Head), GROW_AT_LEAST = 1 << 18, SIZE_MOST = 1 << 30 };

/* The module is one instance of one program: this is its state, like the memory itself. */
static struct {
    uint32_t end; /* of the chain; 0: not begun */
    uint32_t caller_blocks;
} heap;

static Head *head_at(uint32_t at)
{
    return (Head *)(void *)page_at(at);
}

static uint32_t next_of(uint32_t at)
{
    return at + HEAD + head_at(at)->size;
}

/* Free neighbours behind `at` are taken in. */
static void join(uint32_t at)
{
    Head *h = head_at(at);

    while (next_of(at) < heap.end && head_at(next_of(at))->use == HEAP_FREE)
        h->size += HEAD + head_at(next_of(at))->size;
}

/* The first free block of that size; the last block of the chain in *ret_last, or 0. */
static uint32_t find_free(uint32_t size, uint32_t *ret_last)
{
    *ret_last = 0;
    for (uint32_t at = page_heap(); at < heap.end; at = next_of(at)) {
        *ret_last = at;
        if (head_at(at)->use != HEAP_FREE) continue;
        join(at);
        if (head_at(at)->size >= size) return at;
    }
    return 0;
}

/* The chain becomes longer by a free block, or its last one larger. */
static uint32_t lengthen(uint32_t size, uint32_t last)
{
    bool joins = last && head_at(last)->use == HEAP_FREE;
    uint32_t need = joins ? size - head_at(last)->size : size + HEAD;
    uint32_t more = need < GROW_AT_LEAST ? GROW_AT_LEAST : need, end = page_end();
    uint32_t room = (end - heap.end) & ~15u;

    if (room < need) {
        if (!page_grow(more - room)) return 0;
        room = (page_end() - heap.end) & ~15u;
    }
    if (joins) {
        head_at(last)->size += room;
    } else {
        last = heap.end;
        *head_at(last) = (Head){.size = room - HEAD, .use = HEAP_FREE};
    }
    heap.end += room;
    return last;
}

static void split(uint32_t at, uint32_t size)
{
    Head *h = head_at(at);

    if (h->size - size < 2 * HEAD) return;
    *head_at(at + HEAD + size) = (Head){.size = h->size - size - HEAD, .use = HEAP_FREE};
    h->size = size;
}

uint32_t heap_take(uint32_t size, HeapUse use)
{
    uint32_t at, last;

    if (size > SIZE_MOST) return 0;
    if (use == HEAP_CALLER && heap.caller_blocks == HEAP_CALLER_MAX) return 0;
    if (!heap.end) heap.end = page_heap();
    size = size ? (size + 15) & ~15u : 16;
    at = find_free(size, &last);
    if (!at) at = lengthen(size, last);
    if (!at) return 0;
    split(at, size);
    head_at(at)->use = use;
    heap.caller_blocks += use == HEAP_CALLER;
    return at + HEAD;
}

bool heap_give(uint32_t offset, HeapUse use)
{
    uint32_t at = page_heap();

    while (at < heap.end && at + HEAD < offset)
        at = next_of(at);
    if (at >= heap.end || at + HEAD != offset || head_at(at)->use != (uint32_t)use) return false;
    head_at(at)->use = HEAP_FREE;
    heap.caller_blocks -= use == HEAP_CALLER;
    return true;
}

bool heap_owns(uint32_t offset, uint32_t len)
{
    if (!len) return true;
    for (uint32_t at = page_heap(); at < heap.end && at < offset; at = next_of(at)) {
        const Head *h = head_at(at);

        if (h->use != HEAP_CALLER || offset < at + HEAD || offset - at - HEAD >= h->size) continue;
        return len <= h->size - (offset - at - HEAD);
    }
    return false;
}

static void *take(void *ctx, size_t size)
{
    uint32_t at = size <= SIZE_MOST ? heap_take((uint32_t)size, HEAP_OURS) : 0;

    (void)ctx;
    return at ? page_at(at) : NULL;
}

static void give(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    BUG_IF(!heap_give(page_offset(ptr), HEAP_OURS));
}

ArenaSource heap_source(void)
{
    return (ArenaSource){take, give, NULL};
}
