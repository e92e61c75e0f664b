/* exports.c — see embed.h: from numbers that are not believed to a Work, and back to a handle. */
#include "runtime/embed/answer.h"
#include "runtime/embed/embed.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/page.h"
#include "runtime/embed/verbs.h"

enum { WORK_MAX_BYTES = 512 << 20, OUT_MAX_BYTES = 128 << 20 };

uint32_t odx_abi(void)
{
    return EMBED_ABI;
}

uint32_t odx_alloc(uint32_t size)
{
    return heap_take(size, HEAP_CALLER);
}

int32_t odx_free(uint32_t ptr)
{
    return heap_give(ptr, HEAP_CALLER) ? 0 : EMBED_POINTER;
}

uint32_t odx_json(int32_t handle)
{
    const Answer *a = answer_find(handle);

    return a ? a->json : 0;
}

uint32_t odx_json_length(int32_t handle)
{
    const Answer *a = answer_find(handle);

    return a ? a->json_len : 0;
}

uint32_t odx_bytes(int32_t handle)
{
    const Answer *a = answer_find(handle);

    return a ? a->bytes : 0;
}

uint32_t odx_bytes_length(int32_t handle)
{
    const Answer *a = answer_find(handle);

    return a ? a->bytes_len : 0;
}

int32_t odx_release(int32_t handle)
{
    return answer_release(handle);
}

static Span request_bytes(uint32_t ptr, uint32_t len)
{
    return len ? (Span){(const char *)page_at(ptr), len} : (Span){"", 0};
}

static int32_t finish(Work *w)
{
    int32_t handle = EMBED_MEMORY;

    json_write_object_end(&w->json);
    if (!arena_is_full(&w->arena) && !buf_is_full(&w->out))
        handle = answer_new(buf_span(&w->out), w->bytes);
    arena_fini(&w->arena);
    return handle;
}

static int32_t run_verb(uint32_t ptr, uint32_t len, Verb verb)
{
    Work w = {.bytes = {NULL, 0}};

    if (!heap_owns(ptr, len)) return EMBED_POINTER;
    arena_init(&w.arena, heap_source(), WORK_MAX_BYTES);
    buf_init(&w.out, &w.arena, OUT_MAX_BYTES);
    json_write_init(&w.json, &w.out, false);
    json_write_object(&w.json);
    if (request_read(&w.request, request_bytes(ptr, len), &w.arena))
        verb(&w);
    else
        verb_put_text(&w, SPAN("error"), w.request.error);
    return finish(&w);
}

#define VERB(name)                                 \
    int32_t odx_##name(uint32_t ptr, uint32_t len) \
    {                                              \
        return run_verb(ptr, len, verb_##name);    \
    }
VERB(check)
VERB(format)
VERB(fix)
VERB(compile)
#undef VERB
