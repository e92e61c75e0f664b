/* moment.h — prev, crosses, for, since, every: operations that remember moments rather than sums. */
#pragma once

#include "vm/arith.h"
#include "vm/state/link.h"

/* PREV in two halves, so that a value may depend on its own past. */
static inline void prev_read(const StateLink *s, MemPrev *m)
{
    m->out.num = m->count == s->n ? ((const double *)(m + 1))[m->at] : UNKNOWN;
}

static inline void prevb_read(const StateLink *s, MemPrev *m)
{
    m->out.cond = m->count == s->n ? ((const uint8_t *)(m + 1))[m->at] : COND_UNKNOWN;
}

static inline void prev_turn(const StateLink *s, MemPrev *m)
{
    m->at = m->at + 1 == s->n ? 0 : m->at + 1;
    if (m->count < s->n) m->count++;
}

static inline void prev_write(const StateLink *s, MemPrev *m, double x)
{
    ((double *)(m + 1))[m->at] = x;
    prev_turn(s, m);
}

static inline void prevb_write(const StateLink *s, MemPrev *m, uint8_t c)
{
    ((uint8_t *)(m + 1))[m->at] = c;
    prev_turn(s, m);
}

/* `now`: a is above b (COND_*); above at the last such instant is 1, not above 2. */
static inline void cross_step(MemCross *m, uint8_t now)
{
    m->out = COND_UNKNOWN;
    if (now == COND_UNKNOWN) return;
    if (m->last) m->out = now == COND_TRUE && m->last == 2 ? COND_TRUE : COND_FALSE;
    m->last = now == COND_TRUE ? 1 : 2;
}

/* Wraps rather than overflows on the times of a damaged snapshot. */
static inline int64_t elapsed_us(int64_t now_us, int64_t since_us)
{
    return (int64_t)((uint64_t)now_us - (uint64_t)since_us);
}

static inline void held_step(const StateLink *s, MemSince *m, uint8_t c, int64_t now_us)
{
    if (c != COND_TRUE) {
        m->has_since = 0;
        m->out.cond = c;
        return;
    }
    if (!m->has_since) {
        m->has_since = 1;
        m->since_us = now_us;
    }
    m->out.cond = elapsed_us(now_us, m->since_us) >= s->span_us ? COND_TRUE : COND_FALSE;
}

static inline void since_step(MemSince *m, uint8_t c, int64_t now_us)
{
    if (c == COND_TRUE) {
        m->has_since = 1;
        m->since_us = now_us;
    }
    m->out.num = c == COND_UNKNOWN || !m->has_since ? UNKNOWN
                                                    : (double)elapsed_us(now_us, m->since_us) / 1e6;
}
