/* backtest.c — see backtest.h. */
#include "runtime/backtest/backtest.h"

#include <string.h>

#include "runtime/backtest/collect.h"
#include "runtime/backtest/venue.h"

struct Backtest {
    BacktestConfig config;
    Engine *engine;
    Gate *gate;
    Replay *replay;
    Result result;
    Collector collector;
    Arena *arena;
};

BacktestConfig backtest_config_default(void)
{
    return (BacktestConfig){.cash_micros = INT64_C(1000000000),
                            .model = MODEL_QUEUE,
                            .latency_us = 250000,
                            .jitter_us = 50000,
                            .seed = 1};
}

static int64_t first_us(const BacktestConfig *config)
{
    int64_t first = INT64_MAX;

    for (uint32_t i = 0; i < config->market_count; i++)
        if (config->rows[i].count && config->rows[i].rows[0].ts_us < first)
            first = config->rows[i].rows[0].ts_us;
    return first == INT64_MAX ? 0 : first;
}

/* ---- the run ------------------------------------------------------------------------------------- */

static void take_effect(void *ctx, const Effect *f)
{
    collect_effect(ctx, f);
}

static void see_answer(void *ctx, const Event *answer)
{
    collect_answer(ctx, answer);
}

static void apply(void *ctx, Engine *e, const Event *event, EffectSink sink)
{
    Backtest *b = ctx;

    collect_before(&b->collector, event);
    if (b->collector.has_failed) return;
    gate_apply(b->gate, e, event, sink);
    collect_after(&b->collector, event);
}

static bool make_engine(Backtest *b, const Venues *venues)
{
    EngineConfig config = engine_config_default(b->config.image);

    config.params = b->config.params;
    config.rules = venues->rules;
    config.cash_micros = b->config.cash_micros;
    config.start_us = first_us(&b->config);
    config.has_promises = true;
    config.has_fees = true;
    b->engine = engine_new(&config, b->arena);
    return b->engine != NULL;
}

static bool make_gate(Backtest *b, const Venues *venues)
{
    MatcherConfig config = {.markets = venues->markets,
                            .market_count = venues->count,
                            .model = b->config.model,
                            .order_us = b->config.latency_us,
                            .cancel_us = b->config.latency_us,
                            .jitter_us = b->config.jitter_us,
                            .seed = b->config.seed};

    b->gate = gate_new(b->config.image, &config, b->arena);
    if (b->gate) gate_watch(b->gate, (InstantWatch){see_answer, &b->collector});
    return b->gate != NULL;
}

static bool make_replay(Backtest *b)
{
    EffectSink sink = {take_effect, &b->collector};

    b->replay = replay_new(b->engine, b->config.rows, b->config.market_count, sink, b->arena);
    if (b->replay) replay_route(b->replay, (ReplayRoute){apply, b});
    return b->replay != NULL;
}

static void say_params(Backtest *b)
{
    const Image *image = b->config.image;
    ResultParam *params = arena_array(b->arena, ResultParam, image->params_count + 1);

    if (arena_is_full(b->arena)) return;
    for (uint32_t i = 0; i < image->params_count; i++)
        params[i] = (ResultParam){image_string(image, image->params[i].name),
                                  b->config.params ? b->config.params[i] : image->params[i].value};
    b->result.params = params;
    b->result.param_count = image->params_count;
}

static void say_rules(Backtest *b)
{
    const Image *image = b->config.image;
    Span *rules = arena_array(b->arena, Span, image->rules_count + 1);

    if (arena_is_full(b->arena)) return;
    for (uint32_t i = 0; i < image->rules_count; i++)
        rules[i] = image_string(image, image->rules[i].label);
    b->result.rules = rules;
    b->result.rule_count = image->rules_count;
}

static void say_what(Backtest *b)
{
    Result *r = &b->result;

    r->model = b->config.model;
    r->order_us = r->cancel_us = b->config.latency_us;
    r->jitter_us = b->config.jitter_us;
    r->seed = b->config.seed;
    memcpy(r->image_sha256, b->config.image->semantic_hash, sizeof r->image_sha256);
    if (b->config.tape_sha256) memcpy(r->tape_sha256, b->config.tape_sha256, sizeof r->tape_sha256);
    say_params(b);
    say_rules(b);
}

Backtest *backtest_new(const BacktestConfig *config, Arena *arena, Err *err)
{
    Backtest *b = arena_new(arena, Backtest);
    Collector *c = &b->collector;
    Venues venues;

    if (arena_is_full(arena)) {
        (void)err_set(err, ST_NO_MEMORY, "no memory for a backtest");
        return NULL;
    }
    b->config = *config;
    b->arena = arena;
    if (venues_of(config->image, first_us(config), arena, &venues, err) != ST_OK) return NULL;
    *c = (Collector){.arena = arena, .r = &b->result};
    if (make_engine(b, &venues) && make_gate(b, &venues) && make_replay(b)) {
        c->engine = b->engine;
        c->gate = b->gate;
        say_what(b);
        if (collect_begin(c, config->image) && !arena_is_full(arena)) return b;
    }
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
    return !b->collector.has_failed && replay_step(b->replay);
}

const Engine *backtest_engine(const Backtest *b)
{
    return b->engine;
}

const Result *backtest_so_far(const Backtest *b)
{
    return &b->result;
}

/* ---- the end ------------------------------------------------------------------------------------- */

static void take_markets(Backtest *b)
{
    const Collector *c = &b->collector;
    ResultMarket *markets = arena_array(b->arena, ResultMarket, c->lane_count + 1);

    if (arena_is_full(b->arena)) return;
    for (uint32_t i = 0; i < c->lane_count; i++)
        markets[i] = c->lanes[i].row;
    b->result.markets = markets;
    b->result.market_count = c->lane_count;
}

Result *backtest_end(Backtest *b, Err *err)
{
    Result *r = &b->result;

    take_markets(b);
    totals_make(&b->collector);
    for (int i = 0; i < RECEIPTS; i++)
        r->receipt[i] = matcher_receipt(gate_matcher(b->gate), (ReceiptId)i);
    sha256_final(&b->collector.sum, r->result_sha256);
    if (!b->collector.has_failed && !arena_is_full(b->arena)) return r;
    (void)err_set(err, ST_NO_MEMORY,
                  "there is not enough memory for what this backtest writes down");
    return NULL;
}
