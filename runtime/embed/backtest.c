/* backtest.c — see backtest.h. */
#include "runtime/embed/backtest.h"

#include "compiler/source/source.h"
#include "runtime/backtest/document.h"
#include "runtime/backtest/result_text.h"
#include "runtime/backtest/study.h"
#include "runtime/embed/handles.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/supplies.h"
#include "vm/base/num.h"

typedef struct Running {
    Arena arena, scratch;
    EmbedProgram program;
    Supplies supplies;
    Span command; /* for the page */
    Study study;
    bool is_done, is_judged;
    Span trial; /* its record */
    Span notes;
    DocumentSources words; /* of the document; trials by the last result */
} Running;

static Handles handles; /* of this instance of the module */

static void running_free(Running *b)
{
    Arena arena = b->arena;

    supplies_close(&b->supplies);
    arena_fini(&b->scratch);
    arena_fini(&arena);
}

int32_t backtest_close(int32_t handle)
{
    Running *b = handles_find(&handles, handle);

    if (!b) return EMBED_HANDLE;
    handles_drop(&handles, handle);
    running_free(b);
    return 0;
}

/* ---- opening ---------------------------------------------------------------------------------------- */

static bool read_key(void *ctx, RequestReader *r, Span key)
{
    Running *b = ctx;
    bool is_known;

    if (span_is(key, SPAN("command"))) return request_text(r, key, &b->command);
    if (!supplies_key(&b->supplies, r, key, &is_known)) return false;
    return is_known || request_unknown(r, key);
}

static bool configure(Running *b, Work *w)
{
    const Supplies *s = &b->supplies;
    BacktestConfig config = backtest_config_default();
    Err err = ERR_NONE;

    if (!supplies_model(s, &config.model)) {
        program_error(w, "`fill` is touch, queue or pessimistic, not `%S`", s->fill);
        return false;
    }
    config.image = b->program.image;
    config.params = b->program.params;
    config.rows = s->rows;
    config.market_count = s->market_count;
    config.cash_micros = b->program.cash_micros;
    config.latency_us = supplies_latency_us(s);
    config.jitter_us = supplies_jitter_us(s);
    config.seed = (uint64_t)s->seed;
    config.tape_sha256 = s->tape;
    b->words = (DocumentSources){.file = s->file,
                                 .data = s->data,
                                 .params = s->params,
                                 .data_count = s->count,
                                 .param_count = b->program.request.params_count,
                                 .cash = s->cash,
                                 .model = config.model,
                                 .from_us = s->from_us,
                                 .to_us = s->to_us,
                                 .latency_us = config.latency_us,
                                 .jitter_us = config.jitter_us,
                                 .seed = s->seed,
                                 .trials = 1,
                                 .trial_variance = UNKNOWN,
                                 .notes = {"", 0}};
    study_begin(&b->study, &config, s->to_us ? s->to_us : INT64_MAX, &b->arena, &b->scratch);
    if (study_step(&b->study, 0, &err)) return true; /* what cannot be matched is said at once */
    work_error(w, span_str(err.text));
    return false;
}

static int32_t open_running(Running *b, Span json, Work *w)
{
    Request *q = &b->program.request;
    int32_t handle = 0;

    supplies_init(&b->supplies);
    if (!request_read_more(q, json, &b->arena, read_key, b)) {
        work_error(w, q->error);
    } else if (program_open(&b->program, &b->arena, w) &&
               supplies_open(&b->supplies, &b->program, &b->arena, w) && configure(b, w)) {
        handle = handles_put(&handles, b);
        if (!handle) {
            work_error(w, SPAN("too many backtests are open"));
            return 0;
        }
        work_count(w, SPAN("backtest"), (uint64_t)handle);
        supplies_put(&b->supplies, w);
    }
    w->has_failed |= arena_is_full(&b->arena);
    return handle;
}

int32_t backtest_open(Span json)
{
    int32_t handle = 0, answer;
    Arena arena;
    Running *b;
    Work w;

    work_begin(&w);
    arena_init(&arena, heap_source(), WORK_MAX_BYTES);
    b = arena_new(&arena, Running);
    if (arena_is_full(&arena)) {
        arena_fini(&arena);
        w.has_failed = true;
        return work_end(&w);
    }
    b->arena = arena;
    arena_init(&b->scratch, heap_source(), WORK_MAX_BYTES);
    handle = open_running(b, json, &w);
    answer = work_end(&w);
    if (!handle || answer < 0) {
        handles_drop(&handles, handle);
        running_free(b);
    }
    return answer;
}

/* ---- going ------------------------------------------------------------------------------------------ */

static void put_state(const Running *b, Work *w)
{
    const Study *s = &b->study;

    work_flag(w, SPAN("done"), b->is_done);
    json_write_key(&w->json, SPAN("part"));
    json_write_number(&w->json, study_part(s, b->supplies.ticks));
    work_text(w, SPAN("model"), span_str(fill_model_name(study_model(s))));
    work_count(w, SPAN("ticks"), s->steps);
}

/* The end of the last model: what the page keeps of it. */
static bool finish(Running *b)
{
    Trial trial = study_trial(&b->study, b->supplies.from_us, b->supplies.to_us);

    b->trial = trial_records(&trial, 1, &b->arena);
    b->is_done = true;
    return b->trial.len != 0;
}

int32_t backtest_go(int32_t handle, uint32_t ticks)
{
    Running *b = handles_find(&handles, handle);
    Err err = ERR_NONE;
    Work w;

    if (!b) return EMBED_HANDLE;
    work_begin(&w);
    do {
        if (b->is_done || study_step(&b->study, ticks ? ticks : UINT32_MAX, &err)) continue;
        if (err.status == ST_OK && !finish(b))
            (void)err_set(&err, ST_NO_MEMORY, "no memory for the trial");
        break;
    } while (!ticks && !b->is_done);
    if (err.status != ST_OK)
        work_error(&w, span_str(err.text));
    else
        put_state(b, &w);
    return work_end(&w);
}

/* ---- what came of it -------------------------------------------------------------------------------- */

static void put_result(Running *b, Span before, Work *w)
{
    Buf text;

    buf_init(&text, &w->arena, WORK_MAX_ANSWER);
    if (!trial_count(before, b->trial, &w->arena, &b->words.trials, &b->words.trial_variance) ||
        !study_judge(&b->study, b->words.trials, b->words.trial_variance)) {
        w->has_failed = true;
        return;
    }
    b->is_judged = true;
    document_put(&text, b->study.result, &b->words, &w->arena);
    w->has_failed |= buf_is_full(&text);
    w->bytes = buf_span(&text);
    work_count(w, SPAN("trials"), b->words.trials);
}

int32_t backtest_result(int32_t handle, Span trials)
{
    Running *b = handles_find(&handles, handle);
    Work w;

    if (!b) return EMBED_HANDLE;
    work_begin(&w);
    if (!b->is_done)
        work_error(&w, SPAN("the backtest is not done yet"));
    else if (trials.len % TRIAL_RECORD)
        work_error(&w, SPAN("the trials are not a whole number of records"));
    else if (study_fault(b->study.result))
        work_error(&w, span_str(study_fault(b->study.result)));
    else
        put_result(b, trials, &w);
    return work_end(&w);
}

static void put_html(Running *b, Work *w)
{
    const Compilation *c = &b->program.c;
    ReportFacts facts = {.title =
                             c->program->title.len ? c->program->title : b->program.request.name,
                         .source = c->sources->files[0].text,
                         .notes = {"", 0},
                         .command = b->command};
    Buf page;

    /* Whoever asks before the result is the first to try. */
    w->has_failed |=
        !b->is_judged && !study_judge(&b->study, b->words.trials, b->words.trial_variance);
    if (w->has_failed) return;
    memcpy(facts.curves, b->study.curves, sizeof facts.curves);
    buf_init(&page, &w->arena, WORK_MAX_ANSWER);
    w->has_failed |= !report_html(&page, b->study.result, &facts, &w->arena) || buf_is_full(&page);
    w->bytes = buf_span(&page);
}

static void put_csv(Running *b, Work *w)
{
    Buf csv;

    buf_init(&csv, &w->arena, WORK_MAX_ANSWER);
    result_trades_csv(&csv, b->study.result);
    w->has_failed |= buf_is_full(&csv);
    w->bytes = buf_span(&csv);
}

static void put_curves(Running *b, Work *w)
{
    const Result *r = b->study.result;
    VEC(double) all = {0};

    json_write_key(&w->json, SPAN("curves"));
    json_write_object(&w->json);
    for (int model = 0; model < MODELS; model++) {
        ReportCurve curve = model == (int)r->model ? (ReportCurve){r->curve.items, r->curve.count}
                                                   : b->study.curves[model];

        work_count(w, span_str(fill_model_name((FillModel)model)), curve.count);
        if (!vec_reserve(&w->arena, &all, 2 * curve.count)) w->has_failed = true;
        for (size_t i = 0; i < curve.count && !w->has_failed; i++) {
            all.items[all.count + i] = (double)curve.points[i].ts_us;
            all.items[all.count + curve.count + i] = (double)curve.points[i].equity_micros / 1e6;
        }
        all.count += 2 * curve.count;
    }
    json_write_object_end(&w->json);
    w->bytes = (Span){(const char *)all.items, w->has_failed ? 0 : all.count * sizeof(double)};
}

int32_t backtest_part(int32_t handle, uint32_t part)
{
    static void (*const parts[])(Running * b, Work * w) = {
        [BACKTEST_HTML] = put_html, [BACKTEST_CSV] = put_csv, [BACKTEST_CURVES] = put_curves};
    Running *b = handles_find(&handles, handle);
    Work w;

    if (!b) return EMBED_HANDLE;
    work_begin(&w);
    if (!b->is_done)
        work_error(&w, SPAN("the backtest is not done yet"));
    else if (part == BACKTEST_TRIAL)
        w.bytes = b->trial;
    else if (part < ARRAY_LEN(parts))
        parts[part](b, &w);
    else
        work_error(&w, SPAN("a result has no such part"));
    return work_end(&w);
}
