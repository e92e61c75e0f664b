/* room.c — see room.h. */
#include "runtime/engine/room.h"

#include <string.h>

void *room_for(Room *r, void *items, uint32_t need, size_t size)
{
    uint32_t cap = r->cap ? r->cap : 1;
    void *larger;

    if (need <= r->cap) return items;
    if (need > r->most || !r->arena) return NULL;
    while (cap < need)
        cap *= 2;
    if (cap > r->most) cap = r->most;
    larger = arena_alloc_array(r->arena, cap, size);
    if (arena_is_full(r->arena)) return NULL;
    if (r->cap) memcpy(larger, items, r->cap * size);
    r->cap = cap;
    return larger;
}
