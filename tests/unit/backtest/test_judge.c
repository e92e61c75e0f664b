/* test_judge.c — how far a result is believed: periods, scores of prices, and which sentence comes out. */
#include "runtime/backtest/judge.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define SEC INT64_C(1000000)
enum { NOISES = 200, NOISE_SLOTS = 200, EDGES = 40, EDGE_SLOTS = 500 };

typedef struct Case {
    const char *name;
    int slots;
    double gain, swing; /* a slot earns gain + swing, then gain - swing, in turn */
    int64_t strict_micros, open_micros;
    uint64_t trials;
    VerdictId want;
} Case;

static const Case cases[] = {
    {"idle", 0, 0, 0, 1, 0, 1, VERDICT_IDLE},
    {"short", 29, 1, 2, 1, 0, 1, VERDICT_SHORT},
    {"loss", 40, -1, 2, 1, 0, 1, VERDICT_LOSS},
    {"open", 40, -1, 2, 1, 100000000, 1, VERDICT_OPEN},
    {"chance", 40, 0.1, 2, 1, 0, 1, VERDICT_CHANCE},
    {"fills", 40, 1, 2, -1, 0, 1, VERDICT_FILLS},
    {"trials", 40, 1, 2, 1, 0, 100000, VERDICT_TRIALS},
    {"worthy", 40, 1, 2, 1, 0, 1, VERDICT_WORTHY},
};

static const ResultMarket market = {.kind = MARKET_SLOT};

/* A trade a slot; slots end one after the other. */
static Result *make(const Case *c, Arena *arena)
{
    Result *r = arena_new(arena, Result);

    r->markets = &market;
    r->market_count = 1;
    for (int i = 0; i < c->slots; i++) {
        double dollars = c->gain + (i % 2 ? -c->swing : c->swing);
        int64_t pnl = (int64_t)(dollars * 1e6);
        ResultSlot s = {.start_us = i * 300 * SEC, .slot_us = 300 * SEC, .winner = 0};
        ResultTrade t = {
            .slot = (uint32_t)i, .in_size_micros = 10 * SEC, .in_value_micros = 6 * SEC};
        ResultOrder o = {.id = (uint64_t)i + 1};

        s.pnl_micros = t.pnl_micros = pnl;
        t.entry_order = (uint32_t)i;
        t.outcome = i % 4 == 0; /* every fourth did not come true */
        CHECK(vec_push(arena, &r->slots, s) && vec_push(arena, &r->trades, t) &&
              vec_push(arena, &r->orders, o));
        r->totals.realised_micros += pnl;
        r->totals.trades++;
        r->totals.orders++;
    }
    r->totals.pnl_micros = r->totals.realised_micros + c->open_micros;
    r->band[MODEL_PESSIMISTIC] = (ResultBandRow){.is_run = true, .pnl_micros = c->strict_micros};
    return r;
}

static void test_verdicts(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        Result *r = make(&cases[i], arena);
        JudgeConfig config = judge_config_default();

        test_case(cases[i].name);
        config.trials = cases[i].trials;
        CHECK(judge(r, &config, arena));
        CHECK_STR(verdict_name(r->judgement.verdict), verdict_name(cases[i].want));
    }
}

static void test_unfilled(void)
{
    Arena *arena = test_arena((size_t)16 << 20);
    Result *r = make(&cases[0], arena);
    JudgeConfig config = judge_config_default();

    r->totals.orders = 3;
    CHECK(judge(r, &config, arena));
    CHECK_STR(verdict_name(r->judgement.verdict), "unfilled");
}

static void test_figures(void)
{
    Arena *arena = test_arena((size_t)16 << 20);
    Result *r = make(&cases[7], arena);
    JudgeConfig config = judge_config_default();
    const ResultJudgement *j = &r->judgement;

    CHECK(judge(r, &config, arena));
    CHECK_INT(j->periods, 40);
    CHECK_BITS(j->mean, 1);
    CHECK(num_abs(j->deviation - 2 * num_sqrt(40.0 / 39)) < 1e-12);
    CHECK_BITS(j->luck, 0);
    CHECK_BITS(j->deflated, j->probabilistic);
    CHECK_INT(j->brier_count, 40);
    /* bought at 60c: a quarter lost, three quarters came true */
    CHECK(num_abs(j->brier - (0.25 * 0.36 + 0.75 * 0.16)) < 1e-12);
    CHECK_BITS(j->brier_base, 0.75 * 0.25);
    CHECK(j->mean_band.low < 1 && j->mean_band.high > 1);
}

/* Slots of two markets that end together are one period; hours where there are none. */
static void test_periods(void)
{
    Arena *arena = test_arena((size_t)16 << 20);
    Result *r = make(&cases[7], arena);
    ResultMarket coin = {.kind = MARKET_SPOT};
    static const ResultPoint points[] = {
        {0, 100 * SEC}, {1800 * SEC, 90 * SEC}, {9000 * SEC, 140 * SEC}};
    size_t count = 0;
    double *x;

    for (size_t i = 1; i < r->slots.count; i += 2)
        r->slots.items[i].start_us = r->slots.items[i - 1].start_us;
    x = judge_periods(r, arena, &count);
    CHECK_INT(count, 20);
    CHECK(x && num_abs(x[0] - 2) < 1e-12);
    r->markets = &coin;
    for (size_t i = 0; i < 3; i++)
        CHECK(vec_push(arena, &r->curve, points[i]));
    r->totals.end_us = 10000 * SEC;
    x = judge_periods(r, arena, &count);
    CHECK_INT(count, 3);
    if (!CHECK(x)) return;
    CHECK_BITS(x[0], -10);
    CHECK_BITS(x[1], 0);
    CHECK_BITS(x[2], 50);
}

/* ---- noise and edges ----------------------------------------------------------------------------- */

/* A share a slot, held to its result; `edge` is what it is worth beyond its price. */
static Result *gamble(Rng *rng, int slots, double edge, double fee_rate, Arena *arena)
{
    Result *r = arena_new(arena, Result);

    r->markets = &market;
    r->market_count = 1;
    for (int i = 0; i < slots; i++) {
        double price = 0.3 + 0.4 * rng_unit(rng);
        bool has_won = rng_chance(rng, price + edge);
        double pnl = 20 * ((has_won ? 1 : 0) - price - fee_rate * price * (1 - price));
        ResultSlot s = {.start_us = i * 300 * SEC, .slot_us = 300 * SEC, .winner = 0};
        ResultTrade t = {.slot = (uint32_t)i, .in_size_micros = 20 * SEC};
        ResultOrder o = {.id = (uint64_t)i + 1};

        s.pnl_micros = t.pnl_micros = (int64_t)(pnl * 1e6);
        t.entry_order = (uint32_t)i;
        CHECK(vec_push(arena, &r->slots, s) && vec_push(arena, &r->trades, t) &&
              vec_push(arena, &r->orders, o));
        r->totals.pnl_micros += s.pnl_micros;
    }
    r->totals.realised_micros = r->totals.pnl_micros;
    r->totals.trades = r->totals.orders = (uint64_t)slots;
    return r;
}

static int count_worthy(int runs, int slots, double edge, double fee_rate)
{
    JudgeConfig config = judge_config_default();
    int worthy = 0;
    Rng rng;

    rng_init(&rng, 1);
    config.rounds = 200;
    for (int i = 0; i < runs; i++) {
        Arena *arena = test_arena((size_t)8 << 20);
        Result *r = gamble(&rng, slots, edge, fee_rate, arena);

        CHECK(judge(r, &config, arena));
        worthy += r->judgement.verdict == VERDICT_WORTHY;
        arena_reset(arena);
    }
    return worthy;
}

/* A fair game is rarely called more than luck, with fees or without; an edge that is there is found. */
static void test_noise(void)
{
    CHECK(count_worthy(NOISES, NOISE_SLOTS, 0, 0) <= NOISES * 8 / 100);
    CHECK(count_worthy(NOISES, NOISE_SLOTS, 0, 0.07) <= NOISES * 2 / 100);
    CHECK(count_worthy(EDGES, EDGE_SLOTS, 0.1, 0.07) >= EDGES * 80 / 100);
}

int main(void)
{
    TEST_RUN(test_verdicts);
    TEST_RUN(test_unfilled);
    TEST_RUN(test_figures);
    TEST_RUN(test_periods);
    TEST_RUN(test_noise);
    return test_end();
}
