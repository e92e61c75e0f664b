/* handles.h — numbers for what stays open between calls: runs over data, and the data.
 *
 * A number is never given out twice in a row.  Promise: an old or invented one is recognised. */
#pragma once

#include <stdint.h>

enum { HANDLES_MAX = 16 }; /* open at one time, of each kind */

typedef struct Handles {
    struct {
        void *object;
        uint32_t turn;
    } places[HANDLES_MAX];
} Handles;

/* 0: too many are open. */
int32_t handles_put(Handles *h, void *object);
/* NULL: no such handle. */
void *handles_find(const Handles *h, int32_t handle);
void handles_drop(Handles *h, int32_t handle);
