/* exports.c — see embed.h: from numbers that are not believed to a Work, and back to a handle. */
#include "runtime/embed/answer.h"
#include "runtime/embed/embed.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/run.h"
#include "runtime/embed/verbs.h"

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

static int32_t run_verb(uint32_t ptr, uint32_t len, Verb verb)
{
    Request q;
    Work w;

    if (!heap_owns(ptr, len)) return EMBED_POINTER;
    work_begin(&w);
    if (request_read(&q, work_given(ptr, len), &w.arena))
        verb(&w, &q);
    else
        work_error(&w, q.error);
    return work_end(&w);
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
VERB(convert)
VERB(explain)
VERB(hover)
VERB(complete)
VERB(signature)
VERB(fixes)
#undef VERB

int32_t odx_run_open(uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? run_open(work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_run_ticks(int32_t run, uint32_t market, uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? run_ticks(run, market, work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_run_csv(int32_t run, uint32_t market, uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? run_csv(run, market, work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_run_step(int32_t run, double until_us, uint32_t ticks)
{
    return run_step(run, until_us, ticks);
}

int32_t odx_run_why(int32_t run, uint32_t rule)
{
    return run_why(run, rule);
}

int32_t odx_run_close(int32_t run)
{
    return run_close(run);
}
