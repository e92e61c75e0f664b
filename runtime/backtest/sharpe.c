/* sharpe.c — see sharpe.h. */
#include "runtime/backtest/sharpe.h"

#include "runtime/backtest/figures.h"
#include "runtime/backtest/normal.h"
#include "vm/base/num.h"

static const double EULER = 0.57721566490153286; /* the mean of the law of the largest */
static const double E = 2.7182818284590451;

Moments moments_of(const double *x, size_t count)
{
    Moments m = {count, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
    double two = 0, three = 0, four = 0, n = (double)count;

    if (!count) return m;
    m.mean = figures_mean(x, count);
    if (count < 2) return m;
    for (size_t i = 0; i < count; i++) {
        double d = x[i] - m.mean;

        two += d * d;
        three += d * d * d;
        four += d * d * d * d;
    }
    m.deviation = num_sqrt(two / (n - 1));
    if (two <= 0) return m;
    m.skew = three / n / (two / n * num_sqrt(two / n));
    m.kurtosis = four / n / (two / n * (two / n));
    return m;
}

double sharpe_ratio(const Moments *m)
{
    return m->count >= 2 && m->deviation > 0 ? m->mean / m->deviation : UNKNOWN;
}

/* What skew and tails do to the error of a ratio; 1 for a ratio of 0. */
static double spread_of(const Moments *m, double ratio)
{
    return 1 - m->skew * ratio + (m->kurtosis - 1) / 4 * ratio * ratio;
}

double sharpe_error(const Moments *m)
{
    double ratio = sharpe_ratio(m);

    if (!num_is_known(ratio)) return UNKNOWN;
    return num_sqrt(spread_of(m, ratio) / ((double)m->count - 1));
}

double sharpe_above(const Moments *m, double than)
{
    double error = sharpe_error(m);

    return error > 0 ? normal_share((sharpe_ratio(m) - than) / error) : UNKNOWN;
}

double sharpe_of_luck(uint64_t trials, double variance)
{
    double n = (double)trials;

    if (!trials || !(variance >= 0)) return UNKNOWN;
    if (trials == 1) return 0;
    return num_sqrt(variance) *
           ((1 - EULER) * normal_z(1 - 1 / n) + EULER * normal_z(1 - 1 / (n * E)));
}

double sharpe_slots_needed(const Moments *m, double than, double confidence)
{
    double ratio = sharpe_ratio(m), z = normal_z(confidence);

    if (!(ratio > than) || !num_is_known(z)) return UNKNOWN;
    z /= ratio - than;
    return 1 + spread_of(m, ratio) * z * z;
}
