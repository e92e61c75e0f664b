/* normal.c — see normal.h: a series near the middle, a continued fraction in the tails, Newton's
 * method for the inverse. */
#include "runtime/backtest/normal.h"

#include "vm/base/math.h"
#include "vm/base/num.h"

static const double ROOT_OF_TWO_PI = 2.5066282746310002;

enum { TERMS_MOST = 200, TAIL_STEPS = 60, STEPS_MOST = 30 };

static double density(double z)
{
    return m_exp(-0.5 * z * z) / ROOT_OF_TWO_PI;
}

/* z + z^3/3 + z^5/15 + z^7/105 + ... times the density is the share between 0 and z. */
static double middle(double z)
{
    double sum = z, term = z, before = 0;

    for (int i = 3; sum != before && i < TERMS_MOST; i += 2) {
        before = sum;
        term *= z * z / i;
        sum += term;
    }
    return sum * density(z);
}

/* The share above z, z > 0: density / (z + 1/(z + 2/(z + 3/...))), from the far end. */
static double tail(double z)
{
    double x = z;

    for (int i = TAIL_STEPS; i > 0; i--)
        x = z + i / x;
    return density(z) / x;
}

double normal_share(double z)
{
    if (!num_is_known(z)) return UNKNOWN;
    if (z > 3) return z > 38 ? 1 : 1 - tail(z);
    if (z < -3) return z < -38 ? 0 : tail(-z);
    return 0.5 + middle(z);
}

/* Newton's method on the logarithm of the share, which is concave: from the left it never oversteps. */
double normal_z(double p)
{
    double z, before;

    if (!(p > 0 && p < 1)) return UNKNOWN;
    if (p > 0.5) return 0 - normal_z(1 - p);
    z = 0 - num_sqrt(-2 * m_ln(p));
    for (int i = 0; i < STEPS_MOST; i++) {
        double share = normal_share(z);

        before = z;
        z -= m_ln(share / p) * share / density(z);
        if (z == before) break;
    }
    return z;
}
