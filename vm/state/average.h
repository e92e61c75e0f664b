/* average.h — ema, rma, sma and rsi: one step of each, inline for the machine's loops.
 *
 * docs/decisions/0002 says each order of operations; nothing here may be rearranged.  A step stores a
 * known input and sets the slot's output; with an unknown one only the output changes. */
#pragma once

#include "vm/base/num.h"
#include "vm/state/link.h"

/* Adds x to sum + comp (Neumaier): what rounding takes from the sum goes to comp. */
static inline void neumaier_add(double *sum, double *comp, double x)
{
    double t = *sum + x;

    *comp += num_abs(*sum) >= num_abs(x) ? (*sum - t) + x : (x - t) + *sum;
    *sum = t;
}

/* A known value while the seed of a recursive average is gathered; true when it is complete. */
static inline bool seed_add(double *sum, double *comp, double x, uint64_t seen, const StateLink *s)
{
    neumaier_add(sum, comp, x);
    if (seen != s->n) return false;
    *sum = (*sum + *comp) / s->count;
    *comp = 0;
    return true;
}

static inline double ema_next(const StateLink *s, double y, double x)
{
    return y + s->alpha * (x - y);
}

static inline double rma_next(const StateLink *s, double y, double x)
{
    return (y * s->before + x) / s->count;
}

static inline void mean_step(const StateLink *s, MemMean *m, double x,
                             double next(const StateLink *, double, double))
{
    if (m->count >= s->n) {
        double y = next(s, m->sum, x); /* unknown when x is */

        m->out = num_canon(y);
        if (num_is_finite(y)) m->sum = y;
        return;
    }
    m->out = UNKNOWN;
    if (num_is_known(x) && seed_add(&m->sum, &m->comp, x, ++m->count, s))
        m->out = num_canon(m->sum);
}

static inline void ema_step(const StateLink *s, MemMean *m, double x)
{
    mean_step(s, m, x, ema_next);
}

static inline void rma_step(const StateLink *s, MemMean *m, double x)
{
    mean_step(s, m, x, rma_next);
}

/* The last x, its rise and fall; U and D are averages of those. */
static inline void rsi_step(const StateLink *s, MemRsi *m, double x)
{
    double change, up, down, both;

    m->out = UNKNOWN;
    if (!num_is_known(x)) return;
    change = x - m->last;
    m->last = x;
    if (m->count == 0) {
        m->count = 1;
        return;
    }
    up = change > 0 ? change : 0;
    down = change < 0 ? -change : 0;
    if (m->count > s->n) {
        up = rma_next(s, m->up, up);
        down = rma_next(s, m->down, down);
        both = up + down;
        if (!num_is_finite(both) && (!num_is_finite(up) || !num_is_finite(down))) return;
        m->up = up;
        m->down = down;
        m->out = num_canon(100 * up / both);
    } else {
        bool is_seeded = seed_add(&m->up, &m->up_comp, up, m->count, s);

        seed_add(&m->down, &m->down_comp, down, m->count, s);
        m->count++;
        if (is_seeded) m->out = num_canon(100 * m->up / (m->up + m->down));
    }
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
static inline void sma_exact_step(const StateLink *s, MemWindow *m, double x)
{
    int64_t *ring = (int64_t *)(void *)(m + 1), micros;
    double rounded = num_rint(x * 1e6);
    uint64_t sum;

    m->out = UNKNOWN;
    if (!(num_abs(rounded) < s->most)) return;
    micros = (int64_t)rounded;
    sum = num_bits(m->sum) +
          (uint64_t)micros; /* wraps while the newest is in and the oldest not out */
    if (m->count == s->n)
        sum -= (uint64_t)ring[m->at];
    else
        m->count++;
    m->sum = num_from_bits(sum);
    ring[m->at] = micros;
    m->at = m->at + 1 == s->n ? 0 : m->at + 1;
    m->stored++;
    if (m->count == s->n) m->out = (double)(int64_t)sum / s->divisor + 0.0;
}
