/* window.c — stdev, zscore, highest, lowest, vwap: one step of each (docs/decisions/0002).
 *
 * The deviation walks its window twice at each step; peaks keep a monotonic queue, so that a step costs a
 * constant on average; vwap(x, n) walks its window once. */
#include "vm/state/window.h"

#include "vm/base/num.h"
#include "vm/state/average.h"

/* Calls body with each value of a full ring, oldest to newest. */
#define FOR_RING(m, s, ring, value, body)                \
    do {                                                 \
        for (uint32_t i_ = (m)->at; i_ < (s)->n; i_++) { \
            double value = (ring)[i_];                   \
            body;                                        \
        }                                                \
        for (uint32_t i_ = 0; i_ < (m)->at; i_++) {      \
            double value = (ring)[i_];                   \
            body;                                        \
        }                                                \
    } while (0)

/* Called when `stored` is a multiple of 256, which is full only if n is at most that. */
void sma_refresh(const StateLink *s, MemWindow *m)
{
    const double *ring = (const double *)(m + 1);
    uint32_t first = m->count == s->n ? m->at : 0;

    m->sum = m->comp = 0;
    for (uint32_t i = first; i < m->count; i++)
        neumaier_add(&m->sum, &m->comp, ring[i]);
    for (uint32_t i = 0; i < first; i++)
        neumaier_add(&m->sum, &m->comp, ring[i]);
}

/* Stores x; true when the window is full. */
static bool window_store(const StateLink *s, MemWindow *m, double x)
{
    ((double *)(m + 1))[m->at] = x;
    m->at = m->at + 1 == s->n ? 0 : m->at + 1;
    m->stored++;
    if (m->count < s->n) m->count++;
    return m->count == s->n;
}

static double window_deviation(const StateLink *s, const MemWindow *m, double *ret_mean)
{
    const double *ring = (const double *)(m + 1);
    double sum = 0, comp = 0, mean;

    FOR_RING(m, s, ring, v, neumaier_add(&sum, &comp, v));
    mean = (sum + comp) / s->count;
    sum = comp = 0;
    FOR_RING(m, s, ring, v, neumaier_add(&sum, &comp, (v - mean) * (v - mean)));
    *ret_mean = mean;
    return num_canon(num_sqrt((sum + comp) / s->count));
}

void stdev_step(const StateLink *s, MemWindow *m, double x)
{
    double mean;

    m->out = UNKNOWN;
    if (num_is_known(x) && window_store(s, m, x)) m->out = window_deviation(s, m, &mean);
}

void zscore_step(const StateLink *s, MemWindow *m, double x)
{
    double mean, deviation;

    m->out = UNKNOWN;
    if (!num_is_known(x) || !window_store(s, m, x)) return;
    deviation = window_deviation(s, m, &mean);
    m->out = num_canon((x - mean) / deviation);
}

static uint32_t peak_place(const StateLink *s, const MemPeak *m, uint32_t nth)
{
    uint32_t at = m->first + nth;

    return at >= s->n ? at - s->n : at;
}

void peak_step(const StateLink *s, MemPeak *m, double x)
{
    PeakEntry *ring = (PeakEntry *)(m + 1);
    uint64_t number;

    m->out = UNKNOWN;
    if (!num_is_known(x)) return;
    number = m->count++;
    if (m->used && ring[m->first].number + s->n <= number) {
        m->first = peak_place(s, m, 1);
        m->used--;
    }
    while (m->used) {
        double last = ring[peak_place(s, m, m->used - 1)].value;

        if (s->kind == SK_HIGH ? last > x : last < x) break;
        m->used--;
    }
    ring[peak_place(s, m, m->used)] = (PeakEntry){x, number};
    m->used++;
    if (m->count >= s->n) m->out = ring[m->first].value;
}

static void vwap_store(const StateLink *s, MemVwap *m, double product, double weight)
{
    VwapEntry *ring = (VwapEntry *)(m + 1);

    if (s->kind == SK_VWAP) {
        m->sum += product;
        m->weight += weight;
        return;
    }
    ring[m->at] = (VwapEntry){product, weight};
    m->at = m->at + 1 == s->n ? 0 : m->at + 1;
    if (m->count < s->n) m->count++;
}

/* Sums of VWAPN, oldest to newest; false until the window is full. */
static bool vwap_sums(const StateLink *s, MemVwap *m, double *ret_sum, double *ret_weight)
{
    const VwapEntry *ring = (const VwapEntry *)(m + 1);
    double sum = 0, weight = 0;

    *ret_sum = m->sum;
    *ret_weight = m->weight;
    if (s->kind == SK_VWAP) return true;
    if (m->count < s->n) return false;
    for (uint32_t i = 0; i < s->n; i++) {
        const VwapEntry *e = &ring[m->at + i < s->n ? m->at + i : m->at + i - s->n];

        sum += e->product;
        weight += e->weight;
    }
    *ret_sum = sum;
    *ret_weight = weight;
    return true;
}

void vwap_step(const StateLink *s, MemVwap *m, double x, double volume)
{
    double before = m->volume, growth, sum, weight;
    bool had_volume = m->has_volume;

    m->out = UNKNOWN;
    if (!num_is_known(volume)) return;
    m->volume = volume;
    m->has_volume = 1;
    if (!num_is_known(x)) return;
    growth = had_volume && volume > before ? volume - before : 0;
    if (had_volume) vwap_store(s, m, x * growth, growth);
    if (vwap_sums(s, m, &sum, &weight) && weight > 0) m->out = num_canon(sum / weight);
}
