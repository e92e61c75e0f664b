/* sharpe.h — a Sharpe ratio and how far it can be believed.
 *
 * In goes one figure for each slot (what it earned), in order; nothing is made annual, because a slot is
 * the unit a strategy trades by.  Standard error after Mertens, probability after Bailey and Lopez de
 * Prado: both take skew and fat tails into account, which binary markets have.
 * Unknown comes out where the question has no answer: fewer than two slots, or slots that all earned the
 * same. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct Moments {
    size_t count;
    double mean, deviation; /* of the sample: n - 1 */
    double skew, kurtosis;  /* 0 and 3 for normal ones */
} Moments;

Moments moments_of(const double *x, size_t count);

/* Mean over deviation, by slot. */
double sharpe_ratio(const Moments *m);
/* The deviation of that ratio itself. */
double sharpe_error(const Moments *m);
/* How probable it is that the true ratio is above `than`. */
double sharpe_above(const Moments *m, double than);
/* The best ratio that `trials` strategies without any skill are expected to show, when their ratios
 * scatter with this variance.  0 for one trial. */
double sharpe_of_luck(uint64_t trials, double variance);
/* Slots it takes until a ratio like this one is above `than` with this confidence; unknown when it is
 * not above at all. */
double sharpe_slots_needed(const Moments *m, double than, double confidence);
