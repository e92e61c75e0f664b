/* sweep_matched.c — sweeps whose orders go through the matcher: what ticks cost, and what orders do.
 *
 * Grids of 1,024 variants of sweep.odx, from one that never trades to one that always wants to, on the anchor's
 * ticks with sizes.  Their times are fitted by least squares: a for each tick and variant, b for each order
 * event (an order sent, an entry refused, an answer of the venue).  Before that cells of each grid are held
 * against whole backtests, totals and periods. */
#include <string.h>

#include "runtime/backtest/sweep_run.h"
#include "runtime/bench/bench.h"
#include "runtime/bench/rows.h"
#include "runtime/core/clock.h"
#include "runtime/core/cpu.h"
#include "vm/base/fixed.h"

enum { TICKS = 450000, VARIANTS = 1024, RUNS = 5, PROOFS = 4, AXES = 5, GRIDS = 6 };

/* In one grid all variants trade about as much; from one to the next they trade more. */
static const struct {
    const char *name;
    double heat, move;
} grids[GRIDS] = {
    {"matched-none", 1, 0.09},   {"matched-rare", 20, 0.05}, {"matched-some", 40, 0.04},
    {"matched-often", 50, 0.03}, {"matched-more", 60, 0.02}, {"matched-most", 80, 0.01},
};

typedef struct Matched {
    Bench *b;
    SweepJob job;
    MarketRows rows;
    SweepAxis axes[AXES];
    uint64_t spots[VARIANTS];
    SweepTotals totals[VARIANTS], whole;
    double *periods, *whole_periods;
} Matched;

typedef struct Point { /* of a fit */
    double ns, events; /* a tick and variant */
} Point;

/* ---- grids ----------------------------------------------------------------------------------------- */

static double *series(Arena *arena, double first, double step, uint32_t count)
{
    double *values = arena_array(arena, double, count);

    for (uint32_t i = 0; !arena_is_full(arena) && i < count; i++)
        values[i] = first + step * i;
    return values;
}

static void add_axis(Matched *m, const char *name, double *values, uint32_t count)
{
    const Image *image = m->job.config.image;

    for (uint32_t i = 0; i < image->params_count; i++)
        if (span_eq_str(image_string(image, image->params[i].name), name))
            m->axes[m->job.search.axis_count++] = (SweepAxis){(uint16_t)i, values, count};
}

static bool prepare(Matched *m, size_t grid)
{
    Arena *arena = m->b->arena;
    Err err = ERR_NONE;

    m->job = (SweepJob){.config = backtest_config_default(), .level = cpu_kernels()};
    m->job.config.image = bench_image(m->b, SPAN("sweep.odx"), m->b->sweep_odx);
    if (!m->job.config.image) return bench_fail(m->b, "sweep.odx does not compile");
    m->job.config.rows = &m->rows;
    m->job.config.market_count = 1;
    m->job.config.cash_micros = INT64_C(1000000) * FX_ONE;
    add_axis(m, "move", series(arena, grids[grid].move, 0, 1), 1);
    add_axis(m, "spread", series(arena, 0.03, 0.002, 8), 8);
    add_axis(m, "heat", series(arena, grids[grid].heat, 1, 8), 8);
    add_axis(m, "stop", series(arena, 0.2, 0.05, 4), 4);
    add_axis(m, "target", series(arena, 0.5, 0.1, 4), 4);
    m->job.search.axes = m->axes;
    if (!sweep_prepare(&m->job, arena, &err)) return bench_fail(m->b, "the sweep has nothing");
    if (m->job.route != SWEEP_ROUTE_MATCHED)
        return bench_fail(m->b, "the variants do not share their ticks");
    m->periods = arena_array(arena, double, VARIANTS * m->job.ends.count);
    m->whole_periods = arena_array(arena, double, m->job.ends.count);
    for (uint32_t i = 0; i < VARIANTS; i++)
        m->spots[i] = i;
    return !arena_is_full(arena) || bench_fail(m->b, "not enough memory");
}

static bool run_shared(Matched *m)
{
    Err err = ERR_NONE;

    return sweep_step(&m->job, m->spots, VARIANTS, m->totals, m->periods, m->b->arena, &err) ||
           bench_fail(m->b, "a sweep could not be run");
}

static bool run_whole(Matched *m, uint32_t cell)
{
    SweepJob job = m->job;
    Err err = ERR_NONE;

    job.route = SWEEP_ROUTE_MATCHER;
    return sweep_step(&job, &m->spots[cell], 1, &m->whole, m->whole_periods, m->b->arena, &err) ||
           bench_fail(m->b, "a backtest could not be run");
}

static bool prove(Matched *m)
{
    size_t n = m->job.ends.count;

    if (!run_shared(m)) return false;
    for (uint32_t i = 0; i < PROOFS; i++) {
        uint32_t cell = VARIANTS * (2 * i + 1) / (2 * PROOFS);

        if (!run_whole(m, cell)) return false;
        if (memcmp(&m->whole, &m->totals[cell], sizeof m->whole) != 0 ||
            memcmp(m->whole_periods, m->periods + cell * n, n * sizeof(double)) != 0)
            return bench_fail(m->b, "a cell differs from its backtest");
    }
    return true;
}

/* ---- times ----------------------------------------------------------------------------------------- */

static bool measure(Matched *m, size_t grid, Point *ret)
{
    double ns[2][RUNS], each = (double)TICKS * VARIANTS;
    SweepWork work;
    BenchRow row = {.name = grids[grid].name,
                    .unit = "ns",
                    .says = "1,024 variants through the matcher, a tick and variant",
                    .against = "a whole backtest of one of them, a tick"};

    if (!sweep_work(&m->job, 0, VARIANTS, &work, m->b->arena) || work.left)
        return bench_fail(m->b, "some variant was left to a backtest");
    for (uint32_t i = 0; i < RUNS; i++) {
        int64_t start = clock_work_ns(), middle;

        if (!run_shared(m)) return false;
        middle = clock_work_ns();
        if (!run_whole(m, VARIANTS / 2)) return false;
        ns[0][i] = (double)(middle - start) / each;
        ns[1][i] = (double)(clock_work_ns() - middle) / TICKS;
    }
    row.n = work.sent + work.refused + work.answered;
    row.ours = bench_median(ns[0], RUNS);
    row.baseline = bench_median(ns[1], RUNS);
    *ret = (Point){row.ours, (double)row.n / each};
    m->b->row(m->b->ctx, &row);
    return true;
}

/* ns = a + b x events, by least squares. */
static void fit(const Point *p, double *ret_a, double *ret_b)
{
    double x = 0, y = 0, xx = 0, xy = 0;

    for (int i = 0; i < GRIDS; i++) {
        x += p[i].events / GRIDS;
        y += p[i].ns / GRIDS;
    }
    for (int i = 0; i < GRIDS; i++) {
        xx += (p[i].events - x) * (p[i].events - x);
        xy += (p[i].events - x) * (p[i].ns - y);
    }
    *ret_b = xy / xx;
    *ret_a = y - *ret_b * x;
}

/* How far the fit is off where it is worst. */
static double misfit(const Point *p, double a, double b)
{
    double worst = 0;

    for (int i = 0; i < GRIDS; i++) {
        double off = p[i].ns - a - b * p[i].events;

        if (off < 0) off = -off;
        if (off > worst) worst = off;
    }
    return worst;
}

bool bench_sweep_matched(Bench *b)
{
    BenchRow tick = {.name = "matched-a",
                     .unit = "ns",
                     .says = "of these rows, what each tick and variant costs (fitted)",
                     .against = "how far the fit is off at most, a tick and variant",
                     .n = GRIDS,
                     .bar = 0.06};
    BenchRow event = {.name = "matched-b",
                      .unit = "ns",
                      .says = "... and each order sent, refused or answered (fitted)",
                      .against = "the densest grid's time by its order events alone",
                      .n = GRIDS,
                      .bar = 30};
    Matched *m = arena_new(b->arena, Matched);
    Point points[GRIDS];

    if (arena_is_full(b->arena) || !bench_rows(b->arena, TICKS, &m->rows))
        return bench_fail(b, "not enough memory");
    m->b = b;
    for (size_t i = 0; i < GRIDS; i++) {
        ArenaMark mark = arena_mark(b->arena);

        if (!prepare(m, i) || !prove(m) || !measure(m, i, &points[i])) return false;
        arena_release(b->arena, mark);
    }
    fit(points, &tick.ours, &event.ours);
    tick.baseline = misfit(points, tick.ours, event.ours);
    event.baseline = points[GRIDS - 1].ns / points[GRIDS - 1].events;
    b->row(b->ctx, &tick);
    b->row(b->ctx, &event);
    return true;
}
