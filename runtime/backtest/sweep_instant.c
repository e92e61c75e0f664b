/* sweep_instant.c — see sweep_instant.h. */
#include "runtime/backtest/sweep_instant.h"

#include "vm/base/fixed.h"

/* ---- booking ------------------------------------------------------------------------------------- */

typedef struct Booked { /* a cell */
    SweepTotals totals;
    int64_t *periods; /* micros */
    int64_t peak;     /* of what was realised so far */
} Booked;

typedef struct Books {
    const SweepJob *job;
    Booked *cells;
    uint32_t first; /* variant of cells[0] */
} Books;

/* By the slot of the token's market.  Rows without an order are payouts, for the slot that closed so much
 * earlier. */
static size_t period_of(const SweepJob *job, const Effect *f)
{
    const Image *image = job->config.image;
    const SweepEnds *own = &job->ends;
    bool is_payout = !f->order && !job->is_hourly;
    int64_t ts_us = f->ts_us - (is_payout ? REPLAY_RESOLVE_US : 0);

    if (f->token >= 0 && (uint32_t)f->token < image->tokens_count)
        own = &job->of[image->tokens[f->token].market];
    return sweep_end_at(&job->ends, own->us[sweep_end_at(own, ts_us)]);
}

static void book(const SweepJob *job, Booked *b, const Effect *f)
{
    int64_t gain = -f->amount_micros; /* income is negative in the ledger, an expense is not */

    if (f->index != LEDGER_PROFIT && f->index != LEDGER_FEES) return;
    if (f->index == LEDGER_PROFIT) {
        b->totals.trades++;
        b->totals.wins += gain > 0;
    } else {
        b->totals.fees_micros -= gain;
    }
    b->totals.pnl_micros += gain;
    b->periods[period_of(job, f)] += gain;
    if (b->totals.pnl_micros > b->peak) b->peak = b->totals.pnl_micros;
    if (b->peak - b->totals.pnl_micros > b->totals.drawdown_micros)
        b->totals.drawdown_micros = b->peak - b->totals.pnl_micros;
}

static void take(void *ctx, uint32_t variant, const Effect *f)
{
    Books *books = ctx;
    Booked *b = &books->cells[variant - books->first];

    if (f->kind == EFFECT_ORDER)
        b->totals.orders++;
    else if (f->kind == EFFECT_LEDGER)
        book(books->job, b, f);
}

static bool books_init(Books *books, const SweepJob *job, uint32_t first, uint32_t count,
                       Arena *scratch)
{
    int64_t *periods = arena_array(scratch, int64_t, count * job->ends.count);

    *books = (Books){job, arena_array(scratch, Booked, count), first};
    if (arena_is_full(scratch)) return false;
    for (uint32_t i = 0; i < count; i++)
        books->cells[i].periods = periods + i * job->ends.count;
    return true;
}

static void books_read(const Books *books, uint32_t count, SweepTotals *ret_totals,
                       double *ret_periods)
{
    size_t periods = books->job->ends.count;

    for (uint32_t i = 0; i < count; i++) {
        ret_totals[i] = books->cells[i].totals;
        for (size_t k = 0; k < periods; k++)
            ret_periods[i * periods + k] = fx_to_double(books->cells[i].periods[k]);
    }
}

/* ---- the engine ---------------------------------------------------------------------------------- */

static EngineConfig engine_config(const SweepJob *job, const double *params)
{
    EngineConfig config = engine_config_default(job->config.image);
    int64_t first_us = INT64_MAX;

    for (uint32_t m = 0; m < job->config.market_count; m++) {
        const MarketRows *rows = &job->config.rows[m];

        if (rows->count && rows->rows[0].ts_us < first_us) first_us = rows->rows[0].ts_us;
    }
    config.params = params;
    config.cash_micros = job->config.cash_micros;
    config.start_us = first_us;
    return config;
}

/* ---- ticks shared -------------------------------------------------------------------------------- */

static SweepSetup setup_of(const SweepJob *job)
{
    return (SweepSetup){.config = engine_config(job, job->config.params),
                        .ticks = &job->ticks,
                        .kernels = kernels_of(job->level),
                        .steps = job->steps,
                        .step_count = job->step_count};
}

static bool drive(const SweepSetup *setup, Books *books, Arena *scratch)
{
    DriveSweep *d = drive_sweep_new(setup, scratch);

    return d && drive_sweep_run(d, &(SweepSink){books, take, NULL});
}

bool instant_range(const SweepJob *job, uint64_t first, uint32_t count, SweepTotals *ret_totals,
                   double *ret_periods, Arena *scratch)
{
    ArenaMark mark = arena_mark(scratch);
    SweepSetup setup = setup_of(job);
    Books books;
    bool ok;

    setup.axes = job->search.axes;
    setup.axis_count = job->search.axis_count;
    setup.first = (uint32_t)first;
    setup.count = count;
    ok = books_init(&books, job, setup.first, count, scratch) && drive(&setup, &books, scratch);
    if (ok) books_read(&books, count, ret_totals, ret_periods);
    arena_release(scratch, mark);
    return ok;
}

/* ---- alone --------------------------------------------------------------------------------------- */

static void take_one(void *ctx, const Effect *f)
{
    take(ctx, 0, f);
}

static bool replay_cell(const SweepJob *job, const double *params, Books *books, Arena *scratch)
{
    EngineConfig config = engine_config(job, params);
    Engine *engine = engine_new(&config, scratch);
    Replay *replay;

    if (!engine) return false;
    replay = replay_new(engine, job->config.rows, job->config.market_count,
                        (EffectSink){take_one, books}, scratch);
    if (!replay) return false;
    while (replay_step(replay)) {
    }
    return !arena_is_full(scratch);
}

bool instant_alone(const SweepJob *job, const double *params, SweepTotals *ret_totals,
                   double *ret_periods, Arena *scratch)
{
    SweepSetup setup = setup_of(job);
    Books books;
    bool ok;

    setup.config.params = params;
    ok = books_init(&books, job, 0, 1, scratch);
    ok = ok &&
         (job->steps ? drive(&setup, &books, scratch) : replay_cell(job, params, &books, scratch));
    if (ok) books_read(&books, 1, ret_totals, ret_periods);
    return ok;
}

/* ---- preparing ----------------------------------------------------------------------------------- */

typedef struct Recorder { /* a replay's events as steps of a tape */
    Arena *arena;
    VEC(SweepStep) steps;
    uint32_t ticks;
    bool has_failed;
} Recorder;

static bool record_tick(Recorder *r)
{
    SweepStep *last = r->steps.count ? &vec_last(&r->steps) : NULL;

    r->ticks++;
    if (!last || last->event)
        return vec_push(r->arena, &r->steps, (SweepStep){NULL, r->ticks - 1, r->ticks});
    last->to = r->ticks;
    return true;
}

static bool record_event(Recorder *r, const Event *event)
{
    Event *kept = arena_new(r->arena, Event);

    *kept = *event;
    return vec_push(r->arena, &r->steps, (SweepStep){kept, 0, 0});
}

static void record(void *ctx, Engine *e, const Event *event, EffectSink sink)
{
    Recorder *r = ctx;

    (void)e;
    (void)sink;
    r->has_failed |= !(event->kind == EV_TICK ? record_tick(r) : record_event(r, event));
}

bool instant_steps(SweepJob *job, Arena *arena)
{
    EngineConfig config = engine_config(job, job->config.params);
    Engine *engine = engine_new(&config, arena);
    Recorder r = {.arena = arena};
    Replay *replay;

    if (!engine) return false;
    replay = replay_new(engine, job->config.rows, 1, (EffectSink){NULL, NULL}, arena);
    if (!replay) return false;
    replay_route(replay, (ReplayRoute){record, &r});
    while (!r.has_failed && replay_step(replay)) {
    }
    job->ticks = tick_columns_from_rows(job->config.rows[0].rows, r.ticks, arena);
    job->steps = r.steps.items;
    job->step_count = (uint32_t)r.steps.count;
    return !r.has_failed && !arena_is_full(arena);
}

bool instant_prepare(SweepJob *job, Arena *arena)
{
    SweepSetup setup;
    ArenaMark mark;
    DriveSweep *d;

    job->route = SWEEP_ROUTE_ALONE;
    job->why = SWEEP_SOURCES;
    if (job->config.market_count != 1) return true;
    if (!instant_steps(job, arena)) return false;
    setup = setup_of(job);
    mark = arena_mark(arena);
    d = drive_sweep_new(&setup, arena);
    if (!d) return false;
    job->why = drive_sweep_report(d).why;
    if (job->why == SWEEP_FINE) job->route = SWEEP_ROUTE_SHARED;
    arena_release(arena, mark);
    return true;
}
