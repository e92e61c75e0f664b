/* trace.h — what every word of one event computed, and condition trees read from it.
 *
 * Put a Trace on a Vm, run an event, and each condition as written has its left value, operator, right
 * value, outcome and margin: the smallest change of the left value that flips it. */
#pragma once

#include "vm/vm.h"

typedef struct Trace Trace;

/* What one word left in its result register: the number, or COND_* as a number. */
typedef struct TraceValue {
    double num;
    bool has_run;
} TraceValue;

Trace *trace_new(const Image *image, Arena *arena);
void trace_clear(Trace *t);          /* before each event */
void vm_set_trace(Vm *vm, Trace *t); /* NULL takes it off; costs nothing when off */

/* The value row `cond` of Image.conds had in the event that ran last. */
typedef struct TraceCond {
    uint8_t cond;               /* COND_* */
    double left, right, right2; /* comparisons: operands; others UNKNOWN */
    double margin;              /* left must move by this to flip; UNKNOWN when it cannot be said */
    bool has_run;
} TraceCond;
TraceCond trace_cond(const Trace *t, const Vm *vm, uint32_t cond_row);
