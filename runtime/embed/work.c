/* work.c — see work.h. */
#include "runtime/embed/work.h"

#include "runtime/embed/answer.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/page.h"

void work_begin(Work *w)
{
    *w = (Work){.bytes = {NULL, 0}};
    arena_init(&w->arena, heap_source(), WORK_MAX_BYTES);
    buf_init(&w->out, &w->arena, WORK_MAX_ANSWER);
    json_write_init(&w->json, &w->out, false);
    json_write_object(&w->json);
}

int32_t work_end(Work *w)
{
    int32_t handle = EMBED_MEMORY;

    json_write_object_end(&w->json);
    if (!w->has_failed && !arena_is_full(&w->arena) && !buf_is_full(&w->out))
        handle = answer_new(buf_span(&w->out), w->bytes);
    arena_fini(&w->arena);
    return handle;
}

void work_text(Work *w, Span key, Span text)
{
    json_write_key(&w->json, key);
    json_write_string(&w->json, text);
}

void work_error(Work *w, Span sentence)
{
    work_text(w, SPAN("error"), sentence);
}

void work_count(Work *w, Span key, uint64_t count)
{
    json_write_key(&w->json, key);
    json_write_uint(&w->json, count);
}

void work_flag(Work *w, Span key, bool flag)
{
    json_write_key(&w->json, key);
    json_write_bool(&w->json, flag);
}

Span work_given(uint32_t ptr, uint32_t len)
{
    return len ? (Span){(const char *)page_at(ptr), len} : (Span){"", 0};
}
