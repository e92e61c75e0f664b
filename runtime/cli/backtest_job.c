/* backtest_job.c — see backtest_job.h. */
#include "runtime/cli/backtest_job.h"

#include <string.h>

#include "runtime/backtest/document.h"
#include "runtime/backtest/study.h"
#include "runtime/cli/progress.h"
#include "runtime/cli/trial_log.h"

enum { STEPS_A_LOOK = 4096 };

typedef struct Work {
    Cli *cli;
    BacktestJob *job;
    BacktestConfig config;
    uint64_t ticks; /* in all markets */
    Progress progress;
    Study study;
} Work;

/* ---- what it runs over --------------------------------------------------------------------------- */

static int no_ticks(const Work *w, const Market *m)
{
    if (w->job->from_us || w->job->to_us) return session_no_ticks(w->cli, m);
    return cli_fail(w->cli, EXIT_FINDINGS,
                    "`%S` (%S %S) has no ticks; say where they are with --data %S=SRC", m->name,
                    m->venue, m->selector, m->name);
}

static int look_at_data(Work *w)
{
    Session *s = &w->job->session;
    const Program *p = s->c.program;

    for (uint32_t i = 0; i < p->markets_count; i++) {
        if (!s->tables[i].count) return no_ticks(w, &p->markets[i]);
        w->ticks += s->tables[i].count;
    }
    return EXIT_CLEAN;
}

static void configure(Work *w)
{
    BacktestJob *j = w->job;
    uint32_t n = j->session.c.program->markets_count;
    MarketRows *rows = arena_array(w->cli->arena, MarketRows, n);

    for (uint32_t i = 0; i < n; i++)
        rows[i] = session_rows(&j->session, i);
    w->config = backtest_config_default();
    w->config.image = j->session.image;
    w->config.params = j->session.params;
    w->config.rows = rows;
    w->config.market_count = n;
    w->config.cash_micros = j->session.cash_micros;
    w->config.latency_us = j->latency_us;
    w->config.jitter_us = j->jitter_us;
    w->config.seed = (uint64_t)j->seed;
    w->config.model = j->model;
    w->config.tape_sha256 = j->session.tape;
}

/* ---- the runs ------------------------------------------------------------------------------------ */

static void tell(Work *w)
{
    Buf more;

    if (!progress_is_due(&w->progress)) return;
    more = cli_buf(w->cli);
    buf_fmt(&more, "%s fills", fill_model_name(study_model(&w->study)));
    progress_tell(&w->progress, study_part(&w->study, w->ticks), buf_span(&more));
}

static void count_trial(Work *w)
{
    BacktestJob *j = w->job;
    TrialLog log = {j->ledger, j->session.tape, &j->session};
    Trial trial = study_trial(&w->study, j->from_us, j->to_us);
    Buf notes = cli_buf(w->cli);
    TrialsCount count;

    if (trial_log(w->cli, &log, &trial, 1, &count, &notes)) {
        j->trials = count.all;
        j->trial_variance = count.variance;
    }
    backtest_job_note(w->cli, j, buf_span(&notes));
}

static void run_all(Work *w, Err *err)
{
    BacktestJob *j = w->job;

    study_begin(&w->study, &w->config, j->to_us ? j->to_us : INT64_MAX, w->cli->arena,
                w->cli->scratch);
    while (study_step(&w->study, STEPS_A_LOOK, err))
        tell(w);
    if (err->status != ST_OK) return;
    j->result = w->study.result;
    memcpy(j->curves, w->study.curves, sizeof j->curves);
    if (j->is_counted) count_trial(w);
    if (!study_judge(&w->study, j->trials, j->trial_variance))
        (void)err_set(err, ST_NO_MEMORY, "no memory to judge with");
}

void backtest_job_note(Cli *cli, BacktestJob *job, Span ledger)
{
    Buf all = cli_buf(cli);

    for (size_t i = 0; i < job->file_count && job->sessions; i++)
        session_put_notes(&job->sessions[i], &all);
    if (!job->sessions) session_put_notes(&job->session, &all);
    buf_span_put(&all, ledger);
    job->notes = buf_span(&all);
}

int backtest_job_answer(Cli *cli, const Result *r, const Err *err)
{
    const char *fault;

    if (err->status == ST_BAD_INPUT || err->status == ST_UNSUPPORTED)
        return cli_fail(cli, EXIT_FINDINGS, "%s", err->text);
    if (err->status != ST_OK) return cli_fail_err(cli, err);
    fault = study_fault(r);
    return fault ? cli_fail(cli, EXIT_FAULT, "%s", fault) : EXIT_CLEAN;
}

int backtest_job_run(Cli *cli, BacktestJob *job)
{
    Work w = {.cli = cli, .job = job};
    SessionOptions how = {.is_backtest = true,
                          .from_us = job->from_us,
                          .to_us = job->to_us,
                          .outputs = &job->outputs};
    Err err = ERR_NONE;
    int code;

    if (backtest_job_is_fleet(job)) return fleet_job_run(cli, job);
    code = session_open_words(cli, &job->session, job->file, &job->words, &how);
    if (code == EXIT_CLEAN) code = look_at_data(&w);
    if (code != EXIT_CLEAN) return code;
    configure(&w);
    w.progress = progress_begin(cli, "backtest");
    run_all(&w, &err);
    progress_end(&w.progress);
    return backtest_job_answer(cli, job->result, &err);
}

/* ---- the document -------------------------------------------------------------------------------- */

Span backtest_job_json(Cli *cli, const BacktestJob *j)
{
    DocumentSources sources = {.file = j->file,
                               .files = j->files,
                               .wallets = j->wallets,
                               .file_count = j->file_count,
                               .wallet_count = j->wallet_count,
                               .copies = j->copies,
                               .has_shared_book = j->has_shared_book,
                               .data = j->words.data,
                               .params = j->words.params,
                               .data_count = j->words.data_count,
                               .param_count = j->words.param_count,
                               .cash = j->words.cash,
                               .model = j->model,
                               .from_us = j->from_us,
                               .to_us = j->to_us,
                               .latency_us = j->latency_us,
                               .jitter_us = j->jitter_us,
                               .seed = j->seed,
                               .trials = j->trials,
                               .trial_variance = j->trial_variance,
                               .notes = j->notes};
    Buf text = cli_buf(cli);

    document_put(&text, j->result, &sources, cli->arena);
    return buf_span(&text);
}
