/* handles.c — see handles.h. */
#include "runtime/embed/handles.h"

#include <stddef.h>

int32_t handles_put(Handles *h, void *object)
{
    for (uint32_t i = 0; i < HANDLES_MAX; i++) {
        if (h->places[i].object) continue;
        h->places[i].object = object;
        h->places[i].turn = h->places[i].turn % (INT32_MAX / HANDLES_MAX - 1) + 1;
        return (int32_t)(h->places[i].turn * HANDLES_MAX + i);
    }
    return 0;
}

void *handles_find(const Handles *h, int32_t handle)
{
    uint32_t place = (uint32_t)handle % HANDLES_MAX, turn = (uint32_t)handle / HANDLES_MAX;

    return handle > 0 && h->places[place].turn == turn ? h->places[place].object : NULL;
}

void handles_drop(Handles *h, int32_t handle)
{
    if (handles_find(h, handle)) h->places[(uint32_t)handle % HANDLES_MAX].object = NULL;
}
