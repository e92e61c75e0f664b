/* assignment.c — see assignment.h. */
#include "runtime/backtest/assignment.h"

#include <string.h>

int64_t assignment_first_us(const BacktestConfig *config)
{
    int64_t first = INT64_MAX;

    for (uint32_t i = 0; i < config->market_count; i++)
        if (config->rows[i].count && config->rows[i].rows[0].ts_us < first)
            first = config->rows[i].rows[0].ts_us;
    return first == INT64_MAX ? 0 : first;
}

bool assignment_engine(Assignment *a, const Venues *venues, int64_t start_us)
{
    EngineConfig config = engine_config_default(a->config.image);

    config.params = a->config.params;
    config.rules = venues->rules;
    config.cash_micros = a->config.cash_micros;
    config.start_us = start_us;
    config.has_promises = true;
    config.has_fees = true;
    config.purse = a->purse;
    config.is_small = a->is_small;
    a->engine = engine_new(&config, a->arena);
    return a->engine != NULL;
}

Gate *assignment_gate(const BacktestConfig *config, const Venues *venues, Arena *arena)
{
    MatcherConfig matching = backtest_matching(config, venues);

    return gate_new(config->image, &matching, arena);
}

MatcherConfig backtest_matching(const BacktestConfig *config, const Venues *venues)
{
    return (MatcherConfig){.markets = venues->markets,
                           .market_count = venues->count,
                           .model = config->model,
                           .order_us = config->latency_us,
                           .cancel_us = config->latency_us,
                           .jitter_us = config->jitter_us,
                           .seed = config->seed};
}

/* ---- what was asked ------------------------------------------------------------------------------ */

static void say_params(Assignment *a)
{
    const Image *image = a->config.image;
    ResultParam *params = arena_array(a->arena, ResultParam, image->params_count + 1);

    if (arena_is_full(a->arena)) return;
    for (uint32_t i = 0; i < image->params_count; i++)
        params[i] = (ResultParam){image_string(image, image->params[i].name),
                                  a->config.params ? a->config.params[i] : image->params[i].value};
    a->result.params = params;
    a->result.param_count = image->params_count;
}

static void say_rules(Assignment *a)
{
    const Image *image = a->config.image;
    Span *rules = arena_array(a->arena, Span, image->rules_count + 1);

    if (arena_is_full(a->arena)) return;
    for (uint32_t i = 0; i < image->rules_count; i++)
        rules[i] = image_string(image, image->rules[i].label);
    a->result.rules = rules;
    a->result.rule_count = image->rules_count;
}

static void say_what(Assignment *a)
{
    const BacktestConfig *config = &a->config;
    Result *r = &a->result;

    r->model = config->model;
    r->order_us = r->cancel_us = config->latency_us;
    r->jitter_us = config->jitter_us;
    r->seed = config->seed;
    memcpy(r->image_sha256, config->image->semantic_hash, sizeof r->image_sha256);
    if (config->tape_sha256) memcpy(r->tape_sha256, config->tape_sha256, sizeof r->tape_sha256);
    say_params(a);
    say_rules(a);
}

bool assignment_begin(Assignment *a)
{
    Collector *c = &a->collector;

    c->arena = a->arena;
    c->r = &a->result;
    c->engine = a->engine;
    c->gate = a->gate;
    say_what(a);
    return collect_begin(c, a->config.image) && !arena_is_full(a->arena);
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

EffectSink assignment_sink(Assignment *a)
{
    return (EffectSink){take_effect, &a->collector};
}

InstantWatch assignment_watch(Assignment *a)
{
    return (InstantWatch){see_answer, &a->collector};
}

static void take_markets(Assignment *a)
{
    const Collector *c = &a->collector;
    ResultMarket *markets = arena_array(a->arena, ResultMarket, c->lane_count + 1);

    if (arena_is_full(a->arena)) return;
    for (uint32_t i = 0; i < c->lane_count; i++)
        markets[i] = c->lanes[i].row;
    a->result.markets = markets;
    a->result.market_count = c->lane_count;
}

bool assignment_end(Assignment *a)
{
    Result *r = &a->result;

    take_markets(a);
    totals_make(&a->collector);
    for (int i = 0; i < RECEIPTS; i++)
        r->receipt[i] = matcher_receipt(gate_matcher(a->gate), (ReceiptId)i);
    sha256_final(&a->collector.sum, r->result_sha256);
    return !a->collector.has_failed && !arena_is_full(a->arena);
}
