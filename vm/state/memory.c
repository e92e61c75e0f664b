/* memory.c — making, restarting and doubting the slots of state rows. */
#include "vm/state/memory.h"

#include <string.h>

#include "vm/base/num.h"
#include "vm/state/link.h"

bool state_link(const StateRow *row, double window, double init, StateLink *ret)
{
    const KindInfo *kind = memory_kind((StateKind)row->kind);
    StateLink s = {.clocks = row->clocks,
                   .offset = row->offset,
                   .size = row->size,
                   .kind = row->kind,
                   .space = row->space,
                   .life = row->life,
                   .market = row->market,
                   .slots = (uint16_t)(row->flags >> SF_SLOTS_SHIFT),
                   .is_exact = (row->flags & SF_EXACT) != 0,
                   .has_init = row->init != OPND_NONE && num_is_known(init)};

    if (kind->window == WINDOW_STEPS) {
        if (!(window >= 1 && window <= row->max_window) || num_rint(window) != window) return false;
        s.n = (uint32_t)window;
        s.count = window;
        s.before = window - 1;
        s.alpha = 2 / (window + 1);
        s.divisor = window * 1e6;
        s.most = (double)(INT64_MAX / (int64_t)s.n);
    } else if (kind->window == WINDOW_SPAN) {
        if (!(window >= 0 && window <= 1e9)) return false;
        s.span_us = (int64_t)num_rint(window * 1e6);
    }
    if (s.has_init && kind->output == OUTPUT_COND)
        s.init.cond = init != 0 ? COND_TRUE : COND_FALSE;
    else if (s.has_init)
        s.init.num = init;
    *ret = s;
    return true;
}

static void set_unknown(const StateLink *s, void *mem)
{
    Held *out = mem;

    if (memory_kind((StateKind)s->kind)->output == OUTPUT_COND)
        out->cond = COND_UNKNOWN;
    else
        out->num = UNKNOWN;
}

void memory_reset(const StateLink *s, void *mem)
{
    memset(mem, 0, s->size);
    set_unknown(s, mem);
    if (s->has_init) {
        MemState *state = mem;

        state->out = s->init;
        state->is_set = 1;
    }
}

void memory_stale(const StateLink *s, void *mem)
{
    set_unknown(s, mem);
    if (s->kind == SK_HELD) ((MemSince *)mem)->has_since = 0;
}

static bool is_canonical(double x)
{
    return num_is_finite(x) ? num_bits(x) != num_bits(-0.0) : num_bits(x) == UNKNOWN_BITS;
}

static bool are_conds(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (bytes[i] > COND_FALSE) return false;
    return true;
}

static bool is_ring_sane(const StateLink *s, uint32_t at, uint32_t count)
{
    return at < s->n && count <= s->n;
}

bool memory_is_sane(const StateLink *s, const void *mem)
{
    const Held *out = mem;
    const MemPrev *prev = mem;
    const MemWindow *window = mem;
    const MemPeak *peak = mem;
    const MemVwap *vwap = mem;

    if (memory_kind((StateKind)s->kind)->output == OUTPUT_COND ? out->cond > COND_FALSE
                                                               : !is_canonical(out->num))
        return false;
    switch ((StateKind)s->kind) {
    case SK_NUM:
    case SK_BOOL:
        return ((const MemState *)mem)->is_set <= 1 && ((const MemState *)mem)->has_next == 0;
    case SK_PREVB:
        return is_ring_sane(s, prev->at, prev->count) &&
               are_conds((const uint8_t *)(prev + 1), s->n);
    case SK_PREV:
        return is_ring_sane(s, prev->at, prev->count);
    case SK_EMA:
    case SK_RMA:
        return ((const MemMean *)mem)->count <= s->n;
    case SK_SMA:
    case SK_STDEV:
    case SK_ZSC:
        return is_ring_sane(s, window->at, window->count);
    case SK_RSI:
        return ((const MemRsi *)mem)->count <= (uint64_t)s->n + 1;
    case SK_HIGH:
    case SK_LOW:
        return is_ring_sane(s, peak->first, peak->used);
    case SK_VWAPN:
        return is_ring_sane(s, vwap->at, vwap->count) && vwap->has_volume <= 1;
    case SK_VWAP:
        return vwap->has_volume <= 1;
    case SK_XUP:
        return ((const MemCross *)mem)->last <= 2;
    case SK_HELD:
    case SK_SINCE:
        return ((const MemSince *)mem)->has_since <= 1;
    default:
        return true;
    }
}
