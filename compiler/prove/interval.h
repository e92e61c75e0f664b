/* interval.h — ranges of numbers with open and closed ends.
 *
 * Arithmetic is sound for binary64 with one rounding: an end that was not computed exactly is moved
 * outwards by one unit in the last place.  Promise: the true result of every point lies inside. */
#pragma once

#include <stdbool.h>

typedef struct Interval {
    double lo, hi; /* infinite where unbounded */
    bool lo_open, hi_open;
} Interval;

Interval iv_all(void);
Interval iv_point(double x);
Interval iv_closed(double lo, double hi);
Interval iv_from(double lo, bool is_open);
Interval iv_upto(double hi, bool is_open);

bool iv_is_empty(Interval a);
bool iv_is_point(Interval a);
bool iv_has(Interval a, double x);
bool iv_is_inside(Interval inner, Interval outer);
Interval iv_meet(Interval a, Interval b);
Interval iv_join(Interval a, Interval b);

Interval iv_neg(Interval a);
Interval iv_add(Interval a, Interval b);
Interval iv_sub(Interval a, Interval b);
Interval iv_mul(Interval a, Interval b);
Interval iv_div(Interval a, Interval b); /* over b without 0 */
Interval iv_abs(Interval a);
Interval iv_min(Interval a, Interval b);
Interval iv_max(Interval a, Interval b);
/* A function that never falls, applied to both ends; `slack` widens by some last places. */
Interval iv_map(Interval a, double (*f)(double), bool is_exact);
Interval iv_widen(Interval a);
