/* host.c — see host.h. */
#include "tests/fuzz/host.h"

#include <string.h>

#include "runtime/embed/embed.h"
#include "runtime/embed/page.h"
#include "tests/wasm/page_native.h"
#include "vm/base/bug.h"
#include "vm/base/json.h"

enum {
    HEAD = 16, /* of a block */
    MORE = 256
};

uint32_t host_put(Span bytes)
{
    uint32_t ptr = odx_alloc((uint32_t)bytes.len);

    if (ptr && bytes.len) memcpy(page_at(ptr), bytes.ptr, bytes.len);
    return ptr;
}

int64_t host_number(Arena *arena, Span json, Span name, int depth)
{
    ArenaMark mark = arena_mark(arena);
    bool is_next = false;
    int64_t number = -1;
    JsonReader r;
    JsonEvent e;

    json_init(&r, json, (JsonLimits){(size_t)128 << 20, JSON_DEPTH_MAX}, arena);
    json_next(&r, &e);
    BUG_IF(e.kind != JSON_OBJECT);
    do {
        json_next(&r, &e);
        if (is_next && number < 0 && e.kind == JSON_NUMBER) number = (int64_t)e.number;
        is_next = e.kind == JSON_KEY && r.depth <= depth && span_is(e.text, name);
    } while (e.kind != JSON_END && e.kind != JSON_ERROR);
    BUG_IF(e.kind == JSON_ERROR && !arena_is_full(arena));
    arena_release(arena, mark);
    return number;
}

/* ---- the memory -------------------------------------------------------------------------------------- */

static uint32_t all_memory(void)
{
    return page_end() - page_heap() - HEAD;
}

uint32_t host_leave(uint32_t bytes)
{
    uint32_t ptr = odx_alloc(bytes + MORE);

    BUG_IF(!ptr || odx_free(ptr) != 0);
    page_limit(page_end());
    ptr = odx_alloc(all_memory() - bytes - HEAD);
    BUG_IF(!ptr);
    return ptr;
}

void host_end(uint32_t blocker)
{
    uint32_t ptr;

    if (blocker) (void)odx_free(blocker);
    page_limit(page_end());
    ptr = odx_alloc(all_memory());
    BUG_IF(!ptr || odx_free(ptr) != 0);
    page_limit(UINT32_MAX);
}
