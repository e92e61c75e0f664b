/* step.h — one step of an operation that remembers, on memory of the caller's own.
 *
 * For drivers that keep memory outside of instances.  Promise: the bits that the machine's own words
 * leave.  Inline, for their loops. */
#pragma once

#include "vm/arith.h"
#include "vm/ops.h"
#include "vm/state/average.h"
#include "vm/state/moment.h"
#include "vm/state/window.h"

typedef struct StepInput {
    uint8_t op, flags; /* the word's: XUPQ compares on the grid, PREV may be one half of itself */
    uint8_t cond;      /* operations of conditions */
    double x, y;       /* ... of numbers */
    int64_t now_us;
} StepInput;

/* False for the second half of a PREV, which has no output. */
static inline bool step_has_output(const StateLink *s, uint8_t flags)
{
    return s->kind > SK_PREVB || flags != WF_WRITE;
}

static inline void step_prev(const StateLink *s, void *mem, const StepInput *in)
{
    bool reads = in->flags != WF_WRITE, writes = in->flags != WF_READ;

    if (s->kind == SK_PREV) {
        if (reads) prev_read(s, mem);
        if (writes) prev_write(s, mem, in->x);
        return;
    }
    if (reads) prevb_read(s, mem);
    if (writes) prevb_write(s, mem, in->cond);
}

static inline void step_moment(const StateLink *s, void *mem, const StepInput *in)
{
    switch ((StateKind)s->kind) {
    case SK_XUP:
        cross_step(mem, (in->op == OP_XUPQ ? ar_ltq : ar_lt)(in->y, in->x));
        return;
    case SK_HELD:
        held_step(s, mem, in->cond, in->now_us);
        return;
    case SK_SINCE:
        since_step(mem, in->cond, in->now_us);
        return;
    case SK_SMPL:
        ((MemSample *)mem)->out.num = in->x;
        return;
    default: /* SK_SMPLB */
        ((MemSample *)mem)->out.cond = in->cond;
        return;
    }
}

static inline void step_memory(const StateLink *s, void *mem, const StepInput *in)
{
    switch ((StateKind)s->kind) {
    case SK_PREV:
    case SK_PREVB:
        step_prev(s, mem, in);
        return;
    case SK_EMA:
        ema_step(s, mem, in->x);
        return;
    case SK_RMA:
        rma_step(s, mem, in->x);
        return;
    case SK_SMA:
        (s->is_exact ? sma_exact_step : sma_step)(s, mem, in->x);
        return;
    case SK_RSI:
        rsi_step(s, mem, in->x);
        return;
    case SK_STDEV:
        stdev_step(s, mem, in->x);
        return;
    case SK_ZSC:
        zscore_step(s, mem, in->x);
        return;
    case SK_HIGH:
    case SK_LOW:
        peak_step(s, mem, in->x);
        return;
    case SK_VWAP:
    case SK_VWAPN:
        vwap_step(s, mem, in->x, in->y);
        return;
    default:
        step_moment(s, mem, in);
        return;
    }
}
