/* rng.h — seeded generator (xoshiro256**) for simulator, Monte Carlo and tests.
 *
 * Equal seeds give equal sequences on every target.  Not for secrets. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct Rng {
    uint64_t s[4];
} Rng;

void rng_init(Rng *r, uint64_t seed);
/* An independent generator for one part of a whole: equal (seed, stream) give equal sequences. */
void rng_init_stream(Rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_u64(Rng *r);
/* Uniform in 0..bound-1, unbiased; 0 when bound is 0. */
uint64_t rng_below(Rng *r, uint64_t bound);
/* Uniform in low..high, both included; low <= high. */
int64_t rng_range(Rng *r, int64_t low, int64_t high);
/* Uniform in [0, 1), a multiple of 2^-53. */
double rng_unit(Rng *r);
/* True with probability p. */
bool rng_chance(Rng *r, double p);
