/* sweeping.c — sweeping.h: what a sweep's outcome depends on, its rounds, and
 * what all cells come to. */
#include "runtime/backtest/sweeping.h"

#include <string.h>

#include "runtime/backtest/judge.h"
#include "runtime/engine/engine.h"
#include "vm/base/num.h"

#define FIGURES_MAX ((uint64_t)1 << 25) /* periods of all cells */

/* ---- what the outcome depends on ----------------------------------------------------------------- */

static void add_numbers(Sha256 *sum, const int64_t *numbers, size_t count)
{
    sha256_update(sum, numbers, count * sizeof *numbers);
}

static void make_plan(Sweeping *s)
{
    const BacktestConfig *c = &s->job.config;
    const SweepSearch *search = &s->job.search;
    int64_t numbers[] = {s->job.is_instant,    (int64_t)c->model,
                         c->latency_us,        c->jitter_us,
                         (int64_t)c->seed,     c->cash_micros,
                         (int64_t)search->way, search->cells,
                         (int64_t)s->table.by, (int64_t)s->job.ends.count,
                         (int64_t)search->seed};
    Sha256 sum;

    sha256_init(&sum);
    sha256_update(&sum, ENGINE_VERSION, sizeof ENGINE_VERSION);
    sha256_update(&sum, c->tape_sha256, SHA256_SIZE);
    sha256_update(&sum, c->image->semantic_hash, SHA256_SIZE);
    add_numbers(&sum, numbers, ARRAY_LEN(numbers));
    sha256_update(&sum, c->params, c->image->params_count * sizeof *c->params);
    for (uint32_t i = 0; i < search->axis_count; i++) {
        const SweepAxis *a = &search->axes[i];

        add_numbers(&sum, (int64_t[]){a->param, a->count}, 2);
        sha256_update(&sum, a->values, a->count * sizeof *a->values);
    }
    sha256_final(&sum, s->plan);
}

void sweeping_round_id(const Sweeping *s, const SweepRound *r, uint8_t ret[SHA256_SIZE])
{
    Sha256 sum;

    sha256_init(&sum);
    sha256_update(&sum, s->plan, sizeof s->plan);
    add_numbers(&sum, (int64_t[]){r->number, r->cells}, 2);
    sha256_update(&sum, r->spots, r->cells * sizeof *r->spots);
    sha256_final(&sum, ret);
}

Status sweeping_prepare(Sweeping *s, Err *err)
{
    uint64_t cells = sweep_cells(&s->job.search);

    if (!sweep_prepare(&s->job, s->arena, err)) return err->status;
    make_plan(s);
    if (cells * s->job.ends.count <= FIGURES_MAX) return ST_OK;
    return err_set(err, ST_BAD_INPUT,
                   "%llu cells of %zu %s each are more than is kept in memory: "
                   "try fewer cells "
                   "with --random N, or less data with --from and --to",
                   (unsigned long long)cells, s->job.ends.count,
                   s->job.is_hourly ? "hours" : "slots");
}

/* ---- rounds -------------------------------------------------------------------------------------- */

bool sweeping_first(const Sweeping *s, SweepRound *ret)
{
    uint32_t cells = (uint32_t)sweep_cells(&s->job.search);
    uint64_t *spots = arena_array(s->arena, uint64_t, cells);

    if (arena_is_full(s->arena)) return false;
    for (uint32_t i = 0; i < cells; i++)
        spots[i] = sweep_spot(&s->job.search, i);
    *ret = (SweepRound){spots, cells, 0};
    return true;
}

bool sweeping_reserve(Sweeping *s, const SweepRound *r)
{
    s->rounds++;
    return vec_reserve(s->arena, &s->spots, r->cells) &&
           vec_reserve(s->arena, &s->totals, r->cells) &&
           vec_reserve(s->arena, &s->periods, r->cells * s->job.ends.count);
}

void sweeping_take(Sweeping *s, uint64_t spot, const SweepTotals *totals, const double *periods)
{
    size_t count = s->job.ends.count;

    s->spots.items[s->spots.count++] = spot;
    s->totals.items[s->totals.count++] = *totals;
    memcpy(s->periods.items + s->periods.count, periods, count * sizeof *periods);
    s->periods.count += count;
}

/* A row a period of what was kept cell by cell. */
static bool make_returns(const Sweeping *s, Arena *arena, Returns *ret)
{
    size_t cells = sweeping_cells(s), periods = s->job.ends.count;
    double *x = arena_array(arena, double, cells *periods);

    if (arena_is_full(arena)) return false;
    for (size_t c = 0; c < cells; c++)
        for (size_t i = 0; i < periods; i++)
            x[i * cells + c] = s->periods.items[c * periods + i];
    *ret = (Returns){x, periods, cells};
    return true;
}

/* Where the best are so far, by the ratio where the rank needs to know of all
 * trials first. */
bool sweeping_next(Sweeping *s, SweepRound *r)
{
    size_t cells = sweeping_cells(s);
    SweepScore *scores = arena_array(s->arena, SweepScore, cells);
    SweepFound *found = arena_array(s->arena, SweepFound, cells);
    SweepBy by = s->table.by == SWEEP_RANK_DEFLATED ? SWEEP_RANK_SHARPE : s->table.by;
    Returns returns;
    uint64_t *spots = NULL;

    *r = (SweepRound){NULL, 0, r->number + 1};
    if (s->job.search.way != SWEEP_BY_REFINING) return true;
    if (arena_is_full(s->arena) || !make_returns(s, s->arena, &returns) ||
        !sweep_scores(&returns, s->arena, scores))
        return false;
    for (size_t i = 0; i < cells; i++)
        found[i] =
            (SweepFound){s->spots.items[i], sweep_figure(by, &scores[i], &s->totals.items[i])};
    r->cells = (uint32_t)sweep_round(&s->job.search, r->number, found, cells, s->arena, &spots);
    r->spots = spots;
    return !arena_is_full(s->arena);
}

/* ---- the end ------------------------------------------------------------------------------------- */

static void sum_cells(Sweeping *s)
{
    size_t periods = s->job.ends.count;
    Sha256 sum;

    sha256_init(&sum);
    sha256_update(&sum, s->plan, sizeof s->plan);
    for (size_t i = 0; i < sweeping_cells(s); i++) {
        sha256_update(&sum, &s->spots.items[i], sizeof *s->spots.items);
        sha256_update(&sum, &s->totals.items[i], sizeof *s->totals.items);
        sha256_update(&sum, s->periods.items + i * periods, periods * sizeof(double));
    }
    sha256_final(&sum, s->sum);
}

bool sweeping_end(Sweeping *s)
{
    if (!make_returns(s, s->arena, &s->table.returns)) return false;
    sum_cells(s);
    return true;
}

bool sweeping_trials(const Sweeping *s, int64_t from_us, int64_t to_us, Trial **ret_trials)
{
    size_t cells = sweeping_cells(s);
    Trial *trials = arena_array(s->arena, Trial, cells);
    SweepScore *scores = arena_array(s->arena, SweepScore, cells);
    double *params = arena_array(s->arena, double, s->job.config.image->params_count + 1);
    TrialSettings how = {&s->job.config, s->job.is_instant, from_us, to_us};

    if (arena_is_full(s->arena) || !sweep_scores(&s->table.returns, s->arena, scores)) return false;
    memcpy(params, s->job.config.params, s->job.config.image->params_count * sizeof *params);
    for (size_t i = 0; i < cells; i++) {
        sweep_set(&s->job.search, s->spots.items[i], params);
        trials[i] = trial_of(&how, params);
        trials[i].sharpe = scores[i].sharpe;
        trials[i].slots = (uint32_t)s->job.ends.count;
        trials[i].is_cell = true;
    }
    *ret_trials = trials;
    return true;
}

bool sweeping_judge(Sweeping *s, uint64_t trials, double variance)
{
    s->table.totals = s->totals.items;
    s->table.trials = trials;
    s->table.variance = variance;
    s->table.rounds = JUDGE_ROUNDS;
    return sweep_judge(&s->table, s->arena, &s->judgement);
}
