/* average.h — ema, rma, sma and rsi: one step of each, inline for the machine's loops.
 *
 * docs/decisions/0002 says each order of operations; nothing here may be rearranged.  A step stores a
 * known input and sets the slot's output; with an unknown one only the output changes. */
#pragma once

#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/state/link.h"

/* Adds x to sum + comp (Neumaier): what rounding takes from the sum goes to comp. */
static inline void neumaier_add(double *sum, double *comp, double x)
{
    double t = *sum + x;

    *comp += num_abs(*sum) >= num_abs(x) ? (*sum - t) + x : (x - t) + *sum;
    *sum = t;
}

static inline double ema_next(const StateLink *s, double y, double x)
{
    return y + s->alpha * (x - y);
}

static inline double rma_next(const StateLink *s, double y, double x)
{
    return (y * s->before + x) / s->count;
}

/* A step is split in two: x_usual does it where the average is seeded and all is finite, else nothing,
 * and says so; x_odd (average.c) does the others.  So loops need no room for what few ticks take. */
void ema_odd(const StateLink *s, MemMean *m, double x);
void rma_odd(const StateLink *s, MemMean *m, double x);
void rsi_odd(const StateLink *s, MemRsi *m, double x);
void sma_exact_odd(const StateLink *s, MemWindow *m, double x);

static inline bool mean_usual(MemMean *m, double y)
{
    if (UNLIKELY(!num_is_finite(y))) return false;
    m->out = y + 0.0;
    m->sum = y;
    return true;
}

static inline bool ema_usual(const StateLink *s, MemMean *m, double x)
{
    return LIKELY(m->count >= s->n) && mean_usual(m, ema_next(s, m->sum, x));
}

static inline void ema_step(const StateLink *s, MemMean *m, double x)
{
    if (!ema_usual(s, m, x)) ema_odd(s, m, x);
}

static inline bool rma_usual(const StateLink *s, MemMean *m, double x)
{
    return LIKELY(m->count >= s->n) && mean_usual(m, rma_next(s, m->sum, x));
}

static inline void rma_step(const StateLink *s, MemMean *m, double x)
{
    if (!rma_usual(s, m, x)) rma_odd(s, m, x);
}

/* The last x, its rise and fall; U and D are averages of those. */
static inline bool rsi_usual(const StateLink *s, MemRsi *m, double x)
{
    double change = x - m->last, rise = change < 0 ? 0 : change;
    double up = rma_next(s, m->up, rise), down = rma_next(s, m->down, rise - change);
    double both = up + down;

    if (UNLIKELY(m->count <= s->n || !num_is_finite(both))) return false;
    m->last = x;
    m->up = up;
    m->down = down;
    m->out = num_canon(100 * up / both);
    return true;
}

static inline void rsi_step(const StateLink *s, MemRsi *m, double x)
{
    if (!rsi_usual(s, m, x)) rsi_odd(s, m, x);
}

/* Out of line: the sum made afresh from the window, oldest to newest. */
void sma_refresh(const StateLink *s, MemWindow *m);

static inline void sma_step(const StateLink *s, MemWindow *m, double x)
{
    double *ring = (double *)(m + 1);

    m->out = UNKNOWN;
    if (!num_is_known(x)) return;
    neumaier_add(&m->sum, &m->comp, x);
    if (m->count == s->n)
        neumaier_add(&m->sum, &m->comp, -ring[m->at]);
    else
        m->count++;
    ring[m->at] = x;
    m->at = m->at + 1 == s->n ? 0 : m->at + 1;
    if (++m->stored % 256 == 0) sma_refresh(s, m);
    if (m->count == s->n) m->out = num_canon((m->sum + m->comp) / s->count);
}

/* The window in whole micros, its sum exact. */
static inline bool sma_exact_usual(const StateLink *s, MemWindow *m, double x)
{
    int64_t *place = (int64_t *)(void *)(m + 1) + m->at, micros;
    double rounded = num_rint(x * 1e6);
    uint64_t sum;

    if (UNLIKELY(!(num_abs(rounded) < s->most) || m->count != s->n)) return false;
    micros = (int64_t)rounded;
    /* wraps while the newest is in and the oldest not out */
    sum = num_bits(m->sum) + (uint64_t)micros - (uint64_t)*place;
    m->sum = num_from_bits(sum);
    *place = micros;
    m->at = m->at + 1 == s->n ? 0 : m->at + 1;
    m->stored++;
    m->out = (double)(int64_t)sum / s->divisor; /* never -0 */
    return true;
}

static inline void sma_exact_step(const StateLink *s, MemWindow *m, double x)
{
    if (!sma_exact_usual(s, m, x)) sma_exact_odd(s, m, x);
}
