/* test_resample.c — bands and chances on figures whose truth is known. */
#include "runtime/backtest/resample.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { SLOTS = 300, WORLDS = 200, CELLS = 12 };

static void play(double *x, size_t count, uint64_t seed, double chance)
{
    Rng rng;

    rng_init(&rng, seed);
    for (size_t i = 0; i < count; i++)
        x[i] = rng_chance(&rng, chance) ? 1 : -1;
}

/* In how many of the worlds the mean is called more than luck at 5 %. */
static int found(double chance, Arena *arena)
{
    double *x = arena_array(arena, double, SLOTS);
    int count = 0;

    for (uint64_t seed = 0; seed < WORLDS; seed++) {
        ArenaMark mark = arena_mark(arena);
        Draws d = {seed + 1000, 200, 3};
        Band b;

        play(x, SLOTS, seed, chance);
        CHECK(resample_mean(x, SLOTS, &d, arena, &b));
        CHECK(b.low <= b.middle && b.middle <= b.high);
        count += b.chance <= 0.05;
        arena_release(arena, mark);
    }
    return count;
}

static void test_mean(void)
{
    Arena *arena = test_arena(1 << 20);
    int by_luck = found(0.5, arena), by_edge = found(0.6, arena);

    CHECK(by_luck <= WORLDS * 8 / 100);
    CHECK(by_edge >= WORLDS * 80 / 100);
}

static void test_fall(void)
{
    static const double x[] = {1, 1, -3, 2, -1, 1, -2};
    Arena *arena = test_arena(1 << 20);
    Draws d = {7, 500, 1};
    Band b, again;

    CHECK_BITS(deepest_fall(x, 7), 3);
    CHECK_BITS(deepest_fall(x, 0), 0);
    CHECK(resample_fall(x, 7, &d, arena, &b));
    CHECK(b.low >= 3 && b.high <= 6); /* all losses in a row at most, the largest at least */
    CHECK(b.chance > 0.9);            /* what happened was the mildest there is */
    CHECK(resample_fall(x, 7, &d, arena, &again));
    CHECK_BITS(again.middle, b.middle);
    CHECK_BITS(again.chance, b.chance);
}

/* Slots that come in runs: blocks see that the mean is less sure than single slots make it. */
static void test_blocks(void)
{
    Arena *arena = test_arena(1 << 20);
    double x[SLOTS];
    Band single, blocks;

    for (int i = 0; i < SLOTS; i++)
        x[i] = i / 15 % 2 ? 1 : -1;
    CHECK(resample_mean(x, SLOTS, &(Draws){1, 400, 1}, arena, &single));
    CHECK(resample_mean(x, SLOTS, &(Draws){1, 400, 10}, arena, &blocks));
    CHECK(blocks.high - blocks.low > 1.5 * (single.high - single.low));
}

static void test_best_of_many(void)
{
    Arena *arena = test_arena(4 << 20);
    double *x = arena_array(arena, double, SLOTS *CELLS);
    Returns r = {x, SLOTS, CELLS};
    int by_luck = 0;

    for (uint64_t seed = 0; seed < 60; seed++) {
        ArenaMark mark = arena_mark(arena);

        play(x, SLOTS * CELLS, seed, 0.5);
        by_luck += resample_best(&r, &(Draws){seed, 100, 1}, arena) <= 0.05;
        arena_release(arena, mark);
    }
    CHECK(by_luck <= 6);
    for (size_t i = 0; i < SLOTS; i++)
        x[i * CELLS + 3] += 0.4;
    CHECK(resample_best(&r, &(Draws){1, 100, 1}, arena) < 0.02);
}

static void test_nothing(void)
{
    Arena *arena = test_arena(1 << 20), *small = test_arena(512);
    double x[4] = {1, 2, 3, 4};
    Band b;

    CHECK(!resample_mean(x, 0, &(Draws){1, 10, 1}, arena, &b));
    CHECK(!resample_mean(x, 4, &(Draws){1, 0, 1}, arena, &b));
    CHECK(!resample_fall(x, 4, &(Draws){1, 1000, 1}, small, &b));
    CHECK_BITS(resample_best(&(Returns){x, 4, 0}, &(Draws){1, 10, 1}, arena), UNKNOWN);
}

int main(void)
{
    TEST_RUN(test_mean);
    TEST_RUN(test_fall);
    TEST_RUN(test_blocks);
    TEST_RUN(test_best_of_many);
    TEST_RUN(test_nothing);
    return test_end();
}
