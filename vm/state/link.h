/* link.h — a state row made ready to run: its window read from the params, its constants worked out.
 *
 * Made once when an instance is made; never changes afterwards, so it is no part of a snapshot. */
#pragma once

#include "vm/state/memory.h"

typedef struct StateLink {
    uint64_t clocks; /* when it advances */
    uint32_t offset, size;
    uint32_t n; /* steps of the window, 0 where there is none */
    uint8_t kind, space, life, market;
    uint16_t slots; /* further markets whose slot open restarts it */
    bool is_exact, has_init;
    double count;    /* n as a number */
    double before;   /* n - 1 */
    double alpha;    /* EMA: 2 / (n + 1) */
    double divisor;  /* SMA, exact: n * 1e6 */
    double most;     /* SMA, exact: micros in the window stay below this in size */
    int64_t span_us; /* HELD */
    Held init;       /* NUM, BOOL */
} StateLink;

/* Row `row` with the values of its operands (unused ones are ignored). False when the window is not a whole
 * number from 1 to the row's capacity, or not a duration. */
bool state_link(const StateRow *row, double window, double init, StateLink *ret);

/* The slot as at the start of an instance or of its slot or day. */
void memory_reset(const StateLink *s, void *mem);
/* A staleness instant: the output is unknown, a run ends. */
void memory_stale(const StateLink *s, void *mem);
/* Could these bytes have been left by the operations? For snapshots that come from elsewhere. */
bool memory_is_sane(const StateLink *s, const void *mem);
