/* overfit.c — see overfit.h.  Sums and squares of each stretch are kept, so that a choice of eight costs
 * eight additions a cell, however many slots there are. */
#include "runtime/backtest/overfit.h"

#include "runtime/backtest/figures.h"
#include "vm/base/num.h"

typedef struct Sums {
    double sum, squares;
} Sums;

typedef struct Split {
    const Sums *of; /* [stretch * cells + cell] */
    size_t cells;
    double slots; /* of a stretch */
    double *here, *there, *kept;
} Split;

enum { HALF = OVERFIT_STRETCHES / 2, SPLITS = 12870 };

static Sums *sums_of(const Returns *r, size_t length, Arena *scratch)
{
    Sums *all = arena_array(scratch, Sums, OVERFIT_STRETCHES * r->cells);

    if (arena_is_full(scratch)) return NULL;
    for (size_t slot = 0; slot < length * OVERFIT_STRETCHES; slot++) {
        Sums *row = all + slot / length * r->cells;
        const double *x = r->by_slot + slot * r->cells;

        for (size_t c = 0; c < r->cells; c++) {
            row[c].sum += x[c];
            row[c].squares += x[c] * x[c];
        }
    }
    return all;
}

/* Mean over deviation; 0 for a cell that never earned or lost.  What is left of squares that cancel out
 * is no deviation: such a cell earned the same in every slot, and comes before or behind all others. */
static double ratio_of(Sums s, double n)
{
    static const double SAME = 1e-12, STEADY = 1e6;
    double mean = s.sum / n, variance = (s.squares - s.sum * mean) / (n - 1);

    if (variance > SAME * mean * mean) return mean / num_sqrt(variance);
    return mean > 0 ? STEADY : mean < 0 ? -STEADY : 0;
}

static void ratios_of(const Split *s, uint32_t chosen, double *ret)
{
    for (size_t c = 0; c < s->cells; c++) {
        Sums all = {0, 0};

        for (uint32_t i = 0; i < OVERFIT_STRETCHES; i++) {
            const Sums *one = &s->of[i * s->cells + c];

            if (!(chosen >> i & 1)) continue;
            all.sum += one->sum;
            all.squares += one->squares;
        }
        ret[c] = ratio_of(all, HALF * s->slots);
    }
}

static size_t best_of(const double *x, size_t count)
{
    size_t best = 0;

    for (size_t i = 1; i < count; i++)
        if (x[i] > x[best]) best = i;
    return best;
}

/* Where one stands among all, from above 0 to below 1; equals share their places. */
static double place_of(const double *x, size_t count, size_t of)
{
    double below = 0, equal = 0;

    for (size_t i = 0; i < count; i++) {
        below += x[i] < x[of];
        equal += x[i] == x[of];
    }
    return (below + (equal + 1) / 2) / ((double)count + 1);
}

/* Chosen by `here`, judged by `there`. */
static void judge(const Split *s, const double *here, const double *there, Overfit *o)
{
    size_t best = best_of(here, s->cells);
    double place = place_of(there, s->cells, best);

    o->probability += place < 0.5 ? 1 : place == 0.5 ? 0.5 : 0;
    o->loss += there[best] <= 0;
    s->kept[o->splits++] = here[best] > 0 ? there[best] / here[best] : 0;
}

static bool split_init(Split *s, const Returns *r, size_t length, Arena *scratch)
{
    *s = (Split){.cells = r->cells, .slots = (double)length};
    s->of = sums_of(r, length, scratch);
    s->here = arena_array(scratch, double, r->cells);
    s->there = arena_array(scratch, double, r->cells);
    s->kept = arena_array(scratch, double, SPLITS);
    return !arena_is_full(scratch);
}

bool overfit_measure(const Returns *r, Arena *scratch, Overfit *ret)
{
    size_t length = r->slots / OVERFIT_STRETCHES;
    Split s;

    *ret = (Overfit){UNKNOWN, UNKNOWN, UNKNOWN, 0};
    if (r->cells < 2 || length < 2 || !split_init(&s, r, length, scratch)) return false;
    *ret = (Overfit){0};
    /* One of each pair of halves has the first stretch; both ways round count. */
    for (uint32_t chosen = 1; chosen < 1U << OVERFIT_STRETCHES; chosen += 2) {
        if (__builtin_popcount(chosen) != HALF) continue;
        ratios_of(&s, chosen, s.here);
        ratios_of(&s, ~chosen, s.there);
        judge(&s, s.here, s.there, ret);
        judge(&s, s.there, s.here, ret);
    }
    ret->probability /= ret->splits;
    ret->loss /= ret->splits;
    if (!figures_sort(s.kept, ret->splits, scratch)) return false;
    ret->kept = s.kept[ret->splits / 2];
    return true;
}

size_t walk_forward(size_t slots, size_t folds, size_t gap, Walk *ret)
{
    size_t count = 0;

    for (size_t i = 1; i <= folds; i++) {
        size_t from = slots * i / (folds + 1), to = slots * (i + 1) / (folds + 1);

        if (from <= gap || to <= from) continue;
        ret[count++] = (Walk){0, from - gap, from, to};
    }
    return count;
}
