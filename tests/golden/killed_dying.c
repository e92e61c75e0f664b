/* killed_dying.c — with dying.c and the parts of odx: a program that is killed at the step ODX_DIES_AT of its work on
 * the disk (tests/unit/history/dying.h), for killed.py. */
#include <stdlib.h>

#include "tests/unit/history/dying.h"

__attribute__((constructor)) static void begin(void)
{
    const char *step = getenv("ODX_DIES_AT");

    if (step) dying_at((uint32_t)strtoul(step, NULL, 10));
}
