/* backtest_curves.c — what a backtest costs by its ticks, rules and indicators, and cells of a sweep by their number.
 *
 * Each point is a run of its own on the anchor's ticks with sizes, through the matcher; its baseline is the point
 * before it, so that a ratio above 1 a tick says where cost grows faster than the work. */
#include "runtime/backtest/sweep_run.h"
#include "runtime/bench/anchor.h"
#include "runtime/bench/bench.h"
#include "runtime/bench/rows.h"
#include "runtime/core/clock.h"
#include "runtime/core/cpu.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { RUNS = 3, TICKS = 45000, CELLS_MOST = 1024 };

typedef struct Point {
    const char *name;
    uint32_t ticks, rules, indicators, cells; /* cells 0: a whole backtest */
} Point;

/* So many rules, of which as many as are wanted have an average of their own. */
static Span text_of(Arena *arena, const Point *p)
{
    Buf out;

    buf_init(&out, arena, (size_t)1 << 20);
    buf_str(&out, "odx 1\nstrategy \"Curve\"\nmarket m = polymarket \"btc-updown-15m\"\n"
                  "param least = 0.02 in 0.01 .. 0.99\n");
    for (uint32_t i = 0; i < p->rules; i++) {
        uint32_t window = 2 + i % (p->indicators ? p->indicators : 1);

        buf_fmt(&out, "when abs_move > least * %u and ema(up.mid, %u) > 60c ", 1 + i % 7, window);
        buf_str(&out, "{ buy 20 shares of up at market within 2c }\n");
    }
    buf_str(&out,
            "risk { stop loss 30% take profit 80% max position $100 max trades 3 per slot }\n");
    return buf_span(&out);
}

static bool prepare(Bench *b, const Point *p, const MarketRows *rows, SweepJob *job)
{
    double *values = arena_array(b->arena, double, CELLS_MOST);
    SweepAxis *axis = arena_new(b->arena, SweepAxis);
    Err err = ERR_NONE;

    *job = (SweepJob){.config = backtest_config_default(), .level = cpu_kernels()};
    job->config.image = bench_image(b, SPAN("curve.odx"), text_of(b->arena, p));
    if (!job->config.image) return bench_fail(b, "the strategy does not compile");
    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    for (uint32_t i = 0; i < CELLS_MOST; i++)
        values[i] = 0.02 + 0.0001 * i;
    *axis = (SweepAxis){0, values, p->cells ? p->cells : 1};
    job->search = (SweepSearch){.axes = axis, .axis_count = 1};
    job->config.rows = rows;
    job->config.market_count = 1;
    job->config.cash_micros = INT64_C(1000000) * FX_ONE;
    if (!sweep_prepare(job, b->arena, &err)) return bench_fail(b, "the backtest has nothing");
    if (p->cells && job->route != SWEEP_ROUTE_MATCHED)
        return bench_fail(b, "the cells do not share their ticks");
    if (!p->cells) job->route = SWEEP_ROUTE_MATCHER;
    return true;
}

/* Nanoseconds a tick, and cell. */
static bool time_point(Bench *b, const Point *p, double *ret_ns)
{
    uint32_t cells = p->cells ? p->cells : 1;
    uint64_t spots[CELLS_MOST];
    SweepTotals *totals = arena_array(b->arena, SweepTotals, cells);
    double ns[RUNS], *periods;
    MarketRows rows;
    SweepJob job;
    Err err = ERR_NONE;

    if (!bench_rows(b->arena, p->ticks, &rows)) return bench_fail(b, "not enough memory");
    if (!prepare(b, p, &rows, &job)) return false;
    periods = arena_array(b->arena, double, cells *job.ends.count);
    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    for (uint32_t i = 0; i < cells; i++)
        spots[i] = i;
    for (uint32_t i = 0; i < RUNS; i++) {
        int64_t start = clock_work_ns();

        if (!sweep_step(&job, spots, cells, totals, periods, b->arena, &err))
            return bench_fail(b, "a run could not be made");
        ns[i] = (double)(clock_work_ns() - start) / p->ticks / cells;
    }
    *ret_ns = bench_median(ns, RUNS);
    return totals[0].orders || bench_fail(b, "nothing was ordered");
}

bool bench_backtest_curves(Bench *b)
{
    static const Point points[] = {
        {"ticks-45000", TICKS, 1, 1, 0},       {"ticks-180000", 4 * TICKS, 1, 1, 0},
        {"ticks-720000", 16 * TICKS, 1, 1, 0}, {"rules-1", TICKS, 1, 1, 0},
        {"rules-5", TICKS, 5, 1, 0},           {"rules-25", TICKS, 25, 1, 0},
        {"rules-100", TICKS, 100, 1, 0},       {"indicators-1", TICKS, 100, 1, 0},
        {"indicators-10", TICKS, 100, 10, 0},  {"indicators-100", TICKS, 100, 100, 0},
        {"cells-1", TICKS, 1, 1, 1},           {"cells-16", TICKS, 1, 1, 16},
        {"cells-128", TICKS, 1, 1, 128},       {"cells-1024", TICKS, 1, 1, CELLS_MOST},
    };
    double before = 0;

    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const Point *p = &points[i];
        ArenaMark mark = arena_mark(b->arena);
        BenchRow row = {.name = p->name,
                        .unit = "ns",
                        .says = p->cells ? "cells through the matcher, a tick and cell"
                                         : "a whole backtest, a tick",
                        .against = "the row before",
                        .n = p->ticks};

        if (!time_point(b, p, &row.ours)) return false;
        row.baseline = before;
        before = row.ours;
        b->row(b->ctx, &row);
        arena_release(b->arena, mark);
    }
    return true;
}
