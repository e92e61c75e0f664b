/* sweep_matched.c — see sweep_matched.h. */
#include "runtime/backtest/sweep_matched.h"

#include "runtime/backtest/sweep_equity.h"
#include "runtime/backtest/sweep_instant.h"
#include "runtime/backtest/sweep_replies.h"
#include "runtime/backtest/sweep_seen.h"
#include "runtime/backtest/venue.h"
#include "runtime/matcher/matcher.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

typedef struct Cell {
    SweepDoor door;
    Matcher *matcher;
    bool is_left;
    int64_t slot_us; /* start of the slot that the matcher is in; INT64_MIN: none yet */
    uint32_t told;   /* ticks before this one can take nothing back any more */
    SweepEquity equity;
} Cell;

typedef struct Range { /* of cells, at work */
    const SweepJob *job;
    const SweepScene *scene;
    Cell *cells;
    uint32_t first;
    SweepBooks *books;
    SweepReplies *replies;
    SweepSeen *seen;
    SweepWork work;
} Range;

/* ---- books --------------------------------------------------------------------------------------- */

static void show(Range *r, const Cell *c, uint32_t tick)
{
    matcher_look_at(c->matcher, 0, sweep_books_at(r->books, tick));
}

/* The next tick of from .. to that takes something of what is remembered as taken away, perhaps. False: nothing is
 * remembered. */
static bool next_refresh(const Range *r, const Cell *c, uint32_t from, uint32_t to, uint32_t *ret)
{
    bool is_any = false;

    for (int end = 0; end < BOOK_ENDS; end++) {
        int64_t price;

        if (!matcher_taken(c->matcher, 0, (BookEnd)end, &price)) continue;
        to = sweep_books_worse(r->books, (BookEnd)end, price, from, to);
        is_any = true;
    }
    *ret = to;
    return is_any;
}

/* The matcher has seen all ticks up to `tick`. NO_TICK: nothing was taken yet in this slot. */
static void catch_up(Range *r, Cell *c, uint32_t tick)
{
    uint32_t end = tick + 1, next;

    while (c->told < end && next_refresh(r, c, c->told, end, &next) && next < end) {
        c->told = next + 1;
        show(r, c, next);
        matcher_news(c->matcher, &(BookNews){.ts_us = tick_columns_ts(&r->job->ticks, next),
                                             .kind = NEWS_SNAPSHOT});
    }
    c->told = end;
    show(r, c, tick);
}

/* ---- the venue ----------------------------------------------------------------------------------- */

static Cell *cell_of(Range *r, uint32_t variant)
{
    return &r->cells[variant - r->first];
}

static void give(Cell *c, const SweepSent *o)
{
    MatcherOrder order = sweep_order(o);

    matcher_order(c->matcher, &order, o->sent_us);
}

/* The matcher has, and knows, what it would if it had been asked from the beginning. */
static void empty_door(Range *r, Cell *c)
{
    const SweepTook *t;
    const SweepSent *o;

    while ((t = sweep_door_took(&c->door))) {
        catch_up(r, c, t->tick);
        if (!matcher_took(c->matcher, 0, (BookEnd)t->end, t->price_micros, t->size_micros))
            c->is_left = true;
    }
    if ((o = sweep_door_order(&c->door))) give(c, o);
}

static void take_news(Cell *c, int64_t ts_us, bool opens)
{
    BookNews news = {.ts_us = ts_us, .kind = opens ? NEWS_OPEN : NEWS_CLOSE};

    if (sweep_door_forget(&c->door, c->matcher, opens)) matcher_news(c->matcher, &news);
}

static void take_order(void *ctx, uint32_t variant, const SweepSent *o)
{
    Range *r = ctx;
    Cell *c = cell_of(r, variant);

    if (c->slot_us != o->slot_start_us) take_news(c, o->sent_us, true);
    c->slot_us = o->slot_start_us;
    if (sweep_door_wait(r->replies, &c->door, c->matcher, o)) return;
    empty_door(r, c);
    give(c, o);
}

static int64_t due(void *ctx, uint32_t variant)
{
    Cell *c = cell_of(ctx, variant);

    return sweep_door_due(&c->door, c->matcher);
}

static const Event *ask(Range *r, Cell *c, int64_t until_us, uint32_t tick)
{
    uint32_t owner;

    empty_door(r, c);
    catch_up(r, c, tick);
    return matcher_said(c->matcher, until_us, &owner);
}

static const Event *answer(void *ctx, uint32_t variant, int64_t until_us, uint32_t tick)
{
    Range *r = ctx;
    Cell *c = cell_of(r, variant);
    const Event *said;

    if (sweep_door_due(&c->door, c->matcher) > until_us) return NULL;
    said = sweep_door_knows(r->replies, &c->door, c->matcher, tick, until_us)
               ? sweep_door_say(&c->door)
               : ask(r, c, until_us, tick);
    r->work.answered += said != NULL;
    return said;
}

static void take_slot(void *ctx, uint32_t variant, const Event *ev)
{
    Range *r = ctx;
    Cell *c = cell_of(r, variant);
    bool opens = ev->kind == EV_SLOT_OPEN;
    bool is_over = ev->kind == EV_RESOLVE && ev->resolve.slot_start_us == c->slot_us;

    if (!opens && !is_over && ev->kind != EV_SLOT_CLOSE) return;
    if (opens) c->slot_us = ev->slot.slot_start_us;
    empty_door(r, c);
    take_news(c, ev->ts_us, opens);
}

static void take_change(void *ctx, uint32_t variant, const SweepChange *change)
{
    Range *r = ctx;

    sweep_equity_change(&cell_of(r, variant)->equity, r->scene, change);
}

static void look(void *ctx, uint32_t variant, uint32_t tick, bool is_close)
{
    Range *r = ctx;

    sweep_equity_look(&cell_of(r, variant)->equity, r->scene, tick, is_close);
}

static void leave(void *ctx, uint32_t variant)
{
    Range *r = ctx;

    cell_of(r, variant)->is_left = true;
    r->work.left++;
}

static void take_done(void *ctx, uint32_t variant, const SweepTally *tally, const Engine *engine)
{
    Range *r = ctx;
    Cell *c = cell_of(r, variant);

    (void)engine;
    for (int i = 0; i < BECAUSE_COUNT; i++)
        c->equity.totals.orders += tally->orders[i];
    r->work.sent += c->equity.totals.orders;
    r->work.refused += tally->skips;
    sweep_equity_end(&c->equity, r->scene, r->job->ticks.count);
}

/* ---- ranges -------------------------------------------------------------------------------------- */

static bool make_cell(Range *r, Cell *c, const MatcherConfig *config, int64_t *periods,
                      Arena *scratch)
{
    c->matcher = matcher_new(config, scratch);
    c->slot_us = INT64_MIN;
    sweep_equity_begin(&c->equity, r->job->config.cash_micros, periods, r->seen);
    return c->matcher != NULL;
}

static bool make_cells(Range *r, uint32_t count, int64_t *periods, Arena *scratch)
{
    const BacktestConfig *b = &r->job->config;
    MatcherMarket market = r->scene->market;
    MatcherConfig config = {.markets = &market,
                            .market_count = 1,
                            .model = b->model,
                            .order_us = b->latency_us,
                            .cancel_us = b->latency_us,
                            .jitter_us = b->jitter_us,
                            .seed = b->seed};

    market.book = sweep_books_at(r->books, NO_TICK);
    r->replies = sweep_replies_new(r->job, &config, r->books, scratch);
    for (uint32_t i = 0; i < count && !arena_is_full(scratch); i++)
        if (!make_cell(r, &r->cells[i], &config, periods + i * r->job->ends.count, scratch))
            return false;
    return r->replies && !arena_is_full(scratch);
}

static Range *range_new(const SweepJob *job, uint32_t first, uint32_t count, Arena *scratch)
{
    Range *r = arena_new(scratch, Range);
    int64_t *periods = arena_array(scratch, int64_t, count * job->ends.count);

    if (arena_is_full(scratch)) return NULL;
    r->job = job;
    r->scene = job->scene;
    r->seen = sweep_seen_new(scratch);
    r->first = first;
    r->cells = arena_array(scratch, Cell, count);
    r->books = sweep_books_new(job, count, scratch);
    return r->books && make_cells(r, count, periods, scratch) ? r : NULL;
}

static SweepSetup setup_of(const SweepJob *job, const SweepVenue *venue)
{
    SweepSetup setup = {.config = engine_config_default(job->config.image),
                        .ticks = &job->ticks,
                        .kernels = kernels_of(job->level),
                        .steps = job->steps,
                        .step_count = job->step_count,
                        .axes = job->search.axes,
                        .axis_count = job->search.axis_count,
                        .venue = venue};

    setup.config.params = job->config.params;
    setup.config.rules = job->scene->rules;
    setup.config.cash_micros = job->config.cash_micros;
    setup.config.start_us = tick_columns_ts(&job->ticks, 0);
    setup.config.has_promises = true;
    setup.config.has_fees = true;
    return setup;
}

static bool drive(const SweepJob *job, Range *r, uint32_t count, Arena *scratch)
{
    SweepVenue venue = {r, take_order, due, answer, take_slot, take_change, look, leave};
    SweepSetup setup = setup_of(job, &venue);
    DriveSweep *d;

    setup.first = r->first;
    setup.count = count;
    d = drive_sweep_new(&setup, scratch);
    return d && drive_sweep_run(d, &(SweepSink){r, NULL, take_done});
}

bool matched_range(const SweepJob *job, uint64_t first, uint32_t count, SweepTotals *ret_totals,
                   double *ret_periods, bool *ret_left, Arena *scratch)
{
    ArenaMark mark = arena_mark(scratch);
    Range *r = range_new(job, (uint32_t)first, count, scratch);
    size_t periods = job->ends.count;
    bool ok = r && drive(job, r, count, scratch);

    for (uint32_t i = 0; i < count && ok; i++) {
        const SweepEquity *e = &r->cells[i].equity;

        ret_left[i] = r->cells[i].is_left;
        ret_totals[i] = e->totals;
        for (size_t k = 0; k < periods; k++)
            ret_periods[i * periods + k] = fx_to_double(e->periods[k]);
    }
    arena_release(scratch, mark);
    return ok;
}

bool sweep_work(const SweepJob *job, uint64_t first, uint32_t count, SweepWork *ret, Arena *scratch)
{
    ArenaMark mark = arena_mark(scratch);
    Range *r = range_new(job, (uint32_t)first, count, scratch);
    bool ok = r && drive(job, r, count, scratch);

    if (ok) *ret = r->work;
    arena_release(scratch, mark);
    return ok;
}

/* ---- preparing ----------------------------------------------------------------------------------- */

/* Would the driver share ticks? */
static bool ask_driver(SweepJob *job, Arena *arena)
{
    ArenaMark mark = arena_mark(arena);
    SweepVenue venue = {0};
    SweepSetup setup = setup_of(job, &venue);
    DriveSweep *d;

    setup.axis_count = 0; /* one variant, with the params that are not swept */
    d = drive_sweep_new(&setup, arena);
    if (d) job->why = drive_sweep_report(d).why;
    arena_release(arena, mark);
    return d != NULL;
}

static bool make_scene(SweepJob *job, Arena *arena, Err *err)
{
    SweepScene *scene = arena_new(arena, SweepScene);
    Venues venues;

    if (arena_is_full(arena)) return false;
    if (venues_of(job->config.image, tick_columns_ts(&job->ticks, 0), arena, &venues, err) != ST_OK)
        return false;
    scene->market = venues.markets[0];
    scene->rules = venues.rules;
    job->scene = scene;
    return sweep_scene(job, scene, arena) ||
           err_set(err, ST_NO_MEMORY, "no memory for a sweep's ticks") == ST_OK;
}

bool matched_prepare(SweepJob *job, Arena *arena, Err *err)
{
    job->route = SWEEP_ROUTE_MATCHER;
    job->why = SWEEP_SOURCES;
    if (job->config.market_count != 1) return true;
    if (job->config.rows && !job->config.rows[0].count) return true;
    if (job->config.rows && !instant_steps(job, arena))
        return err_set(err, ST_NO_MEMORY, "no memory for a sweep's ticks") == ST_OK;
    if (!make_scene(job, arena, err)) return false;
    if (!ask_driver(job, arena)) return true; /* what is wrong is said by the backtest */
    if (job->why == SWEEP_FINE) job->route = SWEEP_ROUTE_MATCHED;
    return true;
}
