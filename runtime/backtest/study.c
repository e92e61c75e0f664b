/* study.c — see study.h. */
#include "runtime/backtest/study.h"

#include "runtime/backtest/judge.h"

void study_begin(Study *s, const BacktestConfig *config, int64_t until_us, Arena *arena,
                 Arena *scratch)
{
    *s = (Study){.config = *config, .until_us = until_us, .arena = arena, .scratch = scratch};
}

/* The headline first, then the others in their order. */
FillModel study_model(const Study *s)
{
    uint32_t beside = s->runs - 1;

    if (!s->runs || s->runs == MODELS) return s->config.model;
    return (FillModel)(beside < (uint32_t)s->config.model ? beside : beside + 1);
}

double study_part(const Study *s, uint64_t ticks)
{
    double run = (double)s->steps / (double)(ticks + 1); /* ends of slots are steps too */

    return ((double)s->runs + (run < 1 ? run : 1)) / MODELS;
}

static bool begin_run(Study *s, Err *err)
{
    BacktestConfig config = s->config;

    config.model = study_model(s);
    s->mark = arena_mark(s->scratch);
    s->running = backtest_new(&config, s->runs ? s->scratch : s->arena, err);
    return s->running != NULL;
}

/* Of the models beside the headline a row and a curve are kept. */
static bool end_run(Study *s, Err *err)
{
    FillModel model = study_model(s);
    Result *r = backtest_end(s->running, err);
    bool ok;

    s->running = NULL;
    if (!r) return false;
    if (!s->runs) s->result = r;
    ok = judge_band(r, s->scratch, &s->result->band[model]);
    if (!ok) (void)err_set(err, ST_NO_MEMORY, "no memory to judge with");
    if (ok && s->runs) s->curves[model] = report_curve(r, s->arena);
    arena_release(s->scratch, s->mark);
    s->runs++;
    s->steps = 0;
    return ok;
}

bool study_step(Study *s, uint64_t steps, Err *err)
{
    if (s->runs == MODELS) return false;
    if (!s->running && !begin_run(s, err)) return false;
    for (; steps; steps--) {
        if (backtest_next_us(s->running) >= s->until_us || !backtest_step(s->running))
            return end_run(s, err) && s->runs < MODELS;
        s->steps++;
    }
    return true;
}

Trial study_trial(const Study *s, int64_t from_us, int64_t to_us)
{
    TrialSettings how = {&s->config, false, from_us, to_us};
    Trial trial = trial_of(&how, s->config.params);
    ArenaMark mark = arena_mark(s->scratch);
    size_t periods = 0;

    (void)judge_periods(s->result, s->scratch, &periods);
    arena_release(s->scratch, mark);
    trial.slots = (uint32_t)periods;
    trial.sharpe = s->result->band[s->config.model].sharpe;
    return trial;
}

bool study_judge(Study *s, uint64_t trials, double trial_variance)
{
    JudgeConfig config = judge_config_default();
    ArenaMark mark = arena_mark(s->scratch);
    bool ok;

    config.trials = trials;
    config.trial_variance = trial_variance;
    ok = judge(s->result, &config, s->scratch);
    arena_release(s->scratch, mark);
    return ok;
}

const char *study_fault(const Result *r)
{
    if (r->totals.is_balanced && !r->totals.faults) return NULL;
    return "our mistake: the books of this backtest do not balance; please report it";
}
