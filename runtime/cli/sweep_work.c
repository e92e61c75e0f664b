/* sweep_work.c — sweep_command.h: cells on threads, round by round, into the
 * ledger of trials, judged. */
#include <string.h>

#include "runtime/cli/progress.h"
#include "runtime/cli/sweep_command.h"
#include "runtime/cli/trial_log.h"
#include "runtime/core/memory.h"
#include "runtime/jobs/jobs.h"
#include "vm/base/num.h"

/* Cells a batch: what shares ticks wants many together, what does not wants
 * little lost when it is killed. */
enum { BATCH_SHARED = 256, BATCHES_LEAST = 16 };
#define FIGURES_MAX ((uint64_t)1 << 25) /* periods of all cells */
#define THREAD_BYTES ((size_t)4 << 30)

typedef struct Round {
    SweepCommand *s;
    SweepRound plan;
    Arena *arenas; /* by thread */
    uint32_t arena_count;
    Progress *progress;
} Round;

static size_t result_size(const SweepCommand *s)
{
    return sizeof(SweepTotals) + s->sweep.job.ends.count * sizeof(double);
}

int sweep_fail(const SweepCommand *s, const Err *err)
{
    if (err->status == ST_BAD_INPUT || err->status == ST_UNSUPPORTED)
        return cli_fail(s->cli, EXIT_FINDINGS, "%s", err->text);
    return cli_fail_err(s->cli, err);
}

static int no_memory(const SweepCommand *s)
{
    return cli_fail(s->cli, EXIT_USE, "there is not enough memory for so many cells");
}

/* ---- a round ------------------------------------------------------------------------------------- */

static bool work(void *ctx, uint32_t thread, uint32_t first, uint32_t count, uint8_t *ret, Err *err)
{
    Round *r = ctx;
    Arena *arena = &r->arenas[thread];
    ArenaMark mark = arena_mark(arena);
    size_t periods = r->s->sweep.job.ends.count;
    SweepTotals *totals = arena_array(arena, SweepTotals, count);
    double *earned = arena_array(arena, double, count *periods);
    bool ok = !arena_is_full(arena);

    if (!ok) err_set(err, ST_NO_MEMORY, "no memory for cells of the sweep");
    ok = ok &&
         sweep_step(&r->s->sweep.job, r->plan.spots + first, count, totals, earned, arena, err);
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
    if (r->plan.number) buf_fmt(&more, "round %u: ", r->plan.number + 1);
    buf_fmt(&more, "%u of %u cells", p->done, p->cells);
    progress_tell(r->progress, part, buf_span(&more));
    return true;
}

/* Round 0 has the name itself. */
static const char *path_of(const Round *r)
{
    Buf b = cli_buf(r->s->cli);

    if (!r->s->resume || !r->plan.number) return r->s->resume;
    buf_fmt(&b, "%s.%u", r->s->resume, r->plan.number);
    return buf_cstr(&b);
}

static uint32_t batch_of(const Round *r)
{
    uint32_t batch = r->plan.cells / BATCHES_LEAST;

    if (!sweeping_shares(&r->s->sweep) || !batch) return 1;
    return batch < BATCH_SHARED ? batch : BATCH_SHARED;
}

static Status take_results(Round *r, const Jobs *jobs, Err *err)
{
    Sweeping *s = &r->s->sweep;
    double *periods = arena_array(s->arena, double, s->job.ends.count + 1);
    uint8_t *one = arena_alloc(s->arena, result_size(r->s));
    SweepTotals totals;
    Status st = ST_OK;

    if (!sweeping_reserve(s, &r->plan) || arena_is_full(s->arena))
        return err_set(err, ST_NO_MEMORY, "there is not enough memory for so many cells");
    for (uint32_t i = 0; i < r->plan.cells && st == ST_OK; i++) {
        st = jobs_results(jobs, i, 1, one, err);
        memcpy(&totals, one, sizeof totals);
        memcpy(periods, one + sizeof totals, s->job.ends.count * sizeof *periods);
        sweeping_take(s, r->plan.spots[i], &totals, periods);
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
                     .cells = r->plan.cells,
                     .batch = batch_of(r),
                     .result_size = (uint32_t)result_size(r->s),
                     .threads = (uint32_t)r->s->threads,
                     .work = work,
                     .progress = tell,
                     .ctx = r};
    Jobs *jobs = NULL;
    Status st;

    sweeping_round_id(&r->s->sweep, &r->plan, plan.id);
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

static int run_rounds(SweepCommand *s)
{
    Progress progress = progress_begin(s->cli, "sweep");
    Round r = {.s = s, .progress = &progress};
    Err err = ERR_NONE;
    Status st = ST_OK;
    bool ok = sweeping_first(&s->sweep, &r.plan);

    while (ok && st == ST_OK && r.plan.cells) {
        r.arenas = NULL;
        r.arena_count = 0;
        st = run_round(&r, &err);
        if (st == ST_OK) ok = sweeping_next(&s->sweep, &r.plan);
    }
    progress_end(&progress);
    if (!ok) return no_memory(s);
    return st == ST_OK ? EXIT_CLEAN : sweep_fail(s, &err);
}

/* What was seen was tried: before anything is shown. */
static int judge_all(SweepCommand *s)
{
    TrialLog log = {s->ledger, s->session.tape, &s->session};
    TrialsCount count = {.variance = UNKNOWN};
    Buf notes = cli_buf(s->cli), all = cli_buf(s->cli);
    Trial *trials;

    if (!sweeping_trials(&s->sweep, s->from_us, s->to_us, &trials)) return no_memory(s);
    if (!trial_log(s->cli, &log, trials, sweeping_cells(&s->sweep), &count, &notes))
        count = (TrialsCount){.variance = UNKNOWN};
    session_put_notes(&s->session, &all);
    buf_span_put(&all, buf_span(&notes));
    s->sweep.notes = buf_span(&all);
    return sweeping_judge(&s->sweep, count.all, count.variance) ? EXIT_CLEAN : no_memory(s);
}

int sweep_run(SweepCommand *s)
{
    Err err = ERR_NONE;
    int code;

    if (sweeping_prepare(&s->sweep, &err) != ST_OK) return sweep_fail(s, &err);
    code = run_rounds(s);
    if (code != EXIT_CLEAN) return code;
    return sweeping_end(&s->sweep) ? judge_all(s) : no_memory(s);
}
