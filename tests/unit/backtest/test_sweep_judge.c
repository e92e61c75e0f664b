/* test_sweep_judge.c — the best of many cells: noise is called luck, an edge is found, ranks and forward walks. */
#include "runtime/backtest/sweep_judge.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define MEMORY ((size_t)64 << 20)
enum { CELLS = 20, SLOTS = 240, SWEEPS = 40, BEST = 7 };

typedef struct Made {
    double x[SLOTS * CELLS];
    SweepTotals totals[CELLS];
} Made;

/* Bets of a dollar at 50 cents in every slot; `edge` is what cell BEST wins more often, in slots from `from` on. */
static SweepTable play(Made *m, uint64_t seed, double edge, size_t from, size_t to)
{
    Rng rng;

    rng_init(&rng, seed);
    *m = (Made){0};
    for (size_t i = 0; i < (size_t)SLOTS * CELLS; i++) {
        size_t cell = i % CELLS, slot = i / CELLS;
        bool has_edge = cell == BEST && slot >= from && slot < to;
        SweepTotals *t = &m->totals[cell];

        m->x[i] = rng_chance(&rng, 0.5 + (has_edge ? edge : 0)) ? 1 : -1;
        t->pnl_micros += m->x[i] > 0 ? 1000000 : -1000000;
        t->wins += m->x[i] > 0;
        t->orders++;
        t->trades++;
    }
    return (SweepTable){.returns = {m->x, SLOTS, CELLS},
                        .totals = m->totals,
                        .trials = CELLS,
                        .variance = UNKNOWN,
                        .seed = 1,
                        .rounds = 200};
}

static void test_noise_is_luck(void)
{
    static Made m;
    Arena *arena = test_arena(MEMORY);
    double overfit = 0, by_luck = 0;
    uint32_t worthy = 0;

    for (uint64_t seed = 0; seed < SWEEPS; seed++) {
        ArenaMark mark = arena_mark(arena);
        SweepTable t = play(&m, seed, 0, 0, SLOTS);
        SweepJudgement j;

        if (!CHECK(sweep_judge(&t, arena, &j))) return;
        overfit += j.overfit.probability / SWEEPS;
        by_luck += j.by_luck / SWEEPS;
        worthy += j.verdict == SWEEP_VERDICT_WORTHY;
        arena_release(arena, mark);
    }
    CHECK(overfit > 0.4 && overfit < 0.6);
    CHECK(by_luck > 0.5 && by_luck < 1.7); /* the best of so many is about the best of so many */
    CHECK(worthy <= 1);
}

static void test_edge_is_found(void)
{
    static Made m;
    Arena *arena = test_arena(MEMORY);
    uint32_t found = 0, worthy = 0;

    for (uint64_t seed = 0; seed < SWEEPS; seed++) {
        ArenaMark mark = arena_mark(arena);
        SweepTable t = play(&m, seed, 0.2, 0, SLOTS);
        SweepJudgement j;

        if (!CHECK(sweep_judge(&t, arena, &j))) return;
        found += j.ranking[0] == BEST;
        worthy += j.verdict == SWEEP_VERDICT_WORTHY;
        CHECK(j.by_luck < 0.2 || j.ranking[0] != BEST);
        arena_release(arena, mark);
    }
    CHECK(found >= SWEEPS - 1);
    CHECK(worthy >= SWEEPS * 8 / 10);
}

/* What worked in the first half alone is chosen, and loses from then on. */
static void test_an_edge_that_ends(void)
{
    static Made m;
    Arena *arena = test_arena(MEMORY);
    SweepTable t = play(&m, 3, 0.45, 0, SLOTS / 2);
    SweepJudgement j;

    for (size_t slot = SLOTS / 2; slot < SLOTS; slot++)
        m.x[slot * CELLS + BEST] = -0.5;
    CHECK(sweep_judge(&t, arena, &j));
    CHECK_INT(j.fold_count, SWEEP_FOLDS);
    for (size_t i = 0; i < j.fold_count; i++) {
        const SweepFold *f = &j.folds[i];

        CHECK_INT(f->walk.test_from - f->walk.train_to, SWEEP_GAP);
        CHECK_INT(f->chosen, BEST);
        CHECK(f->walk.test_from < SLOTS / 2 ? f->test_pnl > 0 : f->test_pnl < 0);
    }
    CHECK_INT(j.folds[SWEEP_FOLDS - 1].walk.test_to, SLOTS);
}

/* The more was tried, the less it is worth. */
static void test_trials_deflate(void)
{
    static Made m;
    static const uint64_t trials[] = {20, 200, 20000, 2000000};
    Arena *arena = test_arena(MEMORY);
    double was = 2;

    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        SweepTable t = play(&m, 5, 0.15, 0, SLOTS);
        SweepJudgement j;

        t.trials = trials[i];
        CHECK(sweep_judge(&t, arena, &j));
        CHECK_INT(j.trials, trials[i]);
        CHECK(j.scores[BEST].deflated < was);
        was = j.scores[BEST].deflated;
    }
}

static const struct {
    const char *name;
    size_t first, last;
} ranks[] = {
    {"deflated", 1, 3}, {"sharpe", 1, 3}, {"probable", 1, 3},
    {"pnl", 2, 3},      {"calm", 0, 3},   {"wins", 0, 3},
};

/* Four cells: 0 earns little without ever falling, 1 steadily, 2 most, 3 never trades. */
static void test_ranks(void)
{
    static double x[40 * 4];
    static const SweepTotals totals[4] = {
        {.pnl_micros = 20, .drawdown_micros = 0, .orders = 40, .trades = 40, .wins = 40},
        {.pnl_micros = 60, .drawdown_micros = 6, .orders = 40, .trades = 40, .wins = 30},
        {.pnl_micros = 80, .drawdown_micros = 60, .orders = 40, .trades = 40, .wins = 20},
        {0}};
    Arena *arena = test_arena(MEMORY);

    for (size_t i = 0; i < 40; i++) {
        x[i * 4] = i % 2 ? 3 : -2;
        x[i * 4 + 1] = i % 2 ? 2 : 1;
        x[i * 4 + 2] = i % 2 ? 40 : -36;
    }
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        SweepTable t = {.returns = {x, 40, 4}, .totals = totals, .variance = UNKNOWN, .rounds = 50};
        SweepJudgement j;

        test_case(ranks[i].name);
        CHECK(sweep_by_find(span_str(ranks[i].name), &t.by));
        CHECK_STR(sweep_by_name(t.by), ranks[i].name);
        CHECK(sweep_judge(&t, arena, &j));
        CHECK_INT(j.ranking[0], ranks[i].first);
        CHECK_INT(j.ranking[3], ranks[i].last);
    }
}

static const struct {
    const char *name;
    size_t slots, cells;
    SweepTotals totals;
    SweepVerdict want;
} poor[] = {
    {"nothing traded", 64, 2, {0}, SWEEP_VERDICT_IDLE},
    {"few periods", 8, 2, {.orders = 40, .trades = 40}, SWEEP_VERDICT_SHORT},
    {"few trades", 64, 2, {.orders = 40, .trades = 4}, SWEEP_VERDICT_SHORT},
    {"losses", 64, 2, {.pnl_micros = -5, .orders = 40, .trades = 40}, SWEEP_VERDICT_LOSS},
    {"one cell", 64, 1, {.pnl_micros = -5, .orders = 40, .trades = 40}, SWEEP_VERDICT_LOSS},
    {"no periods", 0, 1, {.orders = 40, .trades = 40}, SWEEP_VERDICT_SHORT},
};

static void test_poor_tables(void)
{
    static double x[64 * 2];
    Arena *arena = test_arena(MEMORY);

    for (size_t i = 0; i < sizeof poor / sizeof poor[0]; i++) {
        SweepTotals totals[2] = {poor[i].totals, poor[i].totals};
        SweepTable t = {.returns = {x, poor[i].slots, poor[i].cells},
                        .totals = totals,
                        .variance = UNKNOWN,
                        .rounds = 50};
        SweepJudgement j;

        test_case(poor[i].name);
        CHECK(sweep_judge(&t, arena, &j));
        CHECK_INT(j.verdict, poor[i].want);
        CHECK(sweep_verdict_sentence(j.verdict)[0] && sweep_verdict_name(j.verdict)[0]);
    }
}

int main(void)
{
    TEST_RUN(test_noise_is_luck);
    TEST_RUN(test_edge_is_found);
    TEST_RUN(test_an_edge_that_ends);
    TEST_RUN(test_trials_deflate);
    TEST_RUN(test_ranks);
    TEST_RUN(test_poor_tables);
    return test_end();
}
