/* bug.h — how our own mistakes are said, and the compiler attributes we use.
 *
 * BUG_IF is for conditions that no input can cause; bad input gets a Status or a finding.
 * Promise: a true BUG_IF stops the process at once, in every build, without I/O. */
#pragma once

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Never returns. */
__attribute__((noreturn, cold)) static inline void bug_trap(void)
{
    __builtin_trap();
}

#define BUG_IF(cond)                    \
    do {                                \
        if (UNLIKELY(cond)) bug_trap(); \
    } while (0)

/* A place that cannot be reached, such as after a switch over all rows of a table. */
#define UNREACHABLE() bug_trap()

/* Can memory be asked for at all? */
#ifdef __wasm__
enum { CAN_PREFETCH = 0 };
#else
enum { CAN_PREFETCH = 1 };
#endif

/* Asks for memory that will be read before long: into the nearest cache; into the second one.  With an asm, which has
 * effects: gcc 12 takes a function that only asks for one without effect, and drops calls of it. */
static inline void prefetch_near(const void *p)
{
    __builtin_prefetch(p);
#ifndef __clang__
    __asm__ volatile("");
#endif
}

static inline void prefetch_far(const void *p)
{
    __builtin_prefetch(p, 0, 1);
#ifndef __clang__
    __asm__ volatile("");
#endif
}
