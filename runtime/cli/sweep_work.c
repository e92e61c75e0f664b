/* sweep_work.c — sweeping.h: cells on threads, round by round, into the ledger of trials, judged. */
#include <string.h>

#include "runtime/backtest/judge.h"
#include "runtime/cli/progress.h"
#include "runtime/cli/sweeping.h"
#include "runtime/cli/trial_log.h"
#include "runtime/core/memory.h"
#include "runtime/jobs/jobs.h"
#include "vm/base/num.h"

/* Cells a batch: what shares ticks wants many together, what does not wants little lost when it is killed. */
enum { BATCH_SHARED = 256, BATCHES_LEAST = 16 };
#define FIGURES_MAX ((uint64_t)1 << 25) /* periods of all cells */
#define THREAD_BYTES ((size_t)4 << 30)

typedef struct Round {
    Sweeping *s;
    const uint64_t *spots;
    uint32_t cells, number;
    Arena *arenas; /* by thread */
    uint32_t arena_count;
    Progress *progress;
} Round;

static size_t result_size(const Sweeping *s)
{
    return sizeof(SweepTotals) + s->job.ends.count * sizeof(double);
}

static int fail(const Sweeping *s, const Err *err)
{
    if (err->status == ST_BAD_INPUT || err->status == ST_UNSUPPORTED)
        return cli_fail(s->cli, EXIT_FINDINGS, "%s", err->text);
    return cli_fail_err(s->cli, err);
}

static int no_memory(const Sweeping *s)
{
    return cli_fail(s->cli, EXIT_USE, "there is not enough memory for so many cells");
}

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
    sha256_update(&sum, s->session.tape, sizeof s->session.tape);
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

static void round_id(const Round *r, uint8_t ret[SHA256_SIZE])
{
    Sha256 sum;

    sha256_init(&sum);
    sha256_update(&sum, r->s->plan, sizeof r->s->plan);
    add_numbers(&sum, (int64_t[]){r->number, r->cells}, 2);
    sha256_update(&sum, r->spots, r->cells * sizeof *r->spots);
    sha256_final(&sum, ret);
}

/* ---- a round ------------------------------------------------------------------------------------- */

static bool work(void *ctx, uint32_t thread, uint32_t first, uint32_t count, uint8_t *ret, Err *err)
{
    Round *r = ctx;
    Arena *arena = &r->arenas[thread];
    ArenaMark mark = arena_mark(arena);
    size_t periods = r->s->job.ends.count;
    SweepTotals *totals = arena_array(arena, SweepTotals, count);
    double *earned = arena_array(arena, double, count *periods);
    bool ok = !arena_is_full(arena);

    if (!ok) err_set(err, ST_NO_MEMORY, "no memory for cells of the sweep");
    ok = ok && sweep_step(&r->s->job, r->spots + first, count, totals, earned, arena, err);
    for (uint32_t i = 0; i < count && ok; i++) {
        memcpy(ret, &totals[i], sizeof *totals);
        memcpy(ret + sizeof *totals, earned + i * periods, periods * sizeof *earned);
        ret += result_size(r->s);
    }
    arena_release(arena, mark);
    return ok;
}

static bool tell(void *ctx, const JobsProgress *p)
{
    Round *r = ctx;
    double part = -1;
    Buf more;

    if (!progress_is_due(r->progress)) return true;
    if (p->left_ns >= 0) part = (double)p->spent_ns / ((double)(p->spent_ns + p->left_ns) + 1);
    more = cli_buf(r->s->cli);
    if (r->number) buf_fmt(&more, "round %u: ", r->number + 1);
    buf_fmt(&more, "%u of %u cells", p->done, p->cells);
    progress_tell(r->progress, part, buf_span(&more));
    return true;
}

/* Round 0 has the name itself. */
static const char *path_of(const Round *r)
{
    Buf b = cli_buf(r->s->cli);

    if (!r->s->resume || !r->number) return r->s->resume;
    buf_fmt(&b, "%s.%u", r->s->resume, r->number);
    return buf_cstr(&b);
}

static uint32_t batch_of(const Round *r)
{
    uint32_t batch = r->cells / BATCHES_LEAST;

    bool shares = r->s->job.route == SWEEP_ROUTE_SHARED || r->s->job.route == SWEEP_ROUTE_MATCHED;

    if (!shares || !batch) return 1;
    return batch < BATCH_SHARED ? batch : BATCH_SHARED;
}

static Status take_results(Round *r, const Jobs *jobs, Err *err)
{
    Sweeping *s = r->s;
    Arena *arena = s->cli->arena;
    size_t size = result_size(s), periods = s->job.ends.count;
    uint8_t *one = arena_alloc(arena, size);
    Status st = ST_OK;

    if (!vec_reserve(arena, &s->spots, r->cells) || !vec_reserve(arena, &s->totals, r->cells) ||
        !vec_reserve(arena, &s->periods, r->cells * periods) || arena_is_full(arena))
        return err_set(err, ST_NO_MEMORY, "there is not enough memory for so many cells");
    for (uint32_t i = 0; i < r->cells && st == ST_OK; i++) {
        st = jobs_results(jobs, i, 1, one, err);
        s->spots.items[s->spots.count++] = r->spots[i];
        memcpy(&s->totals.items[s->totals.count++], one, sizeof(SweepTotals));
        memcpy(s->periods.items + s->periods.count, one + sizeof(SweepTotals),
               periods * sizeof(double));
        s->periods.count += periods;
    }
    return st;
}

static Status make_arenas(Round *r, uint32_t count, Err *err)
{
    r->arenas = arena_array(r->s->cli->arena, Arena, count);
    if (arena_is_full(r->s->cli->arena)) return err_set(err, ST_NO_MEMORY, "no memory for threads");
    for (; r->arena_count < count; r->arena_count++)
        arena_init(&r->arenas[r->arena_count], memory_source(), THREAD_BYTES);
    return ST_OK;
}

static Status run_round(Round *r, Err *err)
{
    JobsPlan plan = {.path = path_of(r),
                     .cells = r->cells,
                     .batch = batch_of(r),
                     .result_size = (uint32_t)result_size(r->s),
                     .threads = (uint32_t)r->s->threads,
                     .work = work,
                     .progress = tell,
                     .ctx = r};
    Jobs *jobs = NULL;
    Status st;

    round_id(r, plan.id);
    st = jobs_open(&jobs, &plan, r->s->cli->arena, err);
    if (st == ST_OK) st = make_arenas(r, jobs_threads(jobs), err);
    if (st == ST_OK) st = jobs_run(jobs, err);
    if (st == ST_OK) st = take_results(r, jobs, err);
    for (uint32_t i = 0; i < r->arena_count; i++)
        arena_fini(&r->arenas[i]);
    jobs_close(jobs);
    return st;
}

/* ---- all rounds ---------------------------------------------------------------------------------- */

static bool plan_first(const Sweeping *s, Round *r)
{
    uint64_t *spots;

    r->cells = (uint32_t)sweep_cells(&s->job.search);
    r->spots = spots = arena_array(s->cli->arena, uint64_t, r->cells);
    if (arena_is_full(s->cli->arena)) return false;
    for (uint32_t i = 0; i < r->cells; i++)
        spots[i] = sweep_spot(&s->job.search, i);
    return true;
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

/* Where the best are so far, by the ratio where the rank needs to know of all trials first. */
static bool plan_next(Sweeping *s, Round *r)
{
    Arena *arena = s->cli->arena;
    size_t cells = sweeping_cells(s);
    SweepScore *scores = arena_array(arena, SweepScore, cells);
    SweepFound *found = arena_array(arena, SweepFound, cells);
    SweepBy by = s->table.by == SWEEP_RANK_DEFLATED ? SWEEP_RANK_SHARPE : s->table.by;
    Returns returns;
    uint64_t *spots = NULL;

    if (arena_is_full(arena) || !make_returns(s, arena, &returns)) return false;
    if (!sweep_scores(&returns, arena, scores)) return false;
    for (size_t i = 0; i < cells; i++)
        found[i] =
            (SweepFound){s->spots.items[i], sweep_figure(by, &scores[i], &s->totals.items[i])};
    *r = (Round){.s = s, .number = r->number + 1, .progress = r->progress};
    r->cells = (uint32_t)sweep_round(&s->job.search, r->number, found, cells, arena, &spots);
    r->spots = spots;
    return !arena_is_full(arena);
}

static int run_rounds(Sweeping *s)
{
    Progress progress = progress_begin(s->cli, "sweep");
    Round r = {.s = s, .progress = &progress};
    Err err = ERR_NONE;
    Status st = ST_OK;
    bool ok = plan_first(s, &r);

    while (ok && st == ST_OK && r.cells) {
        s->rounds++;
        st = run_round(&r, &err);
        if (s->job.search.way != SWEEP_BY_REFINING) break;
        if (st == ST_OK) ok = plan_next(s, &r);
    }
    progress_end(&progress);
    if (!ok) return no_memory(s);
    return st == ST_OK ? EXIT_CLEAN : fail(s, &err);
}

/* ---- trials -------------------------------------------------------------------------------------- */

/* What was seen was tried: before anything is shown. */
static int log_trials(Sweeping *s)
{
    Arena *arena = s->cli->arena;
    size_t cells = sweeping_cells(s);
    Trial *trials = arena_array(arena, Trial, cells);
    SweepScore *scores = arena_array(arena, SweepScore, cells);
    double *params = arena_array(arena, double, s->job.config.image->params_count + 1);
    TrialSettings how = {&s->job.config, s->job.is_instant, s->from_us, s->to_us};
    TrialLog log = {s->ledger, s->session.tape, &s->session};
    Buf notes = cli_buf(s->cli);

    if (arena_is_full(arena) || !sweep_scores(&s->table.returns, arena, scores))
        return no_memory(s);
    memcpy(params, s->job.config.params, s->job.config.image->params_count * sizeof *params);
    for (size_t i = 0; i < cells; i++) {
        sweep_set(&s->job.search, s->spots.items[i], params);
        trials[i] = trial_of(&how, params);
        trials[i].sharpe = scores[i].sharpe;
        trials[i].slots = (uint32_t)s->job.ends.count;
        trials[i].is_cell = true;
    }
    s->has_trials = trial_log(s->cli, &log, trials, cells, &s->trials, &notes);
    s->notes = buf_span(&notes);
    return EXIT_CLEAN;
}

/* ---- the door ------------------------------------------------------------------------------------ */

static int prepare(Sweeping *s)
{
    uint64_t cells = sweep_cells(&s->job.search);
    Err err = ERR_NONE;

    if (!sweep_prepare(&s->job, s->cli->arena, &err)) return fail(s, &err);
    make_plan(s);
    if (cells * s->job.ends.count <= FIGURES_MAX) return EXIT_CLEAN;
    return cli_fail(s->cli, EXIT_FINDINGS,
                    "%llu cells of %zu %s each are more than is kept in memory: try fewer cells "
                    "with --random N, or less data with --from and --to",
                    (unsigned long long)cells, s->job.ends.count,
                    s->job.is_hourly ? "hours" : "slots");
}

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

static int judge_all(Sweeping *s)
{
    s->table.totals = s->totals.items;
    s->table.trials = s->has_trials ? s->trials.all : 0;
    s->table.variance = s->has_trials ? s->trials.variance : UNKNOWN;
    s->table.rounds = JUDGE_ROUNDS;
    return sweep_judge(&s->table, s->cli->arena, &s->judgement) ? EXIT_CLEAN : no_memory(s);
}

int sweeping_run(Sweeping *s)
{
    int code = prepare(s);

    if (code == EXIT_CLEAN) code = run_rounds(s);
    if (code != EXIT_CLEAN) return code;
    if (!make_returns(s, s->cli->arena, &s->table.returns)) return no_memory(s);
    sum_cells(s);
    code = log_trials(s);
    return code == EXIT_CLEAN ? judge_all(s) : code;
}
