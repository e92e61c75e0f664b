/* sweep.c — see sweep.h. */
#include "runtime/embed/sweep.h"

#include "runtime/backtest/sweeping.h"
#include "runtime/embed/handles.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/supplies.h"
#include "runtime/proof/axes.h"
#include "vm/base/num.h"

enum { BATCH = 64 /* cells that share ticks */ };

typedef struct Running {
    Arena arena, scratch;
    EmbedProgram program;
    Supplies supplies;
    const char *fixed[REQUEST_MAX_WORDS], *tries[REQUEST_MAX_WORDS];
    uint32_t fixed_count, try_count;
    Span way, by;
    int64_t cells; /* by chance */
    Sweeping sweeping;
    SweepRound round;
    uint32_t at; /* of the round's cells */
    bool is_done, is_judged;
    Span trials; /* their records */
    ArenaMark judged;
} Running;

static Handles handles; /* of this instance of the module */

static void running_free(Running *r)
{
    Arena arena = r->arena;

    supplies_close(&r->supplies);
    arena_fini(&r->scratch);
    arena_fini(&arena);
}

int32_t sweep_close(int32_t handle)
{
    Running *r = handles_find(&handles, handle);

    if (!r) return EMBED_HANDLE;
    handles_drop(&handles, handle);
    running_free(r);
    return 0;
}

/* ---- the request ------------------------------------------------------------------------------------ */

/* "lead=60c" holds a param still, anything else names values to try. */
static bool take_word(Running *r, RequestReader *reader, Span word)
{
    Request *q = &r->program.request;
    const char *text = arena_span(&r->arena, word).ptr;
    size_t eq = span_find_char(word, '=');

    if (r->try_count == REQUEST_MAX_WORDS || q->params_count == REQUEST_MAX_WORDS)
        return request_fail(reader, "`%S` has too many items", SPAN("param"));
    if (memchr(word.ptr, 0, word.len) || axes_is_tried(text))
        r->tries[r->try_count++] = text;
    else
        q->params[q->params_count++] =
            (RequestPair){span_sub(word, 0, eq), span_from(word, eq + 1)};
    return true;
}

static bool read_words(Running *r, RequestReader *reader, Span key)
{
    JsonEvent e;

    if (!request_event(reader, &e)) return false;
    if (e.kind != JSON_ARRAY) return request_fail(reader, "`%S` is an array of strings", key);
    for (;;) {
        if (!request_event(reader, &e)) return false;
        if (e.kind == JSON_ARRAY_END) return true;
        if (e.kind != JSON_STRING) return request_fail(reader, "`%S` is an array of strings", key);
        if (!take_word(r, reader, json_decode(&e, &r->arena))) return false;
    }
}

static bool read_key(void *ctx, RequestReader *reader, Span key)
{
    Running *r = ctx;
    bool is_known;

    if (span_is(key, SPAN("param"))) return read_words(r, reader, key);
    if (span_is(key, SPAN("way"))) return request_text(reader, key, &r->way);
    if (span_is(key, SPAN("by"))) return request_text(reader, key, &r->by);
    if (span_is(key, SPAN("cells"))) return request_whole(reader, key, &r->cells);
    if (!supplies_key(&r->supplies, reader, key, &is_known)) return false;
    return is_known || request_unknown(reader, key);
}

/* ---- opening ---------------------------------------------------------------------------------------- */

static bool refuse(Work *w, const char *fmt, Span word)
{
    program_error(w, fmt, word);
    return false;
}

static bool set_fill(Running *r, Work *w)
{
    SweepJob *job = &r->sweeping.job;
    const Supplies *s = &r->supplies;

    job->is_instant = span_is(s->fill, SPAN("instant"));
    if (job->is_instant && (s->latency_ms >= 0 || s->jitter_ms >= 0))
        return refuse(w, "latency and jitter speak of the matcher, not of `%S`", s->fill);
    if (!job->is_instant && !supplies_model(s, &job->config.model))
        return refuse(w, "`fill` is touch, queue, pessimistic or instant, not `%S`", s->fill);
    return true;
}

static bool set_way(Running *r, Work *w)
{
    static const Span ways[] = {SPAN_INIT("grid"), SPAN_INIT("random"), SPAN_INIT("refine")};
    SweepSearch *search = &r->sweeping.job.search;

    search->way = SWEEP_BY_GRID;
    search->cells = SWEEP_COARSE;
    for (size_t i = 0; i < ARRAY_LEN(ways); i++)
        if (span_is(r->way, ways[i])) search->way = (SweepWay)i;
    if (r->way.len && !span_is(r->way, ways[search->way]))
        return refuse(w, "`way` is grid, random or refine, not `%S`", r->way);
    if ((search->way == SWEEP_BY_CHANCE) != (r->cells > 0) || r->cells > SWEEP_RANDOM_MAX)
        return refuse(w, "`cells` says how many are tried at random, from 1 to 100000%S", SPAN(""));
    if (r->cells) search->cells = (uint32_t)r->cells;
    if (r->by.len && !sweep_by_find(r->by, &r->sweeping.table.by))
        return refuse(w, "there is no rank `%S`", r->by);
    return true;
}

static void set_config(Running *r)
{
    const Supplies *s = &r->supplies;
    BacktestConfig *config = &r->sweeping.job.config;

    r->sweeping.arena = &r->arena;
    r->sweeping.title = r->program.c.program->title;
    config->image = r->program.image;
    config->params = r->program.params;
    config->rows = s->rows;
    config->market_count = s->market_count;
    config->cash_micros = r->program.cash_micros;
    config->latency_us = supplies_latency_us(s);
    config->jitter_us = supplies_jitter_us(s);
    config->tape_sha256 = s->tape;
    config->seed = r->sweeping.job.search.seed = r->sweeping.table.seed = (uint64_t)s->seed;
}

static bool prepare(Running *r, Work *w)
{
    SweepWords words = {r->supplies.file, r->supplies.params, r->program.request.params_count,
                        r->tries, r->try_count};
    Err err = ERR_NONE;

    set_config(r);
    if (axes_read(&r->sweeping, &r->program.c, &words, &err) == ST_OK &&
        sweeping_prepare(&r->sweeping, &err) == ST_OK) {
        if (sweeping_first(&r->sweeping, &r->round) && sweeping_reserve(&r->sweeping, &r->round))
            return true;
        (void)err_set(&err, ST_NO_MEMORY, "there is not enough memory for so many cells");
    }
    work_error(w, span_str(err.text));
    return false;
}

static int32_t open_running(Running *r, Span json, Work *w)
{
    Request *q = &r->program.request;
    int32_t handle = 0;

    supplies_init(&r->supplies);
    r->sweeping.job.config = backtest_config_default();
    if (!request_read_more(q, json, &r->arena, read_key, r)) {
        work_error(w, q->error);
    } else if (set_fill(r, w) && set_way(r, w) && program_open(&r->program, &r->arena, w) &&
               supplies_open(&r->supplies, &r->program, &r->arena, w) && prepare(r, w)) {
        handle = handles_put(&handles, r);
        if (!handle) {
            work_error(w, SPAN("too many sweeps are open"));
            return 0;
        }
        work_count(w, SPAN("sweep"), (uint64_t)handle);
        supplies_put(&r->supplies, w);
    }
    w->has_failed |= arena_is_full(&r->arena);
    return handle;
}

int32_t sweep_open(Span json)
{
    int32_t handle = 0, answer;
    Arena arena;
    Running *r;
    Work w;

    work_begin(&w);
    arena_init(&arena, heap_source(), WORK_MAX_BYTES);
    r = arena_new(&arena, Running);
    if (arena_is_full(&arena)) {
        arena_fini(&arena);
        w.has_failed = true;
        return work_end(&w);
    }
    r->arena = arena;
    arena_init(&r->scratch, heap_source(), WORK_MAX_BYTES);
    handle = open_running(r, json, &w);
    answer = work_end(&w);
    if (!handle || answer < 0) {
        handles_drop(&handles, handle);
        running_free(r);
    }
    return answer;
}

/* ---- going ------------------------------------------------------------------------------------------ */

static bool finish(Running *r)
{
    size_t cells = sweeping_cells(&r->sweeping);
    Trial *trials;

    if (!sweeping_end(&r->sweeping) ||
        !sweeping_trials(&r->sweeping, r->supplies.from_us, r->supplies.to_us, &trials))
        return false;
    r->trials = trial_records(trials, cells, &r->arena);
    r->judged = arena_mark(&r->arena);
    r->is_done = true;
    return r->trials.len != 0;
}

/* The next cells of the round, which share ticks if they can. */
static Status run_batch(Running *r, uint32_t most, uint32_t *ret_count, Err *err)
{
    SweepJob *job = &r->sweeping.job;
    size_t periods = job->ends.count;
    uint32_t left = r->round.cells - r->at, n = sweeping_shares(&r->sweeping) ? BATCH : 1;
    ArenaMark mark = arena_mark(&r->scratch);
    SweepTotals *totals;
    double *earned;

    if (n > left) n = left;
    if (n > most) n = most;
    totals = arena_array(&r->scratch, SweepTotals, n);
    earned = arena_array(&r->scratch, double, n *periods + 1);
    if (arena_is_full(&r->scratch))
        (void)err_set(err, ST_NO_MEMORY, "no memory for cells of the sweep");
    else if (sweep_step(job, r->round.spots + r->at, n, totals, earned, &r->scratch, err))
        for (uint32_t i = 0; i < n; i++)
            sweeping_take(&r->sweeping, r->round.spots[r->at + i], &totals[i],
                          earned + i * periods);
    arena_release(&r->scratch, mark);
    r->at += n;
    *ret_count = n;
    return err->status;
}

static Status go(Running *r, uint32_t cells, Err *err)
{
    uint32_t left = cells ? cells : UINT32_MAX, n = 0;
    bool ok = true;

    for (; left && ok && !r->is_done; left -= n) {
        n = 0;
        if (r->at < r->round.cells) {
            if (run_batch(r, left, &n, err) != ST_OK) return err->status;
            continue;
        }
        r->at = 0;
        ok = sweeping_next(&r->sweeping, &r->round);
        if (ok) ok = r->round.cells ? sweeping_reserve(&r->sweeping, &r->round) : finish(r);
    }
    return ok ? ST_OK : err_set(err, ST_NO_MEMORY, "there is not enough memory for so many cells");
}

int32_t sweep_go(int32_t handle, uint32_t cells)
{
    Running *r = handles_find(&handles, handle);
    Err err = ERR_NONE;
    Work w;

    if (!r) return EMBED_HANDLE;
    work_begin(&w);
    if (go(r, cells, &err) != ST_OK) {
        work_error(&w, span_str(err.text));
    } else {
        size_t done = sweeping_cells(&r->sweeping);

        work_flag(&w, SPAN("done"), r->is_done);
        work_count(&w, SPAN("cells"), done);
        work_count(&w, SPAN("planned"), r->is_done ? done : done + r->round.cells - r->at);
        work_count(&w, SPAN("round"), r->sweeping.rounds);
    }
    return work_end(&w);
}

/* ---- what came of it -------------------------------------------------------------------------------- */

static void put_result(Running *r, Span before, Work *w)
{
    uint64_t trials;
    double variance;
    Buf text;

    buf_init(&text, &w->arena, WORK_MAX_ANSWER);
    if (r->is_judged) arena_release(&r->arena, r->judged);
    r->is_judged = true;
    if (!trial_count(before, r->trials, &w->arena, &trials, &variance) ||
        !sweeping_judge(&r->sweeping, trials, variance)) {
        w->has_failed = true;
        return;
    }
    sweeping_json(&r->sweeping, &text);
    w->has_failed |= buf_is_full(&text);
    w->bytes = buf_span(&text);
    work_count(w, SPAN("trials"), trials);
}

int32_t sweep_result(int32_t handle, Span trials)
{
    Running *r = handles_find(&handles, handle);
    Work w;

    if (!r) return EMBED_HANDLE;
    work_begin(&w);
    if (!r->is_done)
        work_error(&w, SPAN("the sweep is not done yet"));
    else if (trials.len % TRIAL_RECORD)
        work_error(&w, SPAN("the trials are not a whole number of records"));
    else
        put_result(r, trials, &w);
    return work_end(&w);
}

int32_t sweep_records(int32_t handle)
{
    Running *r = handles_find(&handles, handle);
    Work w;

    if (!r) return EMBED_HANDLE;
    work_begin(&w);
    if (!r->is_done)
        work_error(&w, SPAN("the sweep is not done yet"));
    else
        w.bytes = r->trials;
    return work_end(&w);
}
