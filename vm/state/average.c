/* average.c — the rare steps of averages (average.h): seeds, windows that fill, numbers too large.
 *
 * docs/decisions/0002 says each order of operations; nothing here may be rearranged. */
#include "vm/state/average.h"

/* A known value while the seed of a recursive average is gathered; true when it is complete. */
static inline bool seed_add(double *sum, double *comp, double x, uint64_t seen, const StateLink *s)
{
    neumaier_add(sum, comp, x);
    if (seen != s->n) return false;
    *sum = (*sum + *comp) / s->count;
    *comp = 0;
    return true;
}

static void mean_odd(const StateLink *s, MemMean *m, double x)
{
    m->out = UNKNOWN;
    if (m->count >= s->n || !num_is_known(x)) return; /* seeded: x is unknown, or y too large */
    if (seed_add(&m->sum, &m->comp, x, ++m->count, s)) m->out = num_canon(m->sum);
}

void ema_odd(const StateLink *s, MemMean *m, double x)
{
    mean_odd(s, m, x);
}

void rma_odd(const StateLink *s, MemMean *m, double x)
{
    mean_odd(s, m, x);
}

/* Sums of rises and falls; the first value has neither. */
static void rsi_seed(const StateLink *s, MemRsi *m, double up, double down)
{
    bool is_seeded;

    if (m->count++ == 0) return;
    is_seeded = seed_add(&m->up, &m->up_comp, up, m->count - 1, s);
    seed_add(&m->down, &m->down_comp, down, m->count - 1, s);
    if (is_seeded) m->out = num_canon(100 * m->up / (m->up + m->down));
}

void rsi_odd(const StateLink *s, MemRsi *m, double x)
{
    double change = x - m->last, up = change > 0 ? change : 0, down = change < 0 ? -change : 0;

    m->out = UNKNOWN;
    if (!num_is_known(x)) return;
    m->last = x;
    if (m->count <= s->n) {
        rsi_seed(s, m, up, down);
        return;
    }
    up = rma_next(s, m->up, up);
    down = rma_next(s, m->down, down);
    if (!num_is_finite(up) || !num_is_finite(down)) return;
    m->up = up;
    m->down = down;
    m->out = num_canon(100 * up / (up + down));
}

void sma_exact_odd(const StateLink *s, MemWindow *m, double x)
{
    int64_t *ring = (int64_t *)(void *)(m + 1), micros;
    double rounded = num_rint(x * 1e6);
    uint64_t sum;

    m->out = UNKNOWN;
    if (!(num_abs(rounded) < s->most)) return;
    micros = (int64_t)rounded;
    sum = num_bits(m->sum) + (uint64_t)micros;
    m->sum = num_from_bits(sum);
    ring[m->at] = micros;
    m->at = m->at + 1 == s->n ? 0 : m->at + 1;
    m->stored++;
    if (++m->count == s->n) m->out = (double)(int64_t)sum / s->divisor;
}
