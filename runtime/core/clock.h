/* clock.h — the only place that asks what time it is.
 *
 * Decisions never do: their time comes with the events.  Benches and progress lines use the monotonic
 * clock, file stamps the wall clock. */
#pragma once

#include <stdint.h>

/* Nanoseconds since an arbitrary start; never goes back. */
int64_t clock_mono_ns(void);
/* Nanoseconds this thread has worked: what others do meanwhile does not count. */
int64_t clock_work_ns(void);
/* Microseconds since 1970 UTC. */
int64_t clock_wall_us(void);
