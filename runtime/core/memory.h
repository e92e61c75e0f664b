/* memory.h — where the arenas of a process get their chunks: malloc.
 *
 * In: nothing.  Out: an ArenaSource for arena_init().  Promise: every chunk is 16-byte aligned and a
 * refusal of the system arrives as NULL, which the arena turns into its sticky flag. */
#pragma once

#include "vm/base/arena.h"

/* Holds no state; may be used by any number of arenas at once. */
ArenaSource memory_source(void);
