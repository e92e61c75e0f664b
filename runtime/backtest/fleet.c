/* fleet.c — see fleet.h: one stream of events, shown to every desk that trades its market. */
#include "runtime/backtest/fleet.h"

#include <string.h>

#include "runtime/backtest/fleet_inside.h"

enum { SOURCE_MARKET = 0 }; /* SourceRow.source */

static uint32_t count_markets(const Image *image)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < image->sources_count; i++)
        n += image->sources[i].source == SOURCE_MARKET;
    return n;
}

/* ---- making -------------------------------------------------------------------------------------- */

/* What a Backtest of this assignment alone would be asked. */
static bool configure(const Fleet *f, Desk *d, const FleetPair *pair)
{
    const FleetStrategy *s = &f->config.strategies[pair->strategy];
    MarketRows *rows;

    d->market_count = count_markets(s->image);
    d->markets = s->markets;
    d->wallet = pair->wallet;
    d->is.arena = f->arena;
    d->is.is_small = f->config.pair_count > 1;
    d->is.purse = f->pursers[pair->wallet].purse;
    d->is.config = f->config.how;
    d->is.config.image = s->image;
    d->is.config.params = s->params;
    d->is.config.tape_sha256 = s->tape_sha256;
    d->is.config.cash_micros = f->config.wallets[pair->wallet].cash_micros;
    d->is.config.market_count = d->market_count;
    rows = arena_array(f->arena, MarketRows, d->market_count + 1U);
    if (arena_is_full(f->arena)) return false;
    for (uint32_t i = 0; i < d->market_count; i++)
        rows[i] = f->config.how.rows[s->markets[i]];
    d->is.config.rows = rows;
    return true;
}

static bool make_pursers(Fleet *f)
{
    uint32_t n = f->config.wallet_count, *members = arena_array(f->arena, uint32_t, n + 1U);

    f->pursers = arena_array(f->arena, Purser, n + 1U);
    if (arena_is_full(f->arena)) return false;
    for (uint32_t i = 0; i < f->config.pair_count; i++)
        members[f->config.pairs[i].wallet]++;
    for (uint32_t i = 0; i <= n; i++) {
        if (members[i] > 1) f->pursers[i].purse = purse_new(members[i], f->arena);
        f->pursers[i].tally.totals = &f->pursers[i].totals;
    }
    return !arena_is_full(f->arena);
}

static Status find_venues(Fleet *f, Err *err)
{
    uint32_t n = f->config.strategy_count;
    Status st = ST_OK;

    f->venues = arena_array(f->arena, Venues, n + 1U);
    if (arena_is_full(f->arena)) return err_set(err, ST_NO_MEMORY, "no memory for a backtest");
    for (uint32_t i = 0; i < f->config.pair_count && st == ST_OK; i++) {
        uint32_t s = f->config.pairs[i].strategy;

        if (!f->venues[s].count)
            st = venues_of(f->config.strategies[s].image,
                           assignment_first_us(&f->desks[i].is.config), f->arena, &f->venues[s],
                           err);
    }
    return st;
}

/* Rules and kinds of the fleet's markets, from whichever strategy trades there. */
static bool make_shared(Fleet *f)
{
    uint8_t kinds[FLEET_MARKETS] = {0};
    MatcherMarket markets[FLEET_MARKETS];
    Venues all = {.markets = markets, .count = f->config.how.market_count};
    MatcherConfig matching;

    memset(markets, 0, sizeof markets);
    for (uint32_t s = 0; s < f->config.strategy_count; s++) {
        const FleetStrategy *strategy = &f->config.strategies[s];

        for (uint32_t i = 0, n = 0; i < strategy->image->sources_count && f->venues[s].count; i++) {
            const SourceRow *row = &strategy->image->sources[i];

            if (row->source != SOURCE_MARKET) continue;
            kinds[strategy->markets[n]] = row->kind;
            markets[strategy->markets[n]] = f->venues[s].markets[n];
            n++;
        }
    }
    matching = backtest_matching(&f->config.how, &all);
    f->shared = gate_new_shared(kinds, &matching, f->config.pair_count, f->arena);
    return f->shared != NULL;
}

static void sit(const Fleet *f, uint32_t pair)
{
    Desk *d = &f->desks[pair];
    GateSeat seat = {.engine = d->is.engine,
                     .markets = f->shared ? d->markets : NULL,
                     .market_count = d->market_count,
                     .sink = assignment_sink(&d->is),
                     .watch = assignment_watch(&d->is)};

    gate_sit(d->is.gate, f->shared ? pair : 0, &seat);
}

static bool make_desk(Fleet *f, uint32_t pair)
{
    Desk *d = &f->desks[pair];
    const Venues *venues = &f->venues[f->config.pairs[pair].strategy];
    int64_t first_us = assignment_first_us(f->shared ? &f->config.how : &d->is.config);

    if (!assignment_engine(&d->is, venues, first_us)) return false;
    d->is.gate = f->shared;
    if (!d->is.gate) d->is.gate = assignment_gate(&d->is.config, venues, f->arena);
    if (!d->is.gate) return false;
    sit(f, pair);
    f->pursers[d->wallet].start_micros += engine_equity(d->is.engine);
    d->is.collector.markets = f->shared ? d->markets : NULL;
    d->is.collector.beyond[0] = &f->pursers[d->wallet].tally;
    d->is.collector.beyond[1] = &fleet_all(f)->tally;
    return true;
}

/* Once every engine has brought its money. */
static bool begin_desk(Fleet *f, Desk *d)
{
    d->is.collector.others_micros =
        f->pursers[d->wallet].start_micros - engine_equity(d->is.engine);
    if (!assignment_begin(&d->is)) return false;
    f->is_hourly |= d->is.collector.is_hourly;
    return true;
}

static void begin_money(Fleet *f)
{
    Purser *all = fleet_all(f);

    for (uint32_t i = 0; i < f->config.wallet_count; i++) {
        all->start_micros += f->pursers[i].start_micros;
        tally_begin(&f->pursers[i].tally, f->pursers[i].start_micros);
    }
    tally_begin(&all->tally, all->start_micros);
}

/* ---- the run ------------------------------------------------------------------------------------- */

static void add_point(Fleet *f, int64_t ts_us)
{
    ResultPoint p = {ts_us, fleet_all(f)->tally.equity_micros};

    if (f->curve.count && vec_last(&f->curve).equity_micros == p.equity_micros) return;
    if (!vec_push(f->arena, &f->curve, p)) f->has_failed = true;
}

static void start_money(Fleet *f, int64_t ts_us)
{
    f->has_started = true;
    f->hour_us = ts_us - ts_us % RESULT_HOUR_US + RESULT_HOUR_US;
    for (uint32_t i = 0; i <= f->config.wallet_count; i++) {
        Purser *p = &f->pursers[i];

        p->totals.start_us = p->tally.exposed_us = p->tally.peak_us = ts_us;
    }
    add_point(f, ts_us);
}

static void note_hour(Fleet *f, int64_t ts_us)
{
    if (!f->is_hourly || ts_us < f->hour_us) return;
    add_point(f, f->hour_us);
    f->hour_us = ts_us - ts_us % RESULT_HOUR_US + RESULT_HOUR_US;
}

/* Everything that happens by itself before `ts_us`, in all wallets, in order of time: what one sells is there for
 * the next one of the wallet. */
static void advance(Fleet *f, int64_t ts_us)
{
    uint32_t count = f->shared ? 1 : f->config.pair_count;

    for (;;) {
        int64_t next = INT64_MAX;

        for (uint32_t i = 0; i < count; i++) {
            int64_t due = gate_due(f->desks[i].is.gate);

            if (due < next) next = due;
        }
        if (next >= ts_us) return;
        for (uint32_t i = 0; i < count; i++)
            gate_advance(f->desks[i].is.gate, next, true);
    }
}

static bool is_failed(const Fleet *f)
{
    bool failed = f->has_failed;

    for (uint32_t i = 0; i < f->config.pair_count; i++)
        failed |= f->desks[i].is.collector.has_failed;
    return failed;
}

static Event event_of(const Event *event, int32_t market)
{
    Event own = *event;

    own.market = (uint8_t)market;
    return own;
}

static void before(Desk *d, const Event *event)
{
    int32_t market = desk_market(d, event->market);
    Event own = event_of(event, market);

    if (market >= 0) collect_before(&d->is.collector, &own);
}

/* A desk starts with the first event of a market of its own; on a shared book all start with the first one. */
static void start_desk(Desk *d, const Event *event)
{
    Event start = {.ts_us = event->ts_us, .kind = EV_START};

    if (d->has_started || desk_market(d, event->market) < 0) return;
    d->has_started = true;
    collect_before(&d->is.collector, &start);
    gate_event(d->is.gate, &start);
    collect_after(&d->is.collector, &start);
    before(d, event);
}

static void start_shared(Fleet *f, const Event *event)
{
    Event start = {.ts_us = event->ts_us, .kind = EV_START};

    if (f->desks[0].has_started) return;
    for (uint32_t i = 0; i < f->config.pair_count; i++) {
        f->desks[i].has_started = true;
        collect_before(&f->desks[i].is.collector, &start);
    }
    gate_event(f->shared, &start);
    for (uint32_t i = 0; i < f->config.pair_count; i++)
        collect_after(&f->desks[i].is.collector, &start);
}

static void show(Fleet *f, const Event *event)
{
    if (f->shared) {
        gate_event(f->shared, event);
        return;
    }
    for (uint32_t i = 0; i < f->config.pair_count; i++) {
        int32_t market = desk_market(&f->desks[i], event->market);
        Event own = event_of(event, market);

        if (market >= 0) gate_event(f->desks[i].is.gate, &own);
    }
}

static void after(Fleet *f, const Event *event)
{
    Purser *all = fleet_all(f);
    int64_t worth = all->start_micros;

    for (uint32_t i = 0; i < f->config.wallet_count; i++)
        f->pursers[i].tally.equity_micros = f->pursers[i].start_micros;
    for (uint32_t i = 0; i < f->config.pair_count; i++) {
        Desk *d = &f->desks[i];
        int32_t market = desk_market(d, event->market);
        Event own = event_of(event, market);
        int64_t gain;

        if (market >= 0) collect_after(&d->is.collector, &own);
        gain = d->is.collector.tally.equity_micros - d->is.result.totals.start_cash_micros;
        f->pursers[d->wallet].tally.equity_micros += gain;
        worth += gain;
    }
    for (uint32_t i = 0; i < f->config.wallet_count; i++) {
        tally_follow(&f->pursers[i].tally, f->pursers[i].tally.equity_micros, event->ts_us);
        f->pursers[i].totals.end_us = event->ts_us;
    }
    tally_follow(&all->tally, worth, event->ts_us);
    all->totals.end_us = event->ts_us;
    if (event->kind == EV_SLOT_CLOSE || event->kind == EV_RESOLVE) add_point(f, event->ts_us);
}

static void apply(void *ctx, Engine *e, const Event *event, EffectSink sink)
{
    Fleet *f = ctx;

    (void)e;
    (void)sink;
    if (event->kind == EV_START || is_failed(f)) return; /* each desk is started by itself */
    if (!f->has_started) start_money(f, event->ts_us);
    note_hour(f, event->ts_us);
    if (f->shared) start_shared(f, event);
    for (uint32_t i = 0; i < f->config.pair_count; i++)
        if (f->desks[i].has_started) before(&f->desks[i], event);
    advance(f, event->ts_us);
    for (uint32_t i = 0; i < f->config.pair_count; i++)
        start_desk(&f->desks[i], event);
    show(f, event);
    after(f, event);
}

/* ---- doors --------------------------------------------------------------------------------------- */

static bool make(Fleet *f)
{
    if (f->config.has_shared_book && !make_shared(f)) return false;
    for (uint32_t i = 0; i < f->config.pair_count; i++)
        if (!make_desk(f, i)) return false;
    for (uint32_t i = 0; i < f->config.pair_count; i++)
        if (!begin_desk(f, &f->desks[i])) return false;
    begin_money(f);
    f->replay = replay_new(f->desks[0].is.engine, f->config.how.rows, f->config.how.market_count,
                           assignment_sink(&f->desks[0].is), f->arena);
    if (f->replay) replay_route(f->replay, (ReplayRoute){apply, f});
    return f->replay != NULL;
}

Fleet *fleet_new(const FleetConfig *config, Arena *arena, Err *err)
{
    Fleet *f = arena_new(arena, Fleet);
    bool fits;

    if (config->how.market_count > FLEET_MARKETS || config->strategy_count > FLEET_STRATEGIES ||
        config->pair_count > FLEET_PAIRS || !config->pair_count) {
        (void)err_set(err, ST_BAD_INPUT,
                      "a backtest takes up to %d strategies on %d markets in %d wallets",
                      FLEET_STRATEGIES, FLEET_MARKETS, FLEET_PAIRS);
        return NULL;
    }
    f->config = *config;
    f->arena = arena;
    f->desks = arena_array(arena, Desk, config->pair_count);
    fits = !arena_is_full(arena) && make_pursers(f);
    for (uint32_t i = 0; fits && i < config->pair_count; i++)
        fits = configure(f, &f->desks[i], &config->pairs[i]);
    if (!fits) {
        (void)err_set(err, ST_NO_MEMORY, "no memory for a backtest");
        return NULL;
    }
    if (find_venues(f, err) != ST_OK) return NULL;
    if (make(f)) return f;
    if (arena_is_full(arena))
        (void)err_set(err, ST_NO_MEMORY, "no memory for so many wallets");
    else
        (void)err_set(err, ST_BAD_INPUT, "the engine cannot start with these values");
    return NULL;
}

int64_t fleet_next_us(const Fleet *f)
{
    return replay_next_us(f->replay);
}

bool fleet_step(Fleet *f)
{
    return !is_failed(f) && replay_step(f->replay);
}

const Engine *fleet_engine(const Fleet *f, uint32_t pair)
{
    return f->desks[pair].is.engine;
}

bool fleet_restart(Fleet *f, uint32_t pair, Arena *arena)
{
    Desk *d = &f->desks[pair];
    Assignment other = d->is;
    int64_t first_us = assignment_first_us(f->shared ? &f->config.how : &d->is.config);
    Buf snapshot;

    buf_init(&snapshot, arena, (size_t)16 << 20);
    if (!engine_snapshot(d->is.engine, &snapshot)) return false;
    other.arena = arena;
    other.purse = NULL;
    if (!assignment_engine(&other, &f->venues[f->config.pairs[pair].strategy], first_us))
        return false;
    if (!engine_restore(other.engine, buf_span(&snapshot))) return false;
    if (d->is.purse && !purse_replace(d->is.purse, d->is.engine, other.engine)) return false;
    d->is.engine = d->is.collector.engine = other.engine;
    sit(f, pair);
    return true;
}

Result *fleet_end(Fleet *f, Err *err)
{
    Result *r = arena_new(f->arena, Result);
    bool ok = !is_failed(f) && !arena_is_full(f->arena);

    for (uint32_t i = 0; ok && i < f->config.pair_count; i++)
        ok = assignment_end(&f->desks[i].is);
    if (ok && fleet_sum(f, r)) return r;
    (void)err_set(err, ST_NO_MEMORY,
                  "there is not enough memory for what this backtest writes down");
    return NULL;
}
