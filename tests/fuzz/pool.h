/* pool.h — memory for fuzz targets that is taken from the system once a process, not once an input.
 *
 * Chunks that an arena gives back wait, poisoned, for the next arena that wants their size.  Promise:
 * under AddressSanitizer a read of a chunk that was given back is still a report. */
#pragma once

#include "vm/base/arena.h"

/* A source whose chunks go round; `limit`s of the arenas on it hold as ever. */
ArenaSource pool_source(void);
/* An empty arena on it; give it back with arena_fini. */
Arena pool_arena(size_t limit);
