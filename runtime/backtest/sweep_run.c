/* sweep_run.c — see sweep_run.h. */
#include "runtime/backtest/sweep_run.h"

#include "runtime/backtest/judge.h"
#include "runtime/backtest/sweep_instant.h"
#include "runtime/backtest/sweep_matched.h"
#include "runtime/backtest/venue.h"
#include "vm/base/num.h"
#include "vm/base/sort.h"

static bool no_memory(Err *err)
{
    return err_set(err, ST_NO_MEMORY, "no memory for a cell of the sweep") == ST_OK;
}

/* ---- periods ------------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b, void *ctx)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    (void)ctx;
    return (x > y) - (x < y);
}

static SweepEnds sorted(int64_t *ends, size_t count, Arena *arena)
{
    size_t kept = 0;

    if (!sort_stable(ends, count, sizeof *ends, by_time, NULL, arena)) return (SweepEnds){0};
    for (size_t i = 0; i < count; i++)
        if (!kept || ends[kept - 1] != ends[i]) ends[kept++] = ends[i];
    return (SweepEnds){ends, kept};
}

size_t sweep_end_at(const SweepEnds *ends, int64_t ts_us)
{
    size_t low = 0, high = ends->count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ends->us[middle] < ts_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of a market's slots. */
static SweepEnds ends_in(const MarketRows *rows, Arena *arena)
{
    VEC(int64_t) ends = {0};

    for (size_t i = 0; i < rows->count; i++) {
        const TickRow *row = &rows->rows[i];

        if (i && row->slot_start_us == row[-1].slot_start_us) continue;
        if (!vec_push(arena, &ends, row->slot_start_us + row->slot_us)) break;
    }
    return sorted(ends.items, ends.count, arena);
}

/* Each instant once, whichever markets' slots end at it. */
static bool slot_ends(SweepJob *job, Arena *arena)
{
    uint32_t markets = job->config.market_count;
    size_t count = 0, all = 0;
    int64_t *ends;

    for (uint32_t m = 0; m < markets; m++) {
        job->of[m] = ends_in(&job->config.rows[m], arena);
        all += job->of[m].count;
    }
    ends = arena_array(arena, int64_t, all + 1);
    if (arena_is_full(arena)) return false;
    for (uint32_t m = 0; m < markets; m++)
        for (size_t i = 0; i < job->of[m].count; i++)
            ends[count++] = job->of[m].us[i];
    job->ends = sorted(ends, count, arena);
    return !arena_is_full(arena);
}

/* From the first event: a slot opens before its first row. */
static void widen(const MarketRows *rows, int64_t *first_us, int64_t *last_us)
{
    int64_t first;

    if (!rows->count) return;
    first = rows->rows[0].slot_us ? rows->rows[0].slot_start_us : rows->rows[0].ts_us;
    if (first < *first_us) *first_us = first;
    if (rows->rows[rows->count - 1].ts_us > *last_us) *last_us = rows->rows[rows->count - 1].ts_us;
}

static bool hour_ends(SweepJob *job, Arena *arena)
{
    int64_t first_us = INT64_MAX, last_us = INT64_MIN, *ends;
    size_t hours;

    for (uint32_t m = 0; m < job->config.market_count; m++)
        widen(&job->config.rows[m], &first_us, &last_us);
    if (first_us > last_us) return true;
    first_us -= first_us % RESULT_HOUR_US;
    hours = (size_t)((last_us - first_us) / RESULT_HOUR_US) + 1;
    ends = arena_array(arena, int64_t, hours);
    if (arena_is_full(arena)) return false;
    for (size_t i = 0; i < hours; i++)
        ends[i] = first_us + ((int64_t)i + 1) * RESULT_HOUR_US;
    job->ends = (SweepEnds){ends, hours};
    for (uint32_t m = 0; m < job->config.market_count; m++)
        job->of[m] = job->ends;
    return true;
}

/* Of slots that open among the caller's steps. */
static bool step_ends(SweepJob *job, Arena *arena)
{
    VEC(int64_t) ends = {0};

    for (uint32_t i = 0; i < job->step_count; i++) {
        const Event *ev = job->steps[i].event;

        if (!ev || ev->kind != EV_SLOT_OPEN) continue;
        if (!vec_push(arena, &ends, ev->slot.slot_start_us + ev->slot.slot_us)) return false;
    }
    job->of[0] = job->ends = sorted(ends.items, ends.count, arena);
    return !arena_is_full(arena);
}

/* As judge.h has them. */
static bool find_periods(SweepJob *job, Arena *arena)
{
    job->of = arena_array(arena, SweepEnds, job->config.market_count + 1);
    if (arena_is_full(arena)) return false;
    job->is_hourly = venues_have_hours(job->config.image);
    if (!job->config.rows) return step_ends(job, arena);
    return job->is_hourly ? hour_ends(job, arena) : slot_ends(job, arena);
}

/* ---- the matcher's route ------------------------------------------------------------------------- */

static SweepTotals totals_of(const Result *r)
{
    const ResultTotals *t = &r->totals;

    return (SweepTotals){t->pnl_micros, t->fees_micros, t->drawdown_micros,
                         t->orders,     t->trades,      t->wins};
}

/* What comes after the last period (results that are late) belongs to it. */
static bool take_periods(const SweepJob *job, const Result *r, double *ret, Arena *scratch)
{
    size_t count = 0;
    double *x = judge_periods(r, scratch, &count);

    if (!x) return false;
    for (size_t i = 0; i < job->ends.count; i++)
        ret[i] = 0;
    for (size_t i = 0; i < count; i++)
        ret[i < job->ends.count ? i : job->ends.count - 1] += x[i];
    return true;
}

static bool run_backtest(const SweepJob *job, const double *params, SweepTotals *ret_totals,
                         double *ret_periods, Arena *scratch, Err *err)
{
    BacktestConfig config = job->config;
    Backtest *b;
    Result *r;

    config.params = params;
    b = backtest_new(&config, scratch, err);
    if (!b) return false;
    while (backtest_step(b)) {
    }
    r = backtest_end(b, err);
    if (!r) return false;
    if (!r->totals.is_balanced || r->totals.faults)
        return err_set(err, ST_BUG, "our mistake: the books of a cell do not balance") == ST_OK;
    *ret_totals = totals_of(r);
    return take_periods(job, r, ret_periods, scratch) || no_memory(err);
}

/* ---- the door ------------------------------------------------------------------------------------ */

bool sweep_prepare(SweepJob *job, Arena *arena, Err *err)
{
    if (!find_periods(job, arena)) return no_memory(err);
    if (!job->ends.count)
        return err_set(err, ST_BAD_INPUT, "there are no ticks to sweep over") == ST_OK;
    if (!job->is_instant) return matched_prepare(job, arena, err);
    return instant_prepare(job, arena) || no_memory(err);
}

static double *params_at(const SweepJob *job, uint64_t spot, Arena *scratch)
{
    const Image *image = job->config.image;
    double *params = arena_array(scratch, double, image->params_count + 1);

    if (arena_is_full(scratch)) return NULL;
    for (uint32_t i = 0; i < image->params_count; i++)
        params[i] = job->config.params ? job->config.params[i] : image->params[i].value;
    sweep_set(&job->search, spot, params);
    return params;
}

static bool step_one(const SweepJob *job, uint64_t spot, SweepTotals *ret_totals,
                     double *ret_periods, Arena *scratch, Err *err)
{
    ArenaMark mark = arena_mark(scratch);
    const double *params = params_at(job, spot, scratch);
    bool ok;

    if (!params) return no_memory(err);
    ok = job->is_instant
             ? instant_alone(job, params, ret_totals, ret_periods, scratch) || no_memory(err)
             : run_backtest(job, params, ret_totals, ret_periods, scratch, err);
    arena_release(scratch, mark);
    return ok;
}

/* How many spots from the first on follow each other: a range of the driver's. */
static uint32_t run_of(const uint64_t *spots, uint32_t count)
{
    uint32_t n = 1;

    while (n < count && spots[n] == spots[0] + n)
        n++;
    return n;
}

static bool step_instant(const SweepJob *job, const uint64_t *spots, uint32_t count,
                         SweepTotals *ret_totals, double *ret_periods, Arena *scratch, Err *err)
{
    if (count == 1) return step_one(job, spots[0], ret_totals, ret_periods, scratch, err);
    return instant_range(job, spots[0], count, ret_totals, ret_periods, scratch) || no_memory(err);
}

/* Cells that the driver leaves are backtests. */
static bool step_matched(const SweepJob *job, const uint64_t *spots, uint32_t count,
                         SweepTotals *ret_totals, double *ret_periods, Arena *scratch, Err *err)
{
    ArenaMark mark = arena_mark(scratch);
    bool *left = arena_array(scratch, bool, count), ok;

    ok = !arena_is_full(scratch) &&
         matched_range(job, spots[0], count, ret_totals, ret_periods, left, scratch);
    if (!ok) (void)no_memory(err);
    for (uint32_t i = 0; i < count && ok; i++)
        if (left[i])
            ok = step_one(job, spots[i], ret_totals + i, ret_periods + i * job->ends.count, scratch,
                          err);
    arena_release(scratch, mark);
    return ok;
}

bool sweep_step(const SweepJob *job, const uint64_t *spots, uint32_t count, SweepTotals *ret_totals,
                double *ret_periods, Arena *scratch, Err *err)
{
    bool ok = true;

    for (uint32_t i = 0, n; i < count && ok; i += n) {
        SweepTotals *totals = ret_totals + i;
        double *periods = ret_periods + i * job->ends.count;

        n = job->route == SWEEP_ROUTE_SHARED || job->route == SWEEP_ROUTE_MATCHED
                ? run_of(spots + i, count - i)
                : 1;
        if (job->route == SWEEP_ROUTE_MATCHED)
            ok = step_matched(job, spots + i, n, totals, periods, scratch, err);
        else
            ok = step_instant(job, spots + i, n, totals, periods, scratch, err);
    }
    return ok;
}
