/* backtest.c — see backtest.h. */
#include "runtime/backtest/assignment.h"

struct Backtest {
    Assignment only;
    Replay *replay;
};

BacktestConfig backtest_config_default(void)
{
    return (BacktestConfig){.cash_micros = INT64_C(1000000000),
                            .model = MODEL_QUEUE,
                            .latency_us = 250000,
                            .jitter_us = 50000,
                            .seed = 1};
}

static void apply(void *ctx, Engine *e, const Event *event, EffectSink sink)
{
    Assignment *a = ctx;

    collect_before(&a->collector, event);
    if (a->collector.has_failed) return;
    gate_apply(a->gate, e, event, sink);
    collect_after(&a->collector, event);
}

static bool make_replay(Backtest *b)
{
    Assignment *a = &b->only;

    b->replay =
        replay_new(a->engine, a->config.rows, a->config.market_count, assignment_sink(a), a->arena);
    if (b->replay) replay_route(b->replay, (ReplayRoute){apply, a});
    return b->replay != NULL;
}

Backtest *backtest_new(const BacktestConfig *config, Arena *arena, Err *err)
{
    Backtest *b = arena_new(arena, Backtest);
    Assignment *a = &b->only;
    Venues venues;

    if (arena_is_full(arena)) {
        (void)err_set(err, ST_NO_MEMORY, "no memory for a backtest");
        return NULL;
    }
    a->config = *config;
    a->arena = arena;
    if (venues_of(config->image, assignment_first_us(config), arena, &venues, err) != ST_OK)
        return NULL;
    if (assignment_engine(a, &venues, assignment_first_us(config)))
        a->gate = assignment_gate(config, &venues, arena);
    if (a->gate) gate_watch(a->gate, assignment_watch(a));
    if (a->gate && make_replay(b) && assignment_begin(a)) return b;
    (void)err_set(err, ST_BAD_INPUT, "the engine cannot start with these values");
    return NULL;
}

void backtest_feed(Backtest *b, uint32_t market, MarketRows rows)
{
    replay_feed(b->replay, market, rows);
}

size_t backtest_left(const Backtest *b, uint32_t market)
{
    return replay_left(b->replay, market);
}

int64_t backtest_next_us(const Backtest *b)
{
    return replay_next_us(b->replay);
}

bool backtest_step(Backtest *b)
{
    return !b->only.collector.has_failed && replay_step(b->replay);
}

const Engine *backtest_engine(const Backtest *b)
{
    return b->only.engine;
}

const Result *backtest_so_far(const Backtest *b)
{
    return &b->only.result;
}

Result *backtest_end(Backtest *b, Err *err)
{
    if (assignment_end(&b->only)) return &b->only.result;
    (void)err_set(err, ST_NO_MEMORY,
                  "there is not enough memory for what this backtest writes down");
    return NULL;
}
