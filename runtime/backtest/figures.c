/* figures.c — see figures.h. */
#include "runtime/backtest/figures.h"

#include "vm/base/sort.h"

double figures_mean(const double *x, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += x[i];
    return sum / (double)count;
}

static int by_size(const void *a, const void *b, void *ctx)
{
    double x = *(const double *)a, y = *(const double *)b;

    (void)ctx;
    return (x > y) - (x < y);
}

bool figures_sort(double *x, size_t count, Arena *scratch)
{
    return sort_stable(x, count, sizeof *x, by_size, NULL, scratch);
}
