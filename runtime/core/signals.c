/* signals.c — see signals.h. */
#include "runtime/core/signals.h"

#include <signal.h>
#include <time.h>

static sigset_t stops(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void signals_hold(void)
{
    sigset_t set = stops();

    sigprocmask(SIG_BLOCK, &set, NULL);
}

bool signals_wait(unsigned milliseconds)
{
    struct timespec most = {(time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000};
    sigset_t set = stops();

    return sigtimedwait(&set, NULL, &most) > 0;
}
