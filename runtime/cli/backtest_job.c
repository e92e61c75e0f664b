/* backtest_job.c — see backtest_job.h. */
#include "runtime/cli/backtest_job.h"

#include <string.h>

#include "runtime/backtest/backtest.h"
#include "runtime/backtest/judge.h"
#include "runtime/backtest/result_text.h"
#include "runtime/cli/progress.h"
#include "runtime/cli/trial_log.h"
#include "vm/base/json.h"

enum { STEPS_A_LOOK = 4096 };

typedef struct Work {
    Cli *cli;
    BacktestJob *job;
    BacktestConfig config;
    uint8_t tape[SHA256_SIZE];
    uint64_t ticks; /* in all markets */
    Progress progress;
    uint32_t runs; /* so far */
} Work;

/* ---- what it runs over --------------------------------------------------------------------------- */

static int no_ticks(const Work *w, const Market *m)
{
    if (w->job->from_us || w->job->to_us)
        return cli_fail(w->cli, EXIT_FINDINGS, "`%S` (%S %S) has no ticks in that range of time",
                        m->name, m->venue, m->selector);
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
    session_sum(&j->session, w->cli->arena, w->tape);
    w->config = backtest_config_default();
    w->config.image = j->session.image;
    w->config.params = j->session.params;
    w->config.rows = rows;
    w->config.market_count = n;
    w->config.cash_micros = j->session.cash_micros;
    w->config.latency_us = j->latency_us;
    w->config.jitter_us = j->jitter_us;
    w->config.seed = (uint64_t)j->seed;
    w->config.tape_sha256 = w->tape;
}

/* ---- the runs ------------------------------------------------------------------------------------ */

static void tell(Work *w, uint64_t steps)
{
    double part = ((double)w->runs + (double)steps / (double)(w->ticks + 1)) / MODELS;
    Buf more;

    if (!progress_is_due(&w->progress)) return;
    more = cli_buf(w->cli);
    buf_fmt(&more, "%s fills", fill_model_name(w->config.model));
    progress_tell(&w->progress, part < 1 ? part : 1, buf_span(&more));
}

static Result *run_model(Work *w, FillModel model, Arena *arena, Err *err)
{
    Backtest *b;
    uint64_t steps = 0;

    w->config.model = model;
    b = backtest_new(&w->config, arena, err);
    if (!b) return NULL;
    while (backtest_next_us(b) < (w->job->to_us ? w->job->to_us : INT64_MAX) && backtest_step(b))
        if (++steps % STEPS_A_LOOK == 0) tell(w, steps);
    w->runs++;
    return backtest_end(b, err);
}

/* Runs a model of the band and keeps a row of it. */
static bool run_beside(Work *w, FillModel model, Err *err)
{
    ArenaMark mark = arena_mark(w->cli->scratch);
    Result *beside = run_model(w, model, w->cli->scratch, err);
    bool ok = beside && judge_band(beside, w->cli->scratch, &w->job->result->band[model]);

    if (ok) w->job->curves[model] = report_curve(beside, w->cli->arena);
    if (beside && !ok) (void)err_set(err, ST_NO_MEMORY, "no memory to judge with");
    arena_release(w->cli->scratch, mark);
    return ok;
}

static void count_trial(Work *w)
{
    BacktestJob *j = w->job;
    TrialSettings how = {&w->config, false, j->from_us, j->to_us};
    TrialLog log = {j->ledger, w->tape, &j->session};
    Trial trial = trial_of(&how, j->session.params);
    Buf notes = cli_buf(w->cli);
    size_t periods = 0;
    TrialsCount count;

    (void)judge_periods(j->result, w->cli->scratch, &periods);
    trial.slots = (uint32_t)periods;
    trial.sharpe = j->result->band[j->model].sharpe;
    if (trial_log(w->cli, &log, &trial, 1, &count, &notes)) {
        j->trials = count.all;
        j->trial_variance = count.variance;
    }
    j->notes = buf_span(&notes);
}

static bool run_all(Work *w, Err *err)
{
    BacktestJob *j = w->job;
    JudgeConfig config = judge_config_default();

    j->result = run_model(w, j->model, w->cli->arena, err);
    if (!j->result) return false;
    for (int m = 0; m < MODELS; m++) {
        bool ok = m == (int)j->model ? judge_band(j->result, w->cli->scratch, &j->result->band[m])
                                     : run_beside(w, (FillModel)m, err);

        if (!ok) return false;
    }
    if (j->is_counted) count_trial(w);
    config.trials = j->trials;
    config.trial_variance = j->trial_variance;
    if (judge(j->result, &config, w->cli->scratch)) return true;
    return err_set(err, ST_NO_MEMORY, "no memory to judge with") == ST_OK;
}

int backtest_job_run(Cli *cli, BacktestJob *job)
{
    Work w = {.cli = cli, .job = job};
    SessionOptions how = {.is_backtest = true, .from_us = job->from_us, .to_us = job->to_us};
    Err err = ERR_NONE;
    bool ok;
    int code = session_open_words(cli, &job->session, job->file, &job->words, &how);

    if (code == EXIT_CLEAN) code = look_at_data(&w);
    if (code != EXIT_CLEAN) return code;
    configure(&w);
    w.progress = progress_begin(cli, "backtest");
    ok = run_all(&w, &err);
    progress_end(&w.progress);
    if (!ok && (err.status == ST_BAD_INPUT || err.status == ST_UNSUPPORTED))
        return cli_fail(cli, EXIT_FINDINGS, "%s", err.text);
    if (!ok) return cli_fail_err(cli, &err);
    if (!job->result->totals.is_balanced || job->result->totals.faults)
        return cli_fail(cli, EXIT_FAULT,
                        "our mistake: the books of this backtest do not balance; please report it");
    return EXIT_CLEAN;
}

/* ---- the document -------------------------------------------------------------------------------- */

static void put_words(JsonWriter *w, const char *name, const char *const *words, size_t count)
{
    json_key_array(w, name);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, span_str(words[i]));
    json_write_array_end(w);
}

static void put_sources(JsonWriter *w, const BacktestJob *j)
{
    json_key_object(w, "sources");
    json_key_text(w, "file", span_str(j->file));
    put_words(w, "data", j->words.data, j->words.data_count);
    put_words(w, "params", j->words.params, j->words.param_count);
    if (j->words.cash) {
        json_key_text(w, "cash", span_str(j->words.cash));
    }
    json_key_text(w, "fill", span_str(fill_model_name(j->model)));
    json_key_int(w, "from_us", j->from_us);
    json_key_int(w, "to_us", j->to_us);
    json_key_int(w, "latency_us", j->latency_us);
    json_key_int(w, "jitter_us", j->jitter_us);
    json_key_int(w, "seed", j->seed);
    json_key_int(w, "trials", (int64_t)j->trials);
    json_key_number(w, "trial_variance", j->trial_variance);
    json_key_text(w, "notes", j->notes);
    json_write_object_end(w);
}

/* Labels are comments, which no hash is of. */
static void put_rules(JsonWriter *w, const Result *r)
{
    json_key_array(w, "rules");
    for (uint32_t i = 0; i < r->rule_count; i++)
        json_write_string(w, r->rules[i]);
    json_write_array_end(w);
}

/* What depends on the program's version and on where files lie is behind what is hashed. */
static void put_tail(Buf *tail, const BacktestJob *j, Span hashed)
{
    uint8_t sum[SHA256_SIZE];
    JsonWriter w;

    sha256(hashed, sum);
    json_write_init(&w, tail, false);
    json_write_object(&w);
    json_key_text(&w, "engine_version", SPAN(ENGINE_VERSION));
    put_rules(&w, j->result);
    put_sources(&w, j);
    json_key_sha256(&w, "document_sha256", sum);
    json_write_object_end(&w);
}

Span backtest_job_json(Cli *cli, const BacktestJob *job)
{
    Buf text = cli_buf(cli), tail = cli_buf(cli);

    result_json(&text, job->result);
    put_tail(&tail, job, buf_span(&text));
    buf_truncate(&text, text.len - 1); /* the closing brace ... */
    buf_char(&text, ',');
    buf_span_put(&text, span_from(buf_span(&tail), 1)); /* ... is the tail's */
    buf_char(&text, '\n');
    return buf_span(&text);
}
