/* rng.c — see rng.h.  xoshiro256** by Blackman and Vigna, seeded through splitmix64. */
#include "vm/base/rng.h"

#include "vm/base/bug.h"
#include "vm/base/wide.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void rng_init(Rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix(&seed);
}

void rng_init_stream(Rng *r, uint64_t seed, uint64_t stream)
{
    uint64_t mixed = splitmix(&seed) ^ stream;

    rng_init(r, splitmix(&mixed));
}

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t rng_u64(Rng *r)
{
    uint64_t *s = r->s, result = rotate_left(s[1] * 5, 7) * 9, t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

/* The high half of u64 * bound; low halves under 2^64 mod bound are drawn again (Lemire 2019). */
uint64_t rng_below(Rng *r, uint64_t bound)
{
    uint64_t high, low;

    if (!bound) return 0;
    do
        low = wide_mul(rng_u64(r), bound, &high);
    while (UNLIKELY(low < bound) && low < (0 - bound) % bound);
    return high;
}

int64_t rng_range(Rng *r, int64_t low, int64_t high)
{
    uint64_t count = (uint64_t)high - (uint64_t)low + 1;

    BUG_IF(low > high);
    return (int64_t)((uint64_t)low + (count ? rng_below(r, count) : rng_u64(r)));
}

double rng_unit(Rng *r)
{
    return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

bool rng_chance(Rng *r, double p)
{
    return rng_unit(r) < p;
}
