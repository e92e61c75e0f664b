/* answer.c — see answer.h. */
#include "runtime/embed/answer.h"

#include "runtime/embed/heap.h"
#include "runtime/embed/page.h"

enum { PLACE_BITS = 8, TURN_MASK = 0x3fffff };
_Static_assert(ANSWER_MAX == 1 << PLACE_BITS, "a handle is turn and place");

static Answer answers[ANSWER_MAX]; /* of this instance of the module */

static int32_t handle_of(uint32_t place)
{
    return (int32_t)((answers[place].turn & TURN_MASK) << PLACE_BITS | place);
}

static bool copy(Span s, uint32_t *ret_at)
{
    *ret_at = 0;
    if (!s.len) return true;
    if (s.len > UINT32_MAX / 2) return false;
    *ret_at = heap_take((uint32_t)s.len, HEAP_OURS);
    if (*ret_at) memcpy(page_at(*ret_at), s.ptr, s.len);
    return *ret_at != 0;
}

int32_t answer_new(Span json, Span bytes)
{
    uint32_t place = 0, at_json, at_bytes;

    while (place < ANSWER_MAX && answers[place].is_open)
        place++;
    if (place == ANSWER_MAX) return EMBED_LIMIT;
    if (!copy(json, &at_json)) return EMBED_MEMORY;
    if (!copy(bytes, &at_bytes)) {
        if (at_json) heap_give(at_json, HEAP_OURS);
        return EMBED_MEMORY;
    }
    answers[place] = (Answer){.json = at_json,
                              .json_len = (uint32_t)json.len,
                              .bytes = at_bytes,
                              .bytes_len = (uint32_t)bytes.len,
                              .turn = answers[place].turn % TURN_MASK + 1, /* never 0 */
                              .is_open = true};
    return handle_of(place);
}

const Answer *answer_find(int32_t handle)
{
    uint32_t place = (uint32_t)handle & (ANSWER_MAX - 1);

    if (handle <= 0 || !answers[place].is_open || handle_of(place) != handle) return NULL;
    return &answers[place];
}

int32_t answer_release(int32_t handle)
{
    const Answer *a = answer_find(handle);

    if (!a) return EMBED_HANDLE;
    if (a->json) heap_give(a->json, HEAP_OURS);
    if (a->bytes) heap_give(a->bytes, HEAP_OURS);
    answers[(uint32_t)handle & (ANSWER_MAX - 1)].is_open = false;
    return 0;
}
