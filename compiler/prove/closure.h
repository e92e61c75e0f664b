/* closure.h — the bounds of a box, closed: how far apart any two of its terms can be.
 *
 * Node 0 is zero; d[i][j] bounds t_i - t_j.  Promise: at most 64 terms; a box with more is not closed. */
#pragma once

#include "compiler/prove/box.h"

enum { CLOSURE_NODES = 65 };

typedef struct Bound {
    double v;
    bool strict;
} Bound;

typedef struct Closure {
    uint32_t terms[CLOSURE_NODES];
    uint32_t n;
    bool is_empty, is_cut;
    Bound d[CLOSURE_NODES][CLOSURE_NODES];
} Closure;

void closure_of(Terms *ts, const Box *b, Closure *c);
/* Node of a term, or 0 when the box does not speak of it. */
uint32_t closure_node(const Closure *c, uint32_t term);
/* The term's interval, in its own unit (not micros). */
Interval closure_interval(const Terms *ts, const Closure *c, uint32_t term);
