/* scale.h — where the lines of a chart's axis stand and what is written beside them.
 *
 * In: a range and its unit.  Out: ticks at 1, 2 or 5 times a power of ten, of instants at whole minutes, hours,
 * days, months.  Promise: at most as many as asked for, all within the range, equal ranges give equal ticks. */
#pragma once

#include <stddef.h>

#include "vm/base/buf.h"

typedef enum ScaleUnit {
    SCALE_PLAIN,
    SCALE_PERCENT, /* of ratios */
    SCALE_CENTS,   /* of dollars */
    SCALE_DOLLARS,
    SCALE_TIME, /* µs since 1970 UTC */
} ScaleUnit;

enum { SCALE_TICKS = 12 };

typedef struct Ticks {
    double at[SCALE_TICKS];
    size_t count;
    ScaleUnit unit;
    int exp10;      /* of numbers: the step is 1, 2 or 5 times this power of ten */
    double step_us; /* of times; of months 0 */
} Ticks;

/* `most` is at least 2 and at most SCALE_TICKS; low < high, both finite. */
Ticks scale_ticks(double low, double high, ScaleUnit unit, size_t most);
void scale_label(Buf *out, const Ticks *t, double at);
