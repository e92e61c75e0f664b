/* resample.c — see resample.h. */
#include "runtime/backtest/resample.h"

#include "runtime/backtest/figures.h"
#include "vm/base/math.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

double resample_block(size_t count)
{
    return count > 1 ? num_rint(m_pow((double)count, 1.0 / 3)) : 1;
}

typedef struct Blocks {
    Rng rng;
    size_t count, at;
    double stay; /* the chance that the next slot belongs to the same block */
} Blocks;

static void blocks_init(Blocks *b, const Draws *d, uint32_t round, size_t count)
{
    rng_init_stream(&b->rng, d->seed, round);
    b->count = count;
    b->at = (size_t)rng_below(&b->rng, count);
    b->stay = d->block > 1 ? 1 - 1 / d->block : 0;
}

static size_t blocks_next(Blocks *b)
{
    size_t slot = b->at;

    if (rng_chance(&b->rng, b->stay))
        b->at = b->at + 1 < b->count ? b->at + 1 : 0;
    else
        b->at = (size_t)rng_below(&b->rng, b->count);
    return slot;
}

/* Sorts the results of all rounds and reads the band off them. */
static bool band_of(double *results, uint32_t rounds, Arena *scratch, Band *ret)
{
    if (!figures_sort(results, rounds, scratch)) return false;
    ret->low = results[(rounds - 1) / 20];
    ret->middle = results[(rounds - 1) / 2];
    ret->high = results[rounds - 1 - (rounds - 1) / 20];
    return true;
}

static double *results_of(size_t count, const Draws *d, Arena *scratch, Band *ret)
{
    *ret = (Band){UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
    if (!count || !d->rounds) return NULL;
    return arena_array(scratch, double, d->rounds);
}

bool resample_mean(const double *x, size_t count, const Draws *d, Arena *scratch, Band *ret)
{
    double *results = results_of(count, d, scratch, ret), mean, as_high = 0;

    if (!results || arena_is_full(scratch)) return false;
    mean = figures_mean(x, count);
    for (uint32_t round = 0; round < d->rounds; round++) {
        double sum = 0;
        Blocks b;

        blocks_init(&b, d, round, count);
        for (size_t i = 0; i < count; i++)
            sum += x[blocks_next(&b)];
        results[round] = sum / (double)count;
        as_high += results[round] - mean >= mean;
    }
    ret->chance = (as_high + 1) / (d->rounds + 1.0);
    return band_of(results, d->rounds, scratch, ret);
}

double deepest_fall(const double *x, size_t count)
{
    double sum = 0, peak = 0, deepest = 0;

    for (size_t i = 0; i < count; i++) {
        sum += x[i];
        if (sum > peak) peak = sum;
        if (peak - sum > deepest) deepest = peak - sum;
    }
    return deepest;
}

static void shuffle(double *x, size_t count, Rng *rng)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)rng_below(rng, i);
        double kept = x[i - 1];

        x[i - 1] = x[other];
        x[other] = kept;
    }
}

bool resample_fall(const double *x, size_t count, const Draws *d, Arena *scratch, Band *ret)
{
    double *results = results_of(count, d, scratch, ret), *order, happened, as_deep = 0;

    order = arena_array(scratch, double, count + 1);
    if (!results || arena_is_full(scratch)) return false;
    happened = deepest_fall(x, count);
    for (uint32_t round = 0; round < d->rounds; round++) {
        Rng rng;

        rng_init_stream(&rng, d->seed, round);
        for (size_t i = 0; i < count; i++)
            order[i] = x[i];
        shuffle(order, count, &rng);
        results[round] = deepest_fall(order, count);
        as_deep += results[round] >= happened;
    }
    ret->chance = (as_deep + 1) / (d->rounds + 1.0);
    return band_of(results, d->rounds, scratch, ret);
}

/* The best mean of one draw, each cell's own mean taken away. */
static double best_drawn(const Returns *r, const double *means, Blocks *b, double *sums)
{
    double best;

    for (size_t c = 0; c < r->cells; c++)
        sums[c] = 0;
    for (size_t i = 0; i < r->slots; i++) {
        const double *row = r->by_slot + blocks_next(b) * r->cells;

        for (size_t c = 0; c < r->cells; c++)
            sums[c] += row[c];
    }
    best = sums[0] / (double)r->slots - means[0];
    for (size_t c = 1; c < r->cells; c++) {
        double mean = sums[c] / (double)r->slots - means[c];

        if (mean > best) best = mean;
    }
    return best;
}

double resample_best(const Returns *r, const Draws *d, Arena *scratch)
{
    double *means = arena_array(scratch, double, r->cells + 1);
    double *sums = arena_array(scratch, double, r->cells + 1);
    double best, as_high = 0;

    if (arena_is_full(scratch) || !r->slots || !r->cells || !d->rounds) return UNKNOWN;
    for (size_t slot = 0; slot < r->slots; slot++)
        for (size_t c = 0; c < r->cells; c++)
            means[c] += r->by_slot[slot * r->cells + c] / (double)r->slots;
    best = means[0];
    for (size_t c = 1; c < r->cells; c++)
        if (means[c] > best) best = means[c];
    for (uint32_t round = 0; round < d->rounds; round++) {
        Blocks b;

        blocks_init(&b, d, round, r->slots);
        as_high += best_drawn(r, means, &b, sums) >= best;
    }
    return (as_high + 1) / (d->rounds + 1.0);
}
