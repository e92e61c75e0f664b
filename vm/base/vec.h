/* vec.h — typed vector by macro, on an Arena.
 *
 *     VEC(Token) tokens = {0};
 *     if (!vec_push(arena, &tokens, (Token){kind, span})) ...
 *
 * Items move when the vector grows: keep indices, not pointers.  Promise: a push the arena cannot
 * serve is refused and changes nothing; nothing is written out of bounds. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "vm/base/arena.h"
#include "vm/base/bug.h"

#define VEC(T)             \
    struct {               \
        T *items;          \
        size_t count, cap; \
    }

/* Appends; false when there is no memory. The value may be a compound literal with commas. */
#define vec_push(arena, v, ...) \
    (vec_reserve((arena), (v), 1) ? ((v)->items[(v)->count++] = (__VA_ARGS__), true) : false)

/* Makes sure that `extra` more items fit; false when there is no memory. */
#define vec_reserve(arena, v, extra)                                                  \
    (LIKELY((v)->cap - (v)->count >= (extra)) ||                                      \
     vec_grow_((arena), (void **)(void *)&(v)->items, (v)->count, &(v)->cap, (extra), \
               sizeof *(v)->items))

/* The last item, which must exist, as an lvalue; vec_pop also takes it off. */
#define vec_last(v) ((v)->items[vec_at_((v)->count, (v)->count - 1)])
#define vec_pop(v) ((v)->items[vec_pop_(&(v)->count)])
/* Item `i` as an lvalue, checked. */
#define vec_at(v, i) ((v)->items[vec_at_((v)->count, (i))])
#define vec_clear(v) ((void)((v)->count = 0))
#define vec_truncate(v, n) ((void)((v)->count > (n) ? ((v)->count = (n)) : 0))

static inline size_t vec_at_(size_t count, size_t i)
{
    BUG_IF(i >= count);
    return i;
}

static inline size_t vec_pop_(size_t *count)
{
    BUG_IF(*count == 0);
    return --*count;
}

static inline bool vec_grow_(Arena *a, void **items, size_t count, size_t *cap, size_t extra,
                             size_t item_size)
{
    size_t want = *cap < 8 ? 8 : *cap * 2;
    void *grown;

    if (extra > SIZE_MAX / 4 / item_size || *cap > SIZE_MAX / 4 / item_size) return false;
    if (want < count + extra) want = count + extra;
    grown = arena_alloc_array(a, want, item_size);
    if (!grown || arena_is_full(a)) return false; /* the emergency page is nobody's to keep */
    if (count) memcpy(grown, *items, count * item_size);
    *items = grown;
    *cap = want;
    return true;
}
