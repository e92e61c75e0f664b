/* page.h — the linear memory that the module lives in, seen as offsets.
 *
 * In WebAssembly an offset is a pointer (page_wasm.c); in native tests it counts from the start of a
 * fixed piece of memory (tests/wasm/page_native.c), so that sanitizers see the same code.
 * Promise: offset 0 is never given out. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The byte at an offset below page_end(). */
uint8_t *page_at(uint32_t offset);
/* The offset of a pointer into the memory. */
uint32_t page_offset(const void *ptr);
/* From here on memory is the heap's; a multiple of 16. */
uint32_t page_heap(void);
uint32_t page_end(void);
/* More memory behind page_end(), `size` bytes at least; false when there is none. */
bool page_grow(uint32_t size);
