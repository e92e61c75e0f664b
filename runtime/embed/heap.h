/* heap.h — the module's memory: blocks for the caller's requests, for answers and for arenas.
 *
 * One chain of blocks from page_heap() on, each with a head of 16 bytes; first fit, neighbours that are
 * free become one.  There are few blocks (arenas take large ones), so walking the chain is cheap, and it
 * is how a pointer is checked: nothing that a caller says is believed.
 * Promise: a refused request changes nothing; heap_owns is true only for bytes of one living block. */
#pragma once

#include "vm/base/arena.h"

typedef enum HeapUse { HEAP_FREE, HEAP_CALLER, HEAP_OURS } HeapUse;

enum { HEAP_CALLER_MAX = 4096 }; /* blocks of a caller at one time */

/* Offset of `size` bytes on a multiple of 16, or 0. */
uint32_t heap_take(uint32_t size, HeapUse use);
/* False when no block of that use begins there. */
bool heap_give(uint32_t offset, HeapUse use);
/* Are these bytes within one block of the caller's? No bytes are, wherever they lie. */
bool heap_owns(uint32_t offset, uint32_t len);
/* Chunks for arenas. */
ArenaSource heap_source(void);
