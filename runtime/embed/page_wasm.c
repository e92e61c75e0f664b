/* page_wasm.c — page.h in WebAssembly: an offset is a pointer. */
#include "runtime/embed/page.h"

#include <stddef.h>

enum { PAGE_BYTES = 65536 };

extern uint8_t __heap_base; /* of the linker: behind stack and data */

uint8_t *page_at(uint32_t offset)
{
    return (uint8_t *)(uintptr_t)offset;
}

uint32_t page_offset(const void *ptr)
{
    return (uint32_t)(uintptr_t)ptr;
}

uint32_t page_heap(void)
{
    return (page_offset(&__heap_base) + 15) & ~15u;
}

uint32_t page_end(void)
{
    return (uint32_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
}

bool page_grow(uint32_t size)
{
    uint32_t pages = size / PAGE_BYTES + (size % PAGE_BYTES != 0);

    return __builtin_wasm_memory_grow(0, pages) != (size_t)-1;
}
