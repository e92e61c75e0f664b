/* fleet_job.c — a backtest of several strategies and wallets, from words to a judged result (backtest_job.h).
 *
 * Each way to fill is run over all of them; rows of the band, trials and judgements are made for each assignment and
 * for all together. */
#include <string.h>

#include "runtime/backtest/judge.h"
#include "runtime/backtest/trial.h"
#include "runtime/cli/fleet_words.h"
#include "runtime/cli/progress.h"
#include "runtime/cli/trial_log.h"
#include "vm/base/fmt.h"

enum { STEPS_A_LOOK = 1024 };

typedef struct Work {
    Cli *cli;
    BacktestJob *job;
    FleetPlan plan;
    FleetConfig config;
    Progress progress;
    uint32_t runs; /* so far */
} Work;

static void configure(Work *w)
{
    const BacktestJob *j = w->job;
    FleetConfig *c = &w->config;

    c->how = backtest_config_default();
    c->how.rows = w->plan.rows;
    c->how.market_count = w->plan.market_count;
    c->how.latency_us = j->latency_us;
    c->how.jitter_us = j->jitter_us;
    c->how.seed = (uint64_t)j->seed;
    c->how.tape_sha256 = w->plan.tape;
    c->strategies = w->plan.strategies;
    c->strategy_count = w->plan.strategy_count;
    c->wallets = w->plan.wallets;
    c->wallet_count = w->plan.wallet_count;
    c->pairs = w->plan.pairs;
    c->pair_count = w->plan.pair_count;
    c->has_shared_book = j->has_shared_book;
}

/* ---- the runs ------------------------------------------------------------------------------------ */

static void tell(Work *w, uint64_t steps)
{
    double part = ((double)w->runs + (double)steps / (double)(w->plan.ticks + 1)) / MODELS;
    Buf more;

    if (!progress_is_due(&w->progress)) return;
    more = cli_buf(w->cli);
    buf_fmt(&more, "%s fills", fill_model_name(w->config.how.model));
    progress_tell(&w->progress, part < 1 ? part : 1, buf_span(&more));
}

static Result *run_model(Work *w, FillModel model, Arena *arena, Err *err)
{
    uint64_t steps = 0;
    Fleet *f;

    w->config.how.model = model;
    f = fleet_new(&w->config, arena, err);
    if (!f) return NULL;
    while (fleet_next_us(f) < (w->job->to_us ? w->job->to_us : INT64_MAX) && fleet_step(f))
        if (++steps % STEPS_A_LOOK == 0) tell(w, steps);
    w->runs++;
    return fleet_end(f, err);
}

/* Rows of the band: of all, then of each assignment. */
static bool add_band(Work *w, FillModel model, const Result *of)
{
    Result *r = w->job->result;
    bool ok = judge_band(of, w->cli->scratch, &r->band[model]);

    for (uint32_t i = 0; i < r->assignment_count && ok; i++)
        ok = judge_band(of->assignments[i].result, w->cli->scratch,
                        &r->assignments[i].result->band[model]);
    return ok;
}

static bool run_beside(Work *w, FillModel model, Err *err)
{
    ArenaMark mark = arena_mark(w->cli->scratch);
    Result *beside = run_model(w, model, w->cli->scratch, err);
    bool ok = beside && add_band(w, model, beside);

    if (ok) w->job->curves[model] = report_curve(beside, w->cli->arena);
    if (beside && !ok) (void)err_set(err, ST_NO_MEMORY, "no memory to judge with");
    arena_release(w->cli->scratch, mark);
    return ok;
}

/* ---- trials -------------------------------------------------------------------------------------- */

/* Is anybody else in its wallet, or at its book? */
static bool is_by_itself(const Work *w, uint32_t pair)
{
    if (w->config.has_shared_book) return false;
    for (uint32_t i = 0; i < w->config.pair_count; i++)
        if (i != pair && w->config.pairs[i].wallet == w->config.pairs[pair].wallet) return false;
    return true;
}

/* What else there was becomes part of the settings. */
static void add_company(const Work *w, uint32_t pair, Trial *trial)
{
    uint32_t place[] = {pair, w->config.has_shared_book};
    Sha256 h;

    sha256_init(&h);
    sha256_update(&h, trial->settings, sizeof trial->settings);
    sha256_update(&h, place, sizeof place);
    for (uint32_t i = 0; i < w->config.pair_count; i++) {
        const FleetPair *p = &w->config.pairs[i];
        const FleetStrategy *s = &w->config.strategies[p->strategy];

        sha256_update(&h, s->image->semantic_hash, SHA256_SIZE);
        sha256_update(&h, s->params, s->image->params_count * sizeof *s->params);
        sha256_update(&h, &p->wallet, sizeof p->wallet);
        sha256_update(&h, &w->config.wallets[p->wallet].cash_micros, sizeof(int64_t));
    }
    sha256_final(&h, trial->settings);
}

static Trial trial_of_pair(Work *w, uint32_t pair)
{
    const FleetStrategy *s = &w->config.strategies[w->config.pairs[pair].strategy];
    const Result *r = w->job->result->assignments[pair].result;
    BacktestConfig config = w->config.how;
    TrialSettings how = {&config, false, w->job->from_us, w->job->to_us};
    size_t periods = 0;
    Trial trial;

    config.image = s->image;
    config.model = w->job->model;
    config.cash_micros = w->config.wallets[w->config.pairs[pair].wallet].cash_micros;
    trial = trial_of(&how, s->params);
    if (!is_by_itself(w, pair)) add_company(w, pair, &trial);
    (void)judge_periods(r, w->cli->scratch, &periods);
    trial.slots = (uint32_t)periods;
    trial.sharpe = r->band[w->job->model].sharpe;
    return trial;
}

static bool is_known(const Trial *all, size_t count, const Trial *one)
{
    for (size_t i = 0; i < count; i++)
        if (!memcmp(all[i].strategy, one->strategy, sizeof one->strategy) &&
            !memcmp(all[i].settings, one->settings, sizeof one->settings))
            return true;
    return false;
}

/* Of the strategies that ran on the tape of strategy `first`: equal runs once. */
static size_t trials_on(Work *w, uint32_t first, Trial *ret)
{
    size_t count = 0;

    for (uint32_t i = 0; i < w->config.pair_count; i++) {
        uint32_t s = w->config.pairs[i].strategy;
        Trial trial;

        if (memcmp(w->plan.strategies[s].tape_sha256, w->plan.strategies[first].tape_sha256,
                   SHA256_SIZE) != 0)
            continue;
        trial = trial_of_pair(w, i);
        if (!is_known(ret, count, &trial)) ret[count++] = trial;
    }
    return count;
}

/* The tape that was tried most counts for all. */
static void count_trials(Work *w)
{
    BacktestJob *j = w->job;
    Trial *trials = arena_array(w->cli->arena, Trial, w->config.pair_count + 1U);
    Buf all = cli_buf(w->cli);

    for (uint32_t s = 0; s < w->config.strategy_count; s++) {
        TrialLog log = {j->ledger, w->plan.strategies[s].tape_sha256, &j->sessions[s]};
        Buf notes = cli_buf(w->cli);
        TrialsCount count;

        if (!fleet_is_first_on_tape(&w->plan, s)) continue;
        if (trial_log(w->cli, &log, trials, trials_on(w, s, trials), &count, &notes) &&
            count.all > j->trials) {
            j->trials = count.all;
            j->trial_variance = count.variance;
        }
        if (notes.len && (!all.len || !span_is(buf_span(&all), buf_span(&notes))))
            buf_span_put(&all, buf_span(&notes));
    }
    backtest_job_note(w->cli, j, buf_span(&all));
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static bool judge_all(Work *w)
{
    JudgeConfig config = judge_config_default();
    Result *r = w->job->result;
    bool ok;

    config.trials = w->job->trials;
    config.trial_variance = w->job->trial_variance;
    ok = judge(r, &config, w->cli->scratch);
    for (uint32_t i = 0; i < r->assignment_count && ok; i++)
        ok = judge(r->assignments[i].result, &config, w->cli->scratch);
    return ok;
}

static void run_all(Work *w, Err *err)
{
    BacktestJob *j = w->job;

    j->result = run_model(w, j->model, w->cli->arena, err);
    if (!j->result) return;
    for (int m = 0; m < MODELS; m++) {
        bool ok = m == (int)j->model ? add_band(w, j->model, j->result)
                                     : run_beside(w, (FillModel)m, err);

        if (ok) continue;
        if (err->status == ST_OK) (void)err_set(err, ST_NO_MEMORY, "no memory to judge with");
        return;
    }
    w->config.how.model = j->model;
    if (j->is_counted) count_trials(w);
    if (!judge_all(w)) (void)err_set(err, ST_NO_MEMORY, "no memory to judge with");
}

bool backtest_job_is_fleet(const BacktestJob *job)
{
    return job->file_count > 1 || job->wallet_count || job->copies;
}

int fleet_job_run(Cli *cli, BacktestJob *job)
{
    Work w = {.cli = cli, .job = job};
    Err err = ERR_NONE;
    int code = fleet_plan(cli, job, &w.plan);

    if (code != EXIT_CLEAN) return code;
    configure(&w);
    w.progress = progress_begin(cli, "backtest");
    run_all(&w, &err);
    progress_end(&w.progress);
    return backtest_job_answer(cli, job->result, &err);
}
