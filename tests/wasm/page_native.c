/* page_native.c — page.h on a fixed piece of memory, so that sanitizers and fuzzers see the room's code. */
#include <stdalign.h>

#include "runtime/embed/page.h"
#include "tests/wasm/page_native.h"
#include "vm/base/bug.h"

enum { FIRST = 64 /* 0 is never given out */, MOST = 192 << 20 };

static alignas(16) uint8_t memory[MOST];
static uint32_t end = 1 << 16, most = MOST;

void page_limit(uint32_t bytes)
{
    most = bytes < MOST ? bytes : MOST;
}

uint8_t *page_at(uint32_t offset)
{
    BUG_IF(offset >= MOST);
    return memory + offset;
}

uint32_t page_offset(const void *ptr)
{
    return (uint32_t)((const uint8_t *)ptr - memory);
}

uint32_t page_heap(void)
{
    return FIRST;
}

uint32_t page_end(void)
{
    return end;
}

bool page_grow(uint32_t size)
{
    if (size > most || end > most - size) return false;
    end += size;
    return true;
}
