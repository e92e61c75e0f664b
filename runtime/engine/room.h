/* room.h — tables that start small and double, for hosts with many engines.
 *
 * Private to the room.  An engine on its own takes all its rooms at once; with `is_small` tables begin
 * with a few items and grow on the arena of engine_new, up to the same bounds.  Promise: what an engine
 * does is the same either way. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/arena.h"

typedef struct Room { /* of one table */
    Arena *arena;     /* borrowed; NULL: the table never grows */
    uint32_t cap, most;
} Room;

/* A table of up to `most` items: all of them now, or `first` now and the rest on demand. */
static inline Room room_new(Arena *grows, uint32_t first, uint32_t most)
{
    return (Room){grows, grows && first < most ? first : most, most};
}

/* `items` with room for `need` of `size` bytes each, at least twice as large when it must grow; NULL, with
 * nothing changed, when that is beyond the bound or memory ends.  Older places stay valid to read. */
void *room_for(Room *r, void *items, uint32_t need, size_t size);
